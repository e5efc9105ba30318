"""Run all benchmarks: `make bench`, or `python -m benchmarks.run --quick` for a first look.

A full run takes some minutes and writes docs/performance.md and its picture; a quick one takes less
than a minute and writes nothing.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.checks import checked
from benchmarks.frames import framed, remembered
from benchmarks.logs import logged
from benchmarks.page import budget_table, machine, section_table, versions, write
from benchmarks.starts import started
from benchmarks.texts import parsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.rounds import Section

DOCS = Path(__file__).parent.parent / "docs"


ROWS, QUICK_ROWS = 10_000_000, 1_000_000

FULL: tuple[Callable[[], Section], ...] = (
    partial(started, 31),
    partial(checked, 21),
    partial(parsed, 11),
    partial(framed, 11, ROWS),
    partial(remembered, ROWS),
    partial(logged, 7, QUICK_ROWS),
)
QUICK: tuple[Callable[[], Section], ...] = (
    partial(started, 3),
    partial(checked, 5),
    partial(parsed, 5),
    partial(framed, 3, QUICK_ROWS),
    partial(logged, 3, QUICK_ROWS),
)


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description="Measure this library beside its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows, no page")
    quick: bool = parser.parse_args().quick
    print(machine(), versions(), sep="\n")
    sections = []
    for measure in QUICK if quick else FULL:
        start = time.perf_counter()
        section = measure()
        sections.append(section)
        print(f"\n{section.title} ({time.perf_counter() - start:.0f} s)\n{section.words}\n")
        print(section_table(section))
    print(f"\nBudgets\n\n{budget_table(sections)}")
    if not quick:
        write(sections, DOCS, datetime.now(UTC).date())


if __name__ == "__main__":
    main()

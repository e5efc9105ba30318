"""Measure start-up and one check, as ratios taken in one run.

Every round runs every program once, so that a busy machine disturbs all alike; the figures are
medians of the rounds, and the ratios medians of each round's ratio. The floor of a command that
has a model is a Python that imports pydantic and defines one.
"""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import date
from statistics import median
from typing import TYPE_CHECKING, Any

import pint

from compliance.circumstances import Question
from compliance.engine import assess
from compliance.items import measure
from compliance.report.grid import grid
from compliance.rulebook import all_rulesets, ruleset
from compliance.specs import bundled as chip
from compliance.units import BANDWIDTH, parse

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 11
CHIP = "nvidia-h100-sxm5-80gb"
MODEL = "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\n"
PROGRAMS = {
    "python -c pass": ["-c", "pass"],
    "pydantic and one model": ["-c", MODEL],
    "import compliance": ["-c", "import compliance"],
    "compliance --help": ["-m", "compliance", "--help"],
    "compliance check, all rulesets": ["-m", "compliance", "check", CHIP, "--exit-zero"],
}


def starts() -> dict[str, list[float]]:
    """Return milliseconds of each program in each round."""
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for _ in range(ROUNDS):
        for name, arguments in PROGRAMS.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            seconds[name].append((time.perf_counter() - start) * 1000)
    return seconds


def each(work: Callable[[], object], times: int) -> float:
    """Return the microseconds that one call takes, over `times` calls."""
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times * 1e6


def by_hand(tpp: float, density: float, *, datacenter: bool) -> str:
    """Decide 3A090.a and .b as one would write it by hand: the floor of one check."""
    if not datacenter and tpp < 4800:  # noqa: PLR2004 - the law's
        return ""
    if tpp >= 4800 or (tpp >= 1600 and density >= 5.92):  # noqa: PLR2004
        return "3A090.a"
    if (tpp >= 2400 and density >= 1.6) or (tpp >= 1600 and density >= 3.2):  # noqa: PLR2004
        return "3A090.b"
    return ""


def one_check() -> dict[str, list[float]]:
    """Return microseconds of one check and of what it is compared with, in each round."""
    item, law = measure(chip(CHIP)), ruleset("us-ear-2023-11-17")
    question = Question(date(2024, 1, 1), "CN")
    laws = all_rulesets()
    registry: pint.UnitRegistry[Any] = pint.UnitRegistry()
    works: dict[str, tuple[Callable[[], object], int]] = {
        "3A090.a and .b by if/else": (lambda: by_hand(15840.0, 19.5, datacenter=True), 20_000),
        "one ruleset, verdict": (lambda: assess(law, item, question), 500),
        "one ruleset, findings with margins": (
            lambda: [f.margin for f in assess(law, item, question).findings],
            500,
        ),
        "all rulesets, verdicts": (lambda: [assess(law, item, question) for law in laws], 100),
        "a unit text, cached": (lambda: parse("3350 GB/s", BANDWIDTH), 20_000),
        "a unit text, new": (lambda: parse.__wrapped__("3350 GB/s", BANDWIDTH), 5_000),
        "pint.Quantity(text)": (lambda: registry.Quantity("3350 gigabyte/second"), 200),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, (work, times) in works.items():
            found[name].append(each(work, times))
    return found


def table(figures: dict[str, list[float]], unit: str, *floors: str) -> str:
    """Return medians and ratios to the floors."""
    rows = []
    for name, values in figures.items():
        ratios = [
            f"{median(a / b for a, b in zip(values, figures[floor], strict=True)):.2f}"
            for floor in floors
        ]
        rows.append([name, f"{median(values):.2f}", *ratios])
    return grid(rows, [f"median of {ROUNDS}", unit, *(f"x {floor}" for floor in floors)])


def main() -> None:
    """Print both tables."""
    print(table(starts(), "ms", "python -c pass", "pydantic and one model"))
    print()
    print(table(one_check(), "us", "3A090.a and .b by if/else", "pint.Quantity(text)"))


if __name__ == "__main__":
    main()

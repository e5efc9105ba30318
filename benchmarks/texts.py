"""A unit text to an exact number, beside pint."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import pint

from benchmarks.rounds import Budget, Section, interleaved, ratios
from compliance.units import BANDWIDTH, parse

if TYPE_CHECKING:
    from collections.abc import Callable

OURS = "compliance, a new text"
CACHED = "compliance, a text seen before"
PINT = "pint.Quantity(text)"
LEAST = 0.01
COUNT = 500


def parsed(rounds: int) -> Section:
    """Measure the way from a text to a number in the unit of its metric."""
    texts = [f"{n / 7:.3f} {unit}" for n in range(1, COUNT) for unit in ("GB/s", "TB/s")]
    registry: pint.UnitRegistry[Any] = pint.UnitRegistry()
    for text in texts[:100]:
        ours = float(parse(text, BANDWIDTH))
        theirs = float(registry.Quantity(text).to("GB/s").magnitude)
        if not math.isclose(ours, theirs, rel_tol=1e-12):
            raise AssertionError(f"{text}: {ours}, and by pint {theirs}")

    def anew() -> None:
        parse.cache_clear()
        for text in texts:
            parse(text, BANDWIDTH)

    works: dict[str, Callable[[], object]] = {
        OURS: anew,
        CACHED: lambda: [parse(text, BANDWIDTH) for text in texts],
        PINT: lambda: [registry.Quantity(text) for text in texts],
    }
    times = interleaved(works, rounds, LEAST, time.process_time)
    return Section(
        "A unit text",
        f"{len(texts):,} different texts such as `{texts[0]}`, {rounds} rounds, processor time. "
        "Ours end as exact decimals in the unit of the metric, pint's as floats in their own.",
        "µs",
        1e6 / len(texts),
        times,
        (PINT,),
        {},
        [
            Budget(
                "unit text to exact number: times as fast",
                PINT,
                50,
                "at least",
                ratios(times, PINT, OURS),
            )
        ],
    )

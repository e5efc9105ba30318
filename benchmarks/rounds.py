"""How things are measured: interleaved, as ratios of one round, with their spread.

Every round does every work once, so that a busy machine disturbs all alike. Ratios are taken within
a round; shown are the median of the rounds, the least and the most.
"""

from __future__ import annotations

import gc
import time
from statistics import median
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Times = dict[str, list[float]]
"""Name of a work -> its seconds, or what else was measured, in each round."""


class Spread(NamedTuple):
    """What several rounds come to."""

    middle: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{short(self.middle)} ({short(self.least)}-{short(self.most)})"


class Budget(NamedTuple):
    """What was promised, and what was measured.

    Attributes:
        what: is measured.
        against: what it is compared with.
        limit: the promise.
        sense: whether the limit is the most or the least there may be.
        measured: the ratio in each round, or what else the limit is about.
        unit: of both, such as `x`.
    """

    what: str
    against: str
    limit: float
    sense: Literal["at most", "at least"]
    measured: Sequence[float]
    unit: str = "x"

    @property
    def met(self) -> bool:
        """Whether the median keeps the promise."""
        middle = median(self.measured)
        return middle <= self.limit if self.sense == "at most" else middle >= self.limit


class Section(NamedTuple):
    """One part of the benchmarks.

    Attributes:
        title: of the part.
        words: what was measured, and how.
        unit: of the figures.
        scale: from seconds, or what else was measured, to the unit.
        times: what was measured.
        against: works whose ratios to all others are shown.
        notes: name of a work -> remark.
        budgets: the promises that it is about.
    """

    title: str
    words: str
    unit: str
    scale: float
    times: Times
    against: tuple[str, ...] = ()
    notes: Mapping[str, str] = {}
    budgets: Sequence[Budget] = ()


def spread(values: Iterable[float]) -> Spread:
    """Return the median, the least and the most."""
    found = list(values)
    return Spread(median(found), min(found), max(found))


def ratios(times: Times, work: str, other: str) -> list[float]:
    """Return how many times as long one work takes as another, in each round."""
    return [a / b for a, b in zip(times[work], times[other], strict=True)]


def interleaved(
    works: Mapping[str, Callable[[], object]],
    rounds: int,
    least: float = 0.0,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """Return the seconds that each work takes, in each round.

    Args:
        works: what to do.
        rounds: how often all of it.
        least: seconds that a measurement should take; shorter works are repeated in it.
        clock: that of the wall, or of the processor for works that use one thread.
    """
    repeats = {name: _repeats(work, least, clock) for name, work in works.items()}
    times: Times = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(_seconds(work, repeats[name], clock))
    return times


def short(number: float) -> str:
    """Return a number with three digits or so."""
    for limit, places in ((100, 0), (10, 1), (1, 2)):
        if abs(number) >= limit:
            return f"{number:,.{places}f}"
    return f"{number:.3f}"


def _repeats(work: Callable[[], object], least: float, clock: Callable[[], float]) -> int:
    """Return how often a work fits in some seconds; what it does first, it does here."""
    _seconds(work, 1, clock)
    return max(1, int(least / _seconds(work, 1, clock))) if least else 1


def _seconds(work: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    """Return the seconds of one repeat. What it returns is freed after the clock has stopped."""
    gc.collect()
    gc.disable()
    try:
        result: object = None
        start = clock()
        for _ in range(repeats):
            result = work()
        stop = clock()
    finally:
        gc.enable()
    del result
    return (stop - start) / repeats

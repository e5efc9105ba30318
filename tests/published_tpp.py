"""Every published TPP of a bundled chip, beside the arithmetic from its published rates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from answer_key import near

from compliance.catalog import chip
from compliance.items import measure
from compliance.values import Value
from compliance.yamlsource import read

FILE = Path(__file__).parent / "cases" / "published-tpp.yaml"
DATA: Any = read(FILE.read_text(encoding="utf-8"), FILE.name).data
SOURCES: dict[str, dict[str, str]] = DATA["sources"]
STANDINGS = ("maker", "regulator", "other")
AGREE, DIFFER, OPEN = "agree", "differ", "not comparable"


@dataclass(frozen=True, slots=True)
class Figure:
    """A published TPP of a chip, and ours."""

    chip: str
    published: Decimal
    by: tuple[str, ...]
    ours: Value
    error: bool
    why: str

    @property
    def standing(self) -> int:
        """The place in STANDINGS of the best of its publishers."""
        return min(STANDINGS.index(SOURCES[name]["standing"]) for name in self.by)

    @property
    def result(self) -> str:
        return compared(self.published, self.ours)

    @property
    def gap(self) -> str:
        """How far the nearest end of ours is from the published figure."""
        low, high = self.ours.low, self.ours.high
        if low is None or self.result == OPEN:
            return ""
        if high is not None and low < self.published < high:
            return "within"
        end = low if high is None or self.published <= low else high
        percent = round((end / self.published - 1) * 100, 1)
        return f"{percent:+} %" if percent else "0.0 %"


def compared(published: Decimal, ours: Value) -> str:
    """Return whether a figure is within 1 % of ours: of a range, in it or 1 % from an end.

    Where ours is known from below only, a higher figure can't be compared.
    """
    if ours.low is None:
        return OPEN
    if ours.high is None:
        above = not near(Value(ours.low, ours.low), published) and published > ours.low
        return OPEN if above else compared(published, Value(ours.low, ours.low))
    return AGREE if near(ours, published) else DIFFER


def figures() -> list[Figure]:
    """Return the figures of all chips, in the order of the file."""
    return [
        Figure(
            chip=name,
            published=row["tpp"],
            by=tuple(row["by"]),
            ours=measure(chip(name)).values["bit_tops"],
            error=row.get("error") is True,
            why=str(row.get("why", "")).strip(),
        )
        for name, rows in DATA["chips"].items()
        for row in rows
    ]


class Share(NamedTuple):
    """How many agree, of how many that can be compared."""

    agreeing: int
    of: int

    @property
    def percent(self) -> Decimal:
        return Decimal(100 * self.agreeing) / self.of

    def __str__(self) -> str:
        return f"{self.agreeing} of {self.of}, {self.percent:.1f} %"


def by_figure(rows: Iterable[Figure]) -> Share:
    results = [row.result for row in rows if row.result != OPEN]
    return Share(results.count(AGREE), len(results))


def by_chip(rows: Iterable[Figure]) -> Share:
    """Return the share of chips; all figures of the best standing that a chip has must agree."""
    verdicts = []
    for _, group in groupby((r for r in rows if r.result != OPEN), key=lambda row: row.chip):
        of_chip = list(group)
        best = min(row.standing for row in of_chip)
        verdicts.append(all(row.result == AGREE for row in of_chip if row.standing == best))
    return Share(verdicts.count(True), len(verdicts))

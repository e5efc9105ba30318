"""What everybody is given: one ruleset, one transaction, and chips on both sides of its lines.

The law is 3A090.a and .b as of November 17, 2023, for accelerators shipped to China. A chip is a
row of three values, each missing in one of twenty; one of ten performances and densities lies
exactly on a threshold.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from compliance.chips import Chip
from compliance.circumstances import Question
from compliance.engine import assess
from compliance.items import Item, measure
from compliance.logic import UNKNOWN, known
from compliance.rulebook import ruleset
from compliance.values import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from compliance.logic import Truth

LAW = "us-ear-2023-11-17"
ENTRIES = ("3A090.a", "3A090.b")
QUESTION = Question(date(2024, 1, 1), "CN")
FIELDS = ("tpp", "performance_density", "datacenter")
SEED = 20231117
NEAR = 4799.9999
"""A performance that is below 4,800, and that single precision takes for 4,800."""

OUTCOMES = ("not_listed", "license_exception", "license_required", "undetermined")
EXPORTABLE = ("yes", "conditional", "denied", "unknown")
LISTED = ("", *ENTRIES)
MISSING = tuple(
    ";".join(name for place, name in enumerate(FIELDS) if bits >> place & 1) for bits in range(8)
)
UNDETERMINED = OUTCOMES.index("undetermined")
"""What the answers can be, for whoever writes codes; of what is missing, a bit each."""

_TPP_LINES = (1600.0, 2400.0, 4800.0)
_DENSITY_LINES = (1.6, 3.2, 5.92)
_ON_A_LINE = 0.10
_MISSING = 0.05


class Row(NamedTuple):
    """One chip; None where a value is missing."""

    tpp: float | None
    performance_density: float | None
    datacenter: bool | None


class Columns(NamedTuple):
    """Many chips.

    Attributes:
        tpp: NaN where missing.
        performance_density: NaN where missing.
        datacenter: False where missing.
        stated: whether `datacenter` is there.
    """

    tpp: NDArray[np.float64]
    performance_density: NDArray[np.float64]
    datacenter: NDArray[np.bool_]
    stated: NDArray[np.bool_]

    def rows(self, count: int) -> list[Row]:
        """Return the first rows."""
        return [
            Row(
                None if np.isnan(tpp) else float(tpp),
                None if np.isnan(density) else float(density),
                bool(datacenter) if stated else None,
            )
            for tpp, density, datacenter, stated in zip(
                *(column[:count] for column in self), strict=True
            )
        ]

    def complete(self) -> Columns:
        """Return the same with every `datacenter` stated, as a NumPy column of bool has to be."""
        return self._replace(stated=np.ones_like(self.stated))


class Expected(NamedTuple):
    """What the scalar engine says of a row.

    Attributes:
        truths: of the entries, in the order of `ENTRIES`.
        said: the columns that a screened frame has more, joined as there: outcome, exportable,
            entries, missing, because.
    """

    truths: tuple[Truth, ...]
    said: tuple[str, str, str, str, str]


def columns(count: int) -> Columns:
    """Return chips, always the same ones."""
    rng = np.random.default_rng(SEED)

    def metric(most: float, places: int, lines: tuple[float, ...]) -> NDArray[np.float64]:
        values = np.round(rng.uniform(0, most, count), places)
        on_a_line = rng.random(count) < _ON_A_LINE
        values[on_a_line] = rng.choice(lines, int(on_a_line.sum()))
        values[rng.random(count) < _MISSING] = np.nan
        return values

    tpp = metric(9600, 2, _TPP_LINES)
    density = metric(8, 3, _DENSITY_LINES)
    stated = rng.random(count) >= _MISSING
    datacenter = (rng.random(count) < 0.5) & stated  # noqa: PLR2004 - half of them
    return Columns(tpp, density, datacenter, stated)


def items(rows: Sequence[Row]) -> list[Item]:
    """Return the rows as measured chips, in exact decimals."""
    return [_item(row) for row in rows]


def expected(rows: Sequence[Row]) -> list[Expected]:
    """Return what the scalar engine says."""
    law = ruleset(LAW)
    found = []
    for item in items(rows):
        assessment = assess(law, item, QUESTION)
        # A spec lacks its market; a frame lacks a column.
        missing = ("datacenter" if what == "market" else what for what in assessment.missing)
        said = (
            assessment.outcome,
            assessment.exportable,
            ";".join(assessment.entries),
            ";".join(missing),
            law.id,
        )
        truths = tuple(assessment.facts.entries[name] for name in ENTRIES)
        found.append(Expected(truths, said))
    return found


def _item(row: Row) -> Item:
    item = measure(Chip.model_validate({"id": "x", "name": "X", "vendor": "Y"}))
    for name in FIELDS[:2]:
        item.values = {**item.values, name: _value(name, getattr(row, name))}
    flag = UNKNOWN if row.datacenter is None else known(row.datacenter)
    item.flags = {**item.flags, "datacenter": flag}
    return item


def _value(name: str, number: float | None) -> Value:
    if number is None:
        return Value(None, None, (name,))
    exact = Decimal(repr(number))
    return Value(exact, exact)

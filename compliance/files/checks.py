"""The cells that the screen reads: text made numbers, dates, true and false, or refused.

What stands in other columns is not looked at. Nothing is guessed: 1,5 and 1,500 are no numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from compliance.files.refusals import Fault
from compliance.frames.fields import QUANTITIES, YES_OR_NO
from compliance.groups import spellings
from compliance.readers.cells import ABSENT
from compliance.readings import PLACES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compliance.files.batches import Batch, Refuse, Schema
    from compliance.frames.fields import Column


class Check(NamedTuple):
    """How the cells of one column are read.

    Attributes:
        column: its name.
        value: what they become; None if they stay as they are.
        dtype: the type of that.
        odd: given that, which cells have to be looked at; None if none ever.
        bad: which of those are refused.
        expected: what would do.
    """

    column: str
    value: pl.Expr | None = None
    dtype: pl.DataType | None = None
    odd: pl.Expr | None = None
    bad: pl.Expr | None = None
    expected: str = ""


_VALUE = "__value_{}"
_ODD = "__odd"


class Checks:
    """How the rows of files are read.

    Attributes:
        types: column -> its type, for those whose text is read as something else.
    """

    def __init__(self, found: Mapping[tuple[str, str], Column], schema: Schema) -> None:
        fields = {column.name: field for (field, _), column in found.items()}
        checks = [_check(fields[n], n, dtype) for n, dtype in schema.items() if n in fields]
        self.types = {c.column: c.dtype for c in checks if c.dtype is not None}
        self._values = [
            c.value.alias(_VALUE.format(c.column)) for c in checks if c.value is not None
        ]
        self._able = [check for check in checks if check.bad is not None]
        self._odd = [check.odd.fill_null(value=False) for check in checks if check.odd is not None]
        self._bad = [
            check.bad.fill_null(value=False).alias(check.column)
            for check in checks
            if check.bad is not None
        ]

    def read(self, batch: Batch, refuse: Refuse) -> pl.DataFrame:
        """Return the rows that can be read, their columns read, and refuse the others."""
        frame = batch.frame.with_columns(self._values)
        if self._odd:
            odd = frame.select(pl.any_horizontal(self._odd).alias(_ODD)).to_series()
            if odd.any():
                frame = self._sound(batch, frame, odd.arg_true(), refuse)
        read = {name: pl.col(_VALUE.format(name)) for name in self.types}
        return frame.select(
            read.get(name, pl.col(name)).alias(name) for name in batch.frame.columns
        )

    def _sound(
        self, batch: Batch, frame: pl.DataFrame, rows: pl.Series, refuse: Refuse
    ) -> pl.DataFrame:
        """Refuse those of some rows that can't be read, and return all others."""
        bad = frame[rows].select(self._bad)
        faulty = bad.select(pl.any_horizontal(pl.all()).alias(_ODD)).to_series()
        refused = rows.filter(faulty)
        cells = batch.frame[refused].select(bad.columns).iter_rows()
        for row, faults, texts in zip(refused, bad.filter(faulty).iter_rows(), cells, strict=True):
            there = zip(self._able, faults, texts, strict=True)
            found = (Fault(c.column, str(t), c.expected) for c, fault, t in there if fault)
            refuse(batch.rows[row], *found)
        floats = [name for name, dtype in self.types.items() if dtype.is_float()]
        frame = frame.with_columns(pl.col(_VALUE.format(name)).fill_nan(None) for name in floats)
        if refused.is_empty():
            return frame
        return frame.with_row_index(_ODD).filter(~pl.col(_ODD).is_in(refused.implode())).drop(_ODD)


def _check(field: str, column: str, dtype: pl.DataType) -> Check:
    """Return how a column that holds a field is read."""
    cells = pl.col(column)
    text = (cells if dtype == pl.String else cells.cast(pl.String)).str.strip_chars()
    if field in QUANTITIES:
        kind = QUANTITIES[field]
        return _number(column, dtype, text, above_zero=kind is not None and kind.positive)
    if dtype not in _TEXTS:
        return Check(column)
    if field in YES_OR_NO:
        word = text.str.to_lowercase()
        yes = pl.when(word == "true").then(statement=True)
        value = yes.when(word == "false").then(statement=False)
        bad = _value(column).is_null() & _none_of(text, ABSENT)
        return Check(column, value, pl.Boolean(), _unread(column), bad, "true or false")
    if field in ("on", "released"):
        return _day(field, column, text)
    if field in PLACES:
        strange = _none_of(text, [*spellings(), ""])
        expected = "a country, by ISO 3166 code such as CN or by name"
        return Check(column, odd=strange, bad=strange, expected=expected)
    return Check(column)


_TEXTS = (pl.String, pl.Categorical, pl.Enum)


def _value(column: str) -> pl.Expr:
    return pl.col(_VALUE.format(column))


def _unread(column: str) -> pl.Expr:
    """Return which cells that have text have no value."""
    return _value(column).is_null() & pl.col(column).is_not_null()


def _none_of(text: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Return which texts are none of some words."""
    return ~text.str.to_lowercase().is_in(sorted(words))


def _number(column: str, dtype: pl.DataType, text: pl.Expr, *, above_zero: bool) -> Check:
    """Return how numbers are read; where a column of numbers has not a number, it is missing."""
    least = "above zero" if above_zero else "of zero or more"
    expected = f"a number {least}, such as 4800 or 1.5e3, without commas"
    if dtype in _TEXTS:
        value, number = text.cast(pl.Float64, strict=False), _value(column)
        outside = _outside(number, above_zero=above_zero, floating=True)
        odd = _unread(column) | ~number.is_finite() | outside
        none = number.is_null() | number.is_nan()
        bad = pl.when(none).then(_none_of(text, ABSENT)).otherwise(outside)
        return Check(column, value, pl.Float64(), odd, bad, expected)
    if not dtype.is_numeric():
        return Check(column)
    outside = _outside(pl.col(column), above_zero=above_zero, floating=dtype.is_float())
    return Check(column, odd=outside, bad=outside, expected=expected)


def _outside(number: pl.Expr, *, above_zero: bool, floating: bool) -> pl.Expr:
    """Return which numbers no quantity can be."""
    outside = (number <= 0) if above_zero else (number < 0)
    return outside | number.is_infinite() if floating else outside


def _day(field: str, column: str, text: pl.Expr) -> Check:
    """Return how days are read; of a release, a month or a year says no day and is left out."""
    day = pl.when(text.str.contains(_DAY)).then(text)
    value = day.str.to_date("%Y-%m-%d", strict=False)
    words = ABSENT if field == "released" else {""}
    bad = value.is_null() & _none_of(text, words)
    if field == "released":
        bad &= ~text.str.contains(_PART_OF_DAY)
    odd = _unread(column)
    return Check(column, value, pl.Date(), odd, bad, "a date such as 2025-05-01")


_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_PART_OF_DAY = r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$"

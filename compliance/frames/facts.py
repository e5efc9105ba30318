"""What the rows of a frame are known to be: metrics and flags as expressions over its columns.

As for one chip, a metric is a range with two ends, and either end may be missing; most columns give
both at once. What is missing, negative, infinite or not a number is unknown.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from compliance.chips import BITS
from compliance.errors import argument_error
from compliance.frames.fields import QUANTITIES, Column

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from compliance.frames.stages import Stages

# What follows from what: a metric uses columns and ranges, a density uses metrics.
_TEXT, COLUMN, _RANGE, PLACE, _METRIC, _MIXED, _DENSITY, _MIXED_DENSITY, LEAVES, CRITERIA = range(
    10
)
_DENSITIES = ("performance_density", "hbm_bandwidth_density")
_NARROW = 16
_BYTES = 9
"""Decimal places of bytes a second in GB/s."""

_MARKETS = ("datacenter", "workstation", "consumer", "embedded")
KINDS = ("accelerator", "hbm", "system")


class Ends(NamedTuple):
    """A metric of each row.

    Attributes:
        low: the least it can be; None where no row has one.
        high: the most; the same expression as `low` where columns give both at once.
        scale: how many canonical units one of these numbers is.
        divided: some of them are quotients, which may miss a line that they are on by a little.
    """

    low: nw.Expr | None
    high: nw.Expr | None
    scale: Fraction = Fraction(1)
    divided: bool = False

    @property
    def exact(self) -> bool:
        """Whether one column gives both ends."""
        return self.low is self.high

    def line(self, threshold: Decimal) -> float:
        """Return a threshold in the unit of these numbers."""
        return float(Fraction(threshold) / self.scale)

    def limit(self, comparator: str, threshold: Decimal) -> float:
        """Return what they are compared with to tell whether they pass a threshold."""
        limit = self.line(threshold)
        if self.divided:
            limit *= 1 - NEAR if comparator in (">=", "<") else 1 + NEAR
        return limit

    @property
    def nothing(self) -> bool:
        """Whether no row has either end."""
        return self.low is None and self.high is None


class Plain(NamedTuple):
    """A column by its name, in the words that narwhals has from Polars.

    Attributes:
        name: of the column.
        casts: the types by which its numbers come to that of the thresholds.
    """

    name: str
    casts: tuple[str, ...] = ()

    def of(self, library: Any) -> Any:  # noqa: ANN401 - narwhals or Polars, and an expression of it
        """Return the expression of a library."""
        column = library.col(self.name)
        for kind in self.casts:
            column = column.cast(getattr(library, kind))
        return column


_NOTHING = Ends(None, None)
NEAR = 2**-50
"""A share by which a quotient of rounded numbers can't be off: 160.32 / 50.1 is below 3.2."""


class Facts:
    """The rows of a frame, as the engine's conditions ask about them.

    Attributes:
        stages: where expressions are kept that are used more than once.
    """

    def __init__(
        self,
        columns: Mapping[tuple[str, str], Column],
        schema: Mapping[str, nw.dtypes.DType],
        stages: Stages,
    ) -> None:
        self._columns = columns
        self._schema = schema
        self.stages = stages
        self._metrics: dict[str, Ends] = {}
        self._flags: dict[str, nw.Expr | None] = {}
        self._texts: dict[str, nw.Expr] = {}
        self._plain: dict[int, Plain] = {}

    @property
    def slots(self) -> frozenset[tuple[str, str]]:
        """The fields, and ends of ranges, that columns hold."""
        return frozenset(self._columns)

    def has(self, field: str) -> bool:
        """Return whether a column holds a field."""
        return any(slot[0] == field for slot in self._columns)

    def metric(self, name: str) -> Ends:
        """Return a metric: the column that holds it, or else what follows from others."""
        if name not in self._metrics:
            stated = self._stated(name)
            derive = getattr(self, f"_{name}", None)
            derived = derive() if derive else _NOTHING
            stage = _MIXED_DENSITY if name in _DENSITIES else _MIXED
            self._metrics[name] = self._first(stated, derived, stage)
        return self._metrics[name]

    def plain(self, fact: nw.Expr) -> Plain:
        """Return the column that a fact came from, or becomes.

        A metric that came in a column may be NaN, or another number that no quantity can be.
        """
        return self._plain.get(id(fact)) or Plain(self.stages.name(fact, CRITERIA))

    def flag(self, name: str) -> nw.Expr | None:
        """Return a flag: the column that holds it, or else what follows from a text."""
        if name not in self._flags:
            self._flags[name] = self._flag(name)
        return self._flags[name]

    def text(self, field: str) -> nw.Expr:
        """Return a text in lower case, without blanks around it; missing where it is empty."""
        if field not in self._texts:
            column = self._columns[field, ""]
            self._expect(column.name, (nw.String, nw.Categorical, nw.Enum), "text")
            text = nw.col(column.name).cast(nw.String).str.strip_chars().str.to_lowercase()
            said = nw.when(text != "").then(text).otherwise(nw.lit(None, dtype=nw.String))
            self._texts[field] = self.stages.keep(said, _TEXT)
        return self._texts[field]

    def day(self, field: str) -> nw.Expr:
        """Return a date: of a time with a zone, the day that it is there."""
        name = self._columns[field, ""].name
        dtype = self._expect(name, (nw.Date, nw.Datetime), "dates")
        day = nw.col(name)
        if isinstance(dtype, nw.Datetime) and dtype.time_zone:
            day = day.dt.replace_time_zone(None)
        return day.cast(nw.Date)

    def _flag(self, name: str) -> nw.Expr | None:
        if self.has(name):
            return self._yes_or_no(name)
        if name == "datacenter" and self.has("market"):
            market = self.text("market").str.replace_all(r"[\s_-]", "")
            known = nw.when(market.is_in(_MARKETS)).then(market == "datacenter")
            return self.stages.keep(known.otherwise(UNKNOWN), COLUMN)
        if name == "hbm" and self.has("memory_type"):
            return self.stages.keep(self.text("memory_type").str.contains("hbm"), COLUMN)
        return None

    def _yes_or_no(self, field: str) -> nw.Expr:
        column = self._columns[field, ""]
        dtype = self._expect(column.name, (nw.Boolean, nw.String), "true and false")
        if dtype != nw.String:
            flag = nw.col(column.name).cast(nw.Boolean)
            if dtype == nw.Boolean:
                self._plain[id(flag)] = Plain(column.name)
            return flag
        # So Dask has them, and tables that come from text.
        text = self.text(field)
        known = nw.when(text.is_in(["true", "false"])).then(text == "true")
        return self.stages.keep(known.otherwise(UNKNOWN), COLUMN)

    def _stated(self, field: str) -> Ends:
        """Return a quantity as columns state it: one for all of it, or one for each end."""
        if field not in QUANTITIES:
            return _NOTHING
        whole, least, most = (self._number(field, end) for end in ("", "min", "max"))
        ends = _NOTHING
        if least.low is not None or most.high is not None:
            scale = least.scale if least.low is not None else most.scale
            low, high = least.low, most.high
            if low is not None and high is not None:
                top = high
                if least.scale != most.scale:
                    high = _times(high, most.scale / scale)
                    # Equal ends are equal, though one of them was converted.
                    top = high * (1 + NEAR)
                # A range that is none says nothing.
                sound = (low <= top).fill_null(value=True)
                low = self.stages.keep(_only(sound, low), _RANGE)
                high = self.stages.keep(_only(sound, high), _RANGE)
            ends = Ends(low, high, scale)
        return self._first(whole, ends, PLACE)

    def _number(self, field: str, end: str) -> Ends:
        """Return a column of numbers; those that no quantity can be are missing."""
        column = self._columns.get((field, end))
        if column is None:
            return _NOTHING
        dtype = self._expect(column.name, nw.dtypes.NumericType, "numbers")
        # Single precision is meant as the decimals that it is shown as.
        casts = ("String", "Float64") if dtype == nw.Float32 else ("Float64",)
        plain = Plain(column.name, () if dtype == nw.Float64 else casts)
        number = plain.of(nw)
        # NaN is above all numbers to some engines and below to others; this suits both.
        sound = (number >= 0) & (number < math.inf)
        kept = self.stages.keep(_only(sound, number), COLUMN)
        self._plain[id(kept)] = plain
        return Ends(kept, kept, column.scale)

    def _first(self, stated: Ends, derived: Ends, stage: int) -> Ends:
        """Return what is stated, and row by row what is derived where nothing is stated."""
        if derived.nothing:
            return stated
        if stated.nothing:
            return derived
        ends = []
        for one, other in ((stated.low, derived.low), (stated.high, derived.high)):
            here = _nothing_stated(stated)
            scaled = None if other is None else _times(other, derived.scale / stated.scale)
            if one is None:
                ends.append(None if scaled is None else _only(here, scaled))
            elif scaled is None:
                ends.append(one)
            else:
                ends.append(nw.when(here).then(scaled).otherwise(one))
        low, high = (None if end is None else self.stages.keep(end, stage) for end in ends)
        both = stated.exact and derived.exact
        divided = stated.divided or derived.divided
        return Ends(low, low if both else high, stated.scale, divided)

    def _bit_tops(self) -> Ends:
        """Return the largest product of a rate and its bit length; see `metrics.bit_tops`."""
        rates = {name: self._stated(name) for name in BITS if self.has(name)}
        if not rates:
            return _NOTHING
        lows, highs, narrow = [], [], []
        for name, rate in rates.items():
            least, most = BITS[name]
            if rate.low is not None:
                lows.append(_times(rate.low, least * rate.scale))
            if rate.high is not None:
                highs.append(_times(rate.high, most * rate.scale))
            if most <= _NARROW:
                ends = (end for end in (rate.low, rate.high) if end is not None)
                narrow += [~end.is_null() for end in ends]
        low = self.stages.keep(_greatest(lows), _METRIC) if lows else None
        if not narrow:
            return Ends(low, None)
        # The wide formats alone are seldom what counts, and a rate without an upper end has none.
        bounded = nw.any_horizontal(*narrow, ignore_nulls=True)
        for rate in rates.values():
            if rate.exact or rate.low is None:
                continue
            open_ = ~rate.low.is_null()
            bounded = bounded & ~(open_ if rate.high is None else open_ & rate.high.is_null())
        high = None
        if highs:
            high = self.stages.keep(_only(bounded, _greatest(highs)), _METRIC)
        same = all(BITS[name][0] == BITS[name][1] and rate.exact for name, rate in rates.items())
        always = same and all(BITS[name][1] <= _NARROW for name in rates)
        return Ends(low, low if always else high)

    _tpp = _bit_tops

    def _performance_density(self) -> Ends:
        """Return TPP by the applicable die area."""
        return self._quotient(self.metric("tpp"), self._stated("die_area"))

    def _hbm_bandwidth_density(self) -> Ends:
        return self._quotient(self.metric("memory_bandwidth"), self._stated("package_area"))

    def _quotient(self, top: Ends, bottom: Ends) -> Ends:
        if top.nothing or bottom.nothing:
            return _NOTHING
        low = high = None
        if top.low is not None and bottom.high is not None:
            low = self.stages.keep(_only(bottom.high > 0, top.low / bottom.high), _DENSITY)
        if top.exact and bottom.exact:
            high = low
        elif top.high is not None and bottom.low is not None:
            high = self.stages.keep(_only(bottom.low > 0, top.high / bottom.low), _DENSITY)
        return Ends(low, high, top.scale / bottom.scale, divided=True)

    def _memory_plus_io_bandwidth(self) -> Ends:
        """Return memory and I/O bandwidth added up; one of the two alone is a lower bound.

        Sums are rounded to bytes a second: 0.6003 and 1.0997 TB/s are less than 1,700 GB/s else.
        """
        parts = [self.metric("memory_bandwidth"), self.metric("io_bandwidth")]
        lows = [_times(end.low, end.scale) for end in parts if end.low is not None]
        highs = [_times(end.high, end.scale) for end in parts if end.high is not None]
        low = high = None
        if lows:
            known = nw.any_horizontal(*(~end.is_null() for end in lows), ignore_nulls=True)
            total = sum((end.fill_null(0.0) for end in lows[1:]), lows[0].fill_null(0.0))
            low = self.stages.keep(_only(known, total.round(_BYTES)), _METRIC)
        if len(highs) == len(parts):
            high = self.stages.keep((highs[0] + highs[1]).round(_BYTES), _METRIC)
        return Ends(low, high)

    def _expect(self, name: str, types: type | tuple[type, ...], what: str) -> nw.dtypes.DType:
        """Return the type of a column, which has to be one of `types`."""
        dtype = self._schema[name]
        if not isinstance(dtype, types) and dtype != nw.Unknown:
            raise argument_error("frame", f"the column {name} of type {dtype}", f"{what} in it")
        return dtype


UNKNOWN = nw.lit(None, dtype=nw.Boolean)


def _only(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
    """Return a number where a condition holds, else nothing."""
    return nw.when(condition).then(value).otherwise(nw.lit(None, dtype=nw.Float64))


def _greatest(numbers: list[nw.Expr]) -> nw.Expr:
    """Return the greatest of some numbers; Spark wants two or more to choose from."""
    return nw.max_horizontal(*numbers) if len(numbers) > 1 else numbers[0]


def _times(number: nw.Expr, factor: Fraction | int) -> nw.Expr:
    return number if factor == 1 else number * float(factor)


def _nothing_stated(ends: Ends) -> nw.Expr:
    """Return in which rows no end is stated."""
    different = (ends.low,) if ends.exact else (ends.low, ends.high)
    nulls = [end.is_null() for end in different if end is not None]
    return nulls[0] if len(nulls) == 1 else nulls[0] & nulls[1]

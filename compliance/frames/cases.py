"""The cases that the rows of a frame fall into.

What a law says of a row rests on few things alone: between which thresholds each metric lies, and
which conditions without a number hold. Each of these is a digit, and all digits together are the
number of the row's case. A frame with one row for each case goes through the same criteria as any
other.
"""

from __future__ import annotations

import math
from functools import reduce
from operator import add, methodcaller
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw

from compliance.conditions import Compares, Has, Meets
from compliance.frames.facts import COLUMN, KINDS, LEAVES, UNKNOWN
from compliance.frames.stages import Stages
from compliance.frames.truths import Column, RowTruths, Truths, same_truth, unknown
from compliance.items import METRICS
from compliance.logic import UNKNOWN as OPEN
from compliance.logic import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from compliance.criteria import Leaf
    from compliance.frames.facts import Plain
    from compliance.readings import Reading


class _Digit(NamedTuple):
    """One of the things in which cases differ.

    Attributes:
        column: of the frame of cases.
        size: how many values it has: 0, 1 ...
        source: the column of the user's frame that it is told from.
        tests: of that column -> value, in order; the first that holds counts.
        otherwise: the value where none does.
    """

    column: str
    size: int
    source: Plain
    tests: tuple[tuple[Test, int], ...]
    otherwise: int

    def times(self, weight: int, kind: str, library: Any) -> Any:  # noqa: ANN401 - see Cases.number
        """Return its share in the number of a case."""
        source, dtype = self.source.of(library), getattr(library, kind)
        share = library.lit(self.otherwise * weight, dtype=dtype)
        for test, value in reversed(self.tests):
            given = library.lit(value * weight, dtype=dtype)
            share = library.when(test(source)).then(given).otherwise(share)
        return share


Test: TypeAlias = "Callable[[Any], Any]"
"""From an expression to where it is so."""


class _Mark(NamedTuple):
    """A threshold in the unit of a frame's numbers, and whether a number has to be above it."""

    limit: float
    above: bool

    def test(self, number: Any) -> Any:  # noqa: ANN401 - an expression of a library
        """Return where numbers reach it."""
        return number > self.limit if self.above else number >= self.limit


class _Scale(NamedTuple):
    """A metric among its marks, over the frame of cases.

    Attributes:
        marks: rising.
        low: the digit of its least; None where no row has one.
        high: the digit of its most; the same where columns give both at once.
    """

    marks: tuple[_Mark, ...]
    low: nw.Expr | None
    high: nw.Expr | None

    def truth(self, condition: Compares, mark: _Mark) -> nw.Expr:
        """Return the truth of a condition: true where the least passes, false where none does."""
        place, top = self.marks.index(mark), len(self.marks)
        truth = UNKNOWN
        if self.high is not None:
            truth = nw.when(self.high <= place).then(_NO).otherwise(truth)
        if self.low is not None:
            passed = (self.low > place) & (self.low <= top)
            truth = nw.when(passed).then(_YES).otherwise(truth)
        return ~truth if condition.comparator in ("<", "<=") else truth


_YES, _NO = nw.lit(value=True), nw.lit(value=False)


class Cases(Truths):
    """The truth of criteria for each case there can be; the columns are those of `frame`.

    Args:
        rows: the truth of criteria for the rows of the user's frame, all in one transaction.
        readings: the rulesets that are asked.
        days: of release, on which the extent of a ruleset depends.
    """

    def __init__(
        self, rows: RowTruths, readings: Iterable[Reading], days: Iterable[date | None]
    ) -> None:
        self.stages = Stages()
        self.on = None
        self._rows = rows
        self._digits: list[_Digit] = []
        self._conditions: dict[object, Column] = {}
        self._compared: dict[object, tuple[_Scale, Compares, _Mark]] = {}
        self._absent: dict[str, nw.Expr] = {}
        self._marks: list[tuple[str, tuple[_Mark, ...]]] = []
        self.invalid = {}
        self.kind = None if rows.kind is None else self._kinds(rows.kind)
        self._after = {day: self._said(rows.after(day), 2) for day in days if day}
        compared: dict[str, dict[Compares, object]] = {}
        for leaf in (leaf for reading in readings for leaf in reading.leaves()):
            condition, key = leaf.condition, same_truth(leaf)
            if isinstance(condition, Compares) and METRICS[condition.metric].unit != "date":
                compared.setdefault(condition.metric, {})[condition] = key
            elif not isinstance(condition, Meets) and key not in self._conditions:
                self._conditions[key] = self._said(rows.condition(leaf), 3)
        for metric, conditions in compared.items():
            self._measure(metric, conditions)

    @property
    def count(self) -> int:
        """How many cases there are."""
        return math.prod(digit.size for digit in self._digits)

    @property
    def plain(self) -> bool:
        """Whether all is told from columns of the user's frame as they came."""
        held = self._rows.stages.holds
        return not any(held(digit.source.name) for digit in self._digits)

    @property
    def key(self) -> object:
        """What the frame of cases depends on, given the readings."""
        return self._rows.facts.slots, tuple(self._marks)

    def frame(self) -> Any:  # noqa: ANN401 - a lazy frame of narwhals, which has no type for it
        """Return a frame with a row for each case, in the order of their numbers."""
        import polars as pl  # noqa: PLC0415 - only where frames are screened

        number = pl.int_range(self.count)
        columns = [
            (number // weight % digit.size).alias(digit.column) for digit, weight in self._weighed()
        ]
        return nw.from_native(pl.select(number.alias("number"), *columns).lazy())

    def number(self, kind: str, library: Any = nw) -> Any:  # noqa: ANN401 - of either library
        """Return the number of each row's case, over the user's frame.

        Args:
            kind: the type of the numbers.
            library: narwhals, or Polars, whose expressions it takes a while to translate into.
        """
        shares = [digit.times(weight, kind, library) for digit, weight in self._weighed()]
        return reduce(add, shares) if shares else library.lit(0, dtype=getattr(library, kind))

    def condition(self, leaf: Leaf) -> Column:
        """Return the truth of one condition."""
        key = same_truth(leaf)
        if key not in self._conditions:
            scale, condition, mark = self._compared[key]
            self._conditions[key] = self.stages.keep(scale.truth(condition, mark), LEAVES)
        return self._conditions[key]

    def absent(self, leaf: Leaf) -> Column | None:
        """Return where the fact that a condition asks for is absent, if that alone matters."""
        match leaf.condition:
            case Compares(metric) if metric in self._absent:
                return self._absent[metric]
            case Has():
                return unknown(self.condition(leaf))
        return None

    def name(self, leaf: Leaf) -> str:
        """Return what is missing where a condition is unknown."""
        return self._rows.name(leaf)

    def after(self, day: date) -> Column:
        """Return where an item was released after a day."""
        return self._after[day]

    def _weighed(self) -> Iterator[tuple[_Digit, int]]:
        weight = 1
        for digit in self._digits:
            yield digit, weight
            weight *= digit.size

    def _digit(
        self, size: int, source: nw.Expr, tests: Iterable[tuple[Test, int]], otherwise: int
    ) -> nw.Expr:
        """Return the column of a new digit."""
        name, plain = f"digit {len(self._digits)}", self._rows.facts.plain(source)
        self._digits.append(_Digit(name, size, plain, tuple(tests), otherwise))
        return nw.col(name)

    def _said(self, truth: Column, size: int) -> Column:
        """Return a truth as one of the cases: false, true, and unknown where it has three."""
        if isinstance(truth, Truth):
            return truth
        unsaid = [(methodcaller("is_null"), 2)] if size == len(Truth) else []
        digit = self._digit(size, truth, [(lambda truth: truth, 1), *unsaid], 0)
        known = nw.when(digit < len(Truth) - 1).then(digit == 1).otherwise(UNKNOWN)
        return self.stages.keep(known, COLUMN)

    def _kinds(self, kind: nw.Expr) -> nw.Expr:
        """Return the kind of item in each case; nothing where a row's is none of them."""
        tests = [(methodcaller("__eq__", name), place) for place, name in enumerate(KINDS)]
        digit = self._digit(len(KINDS) + 1, kind, tests, len(KINDS))
        self.invalid["kind"] = digit == len(KINDS)
        text = nw.lit(None, dtype=nw.String)
        for place, name in enumerate(KINDS):
            text = nw.when(digit == place).then(nw.lit(name)).otherwise(text)
        return self.stages.keep(text, COLUMN)

    def _measure(self, metric: str, conditions: Mapping[Compares, object]) -> None:
        """Make digits of a metric, from which the truths of conditions on it follow."""
        ends = self._rows.facts.metric(metric)
        if ends.nothing:
            self._conditions |= dict.fromkeys(conditions.values(), OPEN)
            return
        marks = {
            c: _Mark(ends.limit(c.comparator, c.threshold), c.comparator in (">", "<="))
            for c in conditions
        }
        rising = tuple(sorted(set(marks.values())))
        self._marks.append((metric, rising))
        low = None if ends.low is None else self._between(ends.low, rising)
        high = low
        if not ends.exact:
            high = None if ends.high is None else self._between(ends.high, rising)
        elif low is not None:
            self._absent[metric] = low > len(rising)
        scale = _Scale(rising, low, high)
        self._compared |= {key: (scale, c, marks[c]) for c, key in conditions.items()}

    def _between(self, end: nw.Expr, marks: Sequence[_Mark]) -> nw.Expr:
        """Return the digit of a number: how many marks it reaches; one more where it is missing.

        NaN is above all numbers to some engines and reaches nothing to others; this suits both.
        """
        none = len(marks) + 1
        reached = [(mark.test, place) for place, mark in enumerate(marks, 1)]
        endless, least = _Mark(math.inf, above=False), _Mark(0.0, above=False)
        tests = [(endless.test, none), *reversed(reached), (least.test, 0)]
        return self._digit(len(marks) + 2, end, tests, none)

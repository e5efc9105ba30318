"""The cases that the rows of a frame fall into.

What a law says of a row rests on few things alone: between which thresholds each metric lies, and
which conditions without a number hold. Each of these is a digit, and all digits together are the
number of the row's case. A frame with one row for each case goes through the same criteria as any
other.
"""

from __future__ import annotations

import math
import sys
from functools import lru_cache, partial, reduce
from itertools import pairwise
from operator import add, methodcaller, ne
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw

from compliance.conditions import Compares, Has, Meets
from compliance.frames.facts import COLUMN, KINDS, LEAVES, UNKNOWN
from compliance.frames.stages import Stages
from compliance.frames.truths import Column, Truths, same_truth, unknown
from compliance.items import METRICS
from compliance.logic import UNKNOWN as OPEN
from compliance.logic import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from compliance.criteria import Leaf
    from compliance.frames.facts import Plain
    from compliance.frames.rows import RowTruths
    from compliance.readings import Reading


Test: TypeAlias = "Callable[[Any], Any]"
"""From an expression to where it is so."""


class _Digit(NamedTuple):
    """One of the things in which cases differ.

    Attributes:
        column: of the frame of cases.
        values: what each of its codes stands for.
        source: the column of the user's frame that it is told from.
        bits: tests of that column, each with what its code is greater by where the test holds, and
            where it does not.
    """

    column: str
    values: tuple[int, ...]
    source: Plain
    bits: tuple[tuple[Test, int, int], ...]

    def share(self, weight: int, kind: str, library: Any) -> Any:  # noqa: ANN401 - see Cases.number
        """Return its share in the number of a case."""
        source = self.source.of(library)
        shares = []
        for test, there, elsewhere in self.bits:
            holds = library.when(test(source)).then(_literal(there * weight, kind, library))
            shares.append(holds.otherwise(_literal(elsewhere * weight, kind, library)))
        return reduce(add, shares)


@lru_cache(maxsize=1024)
def _literal(number: int, kind: str, library: Any) -> Any:  # noqa: ANN401 - see Cases.number
    """Return a number as an expression, made once: Polars makes a column of each."""
    return library.lit(number, dtype=getattr(library, kind))


class _Scale(NamedTuple):
    """A metric among its marks, over the frame of cases.

    Attributes:
        marks: rising.
        low: the digit of its least; None where no row has one.
        high: the digit of its most; the same where columns give both at once.
    """

    marks: tuple[float, ...]
    low: nw.Expr | None
    high: nw.Expr | None

    def truth(self, condition: Compares, mark: float) -> nw.Expr:
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
        self._compared: dict[object, tuple[_Scale, Compares, float]] = {}
        self._absent: dict[str, nw.Expr] = {}
        self._marks: list[tuple[str, tuple[float, ...]]] = []
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
        return math.prod(len(digit.values) for digit in self._digits)

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
            pl.lit(pl.Series(digit.column, digit.values)).gather(
                number // weight % len(digit.values)
            )
            for digit, weight in self._weighed()
        ]
        return nw.from_native(pl.select(number.alias("number"), *columns).lazy())

    def number(self, kind: str, library: Any = nw) -> Any:  # noqa: ANN401 - of either library
        """Return the number of each row's case, over the user's frame.

        Args:
            kind: the type of the numbers.
            library: narwhals, or Polars, whose expressions it takes a while to translate into.
        """
        shares = [digit.share(weight, kind, library) for digit, weight in self._weighed()]
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
            weight *= len(digit.values)

    def _digit(
        self, values: Iterable[int], source: nw.Expr, bits: Iterable[tuple[Test, int, int]]
    ) -> nw.Expr:
        """Return the column of a new digit."""
        name, plain = f"digit {len(self._digits)}", self._rows.facts.plain(source)
        self._digits.append(_Digit(name, tuple(values), plain, tuple(bits)))
        return nw.col(name)

    def _said(self, truth: Column, size: int) -> Column:
        """Return a truth as one of the cases: false, true, and unknown where it has three."""
        if isinstance(truth, Truth):
            return truth
        unsaid = [(methodcaller("is_null"), 2, 0)] if size == len(Truth) else []
        digit = self._digit(range(size), truth, [(lambda truth: truth, 1, 0), *unsaid])
        known = nw.when(digit < len(Truth) - 1).then(digit == 1).otherwise(UNKNOWN)
        return self.stages.keep(known, COLUMN)

    def _kinds(self, kind: nw.Expr) -> nw.Expr:
        """Return the kind of item in each case; nothing where a row's is none of them."""
        bits = [(methodcaller("__eq__", name), n, 0) for n, name in enumerate(KINDS, 1)]
        digit = self._digit(range(len(KINDS) + 1), kind, bits)
        self.invalid["kind"] = digit == 0
        text = nw.lit(None, dtype=nw.String)
        for place, name in enumerate(KINDS, 1):
            text = nw.when(digit == place).then(nw.lit(name)).otherwise(text)
        return self.stages.keep(text, COLUMN)

    def _measure(self, metric: str, conditions: Mapping[Compares, object]) -> None:
        """Make digits of a metric, from which the truths of conditions on it follow."""
        ends = self._rows.facts.metric(metric)
        if ends.nothing:
            self._conditions |= dict.fromkeys(conditions.values(), OPEN)
            return
        marks = {c: _mark(ends.limit(c.comparator, c.threshold), c.comparator) for c in conditions}
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

    def _between(self, end: nw.Expr, marks: Sequence[float]) -> nw.Expr:
        """Return the digit of a number: how many marks it exceeds; one more where it is missing.

        It is missing where it is below zero, NaN or without end. NaN is above all numbers to some
        engines and exceeds nothing to others; this suits both.
        """
        none = len(marks) + 1
        levels = (none, *range(none), none)
        tests = [
            methodcaller("__ge__", 0.0),
            *(methodcaller("__gt__", mark) for mark in (*marks, sys.float_info.max)),
        ]
        codes = one_bit_apart(len(levels))
        values = [level for _, level in sorted(zip(codes, levels, strict=True))]
        bits = []
        for bit in (1 << n for n in range(max(codes).bit_length())):
            turning = [t for t, (a, b) in zip(tests, pairwise(codes), strict=True) if (a ^ b) & bit]
            start = codes[0] & bit
            bits.append((partial(_odd, turning), bit - start, start))
        return self._digit(values, end, bits)


def one_bit_apart(count: int) -> list[int]:
    """Return the numbers below a count in an order in which one bit turns at each step.

    Of a code that turns one bit a level, each bit follows from the few levels where it turns. It is
    the reflected code of F. Gray, U.S. patent 2,632,058 (1953), for any count.
    """
    if count == 1:
        return [0]
    half = 1 << (count - 1).bit_length() - 1
    upper = one_bit_apart(count - half)
    lower = [n ^ n >> 1 for n in range(half)]
    turn = lower[-1] ^ upper[0]
    return [*(code ^ turn for code in lower), *(half + code for code in upper)]


def _odd(tests: Iterable[Test], number: Any) -> Any:  # noqa: ANN401 - an expression of a library
    """Return where an odd number of tests hold."""
    return reduce(ne, (test(number) for test in tests))


def _mark(limit: float, comparator: str) -> float:
    """Return the greatest number that does not reach a limit, or not exceed it.

    So numbers are compared with marks by `>`, which takes Polars one pass, where `>=` takes two.
    """
    return math.nextafter(limit, -math.inf) if comparator in (">=", "<") else limit

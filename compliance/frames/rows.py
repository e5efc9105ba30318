"""The truth of conditions for the rows of a user's frame."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from compliance.assessments import within
from compliance.conditions import Compares, Described, During, Has, Named, Settled
from compliance.frames.facts import COLUMN, KINDS, LEAVES, PLACE, UNKNOWN, Ends, Facts
from compliance.frames.places import Laws, Places
from compliance.frames.truths import (
    Column,
    Truths,
    both,
    column,
    either,
    same_truth,
    surely,
    unknown,
)
from compliance.items import METRICS, maker, maker_pattern, words_pattern
from compliance.logic import FALSE, TRUE, Truth
from compliance.logic import UNKNOWN as OPEN
from compliance.readings import PLACES, Informed, Within

if TYPE_CHECKING:
    from compliance.circumstances import Question
    from compliance.criteria import Leaf


class RowTruths(Truths):
    """The truth of criteria for the rows of a frame, in one transaction or one of each row.

    Args:
        facts: what the rows are known to be.
        question: the circumstances that are the same for all rows.
        laws: those that are asked, each with the first day on which it may be.
    """

    def __init__(self, facts: Facts, question: Question, laws: Laws) -> None:
        self.facts = facts
        self.stages = facts.stages
        self.question = question
        self.invalid = {}
        self._conditions: dict[object, Column] = {}
        self.on = facts.day("on") if facts.has("on") else None
        if self.on is not None:
            self.invalid["on"] = self.on.is_null()
        self.kind = self._kinds()
        self._places: Places | None = None
        if any(map(facts.has, PLACES)):
            self._places = Places(facts, question, self.on, laws)
            self.invalid |= self._places.invalid

    def condition(self, leaf: Leaf) -> Column:
        """Return the truth of one condition."""
        key = same_truth(leaf)
        if key not in self._conditions:
            truth = self._condition(leaf)
            if not isinstance(truth, Truth) and not isinstance(leaf.condition, Has):
                stage = LEAVES if isinstance(leaf.condition, Compares) else PLACE
                truth = self.stages.keep(truth, stage)
            self._conditions[key] = truth
        return self._conditions[key]

    def absent(self, leaf: Leaf) -> Column | None:
        """Return where the fact that a condition asks for is absent, if that alone matters."""
        match leaf.condition:
            case Compares(metric) if METRICS[metric].unit != "date":
                ends = self.facts.metric(metric)
                return ends.low.is_null() if ends.low is not None and ends.exact else None
            case Has():
                return unknown(self.condition(leaf))
        return None

    def after(self, day: date) -> Column:
        """Return where an item was released after a day."""
        if not self.facts.has("released"):
            return FALSE
        return surely(self.facts.day("released") > nw.lit(day))

    def name(self, leaf: Leaf) -> str:
        """Return what is missing where a condition is unknown."""
        if isinstance(leaf.condition, Named):
            return "name" if self.facts.has("vendor") else "vendor"
        if isinstance(leaf.condition, During):
            return "on"
        if isinstance(leaf.condition, Within) and self.on is not None:
            return "the country groups on that day"
        return leaf.name

    def _condition(self, leaf: Leaf) -> Column:
        match leaf.condition:
            case Settled(truth):
                return truth
            case During(first, last):
                return self._during(first, last)
            case Within(scope, jurisdiction):
                if self._places is None:
                    return within(scope, self.question, jurisdiction)
                parts = [(scope.to, "to"), (scope.headquarters, "headquarters")]
                return both(self._places.among(d, who, jurisdiction) for d, who in parts if d)
            case Informed(addressees):
                return either((OPEN, *(surely(self._made_by(maker(a))) for a in addressees)))
        return self._of_item(leaf)

    def _of_item(self, leaf: Leaf) -> Column:
        match leaf.condition:
            case Compares(metric, comparator, threshold):
                if METRICS[metric].unit == "date":
                    return self._released(comparator, date.fromordinal(int(threshold)))
                ends = self.facts.metric(metric)
                return _compared(ends, comparator, ends.limit(comparator, threshold))
            case Has(flag):
                return self._flag(flag)
            case Described(field):
                said = surely(self._flag(field))
                return both((said, OPEN))
            case Named() as named:
                return self._named(named)
        return OPEN

    def _flag(self, name: str) -> Column:
        """Return a flag. A spec that is silent on programmable logic says that there is none."""
        flag = self.facts.flag(name)
        if name == "fpld":
            return FALSE if flag is None else flag.fill_null(value=False)
        return OPEN if flag is None else flag

    def _released(self, comparator: str, day: date) -> Column:
        """Return whether the day of release passes."""
        if not self.facts.has("released"):
            return OPEN
        released, limit = self.facts.day("released"), nw.lit(day)
        return {
            ">=": released >= limit,
            ">": released > limit,
            "<=": released <= limit,
            "<": released < limit,
        }[comparator]

    def _named(self, named: Named) -> Column:
        """Return whether it is one of some maker's products."""
        made = self._made_by(named.vendor)
        if not named.products:
            return made
        if not self.facts.has("name"):
            return both((made, OPEN))
        name = self.facts.text("name")
        found = either(name.str.contains(words_pattern(words)) for words in named.products)
        return both((made, found))

    def _made_by(self, vendor: str) -> Column:
        if not self.facts.has("vendor"):
            return OPEN
        return self.facts.text("vendor").str.contains(maker_pattern(vendor))

    def _during(self, first: date, last: date) -> Column:
        assert self.on is not None  # noqa: S101 - else it was settled when the ruleset was read
        begun = TRUE if first == date.min else self.on >= nw.lit(first)
        return both((begun, TRUE if last == date.max else self.on <= nw.lit(last)))

    def _kinds(self) -> nw.Expr | None:
        """Return the kind of item, nothing where a text is none; note where that is so."""
        if not self.facts.has("kind"):
            return None
        text = self.facts.text("kind")
        valid = text.is_in(KINDS).fill_null(value=True)
        self.invalid["kind"] = ~self.stages.keep(valid, COLUMN)
        nothing = nw.lit(None, dtype=nw.String)
        kept = nw.when(valid).then(text).otherwise(nothing)
        kind = nw.when(text.is_null()).then(nw.lit(KINDS[0])).otherwise(kept)
        return self.stages.keep(kind, COLUMN)


def _compared(ends: Ends, comparator: str, threshold: float) -> Column:
    """Return whether a metric passes: true where all of its range does, false where none does."""
    low, high = ends.low, ends.high
    if low is not None and ends.exact:
        return _passes(low, comparator, threshold)
    nearer, farther = (low, high) if comparator in (">=", ">") else (high, low)
    truth: Column = OPEN
    if farther is not None:
        failed = ~_passes(farther, comparator, threshold)
        truth = nw.when(failed).then(nw.lit(False, dtype=nw.Boolean)).otherwise(UNKNOWN)  # noqa: FBT003 - a value
    if nearer is not None:
        passed = nw.when(_passes(nearer, comparator, threshold))
        truth = passed.then(nw.lit(True, dtype=nw.Boolean)).otherwise(column(truth))  # noqa: FBT003 - as above
    return truth


def _passes(number: nw.Expr, comparator: str, threshold: float) -> nw.Expr:
    if comparator == ">=":
        return number >= threshold
    if comparator == ">":
        return number > threshold
    return number <= threshold if comparator == "<=" else number < threshold

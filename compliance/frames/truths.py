"""Criteria as column expressions: the truth of every condition for every row.

A truth is a nullable Boolean, in which null is unknown, so that the engines' own `and`, `or` and
`not` are the strong Kleene connectives; or one of the three values, where it is the same for all
rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import narwhals.stable.v2 as nw

from compliance.conditions import Compares, Described, During, Has, Meets, Named, Settled
from compliance.criteria import Branch, Leaf, Node
from compliance.frames.facts import COLUMN, KINDS, LEAVES, PLACE, UNKNOWN, Ends, Facts
from compliance.groups import changes, seen_by, spellings
from compliance.items import METRICS, maker, maker_pattern, words_pattern
from compliance.logic import FALSE, TRUE, Truth, not_
from compliance.logic import UNKNOWN as OPEN
from compliance.readings import Informed, Within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from compliance.circumstances import Question
    from compliance.frames.stages import Stages
    from compliance.groups import Destinations

Column: TypeAlias = Truth | nw.Expr
"""A truth: the same for all rows, or a column."""


def both(truths: Iterable[Column]) -> Column:
    """Return the conjunction."""
    return _join(truths, TRUE, FALSE, lambda one, other: one & other)


def either(truths: Iterable[Column]) -> Column:
    """Return the disjunction."""
    return _join(truths, FALSE, TRUE, lambda one, other: one | other)


def negation(truth: Column) -> Column:
    """Return the negation."""
    return not_(truth) if isinstance(truth, Truth) else ~truth


def surely(truth: Column) -> Column:
    """Return where something is true: two values, no unknown."""
    if isinstance(truth, Truth):
        return TRUE if truth is TRUE else FALSE
    return truth.fill_null(value=False)


def possibly(truth: Column) -> Column:
    """Return where something is not false: two values, no unknown."""
    if isinstance(truth, Truth):
        return FALSE if truth is FALSE else TRUE
    return truth.fill_null(value=True)


def unknown(truth: Column) -> Column:
    """Return where something is unknown: two values, no unknown."""
    if isinstance(truth, Truth):
        return TRUE if truth is OPEN else FALSE
    return truth.is_null()


def column(truth: Column) -> nw.Expr:
    """Return a truth as an expression."""
    if not isinstance(truth, Truth):
        return truth
    return UNKNOWN if truth is OPEN else nw.lit(truth is TRUE, dtype=nw.Boolean)


def _join(
    truths: Iterable[Column],
    neutral: Truth,
    decisive: Truth,
    combine: Callable[[nw.Expr, nw.Expr], nw.Expr],
) -> Column:
    found: nw.Expr | None = None
    constant = neutral
    for truth in truths:
        if truth is decisive:
            return decisive
        if truth is OPEN:
            constant = OPEN
        elif not isinstance(truth, Truth):
            found = truth if found is None else combine(found, truth)
    if found is None:
        return constant
    return found if constant is neutral else combine(found, UNKNOWN)


class Truths(ABC):
    """The truth of criteria, as columns.

    Attributes:
        stages: where columns are kept that are used more than once.
        kind: the kind of item, a text; None where all are accelerators.
        on: the day of each row; None where it is the same for all.
        invalid: field -> where its text is none that it can have.
    """

    stages: Stages
    kind: nw.Expr | None
    on: nw.Expr | None
    invalid: dict[str, Column]

    @abstractmethod
    def condition(self, leaf: Leaf) -> Column:
        """Return the truth of one condition."""

    @abstractmethod
    def absent(self, leaf: Leaf) -> Column | None:
        """Return where the fact that a condition asks for is absent.

        None where the condition can be unknown for more reasons than that.
        """

    @abstractmethod
    def name(self, leaf: Leaf) -> str:
        """Return what is missing where a condition is unknown."""

    @abstractmethod
    def after(self, day: date) -> Column:
        """Return where an item was released after a day."""

    def of_kind(self, kind: str, truth: Callable[[], Column]) -> Column:
        """Return a truth for items of a kind; false for others."""
        if self.kind is None:
            return truth() if kind == KINDS[0] else FALSE
        return both((self.kind == kind, truth()))

    def kinds(self, kinds: Iterable[str]) -> Column:
        """Return which rows are of one of some kinds."""
        return either(self.of_kind(kind, lambda: TRUE) for kind in kinds)

    def of(self, node: Node, entries: Mapping[str, Column]) -> Column:
        """Return the truth of a criterion, given those of a ruleset's entries."""
        if isinstance(node, Branch):
            children = [self.of(child, entries) for child in node.children]
            if node.word == "not":
                return negation(children[0])
            return both(children) if node.word == "all" else either(children)
        assert isinstance(node, Leaf)  # noqa: S101 - there is nothing else
        if isinstance(node.condition, Meets):
            return entries[node.condition.entry]
        return self.condition(node)


class RowTruths(Truths):
    """The truth of criteria for the rows of a frame, in one transaction or one of each row.

    Attributes:
        facts: what the rows are known to be.
        question: the circumstances that are the same for all rows.
    """

    def __init__(self, facts: Facts, question: Question) -> None:
        self.facts = facts
        self.stages = facts.stages
        self.question = question
        self.invalid = {}
        self._conditions: dict[object, Column] = {}
        self.on = facts.day("on") if facts.has("on") else None
        if self.on is not None:
            self.invalid["on"] = self.on.is_null()
        self.kind = self._one_of("kind", KINDS, "accelerator")
        to = self._one_of("to", tuple(spellings()))
        same = question.to.casefold() if to is None else to
        headquarters = self._one_of("headquarters", tuple(spellings()), same)
        if headquarters is None and question.headquarters is None:
            headquarters = to
        self._parties = {"to": to, "headquarters": headquarters}

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
                parts = [(scope.to, "to"), (scope.headquarters, "headquarters")]
                return both(self._among(d, who, jurisdiction) for d, who in parts if d)
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

    def _among(self, destinations: Destinations, who: str, jurisdiction: str) -> Column:
        """Return whether a party is in one of some countries on the day."""
        days = [self.question.on] if self.on is None else [date.min, *changes()]
        codes = tuple(self._codes(who))
        found: list[tuple[date, Column]] = []
        before: object = None
        for day in days:
            truths = _membership(destinations, jurisdiction, day, codes)
            if truths != before:
                found.append((day, self._member(who, truths)))
                before = truths
        truth = found[0][1]
        for day, later in found[1:]:
            assert self.on is not None  # noqa: S101 - one day has one list
            on_time = nw.when(self.on >= nw.lit(day))
            truth = on_time.then(column(later)).otherwise(column(truth))
        return truth

    def _codes(self, who: str) -> Iterable[str]:
        """Return the countries that a party may be in."""
        if self._parties[who] is not None:
            return dict.fromkeys(spellings().values())
        return (
            self.question.headquarters or self.question.to if who != "to" else self.question.to,
        )

    def _member(self, who: str, truths: Mapping[str, Truth]) -> Column:
        """Return whether a party is in a country of which that is true."""
        party = self._parties[who]
        if party is None or len(set(truths.values())) == 1:
            return next(iter(truths.values()))
        listed = {
            truth: [s for s, c in spellings().items() if truths[c] is truth] for truth in Truth
        }
        found = party.is_in(listed[TRUE])
        if not listed[OPEN]:
            return found
        return nw.when(party.is_in(listed[OPEN])).then(UNKNOWN).otherwise(found)

    def _one_of(
        self, field: str, known: tuple[str, ...], otherwise: nw.Expr | str | None = None
    ) -> nw.Expr | None:
        """Return a column with a text that is one of some; note where it is none of them."""
        if not self.facts.has(field):
            return None
        text = self.facts.text(field)
        valid = text.is_in(known).fill_null(value=otherwise is not None)
        self.invalid[field] = ~self.stages.keep(valid, COLUMN)
        nothing = nw.lit(None, dtype=nw.String)
        kept = nw.when(valid).then(text).otherwise(nothing)
        if otherwise is not None:
            instead = nw.lit(otherwise) if isinstance(otherwise, str) else otherwise
            kept = nw.when(text.is_null()).then(instead).otherwise(kept)
        return self.stages.keep(kept, PLACE - 1 if field == "headquarters" else COLUMN)


def same_truth(leaf: Leaf) -> object:
    """Return what conditions of one truth share: many rows of law name one place or number."""
    condition = leaf.condition
    if isinstance(condition, Within):
        # The activity was settled when the ruleset was read.
        return condition.scope.to, condition.scope.headquarters, condition.jurisdiction
    return condition


@lru_cache(maxsize=4096)
def _membership(
    destinations: Destinations, jurisdiction: str, day: date, codes: tuple[str, ...]
) -> Mapping[str, Truth]:
    """Return code -> whether a country is among some on a day. Many rows of law name the same."""
    return {code: destinations.has(seen_by(jurisdiction, code), day) for code in codes}


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

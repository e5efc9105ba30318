"""Criteria as column expressions: the truth of every condition for every row.

A truth is a nullable Boolean, in which null is unknown, so that the engines' own `and`, `or` and
`not` are the strong Kleene connectives; or one of the three values, where it is the same for all
rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeAlias

import narwhals.stable.v2 as nw

from compliance.frames.facts import KINDS, UNKNOWN
from compliance.logic import FALSE, TRUE, Truth, not_
from compliance.logic import UNKNOWN as OPEN
from compliance.readings import Within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from compliance.criteria import Leaf
    from compliance.frames.stages import Stages

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


def same_truth(leaf: Leaf) -> object:
    """Return what conditions of one truth share: many rows of law name one place or number."""
    condition = leaf.condition
    if isinstance(condition, Within):
        # The activity was settled when the ruleset was read.
        return condition.scope.to, condition.scope.headquarters, condition.jurisdiction
    return condition

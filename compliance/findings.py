"""What a criterion is evaluated on, and what comes of each condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.units import EXACT

if TYPE_CHECKING:
    from decimal import Decimal

    from compliance.circumstances import Question
    from compliance.criteria import Leaf
    from compliance.items import Item
    from compliance.logic import Truth
    from compliance.values import Value


class Facts:
    """What a criterion is evaluated on: an item, the entries it meets, and those of its parts.

    Attributes:
        item: the measured chip.
        entries: entry id -> truth, of the entries classified so far.
        parts: the facts of each chip in a system.
        question: the transaction, for the few criteria that ask about it; None where an item is
            only classified.
        whole: the facts of the system it is part of, or its own.
    """

    __slots__ = ("entries", "item", "parts", "question", "whole")

    item: Item
    entries: dict[str, Truth]
    parts: tuple[Facts, ...]
    question: Question | None
    whole: Facts

    def __init__(
        self, item: Item, parts: tuple[Facts, ...] = (), question: Question | None = None
    ) -> None:
        self.item = item
        self.question = question
        self.entries = {}
        self.parts = parts
        self.whole = self
        for part in parts:
            part.whole = self

    @classmethod
    def of(cls, question: Question | None) -> Facts:
        """Return a transaction without an item, for the criteria that ask about nothing else."""
        facts = cls.__new__(cls)
        facts.question = question
        return facts


class Finding:
    """One leaf evaluated on one item.

    Attributes:
        leaf: the condition.
        item: what it was evaluated on.
        truth: the result.
    """

    __slots__ = ("item", "leaf", "truth")

    leaf: Leaf
    item: Item
    truth: Truth

    def __init__(self, leaf: Leaf, item: Item, truth: Truth) -> None:
        self.leaf = leaf
        self.item = item
        self.truth = truth

    @property
    def value(self) -> Value | None:
        """The metric's value; None for a leaf that compares no number."""
        return self.item.values[self.leaf.metric.name] if self.leaf.metric else None

    @property
    def margin(self) -> tuple[Decimal | None, Decimal | None]:
        """Value minus threshold, at both ends; None where an end is unknown.

        Positive is above the threshold.
        """
        value, threshold = self.value, self.leaf.threshold
        if value is None or threshold is None or value.low is None:
            return None, None
        high = None if value.high is None else EXACT.subtract(value.high, threshold)
        return EXACT.subtract(value.low, threshold), high

    def __repr__(self) -> str:
        return f"Finding({self.leaf.id}: {self.leaf.text} is {self.truth}, {self.value})"

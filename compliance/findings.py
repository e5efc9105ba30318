"""What a criterion is evaluated on, and what comes of each condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.units import EXACT

if TYPE_CHECKING:
    from decimal import Decimal

    from compliance.circumstances import Question
    from compliance.criteria import Leaf, Node
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
        truths: criterion -> truth, where they were evaluated together.
    """

    __slots__ = ("entries", "item", "parts", "question", "truths", "whole")

    item: Item
    entries: dict[str, Truth]
    parts: tuple[Facts, ...]
    question: Question | None
    whole: Facts
    truths: dict[Node, Truth] | None

    def __init__(
        self, item: Item, parts: tuple[Facts, ...] = (), question: Question | None = None
    ) -> None:
        self.item = item
        self.question = question
        self.entries = {}
        self.parts = parts
        self.whole = self
        self.truths = None
        for part in parts:
            part.whole = self

    def truth(self, node: Node) -> Truth:
        """Return the truth of a criterion."""
        return node.evaluate(self) if self.truths is None else self.truths[node]

    @classmethod
    def of(cls, question: Question | None) -> Facts:
        """Return a transaction without an item, for the criteria that ask about nothing else."""
        facts = cls.__new__(cls)
        facts.question = question
        return facts


class Finding:
    """One leaf evaluated on one item; what is not read is not worked out.

    Attributes:
        leaf: the condition.
        facts: of the item it is evaluated on.
    """

    __slots__ = ("facts", "leaf")

    leaf: Leaf
    facts: Facts

    def __init__(self, leaf: Leaf, facts: Facts) -> None:
        self.leaf = leaf
        self.facts = facts

    @property
    def item(self) -> Item:
        """What it is evaluated on."""
        return self.facts.item

    @property
    def truth(self) -> Truth:
        """The result."""
        return self.leaf.evaluate(self.facts)

    @property
    def value(self) -> Value | None:
        """The metric's value; None for a leaf that compares no number."""
        return self.item.values[self.leaf.metric.name] if self.leaf.metric else None

    @property
    def margin(self) -> tuple[Decimal | None, Decimal | None]:
        """Value minus threshold, at both ends; None where an end is unknown.

        Positive is above the threshold.
        """
        leaf = self.leaf
        if leaf.metric is None or leaf.threshold is None:
            return None, None
        value = self.facts.item.values[leaf.metric.name]
        if value.low is None:
            return None, None
        low = EXACT.subtract(value.low, leaf.threshold)
        if value.high is value.low:
            return low, low
        return low, None if value.high is None else EXACT.subtract(value.high, leaf.threshold)

    def __repr__(self) -> str:
        return f"Finding({self.leaf.id}: {self.leaf.text} is {self.truth}, {self.value})"

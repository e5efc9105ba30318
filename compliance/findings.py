"""What a criterion is evaluated on, and what comes of each condition."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context
from typing import TYPE_CHECKING, TypeAlias, overload

from compliance.units import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from compliance.circumstances import Question
    from compliance.criteria import Leaf
    from compliance.items import Item
    from compliance.logic import Truth
    from compliance.values import Value

Margin: TypeAlias = "tuple[Decimal | None, Decimal | None]"
"""Value minus threshold, at both ends; None where an end is unknown. Positive is above."""


class Facts:
    """What a criterion is evaluated on: an item, the entries it meets, and those of its parts.

    Attributes:
        item: the measured chip.
        entries: entry id -> truth; facts of several items may share them, once all are there.
        parts: the facts of each chip in a system.
        question: the transaction, for the few criteria that ask about it; None where an item is
            only classified.
        system: the facts of the system it is part of; None of an item that is no part.
    """

    __slots__ = ("entries", "item", "parts", "question", "system")

    item: Item
    entries: Mapping[str, Truth]
    parts: tuple[Facts, ...]
    question: Question | None
    system: Facts | None

    @property
    def whole(self) -> Facts:
        """The facts of the system it is part of, or its own."""
        return self.system or self

    @staticmethod
    def of(item: Item, question: Question | None = None, parts: tuple[Facts, ...] = ()) -> Facts:
        """Return what criteria are evaluated on; the parts come to know what they are part of."""
        facts = Facts()
        facts.item = item
        facts.question = question
        facts.parts = parts
        facts.system = None
        for part in parts:
            part.system = facts
        return facts

    @staticmethod
    def without_item(question: Question | None) -> Facts:
        """Return a transaction alone, for the criteria that ask about nothing else."""
        facts = Facts()
        facts.question = question
        return facts


class Finding:
    """One leaf evaluated on one item; the truth is worked out when it is read.

    Attributes:
        leaf: the condition.
        facts: of the item it is evaluated on.
        margin: how far its value is from the threshold.
    """

    __slots__ = ("facts", "leaf", "margin")

    def __init__(self, leaf: Leaf, facts: Facts, margin: Margin) -> None:
        self.leaf = leaf
        self.facts = facts
        self.margin = margin

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

    def __repr__(self) -> str:
        return f"Finding({self.leaf.id}: {self.leaf.text} is {self.truth}, {self.value})"


class Findings(Sequence[Finding]):
    """Several leaves evaluated; each finding is made when it is read.

    Attributes:
        leaves: the conditions.
        facts: what each of them is evaluated on.
        margins: how far each value is from its threshold.
    """

    __slots__ = ("facts", "leaves", "margins")

    def __init__(
        self, leaves: tuple[Leaf, ...], facts: tuple[Facts, ...], margins: tuple[Margin, ...]
    ) -> None:
        self.leaves = leaves
        self.facts = facts
        self.margins = margins

    def __len__(self) -> int:
        return len(self.leaves)

    @overload
    def __getitem__(self, place: int) -> Finding: ...

    @overload
    def __getitem__(self, place: slice) -> Findings: ...

    def __getitem__(self, place: int | slice) -> Finding | Findings:
        if isinstance(place, slice):
            return Findings(self.leaves[place], self.facts[place], self.margins[place])
        return Finding(self.leaves[place], self.facts[place], self.margins[place])

    def __iter__(self) -> Iterator[Finding]:
        return map(Finding, self.leaves, self.facts, self.margins)

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.leaves + other.leaves, self.facts + other.facts, self.margins + other.margins
        )

    def __repr__(self) -> str:
        return f"Findings({list(self)})"


def margin(low: Decimal | None, high: Decimal | None, threshold: Decimal) -> Margin:
    """Return the ends of a value minus a threshold; None where an end is unknown."""
    if low is None:
        return NO_MARGIN
    above = difference(low, threshold)
    if high is low:
        return above, above
    return above, None if high is None else difference(high, threshold)


NO_MARGIN: Margin = (None, None)
difference = Context(prec=EXACT.prec, rounding=ROUND_HALF_EVEN).subtract
"""One number minus another. Rounded down as other results are, a number minus itself would be -0,
and seem to be below."""

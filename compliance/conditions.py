"""What a leaf of a criterion tests: plain data that can be asked of one item.

Each condition answers with a truth when it is asked of the facts of an item. What it compares is in
its fields, so that the same condition can be asked of the columns of a frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from inspect import get_annotations
from typing import TYPE_CHECKING, dataclass_transform

from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, any_, known

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from decimal import Decimal

    from compliance.findings import Facts


@dataclass_transform(frozen_default=True)
class Condition(ABC):
    """What a leaf tests. Two of a kind with the same fields are the same.

    There are many kinds, and as named tuples they would take a start longer to make.
    """

    __match_args__: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        cls.__match_args__ = tuple(get_annotations(cls))  # type: ignore[misc]  # by itself

    def __init__(self, *fields: object) -> None:
        vars(self).update(zip(self.__match_args__, fields, strict=True))

    @property
    @abstractmethod
    def test(self) -> Callable[[Facts], Truth]:
        """From the facts of an item to its truth."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, vars(self).values()))})"


class Compares(Condition):
    """A metric is compared with a threshold: `tpp >= 4800`.

    True where all of the metric's range passes, false where none of it does.
    """

    metric: str
    comparator: str
    threshold: Decimal

    @property
    def test(self) -> Callable[[Facts], Truth]:
        """The test whether the metric passes: this is what most of a check consists of."""
        metric, threshold = self.metric, self.threshold
        above, below = (FALSE, TRUE) if self.comparator in ("<", "<=") else (TRUE, FALSE)

        def reaches(facts: Facts) -> Truth:
            value = facts.item.values[metric]
            low, high = value.low, value.high
            if low is not None and low >= threshold:
                return above
            return below if high is not None and high < threshold else UNKNOWN

        def exceeds(facts: Facts) -> Truth:
            value = facts.item.values[metric]
            low, high = value.low, value.high
            if low is not None and low > threshold:
                return above
            return below if high is not None and high <= threshold else UNKNOWN

        return reaches if self.comparator in (">=", "<") else exceeds


class Has(Condition):
    """A flag: `datacenter`."""

    flag: str

    def test(self, facts: Facts) -> Truth:
        """Return the flag."""
        return facts.item.flags[self.flag]


class Named(Condition):
    """Who made it, and one of some products' names as whole words; no products stands for all."""

    vendor: str
    products: tuple[tuple[str, ...], ...]

    def test(self, facts: Facts) -> Truth:
        """Return whether the item is one of these."""
        if facts.item.vendor != self.vendor:
            return FALSE
        name = facts.item.name_words
        starts = range(len(name))
        found = any(name[n : n + len(words)] == words for words in self.products for n in starts)
        return known(found or not self.products)


class Described(Condition):
    """Its maker's words. Neither figures nor names tell, so a description only opens the question.

    Attributes:
        field: the field of a spec that has them.
    """

    field: str

    def test(self, facts: Facts) -> Truth:
        """Return that it is open, where the words are used."""
        return UNKNOWN if getattr(facts.item.chip, self.field) else FALSE


class Unpublished(Condition):
    """A condition whose content nobody has published."""

    what: str

    def test(self, facts: Facts) -> Truth:
        """Return that it is open."""
        del facts
        return UNKNOWN


class Meets(Condition):
    """Another entry is met."""

    entry: str

    def test(self, facts: Facts) -> Truth:
        """Return the truth of the entry."""
        return facts.entries[self.entry]


class Contains(Condition):
    """A system contains an item of an entry."""

    entry: str

    def test(self, facts: Facts) -> Truth:
        """Return whether any part meets the entry; of a system without parts, nothing is known."""
        if not facts.parts:
            return UNKNOWN
        return any_(part.entries[self.entry] for part in facts.parts)


class Attested(Condition):
    """Who attests the figures."""

    by: str

    def test(self, facts: Facts) -> Truth:
        """Return whether it is the one asked for."""
        by = facts.question.attested if facts.question else None
        return UNKNOWN if by is None else known(by == self.by)


class Exports(Condition):
    """What the exporter is."""

    roles: tuple[str, ...]

    def test(self, facts: Facts) -> Truth:
        """Return whether it is one of these."""
        return known(facts.question.exporter in self.roles) if facts.question else UNKNOWN


class During(Condition):
    """The day of the transaction lies between two, both included."""

    first: date
    last: date

    def test(self, facts: Facts) -> Truth:
        """Return whether it does."""
        if facts.question is None:
            return UNKNOWN
        return known(self.first <= facts.question.on <= self.last)


class Settled(Condition):
    """Nothing is asked any more."""

    truth: Truth

    def test(self, facts: Facts) -> Truth:
        """Return what is settled."""
        del facts
        return self.truth

"""Criteria: trees of `all`, `any` and `not` over leaves such as `tpp >= 4800`.

A tree is made once, from the plain data of a ruleset file, and evaluated on the facts of one item,
or turned into an expression over the columns of many.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypeAlias

from compliance.conditions import Has, Settled
from compliance.findings import NO_MARGIN, Facts, Finding, margin
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, not_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from compliance.conditions import Condition
    from compliance.items import Metric

    Test: TypeAlias = Callable[[Facts], Truth]
    Tests: TypeAlias = tuple[Test, ...]


class Node(ABC):
    """A criterion.

    Attributes:
        asks: the circumstances of the transaction it rests on; none where it is about the chip.
        evaluate: from facts to the truth of the criterion.
        id: of the paragraph it stands in, such as `3A090.a.1`.
        cite: where it stands; may be empty.
        note: what a reader should know of it; may be empty.
        source: the plain data of the file it was made from; None of one made otherwise.
    """

    __slots__ = ("cite", "evaluate", "id", "note", "source")

    asks: tuple[str, ...]
    evaluate: Callable[[Facts], Truth]
    id: str
    cite: str
    note: str
    source: object

    def __init__(self, evaluate: Callable[[Facts], Truth]) -> None:
        self.evaluate = evaluate
        self.id = self.cite = self.note = ""
        self.source = None

    @property
    @abstractmethod
    def text(self) -> str:
        """The criterion in one line."""

    @abstractmethod
    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield the leaves that make the criterion true, false or unknown, as it is."""

    @abstractmethod
    def leaves(self) -> tuple[Leaf, ...]:
        """Return all leaves, in the order of the text."""

    def adopt(self, id: str, cite: str) -> None:  # noqa: A002 - the word of the files
        """Take the id and citation of the paragraph around it, where it has none of its own."""
        self.id = self.id or id
        self.cite = self.cite or cite


class Branch(Node):
    """`all` or `any` of several criteria, or `not` of one.

    Attributes:
        word: `all`, `any` or `not`.
        children: what it joins.
    """

    __slots__ = ("asks", "children", "word")

    def __init__(self, word: str, children: tuple[Node, ...]) -> None:
        super().__init__(_CONNECTIVES[word](tuple(child.evaluate for child in children)))
        self.word = word
        self.children = children
        self.asks = tuple({asked for child in children for asked in child.asks})

    @property
    def text(self) -> str:
        """The criterion in one line, with parentheses where another branch stands inside."""
        several = len(self.children) > 1 or self.word == "not"
        nested = [isinstance(child, Branch) and child.word != "not" for child in self.children]
        texts = [
            f"({child.text})" if inner and several else child.text
            for child, inner in zip(self.children, nested, strict=True)
        ]
        if self.word == "not":
            return f"not {texts[0]}"
        return {"all": " and ", "any": " or "}[self.word].join(texts)

    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield the leaves that decide: those of the children that have the node's own truth."""
        truth = self.evaluate(facts)
        wanted = not_(truth) if self.word == "not" else truth
        for child in self.children:
            if child.evaluate(facts) is wanted:
                yield from child.deciding(facts)

    def leaves(self) -> tuple[Leaf, ...]:
        """Return all leaves, in the order of the text."""
        return tuple(leaf for child in self.children for leaf in child.leaves())

    def adopt(self, id: str, cite: str) -> None:  # noqa: A002 - the word of the files
        """Take the id and citation of the paragraph around it, and hand them down."""
        super().adopt(id, cite)
        for child in self.children:
            child.adopt(self.id, self.cite)


def _joined(decisive: Truth, neutral: Truth) -> Callable[[Tests], Test]:
    """Return `all` or `any` of some tests, as `logic` has them, without a call for it."""

    def join(tests: Tests) -> Test:
        def evaluate(facts: Facts) -> Truth:
            result = neutral
            for test in tests:
                truth = test(facts)
                if truth is decisive:
                    return decisive
                if truth is UNKNOWN:
                    result = UNKNOWN
            return result

        return evaluate

    return join


def _not(tests: Tests) -> Test:
    (test,) = tests
    return lambda facts: not_(test(facts))


_CONNECTIVES: dict[str, Callable[[Tests], Test]] = {
    "all": _joined(FALSE, TRUE),
    "any": _joined(TRUE, FALSE),
    "not": _not,
}


class Leaf(Node):
    """One condition.

    Attributes:
        condition: what it tests.
        metric: what it compares; None for a condition without a number.
        comparator: `>=`, `>`, `<=` or `<`; empty where there is none.
        threshold: in the metric's unit; None where there is none.
        lacks: the fact that is missing where a condition without a number is unknown.
        entry: the id of the entry it rests on; empty for most.
        of_parts: it rests on that entry of the parts of a system, not of the item itself.
        days: days on which its truth can change.
    """

    __slots__ = (
        "_text",
        "asks",
        "comparator",
        "condition",
        "days",
        "entry",
        "lacks",
        "metric",
        "of_parts",
        "threshold",
    )

    def __init__(
        self,
        text: str,
        condition: Condition,
        metric: Metric | None = None,
        comparator: str = "",
        threshold: Decimal | None = None,
        *,
        lacks: str = "",
        entry: str = "",
        of_parts: bool = False,
        asks: tuple[str, ...] = (),
        days: tuple[date, ...] = (),
    ) -> None:
        super().__init__(condition.test)
        self._text = text
        self.condition = condition
        self.metric = metric
        self.comparator = comparator
        self.threshold = threshold
        self.lacks = lacks
        self.entry = entry
        self.of_parts = of_parts
        self.asks = asks
        self.days = days

    @property
    def text(self) -> str:
        """The condition in one line."""
        return self._text

    @property
    def name(self) -> str:
        """What is missing where it is unknown: a metric or flag by its name, or the fact."""
        if self.metric:
            return self.metric.name
        return self.condition.flag if isinstance(self.condition, Has) else self.lacks

    def finding(self, facts: Facts) -> Finding:
        """Return the condition as it is on `facts`."""
        if self.metric is None or self.threshold is None:
            return Finding(self, facts, NO_MARGIN)
        value = facts.item.values[self.metric.name]
        return Finding(self, facts, margin(value.low, value.high, self.threshold))

    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield its finding."""
        yield self.finding(facts)

    def leaves(self) -> tuple[Leaf, ...]:
        """Return itself."""
        return (self,)


ALWAYS = Leaf("always", Settled(TRUE))
NEVER = Leaf("never", Settled(FALSE))


def both(nodes: Iterable[Node]) -> Node:
    """Return `all` of some criteria; what is settled already is left out."""
    return _join("all", nodes, ALWAYS, NEVER)


def either(nodes: Iterable[Node]) -> Node:
    """Return `any` of some criteria; what is settled already is left out."""
    return _join("any", nodes, NEVER, ALWAYS)


def negation(node: Node) -> Node:
    """Return `not` of a criterion."""
    settled = {ALWAYS: NEVER, NEVER: ALWAYS}
    return settled[node] if node in settled else Branch("not", (node,))


def _join(word: str, nodes: Iterable[Node], neutral: Node, decisive: Node) -> Node:
    children = tuple(node for node in nodes if node is not neutral)
    if decisive in children:
        return decisive
    if len(children) > 1:
        return Branch(word, children)
    return children[0] if children else neutral

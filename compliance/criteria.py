"""Criteria: trees of `all`, `any` and `not` over leaves such as `tpp >= 4800`.

A tree is made once, from the plain data of a ruleset file, and evaluated on the facts of one item.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from compliance.findings import Facts, Finding
from compliance.logic import Truth, all_, any_, not_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from decimal import Decimal

    from compliance.items import Metric


class Node(ABC):
    """A criterion.

    Attributes:
        text: the criterion in one line.
        evaluate: from facts to the truth of the criterion.
        id: of the paragraph it stands in, such as `3A090.a.1`.
        cite: where it stands; may be empty.
        note: what a reader should know of it; may be empty.
    """

    __slots__ = ("cite", "evaluate", "id", "note", "text")

    evaluate: Callable[[Facts], Truth]
    text: str
    id: str
    cite: str
    note: str

    def __init__(self, evaluate: Callable[[Facts], Truth], text: str) -> None:
        self.evaluate = evaluate
        self.text = text
        self.id = self.cite = self.note = ""

    @abstractmethod
    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield the leaves that make the criterion true, false or unknown, as it is."""

    @abstractmethod
    def leaves(self) -> Iterator[Leaf]:
        """Yield all leaves, in the order of the text."""

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

    __slots__ = ("children", "word")

    def __init__(self, word: str, children: tuple[Node, ...]) -> None:
        tests = tuple(child.evaluate for child in children)
        super().__init__(
            {
                "all": lambda facts: all_(test(facts) for test in tests),
                "any": lambda facts: any_(test(facts) for test in tests),
                "not": lambda facts: not_(tests[0](facts)),
            }[word],
            _joined(word, children),
        )
        self.word = word
        self.children = children

    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield the leaves that decide: those of the children that have the node's own truth."""
        truth = self.evaluate(facts)
        wanted = not_(truth) if self.word == "not" else truth
        for child in self.children:
            if child.evaluate(facts) is wanted:
                yield from child.deciding(facts)

    def leaves(self) -> Iterator[Leaf]:
        """Yield all leaves, in the order of the text."""
        for child in self.children:
            yield from child.leaves()

    def adopt(self, id: str, cite: str) -> None:  # noqa: A002 - the word of the files
        """Take the id and citation of the paragraph around it, and hand them down."""
        super().adopt(id, cite)
        for child in self.children:
            child.adopt(self.id, self.cite)


class Leaf(Node):
    """One condition.

    Attributes:
        metric: what it compares; None for a condition without a number.
        comparator: `>=`, `>`, `<=` or `<`; empty where there is none.
        threshold: in the metric's unit; None where there is none.
        lacks: the fact that is missing where a condition without a number is unknown.
        entry: the id of the entry it rests on; empty for most.
        of_parts: it rests on that entry of the parts of a system, not of the item itself.
        of_chip: it is about the chip; False where it asks about the transaction.
        days: days on which its truth can change.
    """

    __slots__ = (
        "comparator",
        "days",
        "entry",
        "lacks",
        "metric",
        "of_chip",
        "of_parts",
        "threshold",
    )

    def __init__(
        self,
        text: str,
        test: Callable[[Facts], Truth],
        metric: Metric | None = None,
        comparator: str = "",
        threshold: Decimal | None = None,
        *,
        lacks: str = "",
        entry: str = "",
        of_parts: bool = False,
        of_chip: bool = True,
        days: tuple[date, ...] = (),
    ) -> None:
        super().__init__(test, text)
        self.metric = metric
        self.comparator = comparator
        self.threshold = threshold
        self.lacks = lacks
        self.entry = entry
        self.of_parts = of_parts
        self.of_chip = of_chip
        self.days = days

    def finding(self, facts: Facts) -> Finding:
        """Return the condition with its truth on `facts`."""
        return Finding(self, facts.item, self.evaluate(facts))

    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield its finding."""
        yield self.finding(facts)

    def leaves(self) -> Iterator[Leaf]:
        """Yield itself."""
        yield self


def _joined(word: str, children: tuple[Node, ...]) -> str:
    """Return a branch in one line, with parentheses where another branch stands inside."""
    nested = [isinstance(child, Branch) and child.word != "not" for child in children]
    texts = [
        f"({child.text})" if inner and (len(children) > 1 or word == "not") else child.text
        for child, inner in zip(children, nested, strict=True)
    ]
    return f"not {texts[0]}" if word == "not" else {"all": " and ", "any": " or "}[word].join(texts)

"""Criteria over the rows of a frame, known by what they say.

Versions of a law share most of their criteria, and so do the rows of one version. Each is worked
out once, and what joins others becomes a column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from compliance.conditions import Meets
from compliance.criteria import Branch, Leaf
from compliance.frames.facts import CRITERIA
from compliance.frames.truths import (
    Column,
    both,
    either,
    negation,
    possibly,
    same_truth,
    surely,
    unknown,
)
from compliance.logic import FALSE, TRUE, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compliance.criteria import Node
    from compliance.frames.stages import Stages
    from compliance.frames.truths import Truths
    from compliance.readings import Reading

# What follows from what: a criterion uses those in it, and so does what it lacks.
_LACKS = CRITERIA + 1000
WAYS_OPEN = CRITERIA + 2000

Lacks: TypeAlias = "Mapping[str, Column]"
"""What is missing -> where a criterion is open for want of it, given that it is open."""

_ENTRY = "entry"
_JOINING = ("all", "any")


class Criterion:
    """A criterion; two that say the same of the rows of a frame are one.

    Attributes:
        word: `all`, `any` or `not`; `entry` for being in an entry; empty for a condition.
        children: what it joins; of an entry, who is in it.
        leaf: a condition that says it; None where it consists of others.
        kind: of the items that may be in an entry.
        height: how deep `all` and `any` stand in one another in it.
    """

    __slots__ = ("children", "height", "kind", "leaf", "word")

    def __init__(
        self,
        word: str,
        children: tuple[Criterion, ...] = (),
        leaf: Leaf | None = None,
        kind: str = "",
    ) -> None:
        self.word = word
        self.children = children
        self.leaf = leaf
        self.kind = kind
        below = max((child.height for child in children), default=0)
        self.height: int = below + (word in _JOINING)


class Criteria:
    """The criteria of all laws that are asked about the rows of a frame.

    Args:
        truths: of conditions.
    """

    def __init__(self, truths: Truths) -> None:
        self.truths = truths
        self._known: dict[object, Criterion] = {}
        self._truths: dict[Criterion, Column] = {}
        self._lacks: dict[Criterion, Lacks] = {}
        self._absent: dict[str, Column] = {}
        self._open: dict[object, Column] = {}

    def entries(self, reading: Reading) -> dict[str, Criterion]:
        """Return entry id -> who is in it."""
        found: dict[str, Criterion] = {}
        for entry in reading.ruleset.entries:
            inside = self.of(reading.entries[entry.id], found)
            key = _ENTRY, entry.item, inside
            found[entry.id] = self._same(key, Criterion(_ENTRY, (inside,), kind=entry.item))
        return found

    def of(self, node: Node, entries: Mapping[str, Criterion]) -> Criterion:
        """Return a criterion, given a ruleset's entries."""
        if isinstance(node, Branch):
            children = tuple(self.of(child, entries) for child in node.children)
            return self._same((node.word, children), Criterion(node.word, children))
        assert isinstance(node, Leaf)  # noqa: S101 - there is nothing else
        if isinstance(node.condition, Meets):
            return entries[node.condition.entry]
        return self._same((same_truth(node), self.truths.name(node)), Criterion("", leaf=node))

    def _same(self, key: object, criterion: Criterion) -> Criterion:
        """Return the one that came first of those that say the same."""
        return self._known.setdefault(key, criterion)

    def truth(self, criterion: Criterion) -> Column:
        """Return where a criterion is true."""
        if criterion not in self._truths:
            truth = self._truth(criterion)
            if criterion.word in _JOINING:
                truth = self._kept(truth, CRITERIA + criterion.height)
            self._truths[criterion] = truth
        return self._truths[criterion]

    def _truth(self, criterion: Criterion) -> Column:
        if criterion.leaf:
            return self.truths.condition(criterion.leaf)
        if criterion.word == _ENTRY:
            inside = criterion.children[0]
            return self.truths.of_kind(criterion.kind, lambda: self.truth(inside))
        children = [self.truth(child) for child in criterion.children]
        if criterion.word == "not":
            return negation(children[0])
        return both(children) if criterion.word == "all" else either(children)

    def open(self, fits: Criterion, barred: tuple[Criterion, ...]) -> Column:
        """Return where a way may be open: to whom it may fit, and is not surely barred."""
        key = fits, barred
        if key not in self._open:
            closed = either(surely(self.truth(one)) for one in barred)
            where = both((possibly(self.truth(fits)), negation(closed)))
            self._open[key] = self._kept(where, WAYS_OPEN)
        return self._open[key]

    def missing(self, criterion: Criterion) -> Lacks:
        """Return what is missing -> where a criterion is open for want of it, given that it is."""
        lacks = self._lacking(criterion)
        return {name: both((w, self._absent.get(name, TRUE))) for name, w in lacks.items()}

    def _lacking(self, criterion: Criterion) -> Lacks:
        """Return the same, without where the fact itself is there.

        Where a fact is absent altogether is left to the end: it is the same for all conditions on
        it, and most of what is between falls away.
        """
        if criterion not in self._lacks:
            if criterion.leaf:
                found = self._of_leaf(criterion.leaf, self.truth(criterion))
            elif criterion.word in _JOINING:
                place = _LACKS + criterion.height
                inside = self._merged(map(self._deciding, criterion.children))
                found = {name: self._kept(where, place) for name, where in inside.items()}
            else:
                found = self._lacking(criterion.children[0])
            self._lacks[criterion] = found
        return self._lacks[criterion]

    def _merged(self, some: Iterable[Lacks]) -> Lacks:
        found: dict[str, list[Column]] = {}
        for lacks in some:
            for name, where in lacks.items():
                found.setdefault(name, []).append(where)
        return {name: either(where) for name, where in found.items()}

    def _deciding(self, criterion: Criterion) -> Lacks:
        """Return what is missing -> where a criterion is open for want of it."""
        if criterion.leaf:
            return self._lacking(criterion)
        if criterion.word == "not":
            return self._deciding(criterion.children[0])
        open_ = unknown(self.truth(criterion))
        if open_ is FALSE:
            return {}
        lacks = self._lacking(criterion)
        return {name: both((open_, where)) for name, where in lacks.items()}

    def _of_leaf(self, leaf: Leaf, truth: Column) -> Lacks:
        name, open_ = self.truths.name(leaf), unknown(truth)
        if open_ is FALSE:
            return {}
        absent = self.truths.absent(leaf)
        if absent is None:
            return {name: open_}
        self._absent[name] = absent
        return {name: TRUE}

    def _kept(self, truth: Column, stage: int) -> Column:
        return kept(truth, stage, self.truths.stages)


def kept(truth: Column, stage: int, stages: Stages) -> Column:
    """Return a truth as a column of a stage, if it is not the same for all rows."""
    return truth if isinstance(truth, Truth) else stages.keep(truth, stage)

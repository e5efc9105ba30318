"""What rulesets say of the rows of a frame, and the answer they add up to, as column expressions.

As for one chip, an assessment lies between its mildest and its strictest end. Ends are small codes
that rise with strictness; those of one meaning to the shipper lie close together, those of two far
apart, so that a subtraction tells whether an assessment is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw

from compliance.assessments import STRICTNESS
from compliance.criteria import Branch, Leaf, Node
from compliance.frames.facts import CRITERIA
from compliance.frames.truths import (
    Column,
    Truths,
    both,
    column,
    either,
    negation,
    possibly,
    surely,
    unknown,
)
from compliance.logic import FALSE, TRUE, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from compliance.readings import Course, Reading, Way

Code: TypeAlias = int | nw.Expr
"""A code: the same for all rows, or a column."""

_APART = 20
_MEANINGS = tuple(dict.fromkeys((e, outcome == "duty") for outcome, _, e in STRICTNESS))


def _codes() -> Iterator[int]:
    """Yield the code of each place in `STRICTNESS`: twenty times its meaning, and a place in it."""
    before: list[int] = []
    for outcome, _, exportable in STRICTNESS:
        meaning = _MEANINGS.index((exportable, outcome == "duty"))
        before.append(meaning)
        yield meaning * _APART + before.count(meaning) - 1


CODES = tuple(_codes())
UNDECIDED = -1
LISTED = CODES[1]
LICENSE = min(
    code for code, (_, _, e) in zip(CODES, STRICTNESS, strict=True) if e in ("license", "denied")
)
CONDITIONAL = min(
    code for code, (_, _, e) in zip(CODES, STRICTNESS, strict=True) if e == "conditional"
)
_LACKS = CRITERIA + 50
_LAW = CRITERIA + 100
ANSWER = _LAW + 10


class Verdict(NamedTuple):
    """What a ruleset says of each row.

    Attributes:
        reading: the ruleset, read for the transaction.
        code: of the strictest end where it is in force and decided; else `UNDECIDED`.
        open: where it is in force and undecided.
        entries: entry id -> where it is in force and the entry is met.
        speaks: where it has something to say: a policy or tariff has only of what it is about.
        lacks: what is missing -> where it is open for want of it.
        codes: all codes it can have.
    """

    reading: Reading
    code: Code
    open: Column
    entries: Mapping[str, Column]
    speaks: Column
    lacks: Mapping[str, Column]
    codes: frozenset[int]


def pick(cases: Sequence[tuple[Column, Code]], otherwise: Code) -> Code:
    """Return the code of the first case that holds."""
    code = otherwise
    for condition, here in reversed(cases):
        if condition is TRUE:
            code = here
        elif condition is not FALSE and here is not code:
            code = nw.when(column(condition)).then(literal(here)).otherwise(literal(code))
    return code


def literal(code: Code) -> nw.Expr:
    """Return a code as an expression."""
    return nw.lit(code, dtype=nw.Int8) if isinstance(code, int) else code


def greatest(codes: Sequence[Code]) -> Code:
    """Return the greatest of some codes."""
    constant = [code for code in codes if isinstance(code, int)]
    columns = [code for code in codes if not isinstance(code, int)]
    if not columns:
        return max(constant)
    floor = [literal(max(constant))] if constant and max(constant) > UNDECIDED else []
    return nw.max_horizontal(*columns, *floor) if len(columns) + len(floor) > 1 else columns[0]


def below(code: Code, limit: int) -> Column:
    """Return where a code is below another."""
    if isinstance(code, int):
        return TRUE if code < limit else FALSE
    return code < limit


class _Ends(NamedTuple):
    """The mildest and the strictest end, and all there are."""

    mildest: Code
    strictest: Code
    codes: frozenset[int]


class Judge:
    """One ruleset, asked about the rows of a frame.

    Attributes:
        truths: of conditions.
        reading: the ruleset, read for the transaction.
        entries: entry id -> where it is met.
    """

    def __init__(self, truths: Truths, reading: Reading) -> None:
        self.truths = truths
        self.reading = reading
        self.entries: dict[str, Column] = {}
        self._found: dict[Node, Column] = {}
        self._kept: dict[Node, Column] = {}
        self._entries_lack: dict[str, Mapping[str, Column]] = {}
        self._absent: dict[str, Column] = {}
        for stage, entry in enumerate(reading.ruleset.entries, CRITERIA):
            node = reading.entries[entry.id]
            truth = truths.of_kind(entry.item, lambda node=node: self.of(node))  # type: ignore[misc]
            kept = truths.stages.keep
            self.entries[entry.id] = truth if isinstance(truth, Truth) else kept(truth, stage)

    def of(self, node: Node) -> Column:
        """Return the truth of a criterion."""
        if node not in self._found:
            self._found[node] = self.truths.of(node, self.entries)
        return self._found[node]

    def _once(self, node: Node) -> Column:
        """Return the truth of a criterion that many things rest on."""
        if node not in self._kept:
            truth = self.of(node)
            if isinstance(node, Branch) and not isinstance(truth, Truth):
                truth = self.truths.stages.keep(truth, _LAW - 1)
            self._kept[node] = truth
        return self._kept[node]

    def verdict(self, active: Column) -> Verdict:
        """Return what the ruleset says, where it is in force."""
        ends = self._ends()
        keep = self.truths.stages.keep
        mildest, strictest = (
            end if isinstance(end, int) else keep(end, _LAW)
            for end in (ends.mildest, ends.strictest)
        )
        apart = literal(strictest) - literal(mildest)
        same = isinstance(strictest, int) and isinstance(mildest, int)
        decided: Column = apart < _APART // 2
        if same:
            decided = TRUE if strictest - mildest < _APART // 2 else FALSE
        free = both((decided, below(strictest, LICENSE)))
        beyond = [(what, possibly(self.of(node))) for what, node in self.reading.beyond]
        held = both((free, either(where for _, where in beyond)))
        sure = both((active, decided, negation(held)))
        code = pick([(sure, strictest)], UNDECIDED)
        open_ = both((active, negation(both((decided, negation(held))))))
        lacks: dict[str, list[Column]] = {what: [both((held, w))] for what, w in beyond}
        for name, where in self._lacking():
            lacks.setdefault(name, []).append(both((negation(decided), where)))
        speaks: Column = TRUE
        if self.reading.ruleset.kind in ("policy", "tariff") and not self.reading.by_name:
            speaks = either(map(possibly, self.entries.values()))
        return Verdict(
            self.reading,
            code if isinstance(code, int) else keep(code, _LAW + 1),
            open_ if isinstance(open_, Truth) else keep(open_, _LAW + 1),
            {name: both((active, surely(truth))) for name, truth in self.entries.items()},
            speaks,
            {name: both((active, either(where))) for name, where in lacks.items()},
            ends.codes,
        )

    def _ends(self) -> _Ends:
        listed = either(map(possibly, self.entries.values()))
        base = pick([(listed, LISTED)], 0)
        mildest, strictest, codes = [base], [base], {0, LISTED}
        for course in self.reading.courses:
            applies = self._once(course.applies)
            if applies is FALSE:
                continue
            ways = self._open(course)
            codes |= {CODES[way.rank] for way, _, _ in ways}
            rising = sorted(((CODES[way.rank], open_) for way, open_, _ in ways), key=_code)
            low = pick([(open_, code) for code, open_ in rising], rising[-1][0])
            high = pick([(open_, code) for code, open_ in reversed(rising)], rising[0][0])
            # Any end of a requirement is at least as strict as none.
            none = base if len(self.reading.courses) == 1 else 0
            mildest.append(pick([(surely(applies), low)], none))
            strictest.append(pick([(possibly(applies), high)], none))
        if len(self.reading.courses) == 1:
            mildest, strictest = mildest[-1:], strictest[-1:]
        return _Ends(greatest(mildest), greatest(strictest), frozenset(codes))

    def _open(self, course: Course) -> list[tuple[Way, Column, Column]]:
        """Return the ways that may be open, with where they are and whom they fit."""
        found = []
        for way in course.ways:
            fits = self._once(way.fits)
            barred = either(surely(self._once(node)) for node in way.barred)
            open_ = both((possibly(fits), negation(barred)))
            if open_ is not FALSE:
                found.append((way, open_, fits))
        return found

    def _lacking(self) -> Iterator[tuple[str, Column]]:
        """Yield what is missing, and where that leaves the ruleset open."""
        for course in self.reading.courses:
            applies = self._once(course.applies)
            yield from self._where(unknown(applies), course.applies)
            for way, open_, fits in self._open(course):
                where = both((possibly(applies), open_, unknown(fits)))
                yield from self._where(where, way.fits)

    def _where(self, where: Column, node: Node) -> Iterator[tuple[str, Column]]:
        if where is not FALSE:
            for name, deciding in self._within(node).items():
                yield name, both((where, deciding, self._absent.get(name, TRUE)))

    def _within(self, node: Node) -> Mapping[str, Column]:
        """Return what is missing -> where it leaves a criterion open, given that it is open.

        Where a fact is absent altogether is left to the end: it is the same for all conditions on
        it, and most of what is between falls away.
        """
        if isinstance(node, Leaf):
            return self._of_leaf(node)
        assert isinstance(node, Branch)  # noqa: S101 - there is nothing else
        found: dict[str, list[Column]] = {}
        for child in node.children:
            for name, deciding in self._deciding(child).items():
                found.setdefault(name, []).append(deciding)
        return {name: either(where) for name, where in found.items()}

    def _deciding(self, node: Node) -> Mapping[str, Column]:
        """Return what is missing -> where it leaves a criterion open."""
        if isinstance(node, Leaf) and not node.entry:
            return self._of_leaf(node)
        if isinstance(node, Branch) and node.word == "not":
            return self._deciding(node.children[0])
        open_ = unknown(self.of(node))
        if open_ is FALSE:
            return {}
        return {name: both((open_, deciding)) for name, deciding in self._within(node).items()}

    def _of_leaf(self, leaf: Leaf) -> Mapping[str, Column]:
        if leaf.entry and not leaf.of_parts:
            return self._of_entry(leaf.entry)
        name, open_ = self.truths.name(leaf), unknown(self.of(leaf))
        absent = self.truths.absent(leaf)
        if open_ is FALSE:
            return {}
        if absent is None:
            return {name: open_}
        self._absent[name] = absent
        return {name: TRUE}

    def _of_entry(self, name: str) -> Mapping[str, Column]:
        """Return what is missing -> where it leaves an entry open, given that it is."""
        if name not in self._entries_lack:
            found = self._within(self.reading.entries[name])
            place = _LACKS + list(self.entries).index(name)
            keep = self.truths.stages.keep
            self._entries_lack[name] = {
                lacks: where if isinstance(where, Truth) else keep(where, place)
                for lacks, where in found.items()
            }
        return self._entries_lack[name]


def judged(truths: Truths, readings: Iterable[Reading], active: Iterable[Column]) -> list[Verdict]:
    """Return what rulesets say of each row, given where each of them is in force."""
    laws = zip(readings, active, strict=True)
    return [Judge(truths, reading).verdict(where) for reading, where in laws]


def _code(way: tuple[int, Column]) -> int:
    return way[0]

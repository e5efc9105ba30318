"""What rulesets say of the rows of a frame, and the answer they add up to, as column expressions.

As for one chip, an assessment lies between its mildest and its strictest end. Ends are small codes
that rise with strictness; those of one meaning to the shipper lie close together, those of two far
apart, so that a subtraction tells whether an assessment is decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw

from compliance.assessments import STRICTNESS
from compliance.frames.criteria import WAYS_OPEN, Criteria, Criterion, kept
from compliance.frames.truths import (
    Column,
    both,
    column,
    either,
    negation,
    possibly,
    surely,
    unknown,
)
from compliance.logic import FALSE, TRUE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from compliance.criteria import Node
    from compliance.frames.truths import Truths
    from compliance.readings import Course, Reading

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
# What follows from what, to the answer.
_FORCE, _WAYS, _ENDS, _DECIDED, _HELD, _SAID, _MISSING, ANSWER = range(WAYS_OPEN + 1, WAYS_OPEN + 9)


class Verdict(NamedTuple):
    """What a ruleset says of each row.

    Attributes:
        reading: the ruleset, read for the transaction.
        code: of the strictest end where it is in force and decided; else `UNDECIDED`.
        open: where it is in force and undecided.
        entries: entry id -> where it is in force and the entry is met.
        speaks: where it has something to say: a policy or tariff has only of what it is about.
        wanted: criterion -> where it is open for want of what that lacks.
        held: what is beyond the ruleset -> where it is open because of that.
        codes: all codes it can have.
    """

    reading: Reading
    code: Code
    open: Column
    entries: Mapping[str, Column]
    speaks: Column
    wanted: Mapping[Criterion, Column]
    held: Mapping[str, Column]
    codes: frozenset[int]

    @property
    def decides(self) -> bool:
        """Whether it decides over exports. That a duty falls due on import does not."""
        return self.reading.ruleset.kind != "tariff"


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


class _Way(NamedTuple):
    """One way in which a license requirement can end.

    Attributes:
        code: of its end.
        fits: whom it is open to.
        barred: it is closed where one of these is true.
    """

    code: int
    fits: Criterion
    barred: tuple[Criterion, ...]


class _Course(NamedTuple):
    """A license requirement: to whom it applies, and how it can end."""

    applies: Criterion
    ways: tuple[_Way, ...]


class _Substance(NamedTuple):
    """What a ruleset asks for, whenever it is in force: versions of a law may agree in it.

    Attributes:
        strictest: the code of its strictest end.
        decided: where its mildest means the same to the shipper.
        codes: all codes it can have.
        wanted: criterion -> where it is open for want of what that lacks, if it is not decided.
    """

    strictest: Code
    decided: Column
    codes: frozenset[int]
    wanted: Mapping[Criterion, Column]


class Court:
    """The rulesets that are asked about the rows of a frame.

    Args:
        truths: of conditions.
    """

    def __init__(self, truths: Truths) -> None:
        self._criteria = Criteria(truths)
        self._stages = truths.stages
        self._substances: dict[object, _Substance] = {}
        self._ends: dict[tuple[_Way, ...], tuple[Code, Code]] = {}

    def verdict(self, reading: Reading, active: Column) -> Verdict:
        """Return what a ruleset says, where it is in force."""
        stages, criteria = self._stages, self._criteria
        active = kept(active, _FORCE, stages)
        members = criteria.entries(reading)
        entries = {name: criteria.truth(entry) for name, entry in members.items()}
        strictest, decided, codes, wanted = self._substance(reading, members)
        beyond = [
            (what, possibly(criteria.truth(criteria.of(node, members))))
            for what, node in reading.beyond
        ]
        free = both((decided, below(strictest, LICENSE)))
        held = kept(both((free, either(where for _, where in beyond))), _HELD, stages)
        settled = both((decided, negation(held)))
        code = pick([(both((active, settled)), strictest)], UNDECIDED)
        undecided = kept(both((active, negation(decided))), _HELD, stages)
        speaks: Column = TRUE
        if reading.ruleset.kind in ("policy", "tariff") and not reading.by_name:
            speaks = either(map(possibly, entries.values()))
        return Verdict(
            reading,
            code if isinstance(code, int) else stages.keep(code, _SAID),
            kept(both((active, negation(settled))), _SAID, stages),
            {name: both((active, surely(truth))) for name, truth in entries.items()},
            speaks,
            {criterion: both((undecided, where)) for criterion, where in wanted.items()},
            {what: both((active, held, where)) for what, where in beyond},
            codes,
        )

    def _substance(self, reading: Reading, members: Mapping[str, Criterion]) -> _Substance:
        courses = tuple(self._course(course, members) for course in reading.courses)
        key = tuple(members.values()), courses
        if key not in self._substances:
            self._substances[key] = self._asked(courses, members.values())
        return self._substances[key]

    def _course(self, course: Course, members: Mapping[str, Criterion]) -> _Course:
        def of(node: Node) -> Criterion:
            return self._criteria.of(node, members)

        ways = (
            _Way(CODES[way.rank], of(way.fits), tuple(map(of, way.barred))) for way in course.ways
        )
        open_ = tuple(way for way in ways if self._open(way) is not FALSE)
        return _Course(of(course.applies), open_)

    def _asked(self, courses: Sequence[_Course], entries: Iterable[Criterion]) -> _Substance:
        """Return what license requirements ask for."""
        listed = either(possibly(self._criteria.truth(entry)) for entry in entries)
        base = pick([(listed, LISTED)], 0)
        mildest, strictest, codes = [base], [base], {0, LISTED}
        for course in courses:
            applies = self._criteria.truth(course.applies)
            if applies is FALSE:
                continue
            codes |= {way.code for way in course.ways}
            low, high = self._least_and_most(course.ways)
            # Any end of a requirement is at least as strict as none.
            none = base if len(courses) == 1 else 0
            mildest.append(pick([(surely(applies), low)], none))
            strictest.append(pick([(possibly(applies), high)], none))
        if len(courses) == 1:
            mildest, strictest = mildest[-1:], strictest[-1:]
        least, most = (self._kept(greatest(ends), _ENDS) for ends in (mildest, strictest))
        decided = kept(_near(least, most), _DECIDED, self._stages)
        return _Substance(most, decided, frozenset(codes), self._wanted(courses))

    def _least_and_most(self, ways: tuple[_Way, ...]) -> tuple[Code, Code]:
        """Return the mildest and the strictest end of the ways that may be open."""
        if ways not in self._ends:
            rising = [(self._open(way), way.code) for way in sorted(ways, key=_code)]
            low = pick(rising, rising[-1][1])
            high = pick(rising[::-1], rising[0][1])
            self._ends[ways] = self._kept(low, _WAYS), self._kept(high, _WAYS)
        return self._ends[ways]

    def _wanted(self, courses: Iterable[_Course]) -> Mapping[Criterion, Column]:
        """Return criterion -> where requirements are open for want of what it lacks."""
        found: dict[Criterion, list[Column]] = {}
        for course in courses:
            applies = self._criteria.truth(course.applies)
            found.setdefault(course.applies, []).append(unknown(applies))
            for way in course.ways:
                fits = unknown(self._criteria.truth(way.fits))
                where = both((possibly(applies), self._open(way), fits))
                found.setdefault(way.fits, []).append(where)
        return {one: kept(either(where), _WAYS, self._stages) for one, where in found.items()}

    def missing(self, verdicts: Iterable[Verdict]) -> dict[str, Column]:
        """Return what is missing -> where verdicts are open for want of it."""
        wanted: dict[Criterion, list[Column]] = {}
        found: dict[str, list[Column]] = {}
        for verdict in (verdict for verdict in verdicts if verdict.decides):
            for criterion, where in verdict.wanted.items():
                wanted.setdefault(criterion, []).append(where)
            for what, where in verdict.held.items():
                found.setdefault(what, []).append(where)
        for criterion, several in wanted.items():
            where = kept(either(several), _SAID, self._stages)
            if where is not FALSE:
                for name, lacking in self._criteria.missing(criterion).items():
                    found.setdefault(name, []).append(both((where, lacking)))
        return {name: kept(either(w), _MISSING, self._stages) for name, w in found.items()}

    def _open(self, way: _Way) -> Column:
        return self._criteria.open(way.fits, way.barred)

    def _kept(self, code: Code, stage: int) -> Code:
        return code if isinstance(code, int) else self._stages.keep(code, stage)


def judged(
    truths: Truths, readings: Iterable[Reading], active: Iterable[Column]
) -> tuple[list[Verdict], Mapping[str, Column]]:
    """Return what rulesets say of each row, given where each is in force, and what is missing."""
    court = Court(truths)
    verdicts = [court.verdict(*law) for law in zip(readings, active, strict=True)]
    return verdicts, court.missing(verdicts)


def _near(mildest: Code, strictest: Code) -> Column:
    """Return where two ends mean the same to the shipper."""
    if isinstance(mildest, int) and isinstance(strictest, int):
        return TRUE if strictest - mildest < _APART // 2 else FALSE
    return literal(strictest) - literal(mildest) < _APART // 2


def _code(way: _Way) -> int:
    return way.code

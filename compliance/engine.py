"""The two steps of the law: classify the item, then license the transaction.

Classification asks which entries an item meets; no destination is involved. Licensing asks what
those entries mean for this destination, party, activity and day.

Both have three values. Where a fact is missing, the second step follows every way it could turn
out, from the mildest to the strictest; if both ends mean the same to the shipper, that is the
answer, and if not, the assessment is undetermined and names the facts that would decide it. More
facts can only bring the ends together, so a decided answer never changes.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from compliance.assessments import STRICTNESS, Assessment, Conclusion, Ending
from compliance.findings import Facts
from compliance.limits import Counted
from compliance.logic import FALSE, TRUE, UNKNOWN, any_
from compliance.readings import LAST, RANK, Course, Reading, Way, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compliance.assessments import Exportable
    from compliance.circumstances import Question
    from compliance.criteria import Node
    from compliance.items import Item
    from compliance.provisions import LicensingRow
    from compliance.rulesets import Ruleset


class _Option(NamedTuple):
    """A way that is open to a subject: to the item, or to a chip in it."""

    rank: int
    way: Way
    course: Course | None = None
    subject: Facts | None = None


_UNLISTED = _Option(RANK["not_listed", ""], Way(RANK["not_listed", ""]))
_FREE = _Option(RANK["no_license_required", ""], Way(RANK["no_license_required", ""]))


def classify(ruleset: Ruleset, item: Item, question: Question | None = None) -> Facts:
    """Return which entries of a ruleset an item meets.

    An exclusion note takes an item out of an entry; an entry that outranks another takes it out
    of that one. A system is tested by the chips in it, one by one. A few criteria ask about the
    transaction: what the exporter is, who attests, and the day.
    """
    return classified(Reading(ruleset, question), item)


def assess(
    ruleset: Ruleset, item: Item, question: Question, *, by_name: bool = False
) -> Assessment:
    """Return what a ruleset says of an item in a transaction.

    Args:
        ruleset: the law.
        item: the chip, measured.
        question: the transaction. Its day decides over groups and compliance dates; whether the
            ruleset was in force then is the caller's affair.
        by_name: the ruleset was asked for by name, so that a letter binds.
    """
    # Who asks much asks the same of many items, and then is answered without a call to `read`.
    reading: Reading | None = ruleset.readings.get(LAST)
    if reading is None or reading.question is not question or reading.by_name is not by_name:
        reading = read(ruleset, question, by_name=by_name)
    conclusion: Conclusion | None
    if item.parts:
        facts = classified(reading, item)
        conclusion = _concluded(reading, facts)
    else:
        facts = Facts()
        facts.item = item
        facts.question = question
        facts.parts = ()
        facts.system = None
        memory = reading.memories.get(item.kind) or reading.memory(item.kind)
        pattern = memory.pattern(facts)
        conclusion = memory.conclusions.get(pattern)
        if conclusion is None:
            reading.classify(facts)
            conclusion = _concluded(reading, facts)
            memory.keep(pattern, conclusion)
        facts.entries = conclusion.entries
    # Facts and assessment are filled in here: that takes less time than a call.
    assessment = Assessment()
    assessment.ruleset = ruleset
    assessment.question = question
    assessment.facts = facts
    assessment.conclusion = conclusion
    return assessment


def classified(reading: Reading, item: Item) -> Facts:
    """Return the facts of an item, with those of its parts, which know what they are part of."""
    parts = tuple(Facts.of(part, reading.question) for part in item.parts)
    facts = Facts.of(item, reading.question, parts)
    for subject in (*parts, facts):
        reading.classify(subject)
    return facts


def _concluded(reading: Reading, facts: Facts) -> Conclusion:
    """Return what a reading says of an item whose entries are known."""
    ruleset = reading.ruleset
    base = _UNLISTED if any_(facts.entries.values()) is FALSE else _FREE
    mildest = strictest = base
    courses = []
    for course in reading.courses:
        applies = course.applies.evaluate(facts)
        if applies is not FALSE:
            courses.append(course)
            first, last = _ends(ruleset, course, facts)
            first = first if applies is TRUE else base
            mildest = first if first.rank > mildest.rank else mildest
            strictest = last if last.rank >= strictest.rank else strictest
    least, most = _means(mildest), _means(strictest)
    ending = _ending(strictest) if least == most else None
    beyond = reading.beyond if ending and ending.free else ()
    says = [say for say, node in beyond if node.evaluate(facts) is not FALSE]
    rows = tuple([course.row for course in courses])
    conclusion = Conclusion()
    conclusion.entries = facts.entries
    conclusion.ending = None if says else ending
    conclusion.between = (least[0], "denied" if says else most[0])
    conclusion.rows = rows
    conclusion.due = _applying(reading.due, facts)
    conclusion.unenforced = _applying(reading.unenforced, facts)
    conclusion.checklist = ruleset.checklist(facts.item.kind, rows)
    conclusion.lacking = partial(_missing, reading, () if ending else courses, says)
    return conclusion


def _applying(rows: Iterable[tuple[LicensingRow, Node]], facts: Facts) -> tuple[LicensingRow, ...]:
    return tuple(row for row, node in rows if node.evaluate(facts) is not FALSE)


def _rank(option: _Option) -> int:
    return option.rank


def _means(option: _Option) -> tuple[Exportable, bool]:
    """Return what an option means to the shipper, and whether a duty falls due."""
    outcome, _, exportable = STRICTNESS[option.rank]
    return exportable, outcome == "duty"


def _ends(ruleset: Ruleset, course: Course, facts: Facts) -> tuple[_Option, _Option]:
    """Return how a requirement ends at the mildest and at the strictest.

    Of a system, that is the strictest of its chips' ends.
    """
    mildest = strictest = _FREE
    for subject in _subjects(ruleset, course, facts):
        options = [_Option(w.rank, w, course, subject) for w in _open(course, subject)]
        least = min(options, key=_rank) if len(options) > 1 else options[0]
        mildest = least if least.rank > mildest.rank else mildest
        for option in options:
            strictest = option if option.rank >= strictest.rank else strictest
    return mildest, strictest


def _subjects(ruleset: Ruleset, course: Course, facts: Facts) -> Iterable[Facts]:
    """Return whom the conditions of reviews and exceptions are about.

    Of a system, the chips in it that are or may be listed; and the system, where it is or may be
    in an entry by more than what it contains.
    """
    if not facts.parts or course.row.requires != "license":
        return (facts,)
    parts = [part for part in facts.parts if any_(part.entries.values()) is not FALSE]
    own = [
        name
        for name, entry in ruleset.entry.items()
        if facts.entries[name] is not FALSE
        and not all(leaf.of_parts for leaf in entry.when.leaves())
    ]
    return [*parts, facts] if own else parts


def _open(course: Course, subject: Facts) -> Iterator[Way]:
    """Yield the ways that are or may be open to a subject."""
    for way in course.ways:
        barred = any(node.evaluate(subject) is TRUE for node in way.barred)
        if not barred and way.fits.evaluate(subject) is not FALSE:
            yield way


def _ending(option: _Option) -> Ending:
    """Return how an assessment ends, with the exceptions that may be used and claimed."""
    way, course, subject = option.way, option.course, option.subject
    if course is None or subject is None:
        return Ending(way.rank)
    usable = tuple(e for e, serves in way.exceptions if serves.evaluate(subject) is TRUE)
    claimable = tuple(e for e, node in course.claimable if node.evaluate(subject) is not FALSE)
    return Ending(way.rank, course.row, usable, way.review, claimable)


def _missing(
    reading: Reading, courses: Iterable[Course], says: Iterable[str], facts: Facts
) -> Iterator[tuple[str, str]]:
    """Yield what leaves open how an assessment ends: a metric or flag, and the fact it lacks.

    Of what lies beyond the ruleset, both are what it says.
    """
    yield from ((say, say) for say in says)
    for course in courses:
        if course.applies.evaluate(facts) is UNKNOWN:
            yield from _lacking(reading, course.applies, facts)
        for subject in _subjects(reading.ruleset, course, facts):
            for way in _open(course, subject):
                if way.fits.evaluate(subject) is UNKNOWN:
                    yield from _lacking(reading, way.fits, subject)


def _lacking(reading: Reading, node: Node, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what leaves a criterion open: a metric or flag, and the fact it lacks."""
    for finding in node.deciding(facts):
        leaf = finding.leaf
        if leaf.entry and (facts.parts or not leaf.of_parts):
            for subject in facts.parts if leaf.of_parts else (facts,):
                if subject.entries[leaf.entry] is UNKNOWN:
                    yield from _lacking(reading, reading.entries[leaf.entry], subject)
        elif isinstance(leaf.condition, Counted):
            yield from (("tpp", fact) for fact in facts.whole.item.aggregate.lacks)
        elif leaf.metric:
            lacks = facts.item.values[leaf.metric.name].lacks
            yield from ((leaf.name, fact) for fact in lacks)
        else:
            yield leaf.name, leaf.lacks

"""Time itself: when a chip's answer changed, and what changed between two rulesets."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, Unpack

from compliance.answers import answer, as_chip, concerns
from compliance.engine import assess
from compliance.errors import argument_error
from compliance.groups import all_groups, countries
from compliance.groups import changes as group_changes
from compliance.items import measure
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.models import days
from compliance.prose import entry_text, exception_text, row_text
from compliance.questions import Circumstances, read, to_day, today
from compliance.rulebook import all_rulesets, first_day, in_force, last_day, regimes, ruleset
from compliance.specs import chip_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from compliance.answers import Answer, Report
    from compliance.assessments import Assessment
    from compliance.chips import Chip
    from compliance.circumstances import Question
    from compliance.groups import Group
    from compliance.items import Item
    from compliance.provisions import Scope
    from compliance.rulesets import Ruleset

_DAY = timedelta(days=1)


class Change(NamedTuple):
    """A day on which a chip's answer changed.

    Attributes:
        on: the day.
        before: the answer up to the day before.
        after: the answer from that day on.
        because: the assessments that changed, each as it was and as it is; None where a ruleset
            said nothing.
    """

    on: date
    before: Answer
    after: Answer
    because: tuple[tuple[Assessment | None, Assessment | None], ...]


class Timeline(NamedTuple):
    """A chip's answers through time.

    Attributes:
        first: the report on the first day.
        last: that on the last day.
        changes: the days on which the answer changed, in order.
    """

    first: Report
    last: Report
    changes: tuple[Change, ...]

    @property
    def until(self) -> date:
        """The last day looked at."""
        return self.last.question.on


def timeline(
    chip: Chip | str | Path,
    *,
    since: date | str | None = None,
    until: date | str | None = None,
    **circumstances: Unpack[Circumstances],
) -> Timeline:
    """Return the days on which a chip's answer changed, from what to what, because of what.

    An answer changes with what it means for the shipper, with the reviews of an application, and
    with the exceptions that serve.

    Args:
        chip: a chip, the id of a bundled one, or the path of a spec file.
        since: the first day; the chip's first, or else that of the law.
        until: the last day; today.
        **circumstances: as of `compliance.check`, but for `on`.

    Raises:
        InputError: an argument is none of these.
    """
    item = measure(as_chip(chip))
    if circumstances.get("on") is not None:
        raise argument_error("on", circumstances["on"], "since and until")
    asked = read(circumstances)
    asked = asked._replace(assumed=asked.assumed - {"on"})
    laws = [*asked.named, *asked.others]
    first = _begin(item, laws) if since is None else to_day(since, "since")
    last = today() if until is None else to_day(until, "until")
    if last < first:
        raise argument_error("until", last, f"a day from {first} on")

    def on(day: date) -> Report:
        return answer(item, asked._replace(question=asked.question._replace(on=day)))

    start = before = on(first)
    changes = []
    for day in sorted(turning_points(laws)):
        if first < day <= last:
            after = on(day)
            if _state(before.answer) != _state(after.answer):
                changes.append(Change(day, before.answer, after.answer, _moved(before, after)))
            before = after
    return Timeline(start, on(last), tuple(changes))


def turning_points(laws: Iterable[Ruleset]) -> set[date]:
    """Return all days on which an answer by these rulesets can change."""
    found = set()
    for law in laws:
        last = last_day(law)
        found |= {law.effective, *([last + _DAY] if last else ())}
        for row in law.licensing:
            found |= {row.compliance} if row.compliance else set()
            found |= {day + _DAY for day in (row.text_until, row.enforced_until) if day}
        found |= {day for node in law.criteria() for leaf in node.leaves() for day in leaf.days}
    return found.union(group_changes())


def _begin(item: Item, laws: Sequence[Ruleset]) -> date:
    """Return the first day a chip can be asked about: that of its release, or of the law."""
    about = [law.effective for law in laws if concerns(law.regime, item)]
    start, released = min(about, default=today()), item.chip.released
    return max(start, min(days(released)[0], today())) if released else start


def _state(answer: Answer) -> tuple[str, frozenset[str]]:
    """Return what makes two answers the same to a shipper."""
    return answer.exportable, frozenset((*answer.reviews, *answer.exceptions))


def _moved(
    before: Report, after: Report
) -> tuple[tuple[Assessment | None, Assessment | None], ...]:
    """Return the assessments that differ: of a code by regime, of what lies over it one by one."""
    old = {_place(a): a for a in before.answer.judged}
    new = {_place(a): a for a in after.answer.judged}
    pairs = [(old.get(place), new.get(place)) for place in dict.fromkeys((*old, *new))]
    return tuple((was, now) for was, now in pairs if _verdict(was) != _verdict(now))


def _place(assessment: Assessment) -> str:
    law = assessment.ruleset
    return law.regime if law.kind == "code" else law.id


def _verdict(assessment: Assessment | None) -> tuple[str, str | None, tuple[str, ...]]:
    """Return what an assessment comes to; a ruleset that says nothing leaves free."""
    if assessment is None:
        return "yes", None, ()
    return assessment.exportable, assessment.review, tuple(assessment.exceptions)


class Difference(NamedTuple):
    """A provision that differs between two rulesets.

    Attributes:
        room: `entry`, `exception`, `licensing`, or `group`.
        id: of the provision.
        before: how it read; empty where it is new.
        after: how it reads; empty where it is gone.
    """

    room: str
    id: str
    before: str
    after: str


class Flip(NamedTuple):
    """A chip whose assessment differs between two rulesets.

    Attributes:
        before: its assessment under the first.
        after: its assessment under the second.
        direction: `caught`, `freed`, `stricter`, `milder`, `opened` (now unknown) or `settled`.
    """

    before: Assessment
    after: Assessment
    direction: str


class Comparison(NamedTuple):
    """What changed between two rulesets.

    Attributes:
        before: the first.
        after: the second.
        on: the days on which each is judged.
        gone: conditions of entries that only the first has.
        come: conditions of entries that only the second has.
        differences: provisions that differ, side by side.
        flips: chips whose assessment differs.
        judged: how many chips were looked at.
        question: the transaction.
    """

    before: Ruleset
    after: Ruleset
    on: tuple[date, date]
    gone: tuple[str, ...]
    come: tuple[str, ...]
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]
    judged: int
    question: Question


def compare(
    before: str | Ruleset | None = None,
    after: str | Ruleset | None = None,
    *,
    regime: str | None = None,
    since: date | str | None = None,
    until: date | str | None = None,
    chips: Iterable[Chip | str | Path] | None = None,
    **circumstances: Unpack[Circumstances],
) -> Comparison:
    """Return what changed between two rulesets, and which chips flip.

    Args:
        before: a ruleset, or its id; or else
        after: another;
        regime: a regime, of which those in force on two days are compared.
        since: the first of the days.
        until: the second; today.
        chips: the chips to look at; all bundled ones.
        **circumstances: as of `compliance.check`, but for `on`, `regimes` and `rulesets`.

    Raises:
        InputError: an argument is none of these, or no ruleset was in force on a day.
    """
    first, second, on = _asked_for(before, after, regime, since, until)
    for name in ("on", "known_on", "regimes", "rulesets", "proposed"):
        if circumstances.get(name):
            raise argument_error(name, circumstances[name], "none of it: two rulesets are compared")
    question = read(circumstances).question
    asked = [chips] if isinstance(chips, str) else chips
    items = [measure(as_chip(chip)) for chip in (chip_ids() if asked is None else asked)]
    pairs = (
        tuple(
            assess(law, item, question._replace(on=day), by_name=True)
            for law, day in zip((first, second), on, strict=True)
        )
        for item in items
    )
    flips = [Flip(was, now, way) for was, now in pairs if (way := _direction(was, now))]
    old, new = (_conditions(law) for law in (first, second))
    return Comparison(
        first,
        second,
        on,
        gone=tuple(text for text in old if text not in new),
        come=tuple(text for text in new if text not in old),
        differences=(*_differences(first, second), *_group_changes((first, second), on)),
        flips=tuple(flips),
        judged=len(items),
        question=question,
    )


def _asked_for(
    before: str | Ruleset | None,
    after: str | Ruleset | None,
    regime: str | None,
    since: date | str | None,
    until: date | str | None,
) -> tuple[Ruleset, Ruleset, tuple[date, date]]:
    """Return the two rulesets to compare, and the days they are judged on."""
    if regime is not None:
        if before is not None or after is not None or since is None:
            raise argument_error("regime", regime, "it with since and until, and no rulesets")
        on = (to_day(since, "since"), today() if until is None else to_day(until, "until"))
        first, second = (_standing(regime, day) for day in on)
    else:
        if before is None or after is None or since is not None or until is not None:
            found = "days" if since or until else None
            raise argument_error("rulesets", found, "two rulesets, or a regime and two days")
        first, second = (ruleset(x) if isinstance(x, str) else x for x in (before, after))
        for law in (first, second):
            if law.kind == "notice":
                raise argument_error("ruleset", law.id, "one that decides; this is a notice")
        on = (first_day(first), first_day(second))
    return first, second, on


def _standing(regime: str, day: date) -> Ruleset:
    """Return the ruleset of a regime that is in force on a day."""
    laws = [law for law in all_rulesets() if law.regime == regime]
    if not laws:
        raise argument_error("regime", regime, f"one of {', '.join(regimes())}")
    for law in laws:
        if in_force(law, day):
            return law
    raise argument_error("regime", regime, f"one with a ruleset in force on {day}")


def _direction(before: Assessment, after: Assessment) -> str:
    """Return which way a chip went; empty where it stayed."""
    if before.ending is None or after.ending is None:
        if (before.ending is None) == (after.ending is None):
            return ""
        return "opened" if after.ending is None else "settled"
    if before.ending.rank == after.ending.rank:
        return ""
    free = before.exportable == "yes", after.exportable == "yes"
    if free[0] != free[1]:
        return "caught" if free[0] else "freed"
    return "stricter" if after.ending.rank > before.ending.rank else "milder"


def _conditions(law: Ruleset) -> list[str]:
    """Return the conditions of a ruleset's entries and of their notes, each once."""
    nodes = [node for entry in law.entries for node in entry.criteria]
    return list(dict.fromkeys(leaf.text for node in nodes for leaf in node.leaves()))


def _differences(first: Ruleset, second: Ruleset) -> Iterator[Difference]:
    """Yield what reads differently, room by room."""
    for room, name, words in (
        ("entry", "entries", entry_text),
        ("exception", "exceptions", exception_text),
        ("licensing", "licensing", row_text),
    ):
        old = {thing.id: words(thing) for thing in getattr(first, name)}
        new = {thing.id: words(thing) for thing in getattr(second, name)}
        for id_ in dict.fromkeys((*old, *new)):
            was, now = old.get(id_, ""), new.get(id_, "")
            if was != now:
                yield Difference(room, id_, was, now)


def _group_changes(laws: Iterable[Ruleset], on: tuple[date, date]) -> Iterator[Difference]:
    """Yield the groups used whose members differ between the days, or can't be told."""
    scopes: list[Scope] = []
    for law in laws:
        scopes += [scope for row in law.licensing for scope in (row, *row.review)]
        scopes += [scope for exception in law.exceptions for scope in exception.where]
    texts = [place.text for scope in scopes for place in (scope.to, scope.headquarters) if place]
    for name in sorted({token for text in texts for token in re.findall("[A-Z]+:[0-9]+", text)}):
        group = all_groups()[name]
        moved = [c for c in sorted(countries()) if len({group.has(c, day) for day in on}) > 1]
        if moved:
            yield Difference("group", name, *(_members(group, moved, day) for day in on))


def _members(group: Group, moved: Sequence[str], day: date) -> str:
    """Return which of the countries that moved are in a group on a day."""
    parts = []
    for truth, word in ((TRUE, "with"), (FALSE, "without"), (UNKNOWN, "perhaps with")):
        names = [country for country in moved if group.has(country, day) is truth]
        parts += [f"{word} {', '.join(names)}"] if names else []
    return "; ".join(parts)

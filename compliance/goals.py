"""What staying out means: to be in none of some entries, or to come to no more than a license."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from compliance.errors import argument_error, did_you_mean
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, any_, not_

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from compliance.answers import Answer
    from compliance.assessments import Assessment, Exportable
    from compliance.criteria import Leaf, Node
    from compliance.questions import Asked
    from compliance.rulesets import Ruleset

LEVELS: tuple[Exportable, ...] = ("yes", "conditional", "license", "denied")
"""What a chip may come to, mildest first."""

Level = Literal["yes", "conditional", "license"]
"""What can be the most that it comes to; nothing exceeds the last."""


class Goal(NamedTuple):
    """What staying out means.

    Attributes:
        words: for people.
        reached: whether an assessment leaves it so.
        entries: the entries that it is about; None for all.
    """

    words: str
    reached: Callable[[Assessment], Truth]
    entries: frozenset[str] | None = None


class Stop(NamedTuple):
    """A condition that turns where a chip ceases to stay out.

    Attributes:
        ruleset: the law it stands in.
        leaf: the condition, with its paragraph and citation.
        holds: its truth beyond.
    """

    ruleset: Ruleset
    leaf: Leaf
    holds: Truth


def at_most(level: Level) -> Goal:
    """Return the goal that an answer is no stricter than a level.

    Raises:
        InputError: it is no level.
    """
    if level not in get_args(Level):
        hint = did_you_mean(str(level), get_args(Level))
        raise argument_error("at_most", level, f"one of {', '.join(get_args(Level))}", hint)
    most = LEVELS.index(level)

    def reached(assessment: Assessment) -> Truth:
        if assessment.ruleset.kind == "tariff":
            return TRUE  # a duty decides over no export
        mildest, strictest = map(LEVELS.index, assessment.between)
        if strictest <= most:
            return TRUE
        return FALSE if mildest > most else UNKNOWN

    return Goal(f"{level} at most" if most else "no license", reached)


def out_of(patterns: Iterable[str] | str, asked: Asked) -> Goal:
    """Return the goal to be in none of the entries of some names or patterns.

    Raises:
        InputError: no entry of the law that is asked has such a name.
    """
    names = [patterns] if isinstance(patterns, str) else [str(name) for name in patterns]
    ids = {entry.id for law in (*asked.named, *asked.others) for entry in law.entries}
    entries: set[str] = set()
    for name in names or [""]:
        found = {entry for entry in ids if fnmatchcase(entry, name)}
        if not found:
            hint = did_you_mean(name, sorted(ids))
            raise argument_error("out_of", name, "an entry of the law that is asked", hint)
        entries |= found

    def reached(assessment: Assessment) -> Truth:
        truths = assessment.facts.entries
        return not_(any_(truths[name] for name in entries & truths.keys()))

    return Goal(f"not in {', '.join(names)}", reached, frozenset(entries))


def stops(inner: Answer, outer: Answer, turning: Collection[Leaf], goal: Goal) -> tuple[Stop, ...]:
    """Return the conditions that keep a chip from a goal in one place and not in another.

    Args:
        inner: what is answered where it is nearer to the goal.
        outer: what is answered where it is not.
        turning: the conditions that turn between the two places.
        goal: what staying out means.
    """
    before = {assessment.ruleset.id: assessment for assessment in inner.judged}
    leading: dict[Leaf, Stop] = {}
    others: dict[Leaf, Stop] = {}
    for now in outer.judged:
        was = before.get(now.ruleset.id)
        if goal.reached(now) is (goal.reached(was) if was else TRUE):
            continue
        for node, rising, n in _criteria(now, goal):
            here = (now.facts, *now.facts.parts)[n]
            there = (was.facts, *was.facts.parts)[n] if was else None
            truth, earlier = node.evaluate(here), node.evaluate(there) if there else FALSE
            if truth is earlier:
                continue
            turned = [
                leaf
                for leaf in node.leaves()
                if leaf in turning
                and (there is None or leaf.evaluate(there) is not leaf.evaluate(here))
            ]
            deciding = {finding.leaf for finding in node.deciding(here)}
            # What turns the other way may free from one entry what it puts in another.
            room = leading if rising is None or (truth > earlier) is rising else others
            for leaf in turned:
                # Where another fact is unknown it alone decides; what turned is a reason still.
                if truth is UNKNOWN or leaf in deciding:
                    room[leaf] = Stop(now.ruleset, leaf, leaf.evaluate(here))
    return tuple((leading or others).values())


def _criteria(assessment: Assessment, goal: Goal) -> Iterator[tuple[Node, bool | None, int]]:
    """Yield the criteria that bear on a goal, each with the turn that leads in, and whose it is.

    The turn: to be met, not to be met, or either. Whose: 0 stands for the item, others for the
    parts of a system.
    """
    law, facts = assessment.ruleset, assessment.facts
    scope = law.entry if goal.entries is None else _resting(law, goal.entries)
    for n, subject in enumerate((facts, *facts.parts)):
        for entry in law.entries:
            if entry.id in scope and entry.item == subject.item.kind:
                yield entry.when, True, n
                yield from ((note.when, False, n) for note in entry.unless)
        for row in assessment.rows if goal.entries is None else ():
            exceptions = (law.exception[name].when for name in row.exceptions)
            for when in (*exceptions, *(review.when for review in row.review)):
                if when:
                    yield when, None, n


def _resting(law: Ruleset, names: Iterable[str]) -> set[str]:
    """Return entries, those that their criteria rest on, and those that outrank them."""
    found: set[str] = set()
    queue = [name for name in names if name in law.entry]
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += law.outranking[name]
            queue += [leaf.entry for leaf in law.entry[name].when.leaves() if leaf.entry]
    return found

"""The two steps of the law: classify the item, then license the transaction.

Classification asks which entries an item meets; no destination is involved. Licensing asks what
those entries mean for this destination, party, activity and day.

Both have three values. Where a fact is missing, the second step follows every way it could turn
out; if all of them lead to the same answer, that is the answer, and if not, the assessment is
undetermined and names the facts that would decide it. More facts can only remove possibilities,
so a decided answer never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from compliance.assessments import STRICTNESS, Assessment, Ending, is_addressee, within
from compliance.findings import Facts
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_, known, not_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compliance.assessments import Question
    from compliance.criteria import Leaf, Node
    from compliance.metrics import Item
    from compliance.rulesets import Entry, LicensingRow, Ruleset, Scope

INFORMED = "whether the exporter was informed"

_RANK = {(outcome, review): n for n, (outcome, review, _) in enumerate(STRICTNESS)}

Endings: TypeAlias = dict[int, Ending]
"""Ways to end, one for each rank."""

_UNLISTED = Ending(_RANK["not_listed", ""])
_FREE = Ending(_RANK["no_license_required", ""])


def _strictest(first: Endings, second: Endings) -> Endings:
    """Return every way two rows can end together: the stricter of each pair."""
    both = {**first, **second}
    return {rank: both[rank] for rank in {max(a, b) for a in first for b in second}}


def classify(ruleset: Ruleset, item: Item) -> Facts:
    """Return which entries of a ruleset an item meets.

    An exclusion note takes an item out of an entry; an entry that outranks another takes it out
    of that one. A system is tested by the chips in it, one by one.
    """
    facts = Facts(item, tuple(classify(ruleset, part) for part in item.parts))
    for entry in ruleset.entries:
        if entry.item != item.kind:
            facts.entries[entry.id] = FALSE
            continue
        truth = entry.when.evaluate(facts)
        excluded = any_(exclusion.when.evaluate(facts) for exclusion in entry.unless)
        higher = any_(facts.entries[name] for name in ruleset.outranking[entry.id])
        facts.entries[entry.id] = all_((truth, not_(excluded), not_(higher)))
    return facts


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
    facts = classify(ruleset, item)
    licensing = _Licensing(ruleset, facts, question, _bound(ruleset, item, question, by_name))
    endings = licensing.endings()
    decided = len({ending.exportable for ending in endings.values()}) == 1
    return Assessment(
        ruleset,
        question,
        facts,
        endings[max(endings)] if decided else None,
        missing=() if decided else tuple(dict.fromkeys(licensing.missing)),
        rows=tuple(licensing.rows),
        due=tuple(licensing.due),
    )


def _bound(ruleset: Ruleset, item: Item, question: Question, by_name: bool) -> Truth:  # noqa: FBT001
    """Return whether a letter binds the exporter. A code binds everybody."""
    if ruleset.kind != "letter":
        return TRUE
    if question.informed is not None:
        return known(question.informed)
    return TRUE if by_name or is_addressee(ruleset, item) else UNKNOWN


class _Licensing:
    """The second step, for one item and transaction: follows every way it can end.

    Attributes:
        groups: the fact that is missing where membership in a group is not known.
        missing: the facts that leave a way open, in the order met.
        rows: those that apply or may.
        due: rows that would apply, were their compliance date not still to come.
    """

    def __init__(self, ruleset: Ruleset, facts: Facts, question: Question, bound: Truth) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.question = question
        self.bound = bound
        self.groups = f"the country groups on {question.on}"
        self.missing: list[str] = []
        self.rows: list[LicensingRow] = []
        self.due: list[LicensingRow] = []

    def endings(self) -> Endings:
        """Return every way the assessment can end."""
        listed_at_all = any_(self.facts.entries.values())
        base = _UNLISTED if listed_at_all is FALSE else _FREE
        endings = {base.rank: base}
        for row in self.ruleset.licensing:
            applies = self._applies(row)
            if applies is FALSE:
                continue
            self.rows.append(row)
            options = self._options(row)
            if applies is UNKNOWN:
                options[base.rank] = base
            endings = _strictest(endings, options)
        return endings

    def _applies(self, row: LicensingRow) -> Truth:
        """Return whether a row applies to the item in this transaction."""
        listed = any_(self.facts.entries[name] for name in row.entries)
        place = self._within(row)
        applies = all_((listed, place, self.bound))
        if applies is not FALSE and row.compliance and self.question.on < row.compliance:
            self.due.append(row)
            return FALSE
        if applies is UNKNOWN:
            for name in row.entries:
                if self.facts.entries[name] is UNKNOWN:
                    self.missing += _lacking_for(self.ruleset, name, self.facts)
            if place is UNKNOWN:
                self.missing.append(self.groups)
            if self.bound is UNKNOWN:
                self.missing.append(INFORMED)
        return applies

    def _options(self, row: LicensingRow) -> Endings:
        """Return the ways an applying row can end: of a system, the strictest of its chips'."""
        if row.requires == "prohibited":
            return {_RANK["prohibited", ""]: Ending(_RANK["prohibited", ""], row)}
        endings: Endings = {_FREE.rank: _FREE}
        for subject in self._subjects():
            options = self._options_of(row, subject)
            endings = _strictest(endings, {option.rank: option for option in options})
        return endings

    def _subjects(self) -> Iterable[Facts]:
        """Return whom the conditions of reviews and exceptions are about."""
        if not self.facts.parts:
            return (self.facts,)
        return [part for part in self.facts.parts if any_(part.entries.values()) is not FALSE]

    def _options_of(self, row: LicensingRow, subject: Facts) -> Iterator[Ending]:
        """Yield the ways a row can end for one chip: by exception, or by review."""
        exceptions = [self.ruleset.exception[name] for name in row.exceptions]
        serves = [
            any_(self._fits(scope, exception.when, subject) for scope in exception.where)
            for exception in exceptions
        ]
        usable = [e for e, truth in zip(exceptions, serves, strict=True) if truth is TRUE]
        if any_(serves) is not FALSE:
            yield Ending(_RANK["license_exception", ""], row, tuple(usable))
        if usable:
            return
        for review in row.review:
            fits = self._fits(review, review.when, subject)
            if fits is not FALSE:
                yield Ending(_RANK["license_required", review.policy], row, (), review)
            if fits is TRUE:
                return

    def _fits(self, scope: Scope, when: Node | None, subject: Facts) -> Truth:
        """Return whether transaction and chip fit; note what leaves it open."""
        place = self._within(scope)
        fits = place
        if when and place is not FALSE:
            fits = all_((place, when.evaluate(subject)))
        if fits is UNKNOWN:
            if place is UNKNOWN:
                self.missing.append(self.groups)
            if when and when.evaluate(subject) is UNKNOWN:
                self.missing += _lacking(self.ruleset, when, subject)
        return fits

    def _within(self, scope: Scope) -> Truth:
        return within(scope, self.question, self.ruleset.jurisdiction)


def _lacking_for(ruleset: Ruleset, name: str, facts: Facts) -> Iterator[str]:
    """Yield the facts that leave an entry open."""
    entry: Entry = ruleset.entry[name]
    for node in (entry.when, *(exclusion.when for exclusion in entry.unless)):
        if node.evaluate(facts) is UNKNOWN:
            yield from _lacking(ruleset, node, facts)
    for higher in ruleset.outranking[name]:
        if facts.entries[higher] is UNKNOWN:
            yield from _lacking_for(ruleset, higher, facts)


def _lacking(ruleset: Ruleset, node: Node, facts: Facts) -> Iterator[str]:
    """Yield the facts that leave a criterion open."""
    for finding in node.deciding(facts):
        leaf: Leaf = finding.leaf
        if leaf.entry:
            for subject in facts.parts if leaf.of_parts else (facts,):
                if subject.entries[leaf.entry] is UNKNOWN:
                    yield from _lacking_for(ruleset, leaf.entry, subject)
        elif leaf.metric:
            yield from facts.item.values[leaf.metric.name].lacks
        else:
            yield leaf.lacks

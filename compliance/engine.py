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

from compliance.assessments import (
    STRICTNESS,
    Assessment,
    Ending,
    concerns,
    is_addressee,
    within,
)
from compliance.findings import Facts
from compliance.limits import holds
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_, known, not_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compliance.circumstances import Question
    from compliance.criteria import Leaf, Node
    from compliance.items import Item
    from compliance.provisions import Entry, LicenseException, LicensingRow, ReviewRow, Scope
    from compliance.rulesets import Ruleset

INFORMED = "whether the exporter was informed"

_RANK = {(outcome, review): n for n, (outcome, review, _) in enumerate(STRICTNESS)}

Endings: TypeAlias = dict[int, Ending]
"""Ways to end, one for each rank."""

_OF_ROW = {"prohibited": _RANK["prohibited", ""], "duty": _RANK["duty", ""]}
"""Where rows lead that ask for no license."""

_UNLISTED = Ending(_RANK["not_listed", ""])
_FREE = Ending(_RANK["no_license_required", ""])


def _strictest(first: Endings, second: Endings) -> Endings:
    """Return every way two rows can end together: the stricter of each pair."""
    both = {**first, **second}
    return {rank: both[rank] for rank in {max(a, b) for a in first for b in second}}


def classify(ruleset: Ruleset, item: Item, question: Question | None = None) -> Facts:
    """Return which entries of a ruleset an item meets.

    An exclusion note takes an item out of an entry; an entry that outranks another takes it out
    of that one. A system is tested by the chips in it, one by one. A few criteria ask about the
    transaction: what the exporter is, who attests, and the day.
    """
    parts = tuple(classify(ruleset, part, question) for part in item.parts)
    facts = Facts(item, parts, question)
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
    facts = classify(ruleset, item, question)
    licensing = _Licensing(ruleset, facts, question, _bound(ruleset, item, question, by_name))
    endings = licensing.endings()
    decided = len({(ending.exportable, ending.duty) for ending in endings.values()}) == 1
    strictest = endings[max(endings)] if decided else None
    beyond = _beyond(ruleset, question, facts) if strictest and strictest.free else []
    return Assessment(
        ruleset,
        question,
        facts,
        None if beyond else strictest,
        missing=tuple(beyond or ([] if decided else dict.fromkeys(licensing.missing))),
        rows=tuple(licensing.rows),
        due=tuple(licensing.due),
        unenforced=tuple(licensing.unenforced),
    )


def _beyond(ruleset: Ruleset, question: Question, facts: Facts) -> list[str]:
    """Return the controls out of scope that may forbid what a ruleset leaves free."""
    return [
        caveat.opens
        for caveat in ruleset.caveats
        if caveat.opens and concerns(caveat, question, facts, ruleset.jurisdiction)
    ]


def _bound(ruleset: Ruleset, item: Item, question: Question, by_name: bool) -> Truth:  # noqa: FBT001
    """Return whether a letter binds the exporter. What is addressed to nobody binds everybody."""
    if not ruleset.addressees:
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
        unenforced: rows that apply by the text and are not enforced.
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
        self.unenforced: list[LicensingRow] = []

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
        if applies is not FALSE and not self._stands(row):
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

    def _stands(self, row: LicensingRow) -> bool:
        """Return whether a row counts on the day, in the view asked for; note it if it doesn't."""
        on, known_on = self.question.on, self.question.known_on
        if self.question.view == "text":
            last = row.text_until
        else:
            # The end of enforcement was made known on the day after the last.
            later = known_on and row.enforced_until and known_on <= row.enforced_until
            last = None if later else row.enforced_until
        if last and on > last:
            if self.question.view == "enforced":
                self.unenforced.append(row)
            return False
        if row.compliance and on < row.compliance:
            self.due.append(row)
            return False
        return True

    def _options(self, row: LicensingRow) -> Endings:
        """Return the ways an applying row can end: of a system, the strictest of its chips'."""
        if rank := _OF_ROW.get(row.requires):
            return {rank: Ending(rank, row)}
        endings: Endings = {_FREE.rank: _FREE}
        for subject in self._subjects():
            options = self._options_of(row, subject)
            endings = _strictest(endings, {option.rank: option for option in options})
        return endings

    def _subjects(self) -> Iterable[Facts]:
        """Return whom the conditions of reviews and exceptions are about.

        Of a system, the chips in it that are or may be listed; and the system, where it is or may
        be in an entry by more than what it contains.
        """
        parts = [part for part in self.facts.parts if any_(part.entries.values()) is not FALSE]
        own = [
            entry
            for entry in self.ruleset.entries
            if self.facts.entries[entry.id] is not FALSE
            and not all(leaf.of_parts for leaf in entry.when.leaves())
        ]
        return [*parts, self.facts] if own or not self.facts.parts else parts

    def _options_of(self, row: LicensingRow, subject: Facts) -> Iterator[Ending]:
        """Yield the ways a row can end for one chip: by exception, or by review."""
        serves: list[tuple[LicenseException, Truth]] = []
        claimable = []
        for exception in (self.ruleset.exception[name] for name in row.exceptions):
            noted = len(self.missing)
            truth = any_(self._fits(scope, exception, subject) for scope in exception.where)
            if not exception.claim or self._claimed(exception):
                serves.append((exception, truth))
                continue
            del self.missing[noted:]
            if truth is not FALSE:
                claimable.append(exception)
        usable = tuple(exception for exception, truth in serves if truth is TRUE)
        for kind in dict.fromkeys(e.kind for e, truth in serves if truth is not FALSE):
            of_kind = tuple(e for e in usable if e.kind == kind)
            yield Ending(_RANK[kind, ""], row, of_kind, None, tuple(claimable))
        if usable:
            return
        for review in row.review:
            fits = self._fits(review, review, subject)
            if fits is not FALSE:
                rank = _RANK["license_required", review.policy]
                yield Ending(rank, row, (), review, tuple(claimable))
            if fits is TRUE:
                return

    def _claimed(self, exception: LicenseException) -> bool:
        """Return whether an exception that has to be claimed is: by name, or by a quantity."""
        counted = self.question.quantity and any(not limit.then for limit in exception.limits)
        return bool(counted) or exception.id in self.question.claims

    def _fits(self, scope: Scope, rule: LicenseException | ReviewRow, subject: Facts) -> Truth:
        """Return whether transaction, chip and quantity fit; note what leaves it open."""
        place = self._within(scope)
        fits = place
        if rule.when and place is not FALSE:
            fits = all_((place, rule.when.evaluate(subject)))
        counted = all_(holds(limit, self.facts.item, self.question) for limit in rule.limits)
        if fits is not FALSE and rule.limits:
            fits = all_((fits, counted))
        if fits is UNKNOWN:
            if place is UNKNOWN:
                self.missing.append(self.groups)
            if rule.when and rule.when.evaluate(subject) is UNKNOWN:
                self.missing += _lacking(self.ruleset, rule.when, subject)
            if counted is UNKNOWN:
                self.missing += self.facts.item.aggregate.lacks
        return fits

    def _within(self, scope: Scope) -> Truth:
        return within(scope, self.question, self.ruleset.jurisdiction)


def _lacking_for(ruleset: Ruleset, name: str, facts: Facts) -> Iterator[str]:
    """Yield the facts that leave an entry open."""
    entry: Entry = ruleset.entry[name]
    for node in entry.criteria:
        if node.evaluate(facts) is UNKNOWN:
            yield from _lacking(ruleset, node, facts)
    for higher in ruleset.outranking[name]:
        if facts.entries[higher] is UNKNOWN:
            yield from _lacking_for(ruleset, higher, facts)


def _lacking(ruleset: Ruleset, node: Node, facts: Facts) -> Iterator[str]:
    """Yield the facts that leave a criterion open."""
    for finding in node.deciding(facts):
        leaf: Leaf = finding.leaf
        if leaf.entry and (facts.parts or not leaf.of_parts):
            for subject in facts.parts if leaf.of_parts else (facts,):
                if subject.entries[leaf.entry] is UNKNOWN:
                    yield from _lacking_for(ruleset, leaf.entry, subject)
        elif leaf.metric:
            yield from facts.item.values[leaf.metric.name].lacks
        else:
            yield leaf.lacks

"""The two steps of the law: classify the item, then license the transaction.

Classification asks which entries an item meets; no destination is involved. Licensing asks what
those entries mean for this destination, party, activity and day.

Both have three values. Where a fact is missing, the second step follows every way it could turn
out; if all of them lead to the same answer, that is the answer, and if not, the assessment is
undetermined and names the facts that would decide it. More facts can only remove possibilities,
so a decided answer never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from compliance.findings import Facts, Finding
from compliance.groups import seen_by
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_, known, not_
from compliance.metrics import maker
from compliance.rulebook import in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from compliance.chips import Chip
    from compliance.criteria import Leaf, Node
    from compliance.metrics import Item
    from compliance.rulesets import (
        Activity,
        Entry,
        LicenseException,
        LicensingRow,
        ReviewRow,
        Ruleset,
        Scope,
    )

Exportable: TypeAlias = Literal["yes", "conditional", "license", "denied", "unknown"]

STRICTNESS: tuple[tuple[str, str, Exportable], ...] = (
    ("not_listed", "", "yes"),
    ("no_license_required", "", "yes"),
    ("general_authorization", "", "conditional"),
    ("license_exception", "", "conditional"),
    ("license_required", "presumption_of_approval", "license"),
    ("license_required", "case_by_case", "license"),
    ("license_required", "unstated", "license"),
    ("license_required", "presumption_of_denial", "denied"),
    ("license_required", "policy_of_denial", "denied"),
    ("prohibited", "", "denied"),
)
"""Outcomes with their review policy and what they mean for the shipper, mildest first."""

_RANK = {(outcome, review): n for n, (outcome, review, _) in enumerate(STRICTNESS)}

_WEAKEST_LAST = ("primary", "secondary", "unconfirmed")

INFORMED = "whether the exporter was informed"


class Question(NamedTuple):
    """The circumstances of a transaction.

    Attributes:
        on: the day.
        to: the destination, as a country code.
        headquarters: where the end user or its ultimate parent is headquartered; None where that
            was not said, and then it is taken to be the destination.
        activity: what is done with the item.
        informed: whether the exporter was informed by letter; None where that was not said.
    """

    on: date
    to: str
    headquarters: str | None = None
    activity: Activity = "export"
    informed: bool | None = None


class Ending(NamedTuple):
    """One way an assessment can end.

    Attributes:
        rank: its place in `STRICTNESS`.
        row: the licensing row that leads there; None where none does.
        exceptions: the exceptions that may be used.
        review: the review row that fits.
    """

    rank: int
    row: LicensingRow | None = None
    exceptions: tuple[LicenseException, ...] = ()
    review: ReviewRow | None = None

    @property
    def exportable(self) -> Exportable:
        """What it means for the shipper."""
        return STRICTNESS[self.rank][2]


Endings: TypeAlias = dict[int, Ending]
"""Ways to end, one for each rank."""

_UNLISTED = Ending(_RANK["not_listed", ""])
_FREE = Ending(_RANK["no_license_required", ""])


def _strictest(first: Endings, second: Endings) -> Endings:
    """Return every way two rows can end together: the stricter of each pair."""
    both = {**first, **second}
    return {rank: both[rank] for rank in {max(a, b) for a in first for b in second}}


class Assessment:
    """One chip under one ruleset in one transaction.

    Attributes:
        ruleset: the law.
        item: the chip, measured.
        question: the transaction.
        facts: the entries' truths.
        outcome: what the law says; `undetermined` where missing facts could change it.
        exportable: what that means for the shipper.
        ending: how it came about; None where undetermined.
        missing: the facts that would decide it.
        rows: the licensing rows that apply or may.
        due: licensing rows that apply but need not be complied with yet.
    """

    __slots__ = (
        "due",
        "ending",
        "exportable",
        "facts",
        "item",
        "missing",
        "outcome",
        "question",
        "rows",
        "ruleset",
    )

    ruleset: Ruleset
    item: Item
    question: Question
    facts: Facts
    outcome: str
    exportable: Exportable
    ending: Ending | None
    missing: tuple[str, ...]
    rows: tuple[LicensingRow, ...]
    due: tuple[LicensingRow, ...]

    @property
    def chip(self) -> Chip:
        """The chip."""
        return self.item.chip

    @property
    def findings(self) -> list[Finding]:
        """Each condition of the entries and of the rows that apply, with its value and truth."""
        subjects = (*self.facts.parts, self.facts)
        return [
            leaf.finding(subject)
            for subject in subjects
            for node in self._criteria(subject)
            for leaf in node.leaves()
        ]

    def _criteria(self, subject: Facts) -> Iterator[Node]:
        """Yield the criteria that are about a subject."""
        for entry in self.ruleset.entries:
            if entry.item == subject.item.kind:
                yield entry.when
                yield from (exclusion.when for exclusion in entry.unless)
        if subject.parts:
            return
        for row in self.rows:
            yield from (self.ruleset.exception[name].when for name in row.exceptions)
            yield from (review.when for review in row.review if review.when)

    @property
    def entries(self) -> list[str]:
        """The ids of the entries that are met."""
        return [name for name, truth in self.facts.entries.items() if truth is TRUE]

    @property
    def possible_entries(self) -> list[str]:
        """The ids of the entries that may be met, as far as is known."""
        return [name for name, truth in self.facts.entries.items() if truth is UNKNOWN]

    @property
    def review(self) -> str | None:
        """How an application would be reviewed; None where no license is required."""
        return STRICTNESS[self.ending.rank][1] or None if self.ending else None

    @property
    def exceptions(self) -> list[str]:
        """The ids of the license exceptions that may be used."""
        return [exception.id for exception in self.ending.exceptions] if self.ending else []

    @property
    def notes(self) -> list[str]:
        """What a reader should know of the entries and rows it rests on."""
        entries = [self.ruleset.entry[name] for name in self.entries]
        return [rule.note for rule in (*entries, *self._basis()) if rule.note]

    @property
    def evidence(self) -> str:
        """How well the weakest of the rules it rests on is attested."""
        entries = [self.ruleset.entry[name] for name in (*self.entries, *self.possible_entries)]
        marks = [rule.evidence for rule in (self.ruleset, *entries, *self._basis())]
        return max((mark for mark in marks if mark), key=_WEAKEST_LAST.index)

    @property
    def addressed(self) -> bool:
        """Whether a letter is taken to bind because the chip is its addressee's."""
        letter = self.ruleset.kind == "letter" and self.question.informed is None
        return letter and bool(self.rows) and _is_addressee(self.ruleset, self.item)

    @property
    def caveats(self) -> list[str]:
        """What has to be said with it."""
        return [
            caveat.say
            for caveat in self.ruleset.caveats
            if (caveat.since is None or caveat.since <= self.question.on)
            and within(caveat, self.question, self.ruleset.jurisdiction) is not FALSE
            and self._concerns(caveat.entries)
        ]

    def _concerns(self, names: tuple[str, ...]) -> bool:
        """Return whether the item is or may be in one of the entries; if none is named, always."""
        return not names or any_(self.facts.entries[name] for name in names) is not FALSE

    def _basis(self) -> Iterator[LicensingRow | ReviewRow | LicenseException]:
        """Yield the row, the exceptions and the review that it ends with."""
        if self.ending:
            rules = (self.ending.row, *self.ending.exceptions, self.ending.review)
            yield from (rule for rule in rules if rule)

    @property
    def in_force(self) -> bool:
        """Whether the ruleset was in force on the day of the question."""
        return in_force(self.ruleset, self.question.on)

    def __repr__(self) -> str:
        return f"Assessment({self.chip.id}, {self.ruleset.id}: {self.outcome})"


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
    found = {ending.exportable for ending in endings.values()}
    result = Assessment()
    result.ruleset, result.item, result.question = ruleset, item, question
    result.facts = facts
    result.rows, result.due = tuple(licensing.rows), tuple(licensing.due)
    if len(found) == 1:
        result.ending = endings[max(endings)]
        result.outcome, _, result.exportable = STRICTNESS[result.ending.rank]
        result.missing = ()
    else:
        result.ending = None
        result.outcome, result.exportable = "undetermined", "unknown"
        result.missing = tuple(dict.fromkeys(licensing.missing))
    return result


def _bound(ruleset: Ruleset, item: Item, question: Question, by_name: bool) -> Truth:  # noqa: FBT001
    """Return whether a letter binds the exporter. A code binds everybody."""
    if ruleset.kind != "letter":
        return TRUE
    if question.informed is not None:
        return known(question.informed)
    return TRUE if by_name or _is_addressee(ruleset, item) else UNKNOWN


def _is_addressee(ruleset: Ruleset, item: Item) -> bool:
    return item.vendor in map(maker, ruleset.addressees)


def within(scope: Scope, question: Question, jurisdiction: str) -> Truth:
    """Return whether a transaction is within a scope, as a jurisdiction sees its countries."""
    if scope.activity and question.activity not in scope.activity:
        return FALSE
    truth = TRUE
    if scope.to:
        truth = scope.to.has(seen_by(jurisdiction, question.to), question.on)
    if scope.headquarters:
        party = seen_by(jurisdiction, question.headquarters or question.to)
        truth = all_((truth, scope.headquarters.has(party, question.on)))
    return truth


class _Licensing:
    """The second step, for one item and transaction: follows every way it can end.

    Attributes:
        missing: the facts that leave a way open, in the order met.
        rows: those that apply or may.
        due: rows that would apply, were their compliance date not still to come.
    """

    def __init__(self, ruleset: Ruleset, facts: Facts, question: Question, bound: Truth) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.question = question
        self.bound = bound
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
        place = within(row, self.question, self.ruleset.jurisdiction)
        applies = all_((listed, place, self.bound))
        if applies is not FALSE and row.compliance and self.question.on < row.compliance:
            self.due.append(row)
            return FALSE
        if applies is UNKNOWN:
            for name in row.entries:
                if self.facts.entries[name] is UNKNOWN:
                    self.missing += _lacking_for(self.ruleset, name, self.facts)
            if place is UNKNOWN:
                self.missing.append(f"the country groups on {self.question.on}")
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
        place = within(scope, self.question, self.ruleset.jurisdiction)
        fits = place
        if when and place is not FALSE:
            fits = all_((place, when.evaluate(subject)))
        if fits is UNKNOWN:
            if place is UNKNOWN:
                self.missing.append(f"the country groups on {self.question.on}")
            if when and when.evaluate(subject) is UNKNOWN:
                self.missing += _lacking(self.ruleset, when, subject)
        return fits


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

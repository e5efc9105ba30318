"""Assessments: one chip under one ruleset in one transaction, and the ways that can end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from compliance.groups import seen_by
from compliance.items import maker
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_
from compliance.rulebook import in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from compliance.chips import Chip
    from compliance.circumstances import Question
    from compliance.compiled import Checklist
    from compliance.findings import Facts, Findings
    from compliance.items import Item
    from compliance.provisions import Caveat, LicenseException, LicensingRow, ReviewRow, Scope
    from compliance.rulesets import Ruleset

Exportable: TypeAlias = Literal["yes", "conditional", "license", "denied", "unknown"]

STRICTNESS: tuple[tuple[str, str, Exportable], ...] = (
    ("not_listed", "", "yes"),
    ("no_license_required", "", "yes"),
    ("duty", "", "yes"),
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

_WEAKEST_LAST = ("primary", "secondary", "unconfirmed")


class Ending(NamedTuple):
    """One way an assessment can end.

    Attributes:
        rank: its place in `STRICTNESS`.
        row: the licensing row that leads there; None where none does.
        exceptions: the exceptions that may be used.
        review: the review row that fits.
        claimable: exceptions that would serve parties who claim what they ask for.
    """

    rank: int
    row: LicensingRow | None = None
    exceptions: tuple[LicenseException, ...] = ()
    review: ReviewRow | None = None
    claimable: tuple[LicenseException, ...] = ()

    @property
    def exportable(self) -> Exportable:
        """What it means for the shipper."""
        return STRICTNESS[self.rank][2]

    @property
    def free(self) -> bool:
        """Whether the shipper needs nothing, or nothing but to keep conditions."""
        return self.exportable in ("yes", "conditional")

    @property
    def duty(self) -> bool:
        """Whether a duty falls due, which leaves the shipper as free as before."""
        return STRICTNESS[self.rank][0] == "duty"


class Conclusion:
    """What a ruleset says in a transaction of all items that its criteria can't tell apart.

    Attributes:
        entries: entry id -> truth.
        ending: how it came about; None where undetermined.
        between: the mildest and the strictest it may come to.
        rows: the licensing rows that apply or may.
        due: licensing rows that apply but need not be complied with yet.
        unenforced: licensing rows that apply by the text and are not enforced.
        checklist: the conditions of the entries and of the rows that apply.
        lacking: from an item to what leaves it open: metrics, flags and circumstances, each with
            the fact it lacks.
    """

    __slots__ = (
        "between",
        "checklist",
        "due",
        "ending",
        "entries",
        "lacking",
        "rows",
        "unenforced",
    )

    entries: Mapping[str, Truth]
    ending: Ending | None
    between: tuple[Exportable, Exportable]
    rows: tuple[LicensingRow, ...]
    due: tuple[LicensingRow, ...]
    unenforced: tuple[LicensingRow, ...]
    checklist: Checklist
    lacking: Callable[[Facts], Iterable[tuple[str, str]]]


class Assessment:
    """One chip under one ruleset in one transaction.

    Attributes:
        ruleset: the law.
        question: the transaction.
        facts: the entries' truths.
        conclusion: what the ruleset says of all such items.
    """

    __slots__ = ("conclusion", "facts", "question", "ruleset")

    ruleset: Ruleset
    question: Question
    facts: Facts
    conclusion: Conclusion

    @property
    def item(self) -> Item:
        """The chip, measured."""
        return self.facts.item

    @property
    def ending(self) -> Ending | None:
        """How it came about; None where undetermined."""
        return self.conclusion.ending

    @property
    def between(self) -> tuple[Exportable, Exportable]:
        """The mildest and the strictest it may come to."""
        return self.conclusion.between

    @property
    def rows(self) -> tuple[LicensingRow, ...]:
        """The licensing rows that apply or may."""
        return self.conclusion.rows

    @property
    def due(self) -> tuple[LicensingRow, ...]:
        """Licensing rows that apply but need not be complied with yet."""
        return self.conclusion.due

    @property
    def unenforced(self) -> tuple[LicensingRow, ...]:
        """Licensing rows that apply by the text and are not enforced."""
        return self.conclusion.unenforced

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would decide it, in the words of a datasheet."""
        return tuple(dict.fromkeys(fact for _, fact in self.conclusion.lacking(self.facts)))

    @property
    def undecided(self) -> tuple[str, ...]:
        """The metrics, flags and circumstances that would, by name."""
        return tuple(dict.fromkeys(name for name, _ in self.conclusion.lacking(self.facts)))

    @property
    def outcome(self) -> str:
        """What the law says; `undetermined` where missing facts could change it."""
        return STRICTNESS[self.ending.rank][0] if self.ending else "undetermined"

    @property
    def exportable(self) -> Exportable:
        """What that means for the shipper."""
        return self.ending.exportable if self.ending else "unknown"

    @property
    def chip(self) -> Chip:
        """The chip."""
        return self.item.chip

    @property
    def findings(self) -> Findings:
        """Each condition of the entries and of the rows that apply, with its value and truth."""
        facts = self.facts
        found = self.conclusion.checklist.findings(facts)
        if not facts.parts:
            return found
        for part in reversed(facts.parts):
            found = self.ruleset.checklist(part.item.kind, self.rows).findings(part) + found
        return found

    @property
    def entries(self) -> list[str]:
        """The ids of the entries that are met."""
        return [name for name, truth in self.facts.entries.items() if truth is TRUE]

    @property
    def possible_entries(self) -> list[str]:
        """The ids of the entries that may be met, as far as is known."""
        return [name for name, truth in self.facts.entries.items() if truth is UNKNOWN]

    @property
    def concerned(self) -> bool:
        """Whether the item is or may be in an entry."""
        return any_(self.facts.entries.values()) is not FALSE

    @property
    def review(self) -> str | None:
        """How an application would be reviewed; None where no license is required."""
        return STRICTNESS[self.ending.rank][1] or None if self.ending else None

    @property
    def reviews(self) -> list[str]:
        """The review as a list of one or none, as an answer has it."""
        return [self.review] if self.review else []

    @property
    def exceptions(self) -> list[str]:
        """The ids of the license exceptions that may be used."""
        return [exception.id for exception in self.ending.exceptions] if self.ending else []

    @property
    def claimable(self) -> tuple[LicenseException, ...]:
        """The exceptions that would serve parties who claim what they ask for."""
        return self.ending.claimable if self.ending else ()

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
        silent = self.question.informed is None
        return silent and bool(self.rows) and informs(self.ruleset.addressees, self.item)

    @property
    def caveats(self) -> list[str]:
        """What has to be said with it."""
        return [caveat.say for caveat in self.ruleset.caveats if self.concerns(caveat)]

    def concerns(self, caveat: Caveat) -> bool:
        """Return whether a caveat, of its own ruleset or of a notice, has to be said with it."""
        return concerns(caveat, self.question, self.facts, self.ruleset.jurisdiction)

    def _basis(self) -> Iterator[LicensingRow | ReviewRow | LicenseException]:
        """Yield the row, the exceptions and the review that it ends with."""
        if self.ending:
            rules = (self.ending.row, *self.ending.exceptions, self.ending.review)
            yield from (rule for rule in rules if rule)

    @property
    def in_force(self) -> bool:
        """Whether the ruleset was in force on the day of the question."""
        return in_force(self.ruleset, self.question.on, self.question.known_on)

    def __repr__(self) -> str:
        return f"Assessment({self.chip.id}, {self.ruleset.id}: {self.outcome})"


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


def concerns(caveat: Caveat, question: Question, facts: Facts, jurisdiction: str) -> bool:
    """Return whether a caveat is about a transaction and an item, or may be."""
    on = question.on
    listed = (facts.entries.get(name, FALSE) for name in caveat.entries)
    return (
        (caveat.since or on) <= on <= (caveat.until or on)
        and within(caveat, question, jurisdiction) is not FALSE
        and (not caveat.entries or any_(listed) is not FALSE)
    )


def informs(addressees: Iterable[str], item: Item) -> bool:
    """Return whether a letter went to the maker of an item."""
    return item.vendor in map(maker, addressees)

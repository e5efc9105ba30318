"""Rulesets: dated versions of a line of law, one immutable file each.

A ruleset of a code is the whole of what stood on its day. Its file may carry entries, exceptions
and licensing rows over from its predecessor by name, so that each number has one home and a file
shows what was new; loaded, it is whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from compliance.criteria import SCHEMA, Node
from compliance.errors import did_you_mean
from compliance.groups import Destinations  # noqa: TC001 - pydantic reads the annotation
from compliance.models import Day, Id, Model, Text, Url, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
from functools import cached_property

Status = Literal["in_force", "superseded", "rescinded", "not_enforced", "proposed"]
Evidence = Literal["primary", "secondary", "unconfirmed"]
Activity = Literal["export", "reexport", "transfer"]
Policy = Literal[
    "presumption_of_approval",
    "case_by_case",
    "unstated",
    "presumption_of_denial",
    "policy_of_denial",
]
Many = Field(strict=False)


class Instrument(Model):
    """A document the law stands in.

    Attributes:
        cite: as lawyers cite it.
        document: its Federal Register document number.
        title: its title.
        url: its address.
    """

    cite: Text
    document: Text | None = None
    title: Text | None = None
    url: Url | None = None


class Exclusion(Model):
    """A note that takes out of an entry what meets it.

    Attributes:
        note: what the law calls it.
        when: whom it takes out.
        cite: where it stands.
    """

    note: Text
    when: Node
    cite: Text | None = None


class Entry(Model):
    """A paragraph of a control list.

    Attributes:
        id: its number, such as `3A090.a`.
        title: what it covers.
        cite: where it stands.
        item: the kind of item it describes.
        when: the criterion that puts an item in it.
        unless: notes that take items out again.
        outranks: entries that an item in this one is not in, though it meets their criterion.
        evidence: of its numbers, where it differs from the ruleset's.
        note: what a reader should know.
    """

    id: Text
    title: Text
    cite: Text
    item: Literal["accelerator", "hbm", "system"] = "accelerator"
    when: Node
    unless: Annotated[tuple[Exclusion, ...], Many] = ()
    outranks: Annotated[tuple[Text, ...], Many] = ()
    evidence: Evidence | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _paragraphs(self) -> Self:
        """Let the conditions know the paragraph they stand in."""
        self.when.adopt(self.id, self.cite)
        for exclusion in self.unless:
            exclusion.when.adopt(exclusion.note, exclusion.cite or self.cite)
        return self


class Scope(Model):
    """Circumstances of a transaction. What is not stated is not restricted.

    Attributes:
        to: destinations.
        headquarters: countries where the end user, or its ultimate parent, is headquartered.
        activity: what is done with the item.
    """

    to: Destinations | None = None
    headquarters: Destinations | None = None
    activity: Annotated[tuple[Activity, ...], Many] | None = None


class ReviewRow(Scope):
    """How an application is reviewed; the first row that fits counts.

    Attributes:
        policy: the review policy.
        when: whom it fits, by metrics or entries.
        conditions: what an applicant has to show.
        cite: where it stands.
        evidence: where it differs from the ruleset's.
        note: what a reader should know.
    """

    policy: Policy
    when: Node | None = None
    conditions: Annotated[tuple[Text, ...], Many] = ()
    cite: Text | None = None
    evidence: Evidence | None = None
    note: Text | None = None


class LicenseException(Model):
    """A license exception: who may use it, and on what conditions.

    Attributes:
        id: its short name, such as `NAC`.
        title: its name.
        cite: where it stands.
        where: the transactions it covers; any one suffices.
        when: the items it covers.
        conditions: what a user of it has to do; shown, not judged.
        evidence: where it differs from the ruleset's.
        note: what a reader should know.
    """

    id: Text
    title: Text
    cite: Text
    where: Annotated[tuple[Scope, ...], Many]
    when: Node
    conditions: Annotated[tuple[Text, ...], Many] = ()
    evidence: Evidence | None = None
    note: Text | None = None


class LicensingRow(Scope):
    """Turns entries and circumstances into a license requirement.

    Attributes:
        id: short name within the ruleset.
        entries: the entries it is about (`for` in the file).
        requires: what it demands.
        compliance: the first day on which it has to be complied with, if that is later than the
            ruleset's.
        review: how an application is reviewed.
        exceptions: the exceptions that may serve instead of a license.
        cite: where it stands.
        evidence: where it differs from the ruleset's.
        note: what a reader should know.
    """

    id: Text
    entries: Annotated[tuple[Text, ...], Many] = Field(alias="for")
    requires: Literal["license", "prohibited"] = "license"
    compliance: Day | None = None
    review: Annotated[tuple[ReviewRow, ...], Many]
    exceptions: Annotated[tuple[Text, ...], Many] = ()
    cite: Text
    evidence: Evidence | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        """See that some review row always fits, and let conditions know where they stand."""
        last = self.review[-1] if self.review else None
        if last is None or last.to or last.headquarters or last.activity or last.when:
            raise refusal("review rows that may all fail", "a last one without conditions")
        for row in self.review:
            if row.when:
                row.when.adopt(row.cite or self.cite, row.cite or self.cite)
        return self


class Caveat(Scope):
    """What has to be said with an answer that rests on a ruleset.

    Attributes:
        id: short name within the ruleset.
        entries: said of items that are or may be in these (`for` in the file); empty for all.
        since: said from this day on.
        say: the words.
    """

    id: Text
    entries: Annotated[tuple[Text, ...], Many] = Field(default=(), alias="for")
    since: Day | None = None
    say: Text


class Ruleset(Model):
    """One dated version of a regime.

    Attributes:
        id: regime and date in force.
        regime: the line of law it belongs to.
        kind: `code`, of which exactly one version is in force on a day, or `letter`.
        title: its name.
        jurisdiction: whose law it is, as a country code.
        status: where it stands today.
        published: the day it was published; None for a letter.
        effective: the first day in force.
        until: the last day in force of a letter; `unknown` where nobody knows.
        supersedes: the id of the version before.
        verified: the day on which the file was last compared with its sources.
        evidence: how well its numbers are attested.
        addressees: the companies a letter was sent to.
        instruments: the documents it stands in.
        carries: what it takes over from its predecessor, by id.
        entries: its paragraphs.
        exceptions: its license exceptions.
        licensing: its license requirements.
        caveats: what has to be said with its answers.
        notes: what a reader of the file should know.
    """

    id: Id
    regime: Id
    kind: Literal["code", "letter"] = "code"
    title: Text
    jurisdiction: Text
    status: Status
    published: Day | None = None
    effective: Day
    until: Day | Literal["unknown"] | None = None
    supersedes: Id | None = None
    verified: Day
    evidence: Evidence
    addressees: Annotated[tuple[Text, ...], Many] = ()
    instruments: Annotated[tuple[Instrument, ...], Many]
    carries: Annotated[tuple[Text, ...], Many] = ()
    entries: Annotated[tuple[Entry, ...], Many]
    exceptions: Annotated[tuple[LicenseException, ...], Many] = ()
    licensing: Annotated[tuple[LicensingRow, ...], Many]
    caveats: Annotated[tuple[Caveat, ...], Many] = ()
    notes: Annotated[tuple[Text, ...], Many] = ()

    _digest: str = PrivateAttr("")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """See that every name used is defined."""
        if self.id != f"{self.regime}-{self.effective}":
            raise refusal(
                self.id, f"{self.regime}-{self.effective}, after regime and day", key="id"
            )
        entries = {entry.id for entry in self.entries}
        exceptions = {exception.id for exception in self.exceptions}
        for name, known in self._names(entries, exceptions):
            if name not in known:
                hint = did_you_mean(name, known)
                raise refusal(f"the id {name}", f"one of {', '.join(sorted(known))}", hint)
        for exception in self.exceptions:
            exception.when.adopt(exception.id, exception.cite)
        return self

    def _names(self, entries: set[str], exceptions: set[str]) -> Iterator[tuple[str, set[str]]]:
        """Yield each id that is referred to, and those it has to be among.

        Entries are classified in their order, so a condition may rest on earlier ones only, and
        an entry may outrank later ones only.
        """
        earlier: set[str] = set()
        for entry in self.entries:
            yield from ((leaf.entry, earlier) for leaf in entry.when.leaves() if leaf.entry)
            earlier.add(entry.id)
            yield from ((name, entries - earlier) for name in entry.outranks)
        for caveat in self.caveats:
            yield from ((name, entries) for name in caveat.entries)
        for row in self.licensing:
            yield from ((name, entries) for name in row.entries)
            yield from ((name, exceptions) for name in row.exceptions)

    @property
    def digest(self) -> str:
        """SHA-256 of the file and of those it carries from."""
        return self._digest

    @cached_property
    def entry(self) -> dict[str, Entry]:
        """The entries by id."""
        return {entry.id: entry for entry in self.entries}

    @cached_property
    def exception(self) -> dict[str, LicenseException]:
        """The license exceptions by id."""
        return {exception.id: exception for exception in self.exceptions}

    @cached_property
    def outranking(self) -> dict[str, tuple[str, ...]]:
        """The ids of the entries that outrank each entry."""
        return {
            entry.id: tuple(e.id for e in self.entries if entry.id in e.outranks)
            for entry in self.entries
        }

    @property
    def first_day(self) -> date:
        """The first day on which all of it has to be complied with.

        Where a provision has a compliance date after the day the ruleset came into force, that
        date, so that a view of the ruleset "on its first day" shows what it asks for.
        """
        return max([self.effective, *(row.compliance or self.effective for row in self.licensing)])


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a ruleset file."""
    schema: dict[str, Any] = _with_criteria(Ruleset.model_json_schema())
    schema["$defs"]["Criterion"] = SCHEMA
    schema["required"] = [n for n in schema["required"] if n not in ("entries", "licensing")]
    return schema


def _with_criteria(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Put the reference to the schema of a criterion in the places that stand in for it."""
    if isinstance(value, dict):
        if "criterion" in value:
            return {"$ref": "#/$defs/Criterion"}
        return {key: _with_criteria(below) for key, below in value.items()}
    return [_with_criteria(below) for below in value] if isinstance(value, list) else value

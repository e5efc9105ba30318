"""What rulesets are made of: entries, license requirements, reviews, exceptions, caveats."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from compliance.circumstances import Activity, Ledger  # noqa: TC001 - as below
from compliance.grammar import Criterion  # noqa: TC001 - pydantic reads the annotations
from compliance.groups import Destinations  # noqa: TC001 - pydantic reads the annotation
from compliance.models import Count, Day, Record, Text, Url, refusal

Evidence = Literal["primary", "secondary", "unconfirmed"]
Policy = Literal[
    "presumption_of_approval",
    "case_by_case",
    "unstated",
    "presumption_of_denial",
    "policy_of_denial",
]
Many = Field(strict=False)


class Instrument(Record):
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


class Exclusion(Record):
    """A note that takes out of an entry what meets it.

    Attributes:
        note: what the law calls it.
        when: whom it takes out.
        cite: where it stands.
    """

    note: Text
    when: Criterion
    cite: Text | None = None


class Entry(Record):
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
    when: Criterion
    unless: Annotated[tuple[Exclusion, ...], Many] = ()
    outranks: Annotated[tuple[Text, ...], Many] = ()
    evidence: Evidence | None = None
    note: Text | None = None

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Its criterion, and those of its notes."""
        return self.when, *(exclusion.when for exclusion in self.unless)

    def settle(self) -> None:
        """Let the conditions know the paragraph they stand in."""
        self.when.adopt(self.id, self.cite)
        for exclusion in self.unless:
            exclusion.when.adopt(exclusion.note, exclusion.cite or self.cite)


class Scope(Record):
    """Circumstances of a transaction. What is not stated is not restricted.

    Attributes:
        to: destinations.
        headquarters: countries where the end user, or its ultimate parent, is headquartered.
        activity: what is done with the item.
    """

    to: Destinations | None = None
    headquarters: Destinations | None = None
    activity: Annotated[tuple[Activity, ...], Many] | None = None


class Limit(Record):
    """A quantity up to which a provision holds, in aggregate TPP.

    Attributes:
        at_most: the TPP; or
        share: the part of another ledger that it may come to.
        of: that ledger.
        ledger: what is added up.
        per: what it is counted for, in words.
        then: what follows beyond, where the provision goes on to hold.
        cite: where it stands.
    """

    at_most: Count | None = None
    share: Count | None = None
    of: Ledger | None = None
    ledger: Ledger
    per: Text
    then: Text | None = None
    cite: Text | None = None

    def settle(self) -> None:
        """See that it is an amount or a share, and a share of something."""
        if (self.at_most is None) == (self.share is None) or bool(self.share) != bool(self.of):
            raise refusal("a limit that is no amount and no share", "at_most, or share and of")


class ReviewRow(Scope):
    """How an application is reviewed; the first row that fits counts.

    Attributes:
        policy: the review policy.
        when: whom it fits, by metrics or entries.
        limits: quantities up to which it fits.
        conditions: what an applicant has to show.
        cite: where it stands.
        evidence: where it differs from the ruleset's.
        note: what a reader should know.
    """

    policy: Policy
    when: Criterion | None = None
    limits: Annotated[tuple[Limit, ...], Many] = ()
    conditions: Annotated[tuple[Text, ...], Many] = ()
    cite: Text | None = None
    evidence: Evidence | None = None
    note: Text | None = None


class LicenseException(Record):
    """A license exception or general authorization: who may use it, and on what conditions.

    Attributes:
        id: its short name, such as `NAC`.
        kind: what it is.
        title: its name.
        cite: where it stands.
        where: the transactions it covers; any one suffices.
        when: the items it covers; None for all that the rows are about.
        limits: quantities up to which it may be used. Without a quantity they are shown.
        claim: what the parties have to be, where that can't be told from the transaction. It
            serves those only who claim it; to others it is named.
        conditions: what a user of it has to do; shown, not judged.
        evidence: where it differs from the ruleset's.
        note: what a reader should know.
    """

    id: Text
    title: Text
    cite: Text
    kind: Literal["license_exception", "general_authorization"] = "license_exception"
    where: Annotated[tuple[Scope, ...], Many]
    when: Criterion | None = None
    limits: Annotated[tuple[Limit, ...], Many] = ()
    claim: Text | None = None
    conditions: Annotated[tuple[Text, ...], Many] = ()
    evidence: Evidence | None = None
    note: Text | None = None


class LicensingRow(Scope):
    """Turns entries and circumstances into a license requirement.

    Attributes:
        id: short name within the ruleset.
        entries: the entries it is about (`for` in the file).
        requires: what it demands.
        duty: the percentage of a duty.
        compliance: the first day on which it has to be complied with, if that is later than the
            ruleset's.
        text_until: the last day on which it stood in the text, where it went on to be enforced.
        enforced_until: the last day on which it was enforced, where it stayed in the text.
        review: how an application is reviewed.
        exceptions: the exceptions that may serve instead of a license.
        cite: where it stands.
        evidence: where it differs from the ruleset's.
        note: what a reader should know.
    """

    id: Text
    entries: Annotated[tuple[Text, ...], Many, Field(alias="for")]
    requires: Literal["license", "prohibited", "duty"] = "license"
    duty: Count | None = None
    compliance: Day | None = None
    text_until: Day | None = None
    enforced_until: Day | None = None
    review: Annotated[tuple[ReviewRow, ...], Many] = ()
    exceptions: Annotated[tuple[Text, ...], Many] = ()
    cite: Text
    evidence: Evidence | None = None
    note: Text | None = None

    def settle(self) -> None:
        """See that some review row always fits, and let conditions know where they stand."""
        if (self.requires == "duty") != (self.duty is not None):
            raise refusal(f"requires: {self.requires}", "duty: PERCENT with a duty, and only there")
        last = self.review[-1] if self.review else None
        open_ = last is None or last.to or last.headquarters or last.activity or last.when
        if self.requires == "license" and (open_ or (last and last.limits)):
            raise refusal("review rows that may all fail", "a last one without conditions")
        for row in self.review:
            if row.when:
                row.when.adopt(row.cite or self.cite, row.cite or self.cite)


class Caveat(Scope):
    """What has to be said with an answer that rests on a ruleset.

    Attributes:
        id: short name within the ruleset.
        entries: said of items that are or may be in these (`for` in the file); empty for all.
        since: said from this day on.
        until: said up to this day.
        opens: the controls that are out of scope and may forbid what the ruleset leaves free; an
            answer that nothing more is needed is then not given.
        say: the words.
    """

    id: Text
    entries: Annotated[tuple[Text, ...], Many, Field(alias="for")] = ()
    since: Day | None = None
    until: Day | None = None
    opens: Text | None = None
    say: Text


RECORDS = (
    Instrument,
    Exclusion,
    Entry,
    Scope,
    Limit,
    ReviewRow,
    LicenseException,
    LicensingRow,
    Caveat,
)
"""All of them."""

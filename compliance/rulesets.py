"""Rulesets: dated versions of a line of law, one immutable file each.

A ruleset of a code is the whole of what stood on its day. Its file may carry entries, exceptions
and licensing rows over from its predecessor by name, so that each number has one home and a file
shows what was new; loaded, it is whole.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal

from compliance.compiled import Checklist
from compliance.conditions import Meets
from compliance.criteria import Leaf, both, either, negation
from compliance.errors import did_you_mean
from compliance.grammar import SCHEMA
from compliance.models import Day, Id, Record, Text, model_of, refusal
from compliance.provisions import (
    Caveat,
    Entry,
    Evidence,
    Instrument,
    LicenseException,
    LicensingRow,
    Many,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from compliance.criteria import Node
    from compliance.provisions import Scope

Status = Literal["in_force", "superseded", "rescinded", "not_enforced", "proposed", "unknown"]
Kind = Literal["code", "letter", "policy", "tariff", "notice", "bill"]


class Ruleset(Record):
    """One dated version of a regime.

    Attributes:
        id: regime and date in force.
        regime: the line of law it belongs to.
        kind: `code`, of which exactly one version is in force on a day, or what lies over it: a
            `letter`, a `policy`, a `tariff`; a `notice`, which decides nothing and says its caveats
            with the answers of the regime it is about; a `bill`.
        about: the regime that a notice speaks of.
        title: its name.
        jurisdiction: whose law it is, as a country code.
        status: where it stands today.
        published: the day it was published; of a letter, disclosed.
        effective: the first day in force; of a proposal, the day of its text.
        until: the last day in force, where no successor tells; `unknown` where nobody knows.
        supersedes: the id of the version before.
        verified: the day on which the file was last compared with its sources.
        evidence: how well its numbers are attested.
        addressees: the companies a letter was sent to.
        instruments: the documents it stands in.
        carries: what it takes over, by id.
        carries_from: the ruleset it takes that from, where that is not its predecessor.
        entries: its paragraphs.
        exceptions: its license exceptions.
        licensing: its license requirements.
        caveats: what has to be said with its answers.
        notes: what a reader of the file should know.
    """

    id: Id
    regime: Id
    kind: Kind = "code"
    about: Id | None = None
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
    carries_from: Id | None = None
    entries: Annotated[tuple[Entry, ...], Many] = ()
    exceptions: Annotated[tuple[LicenseException, ...], Many] = ()
    licensing: Annotated[tuple[LicensingRow, ...], Many] = ()
    caveats: Annotated[tuple[Caveat, ...], Many] = ()
    notes: Annotated[tuple[Text, ...], Many] = ()

    _digest = ""

    def settle(self) -> None:
        """See that every name used is defined."""
        if self.id != f"{self.regime}-{self.effective}":
            raise refusal(
                self.id, f"{self.regime}-{self.effective}, after regime and day", key="id"
            )
        if self.kind == "notice":
            if self.entries or self.licensing or not (self.caveats and self.about):
                raise refusal("a notice that is none", "about and caveats, and nothing else")
            return
        if not (self.entries and self.licensing):
            raise refusal(f"a {self.kind} without entries or licensing", "both", key="id")
        entries = {entry.id for entry in self.entries}
        exceptions = {exception.id for exception in self.exceptions}
        for name, known in self._names(entries, exceptions):
            if name not in known:
                hint = did_you_mean(name, known)
                raise refusal(f"the id {name}", f"one of {', '.join(sorted(known))}", hint)
        for exception in self.exceptions:
            if exception.when:
                exception.when.adopt(exception.id, exception.cite)

    def _names(self, entries: set[str], exceptions: set[str]) -> Iterator[tuple[str, set[str]]]:
        """Yield each id that is referred to, and those it has to be among.

        Entries are classified in their order, so a condition may rest on earlier ones only, and
        an entry may outrank later ones only.
        """
        earlier: set[str] = set()
        for entry in self.entries:
            for when in entry.criteria:
                yield from ((leaf.entry, earlier) for leaf in when.leaves() if leaf.entry)
            earlier.add(entry.id)
            yield from ((name, entries - earlier) for name in entry.outranks)
        for caveat in self.caveats:
            yield from ((name, entries) for name in caveat.entries)
        reviews = [review.when for row in self.licensing for review in row.review]
        for node in (*(exception.when for exception in self.exceptions), *reviews):
            if node:
                yield from ((leaf.entry, entries) for leaf in node.leaves() if leaf.entry)
        for row in self.licensing:
            yield from ((name, entries) for name in row.entries)
            yield from ((name, exceptions) for name in row.exceptions)

    def criteria(self) -> Iterator[Node]:
        """Yield every criterion in it."""
        for entry in self.entries:
            yield from entry.criteria
        reviews = (review.when for row in self.licensing for review in row.review)
        exceptions = (exception.when for exception in self.exceptions)
        yield from (when for when in (*exceptions, *reviews) if when)

    def scopes(self) -> Iterator[Scope]:
        """Yield the circumstances of every row, review, exception and caveat in it."""
        for row in self.licensing:
            yield row
            yield from row.review
        for exception in self.exceptions:
            yield from exception.where
        yield from self.caveats

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

    @cached_property
    def formulas(self) -> dict[str, Node]:
        """Who is in each entry: who meets its criterion, and neither a note nor a higher entry."""
        found = {}
        for entry in self.entries:
            notes = either(exclusion.when for exclusion in entry.unless)
            higher = either(
                Leaf(f"meets {name}", Meets(name), entry=name) for name in self.outranking[entry.id]
            )
            found[entry.id] = both((entry.when, negation(notes), negation(higher)))
        return found

    def checklist(self, kind: str, rows: Sequence[LicensingRow]) -> Checklist:
        """Return the conditions of the entries of a kind of item, and of some licensing rows.

        What one paragraph says is there once, however many entries rest on it.
        """
        key = (kind, *(row.id for row in rows))
        found = self.checklists.get(key)
        if found is None:
            nodes = [
                node for entry in self.entries if entry.item == kind for node in entry.criteria
            ]
            for row in rows:
                nodes += [when for name in row.exceptions if (when := self.exception[name].when)]
                nodes += [review.when for review in row.review if review.when]
            leaves = [leaf for node in nodes for leaf in node.leaves()]
            once = {(leaf.id, leaf.cite, leaf.text): leaf for leaf in leaves}
            found = Checklist(tuple(once.values()))
            self.checklists[key] = found
        return found

    @cached_property
    def checklists(self) -> dict[tuple[str, ...], Checklist]:
        """The lists that were asked for, by the kind of item and the ids of the rows."""
        return {}

    @cached_property
    def readings(self) -> dict[Any, Any]:
        """What was read of it for transactions, kept by `compliance.readings`."""
        return {}

    @property
    def announced(self) -> date:
        """The day from which it was known: that of its publication, where that is known."""
        return self.published or self.effective


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a ruleset file."""
    schema: dict[str, Any] = _with_criteria(model_of(Ruleset).model_json_schema())
    schema["$defs"]["Criterion"] = SCHEMA
    return schema


def _with_criteria(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Put the reference to the schema of a criterion in the places that stand in for it."""
    if isinstance(value, dict):
        if "criterion" in value:
            return {"$ref": "#/$defs/Criterion"}
        return {key: _with_criteria(below) for key, below in value.items()}
    return [_with_criteria(below) for below in value] if isinstance(value, list) else value

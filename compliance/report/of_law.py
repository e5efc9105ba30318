"""A ruleset as a person would read it, as a page in Markdown or as data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compliance import prose
from compliance.criteria import Branch
from compliance.report.as_markdown import escaped
from compliance.rulebook import last_day, notices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from compliance.criteria import Node
    from compliance.groups import Group
    from compliance.provisions import Caveat, Entry, LicenseException, LicensingRow
    from compliance.rulesets import Ruleset


def render(law: Ruleset, fmt: str, known_on: date | None = None) -> str:
    """Return a ruleset as a text.

    Args:
        law: the ruleset.
        fmt: `markdown` or `json`.
        known_on: leave out what had not been published by this day.
    """
    if fmt == "json":
        return json.dumps(_data(law, known_on), indent=2, ensure_ascii=False) + "\n"
    return "\n".join(_page(law, known_on)).rstrip("\n") + "\n"


def index(laws: Iterable[Ruleset]) -> str:
    """Return a page that lists rulesets by regime, in order of time."""
    regimes: dict[str, list[Ruleset]] = {}
    for law in laws:
        regimes.setdefault(law.regime, []).append(law)
    lines = ["# Rulesets", "", "Made from the files in `rules/` by `make pages`."]
    lines += ["[Country groups](groups.md) have a page of their own.", ""]
    for regime in sorted(regimes):
        lines += [f"## {regime}", ""]
        for law in regimes[regime]:
            what = "proposed" if law.status == "proposed" else f"from {law.effective}"
            lines.append(f"- [{law.id}]({law.id}.md), {what}: {escaped(law.title)}")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def group_page(groups: Iterable[Group]) -> str:
    """Return a page with the members of country groups, and how they changed."""
    lines = ["# Country groups", "", "Made from the files in `rules/groups` by `make pages`.", ""]
    for group in groups:
        lines += [f"## {group.id}: {escaped(group.title)}", ""]
        lines += [f"- known from {group.since}", f"- {', '.join(group.members) or 'no members'}"]
        for word, changes in (("joined", group.joined), ("left", group.left)):
            for change in changes:
                since = change.unsettled_from
                open_ = f"; from {since} on that can't be told" if since else ""
                cite = escaped(change.cite)
                lines.append(f"- {change.country} {word} on {change.on} ({cite}){open_}")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _page(law: Ruleset, known_on: date | None) -> Iterator[str]:
    yield from (f"# {escaped(law.title)}", "", *_facts(law, known_on), "")
    yield from ("## Instruments", "")
    for instrument in law.instruments:
        document = f", document {instrument.document}" if instrument.document else ""
        title = f": {escaped(instrument.title)}" if instrument.title else ""
        link = f" <{instrument.url}>" if instrument.url else ""
        yield f"- {escaped(instrument.cite)}{document}{title}{link}"
    yield ""
    if law.entries:
        yield from ("## Entries", "")
    for entry in law.entries:
        yield from (*_entry(law, entry), "")
    if law.licensing:
        yield from ("## License requirements", "")
    for row in law.licensing:
        yield from (*_row(law, row, known_on), "")
    if law.exceptions:
        yield from ("## Exceptions", "")
    for exception in law.exceptions:
        yield from (*_exception(law, exception), "")
    said = [_said(c) for c in law.caveats if not (known_on and c.since and c.since > known_on)]
    said += [f"{n.id}: {_said(c)}" for n in _notices(law, known_on) for c in n.caveats]
    if said:
        yield from ("## Said with its answers", "", *(f"- {words}" for words in said), "")
    if law.notes:
        yield from ("## Notes", "", *(f"- {escaped(note)}" for note in law.notes), "")


def _facts(law: Ruleset, known_on: date | None) -> Iterator[str]:
    last = last_day(law, known_on)
    end = f"until {last}" if last else "until an unknown day" if law.until == "unknown" else "on"
    yield f"- id: `{law.id}`, of the regime `{law.regime}` ({law.kind}, {law.jurisdiction})"
    if law.status == "proposed":
        yield f"- a proposal of {law.effective}; not law"
    else:
        published = f"published {law.published}, " if law.published else ""
        yield f"- {published}in force from {law.effective} {end}"
    if law.supersedes:
        yield f"- supersedes `{law.supersedes}`"
    if law.about:
        yield f"- a notice: it decides nothing, and is said with the answers of `{law.about}`"
    if law.addressees:
        yield f"- addressed to {', '.join(law.addressees)}"
    yield f"- evidence: {law.evidence}; compared with its sources on {law.verified}"
    yield f"- digest: `{law.digest}`"


def _carried(law: Ruleset, name: str) -> str:
    source = law.carries_from or law.supersedes
    return f" (as in `{source}`)" if name in law.carries else ""


def _entry(law: Ruleset, entry: Entry) -> Iterator[str]:
    yield f"### {escaped(entry.id)}: {escaped(entry.title)}"
    mark = f"; evidence: {entry.evidence}" if entry.evidence else ""
    where = f"{escaped(entry.cite)}{mark}{_carried(law, entry.id)}"
    yield ""
    yield f"For items of the kind {entry.item}. {where}"
    yield ""
    yield from _tree(entry.when, 0, entry.id)
    for exclusion in entry.unless:
        yield f"- unless {escaped(exclusion.note)}"
        yield from _tree(exclusion.when, 1, exclusion.note)
    if entry.outranks:
        yield f"- outranks {escaped(', '.join(entry.outranks))}"
    if entry.note:
        yield f"- note: {escaped(entry.note)}"


def _tree(node: Node, depth: int, above: str) -> Iterator[str]:
    """Yield a criterion and all below it; a paragraph is named where it begins."""
    indent = "  " * depth
    name = f"{escaped(node.id)}: " if node.id != above else ""
    note = f" ({escaped(node.note)})" if node.note else ""
    if isinstance(node, Branch) and node.word in ("all", "any"):
        yield f"{indent}- {name}{node.word} of{note}"
        for child in node.children:
            yield from _tree(child, depth + 1, node.id)
    else:
        yield f"{indent}- {name}`{node.text}`{note}"


def _row(law: Ruleset, row: LicensingRow, known_on: date | None) -> Iterator[str]:
    yield f"### {escaped(row.id)}"
    yield ""
    what = {
        "license": "A license is required",
        "prohibited": "It is prohibited",
        "duty": f"A duty of {row.duty} % is due",
    }[row.requires]
    scope = prose.scope_text(row, "`")
    where = f"{escaped(row.cite)}{_carried(law, row.id)}"
    yield f"{what} for {escaped(', '.join(row.entries))}{scope}. {where}"
    yield ""
    yield from (f"- {clock}" for clock in prose.clocks(row, known_on))
    for review in row.review:
        cite = f" ({escaped(review.cite)})" if review.cite else ""
        yield f"- review: {prose.review_text(review, '`')}{cite}"
        yield from (f"  - condition: {escaped(words)}" for words in review.conditions)
        yield from ([f"  - note: {escaped(review.note)}"] if review.note else [])
    if row.exceptions:
        yield f"- exceptions: {escaped(', '.join(row.exceptions))}"
    if row.evidence:
        yield f"- evidence: {row.evidence}"
    if row.note:
        yield f"- note: {escaped(row.note)}"


def _exception(law: Ruleset, exception: LicenseException) -> Iterator[str]:
    yield f"### {escaped(exception.id)}: {escaped(exception.title)}"
    yield ""
    mark = f"; evidence: {exception.evidence}" if exception.evidence else ""
    yield f"{escaped(exception.cite)}{mark}{_carried(law, exception.id)}"
    yield ""
    for scope in exception.where:
        yield f"- where:{prose.scope_text(scope, '`') or ' anywhere'}"
    yield f"- items: `{exception.when.text}`" if exception.when else "- items: all"
    yield from (f"- limit: {escaped(prose.limit_text(limit))}" for limit in exception.limits)
    if exception.claim:
        yield f"- asks for: {escaped(exception.claim)}"
    yield from (f"- condition: {escaped(words)}" for words in exception.conditions)
    if exception.note:
        yield f"- note: {escaped(exception.note)}"


def _said(caveat: Caveat) -> str:
    """Return a caveat with what it is said of."""
    scope = prose.scope_text(caveat, "`").strip()
    days = [
        f"from {caveat.since}" if caveat.since else "",
        f"until {caveat.until}" if caveat.until else "",
    ]
    about = [escaped(", ".join(caveat.entries)), scope, *days]
    of = "; ".join(part for part in about if part)
    return f"{f'({of}) ' if of else ''}{escaped(caveat.say)}"


def _notices(law: Ruleset, known_on: date | None) -> list[Ruleset]:
    """Return the notices that speak of a ruleset's regime when it is last asked about."""
    last = last_day(law, known_on)
    return notices(law.regime, last, known_on) if last else []


def _data(law: Ruleset, known_on: date | None) -> dict[str, Any]:
    """Return a ruleset as plain data, with each criterion in one line."""
    last = last_day(law, known_on)
    return {
        "id": law.id,
        "regime": law.regime,
        "kind": law.kind,
        "title": law.title,
        "jurisdiction": law.jurisdiction,
        "status": law.status,
        "published": str(law.published) if law.published else None,
        "effective": str(law.effective),
        "until": str(last or law.until or "") or None,
        "supersedes": law.supersedes,
        "evidence": law.evidence,
        "verified": str(law.verified),
        "digest": law.digest,
        "instruments": [
            {name: text for name, text in vars(instrument).items() if text}
            for instrument in law.instruments
        ],
        "entries": [
            {
                "id": entry.id,
                "title": entry.title,
                "cite": entry.cite,
                "item": entry.item,
                "when": entry.when.text,
                "unless": [{"note": u.note, "when": u.when.text} for u in entry.unless],
                "outranks": list(entry.outranks),
                "evidence": entry.evidence or law.evidence,
            }
            for entry in law.entries
        ],
        "licensing": [
            {"id": row.id, "cite": row.cite, "says": prose.row_text(row)} for row in law.licensing
        ],
        "exceptions": [
            {"id": e.id, "cite": e.cite, "says": prose.exception_text(e)} for e in law.exceptions
        ],
        "caveats": [c.say for c in law.caveats],
        "notes": list(law.notes),
    }

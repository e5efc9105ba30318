"""The law as it is bundled: reading rulesets, and which of them is in force on a day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance import data
from compliance.criteria import Node
from compliance.errors import InputError, did_you_mean
from compliance.grammar import parse
from compliance.groups import DESTINATIONS, group_files
from compliance.kept import Form, Shelf
from compliance.provisions import RECORDS
from compliance.rulesets import Ruleset
from compliance.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

    from compliance.yamlsource import Source


def ruleset(name: str) -> Ruleset:
    """Return a bundled ruleset by its id.

    Raises:
        InputError: there is none of that id; names the nearest.
    """
    data.bundled("rules", name)
    return _bundled(name)


def ruleset_ids() -> list[str]:
    """Return the ids of all bundled rulesets, sorted."""
    return list(data.catalog("rules"))


@lru_cache(maxsize=1)
def all_rulesets() -> tuple[Ruleset, ...]:
    """Return all bundled rulesets, in the order of their days in force."""
    laws = tuple(sorted(map(_bundled, ruleset_ids()), key=lambda r: (r.effective, r.id)))
    if not _kept():
        shelf().put(laws)
    return laws


def regimes() -> list[str]:
    """Return the ids of all bundled regimes, sorted."""
    return sorted({r.regime for r in all_rulesets()})


def last_day(law: Ruleset, known_on: date | None = None) -> date | None:
    """Return the last day in force; None where that is open.

    A successor tells it, or the file. What was not yet published on `known_on` tells nothing.
    """
    if isinstance(law.until, date):
        return law.until if known_on is None or law.until <= known_on else None
    follower = next((r for r in all_rulesets() if r.supersedes == law.id), None)
    if follower is None or (known_on and follower.announced > known_on):
        return None
    return follower.effective - timedelta(days=1)


def first_day(law: Ruleset) -> date:
    """Return the first day on which all of a ruleset had to be complied with, while it stood.

    A view of the ruleset on that day shows what it asks for.
    """
    last = last_day(law)
    days = [law.effective, *(row.compliance or law.effective for row in law.licensing)]
    return max(day for day in days if last is None or day <= last)


def in_force(law: Ruleset, on: date, known_on: date | None = None) -> bool:
    """Return whether a ruleset is in force on a day, as far as known then. A proposed one never is.

    Args:
        law: the ruleset.
        on: the day.
        known_on: leave out what had not been published by this day.
    """
    if law.status == "proposed" or on < law.effective or (known_on and law.announced > known_on):
        return False
    last = last_day(law, known_on)
    return last is None or on <= last


def notices(regime: str, on: date, known_on: date | None = None) -> list[Ruleset]:
    """Return the notices about a regime that stand on a day."""
    about = [law for law in all_rulesets() if law.about == regime]
    return [law for law in about if in_force(law, on, known_on)]


def load_ruleset(path: str | Path) -> Ruleset:
    """Return the ruleset in a file.

    Raises:
        InputError: the file can't be read, or is no ruleset; carries every fault in it.
    """
    return _load(Path(path))


def substance(name: str) -> str:
    """Return the digest of what a bundled file says of the law.

    Left out is what changes as time goes by: whether the ruleset still stands, until when, and
    when that was last looked at.
    """
    import json  # noqa: PLC0415 - no start needs it

    from compliance.yamlsource import read  # noqa: PLC0415 - as below

    file = data.bundled("rules", name)
    fields = read(data.content(file), data.label(file)).data
    assert isinstance(fields, dict)  # noqa: S101 - it was loaded as a ruleset
    kept = {key: fields[key] for key in fields if key not in ("status", "until", "verified")}
    return data.digest(json.dumps(kept, sort_keys=True, default=str))


@cache
def _bundled(name: str) -> Ruleset:
    return _kept().get(name) or _load(data.bundled("rules", name))


@lru_cache(maxsize=1)
def _kept() -> dict[str, Ruleset]:
    """Return the bundled rulesets as they were kept; none where they have to be read."""
    return {law.id: law for law in shelf().get() or ()}


@lru_cache(maxsize=1)
def shelf() -> Shelf:
    """Return where the bundled rulesets are kept for the next start."""
    files = [*data.catalog("rules").values(), *group_files()]
    return Shelf("rulesets", files, (Ruleset, *RECORDS), (DESTINATIONS, _CRITERION))


def _criterion(written: list[Any]) -> Node:
    """Return a criterion from its source, and the paragraph around it."""
    source, name, cite = written
    node = parse(source)
    node.source = source
    node.adopt(name, cite)
    return node


_CRITERION = Form(Node, lambda node: [node.source, node.id, node.cite], _criterion)


def _load(file: Path | Traversable) -> Ruleset:
    from compliance.yamlsource import read  # noqa: PLC0415 - what is kept needs no YAML

    text = data.content(file)
    source = read(text, data.label(file))
    if not isinstance(source.data, dict):
        raise InputError([source.problem((), "no mapping", "a ruleset: id, regime, title, ...")])
    fields: dict[str, Any] = dict(source.data)
    digests = [text]
    if isinstance(fields.get("carries"), list):
        before = _predecessor(fields, source)
        fields |= _carried(fields, before, source)
        digests.append(before.digest)
    loaded = validate(Ruleset, fields, source)
    vars(loaded)["_digest"] = data.digest(*digests)
    return loaded


def _predecessor(fields: Mapping[str, Any], source: Source) -> Ruleset:
    """Return the ruleset that `carries_from` names, or else `supersedes`."""
    key = "carries_from" if "carries_from" in fields else "supersedes"
    name = fields.get(key)
    if not isinstance(name, str):
        raise InputError([source.problem(("carries",), "no `supersedes`", "whom it carries from")])
    try:
        return ruleset(name)
    except InputError as error:
        first = error.problems[0]
        problem = source.problem((key,), first.found, first.expected, first.hint)
        raise InputError([problem]) from None


def _carried(fields: Mapping[str, Any], before: Ruleset, source: Source) -> dict[str, Any]:
    """Return the lists with what is carried put before what is new."""
    rooms: dict[str, Any] = {}
    known: set[str] = set()
    for room in ("entries", "exceptions", "licensing", "caveats"):
        old = [thing for thing in getattr(before, room) if thing.id in fields["carries"]]
        known |= {thing.id for thing in getattr(before, room)}
        new = fields.get(room, [])
        rooms[room] = [*old, *new] if isinstance(new, list) else new
        for n, thing in enumerate(new if isinstance(new, list) else ()):
            if isinstance(thing, dict) and thing.get("id") in {t.id for t in old}:
                found = f"{thing['id']}, which is carried over too"
                raise InputError([source.problem((room, n, "id"), found, "one of the two")])
    for n, name in enumerate(fields["carries"]):
        if name not in known:
            hint = did_you_mean(str(name), known)
            expected = f"an id of {before.id}: {', '.join(sorted(known))}"
            raise InputError([source.problem(("carries", n), str(name), expected, hint)])
    return rooms

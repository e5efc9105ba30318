"""What a row says, in the shape of a spec file."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from compliance.chips import Chip
from compliance.readers.cells import kind_of
from compliance.units import RATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compliance.readers.maps import Map

_FINFET, _PLANAR = 16, 28
"""Nanometers up to which all makers' logic is non-planar, and from which on all of it is planar."""

_BY_SIZE = "Whether the die is planar was inferred from the size of its process."


def spec_fields(
    values: Mapping[str, Any], unread: set[str], mapping: Map, source: str
) -> dict[str, Any]:
    """Return the fields of a spec.

    Args:
        values: field -> what the row says of it; the name and the vendor are there.
        unread: fields of which it says something that can't be read.
        mapping: the map of the table.
        source: its name.
    """
    fields = _in_rooms(values, mapping)
    vendor = values["vendor"]
    # A report prints the vendor before the name.
    fields["name"] = values["name"].removeprefix(f"{vendor} ").strip()
    fields["id"] = _slug(f"{vendor} {values.get('id', fields['name'])}")
    notes = [*([values["notes"]] if "notes" in values else []), *mapping.notes]
    if "compute" in fields and not _all_rates(values, unread, mapping):
        fields["compute"]["complete"] = False
    if "dies" in fields:
        known = "dies.count" in values or "dies.count" not in mapping.fields
        fields["dies"] = [_die(fields["dies"], one=known)]
        inferred = "planar" in fields["dies"][0] and "dies.planar" not in values
        notes += [_BY_SIZE] if inferred else []
    cited = {"title": mapping.title, "url": mapping.url, "id": source, "quality": mapping.quality}
    rooms = [room for room in fields if room not in ("id", "name", "vendor")]
    fields["sources"] = [
        {**{key: value for key, value in cited.items() if value}, "fields": rooms},
        *(
            {"title": "Named by this source", "url": url, "seen": False, "fields": []}
            for url in values.get("source.url", ())
        ),
    ]
    if notes:
        fields["notes"] = notes
    return {key: fields[key] for key in Chip.model_fields if key in fields}


def _in_rooms(values: Mapping[str, Any], mapping: Map) -> dict[str, Any]:
    """Return the values in the rooms that a spec has for them."""
    fields: dict[str, Any] = {}
    for path, column in mapping.fields.items():
        room, _, leaf = path.partition(".")
        value = values.get(path)
        if room == "links":
            # A link without a figure may be there all the same.
            figure = {} if value is None else {"bandwidth": value}
            way = {"direction": column.direction} if column.direction == "each way" else {}
            fields.setdefault(room, []).append({"name": leaf, **figure, **(way if figure else {})})
        elif value is None or room in ("notes", "source"):
            continue
        elif room == "other":
            other = {"name": leaf, "bits": column.bits, "rate": value}
            fields.setdefault("compute", {}).setdefault("other", []).append(other)
        elif leaf:
            fields.setdefault(room, {})[leaf] = value
        else:
            fields[room] = value
        if column.sparse:
            fields["compute"].setdefault("sparse", []).append(leaf)
    if not any("bandwidth" in link for link in fields.get("links", ())):
        fields.pop("links", None)
    return fields


def _all_rates(values: Mapping[str, Any], unread: set[str], mapping: Map) -> bool:
    """Return whether no rate can be faster: not one that can't be read, nor one left unsaid."""
    if any(kind_of(path) is RATE for path in unread):
        return False
    return mapping.complete is None or not values.keys().isdisjoint(mapping.complete)


def _die(said: dict[str, Any], *, one: bool) -> dict[str, Any]:
    """Return a die, with its node in words and what that says of its transistors.

    Args:
        said: what the row says of it.
        one: whether it is known how many there are; if not, the area may be that of one of them.
    """
    foundry, process = said.pop("foundry", None), said.pop("process", None)
    size = f"{process.normalize():f} nm" if process else ""
    if node := " ".join(part for part in (foundry, size) if part):
        said.setdefault("node", node)
    if process and (process <= _FINFET or process >= _PLANAR):
        said.setdefault("planar", process >= _PLANAR)
    if isinstance(said.get("area"), str) and not one:
        said["area"] = {"min": said["area"]}
    return {"name": "die", **said}


def _slug(text: str) -> str:
    """Return a text as an id; empty where nothing of it can stand in one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:90].strip("-")

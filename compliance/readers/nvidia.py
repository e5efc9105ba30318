"""NVIDIA's export classification, as JSON: part numbers with ECCN, and for some a TPP per GPU.

The TPP is the maker's own figure and outranks arithmetic; the ECCN is shown and never used. A blank
TPP says nothing: parts classed 4A090 have one too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compliance import data
from compliance.errors import InputError, Problem, shown
from compliance.readers.cells import CellError, text_of
from compliance.readers.maps import Map
from compliance.readers.rows import Row, read_rows
from compliance.readers.tables import LARGEST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from compliance.readers.rows import Catalog

_NAME, _NOTE = "description", "part"
_PART = ("part_number", "partNumber")
_DESCRIPTION = ("part_description", "description")
_TYPE = ("part_type", "partType")
_FIELDS = {
    "id": list(_PART),
    "name": _NAME,
    "vendor": {"value": "NVIDIA"},
    "declared.tpp": ["tpp", "tppPerGpu"],
    "declared.eccn": ["nveccn", "eccn"],
    "notes": _NOTE,
}
_NO_CHIPS = ("adapter", "cable", "component", "switch")
_NAMELESS = "generic part number"


def read(file: Path) -> Catalog:
    """Return the parts in the table."""
    mapping = Map.model_validate(
        {
            "title": "NVIDIA, export classification of its products",
            "url": "https://www.nvidia.com/en-us/about-nvidia/company-policies/export-regulations/",
            "quality": "filing",
            "fields": _FIELDS,
            "notes": ["The TPP is that of one GPU; a board or a system may have several."],
        }
    )
    records = _records(file)
    keys = {key for record in records if isinstance(record, dict) for key in record}
    headers = sorted(keys | {_NAME, _NOTE})
    return read_rows(_rows(records), headers, mapping, data.label(file))


def _records(file: Path) -> list[Any]:
    """Return the list of parts, which may stand in an object."""
    text, name = data.content(file, LARGEST), data.label(file)
    try:
        # Numbers stay as they are written.
        read = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise InputError(
            [Problem(name, error.lineno, error.colno, "", f"no JSON: {error.msg}", "")]
        ) from None
    except RecursionError:
        raise InputError([Problem(name, 0, 0, "", "no end of brackets", "a list")]) from None
    lists = [read] if isinstance(read, list) else []
    if isinstance(read, dict):
        lists = [value for value in read.values() if isinstance(value, list)]
    if len(lists) != 1:
        raise InputError([Problem(name, 0, 0, "", f"{len(lists)} lists", "one list of parts")])
    return lists[0]


def _rows(records: list[Any]) -> Iterator[Row]:
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            yield Row(number, {}, (shown(record), "a part"))
            continue
        part, words, sort = (_text(record, keys) for keys in (_PART, _DESCRIPTION, _TYPE))
        named = words if words.casefold() != _NAMELESS else ""
        cells = {**record, _NAME: named or part, _NOTE: f"Part number {part}." if part else ""}
        fault = None if part else ("no part number", "one")
        other = (f"part type {shown(sort)}", "a chip, a board or a system")
        yield Row(number, cells, fault, other if sort.casefold() in _NO_CHIPS else None)


def _text(record: dict[str, object], keys: tuple[str, ...]) -> str:
    """Return what the first of a record's keys that is there says."""
    try:
        return text_of(next((record[key] for key in keys if key in record), None))
    except CellError as error:
        return error.found

"""Sweeps, for people and for programs."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.report import words
from compliance.report.of_time import document, page
from compliance.values import number, span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from compliance.chips import Chip
    from compliance.questions import Asked

SCHEMA = "compliance-sweep/1"

_NUMBERS = {
    "compute_factor": "compute x",
    "memory_bandwidth_factor": "memory x",
    "io_bandwidth_factor": "I/O x",
    "area_factor": "area x",
    "tpp": "TPP",
    "performance_density": "density",
    "memory_bandwidth_gbs": "memory, GB/s",
    "io_bandwidth_gbs": "I/O, GB/s",
    "hbm_bandwidth_density_gbs_mm2": "GB/s/mm^2",
    "die_area_mm2": "area, mm^2",
    "package_area_mm2": "area, mm^2",
}
"""Columns of numbers, and what tables call them."""

_TEXTS = ("exportable", "entries", "missing", "because")
_PLACES = 4


def sweep(
    chip: Chip, asked: Asked, found: Mapping[str, Sequence[Any]], fmt: str, *, width: int = 100
) -> str:
    """Return the columns of a sweep as a text."""
    rows = [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]
    if fmt == "csv":
        return lines(tuple(found), rows)
    if fmt == "json":
        return document(SCHEMA, _data(chip, asked, rows))
    counts = Counter(found["exportable"])
    told = ", ".join(f"{count:,} {answer}" for answer, count in counts.most_common())
    columns = {name: cells for name, cells in _columns(rows) if any(cells)}
    same = {name: cells[0] for name, cells in columns.items() if len(set(cells)) == 1}
    if len(rows) == 1:
        same = {}
    table = {name: cells for name, cells in columns.items() if name not in same}
    when = words.day_of(asked, named=bool(asked.named))
    title = f"{chip.vendor} {chip.name} ({chip.id}), {when}, {words.transaction(asked)}"
    remarks = [f"{len(rows):,} variant{'s' if len(rows) > 1 else ''}: {told}"]
    remarks += [f"{name}: {cell}" for name, cell in same.items()]
    cells = list(zip(*table.values(), strict=True))
    return page([(title, tuple(table), cells)], fmt, width, remarks)


def _columns(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns of a table: a range is one cell, and nothing is an empty one."""
    for name, label in _NUMBERS.items():
        if name in rows[0]:
            yield label, [_cell(row[name], row[name]) for row in rows]
        elif f"{name}_min" in rows[0]:
            yield label, [_cell(row[f"{name}_min"], row[f"{name}_max"]) for row in rows]
    for name in _TEXTS:
        yield name, [str(row[name]).replace(";", ", ") for row in rows]


def _cell(low: float | None, high: float | None) -> str:
    """Return a number or a range for reading, to four places."""
    ends = [None if end is None else round(Decimal(repr(end)), _PLACES) for end in (low, high)]
    if ends[0] is None:
        return ""
    return number(ends[0], _PLACES) if ends[0] == ends[1] else span(ends[0], ends[1], _PLACES)


def lines(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Return rows for a spreadsheet; what a row does not have is empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _data(chip: Chip, asked: Asked, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    question = asked.question
    lists = ("entries", "missing", "because")
    return {
        "chip": chip.id,
        "on": None if asked.named and "on" in asked.assumed else str(question.on),
        "to": question.to,
        "headquarters": question.headquarters,
        "assumed": sorted(asked.assumed),
        "variants": [
            {**row, **{name: [part for part in row[name].split(";") if part] for name in lists}}
            for row in rows
        ],
    }

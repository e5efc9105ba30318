"""CSV files as rows of named cells."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from compliance import data
from compliance.errors import InputError, Problem
from compliance.readers.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST = 50_000_000
"""Bytes a table may have: ten times the largest known."""


def csv_rows(file: Path, delimiter: str = ",") -> tuple[list[str], Iterator[Row]]:
    """Return the header of a CSV file, and its rows.

    Raises:
        InputError: it can't be read, or is not CSV from some row on, so that nothing in it can be
            trusted to stand where it should.
    """
    text, name = data.content(file, LARGEST), data.label(file)
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            lines.append(line)  # noqa: PERF402 - an error leaves those before it, and their number
    except csv.Error as error:
        at = f"row {len(lines) + 1}"
        raise InputError([Problem(name, 0, 0, at, f"no CSV: {error}", "")]) from None
    if not lines or not any(lines[0]):
        raise InputError([Problem(name, 0, 0, "row 1", "nothing", "the names of the columns")])
    headers = [" ".join(cell.split()) for cell in lines[0]]
    return headers, _rows(headers, lines)


def _rows(headers: list[str], lines: list[list[str]]) -> Iterator[Row]:
    for number, line in enumerate(lines[1:], 2):
        if not any(cell.strip() for cell in line):
            continue
        cells = dict(zip(headers, line, strict=False))
        fits = len(line) == len(headers)
        fault = None if fits else (f"{len(line)} cells", f"{len(headers)}, as the header has")
        yield Row(number, cells, fault)

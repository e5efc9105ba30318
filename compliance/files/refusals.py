"""Rows that can't be screened, and the file that says which they are and why."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from compliance.errors import Problem, shown
from compliance.spreadsheets import plain

if TYPE_CHECKING:
    from pathlib import Path

    from compliance.files.drafts import Draft

COLUMNS = ("file", "row", "column", "found", "expected")


class Fault(NamedTuple):
    """What is wrong with a row.

    Attributes:
        column: where; empty where it is the row itself.
        found: the text that stands there.
        expected: what would do.
    """

    column: str
    found: str
    expected: str


class Refusals:
    """The rows refused: kept for a moment, so that they can be put in order, and written.

    Attributes:
        rows: how many.
        first: the first fault of all.
    """

    def __init__(self, draft: Draft) -> None:
        self.rows = 0
        self.first: Problem | None = None
        self._draft = draft
        self._kept: list[tuple[int, tuple[Fault, ...]]] = []

    def add(self, row: int, *faults: Fault) -> None:
        """Note a row and its faults.

        Args:
            row: its number, as a spreadsheet or an editor counts it.
            faults: what is wrong with it.
        """
        self._kept.append((row, faults))

    def write(self, file: Path) -> None:
        """Write what was noted of the rows of a file, one line for each fault."""
        if not self._kept:
            return
        self._kept.sort()
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not self.rows:
            writer.writerow(COLUMNS)
            row, [(column, found, expected), *_] = self._kept[0]
            place = f"row {row}, {column}" if column else f"row {row}"
            self.first = Problem(str(file), 0, 0, place, shown(found), expected)
        for row, faults in self._kept:
            for fault in faults:
                writer.writerow(plain(cell) for cell in (str(file), str(row), *fault))
        self.rows += len(self._kept)
        self._kept.clear()
        self._draft.write(text.getvalue().encode(errors="backslashreplace"))

"""The report for a spreadsheet: one line for each assessment.

A cell that a spreadsheet would take for a formula is given a leading apostrophe, which makes it
text.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from compliance.report import words
from compliance.rulebook import in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compliance.answers import Report

COLUMNS = (
    "chip",
    "name",
    "regime",
    "ruleset",
    "on",
    "in_force",
    "destination",
    "entries",
    "possible_entries",
    "outcome",
    "review",
    "exceptions",
    "exportable",
    "missing",
    "why",
)


def render(reports: Sequence[Report], *, explain: bool, width: int) -> str:
    """Return a header and one line for each assessment; lists are joined with semicolons."""
    del explain, width
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_plain(cell) for cell in row] for row in _rows(reports))
    return out.getvalue()


def _rows(reports: Sequence[Report]) -> Iterator[tuple[str, ...]]:
    for report in reports:
        for a in report.assessments:
            yield (
                a.chip.id,
                a.chip.name,
                a.ruleset.regime,
                a.ruleset.id,
                str(a.question.on),
                str(in_force(a.ruleset, report.question.on)).lower(),
                a.question.to,
                ";".join(a.entries),
                ";".join(a.possible_entries),
                a.outcome,
                a.review or "",
                ";".join(a.exceptions),
                a.exportable,
                ";".join(a.missing),
                words.reasons(a),
            )


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell

"""The report for a spreadsheet: one line for each assessment, and one for each answer.

A cell that a spreadsheet would take for a formula is given a leading apostrophe, which makes it
text.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from compliance.report import words
from compliance.rulebook import in_force
from compliance.spreadsheets import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compliance.answers import Report
    from compliance.errors import InputError

COLUMNS = (
    "chip",
    "name",
    "regime",
    "ruleset",
    "on",
    "in_force",
    "destination",
    "headquarters",
    "activity",
    "entries",
    "possible_entries",
    "outcome",
    "review",
    "exceptions",
    "exportable",
    "missing",
    "why",
)


def render(
    reports: Sequence[Report], *, explain: bool, width: int, errors: Sequence[InputError]
) -> str:
    """Return a header, one line for each assessment, and one for each answer.

    The line of an answer has no ruleset; its `why` names the rulesets it rests on. Lists are joined
    with semicolons.
    """
    del explain, width, errors
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for row in _rows(reports):
        writer.writerow({name: plain(cell) for name, cell in row.items()})
    return out.getvalue()


def _rows(reports: Sequence[Report]) -> Iterator[dict[str, str]]:
    for report in reports:
        question, answer = report.question, report.answer
        asked = {
            "chip": report.chip.id,
            "name": report.chip.name,
            "destination": question.to,
            "headquarters": question.headquarters or "",
            "activity": question.activity,
        }
        for a in report.assessments:
            yield {
                **asked,
                "regime": a.ruleset.regime,
                "ruleset": a.ruleset.id,
                "on": str(a.question.on),
                "in_force": str(in_force(a.ruleset, question.on, question.known_on)).lower(),
                "entries": ";".join(a.entries),
                "possible_entries": ";".join(a.possible_entries),
                "outcome": a.outcome,
                "review": a.review or "",
                "exceptions": ";".join(a.exceptions),
                "exportable": a.exportable,
                "missing": ";".join(a.missing),
                "why": words.reasons(a),
            }
        yield {
            **asked,
            "on": str(answer.on or ""),
            "outcome": answer.outcome,
            "review": ";".join(answer.reviews),
            "exceptions": ";".join(answer.exceptions),
            "exportable": answer.exportable,
            "missing": ";".join(answer.missing),
            "why": ";".join(answer.because),
        }

"""The report in a notebook."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from compliance.report import words
from compliance.report.as_table import conclusion, legend
from compliance.report.grid import grid

if TYPE_CHECKING:
    from compliance.answers import Report


def fragment(report: Report) -> str:
    """Return the report as an HTML table with the answer above it; every text is escaped."""
    verdict, *rest = conclusion(report)
    rest = [words.transaction(report), *legend(report), *rest]
    table = grid(words.rows(report), words.HEADERS, "html")
    notes = "".join(f"<li>{escape(line.strip())}</li>" for line in rest)
    return f"<p><strong>{escape(verdict)}</strong></p>\n{table}\n<ul>{notes}</ul>"

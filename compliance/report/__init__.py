"""Reports for people and for programs: one module a format, each with `render`.

A format takes the reports of one run, one for each chip, and returns a text. Nothing is decided
here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance.answers import Report
    from compliance.errors import InputError

FORMATS = ("table", "json", "markdown", "csv")
TIME_FORMATS = ("table", "json", "markdown")
"""Of timelines and comparisons."""
LINT_FORMATS = ("table", "json", "sarif")


def render(
    reports: Sequence[Report],
    fmt: str,
    *,
    explain: bool = False,
    width: int = 100,
    errors: Sequence[InputError] = (),
) -> str:
    """Return the reports as a text.

    Args:
        reports: one for each chip.
        fmt: one of `FORMATS`.
        explain: show each criterion with its arithmetic, margin and citation, where the format
            is for people.
        width: columns a table may take.
        errors: what kept other chips from being judged; in the formats for programs.
    """
    module = import_module(f"compliance.report.as_{fmt}")
    return str(module.render(reports, explain=explain, width=width, errors=errors))

"""The report for a page in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compliance.report import words
from compliance.report.as_table import conclusion, figures, legend
from compliance.report.explain import explanation
from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance.answers import Report
    from compliance.errors import InputError


def render(
    reports: Sequence[Report], *, explain: bool, width: int, errors: Sequence[InputError]
) -> str:
    """Return one section for each chip."""
    del errors  # they went to standard error
    return "\n".join(_section(report, explain=explain, width=width) for report in reports)


def _section(report: Report, *, explain: bool, width: int) -> str:
    chip = report.chip
    lines = [f"## {escaped(f'{chip.vendor} {chip.name}')}", ""]
    lines += [f"- {escaped(line.strip())}" for line in figures(report)]
    lines += [f"- {escaped(words.transaction(report))}", ""]
    if report.assessments:
        rows = [[escaped(cell) for cell in row] for row in words.rows(report)]
        lines += [grid(rows, words.HEADERS, "github"), ""]
        lines += [f"{escaped(line)}\n" for line in legend(report)]
    verdict, *rest = conclusion(report)
    lines += [f"**{escaped(verdict)}**", "", *(_item(line) for line in rest), ""]
    if explain:
        trees = "\n".join(explanation(a, width=width) for a in report.assessments)
        fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", trees))])
        lines += [f"{fence}text", trees.rstrip("\n"), fence, ""]
    return "\n".join(lines)


def _item(line: str) -> str:
    """Return a line of the conclusion as a list item as deep as its indent."""
    text = line.lstrip()
    depth = max((len(line) - len(text)) // 2 - 1, 0)
    return f"{'  ' * depth}- {escaped(text)}"


def escaped(text: str) -> str:
    """Return a text with nothing in it that Markdown or HTML would take for markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", text)

"""What the answers about many chips come to: how many are what, and what the unknown ones lack."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

from compliance.assessments import Exportable
from compliance.report import words
from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compliance.answers import Report

_LAYOUTS: Mapping[str, str] = {"markdown": "github"}


def summary(reports: Sequence[Report], fmt: str) -> str:
    """Return the counts, laid out as fits a format.

    A chip is counted once in each table but the last: it may lack several facts, each of which
    would help.
    """
    answers = Counter(report.exportable for report in reports)
    classes = Counter(
        (words.marked(a, report), words.entries(a), a.exportable)
        for report in reports
        for a in report.assessments
    )
    lacks = Counter(
        fact
        for report in reports
        if report.exportable == "unknown"
        for fact in dict.fromkeys(report.answer.missing)
    )
    tables: list[tuple[Sequence[str], list[tuple[str, ...]]]] = [
        (
            ("exportable", "chips"),
            [(name, str(answers[name])) for name in get_args(Exportable) if answers[name]],
        ),
        (
            ("ruleset", "entries", "exportable", "chips"),
            [(*key, str(classes[key])) for key in sorted(classes)],
        ),
        (
            ("unknown for want of", "chips"),
            [(fact, str(count)) for fact, count in sorted(lacks.items(), key=_most_first)],
        ),
    ]
    layout = _LAYOUTS.get(fmt, "simple")
    return "\n\n".join(grid(rows, headers, layout) for headers, rows in tables if rows) + "\n"


def _most_first(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]

"""Timelines and comparisons, for people and for programs."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, TypeAlias

import compliance
from compliance.answers import standing
from compliance.report import words
from compliance.report.as_markdown import escaped
from compliance.report.as_table import wrapped
from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from compliance.answers import Answer
    from compliance.assessments import Assessment
    from compliance.errors import InputError
    from compliance.history import Change, Comparison, Timeline

Table: TypeAlias = "tuple[str, Sequence[str], Sequence[Sequence[str]]]"
"""A heading, the headers, and the rows."""


TIMELINE_SCHEMA = "compliance-timeline/1"
COMPARISON_SCHEMA = "compliance-comparison/1"


def timeline(
    told: Sequence[Timeline], fmt: str, *, width: int = 100, errors: Sequence[InputError] = ()
) -> str:
    """Return timelines as a text, one for each chip, and in JSON what kept others from it."""
    if fmt == "json":
        problems = [problem._asdict() for error in errors for problem in error.problems]
        lines = [_timeline(line) for line in told]
        return document(TIMELINE_SCHEMA, {"timelines": lines, "errors": problems})
    return "\n".join(page(_timeline_tables(line), fmt, width, _remarks(line)) for line in told)


def _timeline_tables(line: Timeline) -> list[Table]:
    chip, question = line.first.chip, line.first.question
    open_ = [f"{a.ruleset.id}: {words.reasons(a)}" for a in line.first.answer.assessments]
    why = "; ".join(["first day", *(open_ if line.first.exportable != "yes" else [])])
    rows = [(str(question.on), "", words.verdict(line.first.answer), why)]
    rows += [
        (str(c.on), words.verdict(c.before), words.verdict(c.after), "; ".join(because(c)))
        for c in line.changes
    ]
    title = f"{chip.vendor} {chip.name} ({chip.id}), {words.transaction(line.first)}"
    return [(title, ("from", "was", "is", "because of"), rows)]


def _remarks(line: Timeline) -> list[str]:
    count = len(line.changes)
    changes = f"{count} change{'' if count == 1 else 's'}" if count else "no change"
    doubts = [f"note: {a.ruleset.id}: {w}" for a in line.last.answer.judged for w in standing(a)]
    return [f"{changes} up to {line.until}", *doubts]


def because(change: Change) -> list[str]:
    """Return what made an answer change: each ruleset with the numbers it rests on now."""
    ended = [f"{was.ruleset.id} ends" for was, now in change.because if was and not now]
    found = [
        f"{now.ruleset.id}: {words.reasons(now)}{_review(now)}" for _, now in change.because if now
    ]
    return [*found, *ended]


def _review(assessment: Assessment) -> str:
    """Return the numbers that decide how an application is reviewed."""
    review = assessment.ending.review if assessment.ending else None
    if review is None or review.when is None:
        return ""
    subjects = assessment.facts.parts or (assessment.facts,)
    findings = [f for subject in subjects for f in review.when.deciding(subject) if f.value]
    return f"; review by {words.phrases(findings)}" if findings else ""


def _timeline(line: Timeline) -> dict[str, Any]:
    known_on = line.first.question.known_on
    return {
        "chip": line.first.chip.id,
        "to": line.first.question.to,
        "headquarters": line.first.question.headquarters,
        "origins": list(line.first.question.origins),
        "view": line.first.question.view,
        "known_on": str(known_on) if known_on else None,
        "from": str(line.first.question.on),
        "until": str(line.until),
        "first": _answer(line.first.answer),
        "changes": [
            {
                "on": str(change.on),
                "before": _answer(change.before),
                "after": _answer(change.after),
                "because": [
                    {"before": _assessment(was), "after": _assessment(now)}
                    for was, now in change.because
                ],
            }
            for change in line.changes
        ],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "exportable": answer.exportable,
        "outcome": answer.outcome,
        "because": answer.because,
        "reviews": answer.reviews,
    }


def _assessment(assessment: Assessment | None) -> dict[str, Any] | None:
    if assessment is None:
        return None
    return {
        "ruleset": assessment.ruleset.id,
        "entries": assessment.entries,
        "exportable": assessment.exportable,
        "outcome": assessment.outcome,
        "review": assessment.review,
        "why": words.reasons(assessment),
    }


def comparison(told: Comparison, fmt: str, *, width: int = 100) -> str:
    """Return a comparison as a text."""
    if fmt == "json":
        return document(COMPARISON_SCHEMA, _comparison(told))
    ways = "".join(f", {n} {way}" for way, n in _counted(told).items())
    differ = "differs" if len(told.flips) == 1 else "differ"
    judged = "1 chip" if told.judged == 1 else f"{told.judged} chips"
    remarks = [
        f"{' and '.join(_laws(told))}: {len(told.differences)} provisions differ",
        f"{len(told.flips)} of {judged} to {_destination(told)} {differ}{ways}",
    ]
    return page(_comparison_tables(told), fmt, width, remarks)


def _counted(told: Comparison) -> dict[str, int]:
    ways = [flip.direction for flip in told.flips]
    return {way: ways.count(way) for way in dict.fromkeys(ways)}


def _comparison_tables(told: Comparison) -> list[Table]:
    old, new = _laws(told)
    tables: list[Table] = [
        (
            "Conditions of entries",
            ("conditions gone", "conditions come"),
            list(zip_longest(told.gone, told.come, fillvalue="")),
        )
    ]
    rows = [(d.room, d.id, d.before or "-", d.after or "-") for d in told.differences]
    tables.append(("Provisions", ("what", "id", old, new), rows))
    flips = [
        (flip.before.chip.id, flip.direction, _short(flip.before), _short(flip.after))
        for flip in told.flips
    ]
    tables.append((f"Chips, to {_destination(told)}", ("chip", "way", old, new), flips))
    return [table for table in tables if table[2]]


def _laws(told: Comparison) -> tuple[str, str]:
    """Return what is compared: each ruleset with its day."""
    first, second = told.on
    return f"{told.before.id} on {first}", f"{told.after.id} on {second}"


def _destination(told: Comparison) -> str:
    party = told.question.headquarters
    words = told.question.to + (f", party headquartered in {party}" if party else "")
    return words + ("; by the text" if told.question.view == "text" else "")


def _short(assessment: Assessment) -> str:
    entries = words.entries(assessment)
    return f"{words.verdict(assessment)}; {entries}: {words.reasons(assessment)}"


def _comparison(told: Comparison) -> dict[str, Any]:
    return {
        "before": {"ruleset": told.before.id, "on": str(told.on[0]), "digest": told.before.digest},
        "after": {"ruleset": told.after.id, "on": str(told.on[1]), "digest": told.after.digest},
        "to": told.question.to,
        "headquarters": told.question.headquarters,
        "view": told.question.view,
        "conditions_gone": list(told.gone),
        "conditions_come": list(told.come),
        "differences": [d._asdict() for d in told.differences],
        "chips": told.judged,
        "flips": [
            {
                "chip": flip.before.chip.id,
                "direction": flip.direction,
                "before": _assessment(flip.before),
                "after": _assessment(flip.after),
            }
            for flip in told.flips
        ],
    }


def document(schema: str, data: dict[str, Any]) -> str:
    """Return data as a JSON document of a schema."""
    data = {"schema": schema, "library": compliance.__version__, **data}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def page(tables: Sequence[Table], fmt: str, width: int, remarks: Sequence[str]) -> str:
    """Return tables under their headings, for a terminal or a page."""
    markdown = fmt == "markdown"
    clean: Callable[[str], str] = escaped if markdown else str
    lines = []
    for n, (title, headers, rows) in enumerate(tables):
        heading = f"{'#' * min(n + 2, 3)} {clean(title)}" if markdown else wrapped(title, width)
        lines += [heading, ""]
        cells = [[clean(cell) for cell in row] for row in rows]
        names = [clean(header) for header in headers]
        lines.append(grid(cells, names, "github") if markdown else grid(cells, names, width=width))
        lines.append("")
    return "\n".join([*lines, *remarks]) + "\n"

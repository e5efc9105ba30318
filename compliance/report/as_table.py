"""The report for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from compliance.report import words
from compliance.report.explain import explanation
from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance.answers import Report
    from compliance.assessments import Assessment
    from compliance.errors import InputError
    from compliance.provisions import LicenseException


def render(
    reports: Sequence[Report], *, explain: bool, width: int, errors: Sequence[InputError]
) -> str:
    """Return one block for each chip: its figures, the rulesets, the answer."""
    del errors  # they went to standard error
    blocks = [_block(report, explain=explain, width=width) for report in reports]
    if len(reports) > 1:
        rows = [(r.chip.id, words.verdict(r.answer), ", ".join(r.answer.because)) for r in reports]
        blocks.append(grid(rows, ("chip", "exportable", "because"), width=width))
    return "\n\n".join(blocks) + "\n"


def _block(report: Report, *, explain: bool, width: int) -> str:
    chip = report.chip
    lines = [f"{chip.vendor} {chip.name} ({chip.id}), {chip.market or 'market not stated'}"]
    lines += [wrapped(line, width) for line in figures(report)]
    lines += [wrapped(words.transaction(report), width), ""]
    if report.assessments:
        lines.append(grid(words.rows(report), words.HEADERS, width=width))
        lines += [*legend(report), ""]
    if explain:
        lines += [explanation(a, width=width) for a in report.assessments]
    lines += [wrapped(line, width) for line in conclusion(report)]
    return "\n".join(lines)


def legend(report: Report) -> list[str]:
    """Return what the star means, where the rulesets were judged on different days."""
    if report.answer.on and "on" in report.assumed:
        return [f"* in force today, {report.answer.on}; each judged on its own first day"]
    return []


def figures(report: Report) -> list[str]:
    """Return the chip's metrics with their arithmetic, those that are known."""
    values = report.item.values
    lines = []
    for name, label in (
        ("tpp", "TPP"),
        ("performance_density", "performance density"),
        ("memory_bandwidth", "memory bandwidth, GB/s"),
        ("io_bandwidth", "I/O bandwidth, GB/s"),
        ("hbm_bandwidth_density", "HBM bandwidth density, GB/s/mm^2"),
    ):
        value = values[name]
        if value.low is not None and (name != "hbm_bandwidth_density" or report.chip.kind == "hbm"):
            lines.append(f"  {label}: {value.how or value}")
    parts = report.chip.contains
    return [*lines, *(f"  contains {p.count} x {p.chip.name} ({p.chip.id})" for p in parts)]


def conclusion(report: Report) -> list[str]:
    """Return the answer, what it rests on, and the remarks."""
    answer, question = report.answer, report.question
    when = f"on {answer.on}" if answer.on else "under the rulesets named, each on its first day"
    lines = [f"{report.chip.name} to {question.to} {when}: {words.verdict(answer)}"]
    for assessment in answer.assessments:
        lines.append(f"  {assessment.ruleset.id}: {words.reasons(assessment)}")
        lines += [f"    {line}" for line in basis(assessment)]
    lines += [f"  open: {a.ruleset.id} lacks {', '.join(a.missing)}" for a in answer.open]
    lines += [f"warning: {warning}" for warning in report.warnings]
    return [*lines, *(f"note: {remark}" for remark in report.remarks)]


def basis(assessment: Assessment) -> list[str]:
    """Return the paragraphs, exceptions, conditions and notes that an assessment rests on."""
    ending = assessment.ending
    if ending is None or ending.row is None:
        return []
    lines = [f"{words.requirement(assessment)}: {ending.row.cite}"]
    for exception in ending.exceptions:
        lines += _exception(exception, assessment)
    if ending.review:
        review = ending.review
        policy = review.policy.replace("_", " ")
        cite = f" ({review.cite})" if review.cite else ""
        lines.append(f"review: {policy}{cite}")
        lines += [f"  limit: {words.quantity(limit, assessment)}" for limit in review.limits]
        lines += [f"  condition: {condition}" for condition in review.conditions]
        if review.note:
            lines.append(f"  note: {review.note}")
    for exception in ending.claimable:
        first, *more = _exception(exception, assessment)
        lines += [
            f"could serve instead: {first}",
            f"  asks for: {exception.claim} (--claim '{exception.id}')",
            *more,
        ]
    lines += [
        f"over the limit of {name}: {words.quantity(limit, assessment)}"
        for name, limit in words.exceeded(assessment)
    ]
    if ending.row.note:
        lines.append(f"note: {ending.row.note}")
    return lines


def _exception(exception: LicenseException, assessment: Assessment) -> list[str]:
    """Return an exception with its limits and conditions."""
    lines = [f"{words.exception(exception)} ({exception.cite})"]
    lines += [f"  limit: {words.quantity(limit, assessment)}" for limit in exception.limits]
    lines += [f"  condition: {condition}" for condition in exception.conditions]
    return [*lines, *([f"  note: {exception.note}"] if exception.note else [])]


def wrapped(line: str, width: int) -> str:
    """Return a line broken to a width, the rest of it indented."""
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.fill(
        line,
        max(width, 40),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )

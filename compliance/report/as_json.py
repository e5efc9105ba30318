"""The report for programs.

Its shape is described in docs/report-json.md and changes only with the version in `schema`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import compliance
from compliance.limits import ceiling, fitting, holds
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.report import words
from compliance.rulebook import in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from compliance.answers import Report
    from compliance.assessments import Assessment
    from compliance.errors import InputError
    from compliance.findings import Finding
    from compliance.provisions import Limit

SCHEMA = "compliance-report/1"


def render(
    reports: Sequence[Report], *, explain: bool, width: int, errors: Sequence[InputError]
) -> str:
    """Return one object for all chips; everything is in it, whatever `explain` says."""
    del explain, width
    return json.dumps(as_dict(reports, errors), indent=2, ensure_ascii=False) + "\n"


def as_dict(reports: Sequence[Report], errors: Sequence[InputError] = ()) -> dict[str, Any]:
    """Return the object as plain data."""
    return {
        "schema": SCHEMA,
        "library": compliance.__version__,
        "asked": _asked(reports[0]) if reports else None,
        "answers": [_answer(report) for report in reports],
        "assessments": [_assessment(a, report) for report in reports for a in report.assessments],
        "errors": [problem._asdict() for error in errors for problem in error.problems],
    }


def _asked(report: Report) -> dict[str, Any]:
    """Return the circumstances, which are the same for all reports of a run."""
    question = report.question
    return {
        "on": str(report.answer.on) if report.answer.on else None,
        "to": question.to,
        "headquarters": question.headquarters,
        "activity": question.activity,
        "informed": question.informed,
        "origins": list(question.origins),
        "view": question.view,
        "known_on": str(question.known_on) if question.known_on else None,
        "exporter": question.exporter,
        "attested": question.attested,
        "quantity": question.quantity,
        "shipped": {ledger: _number(amount) for ledger, amount in question.shipped},
        "claims": list(question.claims),
        "assumed": sorted(report.assumed),
    }


def _answer(report: Report) -> dict[str, Any]:
    answer = report.answer
    return {
        "chip": report.chip.id,
        "exportable": answer.exportable,
        "outcome": answer.outcome,
        "because": answer.because,
        "reviews": answer.reviews,
        "exceptions": answer.exceptions,
        "missing": answer.missing,
        "warnings": report.warnings,
        "remarks": report.remarks,
    }


def _assessment(assessment: Assessment, report: Report) -> dict[str, Any]:
    law, ending = assessment.ruleset, assessment.ending
    review = ending.review if ending else None
    conditions = list(review.conditions) if review else []
    conditions += [c for e in (ending.exceptions if ending else ()) for c in e.conditions]
    return {
        "chip": assessment.chip.id,
        "regime": law.regime,
        "ruleset": law.id,
        "on": str(assessment.question.on),
        "in_force": in_force(law, report.question.on, report.question.known_on),
        "destination": assessment.question.to,
        "entries": assessment.entries,
        "possible_entries": assessment.possible_entries,
        "outcome": assessment.outcome,
        "review": assessment.review,
        "exceptions": assessment.exceptions,
        "conditions": conditions,
        "limits": [_limit(limit, assessment) for limit in _limits(assessment)],
        "claimable": [
            {"exception": e.id, "asks_for": e.claim, "conditions": list(e.conditions)}
            for e in assessment.claimable
        ],
        "exportable": assessment.exportable,
        "missing": list(assessment.missing),
        "reasons": words.reasons(assessment),
        "cite": ending.row.cite if ending and ending.row else None,
        "notes": [*assessment.notes, *assessment.caveats],
        "evidence": assessment.evidence,
        "verified": str(law.verified),
        "findings": [_finding(finding) for finding in assessment.findings],
        "ruleset_digest": law.digest,
        "chip_digest": assessment.chip.digest,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    leaf, value = finding.leaf, finding.value
    dated = leaf.metric is not None and leaf.metric.unit == "date"
    threshold: object = None
    if leaf.threshold is not None:
        threshold = words.day(leaf.threshold) if dated else _number(leaf.threshold)
    seen = None if value is None else _ends(value.low, value.high, dated=dated)
    return {
        "chip": finding.item.chip.id,
        "id": leaf.id,
        "condition": leaf.text,
        "metric": leaf.metric.name if leaf.metric else None,
        "observed": seen,
        "comparator": leaf.comparator or None,
        "threshold": threshold,
        "unit": leaf.metric.unit or None if leaf.metric else None,
        "truth": str(finding.truth),
        "margin": _ends(*finding.margin, dated=False),
        "arithmetic": value.how or None if value else None,
        "cite": leaf.cite,
    }


def _limits(assessment: Assessment) -> list[Limit]:
    """Return the limits of quantity that an assessment rests on, or that would count."""
    ending = assessment.ending
    if not ending:
        return []
    rules = (ending.review, *ending.exceptions, *ending.claimable)
    limits = [limit for rule in rules if rule for limit in rule.limits]
    return [*limits, *(limit for _, limit in words.exceeded(assessment) if limit not in limits)]


def _limit(limit: Limit, assessment: Assessment) -> dict[str, Any]:
    item, question = assessment.item, assessment.question
    cap = ceiling(limit, question)
    return {
        "words": words.quantity(limit, assessment),
        "ledger": limit.ledger,
        "tpp": None if cap is None else _number(cap),
        "share": None if limit.share is None else float(limit.share),
        "of": limit.of,
        "fits": fitting(limit, item, question),
        "within": _TRUTHS[holds(limit, item, question)] if question.quantity else None,
    }


_TRUTHS = {TRUE: True, FALSE: False, UNKNOWN: None}


def _ends(low: Decimal | None, high: Decimal | None, *, dated: bool) -> object:
    """Return an exact value as itself, a range as its ends, and nothing as null."""
    if low is None:
        return None
    show = words.day if dated else _number
    if low == high:
        return show(low)
    return {"min": show(low), "max": None if high is None else show(high)}


def _number(amount: Decimal) -> int | float:
    """Return the nearest JSON number; `truth` was decided on the exact one."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)

"""Real chips against real law: each case says who stated the verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import compliance
from compliance.questions import today
from compliance.report import words
from compliance.rulebook import all_rulesets, in_force
from compliance.yamlsource import read

CASES = Path(__file__).parent / "cases"


def load(name: str) -> list[dict[str, Any]]:
    data = read((CASES / name).read_text(encoding="utf-8"), name).data
    assert isinstance(data, list)
    return data  # type: ignore[return-value]


VERDICTS = [
    pytest.param(case["chip"], name, case[name], id=f"{case['chip']} {name}")
    for case in load("chips.yaml")
    for name in case
    if name not in ("chip", "source")
]
QUESTIONS = load("questions.yaml")


@pytest.mark.parametrize(("chip", "ruleset", "expected"), VERDICTS)
def test_verdict(chip: str, ruleset: str, expected: dict[str, Any]) -> None:
    report = compliance.check(chip, to="CN")
    found = next(a for a in report.assessments if a.ruleset.id == ruleset)
    assert found.entries == expected["entries"]
    assert found.exportable == expected.get("exportable", found.exportable)
    assert found.review == expected.get("review", found.review)
    assert found.exceptions == expected.get("exceptions", found.exceptions)
    assert list(found.missing) == expected.get("missing", list(found.missing))
    assert expected.get("why", "") in words.reasons(found)


@pytest.mark.parametrize("case", QUESTIONS, ids=lambda c: f"{c['chip']} {c.get('to')} {c['on']}")
def test_question(case: dict[str, Any]) -> None:
    asked = {k: case[k] for k in ("on", "to", "headquarters", "activity", "informed") if k in case}
    answer = compliance.check(case["chip"], **asked).answer
    assert answer.exportable == case["exportable"]
    assert answer.because == case.get("because", answer.because)
    assert answer.exceptions == case.get("exceptions", answer.exceptions)


def test_every_case_says_who_stated_it() -> None:
    for case in load("chips.yaml") + QUESTIONS:
        assert case["source"]


def test_every_ruleset_has_a_case_in_and_a_case_out() -> None:
    shown = [law.id for law in all_rulesets() if law.regime in ("us-ear", "us-informed")]
    entries: dict[str, set[bool]] = {name: set() for name in shown}
    for param in VERDICTS:
        _, name, expected = param.values
        if name in shown:
            entries[str(name)].add(bool(expected["entries"]))  # type: ignore[index]
    assert entries == {name: {True, False} for name in shown}


def test_without_a_day_the_answer_is_that_of_today() -> None:
    report = compliance.check("nvidia-h20-96gb")
    assert report.answer.on == report.question.on == today()
    assert [a.ruleset.id for a in report.assessments if in_force(a.ruleset, report.question.on)]

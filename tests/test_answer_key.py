"""The published answer key: each verdict asserted layer by layer, or said why it is not."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from answer_key import (
    CASES,
    FIELDS,
    KEY,
    LAWS,
    SUBJECT,
    agrees,
    kind,
    layers,
    questions,
    reports,
    subjects,
)

from compliance.items import measure

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))

import agreement


def asserted(letter: str) -> list[Any]:
    """Return the parameters of a test: the cases of a kind that are asserted."""
    cases = [case for case in CASES if kind(case) == letter and "not_asserted" not in case]
    return [pytest.param(case, id=case["id"]) for case in cases]


def assert_stated(case: dict[str, Any]) -> None:
    for question in questions(case):
        answer = question.get("answer", {})
        assert subjects(question)
        for report in reports(question):
            found = {a.ruleset.id: layers(a) for a in report.assessments}
            for law in LAWS & question.keys():
                assert {k: found[law][k] for k in question[law]} == question[law], report
            assert {k: getattr(report.answer, k) for k in answer} == answer, report
            said = json.dumps(report.as_dict(), ensure_ascii=False)
            for words in (*question.get("says", ()), *question.get("open", ())):
                assert words in said, report
        for item in subjects(question):
            for metric, published in question.get("figures", {}).items():
                assert agrees(item, metric, published), measure(item).values[metric]
            for metric, published in question.get("off", {}).items():
                assert not agrees(item, metric, published), measure(item).values[metric]


@pytest.mark.parametrize("case", asserted("K"))
def test_a_published_verdict_comes_out(case: dict[str, Any]) -> None:
    assert LAWS & case.keys()
    assert_stated(case)


@pytest.mark.parametrize("case", asserted("D"))
def test_a_disputed_verdict_names_what_is_open(case: dict[str, Any]) -> None:
    """Or both sides of the dispute, chip and spec, come to the same."""
    assert case.get("open") or case.keys() >= SUBJECT
    assert_stated(case)


@pytest.mark.parametrize("case", asserted("X"))
def test_a_published_error_does_not_come_out(case: dict[str, Any]) -> None:
    assert_stated(case)
    wrong = dict(case["wrong"])
    tpp = wrong.pop("tpp", None)
    assert tpp is None or not any(agrees(item, "tpp", tpp) for item in subjects(case))
    for report in reports(case):
        for found in report.assessments:
            if found.ruleset.id in case:
                assert not [k for k in wrong if layers(found)[k] == wrong[k]], report


@pytest.mark.parametrize("case", asserted("T"))
def test_a_published_tpp_is_ours_or_the_reason_is_known(case: dict[str, Any]) -> None:
    assert "figures" in case or ("off" in case and case["why"])
    assert_stated(case)


def test_every_id_of_the_key_is_here_once() -> None:
    assert sorted(case["id"] for case in CASES) == sorted(KEY["ids"].split())
    assert len(set(KEY["ids"].split())) == 162


def test_as_many_are_asserted_as_ever() -> None:
    """The numbers go up as rules and chips are added, and never down."""
    left = Counter(kind(case) for case in CASES if "not_asserted" in case)
    assert Counter(map(kind, CASES)) - left == {"K": 100, "D": 17, "X": 13, "T": 24}
    assert left == {"K": 7, "T": 1}


def test_every_case_has_a_publisher_and_known_fields() -> None:
    assert all(source["source_title"] for source in KEY["sources"])
    for case in CASES:
        left = case.keys() == {"id", "not_asserted"}
        for question in (case, *case.get("also", ())):
            assert left or question.keys() <= FIELDS | LAWS, case["id"]


def test_the_page_of_agreement_is_current() -> None:
    """`make agreement` writes it."""
    assert agreement.PAGE.read_text(encoding="utf-8") == agreement.page()

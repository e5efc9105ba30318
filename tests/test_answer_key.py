"""The published answer key: each verdict asserted layer by layer, or said why it is not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import chip

import compliance
from compliance.answers import Report, as_chip
from compliance.assessments import Assessment
from compliance.chips import Chip
from compliance.items import measure
from compliance.rulebook import ruleset_ids
from compliance.values import Value
from compliance.yamlsource import read

FILE = Path(__file__).parent / "cases" / "answer-key.yaml"
KEY: Any = read(FILE.read_text(encoding="utf-8"), FILE.name).data
CASES: list[dict[str, Any]] = [case for source in KEY["sources"] for case in source["cases"]]
LAWS = frozenset(ruleset_ids())
SUBJECT = {"chip", "spec"}
FIELDS = {"id", "ask", "answer", "figures", "off", "why", "says", "open", "wrong", "also"} | SUBJECT


def kind(case: dict[str, Any]) -> str:
    return str(case["id"])[0]


def asserted(letter: str) -> list[Any]:
    """Return the parameters of a test: the cases of a kind that are asserted."""
    cases = [case for case in CASES if kind(case) == letter and "not_asserted" not in case]
    return [pytest.param(case, id=case["id"]) for case in cases]


def several(value: Any) -> list[Any]:  # noqa: ANN401 - a value of the file
    return value if isinstance(value, list) else [value]


def described(spec: dict[str, Any]) -> Chip:
    """Return the chip of a spec in the file; a system contains bundled chips, or further specs."""
    parts = [{**part, "chip": subject(part["chip"])} for part in spec.get("contains", ())]
    return chip(**{**spec, "contains": parts})


def subject(named: str | dict[str, Any]) -> Chip:
    return described(named) if isinstance(named, dict) else as_chip(named)


def subjects(case: dict[str, Any]) -> list[Chip]:
    names = several(case.get("chip", []))
    return [subject(named) for named in (*names, *several(case.get("spec", [])))]


def questions(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a case, and what is also asked, each with what it shares with the case."""
    yield case
    for part in case.get("also", ()):
        shared = {"ask", "says"} | (set() if SUBJECT & part.keys() else SUBJECT)
        yield {**{k: v for k, v in case.items() if k in shared}, **part}


def reports(case: dict[str, Any]) -> Iterator[Report]:
    """Yield a report for each chip and destination."""
    ask = {k: int(v) if isinstance(v, Decimal) else v for k, v in case.get("ask", {}).items()}
    for item in subjects(case):
        for to in several(ask.get("to", "CN")):
            yield compliance.check(item, **{**ask, "to": to})


def layers(found: Assessment) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "requires": " and ".join(sorted({row.requires for row in found.rows})) or "nothing",
        "outcome": found.outcome,
        "review": found.review,
        "exceptions": found.exceptions,
        "missing": list(found.missing),
    }


def agrees(item: Chip, metric: str, published: Decimal) -> bool:
    """Return whether a figure is within 1 % of ours; of TPP, declared or by arithmetic."""
    margin = published / 100

    def near(value: Value) -> bool:
        ends = value.low is not None and value.high is not None
        return ends and value.low - margin <= published <= value.high + margin  # type: ignore[operator]

    names = ("tpp", "bit_tops") if metric == "tpp" else (metric,)
    return any(near(measure(item).values[name]) for name in names)


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
    assert Counter(map(kind, CASES)) - left == {"K": 98, "D": 16, "X": 13, "T": 24}
    assert left == {"K": 9, "D": 1, "T": 1}


def test_every_case_has_a_publisher_and_known_fields() -> None:
    assert all(source["source_title"] for source in KEY["sources"])
    for case in CASES:
        left = case.keys() == {"id", "not_asserted"}
        for question in (case, *case.get("also", ())):
            assert left or question.keys() <= FIELDS | LAWS, case["id"]

"""What the source documents claim, put to the law."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

import compliance
from compliance.answers import Answer, Report
from compliance.assessments import Assessment, Exportable
from compliance.chips import BITS, Chip
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.questions import Circumstances
from compliance.report import words
from compliance.rulebook import all_rulesets
from compliance.units import Quantity
from compliance.yamlsource import read

SEEDS = Path(__file__).parents[1] / "seeds"
FEWEST, MOST = Decimal("0.5"), Decimal("0.7")
"""What a cut of 50 and of 30 % leaves."""

SUBJECT = (
    "exportable",
    "outcome",
    "review",
    "entries",
    "possible_entries",
    "because",
    "exceptions",
    "missing",
)
"""What an answer, or the assessment under one ruleset, can be asked for."""

OTHER = ("before", "chip", "condition", "findings", "flips", "not", "released", "remark")
ABOUT = ("id", "documents", "claim", "type", "chip", "date", "destination", "law")
TYPES = ("restriction", "compliance", "event", "design", "policy", "number")
TRUTHS = {True: TRUE, False: FALSE, "unknown": UNKNOWN}


def load(name: str) -> list[dict[str, Any]]:
    data = read((SEEDS / name).read_text(encoding="utf-8"), name).data
    assert isinstance(data, list)
    return data  # type: ignore[return-value]


def listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def spec(name: str) -> Chip:
    """Return a bundled chip, or one of the seeds."""
    if name.endswith(".yaml"):
        return compliance.load_chip(SEEDS / "chips" / name)
    return compliance.chip(name)


CLAIMS = load("claims.yaml")
CUT = sorted(path.name for path in (SEEDS / "chips").glob("*.yaml"))
CHECKS = [
    ({"to": claim["destination"], **check}, name, f"{claim['id']} {n} {name}")
    for claim in CLAIMS
    for n, check in enumerate(claim.get("expect", []), 1)
    for name in listed(check.get("chip", claim["chip"]))
]


def ask(chip: Chip, check: dict[str, Any], **more: Any) -> Report:  # noqa: ANN401 - as given
    asked = {key: check[key] for key in check if key in Circumstances.__annotations__}
    if "quantity" in asked:
        asked["quantity"] = int(asked["quantity"])
    if "under" in check:
        asked["rulesets"] = check["under"]
    return compliance.check(chip, **(asked | more))


def subject_of(report: Report, check: dict[str, Any]) -> Answer | Assessment:
    """Return what a check is about: the whole answer, or what one ruleset says."""
    if "under" not in check:
        return report.answer
    (assessment,) = report.assessments
    return assessment


def observed(subject: Answer | Assessment, name: str) -> object:
    value = getattr(subject, name)
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize(
    ("check", "name"), [case[:2] for case in CHECKS], ids=[case[2] for case in CHECKS]
)
def test_claim(check: dict[str, Any], name: str) -> None:
    chip = spec(name)
    flips = {"on": check["flips"]} if "flips" in check else {}
    report = ask(chip, check, **flips)
    subject = subject_of(report, check)
    for key in SUBJECT:
        if key in check:
            assert observed(subject, key) == check[key], key
    for key, value in check.get("not", {}).items():
        assert observed(subject, key) != value, key
    if flips:
        eve = date.fromisoformat(check["flips"]) - timedelta(days=1)
        assert ask(chip, check, on=eve).exportable == check["before"] != subject.exportable
    if "released" in check:
        assert chip.released == check["released"]
    if "remark" in check:
        assert any(check["remark"] in remark for remark in report.remarks)
    if isinstance(subject, Assessment):
        assert check.get("why", "") in words.reasons(subject)
        truths = {finding.leaf.text: finding.truth for finding in subject.findings}
        for text, truth in check.get("findings", {}).items():
            assert truths[text] is TRUTHS[truth], text
        if "condition" in check:
            assert subject.ending
            assert subject.ending.review
            assert any(check["condition"] in text for text in subject.ending.review.conditions)


def test_claims_are_whole() -> None:
    documents = {document["name"] for document in load("documents.yaml")}
    cited = {name for claim in CLAIMS for name in claim["documents"]}
    assert cited == documents
    assert len({claim["id"] for claim in CLAIMS}) == len(CLAIMS)
    for claim in CLAIMS:
        assert set(ABOUT) - {"law"} <= set(claim) <= {*ABOUT, "expect", "context"}, claim["id"]
        assert bool(claim.get("expect")) != bool(claim.get("context")), claim["id"]
        assert claim["type"] in TYPES


def test_checks_ask_and_expect_something() -> None:
    of_assessment = {"under", "why", "findings", "condition", "possible_entries", "entries"}
    known = {*SUBJECT, *OTHER, *of_assessment, *Circumstances.__annotations__}
    for claim in CLAIMS:
        for check in claim.get("expect", []):
            assert set(check) <= known, set(check) - known
            assert set(check) - {"under", "chip", *Circumstances.__annotations__}
            assert "under" in check or not set(check) & of_assessment
            assert ("flips" in check) == ("before" in check)
            assert check.get("exportable", "yes") in get_args(Exportable)


def scaled(quantity: Quantity | None, low: Decimal, high: Decimal) -> object:
    """Return both ends of a quantity, each times its factor."""
    if quantity is None:
        return None
    assert quantity.high is not None
    return quantity.low * low, quantity.high * high


@pytest.mark.parametrize("name", CUT)
def test_cut_chips_are_worked_out_from_the_bundled_specs(name: str) -> None:
    cut, whole = spec(name), spec(f"nvidia-{name.partition('-')[0]}-hgx")
    assert cut.compute
    assert whole.compute
    one = Decimal(1)
    for each in BITS:
        rate, full = getattr(cut.compute, each), getattr(whole.compute, each)
        assert scaled(rate, one, one) == scaled(full, FEWEST, MOST), each
    assert (cut.compute.sparse, cut.compute.other) == (whole.compute.sparse, whole.compute.other)
    assert cut.compute.complete == whole.compute.complete
    assert cut.memory
    assert whole.memory
    ends = (FEWEST, MOST) if "memory" in name else (one, one)
    for memory, full in zip(cut.memory, whole.memory, strict=True):
        assert memory.type == full.type
        assert scaled(memory.bandwidth, one, one) == scaled(full.bandwidth, *ends)
    assert cut.links
    assert whole.links
    for link, full in zip(cut.links, whole.links, strict=True):
        assert (link.name, link.direction) == (full.name, full.direction)
        assert scaled(link.bandwidth, one, one) == scaled(full.bandwidth, one, one)
    assert (cut.vendor, cut.market) == (whole.vendor, whole.market)
    # Nothing is declared for it, and what a cut would change is not known.
    assert (cut.declared, cut.dies, cut.transistors, cut.released) == (None, None, None, None)
    assert cut.status in ("reported", "rumoured")
    assert "Hypothetical" in cut.name


LAWS = [
    law.id
    for law in all_rulesets()
    if law.status != "proposed" and any(entry.item == "accelerator" for entry in law.entries)
]


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("name", CUT)
def test_every_ruleset_is_asked_for_every_cut_chip(law: str, name: str) -> None:
    stated = [check for check, chip, _ in CHECKS if chip == name and check.get("under") == law]
    assert len(stated) == 1, f"claims.yaml has no result, or two, for {name} under {law}"
    assert {"entries", "exportable"} <= set(stated[0])
    assert stated[0]["to"] == "CN"


@pytest.mark.parametrize(
    ("tops", "exportable"),
    [("1125", "license"), ("1312.4999", "license"), ("1312.5", "denied"), ("1575", "denied")],
)
def test_the_line_of_2026_runs_through_the_cut(tops: str, exportable: str) -> None:
    """A B200 with 7/12 of its compute has exactly 21,000 TPP."""
    cut = spec("b200-cut-compute-and-memory.yaml")
    design = cut.model_copy(update={"compute": {"fp16": f"{tops} TFLOPS"}})
    (found,) = compliance.check(design, rulesets="us-ear-2026-01-15", to="CN").assessments
    assert found.entries == ["3A090.a"]
    assert found.exportable == exportable
    whole = compliance.measure(spec("nvidia-b200-hgx")).values["bit_tops"]
    assert whole.low == whole.high == 36000 == 21000 * 12 / Decimal(7)


def test_the_makers_own_figure_cut_as_deep_stays_on_the_same_sides() -> None:
    b200, b300 = (spec(f"nvidia-{name}-hgx").declared for name in ("b200", "b300"))
    assert b200
    assert b200.tpp
    assert b300
    assert b300.tpp
    assert 4800 < b200.tpp * FEWEST < 21000 < b200.tpp * MOST
    assert b300.tpp * FEWEST > 21000

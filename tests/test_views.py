"""Text and enforcement, presumptions, and rules that depend on who the parties are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from builders import chip

import compliance
from compliance.circumstances import Question, View
from compliance.engine import assess
from compliance.items import measure
from compliance.rulebook import all_rulesets, first_day, in_force, ruleset

H100 = "nvidia-h100-sxm5-80gb"


def test_france_in_june_2025() -> None:
    """90 FR 4544 asks for a license worldwide; BIS does not enforce it."""
    text = compliance.check(H100, to="FR", on="2025-06-01", view="text")
    assert (text.exportable, text.answer.reviews) == ("license", ["presumption_of_approval"])
    enforced = compliance.check(H100, to="FR", on="2025-06-01")
    assert enforced.exportable == "yes"
    assert any("--view text does so" in remark for remark in enforced.remarks)


@pytest.mark.parametrize(
    ("on", "text", "enforced"),
    [
        ("2025-01-12", "yes", "yes"),
        ("2025-01-13", "yes", "yes"),
        ("2025-05-12", "yes", "yes"),
        ("2025-05-14", "yes", "yes"),
        ("2025-05-15", "license", "yes"),
        ("2026-11-22", "license", "yes"),
    ],
)
def test_four_clocks(on: str, text: str, enforced: str) -> None:
    """In force January 13, 2025, to be complied with from May 15; enforced until May 12."""
    for view, exportable in (("text", text), ("enforced", enforced)):
        assert compliance.check(H100, to="CH", on=on, view=view).exportable == exportable  # type: ignore[arg-type]


def test_what_was_known_in_february_2025() -> None:
    """Before the announcement of May 13 the requirement was to come on May 15."""
    then = compliance.check(H100, to="CH", on="2025-06-01", known_on="2025-02-01")
    assert then.exportable == "license"
    ahead = compliance.check(H100, to="CH", on="2025-02-01")
    assert ahead.exportable == "yes"
    assert any("complied with from 2025-05-15" in remark for remark in ahead.remarks)


@pytest.mark.parametrize(
    ("to", "headquarters", "review"),
    [
        ("FR", "FR", ["presumption_of_approval"]),
        ("BR", "BR", ["presumption_of_approval"]),
        ("BR", "CN", ["presumption_of_denial"]),
        ("CN", "CN", ["presumption_of_denial"]),
        ("AE", "US", ["presumption_of_approval"]),
    ],
)
def test_reviews_of_the_text(to: str, headquarters: str, review: list[str]) -> None:
    """742.6(b)(10)(iii)."""
    found = compliance.check(
        H100, to=to, headquarters=headquarters, on="2025-06-01", view="text", regimes="us-ear"
    )
    assert found.answer.reviews == review


def test_paragraph_b_has_its_destinations_in_both_views() -> None:
    """742.6(a)(6)(iii)(B): D:1, D:4 and D:5, also since January 2025."""
    for to, exportable in (("FR", "yes"), ("AE", "conditional"), ("BR", "yes")):
        for view in get_args(View):
            report = compliance.check("nvidia-l40", to=to, on="2025-06-01", view=view)
            assert report.exportable == exportable


def test_an_exception_that_asks_for_a_status_has_to_be_claimed() -> None:
    """15 CFR 740.27 and 740.28: the parties decide, and a transaction doesn't show them."""
    asked: dict[str, Any] = {"to": "FR", "on": "2025-06-01", "view": "text"}
    (found,) = (
        a for a in compliance.check(H100, **asked).assessments if a.ruleset.regime == "us-ear"
    )
    assert [e.id for e in found.claimable] == ["AIA", "ACM", "LPP"]
    assert compliance.check(H100, **asked, claims="AIA").answer.exceptions == ["AIA"]
    both = compliance.check(H100, **asked, claims=["AIA", "ACM"]).answer
    assert (both.exportable, both.exceptions) == ("conditional", ["AIA", "ACM"])
    outside = {**asked, "to": "BR"}
    assert compliance.check(H100, **outside, claims="AIA").exportable == "license"
    assert compliance.check(H100, **{**asked, "to": "CN"}, claims="ACM").exportable == "denied"


@pytest.mark.parametrize("name", ["nvidia-h100-sxm5-80gb", "nvidia-l40"])
def test_the_emirates(name: str) -> None:
    """91 FR 43034: out of D:4 into A:5, named beside the groups; approved entities are free."""
    before = compliance.check(name, to="AE", on="2024-06-01", regimes="us-ear")
    after = compliance.check(name, to="AE", on="2026-08-01", regimes="us-ear")
    if name == H100:
        assert before.exportable == after.exportable == "license"
    assert "Supplement no. 8" not in str(before)
    assert "approved entities" in str(after)
    claimed = compliance.check(name, to="AE", on="2026-08-01", claims="Supplement no. 8")
    assert claimed.exportable == "conditional"


def foundry(on: str, **more: Any) -> tuple[str, list[str]]:  # noqa: ANN401 - see below
    """Return whether a foundry's chip may go to China, and what is missing."""
    fields = {"transistors": Decimal("29e9"), "hbm": False, **more}
    spec = chip(
        market="consumer",
        compute={"int8": "100 TOPS"},
        transistors=fields["transistors"],
        memory={"type": "HBM3" if fields["hbm"] else "GDDR7", "bandwidth": "100 GB/s"},
        dies=[{"name": "die", "area": "100 mm^2", "planar": fields.get("planar", False)}],
    )
    day = date.fromisoformat(on)
    law = next(x for x in all_rulesets() if x.regime == "us-ear" and in_force(x, day))
    question = Question(
        day,
        "CN",
        exporter=fields.get("exporter", "fabricator"),
        attested=fields.get("attested"),
    )
    found = assess(law, measure(spec), question)
    return found.exportable, [*found.missing]


def test_a_foundry_ships_what_is_presumed_to_be_3a090_a() -> None:
    """Note 1 to 3A090.a (90 FR 5298): unless somebody attests otherwise."""
    assert foundry("2025-06-01", attested="none")[0] == "denied"
    assert foundry("2025-06-01", attested="none", exporter="osat")[0] == "denied"
    assert foundry("2025-06-01", attested="none", exporter="other")[0] == "yes"
    assert foundry("2025-06-01", attested="none", planar=True)[0] == "yes"
    assert foundry("2025-06-01") == ("unknown", ["who attests the figures"])
    assert foundry("2025-01-30", attested="none")[0] == "yes", "to be complied with from the 31st"
    assert foundry("2025-01-15", attested="none")[0] == "yes", "the day before"


@pytest.mark.parametrize(
    ("on", "transistors", "hbm", "exportable"),
    [
        ("2025-06-01", "29.999999999e9", True, "yes"),
        ("2025-06-01", "30e9", False, "denied"),
        ("2027-06-01", "34.999999999e9", False, "yes"),
        ("2027-06-01", "34.999999999e9", True, "license"),
        ("2027-06-01", "35e9", False, "license"),
        ("2028-06-01", "29e9", True, "yes"),
        ("2028-06-01", "34e9", False, "unknown"),
        ("2028-06-01", "35e9", False, "license"),
        ("2029-01-01", "39.999999999e9", False, "yes"),
        ("2029-01-01", "40e9", False, "license"),
        ("2029-01-01", "39e9", True, "license"),
    ],
)
def test_transistors_of_the_final_package(
    on: str, transistors: str, exportable: str, *, hbm: bool
) -> None:
    """30 billion; without HBM 35 in 2027 and 40 from 2029. For 2028 the text has no figure.

    What stays presumed is denied in 2025, and reviewed case by case since January 2026.
    """
    count = Decimal(transistors)
    found = foundry(on, attested="packager", transistors=count, hbm=hbm)
    assert found[0] == exportable
    if exportable == "unknown":
        assert found[1] == ["the transistor limit for 2028"]


@pytest.mark.parametrize(
    ("on", "attested", "exportable"),
    [
        ("2025-06-01", "approved", "yes"),
        ("2025-06-01", "authorized", "yes"),
        ("2026-04-06", "authorized", "yes"),
        ("2026-04-14", "authorized", "yes"),
        ("2026-12-31", "authorized", "yes"),
        ("2027-01-01", "authorized", "unknown"),
        ("2027-01-01", "approved", "yes"),
    ],
)
def test_designers(on: str, attested: str, exportable: str) -> None:
    """Authorized designers: until April 13, 2026, moved to the end of 2026 by 91 FR 17851."""
    transistors = Decimal("90e9")
    assert foundry(on, attested=attested, transistors=transistors)[0] == exportable


def test_without_the_extension_designers_would_have_been_open_from_april_14() -> None:
    spec = chip(market="consumer", compute={"int8": "100 TOPS"}, transistors=Decimal("90e9"))
    spec = spec.model_copy(update={"dies": [{"name": "d", "area": "9 mm^2", "planar": False}]})
    for on, exportable in ((date(2026, 4, 13), "yes"), (date(2026, 4, 14), "unknown")):
        question = Question(on, "CN", exporter="fabricator", attested="authorized")
        found = assess(ruleset("us-ear-2026-01-15"), measure(spec), question)
        assert found.exportable == exportable


def test_the_first_day_of_a_ruleset_lies_in_its_time() -> None:
    assert str(first_day(ruleset("us-ear-2024-12-02"))) == "2024-12-31"
    assert str(first_day(ruleset("us-ear-2025-01-13"))) == "2025-01-13"
    assert str(first_day(ruleset("us-ear-2025-01-16"))) == "2025-05-15"

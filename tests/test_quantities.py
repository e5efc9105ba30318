"""Rules that count: amounts and shares of aggregate TPP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from builders import chip
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

import compliance
from compliance.answers import Report
from compliance.errors import InputError
from compliance.items import measure
from compliance.limits import ceiling, fitting, holds
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.questions import read
from compliance.rulebook import ruleset

H100 = "nvidia-h100-sxm5-80gb"
LAW = ruleset("us-ear-2025-01-16")
LPP = LAW.exception["LPP"].limits[0]
CAP = next(x for row in LAW.licensing for r in row.review for x in r.limits)
HALF = ruleset("us-ear-2026-01-15").licensing
RATIO = next(x for row in HALF for r in row.review for x in r.limits if x.share)


def to_brazil(quantity: int | None, shipped: dict[str, Any] | None = None) -> Report:
    """Ask about H100s to a country that is in no group, by the text of 2025."""
    asked: dict[str, Any] = {"to": "BR", "on": "2025-06-01", "view": "text", "shipped": shipped}
    return compliance.check(H100, quantity=quantity, **asked)


def test_1699_h100_fit_the_lpp_figure_and_1700_do_not() -> None:
    """26,900,000 TPP a consignee and year (15 CFR 740.29); 15,831.2 TPP each."""
    fits, over = to_brazil(1699).answer, to_brazil(1700).answer
    assert (fits.exportable, fits.exceptions) == ("conditional", ["LPP"])
    assert (over.exportable, over.exceptions) == ("license", [])


def test_without_a_quantity_the_number_that_fits_is_shown() -> None:
    report = to_brazil(None)
    assert report.exportable == "license"
    assert "26,900,000 TPP per ultimate consignee and calendar year = 1,699 of" in " ".join(
        str(report).split()
    )
    limits = report.as_dict()["assessments"][0]["limits"]
    fits = {limit["ledger"]: limit["fits"] for limit in limits}
    assert (fits["consignee_year"], fits["country"]) == (1699, 49901)


def test_what_was_shipped_before_counts() -> None:
    one = Decimal("15831.2")
    for quantity, exportable in ((699, "conditional"), (700, "license")):
        shipped = {"consignee_year": 1000 * one}
        assert to_brazil(quantity, shipped=shipped).exportable == exportable


def test_49901_h100_fit_the_cap_of_a_country() -> None:
    """790 million TPP, 2025 to 2027; SemiAnalysis (January 2025) counts 49,901 H100."""
    for quantity, review in ((49901, "presumption_of_approval"), (49902, "policy_of_denial")):
        assert to_brazil(quantity).answer.reviews == [review]
    full = to_brazil(1700, shipped={"country": 790_000_000})
    assert (full.exportable, full.answer.reviews) == ("denied", ["policy_of_denial"])


def test_the_report_of_aia_is_a_duty_and_no_end() -> None:
    """253 million TPP (15 CFR 740.27): a certification and a report, no limit."""
    asked: dict[str, Any] = {"to": "FR", "on": "2025-06-01", "view": "text", "claims": "AIA"}
    report = compliance.check(H100, quantity=20_000, **asked)
    assert (report.exportable, report.answer.exceptions) == ("conditional", ["AIA"])
    assert "beyond 253,000,000 TPP" in " ".join(str(report).split())


@pytest.mark.parametrize(
    ("quantity", "shipped", "review"),
    [
        (100, {}, "case_by_case"),
        (None, {"us": 0}, "case_by_case"),
        (100, {"us": 3_166_240}, "case_by_case"),
        (100, {"us": 3_166_239}, "presumption_of_denial"),
        (50, {"us": 3_166_240, "china": 791_560}, "case_by_case"),
        (51, {"us": 3_166_240, "china": 791_560}, "presumption_of_denial"),
    ],
)
def test_half_of_what_went_to_us_customers(
    quantity: int | None, shipped: dict[str, int], review: str
) -> None:
    """91 FR 1684: aggregate TPP to China and Macau at most 50 % of that to US customers."""
    found = compliance.check(
        H100,
        on="2026-02-01",
        quantity=quantity,
        shipped=shipped,  # type: ignore[arg-type]
        regimes="us-ear",
    )
    assert found.answer.reviews == [review]


def test_systems_count_all_their_chips() -> None:
    one, eight = measure(compliance.chip(H100)), measure(compliance.chip("nvidia-dgx-h100"))
    assert eight.aggregate.low == 8 * one.aggregate.low  # type: ignore[operator]
    question = read({}).question
    assert fitting(LPP, eight, question) == 212


def test_a_declared_tpp_classifies_and_the_datasheet_counts() -> None:
    both = chip(compute={"int8": "1000 TOPS"}, declared={"tpp": Decimal(8100)})
    assert measure(both).values["tpp"].low == 8100
    assert measure(both).aggregate.low == 8000
    assert measure(chip(declared={"tpp": Decimal(8100)})).aggregate.low == 8100


def test_an_unknown_tpp_leaves_the_limit_open() -> None:
    question = read({"quantity": 10}).question
    assert holds(LPP, measure(chip()), question) is UNKNOWN
    wide = chip(compute={"int8": {"min": "1 TOPS", "max": "1e9 TOPS"}})
    assert holds(LPP, measure(wide), question) is UNKNOWN
    assert fitting(LPP, measure(chip()), question) is None


@given(
    tops=st.integers(1, 10**7),
    quantity=st.integers(1, 10**6),
    before=st.integers(0, 30_000_000),
)
def test_what_fits_is_what_holds(tops: int, quantity: int, before: int) -> None:
    item = measure(chip(compute={"int8": f"{tops} TOPS"}))
    question = read({"quantity": quantity, "shipped": {"consignee_year": before}}).question
    fits = fitting(LPP, item, question)
    assert fits is not None
    within = before + quantity * tops * 8 <= 26_900_000
    assert (holds(LPP, item, question) is TRUE) is within
    assert holds(LPP, item, question) in (TRUE, FALSE)
    if before <= 26_900_000:
        assert (quantity <= fits) is within


def test_a_share_of_nothing_stated_is_no_limit() -> None:
    item = measure(compliance.chip(H100))
    assert ceiling(RATIO, read({"quantity": 9}).question) is None
    assert holds(RATIO, item, read({"quantity": 9}).question) is TRUE
    assert ceiling(CAP, read({}).question) == 790_000_000


@pytest.mark.parametrize(
    "wrong",
    [
        {"quantity": 0},
        {"quantity": True},
        {"quantity": 10**13},
        {"shipped": {"moon": 1}},
        {"shipped": {"us": -1}},
        {"shipped": {"us": "nan"}},
        {"shipped": {"us": "1e999999"}},
        {"claims": "AIAI"},
    ],
)
def test_amounts_that_are_none(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        compliance.check(H100, **wrong)


def test_quantities_on_the_command_line(run: Run) -> None:
    asked = ("check", H100, "--to", "BR", "--on", "2025-06-01", "--view", "text")
    assert "conditional (LPP)" in run(*asked, "--quantity", "1,699").stdout
    over = " ".join(run(*asked, "--quantity", "1700").stdout.split())
    assert "1,700 x 15,831.2 = 26,913,040" in over
    shipped = run(*asked, "--quantity", "1", "--shipped", "consignee-year=26,900,000").stdout
    assert "conditional" not in shipped
    for wrong in (
        ("--quantity", "many"),
        ("--quantity", "1.5"),
        ("--shipped", "us"),
        ("--shipped", "moon=1"),
        ("--claim", "XYZ"),
    ):
        done = run(*asked, *wrong)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)

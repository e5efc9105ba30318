"""What lies over the codes: letters that name products, policies, tariffs, notices."""

from __future__ import annotations

from typing import Any

import pytest
from builders import chip

import compliance
from compliance.chips import Chip
from compliance.errors import InputError

H20 = "nvidia-h20-96gb"
TARIFF = "us-tariff-232-2026-01-15"


def accelerator(tpp: str, bandwidth: str) -> Chip:
    """Return an accelerator of the two figures that the rules of January 2026 ask for."""
    return chip(
        market="datacenter",
        compute={"fp4": f"{tpp} TOPS"},
        memory={"type": "HBM3E", "bandwidth": f"{bandwidth} GB/s"},
        links=[],
    )


def entries(spec: Chip | str, name: str) -> list[str]:
    (found,) = compliance.check(spec, rulesets=name).assessments
    return found.entries


@pytest.mark.parametrize(
    ("tpp", "bandwidth", "expected"),
    [
        # All four bounds are strict (CSMS 67400472); the TPP is four times the rate at 4 bits.
        ("3957.8", "4800", ["window-1"]),
        ("3500", "4800", []),
        ("3500.000001", "4800", ["window-1"]),
        ("4375", "4800", []),
        ("4374.999999", "4800", ["window-1"]),
        ("3957.8", "4500", []),
        ("3957.8", "4500.000001", ["window-1"]),
        ("3957.8", "5000", []),
        ("3957.8", "4999.999999", ["window-1"]),
        ("5229.75", "6000", ["window-2"]),
        ("5200", "6000", []),
        ("5200.000001", "6000", ["window-2"]),
        ("5275", "6000", []),
        ("5274.999999", "6000", ["window-2"]),
        ("5229.75", "5800", []),
        ("5229.75", "5800.000001", ["window-2"]),
        ("5229.75", "6200", []),
        ("5229.75", "6199.999999", ["window-2"]),
        ("3957.8", "3350", []),
    ],
)
def test_the_windows_of_the_tariff(tpp: str, bandwidth: str, expected: list[str]) -> None:
    assert entries(accelerator(tpp, bandwidth), TARIFF) == expected


@pytest.mark.parametrize(("tpp", "inside"), [("5229.75", True), ("5200", False)])
def test_the_mi325x_by_both_published_figures(tpp: str, *, inside: bool) -> None:
    """20,919 or 20,800 at 6,000 GB/s: case by case either way, dutiable only at the first."""
    spec = accelerator(tpp, "6000")
    report = compliance.check(spec, on="2026-02-01")
    assert (report.exportable, report.answer.reviews) == ("license", ["case_by_case"])
    assert any(a.outcome == "duty" for a in report.assessments) is inside


def test_a_duty_is_no_export_control() -> None:
    report = compliance.check("nvidia-h200-sxm-141gb", on="2026-02-01", to="US")
    assert (report.exportable, report.outcome) == ("yes", "duty")
    assert any("25 % ad valorem" in remark for remark in report.remarks)
    assert entries("nvidia-h100-sxm5-80gb", TARIFF) == [], "3,350 GB/s"


@pytest.mark.parametrize(
    ("name", "ruleset", "listed"),
    [
        ("H20", "us-informed-2025-04-09", True),
        ("H20E", "us-informed-2025-04-09", False),
        ("HGX H20 8-GPU", "us-informed-2025-04-09", True),
        ("L40S", "us-informed-2023-10-23", True),
        ("L40", "us-informed-2023-10-23", False),
        ("B30A", "us-policy-2025-11-03", False),
    ],
)
def test_a_chip_can_be_caught_by_name(name: str, ruleset: str, *, listed: bool) -> None:
    """The letters name products; the statement on Blackwell is about what needs a license."""
    spec = chip(
        name=name,
        vendor="NVIDIA",
        compute={"fp4": "1 TOPS"},
        memory={"type": "GDDR7", "bandwidth": "1 GB/s"},
        links=[],
    )
    assert bool(entries(spec, ruleset)) is listed


def test_licenses_against_a_share_of_revenue() -> None:
    """NVIDIA Form 10-K of February 25, 2026: certain H20, from August 2025."""
    before, after = (compliance.check(H20, on=day) for day in ("2025-08-07", "2025-08-08"))
    assert before.answer.because == ["us-informed-2025-04-09"]
    assert after.answer.because == ["us-informed-2025-04-09", "us-policy-2025-08-08"]
    assert "15 % of the revenue" in " ".join(str(after).split())
    other = compliance.check("nvidia-h100-sxm5-80gb", on="2025-09-01")
    assert "us-policy-2025-08-08" not in [a.ruleset.id for a in other.assessments]


def test_blackwell_is_not_approved() -> None:
    """Wall Street Journal of November 3, 2025; the code denied it before and after."""
    for name in ("nvidia-b200-hgx", "nvidia-b30a"):
        report = compliance.check(name, on="2025-12-01")
        assert report.answer.because == ["us-ear-2025-01-16", "us-policy-2025-11-03"]
        assert set(report.answer.reviews) == {"presumption_of_denial", "policy_of_denial"}
    assert compliance.check("nvidia-b200-hgx", on="2025-12-01", to="DE").exportable == "yes"


@pytest.mark.parametrize(
    ("notice", "chip_id", "asked"),
    [
        ("us-ear-affiliates-2025-09-29", H20, {"on": "2025-10-01"}),
        ("us-ear-affiliates-2026-11-10", H20, {"on": "2026-11-22"}),
        (
            "us-guidance-2026-05-31",
            "nvidia-h100-sxm5-80gb",
            {"on": "2026-06-01", "to": "DE", "headquarters": "CN"},
        ),
        ("us-cg-2026-02-03", H20, {"on": "2026-03-01", "to": "KH"}),
        ("us-policy-2025-05-13", "nvidia-h100-sxm5-80gb", {"on": "2025-06-01", "to": "FR"}),
    ],
)
def test_a_notice_is_said_and_decides_nothing(
    notice: str, chip_id: str, asked: dict[str, Any]
) -> None:
    report = compliance.check(chip_id, **asked)
    assert any(remark.startswith(f"{notice}: ") for remark in report.remarks)
    assert notice not in [a.ruleset.id for a in report.assessments]
    with pytest.raises(InputError, match="one that decides"):
        compliance.check(chip_id, rulesets=notice)


def test_affiliates_were_suspended_for_a_year() -> None:
    """90 FR 50857: from November 10, 2025 to November 9, 2026."""
    for on in ("2025-11-10", "2026-11-09"):
        assert not any("affiliates" in remark for remark in compliance.check(H20, on=on).remarks)


def test_guidance_reaches_parties_headquartered_in_china_only() -> None:
    report = compliance.check("nvidia-h100-sxm5-80gb", on="2026-06-01", to="DE")
    assert not any("us-guidance" in remark for remark in report.remarks)


def test_a_ruleset_named_twice_is_judged_once() -> None:
    laws = ["us-ear-2023-11-17", "us-ear-2023-11-17"]
    report = compliance.check("nvidia-h20-96gb", on="2024-01-01", rulesets=laws)
    assert report.answer.because == laws[:1]

"""Bills: their numbers at the line, and that they stay out of answers unless asked for by name."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from builders import chip, decimal

import compliance
from compliance.engine import classify
from compliance.items import measure
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth
from compliance.rulebook import all_rulesets, in_force, ruleset

if TYPE_CHECKING:
    from compliance.chips import Chip

SAFE = "bill-safe-chips-s3374"
HOUSE = "bill-overwatch-hr6875"
SENATE = "bill-overwatch-s4456"
GAIN = "bill-gain-s3150"
BILLS = {
    SAFE: ("2025-12-04", "advanced"),
    HOUSE: ("2025-12-18", "covered"),
    SENATE: ("2026-04-30", "covered"),
    GAIN: ("2025-11-06", "advanced"),
}
ON = "2026-06-01"


def part(
    tpp: int | Fraction = 0,
    density: int | Fraction = 0,
    dram: int | Fraction = 1,
    links: int | Fraction = 1,
    **fields: Any,  # noqa: ANN401 - any field of a spec
) -> Chip:
    """Return a chip for data centers with these figures; of no density, one without such a die."""
    area = Fraction(tpp) / density if density else None
    die = {"name": "die", "planar": not density, "area": f"{decimal(area or Fraction(1))} mm^2"}
    made: dict[str, Any] = {
        "market": "datacenter",
        "released": "2025",
        "compute": {"int8": f"{decimal(Fraction(tpp) / 8 or Fraction(1, 8))} TOPS"},
        "dies": [die],
        "memory": {"type": "HBM3", "bandwidth": f"{decimal(Fraction(dram))} GB/s"},
        "links": [{"name": "link", "bandwidth": f"{decimal(Fraction(links))} GB/s"}],
    }
    return chip(**{**made, **fields})


def listed(subject: Chip, bill: str, entry: str = "") -> Truth:
    day, usual = BILLS[bill]
    return classify(ruleset(f"{bill}-{day}"), measure(subject)).entries[entry or usual]


def ask(subject: Chip | str, bill: str, **circumstances: Any) -> compliance.Report:  # noqa: ANN401
    question: Any = {"on": ON, "to": "CN", "regimes": bill, **circumstances}
    return compliance.check(subject, **question)


LITTLE = Fraction(1, 10**6)


@pytest.mark.parametrize("bill", BILLS)
def test_performance_at_the_line(bill: str) -> None:
    """ "Or more", in all of them."""
    assert listed(part(4800), bill) is TRUE
    assert listed(part(4800 - LITTLE), bill) is FALSE
    for tpp, density in ((2400, Fraction("1.6")), (1600, Fraction("3.2"))):
        assert listed(part(tpp, density), bill) is TRUE
        assert listed(part(tpp - 8, density), bill) is FALSE
        assert listed(part(tpp, density * Fraction("0.625")), bill) is FALSE


BANDWIDTHS = {SAFE: (4100, 1100, 5000)} | dict.fromkeys((HOUSE, SENATE, GAIN), (1400, 1100, 1700))


@pytest.mark.parametrize(("bill", "levels"), BANDWIDTHS.items())
def test_bandwidth_at_the_line(bill: str, levels: tuple[int, int, int]) -> None:
    dram, links, both = levels
    for step, expected in ((0, TRUE), (LITTLE, FALSE)):
        assert listed(part(dram=dram - step), bill) is expected
        assert listed(part(links=links - step), bill) is expected
        assert listed(part(dram=both - 1000 - step, links=1000), bill) is expected


def test_the_h20_is_under_each_limit_of_s3374_and_over_their_sum() -> None:
    report = ask("nvidia-h20-96gb", SAFE)
    assert report.answer.reviews == ["policy_of_denial"]
    truths = {f.leaf.id: f.truth for f in report.assessments[0].findings}
    assert truths["advanced (IV)"] is truths["advanced (V)"] is FALSE
    assert truths["advanced (VI)"] is TRUE


@pytest.mark.parametrize(
    ("bill", "market", "expected"),
    [
        (SAFE, "consumer", FALSE),
        (HOUSE, "consumer", FALSE),
        (SENATE, "consumer", FALSE),
        (GAIN, "consumer", UNKNOWN),
        (SAFE, None, UNKNOWN),
        (HOUSE, "datacenter", TRUE),
    ],
)
def test_other_markets_are_left_out(bill: str, market: str | None, expected: Truth) -> None:
    assert listed(part(30000, market=market), bill) is expected


@pytest.mark.parametrize("bill", [SAFE, HOUSE, SENATE])
def test_a_product_for_other_markets_is_left_out_too(bill: str) -> None:
    for market, outcome in (("datacenter", "license_required"), ("consumer", "not_listed")):
        system = chip(kind="system", market=market, contains=[{"chip": part(30000)}])
        assert ask(system, bill).outcome == outcome


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (part(21000), TRUE),
        (part(21000 - LITTLE), FALSE),
        (part(2100, 21), TRUE),
        (part(1600, 20), FALSE),
        (part(1599, 26), FALSE),
        (part(4800, released="2026-01-02"), TRUE),
        (part(2400, Fraction("1.6"), released="2026-02"), TRUE),
        (part(1600, Fraction("3.2"), released="2026-02"), TRUE),
        (part(4800, released="2026-01-01"), FALSE),
        (part(4800, released="2026"), UNKNOWN),
        (part(dram=9000, released="2026-02"), FALSE),
        (part(21000, market="consumer"), FALSE),
    ],
)
def test_restricted_circuits_at_the_line(subject: Chip, expected: Truth) -> None:
    """S. 4456, sec. 2 (1758A(a)(9))."""
    assert listed(subject, SENATE, "restricted") is expected
    answer = {TRUE: "denied", FALSE: "license", UNKNOWN: "unknown"}[expected]
    if listed(subject, SENATE) is TRUE:
        assert ask(subject, SENATE).exportable == answer
        system = chip(kind="system", market="datacenter", contains=[{"chip": subject, "count": 8}])
        assert ask(system, SENATE).exportable == answer


@pytest.mark.parametrize(
    ("bill", "exportable"),
    [(SAFE, "denied"), (HOUSE, "license"), (SENATE, "license"), (GAIN, "license")],
)
def test_what_a_bill_would_have_done(bill: str, exportable: str) -> None:
    for circumstances in ({"to": "HK"}, {"to": "MO"}, {"to": "DE", "headquarters": "CN"}):
        assert ask(part(4800), bill, **circumstances).exportable == exportable
    assert ask(part(4800), bill, to="DE").exportable == "yes"
    assert ask(part(8), bill).outcome == "not_listed"


@pytest.mark.parametrize(
    ("bill", "exportable"),
    [(SAFE, "denied"), (HOUSE, "license"), (SENATE, "yes"), (GAIN, "unknown")],
)
def test_venezuela_is_not_in_all_of_them(bill: str, exportable: str) -> None:
    assert ask(part(4800), bill, to="VE").exportable == exportable


# -- a bill is no law -------------------------------------------------------------------------


def test_a_bill_is_never_in_force() -> None:
    bills = [law for law in all_rulesets() if law.kind == "bill"]
    assert {law.id for law in bills} >= {f"{bill}-{day}" for bill, (day, _) in BILLS.items()}
    for law in bills:
        assert law.status == "proposed"
        assert not in_force(law, law.effective)


@pytest.mark.parametrize("name", ["nvidia-h20-96gb", "nvidia-b200-hgx", "nvidia-rtx-4090"])
def test_a_bill_stays_out_unless_asked_for_by_name(name: str) -> None:
    plain = compliance.check(name, on=ON)
    shown = compliance.check(name, on=ON, proposed=True)
    kinds = {a.ruleset.kind for a in plain.assessments}
    assert "bill" not in kinds
    assert {a.ruleset.regime for a in shown.assessments} >= set(BILLS)
    assert shown.answer.exportable == plain.answer.exportable
    assert shown.answer.because == plain.answer.because
    assert not any(a.ruleset.kind == "bill" for a in shown.answer.judged)


def test_without_a_day_a_bill_stays_out_too() -> None:
    report = compliance.check("nvidia-h20-96gb")
    assert not any(a.ruleset.kind == "bill" for a in report.assessments)


def test_a_bill_asked_for_by_name_counts_and_is_said_to_be_none() -> None:
    report = ask("nvidia-h20-96gb", SAFE)
    assert report.exportable == "denied"
    assert report.answer.because == [f"{SAFE}-2025-12-04"]
    assert f"{SAFE}-2025-12-04: a proposal, not law" in report.remarks
    assert ask("nvidia-h20-96gb", SAFE, on="2025-12-03").answer.judged == []

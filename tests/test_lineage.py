"""The computer limits that came before 3A090 and stand beside it: CTP until 2006, APP since."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from builders import chip

import compliance
from compliance import data
from compliance.engine import classify
from compliance.groups import Destinations, all_groups, seen_by
from compliance.items import measure
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth
from compliance.rulebook import all_rulesets, in_force, last_day, ruleset
from compliance.yamlsource import read

if TYPE_CHECKING:
    from compliance.chips import Chip
    from compliance.values import Value

STEP = Decimal("1e-9")
H100 = Decimal(67)
"""64-bit teraflops of an H100 SXM: its tensor path, the faster of the two."""


def computer(**fields: Any) -> Chip:  # noqa: ANN401 - any field of a spec
    """Return a system."""
    return chip(kind="system", **fields)


def stated(**figures: Decimal | int) -> Chip:
    """Return a system whose maker states its APP or its CTP."""
    return computer(declared={name: Decimal(figure) for name, figure in figures.items()})


def node(
    rate: str,
    count: int = 1,
    *,
    part: dict[str, Any] | None = None,
    **fields: Any,  # noqa: ANN401 - any field of a spec
) -> Chip:
    """Return a system of equal chips with a 64-bit rate."""
    inner = chip(compute={"fp64": rate}, **{"vector": False, **(part or {})})
    return computer(contains=[{"chip": inner, "count": count}], **fields)


def app(subject: Chip) -> Value:
    return measure(subject).values["app"]


def listed(subject: Chip, law: str, entry: str = "4A003.b") -> Truth:
    return classify(ruleset(law), measure(subject)).entries[entry]


# -- APP by date ------------------------------------------------------------------------------

LEVELS = [
    ("2006-04-24", "0.75", "71 FR 20876", "primary"),
    ("2011-06-24", "1.5", "76 FR 36986", "unconfirmed"),
    ("2012-07-02", "3.0", "77 FR 39354", "unconfirmed"),
    ("2014-08-04", "8.0", "79 FR 45288", "unconfirmed"),
    ("2015-05-21", "12.5", "80 FR 29432", "unconfirmed"),
    ("2017-09-25", "16", "82 FR 38764", "unconfirmed"),
    ("2018-10-24", "29", "83 FR 53742", "secondary"),
    ("2023-02-24", "70", "Supplement no. 1 to 15 CFR part 774", "primary"),
]


@pytest.mark.parametrize(("day", "level", "cite", "evidence"), LEVELS)
def test_4a003_begins_above_its_level(day: str, level: str, cite: str, evidence: str) -> None:
    """ "Exceeding": a computer of exactly the level is out."""
    law = ruleset(f"us-app-{day}")
    assert any(instrument.cite.startswith(cite) for instrument in law.instruments)
    assert law.evidence == evidence
    assert listed(stated(app=Decimal(level) - STEP), law.id) is FALSE
    assert listed(stated(app=Decimal(level)), law.id) is FALSE
    assert listed(stated(app=Decimal(level) + STEP), law.id) is TRUE


def test_the_versions_of_4a003_are_these() -> None:
    """81 FR 64656 of 2016-09-20 is not known to have changed the limit."""
    days = [str(law.effective) for law in all_rulesets() if law.regime == "us-app"]
    assert days == [day for day, *_ in LEVELS]


def test_a_computer_falls_out_as_the_level_rises() -> None:
    subject = stated(app=30)
    found = [listed(subject, f"us-app-{day}") for day, *_ in LEVELS]
    assert found == [TRUE] * 7 + [FALSE]


def test_app_takes_the_place_of_ctp_on_2006_04_24() -> None:
    last, first = ruleset("us-ctp-2002-03-08"), ruleset("us-app-2006-04-24")
    assert last.status == "rescinded"
    assert last_day(last) == first.effective - timedelta(days=1)
    for day in (date(2006, 4, 23), date(2006, 4, 24)):
        assert in_force(last, day) is not in_force(first, day)


# -- APP as a measure -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vector", "ends", "lacks"),
    [
        (True, ("90", "90"), ()),
        (False, ("30", "30"), ()),
        (None, ("30", "90"), ("vector processor or not",)),
    ],
)
def test_vector_processors_weigh_three_times_as_much(
    vector: bool | None,  # noqa: FBT001 - a parameter of the test
    ends: tuple[str, str],
    lacks: tuple[str, ...],
) -> None:
    """Technical note on APP: W is 0.9 for vector processors and 0.3 for others."""
    found = app(node("100 TFLOPS", part={"vector": vector}))
    assert (found.low, found.high) == tuple(map(Decimal, ends))
    assert found.lacks == lacks


def test_a_weight_that_is_not_stated_leaves_the_entry_open() -> None:
    law = "us-app-2023-02-24"
    assert listed(node("100 TFLOPS", part={"vector": None}), law) is UNKNOWN
    assert listed(node("70 TFLOPS", part={"vector": None}), law) is FALSE
    assert listed(node("240 TFLOPS", part={"vector": None}), law) is TRUE


def test_without_a_64_bit_rate_app_is_unknown() -> None:
    inner = chip(compute={"fp16": "989.4 TFLOPS"})
    found = app(computer(contains=[{"chip": inner}]))
    assert found.low is found.high is None
    assert "64-bit rate" in found.lacks


def test_a_chip_that_does_no_64_bit_arithmetic_has_none() -> None:
    """Note to step 1: the rate of a processor that can't is zero."""
    inner = chip(compute={"fp8": "1978.9 TFLOPS", "complete": True})
    subject = computer(contains=[{"chip": inner, "count": 1000}], shared_memory=True)
    assert app(subject).low == app(subject).high == 0
    assert listed(subject, "us-app-2006-04-24") is FALSE


def test_processors_are_added_up_that_share_memory() -> None:
    """Technical note: not over networks, nor where software moves the data."""
    rates = {True: ("30", "30"), False: ("15", "15"), None: ("15", "30")}
    for shared, ends in rates.items():
        found = app(node("50 TFLOPS", 2, shared_memory=shared))
        assert (found.low, found.high) == tuple(map(Decimal, ends))
        assert found.lacks == (("whether memory is shared",) if shared is None else ())


def test_the_fastest_counts_of_unequal_processors_apart() -> None:
    slow, fast = (chip(compute={"fp64": rate}, vector=False) for rate in ("9 GFLOPS", "50 TFLOPS"))
    parts = [{"chip": slow, "count": 64}, {"chip": fast}]
    assert app(computer(contains=parts, shared_memory=False)).low == 15
    assert app(computer(contains=parts, shared_memory=True)).low == Decimal("15.1728")


def test_of_the_paths_of_one_chip_the_faster_counts() -> None:
    inner = chip(compute={"fp64": "34 TFLOPS", "fp64_tensor": "67 TFLOPS"}, vector=False)
    assert app(computer(contains=[{"chip": inner}])).low == Decimal("20.1")


def test_the_makers_own_app_outranks_arithmetic() -> None:
    subject = node("100 TFLOPS", 8, shared_memory=True, declared={"app": Decimal(70)})
    assert app(subject).low == app(subject).high == 70
    assert listed(subject, "us-app-2023-02-24") is FALSE


@pytest.mark.parametrize(("count", "weighted", "expected"), [(4, "80.4", TRUE), (3, "60.3", FALSE)])
def test_four_that_share_memory_exceed_the_limit_and_three_do_not(
    count: int, weighted: str, expected: Truth
) -> None:
    subject = node(f"{H100} TFLOPS", count, shared_memory=True)
    assert app(subject).low == app(subject).high == Decimal(weighted)
    assert listed(subject, "us-app-2023-02-24") is expected


# -- a chip is no computer --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nvidia-h100-sxm5-80gb", "nvidia-h20-96gb", "nvidia-rtx-4090d"])
def test_the_computer_limits_do_not_touch_a_chip(name: str) -> None:
    """NVIDIA's statement of April 2024: the APP limit does not reach the RTX 4090 D and the H20."""
    regimes = ["us-app", "us-ctp"]
    report = compliance.check(name, on="2024-04-04", regimes=regimes)
    assert report.outcome == "not_listed"
    default = compliance.check(name, on="2024-04-04")
    assert not {a.ruleset.regime for a in default.assessments} & set(regimes)


# -- destinations of today --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "on", "outcome"),
    [
        ("CN", "2026-09-24", "license_required"),
        ("HK", "2026-09-24", "license_required"),
        ("IN", "2026-09-24", "license_required"),
        ("AE", "2026-09-24", "license_required"),
        ("SS", "2026-09-24", "license_required"),
        ("IR", "2026-09-24", "license_required"),
        ("FR", "2026-09-24", "license_exception"),
        ("TW", "2026-09-24", "license_exception"),
        ("GL", "2026-09-24", "license_exception"),
        ("CA", "2026-09-24", "no_license_required"),
        ("GB", "2026-09-24", "no_license_required"),
        ("KY", "2026-09-24", "no_license_required"),
        ("GB", "2024-04-18", "license_exception"),
        ("GB", "2024-04-19", "no_license_required"),
    ],
)
def test_the_country_chart_and_the_tiers(to: str, on: str, outcome: str) -> None:
    """NS Column 1, 740.7(c) and (d), and 738.3(b) for territories; 89 FR 28594."""
    report = compliance.check(stated(app=71), on=on, to=to, regimes="us-app")
    assert report.outcome == outcome
    assert report.answer.exceptions == (["APP"] if outcome == "license_exception" else [])


@pytest.mark.parametrize(
    ("to", "exportable"), [("CN", "license"), ("FR", "conditional"), ("HR", "unknown")]
)
def test_of_earlier_tiers_only_what_is_known_is_used(to: str, exportable: str) -> None:
    report = compliance.check(stated(app=9), on="2015-01-01", to=to, regimes="us-app")
    assert report.exportable == exportable


def test_bulgaria_changes_tiers_on_2006_06_03() -> None:
    """71 FR 20876."""
    found = [
        compliance.check(stated(app=1), on=day, to="BG", regimes="us-app").outcome
        for day in ("2006-06-02", "2006-06-03")
    ]
    assert found == ["license_required", "license_exception"]


def test_the_tiers_do_not_overlap() -> None:
    groups, day = all_groups(), date(2026, 9, 24)
    assert not set(groups["T:1"].members) & set(groups["T:3"].members)
    assert len(groups["T:3"].members) == 50
    for known, tier in (("W:1", "T:1"), ("W:3", "T:3")):
        assert set(Destinations(known).members(day)) <= set(Destinations(tier).members(day))


def test_all_group_files_of_a_jurisdiction_see_territories_alike() -> None:
    folder = data.root() / "rules" / "groups"
    seen: dict[str, list[Any]] = {}
    for file in folder.iterdir():
        content: Any = read(file.read_text(encoding="utf-8"), file.name).data
        if "jurisdiction" in content:
            seen.setdefault(content["jurisdiction"], []).append(content["treated_as"])
    assert len(seen["US"]) > 1
    assert all(each == alike[0] for alike in seen.values() for each in alike)
    assert seen_by("US", "HK") == "CN"


# -- CTP --------------------------------------------------------------------------------------


def test_ctp_is_stated_and_never_derived() -> None:
    fast = chip(
        compute={"fp64": "100 TFLOPS", "int8": "4000 TOPS"}, declared={"tpp": Decimal(32000)}
    )
    for subject in (fast, computer(contains=[{"chip": fast, "count": 8}]), stated(app=1000)):
        found = measure(subject).values["ctp"]
        assert found.low is found.high is None
        assert found.lacks == ("CTP",)
    assert measure(stated(ctp=190000)).values["ctp"].exact


@pytest.mark.parametrize(
    ("law", "entry", "level", "at"),
    [
        ("us-ctp-1994-02-24", "supercomputer", 1500, TRUE),
        ("us-ctp-1994-02-24", "4A03A", 260, FALSE),
        ("us-ctp-1996-01-25", "4A03A", 2000, FALSE),
        ("us-ctp-1998-01-15", "4A003.b", 2000, FALSE),
        ("us-ctp-2002-03-08", "4A003.b", 2000, FALSE),
    ],
)
def test_ctp_entries_at_the_line(law: str, entry: str, level: int, at: Truth) -> None:
    """FR Doc. 94-4156: equal to or exceeding 1,500, not exceeding 260; 63 FR 2452: exceeding."""
    assert listed(stated(ctp=level - STEP), law, entry) is FALSE
    assert listed(stated(ctp=level), law, entry) is at
    assert listed(stated(ctp=level + STEP), law, entry) is TRUE


TIER_3 = [
    # day, Mtops up to which nobody needs a license, civil end users don't, and nobody knows
    ("1997-01-01", 2000, 7000, 0),
    ("1998-06-01", 2000, 7000, 0),
    ("1999-09-01", 2000, 12300, 0),
    ("2000-02-01", 2000, 12300, 6500),
    ("2000-12-01", 2000, 12300, 28000),
    ("2001-02-01", 85000, 85000, 0),
    ("2003-01-01", 190000, 190000, 0),
]


@pytest.mark.parametrize(("day", "free", "civil", "open_"), TIER_3)
def test_tier_3_at_the_line(day: str, free: int, civil: int, open_: int) -> None:
    """GAO/NSIAD-98-196, 64 FR 42009, 66 FR 5443 and GAO-02-892: up to and including the level."""

    def exportable(mtops: Decimal | int, **claims: str) -> str:
        question: Any = {"on": day, "to": "CN", "regimes": "us-ctp", **claims}
        return compliance.check(stated(ctp=mtops), **question).exportable

    highest = max(free, civil, open_)
    assert exportable(free) in ("yes", "conditional")
    assert exportable(highest + STEP, claims="CTP") == "license"
    assert exportable(civil, claims="CTP") == "conditional"
    if civil > max(free, open_):
        assert exportable(civil) == "license"
    if open_:
        assert exportable(open_) == "unknown"
        assert exportable(open_ + STEP) == "license"


def test_the_military_level_of_2000_waits_for_a_day_nobody_published() -> None:
    """64 FR 42009: about 180 days after the report of 1999-07-26."""
    for day, expected in (("2000-01-21", "license"), ("2000-01-22", "unknown")):
        question: Any = {"on": day, "to": "CN", "regimes": "us-ctp"}
        assert compliance.check(stated(ctp=6500), **question).exportable == expected


@pytest.mark.parametrize(
    ("to", "exportable"),
    [("RU", "license"), ("FR", "yes"), ("KR", "unknown"), ("IQ", "license"), ("US", "yes")],
)
def test_of_the_tiers_of_ctp_only_what_is_known_is_used(to: str, exportable: str) -> None:
    report = compliance.check(stated(ctp=15000), on="1999-12-01", to=to, regimes="us-ctp")
    assert report.exportable == exportable


def test_supercomputers_of_1994_have_destinations_that_were_not_read() -> None:
    report = compliance.check(stated(ctp=1500), on="1995-01-01", to="CN", regimes="us-ctp")
    assert report.exportable == "unknown"
    assert report.answer.missing == ["the country groups on 1995-01-01"]


# -- three measures, none converted into another ----------------------------------------------


def test_a_stated_ctp_says_nothing_of_app_and_a_stated_app_nothing_of_ctp() -> None:
    old = compliance.check(stated(ctp=10**9), on="2026-03-01", regimes="us-app")
    assert old.exportable == "unknown"
    assert measure(stated(ctp=10**9)).values["app"].low is None
    new = compliance.check(stated(app=1000), on="2003-01-01", regimes="us-ctp")
    assert (new.exportable, new.answer.missing) == ("unknown", ["CTP"])

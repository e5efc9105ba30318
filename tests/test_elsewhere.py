"""The law of the EU and Japan, and Canada's proposal: limits, dates, destinations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from builders import chip

import compliance
from compliance.assessments import Assessment
from compliance.chips import Chip
from compliance.errors import InputError
from compliance.groups import Destinations, all_groups
from compliance.logic import FALSE, TRUE
from compliance.questions import to_day
from compliance.rulebook import all_rulesets

EU = "eu-annex1-2025-11-15"
EU_LISTS = [law.id for law in all_rulesets() if law.regime == "eu-annex1"]
JP_FAST, JP = "jp-meti-2025-05-28", "jp-meti-2026-02-14"
JP_TEXTS = [law.id for law in all_rulesets() if law.regime == "jp-meti"]
CA = "ca-ecl-2026-04-25"
TPP_ENTRIES = {EU: "3A501.a.16", JP: "6-1-yo", CA: "5506 (circuits)"}
FPLD_ENTRIES = {**dict.fromkeys(EU_LISTS, "3A001.a.7"), **dict.fromkeys(JP_TEXTS, "6-1-to")}
APP_LIMITS = [
    ("eu-annex1-2022-01-07", "4A003.b", 29),
    ("eu-annex1-2023-01-12", "4A003.b", 70),
    ("eu-annex1-2023-12-16", "4A003.b", 70),
    ("eu-annex1-2024-11-08", "4A003.b", 70),
    (EU, "4A003.b", 70),
    ("jp-meti-2021-12-15", "7-3-ro", 29),
    ("jp-meti-2022-12-06", "7-3-ro", 70),
    (JP_FAST, "7-3-ro", 70),
    (JP, "7-3-ro", 70),
]
NO_NUMBER = {EU: "3A001.a.9", JP: "6-1-chi"}
REVIEW = "needs review: neural-network circuit or not"


def under(law: str, item: Chip | str, to: str = "CN") -> Assessment:
    """Return what one ruleset says of an item on its own first day."""
    (assessment,) = compliance.check(item, rulesets=law, to=to).assessments
    return assessment


def system(*chips: Chip, count: int = 1, **fields: Any) -> Chip:  # noqa: ANN401 - as `chip`
    """Return a system of chips."""
    parts = [{"chip": each, "count": count} for each in chips]
    return chip(kind="system", contains=parts, **fields)


def fpga(**fields: Any) -> Chip:  # noqa: ANN401 - as `chip`
    """Return an FPGA that is under every limit but for the fields given."""
    least = {"single_ended_io": 700, "transceivers": "499.999 Gb/s", "lut_inputs": 1}
    return chip(compute={"int8": "1 TOPS"}, fpld={**least, **fields})


# Total processing performance


@pytest.mark.parametrize("law", TPP_ENTRIES)
@pytest.mark.parametrize(
    ("compute", "listed"),
    [
        ({"int8": "750 TOPS"}, True),
        ({"fp16": "375 TFLOPS"}, True),
        ({"fp16": "375 TFLOPS", "int8": "749 TOPS"}, True),
        ({"int8": "1500 TOPS", "sparse": True}, True),
        ({"int8": "749.999999 TOPS"}, False),
        ({"fp16": "374.999999 TFLOPS"}, False),
        ({"int8": "1499.999998 TOPS", "sparse": True}, False),
    ],
)
def test_6000_is_in_and_just_below_is_out(
    law: str, compute: dict[str, Any], *, listed: bool
) -> None:
    """METI's examples of exactly 6,000: 750 TOPS at 8 bits, 375 TFLOPS at 16 bits."""
    assessment = under(law, chip(compute=compute))
    assert (TPP_ENTRIES[law] in assessment.entries) is listed
    assert assessment.exportable == ("license" if listed else "yes")


@pytest.mark.parametrize(("declared", "listed"), [(6000, True), (Decimal("5999.999"), False)])
@pytest.mark.parametrize("law", TPP_ENTRIES)
def test_the_makers_own_figure_counts(law: str, declared: Decimal, *, listed: bool) -> None:
    item = chip(compute={"int8": "750 TOPS"}, declared={"tpp": declared})
    assert (TPP_ENTRIES[law] in under(law, item).entries) is listed


def test_the_second_example_of_the_eu_does_not_reach_its_limit() -> None:
    """300 TFLOPS at 16 bits come to 4,800; the operative number is 6,000."""
    assert under(EU, chip(compute={"fp16": "300 TFLOPS"})).outcome == "not_listed"
    assert any("300 TFLOPS" in note for note in compliance.ruleset(EU).notes)


@pytest.mark.parametrize(
    ("bandwidth", "rate", "listed"),
    [
        ("600 GB/s", "750 TOPS", True),
        ("599.999 GB/s", "750 TOPS", False),
        ("600 GB/s", "749.999 TOPS", False),
    ],
)
def test_japan_first_asked_for_fast_links_as_well(
    bandwidth: str, rate: str, *, listed: bool
) -> None:
    links = [{"name": "link", "bandwidth": bandwidth}]
    item = chip(compute={"int8": rate}, links=links)
    assert ("6-1-yo" in under(JP_FAST, item).entries) is listed


@pytest.mark.parametrize("law", [EU, JP])
def test_neither_die_area_nor_market_nor_links_matter(law: str) -> None:
    bare = under(law, chip(compute={"int8": "750 TOPS"}))
    assert bare.exportable == "license"
    assert bare.missing == ()
    consumer = chip(compute={"int8": "750 TOPS"}, market="consumer", links=[], dies=[])
    assert under(law, consumer).exportable == "license"
    small = chip(compute={"int8": "749 TOPS"}, dies=[{"name": "die", "area": "1 mm^2"}])
    assert under(law, small).exportable == "yes"


@pytest.mark.parametrize(("law", "entry"), [(EU, "4A507"), (JP, "7-7"), (JP_FAST, "7-7")])
def test_one_listed_circuit_makes_the_computer_listed(law: str, entry: str) -> None:
    links = [{"name": "link", "bandwidth": "600 GB/s"}]
    fast = chip(compute={"int8": "750 TOPS"}, links=links)
    slow = chip(compute={"int8": "749 TOPS"}, links=links)
    assert entry in under(law, system(fast)).entries
    assert entry not in under(law, system(slow, count=1000)).entries


# Adjusted peak performance


@pytest.mark.parametrize(("law", "entry", "limit"), APP_LIMITS)
def test_app_has_to_exceed_its_limit(law: str, entry: str, limit: int) -> None:
    assert entry not in under(law, chip(kind="system", declared={"app": limit})).entries
    above = under(law, chip(kind="system", declared={"app": Decimal(limit) + Decimal("1e-6")}))
    assert above.entries == [entry]
    assert above.exportable == "license"


@pytest.mark.parametrize(("count", "listed"), [(3, False), (4, True)])
def test_processors_that_share_memory_count_together(count: int, *, listed: bool) -> None:
    """0.3 x 67 TFLOPS each: 60.3 WT of three, 80.4 WT of four."""
    processor = chip(compute={"fp64": "67 TFLOPS", "int8": "1 TOPS"}, vector=False)
    node = system(processor, count=count, shared_memory=True)
    apart = system(processor, count=count, shared_memory=False)
    for law, entry in ((EU, "4A003.b"), (JP, "7-3-ro")):
        assert (entry in under(law, node).entries) is listed
        assert entry not in under(law, apart).entries


# Field programmable logic


@pytest.mark.parametrize("law", FPLD_ENTRIES)
@pytest.mark.parametrize(
    ("fields", "listed"),
    [
        ({}, False),
        ({"single_ended_io": 701}, True),
        ({"transceivers": "500 Gb/s"}, True),
        ({"transceivers": "62.5 GB/s"}, True),
    ],
)
def test_programmable_logic(law: str, fields: dict[str, Any], *, listed: bool) -> None:
    """700 inputs and outputs are out and 701 in; 500 Gb/s are in."""
    assessment = under(law, fpga(**fields))
    assert (FPLD_ENTRIES[law] in assessment.entries) is listed
    assert assessment.exportable == ("license" if listed else "yes")


@pytest.mark.parametrize("law", [EU, JP])
def test_a_chip_that_is_no_programmable_logic_lacks_nothing_of_it(law: str) -> None:
    assert under(law, chip(compute={"int8": "1 TOPS"})).outcome == "not_listed"


@pytest.mark.parametrize(("law", "entry"), [(EU, "3A502.i"), (JP, "6-10-2")])
def test_two_boards_worth_of_look_up_tables(law: str, entry: str) -> None:
    """The text's example: two devices with 150,000 tables of 6 inputs are in."""
    assert entry in under(law, system(fpga(lut_inputs=150_000 * 6), count=2)).entries
    assert entry not in under(law, system(fpga(lut_inputs=150_000 * 6 - 1), count=2)).entries
    assert entry not in under(law, system(chip(compute={"int8": "1 TOPS"}))).entries


def test_japan_had_no_entry_for_tables_in_2025() -> None:
    assert "6-10-2" not in compliance.ruleset(JP_FAST).entry


# Neural networks


@pytest.mark.parametrize("law", [*EU_LISTS, *JP_TEXTS])
def test_a_neural_network_circuit_needs_a_person(law: str) -> None:
    item = chip(compute={"int8": "1 TOPS"}, links=[], neural_network=True)
    for each in (item, system(item, declared={"app": 1})):
        assessment = under(law, each)
        assert assessment.exportable == "unknown"
        assert REVIEW in assessment.missing
    assert under(law, chip(compute={"int8": "1 TOPS"}, links=[])).outcome == "not_listed"


@pytest.mark.parametrize("to", ["CN", "US", "KR"])
def test_it_is_never_simply_free_to_leave(to: str) -> None:
    item = chip(compute={"int8": "1 TOPS"}, neural_network=True)
    report = compliance.check(item, origin=["EU", "JP"], to=to, on="2026-11-01")
    assert report.exportable == "unknown"
    assert REVIEW in report.answer.missing


@pytest.mark.parametrize("law", [EU, JP])
def test_a_listed_circuit_needs_no_such_review(law: str) -> None:
    item = chip(compute={"int8": "750 TOPS"}, neural_network=True)
    assessment = under(law, item)
    assert assessment.exportable == "license"
    # Japan takes such circuits out of the entry; the EU only points from one to the other.
    assert (NO_NUMBER[law] in assessment.possible_entries) is (law == EU)


@pytest.mark.parametrize(
    ("item", "exportable"),
    [
        ("huawei-ascend-910b4", "unknown"),
        ("huawei-ascend-910b3", "unknown"),
        ("huawei-ascend-910b2", "license"),
        ("huawei-ascend-910c", "license"),
    ],
)
def test_chips_sold_as_neural_processing_units(item: str, exportable: str) -> None:
    assert under(EU, item).exportable == exportable
    assert under(JP, item).exportable == exportable


# Chips of the market

DAYS = {"EU": "2025-11-15", "JP v1": "2025-05-28", "JP v2": "2026-02-14"}


@pytest.mark.parametrize(
    ("item", "listed"),
    [
        ("nvidia-a100-sxm4-80gb", ()),
        ("nvidia-a800-sxm4-80gb", ()),
        ("nvidia-l40s", ()),
        ("nvidia-rtx-4090", ()),
        ("nvidia-h20-96gb", ()),
        ("amd-mi250x", ("EU", "JP v1", "JP v2")),
        ("nvidia-rtx-5090", ("EU", "JP v2")),
        ("nvidia-h100-sxm5-80gb", ("EU", "JP v1", "JP v2")),
        ("nvidia-h800-sxm5-80gb", ("EU", "JP v2")),
    ],
)
def test_who_is_listed_where(item: str, listed: tuple[str, ...]) -> None:
    found = []
    for name, day in DAYS.items():
        report = compliance.check(item, origin=name[:2], to="CN", on=day)
        assert report.exportable in ("license", "yes")
        found += [name] if report.exportable == "license" else []
    assert found == list(listed)


def test_the_us_lists_what_the_eu_and_japan_do_not() -> None:
    """A TPP of 4,800 against one of 6,000."""
    for item in ("nvidia-a100-sxm4-80gb", "nvidia-rtx-4090", "nvidia-l40s"):
        ours = compliance.check(item, origin="US", to="CN", on="2026-03-01")
        theirs = compliance.check(item, origin=["EU", "JP"], to="CN", on="2026-03-01")
        assert ours.exportable != "yes"
        assert theirs.exportable == "yes"


def test_cut_links_kept_the_h800_off_japans_list_for_a_while() -> None:
    def on(day: str) -> str:
        return compliance.check("nvidia-h800-sxm5-80gb", origin="JP", to="US", on=day).exportable

    assert on("2025-05-27") == on("2025-05-28") == on("2026-02-13") == "yes"
    assert on("2026-02-14") == "license"


def test_before_november_2025_the_eu_listed_no_such_chip() -> None:
    def on(day: str) -> str:
        return compliance.check("nvidia-h100-sxm5-80gb", origin="EU", to="CN", on=day).exportable

    assert on("2022-01-07") == on("2025-11-14") == "yes"
    assert on("2025-11-15") == "license"


# Destinations


@pytest.mark.parametrize("to", ["AU", "CA", "CH", "GB", "IS", "JP", "LI", "NO", "NZ", "US"])
def test_general_authorization_eu001(to: str) -> None:
    report = compliance.check("nvidia-h100-sxm5-80gb", origin="EU", to=to, on="2026-01-01")
    assert (report.outcome, report.exportable) == ("general_authorization", "conditional")
    assert report.answer.exceptions == ["EU001"]


@pytest.mark.parametrize("to", ["CN", "TW", "KR", "TR", "RS", "IL", "AE", "GL", "NC"])
def test_elsewhere_an_authorization_is_asked_for(to: str) -> None:
    report = compliance.check("nvidia-h100-sxm5-80gb", origin="EU", to=to, on="2026-01-01")
    assert (report.outcome, report.exportable) == ("license_required", "license")
    assert report.answer.reviews == ["unstated"]


@pytest.mark.parametrize("to", ["FR", "DE", "MT", "RE", "AX", "MC"])
def test_within_the_union_nothing_is_asked_for(to: str) -> None:
    report = compliance.check("nvidia-h100-sxm5-80gb", origin="EU", to=to, on="2026-01-01")
    assert (report.outcome, report.exportable) == ("no_license_required", "yes")


@pytest.mark.parametrize("origin", ["EU", "DE", "France"])
def test_the_law_of_a_member_state_is_that_of_the_union(origin: str) -> None:
    report = compliance.check("nvidia-h100-sxm5-80gb", origin=origin, to="CN", on="2026-01-01")
    assert report.answer.because == [EU]


@pytest.mark.parametrize(("to", "ids"), [("KR", ["EU002"]), ("US", ["EU001"]), ("CN", [])])
def test_eu002_covers_programmable_logic_but_no_advanced_circuit(to: str, ids: list[str]) -> None:
    report = compliance.check(fpga(single_ended_io=701), origin="EU", to=to, on="2026-01-01")
    assert report.answer.exceptions == ids
    assert report.exportable == ("conditional" if ids else "license")
    both = chip(compute={"int8": "750 TOPS"}, fpld={"single_ended_io": 701})
    report = compliance.check(both, origin="EU", to="KR", on="2026-01-01")
    assert report.exportable == "license"


def test_eu_groups() -> None:
    day = to_day("2026-01-01")
    assert len(Destinations("EU:27").members(day)) == 27
    for name in ("EU:1", "EU:2"):
        assert all(
            Destinations("EU:27").has(code, day) is FALSE for code in all_groups()[name].members
        )
    assert all_groups()["EU:1"].has("NO", day) is TRUE


def test_japans_list_is_for_every_destination() -> None:
    for to in ("US", "CN", "KR", "DE"):
        report = compliance.check("nvidia-h100-sxm5-80gb", origin="JP", to=to, on="2026-03-01")
        assert report.exportable == "license"


def test_a_shipment_of_small_value_leaves_japan_on_a_claim() -> None:
    def to(code: str, claims: tuple[str, ...] = ()) -> str:
        day = DAYS["JP v2"]
        item = "nvidia-rtx-5090"
        return compliance.check(item, origin="JP", to=code, on=day, claims=claims).exportable

    assert to("DE") == "license"
    assert to("DE", ("small-value",)) == "conditional"
    assert to("IR", ("small-value",)) == "license"


# Canada


def test_a_proposal_counts_only_when_it_is_named() -> None:
    item = "nvidia-h100-sxm5-80gb"
    named = compliance.check(item, rulesets=CA, to="CN", on="2026-11-01")
    assert named.exportable == "license"
    assert any("a proposal, not law" in remark for remark in named.remarks)
    assert any("summary" in remark for remark in named.remarks)
    beside = compliance.check(item, origin="CA", to="CN", on="2026-11-01", proposed=True)
    assert [a.ruleset.id for a in beside.assessments] == [CA]
    assert beside.exportable == "unknown"
    assert under(CA, item, to="US").outcome == "no_license_required"


# Dates


def test_the_chains_are_whole() -> None:
    assert EU_LISTS[0] == "eu-annex1-2022-01-07"
    assert EU_LISTS[-1] == EU
    assert JP_TEXTS == ["jp-meti-2021-12-15", "jp-meti-2022-12-06", JP_FAST, JP]


@pytest.mark.parametrize(
    ("law", "evidence"),
    [(EU, "primary"), (JP, "primary"), (JP_FAST, "secondary"), (CA, "secondary")],
)
def test_how_well_it_is_attested(law: str, evidence: str) -> None:
    """Of Japan in 2025 the scope was not read in the text of that day."""
    assert under(law, "nvidia-h100-sxm5-80gb").evidence == evidence


def test_a_list_that_may_have_been_replaced_says_so() -> None:
    item = "nvidia-h100-sxm5-80gb"
    before = compliance.check(item, origin="EU", to="CN", on="2026-10-31")
    assert not any("replaced" in remark for remark in before.remarks)
    after = compliance.check(item, origin="EU", to="CN", on="2026-11-01")
    assert any("replaced" in remark for remark in after.remarks)


def test_before_the_first_list_nothing_is_known() -> None:
    report = compliance.check("nvidia-h100-sxm5-80gb", origin="EU", to="CN", on="2022-01-06")
    assert report.exportable == "unknown"


def test_an_origin_without_law_here_is_refused() -> None:
    with pytest.raises(InputError, match="a member of the EU"):
        compliance.check("nvidia-h100-sxm5-80gb", origin="KR", to="CN", on="2026-01-01")

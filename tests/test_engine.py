"""The two steps of the law, by their laws: refinement, precedence, scope, letters, systems."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import RULESET, chip
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import compliance
from compliance.assessments import STRICTNESS, Assessment
from compliance.chips import Chip
from compliance.circumstances import Question
from compliance.engine import assess, classify
from compliance.items import measure
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.readings import INFORMED
from compliance.report import words
from compliance.rulebook import all_rulesets, first_day, ruleset
from compliance.rulesets import Ruleset

LAWS = all_rulesets()
COUNTRIES = ("CN", "HK", "MO", "RU", "KH", "VN", "AE", "SA", "DE", "US", "IL", "CY", "TW", "BR")

# Rates that put the TPP on, near and between the limits; areas likewise for the density.
RATES = st.sampled_from([0, 100, 199, 200, 299, 300, 301, 400, 599, 600, 601, 2000, 2624, 2625])
AREAS = st.sampled_from([50, 270, 405, 500, 811, 814, 1500, 3000])
BANDWIDTHS = st.sampled_from([64, 599, 600, 1099, 1100, 1399, 1400, 1700, 4000, 6499, 6500])


@st.composite
def full_specs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a spec in which every fact the law asks for is known exactly."""
    memory = draw(BANDWIDTHS)
    return {
        "name": draw(st.sampled_from(["A100", "Instinct MI250X", "H20", "Other 7"])),
        "vendor": draw(st.sampled_from(["NVIDIA", "AMD", "Intel", "Somebody"])),
        "market": draw(st.sampled_from(["datacenter", "consumer"])),
        "released": draw(st.sampled_from(["2021-05-14", "2022-08-26", "2024-02-17"])),
        "compute": {"int8": f"{draw(RATES)} TOPS", "fp32": "1 TFLOPS"},
        "dies": [
            {"name": "die", "area": f"{draw(AREAS)} mm^2", "planar": draw(st.booleans())}
            for _ in range(draw(st.integers(1, 2)))
        ],
        "memory": {
            "type": draw(st.sampled_from(["HBM3", "GDDR7"])),
            "bandwidth": f"{memory} GB/s",
        },
        "transistors": Decimal(draw(st.sampled_from(["29e9", "30e9", "34e9", "90e9"]))),
        "links": [{"name": "link", "bandwidth": f"{draw(BANDWIDTHS)} GB/s"}],
    }


FORGETTABLE = ["market", "released", "compute", "dies", "links", "memory", "transistors"]


@st.composite
def forgotten(draw: st.DrawFn) -> tuple[Chip, Chip]:
    """Draw a chip, and the same chip with some facts missing or widened to a range."""
    full = draw(full_specs())
    less = dict(full)
    for field in draw(st.sets(st.sampled_from(FORGETTABLE))):
        del less[field]
    if "dies" in less and draw(st.booleans()):
        lost = draw(st.sampled_from(["area", "planar"]))
        first = {k: v for k, v in less["dies"][0].items() if k != lost}
        less["dies"] = [first, *less["dies"][1:]]
    if "compute" in less and draw(st.booleans()):
        top, rest = less["compute"]["int8"], {"fp32": less["compute"]["fp32"]}
        blurred = draw(st.sampled_from([{"min": "0 TOPS", "max": top}, {"min": top}, None]))
        less["compute"] = rest if blurred is None else {"int8": blurred, **rest}
        if blurred is None and draw(st.booleans()):
            less["compute"]["complete"] = False
    if "memory" in less and draw(st.booleans()):
        amount = less["memory"]["bandwidth"]
        less["memory"] = {
            "type": "HBM3",
            "bandwidth": {"min": "10 GB/s", "max": amount}
            if amount[:2] != "64"
            else {"min": amount},
        }
    return chip(**full), chip(**less)


QUESTIONS = st.builds(
    Question,
    st.dates(date(2022, 8, 26), date(2026, 12, 31)),
    st.sampled_from(COUNTRIES),
    st.sampled_from([None, *COUNTRIES]),
    st.sampled_from(["export", "reexport", "transfer"]),
    st.sampled_from([None, True, False]),
    st.sampled_from(["enforced", "text"]),
    st.none(),
    st.sampled_from(["other", "other", "fabricator", "osat"]),
    st.sampled_from(["approved", "packager", "none"]),
    st.sampled_from([None, 1, 10**6]),
)


@given(forgotten(), st.sampled_from(LAWS), QUESTIONS)
def test_filling_in_what_is_unknown_never_changes_a_decided_answer(
    pair: tuple[Chip, Chip], law: Ruleset, question: Question
) -> None:
    full, less = pair
    before = assess(law, measure(less), question)
    after = assess(law, measure(full), question)
    if before.exportable != "unknown":
        assert after.exportable == before.exportable
    for name, truth in before.facts.entries.items():
        if truth is not UNKNOWN:
            assert after.facts.entries[name] is truth


@given(forgotten(), st.sampled_from(LAWS), QUESTIONS)
def test_an_unknown_answer_names_what_it_lacks(
    pair: tuple[Chip, Chip], law: Ruleset, question: Question
) -> None:
    for subject in pair:
        found = assess(law, measure(subject), question)
        assert bool(found.missing) is (found.exportable == "unknown")
        assert all(found.missing), "a fact without a name"


@given(full_specs(), st.sampled_from([law for law in LAWS if law.kind == "code"]), QUESTIONS)
def test_a_code_decides_where_every_fact_is_known(
    spec: dict[str, Any], law: Ruleset, question: Question
) -> None:
    found = assess(law, measure(chip(**spec)), question)
    unsettled = "KH" in (question.to, question.headquarters) or question.on < date(2022, 9, 1)
    if not unsettled:
        assert found.exportable != "unknown"


@given(
    full_specs(), st.integers(1, 5000), st.sampled_from([x for x in LAWS if x.regime == "us-ear"])
)
def test_more_performance_never_leaves_3a090_a(
    spec: dict[str, Any], more: int, law: Ruleset
) -> None:
    rate = Decimal(spec["compute"]["int8"].split()[0])
    faster = {**spec, "compute": {**spec["compute"], "int8": f"{rate + more} TOPS"}}
    before = classify(law, measure(chip(**spec)))
    after = classify(law, measure(chip(**faster)))
    assert after.entries["3A090.a"] >= before.entries["3A090.a"]


@given(full_specs(), QUESTIONS)
def test_an_item_is_never_in_both_paragraphs(spec: dict[str, Any], question: Question) -> None:
    for law in LAWS:
        found = assess(law, measure(chip(**spec)), question)
        assert not {"3A090.a", "3A090.b"} <= set(found.entries)


def one(spec: Chip, name: str, **asked: Any) -> Assessment:  # noqa: ANN401 - any circumstance
    """Return what one ruleset says on its first day, of China by default."""
    law = ruleset(name)
    question = Question(**{"on": first_day(law), "to": "CN", **asked})
    return assess(law, measure(spec), question)


def datacenter(tpp: int, area: int | None = None, **fields: Any) -> Chip:  # noqa: ANN401
    """Return a data-center chip of a TPP and a die area."""
    dies = [{"name": "die", "area": f"{area} mm^2", "planar": False}] if area else None
    return chip(
        **{
            "market": "datacenter",
            "compute": {"int8": f"{Decimal(tpp) / 8} TOPS"},
            "dies": dies,
            **fields,
        }
    )


RULE = "us-ear-2023-11-17"


@pytest.mark.parametrize(
    ("tpp", "area", "entries"),
    [
        (4800, 3000, ["3A090.a"]),  # a.1 whatever the density
        (4800, 1200, ["3A090.a"]),  # b.2 has no upper TPP: .a outranks it
        (4799, 811, ["3A090.b"]),  # 5.917
        (1600, 270, ["3A090.a"]),  # 5.926: a.2
        (1600, 500, ["3A090.b"]),  # 3.2 exactly: b.2
        (1600, 501, []),
        (1599, 100, []),  # under 1,600 nothing is listed, however dense
        (2400, 1500, ["3A090.b"]),  # 1.6 exactly: b.1
        (2400, 1501, []),
        (2399, 1499, []),
    ],
)
def test_the_map_of_3a090(tpp: int, area: int, entries: list[str]) -> None:
    """3A090.a and .b since November 17, 2023 (88 FR 73458)."""
    assert one(datacenter(tpp, area), RULE).entries == entries


def test_note_2_takes_out_what_is_not_for_datacenters() -> None:
    assert one(datacenter(4799, 500, market="consumer"), RULE).entries == []
    assert one(datacenter(4800, 500, market="consumer"), RULE).entries == ["3A090.a"]


def test_wide_formats_alone_are_a_lower_bound() -> None:
    """A card whose sheet has only FP32 is not thereby free of control."""
    die = [{"name": "die", "area": "814 mm^2", "planar": False}]
    spec = chip(market="datacenter", compute={"fp32": "67 TFLOPS"}, dies=die)
    assert one(spec, RULE).exportable == "unknown"
    said = chip(market="datacenter", compute={"fp32": "67 TFLOPS", "complete": True}, dies=die)
    assert one(said, RULE).exportable == "yes"


def test_an_unknown_market_is_unknown_below_4800_only() -> None:
    below = one(datacenter(4799, 500, market=None), RULE)
    assert (below.exportable, below.missing) == ("unknown", ("market",))
    above = one(datacenter(4800, 500, market=None), RULE)
    assert above.entries == ["3A090.a"]
    assert (above.exportable, above.missing) == ("unknown", ("market",))  # NAC depends on it


def test_a_missing_area_matters_only_between_1600_and_4800() -> None:
    assert one(datacenter(1599), RULE).exportable == "yes"
    middle = one(datacenter(3000), RULE)
    assert (middle.exportable, middle.missing) == ("unknown", ("die area",))
    assert one(datacenter(4800), RULE).exportable == "denied"


def test_whatever_the_class_no_license_is_needed_where_no_row_reaches() -> None:
    found = one(datacenter(3000), RULE, to="DE")
    assert (found.outcome, found.exportable) == ("no_license_required", "yes")
    assert found.possible_entries == ["3A090.a", "3A090.b"]


def test_the_limits_of_january_2026() -> None:
    """742.6(b)(10)(iii)(A)(1): TPP < 21,000 and memory bandwidth < 6,500 GB/s, both strict."""
    for tpp, memory, review in (
        (20999, 6499, "case_by_case"),
        (21000, 6499, "presumption_of_denial"),
        (20999, 6500, "presumption_of_denial"),
    ):
        spec = datacenter(tpp, memory={"type": "HBM3", "bandwidth": f"{memory} GB/s"})
        assert one(spec, "us-ear-2026-01-15").review == review
    found = one(datacenter(20999), "us-ear-2026-01-15")
    assert (found.exportable, found.missing) == ("unknown", ("memory bandwidth",))


def test_license_exception_hbm_ends_at_3_3() -> None:
    """740.25: less than 3.3 GB/s/mm^2; 3A090.c: greater than 2."""
    for bandwidth, entries, exportable in (
        ("200 GB/s", [], "yes"),
        ("200.0001 GB/s", ["3A090.c"], "conditional"),
        ("329.9999 GB/s", ["3A090.c"], "conditional"),
        ("330 GB/s", ["3A090.c"], "denied"),
    ):
        memory = {"type": "HBM2", "bandwidth": bandwidth}
        found = one(chip(kind="hbm", memory=memory, package_area="100 mm^2"), "us-ear-2024-12-02")
        assert (found.entries, found.exportable) == (entries, exportable)


def test_a_compliance_date_still_to_come() -> None:
    memory = {"type": "HBM3", "bandwidth": "819 GB/s"}
    stack = chip(kind="hbm", memory=memory, package_area="121 mm^2")
    early = one(stack, "us-ear-2024-12-02", on=date(2024, 12, 30))
    assert (early.entries, early.exportable) == (["3A090.c"], "yes")
    assert [row.id for row in early.due] == ["hbm"]
    assert one(stack, "us-ear-2024-12-02", on=date(2024, 12, 31)).exportable == "denied"


LETTER = "us-informed-2025-04-09"
FAST = {"type": "HBM3", "bandwidth": "4000 GB/s"}


def test_a_letter_binds_its_addressees() -> None:
    for vendor in ("NVIDIA", "AMD", "Intel", "nvidia"):
        assert one(chip(vendor=vendor, memory=FAST), LETTER).exportable == "license"


def test_a_letter_leaves_open_whether_others_were_informed() -> None:
    spec = chip(vendor="Somebody", memory=FAST)
    found = one(spec, LETTER)
    assert (found.exportable, found.missing) == ("unknown", (INFORMED,))
    assert one(spec, LETTER, informed=True).exportable == "license"
    told_not = one(spec, LETTER, informed=False)
    assert (told_not.outcome, told_not.exportable) == ("no_license_required", "yes")
    slow = chip(vendor="Somebody", memory={"type": "GDDR6", "bandwidth": "64 GB/s"}, links=[])
    assert one(slow, LETTER).exportable == "yes"


def test_a_letter_asked_for_by_name_applies_to_any_chip() -> None:
    spec = chip(vendor="Somebody", memory=FAST)
    assert compliance.check(spec, rulesets=[LETTER]).answer.exportable == "license"
    assert compliance.check(spec, on="2025-05-01", regimes=["us-informed"]).answer.because == [
        LETTER
    ]
    told_not = compliance.check(spec, rulesets=[LETTER], informed=False)
    assert told_not.answer.exportable == "yes"


def test_the_exact_line_of_the_letter_names_its_open_point() -> None:
    """One report says "exceeding" 1,400 GB/s, the others "or more"."""
    memory = {"type": "GDDR7", "bandwidth": "1400 GB/s"}
    report = compliance.check(chip(vendor="NVIDIA", memory=memory, links=[]), on="2025-05-01")
    assert any("exactly 1,400 GB/s" in remark for remark in report.remarks)


def test_products_named_in_a_letter_are_whole_words_of_the_same_vendor() -> None:
    name = "us-informed-2022-08-26"
    early = {"released": "2020-05"}
    for vendor in ("NVIDIA", "NVIDIA Corporation", "Nvidia Corp."):
        for product in ("A100 PCIe 40GB", "A100-SXM4-80GB", "A100/80", "Tesla (A100)"):
            assert one(chip(name=product, vendor=vendor, **early), name).entries == ["letter"]
    long = chip(name="Instinct MI250X", vendor="Advanced Micro Devices, Inc.", **early)
    assert one(long, name).entries == ["letter-amd"]
    assert one(chip(name="DRIVE A1000", vendor="NVIDIA", **early), name).entries == []
    assert one(chip(name="A100", vendor="Somebody", **early), name).entries == []
    later = one(chip(name="New", vendor="NVIDIA", released="2023-03"), name)
    assert later.exportable == "unknown"
    others = one(chip(name="New", vendor="Somebody", released="2023-03"), name)
    assert others.exportable == "yes"


def test_a_system_is_tested_by_its_chips_and_never_summed() -> None:
    """4A090.a: any IC that meets or exceeds 3A090.a; the ICs are not added up."""
    small = datacenter(1599, 814)
    box = chip(kind="system", contains=[{"chip": small, "count": 1000}])
    assert one(box, RULE).entries == []
    large = datacenter(4800, 814, id="large")
    mixed = chip(kind="system", contains=[{"chip": small}, {"chip": large}])
    found = one(mixed, RULE)
    assert (found.entries, found.exportable) == (["4A090.a"], "denied")
    rack = chip(kind="system", contains=[{"chip": mixed, "count": 4}])
    assert one(rack, RULE).entries == ["4A090.a"]


def test_hbm_in_a_system_is_refused_rather_than_overlooked() -> None:
    stack = chip(kind="hbm", memory={"type": "HBM3", "bandwidth": "819 GB/s"})
    with pytest.raises(ValidationError, match="an HBM stack in a system"):
        chip(kind="system", contains=[{"chip": stack}])


def test_a_system_ends_as_its_strictest_chip_does() -> None:
    gaming = datacenter(5000, 600, market="consumer", id="gaming")
    box = chip(kind="system", contains=[{"chip": gaming}])
    assert one(box, RULE).exceptions == ["NAC"]
    both = chip(kind="system", contains=[{"chip": gaming}, {"chip": datacenter(5000, 600)}])
    assert one(both, RULE).exportable == "denied"


def test_a_system_with_an_unknown_chip_lacks_what_the_chip_lacks() -> None:
    box = chip(kind="system", contains=[{"chip": datacenter(3000)}])
    assert one(box, RULE).missing == ("die area",)


def test_cambodia_in_the_window_of_2025_is_unknown_only_where_it_matters() -> None:
    chip_a = datacenter(4800, 814)
    found = one(chip_a, "us-ear-2024-12-02", to="KH", on=date(2025, 11, 15))
    assert found.exportable == "unknown"
    assert found.missing == ("the country groups on 2025-11-15",)
    free = one(datacenter(1000, 814), "us-ear-2024-12-02", to="KH", on=date(2025, 11, 15))
    assert free.exportable == "yes"


def test_headquarters_default_to_the_destination() -> None:
    spec = datacenter(5000, 814)
    day = date(2024, 6, 1)
    name = "us-ear-2024-04-04"
    assert one(spec, name, to="SG", on=day).exportable == "yes"
    assert one(spec, name, to="SG", headquarters="CN", on=day).exportable == "denied"
    assert one(spec, name, to="US", headquarters="CN", on=day).exportable == "yes"


def test_the_order_of_strictness_is_total() -> None:
    outcomes = [(outcome, review) for outcome, review, _ in STRICTNESS]
    assert len(set(outcomes)) == len(outcomes)
    assert [e for _, _, e in STRICTNESS] == sorted(
        [e for _, _, e in STRICTNESS],
        key=["yes", "conditional", "license", "denied"].index,
    )


def test_a_caveat_is_said_of_what_it_concerns() -> None:
    """The worldwide requirement of January 2025 stands in the text and is not enforced."""
    notice = "us-policy-2025-05-13: BIS announced on May 13, 2025"
    listed = compliance.check("nvidia-h100-sxm5-80gb", to="BR", on="2025-06-01")
    assert listed.answer.exportable == "yes"
    assert any(remark.startswith(notice) for remark in listed.remarks)
    for name, day in (("nvidia-h100-sxm5-80gb", "2025-05-12"), ("nvidia-l2", "2025-06-01")):
        report = compliance.check(name, to="BR", on=day)
        assert not any(remark.startswith(notice) for remark in report.remarks)


def test_a_later_day_than_the_last_comparison_is_said() -> None:
    stale = "us-ear-2026-07-10: last compared with its sources on 2026-09-24, before 2026-09-25"
    assert stale in compliance.check("nvidia-l2", on="2026-09-25").remarks
    for day, names in (("2026-09-24", ()), ("2026-11-22", ("us-ear-2022-10-21",))):
        remarks = compliance.check("nvidia-l2", on=day, rulesets=names).remarks
        assert not any("last compared" in remark for remark in remarks)


def test_a_declared_tpp_within_one_percent_needs_no_remark() -> None:
    for declared, remarked in ((8080, False), (8081, True), (7920, False), (7919, True)):
        spec = chip(compute={"int8": "1000 TOPS"}, declared={"tpp": Decimal(declared)})
        remarks = compliance.check(spec, on="2022-11-01").remarks
        assert any("the maker's counts" in remark for remark in remarks) is remarked


def test_where_all_ways_need_a_license_the_strictest_review_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    reviews = "[{policy: presumption_of_approval, when: datacenter}, {policy: case_by_case}]"
    file.write_text(RULESET.replace("[{policy: unstated}]", reviews), encoding="utf-8")
    law = compliance.load_ruleset(file)
    report = compliance.check(datacenter(200, market=None), rulesets=law)
    assert (report.answer.exportable, report.answer.reviews) == ("license", ["case_by_case"])


def test_an_answer_says_when_its_evidence_is_weak() -> None:
    """The review policy of October 2022 was not read in the primary text."""
    report = compliance.check("nvidia-h100-sxm5-80gb", on="2022-11-01")
    assert report.answer.assessments[0].evidence == "unconfirmed"
    assert "us-ear-2022-10-21: the evidence for this is unconfirmed" in report.remarks
    assert compliance.check("nvidia-l2", on="2022-11-01", to="DE").remarks == []


def test_an_unknown_beside_a_stricter_answer_is_shown() -> None:
    report = compliance.check("huawei-ascend-910b2", on="2025-05-01")
    assert report.answer.exportable == "denied"
    assert [a.ruleset.id for a in report.answer.open] == [LETTER]


def test_an_unknown_beside_a_yes_makes_it_unknown() -> None:
    spec = chip(vendor="Somebody", memory=FAST, compute={"int8": "10 TOPS"}, links=[])
    report = compliance.check(spec, on="2025-05-01")
    assert (report.answer.exportable, report.answer.missing) == ("unknown", [INFORMED])


def test_regimes_and_rulesets_are_asked_together() -> None:
    report = compliance.check(
        "nvidia-h20-96gb", on="2025-05-01", regimes="us-ear", rulesets="us-informed-2025-04-09"
    )
    assert [a.ruleset.id for a in report.assessments] == ["us-ear-2025-01-16", LETTER]


def test_a_ruleset_asked_for_before_its_time_says_so() -> None:
    report = compliance.check("nvidia-h20-96gb", on="2023-01-01", rulesets=ruleset(LETTER))
    assert f"{LETTER}: not in force on 2023-01-01" in report.remarks


def test_a_listed_chip_that_may_go_says_why() -> None:
    for asked, why in (
        ({"to": "DE", "on": "2024-06-01"}, "no requirement for DE: TPP 15,840 >= 4,800"),
        ({"on": "2025-05-01", "informed": False, "regimes": "us-informed"}, "was not informed"),
    ):
        report = compliance.check("nvidia-h100-sxm5-80gb", **asked)
        assert report.answer.exportable == "yes"
        assert why in words.reasons(report.assessments[0])


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("chip", None),
        ("chip", 5),
        ("chip", ["nvidia-h20-96gb"]),
        ("on", 5),
        ("on", "soon"),
        ("to", "Chine"),
        ("to", 5),
        ("activity", "smuggle"),
        ("informed", "no"),
        ("regimes", [5]),
        ("rulesets", [5]),
        ("rulesets", "us-eer"),
    ],
)
def test_wrong_arguments_are_input_errors(argument: str, value: object) -> None:
    arguments: dict[str, Any] = {"chip": "nvidia-h20-96gb", argument: value}
    with pytest.raises(compliance.InputError, match=r"expected .+"):
        compliance.check(arguments.pop("chip"), **arguments)


def test_a_day_without_law_is_unknown() -> None:
    report = compliance.check("nvidia-h20-96gb", on="2010-01-01")
    assert (report.answer.outcome, report.answer.exportable) == ("undetermined", "unknown")
    assert report.remarks == ["no bundled ruleset was in force on 2010-01-01"]


def test_truths_are_what_classify_returns() -> None:
    facts = classify(ruleset(RULE), measure(datacenter(3000)))
    assert facts.entries == {
        "3A090.a": UNKNOWN,
        "3A090.b": UNKNOWN,
        "4A090.a": FALSE,
        "4A090.b": FALSE,
    }
    findings = one(datacenter(3000), RULE).findings
    assert {finding.truth for finding in findings} == {FALSE, UNKNOWN, TRUE}


def test_a_condition_is_found_once_however_many_entries_rest_on_it() -> None:
    """Note 2 to 3A090 takes chips out of .a and .b, and NAC asks twice about the market."""
    listed = one(chip(market="consumer", declared={"tpp": Decimal(5000)}), RULE)
    found = [(finding.leaf.id, finding.leaf.text) for finding in listed.findings]
    assert found.count(("Note 2 to 3A090", "datacenter")) == 1
    assert found.count(("NAC", "datacenter")) == 1
    for law in LAWS:
        for kind in {entry.item for entry in law.entries}:
            shown = law.checklist(kind, law.licensing).findings(listed.facts)
            of_entries = [c for e in law.entries if e.item == kind for c in e.criteria]
            stated = {
                (leaf.id, leaf.cite, leaf.text) for node in of_entries for leaf in node.leaves()
            }
            once = {(f.leaf.id, f.leaf.cite, f.leaf.text) for f in shown}
            assert len(once) == len(shown)
            assert once >= stated


def test_a_system_listed_by_its_own_figure_needs_its_license() -> None:
    """4A003.b is about the computer's APP; none of the chips in it need be listed."""
    part = {"chip": {"id": "p", "name": "P", "vendor": "V", "compute": {"int8": "1 TOPS"}}}
    for app, exportable in ((100, "license"), (70, "yes")):
        computer = chip(kind="system", contains=[part], declared={"app": Decimal(app)})
        assert compliance.check(computer, origin="EU", on="2026-01-01").exportable == exportable
    board = {"chip": {**part["chip"], "fpld": {"lut_inputs": 900_000}}, "count": 2}
    boards = chip(kind="system", contains=[board], declared={"app": Decimal(1)})
    found = compliance.check(boards, origin="EU", on="2026-01-01", to="JP").answer
    assert (found.outcome, found.exceptions) == ("general_authorization", ["EU001"])


def test_a_system_without_parts_is_unknown_where_its_chips_matter() -> None:
    computer = chip(kind="system", market="datacenter", declared={"app": Decimal(12)})
    for origin in ("US", "EU", "JP"):
        report = compliance.check(computer, on="2026-03-01", origin=origin)
        assert report.exportable == "unknown"
        assert "the chips in it" in report.answer.missing


@pytest.mark.parametrize("to", ["BY", "CU", "IR", "KP", "RU", "SY"])
def test_nothing_is_called_free_where_an_embargo_may_forbid_it(to: str) -> None:
    """Part 746 is out of scope, and has further controls for these."""
    report = compliance.check("nvidia-rtx-4080", on="2024-06-01", to=to)
    assert report.exportable == "unknown"
    assert any("part 746" in fact for fact in report.answer.missing)
    assert compliance.check("nvidia-h100-sxm5-80gb", on="2024-06-01", to=to).exportable == "denied"


def test_what_leaves_japan_is_a_reexport_to_us_law() -> None:
    """742.6(b)(10)(iii)(A)(1) reviews exports from the United States case by case, and no more."""
    h200 = "nvidia-h200-sxm-141gb"
    asked = {"on": "2026-03-01", "regimes": ["us-ear", "jp-meti"]}
    assert compliance.check(h200, **asked).exportable == "license"  # type: ignore[arg-type]
    both = compliance.check(h200, **asked, origin=["US", "JP"])  # type: ignore[arg-type]
    assert both.exportable == "denied"
    assert any("it is a reexport" in remark for remark in both.remarks)


def test_law_that_was_not_asked_is_named() -> None:
    report = compliance.check("nvidia-a100-sxm4-80gb", on="2026-03-01", origin="EU")
    assert report.exportable == "yes"
    assert any("U.S. law was not asked" in remark for remark in report.remarks)


def test_a_claim_that_does_not_serve_is_said() -> None:
    asked = {"to": "IN", "on": "2025-06-01", "view": "text", "claims": "AIA"}
    report = compliance.check("nvidia-h100-sxm5-80gb", **asked)  # type: ignore[arg-type]
    assert any(remark.startswith("AIA: claimed") for remark in report.remarks)

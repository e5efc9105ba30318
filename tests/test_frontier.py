"""The frontier is where the scalar engine turns, exactly: at, just below and just above it."""

from __future__ import annotations

import csv
import io
import json
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from builders import chip
from hypothesis import given, settings
from hypothesis import strategies as st

import compliance
from compliance import Chip, Edge, Frontier, InputError, Span
from compliance.cli import main
from compliance.logic import FALSE, UNKNOWN
from compliance.report.of_frontier import frontiers
from compliance.scaling import design

AXES = ("compute", "memory_bandwidth", "io_bandwidth", "area")
EAR_2023, EAR_2026 = "us-ear-2023-11-17", "us-ear-2026-01-15"
CASE_BY_CASE = "742.6(b)(10)(iii)(A)(1)"


def accelerator(
    tpp: str = "4000",
    area: str | dict[str, str] | None = "800 mm^2",
    memory: str | dict[str, str] | None = "1000 GB/s",
    links: str | dict[str, str] | None = "400 GB/s",
    **fields: Any,  # noqa: ANN401 - any field of a spec
) -> Chip:
    """Return a chip with what the axes are about; None leaves a figure out."""
    die: dict[str, Any] = {"name": "d", "planar": False}
    spec = {
        "compute": {"int8": f"{Decimal(tpp) / 8:f} TOPS"},
        "dies": [die if area is None else {**die, "area": area}],
        "memory": {"type": "HBM3"} if memory is None else {"type": "HBM3", "bandwidth": memory},
        "links": [{"name": "L"} if links is None else {"name": "L", "bandwidth": links}],
        "market": "datacenter",
    }
    return chip(**{**spec, **fields})


def undeclared_b200() -> Chip:
    return compliance.chip("nvidia-b200-hgx").model_copy(update={"declared": None})


def written(span: Span) -> str:
    """Return a part of an axis in the way of mathematics."""
    high = "oo" if span.high is None else str(span.high)
    return f"{'[' if span.with_low else '('}{span.low}, {high}{']' if span.with_high else ')'}"


def out(found: Frontier) -> list[str]:
    """Return where a chip surely stays out."""
    return [written(span) for span in found.out]


def turns(found: Frontier) -> list[tuple[str, str, bool]]:
    return [(str(edge.at), edge.side, edge.attained) for edge in found.edges]


def conditions(edge: Edge) -> list[tuple[str, str]]:
    """Return the paragraphs and conditions that turn at an edge."""
    return [(stop.leaf.id, stop.leaf.text) for stop in edge.stops]


# --- What the law says --------------------------------------------------------------------------


def test_3a090_a_begins_at_4800() -> None:
    """3A090.a.1: "a TPP of 4800 or more", so the line itself is in."""
    found = compliance.frontier(accelerator(area="2000 mm^2"), out_of="3A090.a", rulesets=EAR_2023)
    assert out(found) == ["(0, 4800)"]
    assert [edge.side for edge in found.edges] == ["below"]
    assert not found.edges[0].attained
    assert conditions(found.edges[0]) == [("3A090.a.1", "tpp >= 4800")]
    assert found.edges[0].stops[0].leaf.cite == "Supplement no. 1 to part 774, 3A090.a"
    assert found.last is found.edges[0]


def test_density_stops_a_small_die_first() -> None:
    """3A090.a.2: a TPP of 1600 or more and a density of 5.92 or more; 5.92 x 300 = 1776."""
    found = compliance.frontier(accelerator(area="300 mm^2"), out_of="3A090.a", rulesets=EAR_2023)
    assert out(found) == ["(0, 1776)"]
    assert conditions(found.edges[0]) == [("3A090.a.2", "performance_density >= 5.92")]


def test_below_3a090_a_a_chip_may_be_in_3a090_b() -> None:
    """3A090.b.1: 2400 to below 4800 at a density of 1.6 to below 5.92."""
    spec = accelerator(area="1000 mm^2")
    found = compliance.frontier(spec, out_of="3A090.b", rulesets=EAR_2023)
    assert out(found) == ["(0, 2400)", "[4800, oo)"]
    assert turns(found) == [("2400", "below", False), ("4800", "above", True)]
    # .b.2 has no upper limit: what takes a chip out of it is that .a comes first.
    assert [(stop.leaf.id, stop.holds) for stop in found.edges[1].stops] == [("3A090.a.1", FALSE)]
    assert found.last is None  # above 4800 it is out of .b again
    both = compliance.frontier(spec, out_of="3A090.[ab]", rulesets=EAR_2023)
    assert out(both) == ["(0, 2400)"]


def test_a_larger_die_lowers_the_density() -> None:
    """The H20, 2368 TPP: out of 3A090.b.2 above 2368 / 3.2 = 740 mm^2, in it at 740."""
    found = compliance.frontier("nvidia-h20-96gb", "area", out_of="3A090*", rulesets=EAR_2023)
    assert out(found) == ["(740, oo)"]
    assert turns(found) == [("740", "above", False)]
    assert conditions(found.edges[0]) == [("3A090.b.2", "performance_density >= 3.2")]
    assert [s.entries for s in found.stretches] == [["3A090.a"], ["3A090.b"], []]
    assert found.stretches[1].span == Span(Fraction(400), Fraction(740), False, True)  # noqa: FBT003


def test_a_frontier_need_not_be_a_decimal() -> None:
    """A TPP of 15840 has a density of 5.92 at 15840 / 5.92 = 99000 / 37 mm^2."""
    found = compliance.frontier(
        accelerator("15840"), "area", compute="4000 TPP", out_of="3A090.a", rulesets=EAR_2023
    )
    assert [edge.at for edge in found.edges] == [Fraction(4000) / Fraction("5.92")]
    at_home = compliance.frontier(accelerator("15840"), "area", out_of="3A090.b", rulesets=EAR_2023)
    assert at_home.edges == ()  # 4800 TPP and more are in .a at any density
    assert out(at_home) == ["(0, oo)"]


def test_consumer_chips_are_free_below_4800() -> None:
    """Note 2 to 3A090: not for datacenters and below 4800; the line of the RTX 4090 D."""
    spec = compliance.chip("nvidia-rtx-4090")
    found = compliance.frontier(spec, rulesets=EAR_2023, to="CN")
    assert out(found) == ["(0, 4800)"]
    assert ("Note 2 to 3A090", "tpp < 4800") in conditions(found.edges[0])
    assert found.own.low
    assert found.own.low > 4800


@pytest.mark.parametrize("spec", ["nvidia-b200-hgx", "nvidia-b300-hgx"])
def test_case_by_case_review_ends_at_21000(spec: str) -> None:
    """742.6(b)(10)(iii)(A)(1): a TPP below 21000 and a memory bandwidth below 6500 GB/s."""
    found = compliance.frontier(
        spec, at_most="license", memory_bandwidth="6499.9 GB/s", rulesets=EAR_2026, to="CN"
    )
    assert out(found) == ["(0, 21000)"]
    assert conditions(found.edges[0]) == [(CASE_BY_CASE, "tpp < 21000")]
    memory = compliance.frontier(
        spec, "memory_bandwidth", at_most="license", compute="20000 TPP", rulesets=EAR_2026, to="CN"
    )
    assert out(memory) == ["(0, 6500)"]
    assert conditions(memory.edges[0]) == [(CASE_BY_CASE, "memory_bandwidth < 6500 GB/s")]
    whole = compliance.frontier(spec, at_most="license", rulesets=EAR_2026, to="CN")
    # With its memory whole, 3A090.a is denied; below 4800 its die area decides whether it is in.
    assert out(whole) == ["(0, 1600)"]
    assert [written(span) for span in whole.open] == ["[1600, 4800)"]


def test_a_b200_gets_there_with_seven_twelfths_of_its_compute() -> None:
    """By arithmetic it has 36000 TPP; the claim put to the law in seeds/claims.yaml says the same.

    By NVIDIA's own 37248 it is a little less: a declared TPP outranks arithmetic, and is cut too.
    """
    asked: Any = {"at_most": "license", "memory_bandwidth": "0.7", "rulesets": EAR_2026}
    arithmetic = compliance.frontier(undeclared_b200(), **asked)
    assert arithmetic.last
    assert arithmetic.last.at / 36000 == Fraction(7, 12)
    declared = compliance.frontier("nvidia-b200-hgx", **asked)
    assert declared.last
    assert declared.last.at / 37248 == Fraction(21000, 37248) < Fraction(7, 12)


def test_letters_add_memory_and_links_up() -> None:
    """Intel's notice of April 2025: 1700 GB/s of both together; 1100 of I/O, 1400 of memory."""
    asked: Any = {"rulesets": "us-informed-2025-04-09", "to": "CN"}
    spec = accelerator(memory="1000 GB/s", links="400 GB/s")
    assert out(compliance.frontier(spec, "io_bandwidth", **asked)) == ["(0, 700)"]
    assert out(compliance.frontier(spec, "memory_bandwidth", **asked)) == ["(0, 1300)"]
    slow = compliance.frontier(spec, "io_bandwidth", memory_bandwidth="500 GB/s", **asked)
    assert out(slow) == ["(0, 1100)"]
    fast = compliance.frontier(spec, "io_bandwidth", memory_bandwidth="1400 GB/s", **asked)
    assert out(fast) == []
    assert not fast.edges


def test_hbm_by_the_area_of_its_package() -> None:
    """3A090.c: more than 2 GB/s/mm^2, so a stack at the line itself is out (89 FR 96790)."""
    stack = chip(kind="hbm", memory={"type": "HBM3", "bandwidth": "819 GB/s"})
    found = compliance.frontier(stack, "area", out_of="3A090.c", rulesets="us-ear-2024-12-02")
    assert out(found) == ["[819/2, oo)"]
    assert found.edges[0].attained
    faster = stack.model_copy(update={"package_area": "121 mm^2"})
    found = compliance.frontier(
        faster, "memory_bandwidth", out_of="3A090.c", rulesets="us-ear-2024-12-02"
    )
    assert out(found) == ["(0, 242]"]


def test_a_system_moves_with_the_chips_in_it() -> None:
    """4A090.a has what contains an IC of 3A090.a: an H100 of 15840 TPP comes to 4800 at 10/33."""
    found = compliance.frontier("nvidia-dgx-h100", out_of="4A090.a", rulesets=EAR_2023)
    assert found.own.low is None
    assert [(edge.at, edge.side) for edge in found.edges] == [(Fraction(10, 33), "below")]
    assert conditions(found.edges[0]) == [("3A090.a.1", "tpp >= 4800")]


def test_the_law_of_2022_took_two_edges() -> None:
    """3A090.a as in 87 FR 62186: 600 GB/s of I/O and 4800 bit length x TOPS."""
    asked: Any = {"out_of": "3A090.a", "rulesets": "us-ear-2022-10-21"}
    assert out(compliance.frontier("nvidia-a100-sxm4-80gb", "io_bandwidth", **asked)) == [
        "(0, 600)"
    ]
    assert out(compliance.frontier(accelerator(links="700 GB/s"), **asked)) == ["(0, 4800)"]
    assert out(compliance.frontier(accelerator(links="500 GB/s"), **asked)) == ["(0, oo)"]


# --- What is not known --------------------------------------------------------------------------


def test_without_an_area_the_band_below_4800_is_open() -> None:
    found = compliance.frontier("nvidia-b200-hgx", out_of="3A090*", rulesets=EAR_2023)
    assert out(found) == ["(0, 1600)"]
    assert [written(span) for span in found.open] == ["[1600, 4800)"]
    first, second = found.edges
    assert first.beyond.missing == ["die area"]
    assert {stop.leaf.text for stop in first.stops} == {"tpp >= 1600"}
    assert second.within.stays_out is UNKNOWN
    assert second.beyond.stays_out is FALSE
    assert found.last is first
    known = compliance.frontier(
        "nvidia-b200-hgx", out_of="3A090*", area="1600 mm^2", rulesets=EAR_2023
    )
    assert out(known) == ["(0, 2560)"]  # 1.6 x 1600


def test_a_range_of_what_is_followed_does_not_matter() -> None:
    """The amount on the axis is chosen; what the chip has today is said beside it."""
    found = compliance.frontier(
        "nvidia-b200-hgx", "memory_bandwidth", out_of="letter", rulesets="us-informed-2025-04-09",
        io_bandwidth="100 GB/s",
    )  # fmt: skip
    assert out(found) == ["(0, 1400)"]
    assert str(found.own) == "7,700 to 8,000"


def test_a_range_of_what_is_not_followed_leaves_a_part_open() -> None:
    spec = accelerator(memory={"min": "900 GB/s", "max": "1000 GB/s"})
    found = compliance.frontier(spec, "io_bandwidth", rulesets="us-informed-2025-04-09")
    assert out(found) == ["(0, 700)"]
    assert [written(span) for span in found.open] == ["[700, 800)"]


def test_what_is_caught_by_name_is_caught_everywhere() -> None:
    """NVIDIA's Form 8-K of April 15, 2025 names the H20, whatever its bandwidth."""
    found = compliance.frontier("nvidia-h20-96gb", "memory_bandwidth", on="2025-05-01")
    assert not found.out
    assert not found.open
    assert not found.edges
    assert [a.ruleset.id for a in found.stretches[0].against] == ["us-informed-2025-04-09"]


def test_where_no_law_is_found_nothing_is_sure() -> None:
    found = compliance.frontier(accelerator(), on="1980-01-01")
    assert [s.stays_out for s in found.stretches] == [UNKNOWN]


def test_levels_between_which_an_answer_is_open() -> None:
    """With no die area it is yes or needs a license; no more than a license it is for sure."""
    asked: Any = {"rulesets": EAR_2026, "memory_bandwidth": "4 TB/s", "to": "CN"}
    assert out(compliance.frontier("nvidia-b200-hgx", **asked)) == ["(0, 1600)"]
    assert out(compliance.frontier("nvidia-b200-hgx", at_most="license", **asked)) == ["(0, 21000)"]


def test_a_tariff_bars_nothing() -> None:
    found = compliance.frontier(accelerator("16000"), rulesets="us-tariff-232-2026-01-15")
    assert out(found) == ["(0, oo)"]


# --- The scalar engine --------------------------------------------------------------------------

DAYS = ("2022-11-01", "2023-06-01", "2024-03-01", "2025-01-20", "2025-05-01", "2026-02-01")
PLACES = ("CN", "DE", "IN", "AE")
GOALS: tuple[dict[str, Any], ...] = (
    {},
    {"at_most": "conditional"},
    {"at_most": "license"},
    {"out_of": "3A090.a"},
    {"out_of": "3A090.b"},
    {"out_of": "*"},
)
figures = st.integers(50, 9000)


@st.composite
def quantities(draw: st.DrawFn, unit: str) -> str | dict[str, str] | None:
    """Draw an exact amount mostly, sometimes a range or nothing."""
    first, second = sorted((draw(figures), draw(figures)))
    known = {"min": f"{first} {unit}", "max": f"{second} {unit}"}
    return draw(st.sampled_from([f"{second} {unit}", f"{second} {unit}", known, None]))


@st.composite
def specs(draw: st.DrawFn) -> Chip:
    return accelerator(
        str(draw(figures) * 4),
        draw(quantities("mm^2")),
        draw(quantities("GB/s")),
        draw(quantities("GB/s")),
        vendor=draw(st.sampled_from(["NVIDIA", "V"])),
        market=draw(st.sampled_from(["datacenter", "consumer"])),
        name=draw(st.sampled_from(["X", "H20", "B200"])),
    )


def moved(spec: Chip, axis: str, amount: Decimal) -> Chip:
    """Return the chip that a designer would write down, with an amount on an axis."""
    text = f"{amount:f}"
    updates: dict[str, dict[str, Any]] = {
        "compute": {"compute": {"int8": f"{amount / 8:f} TOPS"}},
        "memory_bandwidth": {"memory": {"type": "HBM3", "bandwidth": f"{text} GB/s"}},
        "io_bandwidth": {"links": [{"name": "L", "bandwidth": f"{text} GB/s"}]},
        "area": {"dies": [{"name": "d", "planar": False, "area": f"{text} mm^2"}]},
    }
    return spec.model_copy(update=updates[axis])


def places(span: Span, more: Fraction) -> list[Decimal]:
    """Return amounts in a part of an axis: its ends, or next to them, and one between."""
    down, up = (Context(prec=14, rounding=way) for way in (ROUND_FLOOR, ROUND_CEILING))
    high = span.low + 10**5 if span.high is None else span.high
    inner = span.low + (high - span.low) * more
    hair = (high - span.low) / 10**6
    near = [(span.low, down), (span.low + hair, up), (inner, down), (high - hair, down), (high, up)]
    amounts = [
        context.divide(Decimal(at.numerator), Decimal(at.denominator)) for at, context in near
    ]
    return [amount for amount in amounts if amount > 0 and span.holds(Fraction(amount))]


@settings(max_examples=60, deadline=None)
@given(
    spec=specs(),
    axis=st.sampled_from(AXES),
    goal=st.sampled_from(GOALS),
    asked=st.fixed_dictionaries({"on": st.sampled_from(DAYS), "to": st.sampled_from(PLACES)}),
    more=st.fractions(0, 1, max_denominator=1000),
)
def test_every_stretch_is_what_the_engine_answers(
    spec: Chip,
    axis: str,
    goal: dict[str, Any],
    asked: dict[str, Any],
    more: Fraction,
) -> None:
    found = compliance.frontier(spec, axis, **goal, **asked)
    last = None
    for stretch in found.stretches:
        assert stretch.span.low == (last or 0)  # the parts leave nothing out
        last = stretch.span.high
        for amount in places(stretch.span, more):
            report = compliance.check(moved(spec, axis, amount), **asked)
            assert report.exportable == stretch.exportable, amount
            assert report.outcome == stretch.answer.outcome
            assert report.answer.reviews == stretch.answer.reviews
            met = [e for a in report.answer.judged for e in a.entries]
            assert list(dict.fromkeys(met)) == stretch.entries
    assert last is None


@settings(max_examples=60, deadline=None)
@given(spec=specs(), on=st.sampled_from(DAYS), to=st.sampled_from(PLACES))
def test_an_edge_is_where_the_answer_turns(spec: Chip, on: str, to: str) -> None:
    found = compliance.frontier(spec, on=on, to=to)
    for edge in found.edges:
        assert edge.side == "below"
        at, hair = Decimal(edge.at.numerator) / edge.at.denominator, Decimal("1e-9")
        exportable = [
            compliance.check(moved(spec, "compute", amount), on=on, to=to).exportable
            for amount in (at - hair, at, at + hair)
        ]
        assert exportable[0] == edge.within.exportable
        assert exportable[2] == edge.beyond.exportable
        assert exportable[1] == (exportable[0] if edge.attained else exportable[2])
        assert edge.stops


@settings(max_examples=60, deadline=None)
@given(
    spec=specs(),
    level=st.sampled_from(["yes", "conditional", "license"]),
    on=st.sampled_from(DAYS),
    to=st.sampled_from(PLACES),
)
def test_less_compute_is_never_stricter(spec: Chip, level: Any, on: str, to: str) -> None:  # noqa: ANN401
    found = compliance.frontier(spec, at_most=level, on=on, to=to)
    truths = [stretch.stays_out for stretch in found.stretches]
    assert truths == sorted(truths, reverse=True)


@pytest.mark.parametrize("name", compliance.chip_ids())
def test_every_bundled_chip_has_a_frontier(name: str) -> None:
    """Where a chip has one amount, the frontier says of it what the engine says."""
    spec = compliance.chip(name)
    exportable = compliance.check(spec, on="2025-03-01").exportable
    for axis in AXES if spec.kind == "accelerator" else ("memory_bandwidth", "area"):
        found = compliance.frontier(spec, axis, on="2025-03-01")
        if spec.kind == "system":
            here = [s for s in found.stretches if s.span.holds(Decimal(1))]
            assert [s.exportable for s in here] == [exportable]
        elif found.own.exact and found.own.low:
            here = [s for s in found.stretches if s.span.holds(found.own.low)]
            assert [s.exportable for s in here] == [exportable]


def test_scaling_by_one_changes_nothing() -> None:
    for name in compliance.chip_ids():
        item = compliance.measure(compliance.chip(name))
        again = design(item.chip).scaled(dict.fromkeys(AXES, Fraction(1))).as_item()
        for metric, value in item.values.items():
            assert (again.values[metric].low, again.values[metric].high) == (value.low, value.high)
        assert (again.aggregate.low, again.aggregate.high) == (
            item.aggregate.low,
            item.aggregate.high,
        )


# --- What is refused, and what is printed -------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"axis": "memory"}, "did you mean memory_bandwidth?"),
        ({"axis": "compute", "compute": "0.5"}, "another axis"),
        ({"out_of": "3A909.a"}, "did you mean 3A090.a?"),
        ({"out_of": []}, "an entry of the law"),
        ({"out_of": "3A090.a", "at_most": "yes"}, "either this or out_of"),
        ({"at_most": "denied"}, "one of yes, conditional, license"),
        ({"area": "800"}, "a factor up to 100"),
        ({"area": "0.0"}, "above zero"),
        ({"area": "0 mm^2"}, "above zero"),
        ({"area": "800 GB/s"}, "GB/s is the unit of a bandwidth"),
        ({"area": True}, "a factor"),
        ({"area": float("nan")}, "a factor"),
        ({"area": Decimal("sNaN")}, "a factor"),
        ({"area": Decimal("1e-999999")}, "a factor"),
        ({"area": Fraction(1, 10**9000 + 1)}, "a factor"),
        ({"area": 10**9000}, "a number out of bounds"),
        ({"axis": "area", "compute": "4800 TFLOPS"}, "4800 TPP"),
        ({"quantity": 3}, "designs are compared"),
        ({"chip": "jedec-hbm3-stack"}, "one of memory_bandwidth, area"),
        ({"chip": "nvidia-dgx-h100", "area": "800 mm^2"}, "its chips are scaled"),
        ({"chip": "nvidia-dgx-h100", "onn": "2025-01-01"}, "did you mean on"),
    ],
)
def test_what_is_no_question_is_refused(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        compliance.frontier(**{"chip": "nvidia-h20-96gb", **asked})
    assert words in str(refused.value)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["frontier", *arguments]) == 0
    return capsys.readouterr().out


def test_the_command_follows_each_axis_in_turn(capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(
        told(capsys, "nvidia-h20-96gb", "--on", "2025-03-01", "--area", "0.9", "--format", "json")
    )
    assert shown["schema"] == "compliance-frontier/1"
    axes = [line["axis"] for line in shown["frontiers"]]
    assert axes == ["compute", "memory_bandwidth", "io_bandwidth"]
    compute = shown["frontiers"][0]
    assert compute["fixed"] == {"area": "0.9"}
    # 3.2 x 814 x 0.9
    assert [(edge["at"], edge["exactly"]) for edge in compute["edges"]] == [(2344.32, "58608/25")]
    assert compute["edges"][0]["stops"][0]["cite"] == "Supplement no. 1 to part 774, 3A090.b"


def test_a_spreadsheet_has_a_line_for_each_stretch(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(
        capsys, "nvidia-b200-hgx", "--axis", "compute", "--out-of", "3A090.a", "--on", "2024-01-01",
        "--format", "csv",
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["low"], row["high"], row["stays_out"]) for row in rows] == [
        ("0", "1600", "True"),
        ("1600", "4800", ""),
        ("4800", "", "False"),
    ]


def test_a_page_says_what_stops_it(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(
        capsys, "nvidia-h20-96gb", "--axis", "area", "--on", "2025-03-01", "--format", "markdown"
    )
    assert "| above 740 " in text
    assert "no license: above 740 mm^2" in text.replace("\\", "")
    assert "with its own 814 mm^2: yes" in text.replace("\\", "")


def test_figures_are_rounded_to_the_side_that_stays_out() -> None:
    """4000 / 5.92 = 675.675...: up to 675.67 a chip is not in 3A090.b, and above 675.68 it is."""
    below = compliance.frontier(
        accelerator(), "area", out_of="3A090.b", compute="4000 TPP", rulesets=EAR_2023
    )
    assert "not in 3A090.b: up to 675.67 mm^2 (84.45 % of its own)" in str(below)
    above = compliance.frontier(
        accelerator(), "area", out_of="3A090.a", compute="4000 TPP", rulesets=EAR_2023
    )
    assert "not in 3A090.a: above 675.68 mm^2 (84.46 % of its own)" in str(above)


def test_other_figures_are_rounded_to_the_milder_side() -> None:
    """2400 / 5.92 = 405.405...: a die of 405.402 mm^2 is denied, and its row has to say so."""
    found = str(compliance.frontier(accelerator("2400"), "area", out_of="3A090*", on="2025-05-01"))
    assert "up to 405.41 " in found
    assert "above 405.41, up to 1,500 " in found


def test_a_figure_is_not_shown_as_the_chips_own() -> None:
    """Eight chips of 4,799.984 TPP are below the line, by a factor of 1.0000033."""
    part = {"chip": accelerator("4799.984", "900 mm^2").model_dump(mode="json"), "count": 8}
    system = chip(kind="system", compute=None, dies=None, contains=[part], market="datacenter")
    found = compliance.frontier(
        system, "compute", at_most="conditional", on="2025-05-01", regimes="us-ear"
    )
    assert "conditional at most: below 1.000003 times its own" in str(found)
    assert "with its own compute: yes" in str(found)


def test_a_line_that_does_not_move_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "nvidia-h20-96gb", "--axis", "io-bandwidth", "--on", "2025-05-01")
    sentence = " ".join(text.split())
    assert "no license: nowhere on this axis: us-informed-2025-04-09: memory bandwidth" in sentence
    assert "named: NVIDIA H20" in sentence
    assert "I/O bandwidth 1," not in sentence


def test_rulesets_that_are_named_are_judged_on_their_own_day(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ("nvidia-h20-96gb", "--axis", "area", "--ruleset", EAR_2023)
    text = " ".join(told(capsys, *asked).split())
    assert "under the rulesets named, each on its first day" in text
    assert json.loads(told(capsys, *asked, "--format", "json"))["frontiers"][0]["on"] is None


def test_options_are_named_as_they_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frontier", "nvidia-h20-96gb", "--out-of", "3A909.a"]) == 2
    assert capsys.readouterr().err.startswith('error: --out-of: found "3A909.a"')


def test_all_of_them_can_be_printed() -> None:
    """No chip, goal or axis is beyond words."""
    for name in ("nvidia-dgx-h100", "jedec-hbm3e-stack", "amd-mi308x", "tesla-d1"):
        for goal in GOALS:
            found = compliance.frontier(name, "area", on="2026-02-01", **goal)
            for fmt in ("table", "markdown", "csv", "json"):
                assert name in frontiers([found], fmt)

"""A sweep says of each variant what a check of it says."""

from __future__ import annotations

import csv
import io
import json
import sys
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from builders import chip
from hypothesis import given, settings
from hypothesis import strategies as st

import compliance
from compliance import Chip, InputError
from compliance.axes import AXES, runs
from compliance.chips import Compute
from compliance.cli import main
from compliance.sweeps import MOST
from compliance.units import Quantity

polars = pytest.importorskip("polars")

SEEDS = Path(__file__).parents[1] / "seeds" / "chips"


def times(amount: Quantity | None, factor: Decimal) -> object:
    """Return a quantity times a factor, as a spec would have it."""
    if amount is None:
        return None
    ends = {"min": amount.low * factor}
    if amount.high is not None:
        ends["max"] = amount.high * factor
    return {name: f"{end:f} {amount.unit}" for name, end in ends.items()}


def scaled(spec: Chip, **factors: str) -> Chip:
    """Return the spec of a variant, written down field by field."""
    by = {axis: Decimal(factors.get(axis, "1")) for axis in AXES}
    compute, memory, links, dies = spec.compute, spec.memory, spec.links, spec.dies
    update: dict[str, Any] = {}
    if compute:
        rates = {name: getattr(compute, name) for name in compute.model_fields_set}
        update["compute"] = Compute.model_validate(
            {
                name: times(rate, by["compute"]) if isinstance(rate, Quantity) else rate
                for name, rate in rates.items()
            }
        )
    if spec.declared and spec.declared.tpp:
        update["declared"] = {"tpp": spec.declared.tpp * by["compute"]}
    for field, parts, key, axis in (
        ("memory", memory, "bandwidth", "memory_bandwidth"),
        ("links", links, "bandwidth", "io_bandwidth"),
        ("dies", dies, "area", "area"),
    ):
        if parts:
            update[field] = [
                {
                    **{name: getattr(part, name) for name in part.model_fields_set},
                    key: times(getattr(part, key), by[axis]),
                }
                for part in parts
            ]
    if spec.package_area:
        update["package_area"] = times(spec.package_area, by["area"])
    return spec.model_copy(update=update)


def answers(spec: Chip, **asked: Any) -> tuple[object, ...]:  # noqa: ANN401 - as asked
    report = compliance.check(spec, **asked)
    met = {entry for a in report.answer.judged for entry in a.entries}
    return report.outcome, report.exportable, met, set(report.answer.because)


def rows(frame: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - of Polars
    return [
        (
            row["outcome"],
            row["exportable"],
            set(filter(None, row["entries"].split(";"))),
            set(filter(None, row["because"].split(";"))),
        )
        for row in frame.to_dicts()
    ]


def exportable(frame: Any) -> list[str]:  # noqa: ANN401 - of Polars
    return [row[1] for row in rows(frame)]  # type: ignore[misc]


# --- What the law says --------------------------------------------------------------------------


def test_the_line_of_3a090_a() -> None:
    """3A090.a.1: a TPP of 4800 or more. The B200's area is not known, so below that it is open."""
    points = ["4799.99 TPP", "4800 TPP", "4800.01 TPP", "1599.99 TPP", "1600 TPP"]
    found = compliance.sweep(
        "nvidia-b200-hgx", compute=points, rulesets="us-ear-2023-11-17", to="CN"
    )
    assert found["tpp"].to_list() == [4799.99, 4800, 4800.01, 1599.99, 1600]
    assert found["entries"].to_list() == ["", "3A090.a", "3A090.a", "", ""]
    assert exportable(found) == ["unknown", "denied", "denied", "yes", "unknown"]
    assert found["missing"].to_list() == ["performance_density", "", "", "", "performance_density"]
    assert found["compute_factor"].to_list()[1] == 4800 / 37248


def test_the_line_of_2026_runs_through_a_cut_blackwell() -> None:
    """742.6(b)(10)(iii)(A)(1), and what seeds/claims.yaml has of the cut by 30 to 50 percent.

    By arithmetic the B200 has 36000 TPP. With at most 7/12 of that, and its memory cut too, it is
    reviewed case by case; with its memory whole it is denied, however deep the cut.
    """
    b200 = compliance.chip("nvidia-b200-hgx").model_copy(update={"declared": None})
    cuts = ["0.5", "0.55", "0.5833", "7/12", "0.6", "0.65", "0.7"]
    asked: Any = {"rulesets": "us-ear-2026-01-15", "to": "CN"}
    found = compliance.sweep(b200, compute=cuts, memory_bandwidth="0.5,0.7", **asked)
    assert exportable(found) == [*["license"] * 6, *["denied"] * 8]
    whole = compliance.sweep(b200, compute=cuts, **asked)
    assert exportable(whole) == ["denied"] * 7
    b300 = compliance.sweep(
        "nvidia-b300-hgx", compute="0.5:0.7:5", memory_bandwidth="0.5:0.7:5", **asked
    )
    assert set(exportable(b300)) == {"denied"}


@pytest.mark.parametrize("law", ["us-ear-2023-11-17", "us-ear-2025-01-16", "us-ear-2026-07-10"])
@pytest.mark.parametrize("memory", [True, False])
def test_cut_blackwells_agree_with_the_seeds(law: str, memory: bool) -> None:  # noqa: FBT001
    """Those specs hold all cuts of 30 to 50 percent at once.

    What is decided for them holds for every cut, and what is unknown differs between cuts.
    """
    name = f"b200-cut-compute{'-and-memory' if memory else ''}"
    cut = compliance.load_chip(SEEDS / f"{name}.yaml")
    b200 = compliance.chip("nvidia-b200-hgx").model_copy(update={"declared": None})
    axes: Any = {"memory_bandwidth": "0.5:0.7:5"} if memory else {}
    found = compliance.sweep(b200, compute="0.5:0.7:21", **axes, rulesets=law, to="CN")
    seed = compliance.check(cut, rulesets=law, to="CN").exportable
    assert set(exportable(found)) == ({"license", "denied"} if seed == "unknown" else {seed})
    assert set(found["entries"].to_list()) == {"3A090.a"}


def test_area_moves_the_density_alone() -> None:
    """The H20, 2368 TPP: 3A090.b.2 from a density of 3.2, so up to 740 mm^2; .a.2 up to 400."""
    found = compliance.sweep(
        "nvidia-h20-96gb",
        area=["400 mm^2", "400.1 mm^2", "740 mm^2", "740.1 mm^2"],
        on="2025-03-01",
    )
    assert found["entries"].to_list() == ["3A090.a", "3A090.b", "3A090.b", ""]
    densities = [float(2368 / Fraction(area)) for area in ("400", "400.1", "740", "740.1")]
    assert found["performance_density"].to_list() == densities
    assert found["die_area_mm2"].to_list() == [400, 400.1, 740, 740.1]


# --- The columns --------------------------------------------------------------------------------


def test_a_row_for_each_combination() -> None:
    found = compliance.sweep(
        "nvidia-h20-96gb", io_bandwidth=[0.5, 1], compute="0.5:1:3", memory_bandwidth="2 TB/s"
    )
    assert found.columns == [
        "compute_factor",
        "memory_bandwidth_factor",
        "io_bandwidth_factor",
        "tpp",
        "performance_density",
        "memory_bandwidth_gbs",
        "io_bandwidth_gbs",
        "outcome",
        "exportable",
        "entries",
        "missing",
        "because",
    ]
    assert found["compute_factor"].to_list() == [0.5, 0.5, 0.75, 0.75, 1, 1]
    assert found["io_bandwidth_factor"].to_list() == [0.5, 1] * 3
    assert found["tpp"].to_list() == [1184, 1184, 1776, 1776, 2368, 2368]
    assert found["io_bandwidth_gbs"].to_list() == [514, 1028] * 3
    assert found["memory_bandwidth_gbs"].to_list() == [2000] * 6
    assert found["memory_bandwidth_factor"].to_list() == [0.5] * 6


def test_a_range_stays_one_where_it_is_scaled() -> None:
    found = compliance.sweep("nvidia-b200-hgx", memory_bandwidth="0.5")
    assert found["memory_bandwidth_gbs_min"].to_list() == [3850]
    assert found["memory_bandwidth_gbs_max"].to_list() == [4000]


def test_a_range_is_none_where_an_amount_is_set() -> None:
    found = compliance.sweep("nvidia-b200-hgx", memory_bandwidth="4 TB/s", area="1600 mm^2")
    assert found["memory_bandwidth_gbs"].to_list() == [4000]
    assert found["memory_bandwidth_factor"].to_list() == [None]
    assert found["area_factor"].to_list() == [None]
    assert found["performance_density"].to_list() == [37248 / 1600]


def test_a_declared_tpp_is_scaled_too() -> None:
    """It outranks arithmetic (note 2 to 3A090), so a variant that kept it would never be less."""
    found = compliance.sweep("nvidia-h100-pcie-80gb", compute="0.5")
    assert found["tpp"].to_list() == [12224 / 2]


def test_an_hbm_stack_has_two_axes() -> None:
    found = compliance.sweep("jedec-hbm2-stack", memory_bandwidth="0.5,1", area=[1, 2])
    assert "hbm_bandwidth_density_gbs_mm2" in "".join(found.columns)
    assert len(found) == 4


# --- The scalar engine --------------------------------------------------------------------------

DAYS = ("2022-11-01", "2023-06-01", "2024-03-01", "2025-01-20", "2025-05-01", "2026-02-01")


@pytest.mark.parametrize("on", DAYS)
def test_the_catalog_as_it_is(on: str) -> None:
    """A variant with all of everything is the chip."""
    for name in compliance.chip_ids():
        spec = compliance.chip(name)
        found = compliance.sweep(spec, memory_bandwidth=1, area="1", on=on)
        assert rows(found) == [answers(spec, on=on)], name


def test_what_is_asked_once_is_the_same_for_all() -> None:
    """On a grid that crosses many limits each variant has the answer of its own check."""
    asked: Any = {"on": "2025-03-01", "to": "CN"}
    found = compliance.sweep(
        "nvidia-h20-96gb", compute="0.5:2.5:9", area="0.25:1.25:5", memory_bandwidth="1", **asked
    )
    spec = compliance.chip("nvidia-h20-96gb")
    assert rows(found) == [
        answers(scaled(spec, compute=str(compute), area=str(area)), **asked)
        for compute, area in zip(found["compute_factor"], found["area_factor"], strict=True)
    ]
    assert len(set(found["entries"])) == 3


def test_a_sweep_is_what_screening_its_columns_gives() -> None:
    pytest.importorskip("narwhals")
    from compliance.frames import screen  # noqa: PLC0415 - without narwhals there is none

    asked: Any = {"on": "2025-06-01", "to": "CN"}
    found = compliance.sweep(
        "nvidia-h20-96gb", compute="0.25:2:15", area="0.5,1,2", memory_bandwidth="0.3,1", **asked
    )
    described = found.select("tpp", "performance_density", "^(memory|io)_bandwidth_gbs$")
    described = described.with_columns(
        vendor=polars.lit("NVIDIA"),
        name=polars.lit("H20 96GB"),
        market=polars.lit("datacenter"),
        memory_type=polars.lit("HBM3"),
    )
    screened = screen(described, **asked)
    assert rows(found) == rows(screened)
    assert len(set(exportable(found))) > 1


def test_the_chips_in_a_system_are_scaled() -> None:
    """4A090.a has what contains an IC of 3A090.a, from 4800 TPP on: 10/33 of an H100's 15840."""
    found = compliance.sweep(
        "nvidia-dgx-h100", compute="0.1,0.303,10/33", rulesets="us-ear-2023-11-17"
    )
    assert found["entries"].to_list() == ["", "4A090.b", "4A090.a"]
    with pytest.raises(InputError, match="its chips are scaled"):
        compliance.sweep("nvidia-dgx-h100", compute="4800 TPP")


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(
        [
            "nvidia-b200-hgx",
            "nvidia-h20-96gb",
            "nvidia-rtx-4090",
            "amd-mi308x",
            "nvidia-a100-sxm4-80gb",
        ]
    ),
    factors=st.fixed_dictionaries(
        {axis: st.sampled_from(["0.125", "0.25", "0.5", "0.875", "1", "1.5", "3"]) for axis in AXES}
    ),
    on=st.sampled_from(DAYS),
    to=st.sampled_from(["CN", "DE", "IN", "AE"]),
)
def test_a_variant_is_what_its_spec_would_be(
    name: str, factors: dict[str, Any], on: str, to: str
) -> None:
    spec = compliance.chip(name)
    having = {axis: value for axis, value in factors.items() if spec.kind in AXES[axis].items}
    found = compliance.sweep(spec, **having, on=on, to=to)
    assert rows(found) == [answers(scaled(spec, **having), on=on, to=to)]


@settings(max_examples=20, deadline=None)
@given(
    tpp=st.integers(100, 6000),
    area=st.integers(100, 1700),
    on=st.sampled_from(DAYS),
    to=st.sampled_from(["CN", "DE"]),
)
def test_sweep_and_frontier_agree(tpp: int, area: int, on: str, to: str) -> None:
    spec = chip(
        compute={"int8": f"{tpp} TOPS"},
        dies=[{"name": "d", "area": f"{area} mm^2", "planar": False}],
        memory={"type": "HBM3", "bandwidth": "1000 GB/s"},
        links=[{"name": "L", "bandwidth": "400 GB/s"}],
        market="datacenter",
    )
    edges = compliance.frontier(spec, on=on, to=to).edges
    points = [edge.at / (tpp * 8) for edge in edges]
    found = compliance.sweep(spec, compute=[*points, "0.01"], on=on, to=to)
    expected = [(e.within if e.attained else e.beyond).exportable for e in edges]
    assert exportable(found)[: len(edges)] == expected


# --- What is refused, and what is printed -------------------------------------------------------


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({}, "at least one of compute"),
        ({"compute": "0.1:1:1000000000000"}, f"1 to {MOST:,} of them"),
        ({"compute": "0.1:1:1001", "area": "0.1:1:1000"}, "1,001,000"),
        ({"compute": "0.1:1:0"}, "found"),
        ({"compute": "0.1:1"}, "first:last:points"),
        ({"compute": "0.1:1:1"}, "two points or more"),
        ({"compute": "0.1:1:x"}, "first:last:points"),
        ({"compute": "0:1:3"}, "above zero"),
        ({"compute": "4,800 TPP"}, "no thousands separators"),
        ({"compute": "0.5:4800 TPP:3"}, "factors only"),
        ({"compute": [0.5, "4800 TPP"]}, "factors only"),
        ({"compute": []}, "0 points"),
        ({"compute": [-1]}, "above zero"),
        ({"compute": [None]}, "a factor"),
        ({"compute": iter(lambda: 0.5, None)}, "1 to 10,000, or a range"),
        ({"memory_bandwidth": "3 TFLOPS"}, "TFLOPS is the unit of a rate"),
        ({"memory_bandwidth": "3.5TB/s"}, 'write "3.5 TB/s"'),
        ({"compute": 1, "quantity": 3}, "quantity"),
        ({"compute": 1, "onn": 3}, "did you mean on"),
    ],
)
def test_what_is_no_sweep_is_refused(axes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        compliance.sweep("nvidia-b200-hgx", **axes)
    assert words in str(refused.value)


def test_without_polars_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(InputError, match=r"pip install .*\[frames\]"):
        compliance.sweep("nvidia-b200-hgx", compute=1)


def test_a_range_holds_both_ends_exactly() -> None:
    (run,) = runs("0.3:1:8", AXES["compute"])
    assert [str(point.amount) for point in run.points()] == [
        "3/10", "2/5", "1/2", "3/5", "7/10", "4/5", "9/10", "1",
    ]  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["sweep", "nvidia-h20-96gb", "--on", "2025-03-01", *arguments]) == 0
    return capsys.readouterr().out


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    axes = ("--compute", "0.5,1.5", "--area", "0.5:2:2")
    table = told(capsys, *axes)
    assert "compute x" in table
    assert "4 variants: " in table
    assert "memory, GB/s: 4,000" in table  # what is the same for all is said once
    shown = json.loads(told(capsys, *axes, "--format", "json"))
    assert shown["schema"] == "compliance-sweep/1"
    of_json = [(row["compute_factor"], row["area_factor"]) for row in shown["variants"]]
    assert of_json == list(product((0.5, 1.5), (0.5, 2)))
    lines = list(csv.DictReader(io.StringIO(told(capsys, *axes, "--format", "csv"))))
    assert [row["exportable"] for row in lines] == [row["exportable"] for row in shown["variants"]]
    assert told(capsys, *axes, "--format", "markdown").startswith("## NVIDIA H20")


def test_options_are_named_as_they_are_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "nvidia-h20-96gb", "--memory-bandwidth", "5x"]) == 2
    assert capsys.readouterr().err.startswith('error: --memory-bandwidth: found "5x"')

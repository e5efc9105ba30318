"""What a frame's columns say of each item: derived metrics, units, and numbers at the line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
import rows as r
from backends import BACKENDS, Backend
from builders import chip
from hypothesis import given, settings
from hypothesis import strategies as st

import compliance
from compliance.chips import BITS, Chip
from compliance.frames.answer import OUTPUTS
from compliance.items import measure
from compliance.models import days
from compliance.rulebook import all_rulesets

POLARS = BACKENDS["polars-eager"]
H20 = {"tpp": [2368.0], "performance_density": [2.91], "datacenter": [True]}


def screen(columns: r.Columns, **question: Any) -> dict[str, list[Any]]:  # noqa: ANN401 - any circumstance
    """Return what is said of the rows of a Polars frame, as columns."""
    question = {
        "on": "2024-06-01",
        **({} if "rulesets" in question else {"regimes": "us-ear"}),
        **question,
    }
    found = compliance.screen(POLARS.make(columns, r.TYPES), **question)
    return found.to_dict(as_series=False)  # type: ignore[no-any-return]


RATES: dict[str, list[float | tuple[float, float] | None]] = {
    "tf32": [None, 75, 150, 4000, (100, 200)],
    "fp16": [None, 37.5, 100, 150, 300, 296, 989.4, (150, 300)],
    "int8": [None, 200, 300, 600, 1979, (300, 700)],
    "fp64": [None, 25, 75],
}
AREAS = [None, 100, 400, 500, 800, 814, (400, 800)]


def _quantity(amount: float | tuple[float, float], unit: str) -> object:
    if isinstance(amount, tuple):
        return {"min": f"{amount[0]} {unit}", "max": f"{amount[1]} {unit}"}
    return f"{amount} {unit}"


@st.composite
def specs(draw: st.DrawFn) -> tuple[Chip, dict[str, Any]]:
    """A chip, and the same as columns; a range is two columns."""
    rates = {name: draw(st.sampled_from(amounts)) for name, amounts in RATES.items()}
    area = draw(st.sampled_from(AREAS))
    market = draw(st.sampled_from([None, "datacenter", "consumer"]))
    memory = draw(st.sampled_from([None, "HBM3", "GDDR7"]))
    speed = draw(st.sampled_from([None, 600, 1100, 1400, 1399, (1000, 2000)])) if memory else None
    links = draw(st.sampled_from([None, 300, 600, 599, 1100]))
    declared = draw(st.sampled_from([None, None, 1600, 2400, 4799, 4800]))
    fields: dict[str, Any] = {
        "compute": {n: _quantity(a, "TOPS") for n, a in rates.items() if a},
        "dies": [
            {"name": "d", "planar": False, **({"area": _quantity(area, "mm^2")} if area else {})}
        ],
    }
    told: dict[str, Any] = {"vendor": "V", "name": "X", "nonplanar": True, "market": market}
    amounts = {f"{n}_tops": a for n, a in rates.items()} | {"die_area_mm2": area}
    amounts |= {"memory_bandwidth_gbs": speed, "io_bandwidth_gbs": links, "tpp": declared}
    if market:
        fields["market"] = market
    if memory:
        rate = {"bandwidth": _quantity(speed, "GB/s")} if speed else {}
        fields["memory"] = {"type": memory, **rate}
    if links:
        fields["links"] = [{"name": "l", "bandwidth": f"{links} GB/s"}]
    if declared:
        fields["declared"] = {"tpp": Decimal(declared)}
    for name, amount in amounts.items():
        low, high = amount if isinstance(amount, tuple) else (None, None)
        told |= {name: None if low else amount, f"{name}_min": low, f"{name}_max": high}
    return chip(**fields), {**told, "memory_type": memory}


@settings(max_examples=40)
@given(
    made=st.lists(specs(), min_size=1, max_size=15),
    on=st.sampled_from(["2022-12-01", "2024-06-01", "2025-05-01", "2026-03-01"]),
    to=st.sampled_from(["CN", "AE", "DE"]),
)
def test_metrics_are_derived_as_from_a_spec(
    made: list[tuple[Chip, dict[str, Any]]], on: str, to: str
) -> None:
    columns = {name: [told[name] for _, told in made] for name in made[0][1]}
    columns = {n: [_float(v) for v in values] for n, values in columns.items()}
    frame = POLARS.make(columns, {**r.TYPES, "memory_type": str})
    found = compliance.screen(frame, on=on, to=to)
    for (one, _), got in zip(made, r.screened(POLARS.rows(found)), strict=True):
        answer = compliance.check(one, on=on, to=to).answer
        assert (got.outcome, got.exportable) == (answer.outcome, answer.exportable)
        assert got.missing == set(answer.undecided if answer.exportable == "unknown" else ())
        assert got.because == tuple(answer.because)


def _float(value: object) -> object:
    return float(value) if type(value) is int else value


def _bundled() -> list[Chip]:
    """All bundled chips that are no systems, with a day of release where it is a month or year."""
    found = [compliance.chip(name) for name in compliance.chip_ids()]
    return [
        one.model_copy(update={"released": str(days(one.released)[0])}) if one.released else one
        for one in found
        if one.kind != "system"
    ]


@pytest.mark.parametrize("on", ["2023-10-20", "2025-05-01", "2026-03-01"])
def test_metrics_of_bundled_chips_give_their_answers(on: str) -> None:
    chips = _bundled()
    assert len(chips) > 100
    items = [measure(one) for one in chips]
    kept = [
        {
            **{name: (item.values[name].low, item.values[name].high) for name in r.NUMBERS},
            **{name: getattr(item.chip, name) for name in ("kind", "vendor", "name", "market")},
            **{
                name: (False, None, True)[item.flags[name]] for name in ("hbm", "nonplanar", "fpld")
            },
            "neural_network": item.chip.neural_network,
            "released": days(item.chip.released)[0] if item.chip.released else None,
        }
        for item in items
    ]
    frame = POLARS.make(r.columns(kept, r.NUMBERS), r.TYPES)
    got = r.screened(POLARS.rows(compliance.screen(frame, on=on, origin=["US", "EU", "JP"])))
    for one, said in zip(chips, got, strict=True):
        answer = compliance.check(one, on=on, origin=["US", "EU", "JP"]).answer
        assert (said.outcome, said.exportable) == (answer.outcome, answer.exportable), one.id
        assert said.because == tuple(answer.because), one.id
        if answer.exportable == "unknown":
            assert said.missing == set(answer.undecided), one.id


def test_columns_of_specs_give_the_answers_of_bundled_chips() -> None:
    """Of those whose figures are a column's: one die, dense rates, no other formats."""
    chips = [one for one in _bundled() if one.kind == "accelerator" and _plain(one)]
    assert len(chips) > 25
    names = [
        f"{n}_{end}"
        for n in (*(f"{b}_tops" for b in BITS), "die_area_mm2")
        for end in ("min", "max")
    ]
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for one in chips:
        amounts = {f"{name}_tops": getattr(one.compute, name, None) for name in BITS}
        amounts["die_area_mm2"] = one.dies[0].area if one.dies else None
        for name, amount in amounts.items():
            columns[f"{name}_min"].append(float(amount.low) if amount else None)
            columns[f"{name}_max"].append(float(amount.high) if amount and amount.high else None)
    columns["market"] = [one.market for one in chips]
    got = r.screened(screen(columns, on="2024-06-01"))
    for one, said in zip(chips, got, strict=True):
        answer = compliance.check(one, on="2024-06-01", regimes="us-ear").answer
        expected = (answer.outcome, answer.exportable, tuple(answer.because))
        assert (said.outcome, said.exportable, said.because) == expected, one.id


def _plain(one: Chip) -> bool:
    compute, dies = one.compute, one.dies or ()
    odd = compute and (compute.other or compute.sparse or compute.complete is not None)
    die = len(dies) == 1 and dies[0].count == 1 and dies[0].planar is False
    return bool(compute and not odd and die and not one.declared)


def test_a_missing_die_area_is_unknown(backend: Backend) -> None:
    """TPP 3,000 and 2,368 are controlled or not by density, 1,500 by none, 4,800 by itself."""
    columns: r.Columns = {
        "fp16_tflops": [187.5, 148.0, 93.75, 300.0, 187.5],
        "die_area_mm2": [None, math.nan, None, None, 814.0],
        "market": ["datacenter"] * 5,
    }
    frame = backend.make(columns, r.TYPES)
    found = backend.rows(compliance.screen(frame, on="2024-06-01", to="CN", regimes="us-ear"))
    assert found["exportable"] == ["unknown", "unknown", "yes", "denied", "conditional"]
    assert found["missing"] == ["performance_density", "performance_density", "", "", ""]
    assert found["outcome"][:2] == ["undetermined"] * 2
    assert found["because"] == ["us-ear-2024-04-04"] * 5


def test_tf32_has_19_to_32_bits() -> None:
    """200 TOPS are 3,800 to 6,400, which leaves 4,800 open; 253 are at least 4,807; 149 below."""
    columns: r.Columns = {
        "tf32_tops": [200.0, 253.0, 149.0],
        "fp16_tops": [1.0] * 3,
        "datacenter": [True] * 3,
    }
    found = screen({**columns, "performance_density": [2.0] * 3})
    assert found["exportable"] == ["unknown", "denied", "conditional"]
    assert found["missing"] == ["tpp", "", ""]


def test_wide_formats_alone_bound_tpp_from_below() -> None:
    """They are seldom what counts, so that a low figure decides nothing and a high one does."""
    found = screen({"fp32_tops": [10.0, 150.0], "fp64_tops": [1.0, None], "datacenter": [True] * 2})
    assert found["exportable"] == ["unknown", "denied"]


def test_bandwidths_add_up_and_one_alone_is_a_lower_bound() -> None:
    columns: r.Columns = {
        "memory_bandwidth_gbs": [1300.0, 1300.0, None, None, 1300.0],
        "io_bandwidth_gbs": [400.0, 399.0, 400.0, 1700.0, None],
        "datacenter": [True] * 5,
    }
    letter = {"on": "2025-05-01", "rulesets": LETTER}
    found = screen({**columns, **_who(5)}, explain=True, **letter)
    assert found["memory_plus_io_bandwidth_min"] == [1700.0, 1699.0, 400.0, 1700.0, 1300.0]
    assert found["memory_plus_io_bandwidth_max"] == [1700.0, 1699.0, None, None, None]
    assert found["exportable"] == ["license", "yes", "unknown", "license", "unknown"]


def test_markets_are_read_as_people_write_them() -> None:
    """Note 2 to 3A090 takes out what is not for data centers; other words say nothing."""
    markets = ["Data-Center", " data center", "Consumer", "WORKSTATION", None, "", "cloud"]
    columns: r.Columns = {"tpp": [4799.0] * 7, "performance_density": [5.92] * 7, "market": markets}
    found = screen(columns, to="DE", headquarters="CN")
    assert found["missing"] == ["", "", "", "", *["datacenter"] * 3]
    assert found["exportable"] == ["denied", "denied", "yes", "yes", *["unknown"] * 3]


def test_memory_types_are_read_as_people_write_them() -> None:
    """For a foundry, transistors are counted; fewer serve without HBM (90 FR 5298)."""
    types = ["HBM3", " hbm2e ", "GDDR7", "LPDDR5", None, ""]
    columns: r.Columns = {"memory_type": types, "transistors": [32e9] * 6, "nonplanar": [True] * 6}
    question = {"on": "2027-06-01", "exporter": "fabricator", "attested": "packager"}
    found = screen({**columns, "tpp": [1.0] * 6, "performance_density": [1.0] * 6}, **question)
    assert ["hbm" in names for names in found["missing"]] == [False] * 4 + [True] * 2
    assert found["exportable"][0] == found["exportable"][1] != found["exportable"][2]


UNITS = [
    ("memory_bandwidth_tbs", 1.4, None),
    ("Memory_Bandwidth_TBs", 1.4, None),
    ("memory_bandwidth_tb_s", 1.4, None),
    ("memory_bandwidth_gb_s", 1400.0, None),
    ("memory_bandwidth_mbs", 1_400_000.0, None),
    ("bw", 11_200.0, "Gb/s"),
    ("bw", 1.4, "TB/s"),
    ("memory_bandwidth", 1.4, "TB/s"),
    ("memory_bandwidth_gbs", 1.4, "TB/s"),
    ("memory_bandwidth_tbs", 1.4, ""),
    ("bw_TBs", 1.4, ""),
]
"""Name of a column, the amount that is 1,400 GB/s, and the unit the caller says: empty for none."""


@pytest.mark.parametrize(("name", "amount", "unit"), UNITS)
def test_units_are_said_by_the_caller_or_a_column_s_name(
    name: str, amount: float, unit: str | None
) -> None:
    """At the line of the letters it ties, whatever the unit, and just beside it doesn't."""
    mapping: dict[str, Any] = {} if unit is None else {"memory_bandwidth": (name, unit)}
    mapping = {"memory_bandwidth": name} if unit == "" else mapping
    amounts = [math.nextafter(amount, 0), amount, math.nextafter(amount, math.inf)]
    frame = POLARS.make({name: amounts, "io_bandwidth_gbs": [1.0] * 3, **_who(3)})
    found = compliance.screen(
        frame, columns=mapping, explain=True, rulesets=LETTER, on="2025-05-01"
    )
    assert found["exportable"].to_list() == ["yes", "license", "license"]
    assert found["nearest"].to_list() == ["memory_bandwidth >= 1,400 GB/s"] * 3
    assert found["margin"].to_list() == pytest.approx([0, 0, 0], abs=1e-15)


LETTER = "us-informed-2025-04-09"


def _who(number: int) -> dict[str, Sequence[object]]:
    return {"vendor": ["V"] * number, "name": ["X"] * number}


def test_units_are_said_by_the_metadata_of_a_frame() -> None:
    pa, pd = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    fields = [
        pa.field("memory_bandwidth", pa.float64(), metadata={"unit": "TB/s"}),
        pa.field("io_bandwidth", pa.float64(), metadata={"unit": "GB/s"}),
        *(pa.field(name, pa.string()) for name in _who(2)),
    ]
    columns = {"memory_bandwidth": [1.4, 1.39], "io_bandwidth": [1.0, 1.0], **_who(2)}
    table = pa.table(columns, schema=pa.schema(fields))
    frame = pd.DataFrame(columns)
    frame.attrs["units"] = {"memory_bandwidth": "TB/s", "io_bandwidth": "GB/s"}
    question: Any = {"informed": True, "on": "2025-05-01", "rulesets": LETTER}
    for given_ in (table, frame):
        found = compliance.screen(given_, **question)
        assert list(_column(found, "exportable")) == ["license", "yes"]
    with pytest.raises(compliance.InputError, match="the column memory_bandwidth without a unit"):
        compliance.screen(pa.table(columns))


def _column(frame: Any, name: str) -> list[object]:  # noqa: ANN401 - of two libraries
    column = frame[name]
    return list(column.to_pylist() if hasattr(column, "to_pylist") else column)


ENTRIES = sorted(
    {
        (law.id, leaf.metric.name, leaf.threshold)
        for law in all_rulesets()
        for entry in law.entries
        for node in entry.criteria
        for leaf in node.leaves()
        if leaf.metric and leaf.threshold is not None
    }
)
"""All that entries compare, and the rulesets that do."""


@pytest.mark.parametrize("unit", ["gbs", "tbs", "mbs"])
def test_every_bandwidth_ties_in_every_unit(unit: str) -> None:
    """A column that holds the nearest float of a threshold's decimal is at the threshold."""
    factor = {"gbs": Decimal(1), "tbs": Decimal(1000), "mbs": Decimal("0.001")}[unit]
    lines = [line for line in ENTRIES if line[1] in ("memory_bandwidth", "io_bandwidth")]
    assert len(lines) > 3
    for law, metric, amount in lines:
        frame = POLARS.make({f"{metric}_{unit}": [float(amount / factor)]})
        found = compliance.screen(frame, on="2024-06-01", explain=True, rulesets=law)
        assert found["margin"].to_list() == [0.0], (law, amount)


def test_products_tie() -> None:
    """A rate of up to 15 digits times its bits is on the line if its exact value is."""
    for _, metric, line in ENTRIES:
        for low, high in BITS.values() if metric in ("tpp", "bit_tops") else ():
            for scale in (1, 1000):
                rate = line / (low * scale)
                if low == high and rate == round(rate, 12):
                    assert float(rate) * float(low * scale) == float(line)


@pytest.mark.parametrize("unit", ["gbs", "tbs", "mbs"])
def test_sums_tie(unit: str) -> None:
    """0.6003 and 1.0997 TB/s are 1,700 GB/s, and a little less to a computer."""
    scale = {"gbs": Decimal(1), "tbs": Decimal("0.001"), "mbs": Decimal(1000)}[unit]
    memory = [Decimal(n) / 10 for n in range(6_001, 12_000)]
    for hair, exportable in ((Decimal(0), "license"), (Decimal("1e-9"), "yes")):
        links = [Decimal(1700) - amount - hair for amount in memory]
        columns: r.Columns = {
            f"memory_bandwidth_{unit}": [float(amount * scale) for amount in memory],
            f"io_bandwidth_{unit}": [float(amount * scale) for amount in links],
            **_who(len(memory)),
        }
        found = screen(columns, explain=True, rulesets=LETTER)
        assert set(found["exportable"]) == {exportable}
        assert signs(found, "memory_plus_io_bandwidth >= 1,700 GB/s") == {-1.0 if hair else 0.0}


def test_quotients_tie() -> None:
    """160.32 / 50.1 is 3.2, and a little less to a computer. A hair below is below to both."""
    areas = [Decimal(n) / 10 for n in range(2710, 8100)]
    for hair, entries in ((Decimal(0), {"3A090.a"}), (Decimal("1e-10"), {"3A090.b"})):
        columns: r.Columns = {
            "tpp": [float(Decimal("5.92") * area - hair) for area in areas],
            "die_area_mm2": [float(area) for area in areas],
            "datacenter": [True] * len(areas),
        }
        found = screen(columns, explain=True)
        assert set(found["entries"]) == entries
        assert signs(found, "performance_density >= 5.92") == {-1.0 if hair else 0.0}


def signs(found: r.Columns, nearest: str) -> set[float]:
    """Return which signs the margins of those rows have that are nearest to a limit."""
    rows = zip(found["nearest"], found["margin"], strict=True)
    return {math.copysign(bool(margin), margin) for limit, margin in rows if limit == nearest}


def test_rounding_to_a_float_puts_a_figure_on_the_line() -> None:
    """Where a frame and a spec differ: beside the line by less than floats show."""
    tpp = "4799.99999999999999999"
    frame = POLARS.make({"tpp": [float(tpp)], "performance_density": [1.0], "datacenter": [True]})
    spec = chip(market="datacenter", declared={"tpp": Decimal(tpp)})
    assert compliance.check(spec, on="2024-06-01").assessments[0].entries == []
    found = compliance.screen(frame, on="2024-06-01", regimes="us-ear")
    assert found["entries"].to_list() == ["3A090.a"]


@pytest.mark.parametrize("lazy", [False, True])
def test_single_precision_is_read_as_the_decimals_it_shows(*, lazy: bool) -> None:
    """1.4 in single precision is 1.39999997, and somebody meant 1.4 TB/s."""
    columns = {"memory_bandwidth_tbs": [1.4, 1.39], "io_bandwidth_gbs": [1.0, 1.0], **_who(2)}
    frame = pl.DataFrame(columns, schema_overrides={"memory_bandwidth_tbs": pl.Float32})
    question: Any = {"on": "2025-05-01", "rulesets": LETTER, "explain": True}
    given_ = frame.lazy() if lazy else frame
    found = compliance.screen(given_, **question).lazy().collect()
    assert found["exportable"].to_list() == ["license", "yes"]
    assert found["margin"][0] == 0
    duckdb = pytest.importorskip("duckdb")
    table = duckdb.from_arrow(frame.to_arrow())
    assert compliance.screen(table, **question).pl()["exportable"].to_list() == ["license", "yes"]


def test_a_time_with_a_zone_is_the_day_it_is_there() -> None:
    """Half past midnight in Tokyo on the day a rule takes effect is the day before in London."""
    time = pl.Series(["2023-11-17 00:30"]).str.to_datetime().dt.replace_time_zone("Asia/Tokyo")
    frame = pl.DataFrame({"tpp": [15824.0], "performance_density": [19.4], "datacenter": [True]})
    frame = frame.with_columns(day=time)
    for given_ in (frame, frame.lazy(), frame.to_pandas(), frame.to_arrow()):
        found = compliance.screen(given_, columns={"on": "day"}, regimes="us-ear")
        table = found.collect() if isinstance(found, pl.LazyFrame) else found
        assert _column(table, "because") == ["us-ear-2023-11-17"]


def test_letters_of_all_languages_make_words(backend: Backend) -> None:
    """H20 is a word of its own, or it is none: the letter names none of these."""
    columns: r.Columns = {
        "name": ["H20中国版", "éH20", "H20²", "A800", "A800-中国版"],
        "vendor": ["NVIDIA", "NVIDIA", "NVIDIA", "英伟达 NVIDIA", "NVIDIA"],
        "tpp": [100.0] * 5,
        "datacenter": [False] * 5,
    }
    question: Any = {"on": "2023-10-30", "rulesets": "us-informed-2023-10-23"}
    found = backend.rows(compliance.screen(backend.make(columns, r.TYPES), **question))
    chips = [
        chip(name=name, vendor=vendor, market="consumer", declared={"tpp": Decimal(100)})
        for name, vendor in zip(columns["name"], columns["vendor"], strict=True)
    ]
    assert found["exportable"] == [compliance.check(one, **question).exportable for one in chips]
    assert found["exportable"][-1] == "license"


def test_equal_ends_in_different_units_are_a_range() -> None:
    """24.4 GB/s are less than 0.0244 TB/s to a computer."""
    gbs = [n / 10 for n in range(1, 2000)]
    columns = {
        "memory_bandwidth_tbs_min": [float(Decimal(str(n)) / 1000) for n in gbs],
        "memory_bandwidth_gbs_max": gbs,
        "io_bandwidth_gbs": [1.0] * len(gbs),
        **_who(len(gbs)),
    }
    assert set(screen(columns, on="2025-05-01", rulesets=LETTER)["exportable"]) == {"yes"}


def test_a_frame_without_rows_has_answers_without_rows() -> None:
    pd = pytest.importorskip("pandas")
    for frame in (pl.DataFrame({"tpp": [], "vendor": []}), pd.DataFrame(columns=["tpp", "vendor"])):
        found = compliance.screen(frame)
        assert list(found.columns) == ["tpp", "vendor", *OUTPUTS]
        assert len(found) == 0


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (["tpp"], "columns: found a list, expected a mapping"),
        ({"tpp": ("tpp",)}, r"columns\[tpp\]: found \('tpp',\), expected the name of a column"),
        ({"tpp": 0}, r"columns\[tpp\]: found 0, expected the name of a column, which is a text"),
        ({"tpp": "tpp", "tpp_": "tpp"}, 'columns: found "tpp_", .*did you mean tpp'),
    ],
)
def test_columns_are_a_mapping_of_names(columns: Any, said: str) -> None:  # noqa: ANN401 - anything
    with pytest.raises(compliance.InputError, match=said):
        compliance.screen(pl.DataFrame({"tpp": [1.0]}), columns=columns)


def test_names_that_do_not_tell_columns_apart_are_refused() -> None:
    pa, pd = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    duckdb = pytest.importorskip("duckdb")
    twice = [
        pd.DataFrame([[1.0, 2, 3]], columns=["tpp", "x", "x"]),
        pa.Table.from_arrays([pa.array([1.0])] * 3, names=["tpp", "x", "x"]),
        duckdb.sql("select 1.0 as tpp, 2 as x, 3 as x"),
    ]
    for frame in twice:
        with pytest.raises(compliance.InputError, match="2 columns called x"):
            compliance.screen(frame)
    with pytest.raises(compliance.InputError, match="a column exportable"):
        compliance.screen(duckdb.sql("""select 4800.0 as tpp, 'mine' as "Exportable" """))
    with pytest.raises(compliance.InputError, match="a column __compliance_0"):
        compliance.screen(pl.LazyFrame({"tpp": [1.0], "__compliance_0": [1]}))

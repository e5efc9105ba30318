"""What comes in comes out with more columns: laziness, order, types, and what can't be used."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rows as r
from backends import BACKENDS, Backend
from builders import RULESET

import compliance
from compliance import InputError, Ruleset
from compliance.frames import screening

pl = pytest.importorskip("polars")

OUTPUTS = ["outcome", "exportable", "entries", "missing", "because"]
QUESTION: Any = {"on": "2024-06-01", "to": "CN", "regimes": "us-ear"}
CHIPS: dict[str, list[Any]] = {
    "tpp": [4800.0, 100.0, 3000.0],
    "performance_density": [1.0, 1.0, None],
}
CHIPS["datacenter"] = [True] * 3
SAID = {
    "outcome": ["license_required", "not_listed", "undetermined"],
    "exportable": ["denied", "yes", "unknown"],
    "entries": ["3A090.a", "", ""],
    "missing": ["", "", "performance_density"],
    "because": ["us-ear-2024-04-04"] * 3,
}


def test_answers_stand_beside_what_was_there(backend: Backend) -> None:
    """In the same order, rows and columns, whatever else there is."""
    columns = {"serial": [3, 1, 2], **CHIPS, "note": ["x", None, "y"]}
    frame = backend.make(columns, r.TYPES)
    found = compliance.screen(frame, **QUESTION)
    assert type(found) is type(frame)
    assert backend.rows(found) == {**columns, **SAID}
    assert list(backend.rows(found)) == [*columns, *OUTPUTS]


def test_no_rows_and_no_values_are_no_trouble(backend: Backend) -> None:
    columns: dict[str, list[object]] = {"tpp": [], "market": []}
    found = backend.rows(compliance.screen(backend.make(columns, r.TYPES), **QUESTION))
    assert found == {**columns, **{name: [] for name in OUTPUTS}}
    nothing = {"tpp": [None], "datacenter": [None], "market": [None], "released": [None]}
    frame = backend.make(nothing, {**r.TYPES, "datacenter": bool})
    found = backend.rows(compliance.screen(frame, **QUESTION))
    assert found["exportable"] == ["unknown"]
    names = {"tpp", "performance_density", "datacenter"}
    assert set(str(found["missing"][0]).split(";")) == names


def test_whole_numbers_are_numbers(backend: Backend) -> None:
    columns: r.Columns = {
        "tpp": [4800, 100, 3000],
        "performance_density": [1, 1, 2],
        "datacenter": [True] * 3,
    }
    found = backend.rows(compliance.screen(backend.make(columns), **QUESTION))
    assert found["exportable"] == ["denied", "yes", "conditional"]


# What has no rows, no index and no order can only be asked lazily.


def test_a_polars_scan_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "chips.csv"
    pl.DataFrame(CHIPS).write_csv(file)
    scan = pl.scan_csv(file, schema=pl.DataFrame(CHIPS).schema)
    file.unlink()
    found = compliance.screen(scan, **QUESTION)
    assert isinstance(found, pl.LazyFrame)
    assert found.collect_schema().names() == [*CHIPS, *OUTPUTS]
    pl.DataFrame(CHIPS).write_csv(file)
    assert found.collect()["exportable"].to_list() == ["denied", "yes", "unknown"]


def test_a_polars_query_is_not_run() -> None:
    def refused(_: object) -> None:
        raise AssertionError

    lazy = pl.LazyFrame(CHIPS).map_batches(refused, schema=pl.LazyFrame(CHIPS).collect_schema())
    compliance.screen(lazy, explain=True, **QUESTION)


def test_a_duckdb_relation_is_not_run() -> None:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.create_function("once", lambda _: 1 / 0, ["DOUBLE"], "DOUBLE")
    found = compliance.screen(
        connection.sql("SELECT once(x) AS tpp FROM range(3) t(x)"), **QUESTION
    )
    assert isinstance(found, duckdb.DuckDBPyRelation)
    with pytest.raises(duckdb.Error):
        found.fetchall()


def test_a_dask_partition_is_not_computed() -> None:
    dd, pd = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    seen: list[int] = []

    def watched(part: Any) -> Any:  # noqa: ANN401 - a frame of pandas
        seen.append(len(part))
        return part

    whole = pd.DataFrame(CHIPS, index=[7, 8, 9])
    frame = dd.from_pandas(whole, npartitions=2).map_partitions(watched, meta=whole)
    found = compliance.screen(frame, **QUESTION)
    assert seen == []
    assert found.npartitions == 2
    assert found.divisions == frame.divisions
    computed = found.compute()
    assert (found.dtypes == computed.dtypes).all()
    assert computed.index.to_list() == [7, 8, 9]
    assert computed["exportable"].to_list() == SAID["exportable"]
    assert sum(seen) == 3


def test_two_questions_to_a_dask_frame_are_two() -> None:
    """A key of Dask's graph that leaves out the question would mix the answers up."""
    dd, pd = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    frame = dd.from_pandas(pd.DataFrame(CHIPS), npartitions=1)
    china, germany = (compliance.screen(frame, **{**QUESTION, "to": to}) for to in ("CN", "DE"))
    assert china.compute()["exportable"].to_list() == ["denied", "yes", "unknown"]
    assert germany.compute()["exportable"].to_list() == ["yes", "yes", "yes"]


def test_laws_are_sent_by_their_ids_to_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker has rules of its own, which have to say the same."""
    made: list[Any] = []
    monkeypatch.setattr(screening, "through", lambda *given: made.append(given[2]))
    compliance.screen(pl.DataFrame(CHIPS), **QUESTION)
    sent = pickle.dumps(made[0])
    assert len(sent) < 5000
    assert type(pickle.loads(sent)) is type(made[0])  # noqa: S301 - pickled above
    monkeypatch.setattr(Ruleset, "digest", "another")
    with pytest.raises(InputError, match="one version of the rules in all processes"):
        pickle.loads(sent)  # noqa: S301 - as above


def test_a_ruleset_of_one_s_own_is_not_sent(tmp_path: Path) -> None:
    dd, pd = pytest.importorskip("dask.dataframe"), pytest.importorskip("pandas")
    file = tmp_path / "my-law-2024-01-01.yaml"
    file.write_text(RULESET, encoding="utf-8")
    mine = compliance.load_ruleset(file)
    made = compliance.screen(
        dd.from_pandas(pd.DataFrame(CHIPS), npartitions=1), on="2024-06-01", rulesets=mine
    )
    assert made.compute(scheduler="sync")["exportable"].to_list() == ["license"] * 3
    with pytest.raises(InputError, match="expected bundled rulesets"):
        pickle.dumps(screening._Screening(screening._asked({"rulesets": mine}, {}), explain=False))  # noqa: SLF001 - as Dask does


@pytest.fixture(name="sparks")
def _sparks() -> Iterator[Any]:
    backend = BACKENDS["pyspark"]
    for package in backend.needs:
        pytest.importorskip(package)
    with backend.running() as session:
        yield session


def test_a_spark_frame_is_not_computed(sparks: Any) -> None:  # noqa: ANN401 - a session
    column = "CAST(raise_error('computed') AS DOUBLE) AS tpp"
    found = compliance.screen(sparks.range(3).selectExpr(column), **QUESTION)
    assert found.columns == ["tpp", *OUTPUTS]
    with pytest.raises(Exception, match="computed"):
        found.collect()


def test_the_index_of_pandas_is_kept() -> None:
    pd = pytest.importorskip("pandas")
    index = pd.MultiIndex.from_tuples([("a", 2), ("a", 1), ("b", 1)], names=["maker", "n"])
    frame = pd.DataFrame(CHIPS, index=index)
    before = frame.copy()
    found = compliance.screen(frame, **QUESTION)
    assert found.index.equals(index)
    assert found["exportable"].to_list() == SAID["exportable"]
    pd.testing.assert_frame_equal(frame, before)
    doubled = compliance.screen(pd.DataFrame(CHIPS, index=[0, 0, 0]), **QUESTION)
    assert doubled["exportable"].to_list() == SAID["exportable"]


def test_types_of_the_answers() -> None:
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = pl.DataFrame(CHIPS)
    enums = compliance.screen(frame, **QUESTION)
    assert all(isinstance(enums[name].dtype, pl.Enum) for name in OUTPUTS)
    table = compliance.screen(frame.to_arrow(), **QUESTION)
    assert all(pa.types.is_dictionary(table.schema.field(name).type) for name in OUTPUTS)
    pandas = compliance.screen(pd.DataFrame(CHIPS), **QUESTION)
    assert all(isinstance(pandas[name].dtype, pd.CategoricalDtype) for name in OUTPUTS)


def test_metrics_and_the_nearest_threshold_are_explained(backend: Backend) -> None:
    columns: r.Columns = {
        "fp16_tflops": [306.0, 294.0, None, 1.0],
        "die_area_mm2": [800.0, 1000.0, 800.0, 800.0],
        "datacenter": [True] * 4,
    }
    frame = backend.make(columns)
    found = backend.rows(compliance.screen(frame, explain=True, **QUESTION))
    names = ["tpp", "performance_density", "nearest", "margin"]
    assert list(found) == [*columns, *OUTPUTS, *names]
    assert found["tpp"] == [4896, 4704, None, 16]
    assert found["performance_density"] == pytest.approx([6.12, 4.704, None, 0.02])
    assert found["nearest"][:3] == ["tpp >= 4,800", "tpp >= 4,800", None]
    assert found["margin"][:2] == pytest.approx([0.02, -0.02])
    assert found["margin"][2] is None


def test_a_range_has_two_metrics_and_no_margin() -> None:
    ends = {"tpp_min": [4700.0, 4800.0], "tpp_max": [4900.0, 4800.0]}
    frame = pl.DataFrame({**ends, "datacenter": [True] * 2})
    found = compliance.screen(frame, explain=True, **QUESTION)
    assert found.columns == [*ends, "datacenter", *OUTPUTS, "nearest", "margin"]
    assert found["nearest"].to_list() == [None, "tpp >= 4,800"]
    assert found["margin"].to_list() == [None, 0.0]
    assert found["exportable"].to_list() == ["unknown", "denied"]


def test_a_range_that_is_none_says_nothing() -> None:
    frame = pl.DataFrame({"tpp_min": [4900.0], "tpp_max": [4700.0]})
    found = compliance.screen(frame, **QUESTION)
    assert found["missing"].to_list() == ["tpp;performance_density;datacenter"]


def test_what_no_quantity_can_be_is_missing(backend: Backend) -> None:
    amounts = [math.nan, -math.nan, math.inf, -math.inf, -1.0, None, -0.0, 4800.0]
    frame = backend.make({"tpp": amounts, "datacenter": [True] * 8})
    found = backend.rows(compliance.screen(frame, **QUESTION))
    assert found["exportable"] == [*["unknown"] * 6, "yes", "denied"]
    assert found["missing"] == [*["tpp;performance_density"] * 6, "", ""]


def test_rows_that_all_have_the_same_answer() -> None:
    frame = pl.LazyFrame({"tpp": [4800.0, None]})
    found = compliance.screen(frame, on="1994-01-01", to="DE")
    for optimizations in (pl.QueryOptFlags(), pl.QueryOptFlags.none()):
        rows = found.collect(optimizations=optimizations).select(OUTPUTS).rows()
        assert rows == [("undetermined", "unknown", "", "", "")] * 2


def test_decimals_are_numbers() -> None:
    amounts = [Decimal("4800.00"), Decimal("4799.99"), None]
    frame = pl.DataFrame(
        {"tpp": pl.Series(amounts, dtype=pl.Decimal(10, 2)), "datacenter": [True] * 3}
    )
    found = compliance.screen(frame, **QUESTION)
    assert found["exportable"].to_list() == ["denied", "unknown", "unknown"]


def test_objects_of_pandas_are_what_they_hold() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "tpp": [3000.0] * 3,
            "performance_density": [6.0] * 3,
            "datacenter": pd.Series([True, False, None], dtype=object),
            "released": pd.Series([date(2024, 1, 1), None, date(2024, 1, 1)], dtype=object),
        }
    )
    assert compliance.screen(frame, **QUESTION)["exportable"].to_list() == [
        "denied",
        "yes",
        "unknown",
    ]


# Rows whose own circumstances can't be read are unknown, and say which.

STRANGE: r.Columns = {
    "kind": ["accelerator", "toaster", "", None, "accelerator", "accelerator"],
    "place": ["cn", "CN", " China ", "CN", "Atlantis", None],
    "day": [date(2024, 6, 1), date(2024, 6, 1), None, date(2024, 6, 1), date(2024, 6, 1), None],
    "party": ["CN", None, "", "CN", "CN", "Mordor"],
}


def test_what_a_row_says_of_no_country_kind_or_day_is_missing(backend: Backend) -> None:
    a100 = {"bit_tops": [4992.0] * 6, "io_bandwidth_gbs": [600.0] * 6}
    columns = {"to": "place", "on": "day", "headquarters": "party"}
    frame = backend.make({**a100, **STRANGE}, r.TYPES)
    law = "us-ear-2023-01-17"
    found = backend.rows(compliance.screen(frame, columns=columns, rulesets=law))
    assert found["exportable"] == ["denied", "unknown", "unknown", "denied", "unknown", "unknown"]
    missing = [set(str(names).split(";")) for names in found["missing"]]
    assert missing == [{""}, {"kind"}, {"on"}, {""}, {"to"}, {"on", "to", "headquarters"}]


NUMBERS = {"tpp": [1.0]}
REFUSED: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (NUMBERS, {"quantity": 5}, "quantity: found 5, expected nothing"),
    (NUMBERS, {"shipped": {"us": 1}}, "shipped: found a mapping, expected nothing"),
    (NUMBERS, {"proposed": True}, "proposed: found true, expected nothing"),
    (NUMBERS, {"too": "CN"}, r"found \"too\".*did you mean to"),
    (NUMBERS, {"columns": {"tp": "tpp"}}, r"columns: found \"tp\".*did you mean tpp"),
    (NUMBERS, {"columns": {"tpp": "tpq"}}, r"columns\[tpp\]: found \"tpq\".*did you mean tpp"),
    (NUMBERS, {"columns": {"tpp": ("tpp", "GB/s")}}, "expected no unit"),
    (NUMBERS, {"columns": {"on": "tpp"}}, "column tpp of type Float64.*expected dates"),
    (NUMBERS, {"columns": {"to": "tpp"}}, "column tpp of type Float64.*expected text"),
    ({**NUMBERS, "d": ["CN"]}, {"columns": {"to": "d"}, "to": "DE"}, "a column or a constant"),
    ({"x": [1.0]}, {}, r"found \"the columns x\", expected tpp"),
    ({"tpp": ["1"]}, {}, "column tpp of type String.*expected numbers"),
    ({"market": [1.0]}, {}, "column market of type Float64.*expected text"),
    ({"datacenter": [1.0]}, {}, "column datacenter of type Float64.*expected true and false"),
    ({"released": ["2024"]}, {}, "column released of type String.*expected dates"),
    ({"memory_bandwidth": [1.0]}, {}, r"without a unit.*memory_bandwidth_mbs, or one such as GB/s"),
    ({"die_area": [1.0]}, {}, r"without a unit.*die_area_mm2"),
    (
        {"die_area": [1.0]},
        {"columns": {"die_area": ("die_area", "GB")}},
        "expected a unit of an area",
    ),
    ({"fp16_tflops": [1.0], "fp16_tops": [1.0]}, {}, "fp16_tflops and fp16_tops.*one of them"),
    ({"tpp": [1.0], "TPP": [1.0]}, {}, "tpp and TPP.*one of them"),
    ({"tpp": [1.0], "outcome": [1.0]}, {}, "a column outcome.*that name left"),
    ({"tpp": [1.0], "margin": [1.0]}, {"explain": True}, "a column margin.*that name left"),
    ({**NUMBERS, "on": ["2024-01-01"]}, {}, "a column on that nobody named.*named in `columns`"),
    ({**NUMBERS, "to": ["DE"]}, {}, "a column to that nobody named.*`to` said for all rows"),
    ({**NUMBERS, "headquarters": ["DE"]}, {}, "a column headquarters that nobody named"),
    (NUMBERS, {"on": "yesterday"}, 'on: found "yesterday", expected a date'),
    (NUMBERS, {"to": "Chian"}, "did you mean China"),
]


@pytest.mark.parametrize(("columns", "arguments", "message"), REFUSED)
def test_what_can_t_be_used_is_refused(
    columns: dict[str, list[Any]], arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        compliance.screen(pl.DataFrame(columns), **arguments)


@pytest.mark.parametrize("frame", [None, [], {"tpp": [1.0]}, "tpp", pl.Series("tpp", [1.0])])
def test_only_frames_are_screened(frame: object) -> None:
    with pytest.raises(InputError, match="expected a frame of pandas, Polars"):
        compliance.screen(frame)


def test_a_frame_may_have_columns_without_a_name() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"tpp": [4800.0], 0: [1], "datacenter": [True]})
    found = compliance.screen(frame, **QUESTION)
    assert list(found.columns) == ["tpp", 0, "datacenter", *OUTPUTS]
    assert found["exportable"].to_list() == ["denied"]


def test_an_empty_column_of_a_file_is_missing(tmp_path: Path) -> None:
    """To pandas it is one of numbers, whatever it is for."""
    pd = pytest.importorskip("pandas")
    file = tmp_path / "chips.csv"
    file.write_text("tpp,market,datacenter,released,name\n3000,,,,\n100,,,,\n", encoding="utf-8")
    found = compliance.screen(pd.read_csv(file), **QUESTION)
    assert found["exportable"].to_list() == ["unknown", "yes"]


@pytest.mark.parametrize("name", ["polars-eager", "polars-lazy", "pandas-numpy", "pyarrow"])
def test_no_column_is_overwritten(name: str) -> None:
    backend = BACKENDS[name]
    for package in backend.needs:
        pytest.importorskip(package)
    frame = backend.make({**CHIPS, "outcome": ["mine"] * 3})
    with pytest.raises(InputError, match=r"a column outcome.*that name left to the answer"):
        compliance.screen(frame, **QUESTION)
    frame = backend.make({"speed": [4800.0], "tpp": ["mine"]})
    found = compliance.screen(frame, columns={"tpp": "speed"}, explain=True, **QUESTION)
    assert backend.rows(found)["tpp"] == ["mine"]


def test_one_of_two_columns_may_be_named() -> None:
    frame = pl.DataFrame({"fp16_tflops": [300.0], "fp16_tops": [1.0], "datacenter": [True]})
    found = compliance.screen(frame, columns={"fp16": ("fp16_tflops", "TFLOPS")}, **QUESTION)
    assert found["exportable"].to_list() == ["denied"]


def test_a_column_may_be_named_like_what_is_said_for_all_rows() -> None:
    frame = pl.DataFrame({"tpp": [4800.0], "datacenter": [True], "to": ["consignee 7"]})
    found = compliance.screen(frame, **QUESTION)
    assert found["exportable"].to_list() == ["denied"]
    assert found["to"].to_list() == ["consignee 7"]


def test_a_day_may_have_an_hour() -> None:
    eve = datetime(2023, 11, 16, 23)  # noqa: DTZ001 - a day of the calendar
    frame = pl.DataFrame({"tpp": [4800.0] * 2, "day": [eve, eve + timedelta(hours=1)]})
    law = ["us-ear-2023-11-17", "us-ear-2023-01-17"]
    found = compliance.screen(frame, columns={"on": "day"}, to="CN", regimes="us-ear")
    assert found["because"].to_list() == law[::-1]


def test_without_a_day_it_is_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compliance.questions, "today", lambda: date(2024, 6, 1))
    found = compliance.screen(pl.DataFrame(CHIPS), regimes="us-ear")
    assert found["because"].to_list() == SAID["because"]

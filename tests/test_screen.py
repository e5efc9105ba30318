"""The law of frames is the law of single chips: both engines say the same of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import rows as r
from backends import BACKENDS, Backend
from hypothesis import given, settings
from hypothesis import strategies as st

import compliance
from compliance.circumstances import Activity
from compliance.frames.cases import one_bit_apart
from compliance.rulebook import all_rulesets

POLARS = BACKENDS["polars-eager"]
PLACES = {"on": "day", "to": "place", "headquarters": "party"}

ROWS = st.lists(st.fixed_dictionaries({n: st.sampled_from(c) for n, c in r.CHOICES.items()}),
                min_size=1, max_size=12)  # fmt: skip
RANGED = st.sets(st.sampled_from(r.NUMBERS))
RULESETS = [law.id for law in all_rulesets() if law.kind != "notice"]
REGIMES = sorted({law.regime for law in all_rulesets() if law.kind != "notice"})
CIRCUMSTANCES = {
    "activity": st.sampled_from(["export", "reexport", "transfer"]),
    "informed": st.sampled_from([None, True, False]),
    "view": st.sampled_from(["enforced", "text"]),
    "known_on": st.sampled_from([None, None, *r.DAYS]),
    "exporter": st.sampled_from(["other", "fabricator", "osat"]),
    "attested": st.sampled_from([None, "approved", "authorized", "packager", "none"]),
    "origin": st.sampled_from(["US", ("US", "EU"), "JP", ("EU", "JP", "US"), "EU"]),
    "claims": st.sampled_from([(), ("AIA", "LPP"), ("ACM", "small-value"), ("CTP",)]),
}
SLOW = ("pyspark", "dask-distributed")
LIBRARIES = [
    name
    for name, backend in BACKENDS.items()
    if name not in SLOW and all(map(find_spec, backend.needs))
]
QUICK = [name for name in LIBRARIES if name.startswith(("polars", "pandas", "pyarrow"))]
"""Those that plan a query over all law in less than a second."""

LAWS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"regimes": st.lists(st.sampled_from(REGIMES), min_size=1, max_size=2)}),
    st.fixed_dictionaries(
        {"rulesets": st.lists(st.sampled_from(RULESETS), min_size=1, max_size=3)}
    ),
)


def agree(
    rows: Sequence[r.Row],
    places: Mapping[str, Sequence[Any]],
    circumstances: Mapping[str, Any],
    *,
    ranged: Sequence[str] = r.NUMBERS,
    backend: Backend = POLARS,
    silent: bool = True,
) -> None:
    """Assert that a frame and the scalar engine say the same of each row.

    Args:
        rows: what is known of each item.
        places: circumstances that each row has its own of: `on`, `to`, `headquarters`.
        circumstances: that they share.
        ranged: metrics that may be ranges.
        backend: the kind of frame.
        silent: keep columns that say nothing of any row. Without them there are fewer cases.
    """
    rows = [r.exact(row, ranged) for row in rows]
    columns = r.columns(rows, ranged)
    if not silent:
        columns = {name: c for name, c in columns.items() if any(v is not None for v in c)}
    said = {PLACES[name]: values for name, values in places.items()}
    frame = backend.make({**columns, **said}, r.TYPES)
    found = compliance.screen(frame, columns={n: PLACES[n] for n in places}, **circumstances)
    for n, got in enumerate(r.screened(backend.rows(found))):
        question = {**circumstances, **{name: values[n] for name, values in places.items()}}
        assert got == r.asked(rows[n], question, days_vary="on" in places), (rows[n], question)


ASKED = st.fixed_dictionaries(
    {
        "rows": ROWS,
        "ranged": RANGED,
        "on": st.sampled_from(r.DAYS),
        "to": st.sampled_from(r.PLACES),
        "headquarters": st.sampled_from([None, *r.PLACES]),
        "others": st.fixed_dictionaries({}, optional=CIRCUMSTANCES),
        "laws": LAWS,
        "told": st.sets(st.sampled_from(r.NUMBERS), max_size=4),
        "silent": st.booleans(),
    }
)
"""Rows, and what is asked of all of them; sometimes only some metrics are told of."""


def _agree(asked: Mapping[str, Any], backend: Backend) -> None:
    rows, told, silent = asked["rows"], asked["told"], asked["silent"]
    places = {name: asked[name] for name in ("on", "to", "headquarters")}
    circumstances = {**places, **asked["others"], **asked["laws"]}
    if not silent:
        rows = [{**row, **{n: r.NOTHING for n in r.NUMBERS if n not in told}} for row in rows]
    agree(rows, {}, circumstances, ranged=sorted(asked["ranged"]), backend=backend, silent=silent)


@settings(max_examples=60)
@given(asked=ASKED, library=st.sampled_from(LIBRARIES))
def test_a_frame_says_what_the_scalar_engine_says(asked: dict[str, Any], library: str) -> None:
    _agree(asked, BACKENDS[library])


@pytest.mark.parametrize("name", SLOW)
def test_so_it_does_where_a_plan_takes_seconds(name: str) -> None:
    backend = BACKENDS[name]
    for package in backend.needs:
        pytest.importorskip(package)

    @settings(max_examples=4)
    @given(asked=ASKED)
    def check(asked: dict[str, Any]) -> None:
        _agree(asked, backend)

    with backend.running():
        check()


def _shares(choices: Sequence[Any]) -> st.SearchStrategy[Any]:
    """A circumstance that all rows share, or of which each has its own."""
    each = st.lists(st.sampled_from(choices), min_size=12, max_size=12)
    return st.sampled_from(choices) | each


@settings(max_examples=25)
@given(
    rows=ROWS,
    on=_shares(r.DAYS),
    to=_shares(r.PLACES),
    headquarters=_shares([None, *r.PLACES]),
    others=st.fixed_dictionaries({}, optional=CIRCUMSTANCES),
    laws=LAWS,
    library=st.sampled_from(QUICK),
)
def test_so_it_does_where_each_row_has_its_own_day_and_place(
    *,
    rows: list[r.Row],
    on: object,
    to: object,
    headquarters: object,
    others: dict[str, Any],
    laws: dict[str, Any],
    library: str,
) -> None:
    circumstances: dict[str, Any] = {**others, **laws}
    places: dict[str, Sequence[Any]] = {}
    for name, said in (("on", on), ("to", to), ("headquarters", headquarters)):
        if isinstance(said, list):
            places[name] = said[: len(rows)]
        else:
            circumstances[name] = said
    agree(rows, places, circumstances, backend=BACKENDS[library])


SAMPLE = r.spotted(seed=1, number=240)
QUESTIONS: list[tuple[dict[str, Sequence[Any]], dict[str, Any]]] = [
    ({}, {"on": "2025-05-01"}),
    (
        {"on": r.DAYS * 20, "to": r.PLACES * 20, "headquarters": [None, *r.PLACES] * 20},
        {"regimes": ["us-informed", "eu-annex1"], "activity": "transfer"},
    ),
    (
        {"to": r.PLACES * 20},
        {
            "on": "2026-08-01",
            "headquarters": "CN",
            "rulesets": ["us-ear-2026-07-10", "jp-meti-2026-02-14", "us-tariff-232-2026-01-15"],
            "exporter": "fabricator",
            "attested": "packager",
        },
    ),
]


@pytest.mark.parametrize("number", range(len(QUESTIONS)))
def test_every_library_says_the_same(backend: Backend, number: int) -> None:
    places, circumstances = QUESTIONS[number]
    places = {name: values[: len(SAMPLE)] for name, values in places.items()}
    agree(SAMPLE, places, circumstances, backend=backend, ranged=("tpp", "memory_bandwidth"))


@pytest.mark.parametrize("name", ["polars-lazy", "pandas-nullable", "duckdb", "ibis"])
def test_tables_of_several_laws_say_the_same(name: str) -> None:
    """Few columns make few cases, and laws enough that each has a table of its own."""
    backend = BACKENDS[name]
    for package in backend.needs:
        pytest.importorskip(package)
    told = ("tpp", "performance_density", "memory_bandwidth", "io_bandwidth")
    rows = [{**row, **{n: r.NOTHING for n in r.NUMBERS if n not in told}} for row in SAMPLE]
    agree(rows, {}, {"on": "2025-06-01"}, backend=backend, ranged=(), silent=False)


def test_an_activity_counts_where_each_row_has_its_own_destination() -> None:
    """The case-by-case review of 2026 is for exports; a reexport to China is denied."""
    h200 = {"tpp": [15840.0], "performance_density": [19.4], "memory_bandwidth_gbs": [4800.0]}
    frame = POLARS.make({**h200, "datacenter": [True], "place": ["CN"]})
    expected: dict[Activity, str] = {"export": "license", "reexport": "denied"}
    for activity, exportable in expected.items():
        found = compliance.screen(
            frame, columns={"to": "place"}, on="2026-03-01", activity=activity, regimes="us-ear"
        )
        assert found["exportable"].to_list() == [exportable]


def test_what_is_kept_of_one_question_is_not_taken_for_another() -> None:
    """Regimes that have ended have no ruleset in force, and still make the question another one."""
    frame = POLARS.make({"tpp": [5000.0] * 3, "released": [None, *r.DAYS[:2]]}, {"released": date})
    asked: list[dict[str, Any]] = [{"regimes": "us-ear"}, {"regimes": ["us-ear", "us-ctp"]}]
    found = [compliance.screen(frame, on="2025-05-01", **laws).to_dicts() for laws in asked]
    assert found[0] == found[1]


@cache
def _grid() -> list[r.Row]:
    return [r.exact(row) for row in r.spotted(seed=2, number=3000)]


@pytest.mark.filterwarnings("ignore:Sending large graph")  # Dask's, for rows that come from here
def test_a_hundred_thousand_rows(backend: Backend) -> None:
    """Drawn from 3,000 different ones, which the scalar engine is asked about once each."""
    drawn = Random(3).choices(range(len(_grid())), k=100_000)  # noqa: S311 - no secret
    of_grid = r.columns(_grid())
    frame = backend.make(
        {column: [values[n] for n in drawn] for column, values in of_grid.items()}, r.TYPES
    )
    got = r.screened(backend.rows(compliance.screen(frame, on="2026-03-01", to="CN")))
    expected = _answers()
    assert len(got) == len(drawn)
    assert [n for n, said in zip(drawn, got, strict=True) if said != expected[n]] == []


@cache
def _answers() -> list[r.Said]:
    return [r.asked(row, {"on": "2026-03-01", "to": "CN"}) for row in _grid()]


def test_the_rows_come_to_every_answer() -> None:
    """Else they would not test much."""
    said = [r.asked(row, {"on": "2026-03-01", "to": "CN"}) for row in SAMPLE]
    assert {one.exportable for one in said} == {
        "yes",
        "conditional",
        "license",
        "denied",
        "unknown",
    }
    assert len({one.outcome for one in said}) > 3
    assert len({name for one in said for name in one.missing}) > 5


def test_one_bit_turns_from_level_to_level() -> None:
    for count in range(1, 70):
        codes = one_bit_apart(count)
        assert sorted(codes) == list(range(count))
        assert all((one ^ other).bit_count() == 1 for one, other in pairwise(codes))

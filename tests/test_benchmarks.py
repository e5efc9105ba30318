"""Whoever is measured beside us says what we say; nothing here is timed."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest

for _needed in ("numpy", "polars", "pyarrow", "pandas", "duckdb"):
    pytest.importorskip(_needed)

# ruff: noqa: E402 - without these packages there is nothing to import
from benchmarks import rows
from benchmarks.byhand import BY_HAND
from benchmarks.frames import KINDS, Kind, first
from benchmarks.logs import compare, made
from benchmarks.microsim import ENGINES, OUTPUTS, Engine, said
from benchmarks.peers import PEERS, Peer

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.byhand import Verdict

pytestmark = pytest.mark.filterwarnings("default")  # of packages that are not ours
COLUMNS = rows.columns(200)
ROWS = COLUMNS.rows(200)
EXPECTED = rows.expected(ROWS)


def test_the_rows_are_of_all_sorts() -> None:
    said_of_rows = {expected.said for expected in EXPECTED}
    assert {outcome for outcome, *_ in said_of_rows} == {
        "not_listed",
        "license_exception",
        "license_required",
        "undetermined",
    }
    assert {row.tpp for row in ROWS} >= {None, 1600.0, 2400.0, 4800.0}
    assert {row.performance_density for row in ROWS} >= {None, 1.6, 3.2, 5.92}
    assert {row.datacenter for row in ROWS} == {None, False, True}


@pytest.mark.parametrize("decide", BY_HAND.values(), ids=BY_HAND)
def test_if_and_else_say_what_we_say(decide: Callable[[rows.Row], Verdict]) -> None:
    assert [decide(row) for row in ROWS] == [expected.said[:3] for expected in EXPECTED]


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_engines_say_what_we_say(peer: Peer) -> None:
    try:
        ready = peer.prepare(ROWS)
    except ModuleNotFoundError as missing:
        pytest.skip(f"{missing.name} is not installed")
    assert ready.verdicts() == [expected.truths for expected in EXPECTED]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("ours", [False, True], ids=["by hand", "compliance"])
def test_frames_say_what_one_check_says(kind: Kind, *, ours: bool) -> None:
    columns = COLUMNS.complete() if kind.complete else COLUMNS
    answers = first(kind.work(kind.make(columns), ours=ours)())
    assert answers == [expected.said for expected in rows.expected(columns.rows(200))]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_engines_of_tax_law_say_what_we_say(engine: Engine) -> None:
    if importlib.util.find_spec(engine.package) is None:
        pytest.skip(f"{engine.name} is not installed")
    codes = engine.prepare(COLUMNS)()
    answers = [said(codes, row) for row in range(200)]
    assert answers == [expected.said[: len(OUTPUTS)] for expected in EXPECTED]


def test_rows_of_a_log_say_what_one_check_says() -> None:
    compare(made(100))

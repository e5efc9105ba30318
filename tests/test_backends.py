"""The frames that other tests run on hold what they were given, on every backend."""

from __future__ import annotations

from datetime import date

import pytest
from backends import Backend, Columns

CHIPS: Columns = {
    "name": ["H20", None, "", "Ascend 910C", " MI308X "],
    "tpp": [2368.0, None, 4800.0, float("nan"), 0.1],
    "dies": [1, 2, 3, 4, 5],
    "datacenter": [True, None, False, True, None],
    "released": [date(2024, 2, 1), None, date(2023, 11, 17), date(1969, 12, 31), date(2025, 1, 1)],
}


def test_a_frame_holds_what_it_was_given(backend: Backend) -> None:
    expected = {**CHIPS, "tpp": [2368.0, None, 4800.0, None, 0.1]}
    assert backend.rows(backend.make(CHIPS)) == expected


@pytest.mark.parametrize("kind", [bool, int, float, str, date])
def test_a_column_may_lack_every_value(backend: Backend, kind: type) -> None:
    columns: Columns = {"dies": [1, 2, 3], "nothing": [None] * 3}
    assert backend.rows(backend.make(columns, {"nothing": kind})) == columns


def test_a_frame_may_lack_every_row(backend: Backend) -> None:
    columns: dict[str, list[object]] = {"name": [], "tpp": []}
    assert backend.rows(backend.make(columns, {"name": str})) == columns


def test_rows_keep_their_order(backend: Backend) -> None:
    columns = {"dies": [n * 7919 % 1000 for n in range(1000)]}
    assert backend.rows(backend.make(columns)) == columns

"""Shipping logs: all law, and each row judged by that of its own day and destination."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

import compliance
from benchmarks import rows
from benchmarks.frames import COLUMNS, in_polars
from benchmarks.rounds import Section, interleaved
from compliance.answers import answer
from compliance.questions import read

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARED = 300
"""Rows on which the answers are compared with the scalar engine's."""

FIRST, DAYS = date(2022, 1, 1), 1700
COUNTRIES = ("CN", "DE", "AE", "IN", "US", "RU", "SG", "VN")
SAME: dict[str, Any] = {"on": "2024-06-01", "to": "CN"}
EACH = {"on": "shipped", "to": "country"}

ONE = "compliance, one day and destination for all"
BY_DAY = "compliance, a day for each row"
BY_BOTH = "compliance, a day and a destination for each row"
PLANNED = "compliance, the last planned and not carried out"


def logged(rounds: int, count: int) -> Section:
    """Measure logs in Polars."""
    log = made(count)
    compare(log.head(COMPARED))
    works: dict[str, Callable[[], object]] = {
        ONE: lambda: compliance.screen(log, **SAME),
        BY_DAY: lambda: compliance.screen(log, columns={"on": "shipped"}, to="CN"),
        BY_BOTH: lambda: compliance.screen(log, columns=EACH),
        PLANNED: lambda: compliance.screen(log.lazy(), columns=EACH),
    }
    times = interleaved(works, rounds)
    return Section(
        f"A shipping log of {count // 1_000_000} million rows",
        f"All rulesets, {len(COUNTRIES)} destinations, {DAYS:,} days from {FIRST}, in Polars, "
        f"{rounds} rounds. {COMPARED} answers were compared with the scalar engine's.",
        "ms",
        1e3,
        times,
        (ONE,),
    )


def made(count: int) -> pl.DataFrame:
    """Return a log, always the same one."""
    rng = np.random.default_rng(rows.SEED)
    days = np.datetime64(FIRST) + rng.integers(0, DAYS, count)
    places = pl.Series(rng.integers(0, len(COUNTRIES), count, dtype=np.uint8))
    return in_polars(rows.columns(count)).with_columns(
        shipped=pl.Series(days.astype("datetime64[D]")),
        country=pl.lit(pl.Series(COUNTRIES)).gather(places),
        vendor=pl.lit("Y"),  # as the chips of `rows.items` have it
        name=pl.lit("X"),
    )


def compare(log: pl.DataFrame) -> None:
    """Compare answers with the scalar engine's.

    Raises:
        AssertionError: one differs.
    """
    found = compliance.screen(log, columns=EACH)
    stated = [rows.Row(*row) for row in log.select(rows.FIELDS).iter_rows()]
    for item, (day, country), said in zip(
        rows.items(stated),
        log.select("shipped", "country").iter_rows(),
        found.select(COLUMNS[:3]).iter_rows(),
        strict=True,
    ):
        ours = answer(item, read({"on": day, "to": country})).answer
        entries = list(dict.fromkeys(e for a in ours.judged for e in a.entries))
        expected = ours.outcome, ours.exportable, ";".join(entries)
        if said != expected:
            raise AssertionError(f"{day}, {country}: {said}, and one by one {expected}")

"""Many chips: `compliance.screen` on every kind of frame, beside the same rules by hand."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import duckdb
import numpy as np
import pandas as pd
import polars as pl

import compliance
from benchmarks import columnwise, rows
from benchmarks.memory import peaks
from benchmarks.microsim import ENGINES, OUTPUTS, said
from benchmarks.rounds import Budget, Section, interleaved, ratios, short

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARED = 3000
"""Rows on which everybody is compared with the scalar engine, in exact decimals."""

FLOOR = "floor: read the columns, write a byte"
COLUMNS = ("outcome", "exportable", "entries", "missing", "because")

Frame: TypeAlias = Any
"""A frame of some library."""


class Kind(NamedTuple):
    """A kind of frame.

    Attributes:
        name: as it is shown.
        limit: percent of the speed by hand that was promised.
        make: from columns to a frame.
        by_hand: the frame with the answers, by hand.
        done: what makes an answer real, where it is lazy.
        complete: it can't hold a missing bool, so that none is missing.
        fewer: how many times fewer rows it is given, being slow; its times are multiplied.
    """

    name: str
    limit: int
    make: Callable[[rows.Columns], Frame]
    by_hand: Callable[[Frame], Frame]
    done: Callable[[Frame], Frame] = lambda frame: frame
    complete: bool = False
    fewer: int = 1

    def work(self, frame: Frame, *, ours: bool) -> Callable[[], Frame]:
        """Return what is timed: a frame screened, or by hand."""
        answer = screened if ours else self.by_hand
        return lambda: self.done(answer(frame))


def screened(frame: Frame) -> Frame:
    """Return a frame with our answers."""
    question = rows.QUESTION
    return compliance.screen(frame, rulesets=rows.LAW, on=question.on, to=question.to)


def in_polars(columns: rows.Columns) -> pl.DataFrame:
    """Return the columns in Polars, null where missing."""
    tpp, density, datacenter = rows.FIELDS
    return pl.DataFrame(
        {
            tpp: pl.Series(columns.tpp, nan_to_null=True),
            density: pl.Series(columns.performance_density, nan_to_null=True),
            datacenter: columns.datacenter,
            "stated": columns.stated,
        }
    ).select(tpp, density, pl.when("stated").then(datacenter).alias(datacenter))


def in_duckdb(columns: rows.Columns) -> Frame:
    """Return the columns as a table of DuckDB."""
    connection = duckdb.connect()
    connection.register("given", in_polars(columns).to_arrow())
    connection.sql("create table chips as select * from given")
    connection.unregister("given")
    return connection.table("chips")


def in_pandas(columns: rows.Columns) -> pd.DataFrame:
    """Return the columns in pandas, on its nullable types."""
    numbers = {
        name: pd.arrays.FloatingArray(np.nan_to_num(values), np.isnan(values))
        for name, values in zip(rows.FIELDS, columns[:2], strict=False)
    }
    flags = pd.arrays.BooleanArray(columns.datacenter.copy(), ~columns.stated)
    return pd.DataFrame({**numbers, rows.FIELDS[2]: flags})


def in_numpy(columns: rows.Columns) -> pd.DataFrame:
    """Return the columns in pandas, on NumPy's types, with NaN where missing."""
    return pd.DataFrame(dict(zip(rows.FIELDS, columns, strict=False)))


def in_batches(relation: Frame) -> list[Frame]:
    """Read a relation in batches, and keep the first."""
    first: list[Frame] = []
    for batch in relation.to_arrow_reader(1 << 17):
        first = first or [batch]
    return first


KINDS = (
    Kind(
        "Polars",
        90,
        lambda columns: in_polars(columns).lazy(),
        columnwise.polars,
        lambda frame: frame.collect(engine="streaming"),
    ),
    Kind("PyArrow", 90, lambda columns: in_polars(columns).to_arrow(), columnwise.arrow),
    Kind("DuckDB", 90, in_duckdb, columnwise.duck, in_batches, fewer=10),
    Kind("pandas, nullable", 90, in_pandas, columnwise.nullable),
    Kind("pandas on NumPy", 75, in_numpy, columnwise.numpy, complete=True),
)


def framed(rounds: int, count: int) -> Section:
    """Measure many rows at once."""
    columns = rows.columns(count)
    works: dict[str, Callable[[], object]] = {FLOOR: _floor(columns)}
    notes: dict[str, str] = {}
    for kind in KINDS:
        theirs = columns if kind.fewer == 1 else rows.columns(count // kind.fewer)
        theirs = theirs.complete() if kind.complete else theirs
        expected = [tuple(e.said) for e in rows.expected(theirs.rows(COMPARED))]
        frame = kind.make(theirs)
        for ours in (False, True):
            name = _name(kind, ours=ours)
            work = kind.work(frame, ours=ours)
            reason = _refusal(work, expected)
            if reason:
                notes[name] = reason
            else:
                works[name] = work
    _add_engines(columns, works, notes)
    times = interleaved(works, rounds)
    for kind in KINDS:
        for name in (_name(kind, ours=True), _name(kind, ours=False)):
            if name in times:
                times[name] = [seconds * kind.fewer for seconds in times[name]]
    for name in times:
        rate = short(median(count / 1e6 / seconds for seconds in times[name]))
        share = short(100 * median(ratios(times, FLOOR, name)))
        more = f"; {notes[name]}" if name in notes else ""
        notes[name] = f"{rate} M rows/s, {share} % of the floor{more}"
    return Section(
        f"{count // 1_000_000} million rows",
        f"{rows.LAW} for shipments to China; of every frame the columns {', '.join(rows.FIELDS)}, "
        f"and back the same frame with {', '.join(COLUMNS)}. {rounds} rounds, Polars lazy and "
        "streaming, DuckDB read in batches (a tenth of the rows, its times tenfold), NumPy in "
        "blocks. By hand is the same law and the same columns; the answers of all were compared "
        f"with the scalar engine's on {COMPARED:,} rows. OpenFisca and PolicyEngine write codes.",
        "ms",
        1e3,
        times,
        (FLOOR,),
        notes,
        _budgets(times),
    )


def remembered(count: int) -> Section:
    """Measure the memory that an answer takes over its input, at the peak, in its own process."""
    times, notes, budgets = {}, {}, []
    for kind in KINDS:
        for ours in (False, True):
            name = _name(kind, ours=ours)
            peak = peaks(kind.name, count, ours=ours)
            if isinstance(peak, str):
                notes[name] = peak
                continue
            times[name] = [peak / count]
            if ours:
                what = f"memory over the input, {kind.name}"
                budgets.append(Budget(what, "a row", 8, "at most", times[name], "bytes"))
    return Section(
        "Memory",
        f"Peak of the resident memory over what the process had with its input of {count:,} rows, "
        "per row, answers included; each in its own process, once.",
        "bytes a row",
        1.0,
        times,
        (),
        notes,
        budgets,
    )


def first(answer: Frame) -> list[tuple[str, ...]]:
    """Return the answers to the first rows."""
    if isinstance(answer, list):
        answer = answer[0]
    some: Frame = answer[:COMPARED] if hasattr(answer, "iloc") else answer.slice(0, COMPARED)
    plain = pl.from_pandas(some) if hasattr(some, "iloc") else pl.DataFrame(some)
    return [tuple(map(str, row)) for row in plain.select(COLUMNS).iter_rows()]


def _refusal(work: Callable[[], Frame], expected: list[tuple[str, ...]]) -> str:
    """Return why a work is not timed; empty where it is."""
    try:
        answers = first(work())
    except Exception as error:  # noqa: BLE001 - one that fails must not end the run of the others
        return f"not timed: {type(error).__name__}"
    wrong = sum(a != b for a, b in zip(answers, expected, strict=True))
    return f"not timed: {wrong} of {COMPARED} answers differ" if wrong else ""


def _name(kind: Kind, *, ours: bool) -> str:
    return f"{'compliance' if ours else 'by hand'}, {kind.name}"


def _add_engines(
    columns: rows.Columns, works: dict[str, Callable[[], object]], notes: dict[str, str]
) -> None:
    """Add the engines that are installed and agree."""
    expected = [e.said for e in rows.expected(columns.rows(COMPARED))]
    for engine in ENGINES:
        if find_spec(engine.package) is None:
            notes[engine.name] = "not installed"
            continue
        work = engine.prepare(columns)
        codes = work()
        wrong = sum(said(codes, n) != e[: len(OUTPUTS)] for n, e in enumerate(expected))
        if wrong:
            notes[engine.name] = f"not timed: {wrong} of {COMPARED} answers differ"
            continue
        works[engine.name] = work
        if not engine.near():
            notes[engine.name] = "takes a TPP of 4,799.9999 for 4,800"


def _budgets(times: dict[str, list[float]]) -> list[Budget]:
    budgets = []
    for kind in KINDS:
        ours, theirs = _name(kind, ours=True), _name(kind, ours=False)
        if ours in times and theirs in times:
            percent = [100 * ratio for ratio in ratios(times, theirs, ours)]
            what = f"many rows, {kind.name}: speed"
            budgets.append(Budget(what, theirs, kind.limit, "at least", percent, "%"))
    ours, engine = _name(KINDS[0], ours=True), ENGINES[0].name
    if ours in times and engine in times:
        what = "many rows, Polars: times as fast"
        budgets.append(Budget(what, engine, 15, "at least", ratios(times, engine, ours)))
    return budgets


def _floor(columns: rows.Columns) -> Callable[[], object]:
    """Return what no way through memory beats: reading every column and writing a byte a row."""
    count, threads = len(columns.tpp), os.cpu_count() or 1
    bounds = [count * n // threads for n in range(threads + 1)]
    pool = ThreadPoolExecutor(threads)
    out = np.zeros(count, dtype=bool)

    def share(start: int, stop: int) -> float:
        part = slice(start, stop)
        np.copyto(out[part], columns.datacenter[part])
        return float(columns.tpp[part].sum() + columns.performance_density[part].sum())

    return lambda: list(pool.map(share, bounds[:-1], bounds[1:]))

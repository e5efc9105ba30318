"""The same rules by hand over columns, each as its library is best used.

Every function takes a frame of `frame` and returns it with the five columns that
`compliance.screen` adds. Polars, Arrow, DuckDB and nullable pandas bring the three values along;
NumPy has NaN, and a rule is asked twice: surely and possibly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.rows import (
    ENTRIES,
    EXPORTABLE,
    FIELDS,
    LAW,
    LISTED,
    MISSING,
    OUTCOMES,
    UNDETERMINED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

# ruff: noqa: PLR2004 - the numbers are the law's

BLOCK = 1 << 16
"""Rows that NumPy takes at once: what it writes in between stays in the cache."""


def _verdicts(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Add what the criteria come to in Polars; what is used twice becomes a column for a while."""
    c, (tpp, density, datacenter) = pl.col, (pl.col(name) for name in FIELDS)
    return (
        frame.with_columns(
            _top=tpp >= 4800,
            _mid=tpp >= 2400,
            _low=tpp >= 1600,
            _dense=density >= 5.92,
            _half=density >= 3.2,
            _thin=density >= 1.6,
        )
        .with_columns(_noted=~datacenter & ~c("_top"))
        .with_columns(_a=(c("_top") | (c("_low") & c("_dense"))) & ~c("_noted"))
        .with_columns(
            _b=(
                (c("_mid") & ~c("_top") & c("_thin") & ~c("_dense"))
                | (c("_low") & c("_half") & ~c("_dense"))
            )
            & ~c("_noted")
            & ~c("_a")
        )
        .with_columns(
            _listed=c("_a") | c("_b"),
            _excepted=(~datacenter & c("_top")) | (datacenter & c("_b")),
        )
        .with_columns(_denied=c("_listed") & ~c("_excepted"))
    )


def polars(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Add the columns in Polars."""
    c, (tpp, density, datacenter) = pl.col, (pl.col(name) for name in FIELDS)

    def texts(words: tuple[str, ...]) -> list[pl.Expr]:
        return [pl.lit(word, dtype=pl.Enum(words)) for word in words]

    def by_verdict(words: tuple[str, ...]) -> pl.Expr:
        free, excepted, denied, open_ = texts(words)
        return (
            pl.when(~c("_listed"))
            .then(free)
            .when(c("_excepted"))
            .then(excepted)
            .when(c("_denied"))
            .then(denied)
            .otherwise(open_)
        )

    def bit(condition: pl.Expr, place: int) -> pl.Expr:
        one, none = pl.lit(1 << place, dtype=pl.UInt8), pl.lit(0, dtype=pl.UInt8)
        return pl.when(condition).then(one).otherwise(none)

    unlisted, a, b = texts(LISTED)
    no_density = density.is_null() & ~c("_top").fill_null(value=False)
    bits = bit(tpp.is_null(), 0) | bit(no_density, 1) | bit(datacenter.is_null(), 2)
    return (
        _verdicts(frame)
        .with_columns(
            outcome=by_verdict(OUTCOMES),
            exportable=by_verdict(EXPORTABLE),
            entries=pl.when("_a").then(a).when("_b").then(b).otherwise(unlisted),
        )
        .with_columns(
            missing=pl.when(c("outcome") == OUTCOMES[UNDETERMINED])
            .then(bits)
            .otherwise(pl.lit(0, dtype=pl.UInt8))
            .cat.to(pl.Enum(MISSING)),
            because=pl.lit(LAW, dtype=pl.Enum([LAW])),
        )
        .select(*FIELDS, "outcome", "exportable", "entries", "missing", "because")
    )


def arrow(table: pa.Table) -> pa.Table:
    """Add the columns in Arrow, whose connectives of three values have names of their own."""
    both, either, negated = pc.and_kleene, pc.or_kleene, pc.invert
    tpp, density, datacenter = (table[name] for name in FIELDS)
    top, mid, low = (pc.greater_equal(tpp, limit) for limit in (4800, 2400, 1600))
    dense, half, thin = (pc.greater_equal(density, limit) for limit in (5.92, 3.2, 1.6))
    sparse = negated(dense)
    kept = negated(both(negated(datacenter), negated(top)))
    a = both(either(top, both(low, dense)), kept)
    first = both(both(mid, negated(top)), both(thin, sparse))
    second = both(low, both(half, sparse))
    b = both(both(either(first, second), kept), negated(a))
    listed = either(a, b)
    excepted = either(both(negated(datacenter), top), both(datacenter, b))
    denied = both(listed, negated(excepted))

    def surely(truth: Any) -> Any:  # noqa: ANN401 - Arrow's arrays have no types
        return pc.fill_null(truth, False)  # noqa: FBT003 - the value

    def code(number: int) -> pa.Scalar:
        return pa.scalar(number, pa.uint8())

    def bit(condition: Any, place: int) -> Any:  # noqa: ANN401 - as above
        return pc.if_else(condition, code(1 << place), code(0))

    open_ = pc.if_else(surely(denied), code(2), code(UNDETERMINED))
    verdict = pc.if_else(surely(excepted), code(1), open_)
    verdict = pc.if_else(surely(negated(listed)), code(0), verdict)
    entries = pc.if_else(surely(a), code(1), pc.if_else(surely(b), code(2), code(0)))
    no_density = pc.and_(pc.is_null(density), negated(surely(top)))
    bits = pc.bit_wise_or(bit(pc.is_null(tpp), 0), bit(no_density, 1))
    bits = pc.bit_wise_or(bits, bit(pc.is_null(datacenter), 2))
    missing = pc.if_else(pc.equal(verdict, code(UNDETERMINED)), bits, code(0))
    because = pa.nulls(len(table), pa.uint8()).fill_null(0)
    for name, codes, words in (
        ("outcome", verdict, OUTCOMES),
        ("exportable", verdict, EXPORTABLE),
        ("entries", entries, LISTED),
        ("missing", missing, MISSING),
        ("because", because, (LAW,)),
    ):
        whole = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
        column = pa.DictionaryArray.from_arrays(whole, pa.array(words))
        table = table.append_column(name, column)
    return table


def _listed(words: tuple[str, ...]) -> str:
    """Return texts as a list of DuckDB, to be indexed from one."""
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


SQL = f"""
with lines as (
    select *, tpp >= 4800 as top, tpp >= 2400 as mid, tpp >= 1600 as low,
        performance_density >= 5.92 as dense, performance_density >= 3.2 as half,
        performance_density >= 1.6 as thin
    from rows
), noted as (
    select *, not (not datacenter and not top) as kept from lines
), first as (
    select *, (top or (low and dense)) and kept as a from noted
), second as (
    select *, ((mid and not top and thin and not dense) or (low and half and not dense))
        and kept and not a as b from first
), exceptions as (
    select *, a or b as listed, (not datacenter and top) or (datacenter and b) as excepted
    from second
), verdicts as (
    select *, case when not listed then 0 when excepted then 1 when listed and not excepted then 2
        else {UNDETERMINED} end as verdict from exceptions
), missing as (
    select *, case when verdict = {UNDETERMINED} then
        (case when tpp is null then 1 else 0 end)
        + (case when performance_density is null and top is not true then 2 else 0 end)
        + (case when datacenter is null then 4 else 0 end) else 0 end as bits from verdicts
)
select {", ".join(FIELDS)},
    {_listed(OUTCOMES)}[verdict + 1] as outcome,
    {_listed(EXPORTABLE)}[verdict + 1] as exportable,
    case when a then '{ENTRIES[0]}' when b then '{ENTRIES[1]}' else '' end as entries,
    {_listed(MISSING)}[bits + 1] as missing,
    '{LAW}' as because
from missing
"""  # noqa: S608 - put together from constants


def duck(relation: Any) -> Any:  # noqa: ANN401 - DuckDB's type of a relation may be None
    """Add the columns in DuckDB's SQL."""
    return relation.query("rows", SQL)


def nullable(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns in pandas on its nullable types."""
    tpp, density, datacenter = (frame[name] for name in FIELDS)
    top, low, dense = tpp >= 4800, tpp >= 1600, density >= 5.92
    kept = ~(~datacenter & ~top)
    a = (top | (low & dense)) & kept
    first = (tpp >= 2400) & ~top & (density >= 1.6) & ~dense
    b = (first | (low & (density >= 3.2) & ~dense)) & kept & ~a
    listed = a | b
    excepted = (~datacenter & top) | (datacenter & b)

    def surely(truth: Any) -> Any:  # noqa: ANN401 - pandas has no types
        return truth.to_numpy(dtype=bool, na_value=False)

    verdict = np.full(len(frame), UNDETERMINED, dtype=np.int8)
    verdict[surely(listed & ~excepted)] = 2
    verdict[surely(excepted)] = 1
    verdict[surely(~listed)] = 0
    no_density = density.isna().to_numpy() & ~surely(top)
    gone = (tpp.isna().to_numpy(), no_density, datacenter.isna().to_numpy())
    bits = gone[0].view(np.int8) | gone[1].view(np.int8) << 1 | gone[2].view(np.int8) << 2
    bits[verdict != UNDETERMINED] = 0
    return _categorized(
        frame, verdict, surely(a).view(np.int8) | surely(b).view(np.int8) << 1, bits
    )


def numpy(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the columns in NumPy, block by block; `datacenter` is always there."""
    count = len(frame)
    columns = [frame[name].to_numpy() for name in FIELDS]
    verdict, entries, bits = (np.empty(count, dtype=np.int8) for _ in range(3))
    for start in range(0, count, BLOCK):
        block = slice(start, start + BLOCK)
        tpp, density, datacenter = (column[block] for column in columns)
        _judged(tpp, density, datacenter, verdict[block], entries[block], bits[block])
    return _categorized(frame, verdict, entries, bits)


def _judged(  # noqa: PLR0917 - columns in, codes out
    tpp: NDArray[np.float64],
    density: NDArray[np.float64],
    datacenter: NDArray[np.bool_],
    verdict: NDArray[np.int8],
    entries: NDArray[np.int8],
    bits: NDArray[np.int8],
) -> None:
    """Write the codes of one block. With NaN a comparison is false, and its opposite too."""
    top, below = tpp >= 4800, tpp < 4800
    low, dense, sparse = tpp >= 1600, density >= 5.92, density < 5.92
    no_density = np.isnan(density)
    kept, maybe_kept = datacenter | top, datacenter | ~below
    a = (top | (low & dense)) & kept
    maybe_low = ~(tpp < 1600)
    maybe_a = (~below | (maybe_low & ~sparse)) & maybe_kept
    middling = ((tpp >= 2400) & below & (density >= 1.6)) | (low & (density >= 3.2))
    b = middling & sparse & kept & ~maybe_a
    maybe = (~(tpp < 2400) & ~top & ~(density < 1.6)) | (maybe_low & ~(density < 3.2))
    maybe_b = maybe & ~dense & maybe_kept & ~a
    excepted = (~datacenter & top) | (datacenter & b)
    maybe_excepted = (~datacenter & ~below) | (datacenter & maybe_b)
    verdict[:] = UNDETERMINED
    verdict[(a | b) & ~maybe_excepted] = 2
    verdict[excepted] = 1
    verdict[~(maybe_a | maybe_b)] = 0
    np.add(a, b.view(np.int8) << 1, out=entries)
    np.add(np.isnan(tpp), (no_density & ~top).view(np.int8) << 1, out=bits)
    bits *= verdict == UNDETERMINED


def _categorized(
    frame: pd.DataFrame,
    verdict: NDArray[np.int8],
    entries: NDArray[np.int8],
    bits: NDArray[np.int8],
) -> pd.DataFrame:
    """Return a frame with the codes as categorical columns."""
    of = pd.Categorical.from_codes
    return frame.assign(
        outcome=of(verdict, OUTCOMES),
        exportable=of(verdict, EXPORTABLE),
        entries=of(entries, LISTED),
        missing=of(bits, MISSING),
        because=of(np.zeros(len(frame), dtype=np.int8), [LAW]),
    )

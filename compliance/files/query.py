"""The query over the rows of files: read, judged, counted, and written as the output has them.

Columns whose text was read as something else are written as they were found; only where a CSV file
becomes a file that has types, numbers are written as numbers, and true and false as such. A date is
not, for of a release a year may be all that is known.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import IO, TYPE_CHECKING, cast

import polars as pl
from polars.io.plugins import register_io_source

from compliance.files.batches import bad_file
from compliance.spreadsheets import FORMULA, SIGNED, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from compliance.files.batches import Schema
    from compliance.files.drafts import Draft

AS_FOUND = "__as_found_{}"
"""The text of a column, beside what it was read as."""


class Counts:
    """What the answers were, added up as they pass.

    Attributes:
        rows: how many were judged.
        answers: exportable -> how many rows.
        lacking: what is missing -> how many of the rows whose answer is unknown.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.answers: Counter[str] = Counter()
        self.lacking: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, frame: pl.DataFrame) -> None:
        """Count some rows."""
        groups = frame.group_by("exportable", "missing").len().rows()
        with self._lock:
            self.rows += frame.height
            for answer, missing, count in groups:
                self.answers[answer] += count
                for name in missing.split(";") if answer == "unknown" and missing else ():
                    self.lacking[name] += count


def source(frames: Callable[[], Iterator[pl.DataFrame]], schema: Schema) -> pl.LazyFrame:
    """Return what an iterator gives, as a query that takes frame after frame."""

    def given(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        del rows, size  # of which our queries ask for none
        for frame in frames():
            sifted = frame if predicate is None else frame.filter(predicate)
            yield sifted if columns is None else sifted.select(columns)

    return register_io_source(given, schema=dict(schema))


def as_output(judged: pl.LazyFrame, names: list[str], target: Path, fmt: str) -> pl.LazyFrame:
    """Return judged rows with the columns that the output has.

    Args:
        judged: the rows, some of whose columns stand beside the text they were read from.
        names: the columns of the files.
        target: the output, for messages.
        fmt: its format.

    Raises:
        InputError: the format has no room for what a column holds.
    """
    schema = judged.collect_schema()
    known = {*names, *map(AS_FOUND.format, names)}
    added = [name for name in schema if name not in known]
    columns = []
    for name in names:
        found = AS_FOUND.format(name)
        place = found if found in schema else name
        dtype = schema[place]
        if fmt == "csv":
            if dtype.is_nested() or dtype == pl.Binary:
                expected = "Parquet or JSON lines: CSV has no room for it"
                raise bad_file(target, f"the column {name} of {dtype}", expected)
            text = dtype in (pl.Categorical, pl.Enum)
            column = pl.col(place).cast(pl.String) if text else pl.col(place)
            columns.append(column.alias(plain(name)))
        else:
            columns.append(pl.col(place).alias(name))
    return judged.select(*columns, *added)


def without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows in which no spreadsheet finds a formula; see `plain`."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    guarded = []
    for name in texts:
        risky = frame[name].str.contains(FORMULA)
        if risky.any():
            text = pl.col(name)
            formula = risky & ~frame[name].str.contains(SIGNED)
            guarded.append(pl.when(formula).then(pl.lit("'") + text).otherwise(text).alias(name))
    return frame.with_columns(guarded)


def sink(rows: pl.LazyFrame, draft: Draft, fmt: str) -> None:
    """Write rows, as they come and in their order."""
    file = cast("IO[bytes]", draft)  # which it is, but for methods that no sink calls
    if fmt == "csv":
        rows.sink_csv(file)
    elif fmt == "parquet":
        rows.sink_parquet(file)
    else:
        rows.sink_ndjson(file)

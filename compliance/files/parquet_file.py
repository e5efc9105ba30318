"""Parquet files, slice by slice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from compliance.files.batches import Batch, bad_file, known, reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from compliance.files.batches import Advance, Refuse, Schema

_CELLS = 500_000
"""Cells in a slice, so that wide tables don't take more memory than narrow ones."""

_ROWS = range(5_000, 150_000)
"""Rows in a slice."""


class ParquetFile:
    """One Parquet file."""

    passes = 1

    def __init__(self, path: Path) -> None:
        self.path = path

    def schema(self, advance: Advance) -> Schema:
        """Return its columns."""
        del advance
        with reading(self.path) as stream:
            try:
                return known(pl.read_parquet_schema(stream))
            except pl.exceptions.PolarsError as error:
                reason = str(error).partition("\n")[0]
                raise bad_file(self.path, f"no Parquet: {reason}", "") from None

    def batches(self, schema: Schema, refuse: Refuse, advance: Advance) -> Iterator[Batch]:
        """Give its rows in slices, in the types of a schema.

        A slice is a query of its own, because one query over the whole file reads ahead by whole
        row groups, and some writers make one group of all rows.
        """
        del refuse
        query = pl.scan_parquet(self.path, glob=False, hive_partitioning=False)
        count = query.select(pl.len()).collect().item()
        size, told = self.path.stat().st_size, 0
        step = min(max(_CELLS // max(len(schema), 1), _ROWS.start), _ROWS.stop)
        for start in range(0, count, step):
            rows = range(start + 1, min(start + step, count) + 1)
            frame = query.select(schema.keys()).slice(start, step).collect(engine="streaming")
            yield Batch(frame.cast(pl.Schema(schema)), rows)
            done = size * rows[-1] // count
            advance(done - told)
            told = done

"""Dataframes of every kind that the tests run on: made from plain columns, and read back.

The libraries are imported where they are used: one that is not installed skips its own tests only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

import spark

Columns: TypeAlias = Mapping[str, Sequence[object]]
Frame: TypeAlias = Any
Table: TypeAlias = Any
"""A pyarrow.Table: what every other frame is made from."""

_ROW = "row_number"
"""Orders the rows where the engine itself keeps no order."""


@dataclass(frozen=True)
class Backend:
    """One kind of dataframe."""

    name: str
    needs: tuple[str, ...]
    """The packages without which its tests are skipped."""
    build: Callable[[Table], Frame]
    fetch: Callable[[Frame], Columns]
    """Compute the frame, if it is lazy, and read its columns."""
    ordered: bool = True
    running: Callable[[], AbstractContextManager[object]] = nullcontext
    """What has to run while its frames are in use."""

    def make(self, columns: Columns, types: Mapping[str, type] | None = None) -> Frame:
        """Return a frame of these columns.

        None is a missing value. A column is of the type of its first value, or of the one that
        `types` names (bool, int, float, str or date), or else of floats.
        """
        kinds = {name: _kind(values) for name, values in columns.items()} | dict(types or {})
        if not self.ordered:
            columns = {**columns, _ROW: range(len(next(iter(columns.values()))))}
            kinds[_ROW] = int
        return self.build(_table(columns, kinds))

    def rows(self, frame: Frame) -> dict[str, list[object]]:
        """Return the columns as lists, in the order of the rows; all that is missing is None."""
        columns = {name: [_plain(v) for v in values] for name, values in self.fetch(frame).items()}
        if self.ordered:
            return columns
        numbers = [int(str(number)) for number in columns.pop(_ROW)]
        order = [place for _, place in sorted(zip(numbers, range(len(numbers)), strict=True))]
        return {name: [values[n] for n in order] for name, values in columns.items()}


def _kind(values: Sequence[object]) -> type:
    return next((type(value) for value in values if value is not None), float)


def _table(columns: Columns, kinds: Mapping[str, type]) -> Table:
    import pyarrow as pa

    types = {
        bool: pa.bool_(),
        int: pa.int64(),
        float: pa.float64(),
        str: pa.string(),
        date: pa.date32(),
    }
    return pa.table({name: pa.array(columns[name], types[kinds[name]]) for name in columns})


def _plain(value: Any) -> object:  # noqa: ANN401 - what any of the libraries holds
    missing = type(value).__name__ in {"NAType", "NaTType", "NoneType"} or (
        isinstance(value, float) and value != value  # noqa: PLR0124 - NaN
    )
    if missing:
        return None
    return value.date() if isinstance(value, datetime) else value


def _polars(table: Table) -> Frame:
    import polars as pl

    return pl.from_arrow(table)


def _pandas(table: Table, types: Callable[[Any], Any] | None = None) -> Frame:
    # A date is a datetime64, as pandas reads it from a file, and not a Python object.
    return table.to_pandas(types_mapper=types, date_as_object=False)


def _pandas_nullable(table: Table) -> Frame:
    import pandas as pd
    import pyarrow as pa

    types = {
        pa.bool_(): pd.BooleanDtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.string(): pd.StringDtype(),
    }
    return _pandas(table, types.get)


def _pandas_pyarrow(table: Table) -> Frame:
    import pandas as pd

    return _pandas(table, pd.ArrowDtype)


def _modin(table: Table) -> Frame:
    os.environ.setdefault("MODIN_ENGINE", "Python")  # in this process, without Ray or Dask
    import modin.pandas

    return modin.pandas.DataFrame(_pandas(table))


def _dask(table: Table) -> Frame:
    import pandas as pd
    import pyarrow as pa
    from dask import dataframe

    # Dask reads a column of objects as text, so that booleans with gaps need a type of their own.
    frame = _pandas(table, {pa.bool_(): pd.BooleanDtype()}.get)
    return dataframe.from_pandas(frame, npartitions=2)


def _dask_pyarrow(table: Table) -> Frame:
    from dask import dataframe

    return dataframe.from_pandas(_pandas_pyarrow(table), npartitions=2)


def _duckdb(table: Table) -> Frame:
    import duckdb

    return duckdb.from_arrow(table)


def _ibis(table: Table) -> Frame:
    import ibis

    return ibis.duckdb.connect().create_table("chips", table)


@contextmanager
def _dask_client() -> Iterator[object]:
    """Compute every Dask frame by a client, until it is closed."""
    from dask.distributed import Client

    here = "127.0.0.1:0"  # or its pages are served to the whole network
    with Client(
        processes=False,
        n_workers=1,
        threads_per_worker=2,
        dashboard_address=here,
        worker_dashboard_address=here,
    ) as client:
        yield client


def _from_pandas(frame: Frame) -> Columns:
    return {name: frame[name].tolist() for name in frame.columns}


def _from_dask(frame: Frame) -> Columns:
    return _from_pandas(frame.compute())


def _from_tuples(names: Sequence[str], tuples: Sequence[Sequence[object]]) -> Columns:
    return {name: [values[n] for values in tuples] for n, name in enumerate(names)}


_PANDAS = ("pandas", "pyarrow")
_DASK = ("dask.dataframe", *_PANDAS)

_ALL = (
    Backend(
        "polars-eager",
        needs=("polars", "pyarrow"),
        build=_polars,
        fetch=lambda frame: frame.to_dict(as_series=False),
    ),
    Backend(
        "polars-lazy",
        needs=("polars", "pyarrow"),
        build=lambda table: _polars(table).lazy(),
        fetch=lambda frame: frame.collect().to_dict(as_series=False),
    ),
    Backend("pandas-numpy", needs=_PANDAS, build=_pandas, fetch=_from_pandas),
    Backend("pandas-nullable", needs=_PANDAS, build=_pandas_nullable, fetch=_from_pandas),
    Backend("pandas-pyarrow", needs=_PANDAS, build=_pandas_pyarrow, fetch=_from_pandas),
    Backend("modin", needs=("modin", *_PANDAS), build=_modin, fetch=_from_pandas),
    Backend(
        "pyarrow",
        needs=("pyarrow",),
        build=lambda table: table,
        fetch=lambda frame: frame.to_pydict(),
    ),
    Backend(
        "duckdb",
        needs=("duckdb", "pyarrow"),
        build=_duckdb,
        fetch=lambda frame: _from_tuples(frame.columns, frame.fetchall()),
        ordered=False,
    ),
    Backend(
        "ibis",
        needs=("ibis", "duckdb", "pyarrow"),
        build=_ibis,
        fetch=lambda frame: frame.to_pyarrow().to_pydict(),
        ordered=False,
    ),
    Backend("dask", needs=_DASK, build=_dask, fetch=_from_dask),
    Backend("dask-pyarrow", needs=_DASK, build=_dask_pyarrow, fetch=_from_dask),
    Backend(
        "dask-distributed",
        needs=("distributed", *_DASK),
        build=_dask,
        fetch=_from_dask,
        running=_dask_client,
    ),
    Backend(
        "pyspark",
        needs=("pyspark", "pyarrow"),
        build=spark.frame,
        fetch=lambda frame: _from_tuples(frame.columns, frame.collect()),
        ordered=False,
        running=spark.running,
    ),
)

BACKENDS = {backend.name: backend for backend in _ALL}

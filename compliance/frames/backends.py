"""The ways through the libraries: lazy frames as they are, eager ones by way of Polars.

Polars decides an eager frame of another library because NumPy-backed pandas can't hold unknown, and
because nothing is faster; only the columns that are asked about go there, and only answers return.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import narwhals.stable.v2 as nw
from narwhals.stable.v2 import dependencies

from compliance.errors import argument_error
from compliance.frames.fields import FIELDS, Column, find
from compliance.frames.stages import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

F = TypeVar("F")
Said: TypeAlias = "Mapping[str, str | tuple[str, str]]"
Found: TypeAlias = "Mapping[tuple[str, str], Column]"
Work: TypeAlias = "Callable[[Any, Found, Sequence[str]], tuple[Any, tuple[str, ...]]]"
"""From a frame, the columns found in it, and the names that are taken, to the frame with more
columns, and their names."""


def through(frame: F, said: Said, work: Work) -> F:
    """Return what `work` makes of a frame, as a frame of the same kind.

    Raises:
        InputError: the frame is of no kind that is known, or holds nothing the law asks about.
    """
    if dependencies.is_dask_dataframe(frame):
        partition: Any = frame
        empty = through(partition._meta, said, work)  # noqa: SLF001 - Dask's name for its schema
        done: F = partition.map_partitions(through, said, work, meta=empty)
        return done
    _check_names(frame)
    try:
        rows: Any = nw.from_native(frame)
    except TypeError:
        expected = "a frame of pandas, Polars, PyArrow, Modin, Dask, DuckDB, PySpark or Ibis"
        raise argument_error("frame", type(frame).__name__, expected) from None
    names = rows.collect_schema().names()
    found = find(names, said, _units(frame))
    if not found:
        some = ", ".join(FIELDS[:3])
        raise argument_error(
            "frame", f"the columns {', '.join(map(str, names[:9]))}", f"{some} or others"
        )
    if isinstance(rows, nw.LazyFrame):
        native: F = nw.to_native(work(rows, found, names)[0])
        return native
    eager: F = _eagerly(rows, found, work)
    return eager


def _check_names(frame: Any) -> None:  # noqa: ANN401 - of any library, or something else
    """Refuse a frame in which columns can't be told apart by their names."""
    if dependencies.is_polars_dataframe(frame) or dependencies.is_polars_lazyframe(frame):
        names: list[Any] = frame.collect_schema().names()
    else:
        arrow = dependencies.is_pyarrow_table(frame)
        names = list(frame.column_names if arrow else getattr(frame, "columns", ()))
    for name, count in Counter(names).items():
        if count > 1:
            raise argument_error("frame", f"{count} columns called {name}", "one, or other names")
        if str(name).startswith(PREFIX):
            raise argument_error("frame", f"a column {name}", "another name: this is one of ours")
        if dependencies.is_pyspark_dataframe(frame) and set(name) & set(".`"):
            expected = "a name without dots and backticks, which mean something else to Spark"
            raise argument_error("frame", f"a column {name}", expected)


def _eagerly(rows: Any, found: Found, work: Work) -> Any:  # noqa: ANN401
    """Return an eager frame with the new columns put beside its own."""
    answers = _answered(rows, found, work)
    names = answers.columns
    native = nw.to_native(rows)
    if rows.implementation.is_polars():
        return native.with_columns(answers.get_columns())
    if rows.implementation.is_pyarrow():
        for name, column in zip(names, answers.to_arrow().columns, strict=True):
            native = native.append_column(name, column)
        return native
    arrays = {name: _array(answers.drop_in_place(name)) for name in names}
    if not rows.implementation.is_pandas():
        return native.assign(**arrays)
    # `assign` would copy what is new.
    pandas: Any = sys.modules["pandas"]
    beside = pandas.concat([native, pandas.DataFrame(arrays, native.index, copy=False)], axis=1)
    beside.attrs = dict(native.attrs)
    return beside


def _answered(rows: Any, found: Found, work: Work) -> Any:  # noqa: ANN401 - to a frame of Polars
    """Return the new columns; what Polars made of the others is gone when they are handed over."""
    asked = rows.select(*dict.fromkeys(column.name for column in found.values()))
    lazy = nw.from_native(_typeless(asked.to_polars()).lazy())
    done, names = work(lazy, found, rows.columns)
    return nw.to_native(done.select(*names)).collect(engine="streaming")


def _typeless(table: Any) -> Any:  # noqa: ANN401 - of Polars
    """Return a table in which what is missing throughout has no type.

    Read from a file, an empty column is one of numbers to pandas, whatever it is for.
    """
    import polars as pl  # noqa: PLC0415 - only where the frame is its own

    empty = [series.name for series in table if len(series) == series.null_count()]
    return table.with_columns(pl.lit(None).alias(name) for name in empty)


def _array(series: Any) -> Any:  # noqa: ANN401 - from Polars to what pandas takes
    """Return a column for pandas: an Enum as a Categorical of the same numbers."""
    pandas: Any = sys.modules["pandas"]
    if str(series.dtype).startswith("Enum"):
        categories = series.dtype.categories.to_list()
        return pandas.Categorical.from_codes(series.to_physical().to_numpy(), categories)
    return series.to_numpy()


def _units(frame: Any) -> Mapping[str, str]:  # noqa: ANN401 - of any library
    """Return column -> unit, as a frame's metadata say: Arrow's fields, or pandas's `attrs`."""
    if dependencies.is_pyarrow_table(frame):
        fields = (f for f in frame.schema if f.metadata and b"unit" in f.metadata)
        return {field.name: field.metadata[b"unit"].decode() for field in fields}
    if dependencies.is_pandas_dataframe(frame):
        return dict(frame.attrs.get("units", {}))
    return {}

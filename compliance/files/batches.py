"""What the readers of all formats share: batches of rows, and how a file is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import polars as pl

from compliance.errors import InputError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from compliance.files.refusals import Fault

BLOCK = 2 << 20
"""Bytes read at a time."""

LONGEST_LINE = 32 * BLOCK
"""Bytes in which a line has to end; a file that is no text may have none."""

MARK = b"\xef\xbb\xbf"
"""How some programs begin a file of UTF-8 text."""

Schema: TypeAlias = Mapping[str, pl.DataType]
Advance: TypeAlias = Callable[[int], None]


class Refuse(Protocol):
    """Is told of a row that can't be read."""

    def __call__(self, row: int, *faults: Fault) -> None:
        """Note the number of a row, and what is wrong with it."""


class Batch(NamedTuple):
    """Some rows of a file.

    Attributes:
        frame: the rows.
        rows: their numbers, as a spreadsheet or an editor counts them.
    """

    frame: pl.DataFrame
    rows: Sequence[int]


class Reader(Protocol):
    """A file of one format.

    Attributes:
        path: where it is.
        passes: how often its bytes are read, for the sake of progress.
    """

    path: Path
    passes: int

    def schema(self, advance: Advance) -> Schema:
        """Return its columns."""

    def batches(self, schema: Schema, refuse: Refuse, advance: Advance) -> Iterator[Batch]:
        """Give its rows in batches, with the columns of a schema in their order."""


@contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """Open a file.

    Raises:
        InputError: it can't be read.
    """
    try:
        with path.open("rb") as stream:
            yield stream
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise bad_file(path, reason, "a file that can be read") from None


def bad_file(path: Path, found: str, expected: str, hint: str = "") -> InputError:
    """Return the error for a file that can't be used at all."""
    return InputError([Problem(str(path), 0, 0, "", found, expected, hint)])


def known(schema: Schema) -> dict[str, pl.DataType]:
    """Return columns with their types; a column that is empty throughout is text."""
    return {name: pl.String() if d == pl.Null else d for name, d in schema.items()}


def common(one: pl.DataType, other: pl.DataType) -> pl.DataType | None:
    """Return the type that holds what two types hold, unchanged but for integers; None if none."""
    if one == other:
        return one
    alike = (
        (one.is_numeric() and other.is_numeric())
        or (one.is_nested() and one.base_type() is other.base_type())
        or pl.Null in (one, other)
    )
    if not alike:
        return None
    frames = [pl.DataFrame(schema={"": dtype}) for dtype in (one, other)]
    try:
        return pl.concat(frames, how="vertical_relaxed").schema[""]
    except pl.exceptions.PolarsError:
        return None

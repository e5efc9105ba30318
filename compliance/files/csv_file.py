"""CSV files, block by block, as frames of text."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from compliance.errors import ComplianceError, InputError, Problem, shown
from compliance.files.batches import BLOCK, MARK, Batch, reading
from compliance.files.records import RECORD, Sifter, bare, cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from compliance.files.batches import Advance, Refuse, Schema
    from compliance.files.records import Piece


class CsvFile:
    """One CSV file, with a header, commas, and UTF-8 text."""

    passes = 1

    def __init__(self, path: Path) -> None:
        self.path = path

    def schema(self, advance: Advance) -> Schema:
        """Return its columns; all of them hold text."""
        del advance
        with reading(self.path) as stream:
            names, _ = self._header(stream.read(BLOCK))
        return dict.fromkeys(names, pl.String())

    def batches(self, schema: Schema, refuse: Refuse, advance: Advance) -> Iterator[Batch]:
        """Give its rows, block by block.

        Args:
            schema: the columns wanted, in their order.
            refuse: is told of rows that are none.
            advance: is told how many bytes have been read.
        """
        with reading(self.path) as stream:
            block = stream.read(BLOCK)
            names, start = self._header(block)
            sifter = Sifter(len(names), refuse, self.path)
            text = block[start:]
            while block:
                advance(len(block))
                block = stream.read(BLOCK)
                pieces, text = sifter.sift(text, last=not block)
                if pieces:
                    yield as_batch(pieces, names, schema)
                text += block

    def _header(self, block: bytes) -> tuple[list[str], int]:
        """Return the names of the columns, and where the rows start."""
        block = block if b"\n" in block else block + b"\n"
        start = len(MARK) if block.startswith(MARK) else 0
        match = RECORD.match(block, start)
        expected = "the names of the columns, separated by commas"
        try:
            names = [bare(cell) for cell in cells(match[0])] if match else []
        except UnicodeDecodeError:
            names, expected = [], "UTF-8 text"
        if not any(names):
            line = block[start:].partition(b"\n")[0].decode(errors="backslashreplace").strip()
            raise InputError([Problem(str(self.path), 1, 1, "", shown(line or None), expected)])
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            found = f"the column {shown(twice[0])} twice"
            raise InputError([Problem(str(self.path), 1, 1, "", found, "each name once")])
        hint = next((f"is it separated by {s!r}?" for s in ";\t|" if s in names[0]), "")
        if len(names) == 1 and hint:
            raise InputError([Problem(str(self.path), 1, 1, "", shown(names[0]), expected, hint)])
        return names, match.end() if match else 0


def as_batch(pieces: Sequence[Piece], names: Sequence[str], schema: Schema) -> Batch:
    """Return records as a batch of text; empty cells are null.

    Args:
        pieces: the records.
        names: of the columns, in the order of the file.
        schema: the columns wanted, in their order.
    """
    text = pieces[0].text if len(pieces) == 1 else b"".join(piece.text for piece in pieces)
    frame = pl.read_csv(text, has_header=False, schema=dict.fromkeys(names, pl.String))
    spans = [piece.rows for piece in pieces]
    rows = spans[0] if len(spans) == 1 else list(chain.from_iterable(spans))
    if frame.height != len(rows):
        raise ComplianceError(f"{frame.height:,} rows were read where there are {len(rows):,}")
    return Batch(frame.select(schema.keys()), rows)

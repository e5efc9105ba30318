"""JSON lines: one object on each line, as frames.

Which columns there are, and of which types, is known when all lines have been read, so they are
read twice. A column has numbers, or true and false, where all its values are such; else text.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, NoReturn

import polars as pl

from compliance.errors import InputError, Problem, shown
from compliance.files.batches import (
    BLOCK,
    LONGEST_LINE,
    MARK,
    Batch,
    bad_file,
    common,
    known,
    reading,
)
from compliance.files.refusals import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from compliance.files.batches import Advance, Refuse, Schema

_EXPECTED = "one JSON object on the line"


class JsonFile:
    """One file of JSON lines."""

    passes = 2

    def __init__(self, path: Path) -> None:
        self.path = path

    def schema(self, advance: Advance) -> Schema:
        """Return its columns, in the order in which they come up."""
        found: dict[str, pl.DataType] = {}
        for block in self._blocks(advance):
            for schema in _schemas(block):
                found = widened(found, schema)
        if not found:
            self._complain()
        return known(found)

    def batches(self, schema: Schema, refuse: Refuse, advance: Advance) -> Iterator[Batch]:
        """Give its rows, block by block; a row is a line, and blank lines are none."""
        row = 1
        for block in self._blocks(advance):
            count = block.count(b"\n")
            frame = _read(block, schema)
            if frame is not None and frame.height == count and not _doubled(block, frame):
                yield Batch(frame, range(row, row + count))
            else:
                lines = enumerate(block.removesuffix(b"\n").split(b"\n"), row)
                yield from _sound(list(lines), schema, refuse)
            row += count

    def _complain(self) -> None:
        """Say what is wrong with the first line of a file in which no line can be read."""
        row = 1
        for block in self._blocks(lambda _: None):
            for place, line in enumerate(block.split(b"\n"), row):
                if line.strip() and (fault := _fault(line)):
                    found = shown(line.decode(errors="backslashreplace"))
                    raise InputError([Problem(f"{self.path}: row {place}", 0, 0, "", found, fault)])
            row += block.count(b"\n")

    def _blocks(self, advance: Advance) -> Iterator[bytes]:
        """Give whole lines, each with its end."""
        with reading(self.path) as stream:
            text = stream.read(len(MARK)).removeprefix(MARK)
            while block := stream.read(BLOCK):
                advance(len(block))
                text += block
                end = text.rfind(b"\n") + 1
                if end:
                    yield text[:end]
                    text = text[end:]
                elif len(text) > LONGEST_LINE:
                    found = f"a line of more than {len(text):,} bytes"
                    raise bad_file(self.path, found, _EXPECTED)
            if text:
                yield text + b"\n"


def widened(one: Schema, other: Schema) -> dict[str, pl.DataType]:
    """Return the columns of both; one that has numbers here and text there is text."""
    both = dict(one)
    for name, dtype in other.items():
        both[name] = common(both.get(name, dtype), dtype) or pl.String()
    return both


def _schemas(block: bytes) -> Iterator[Schema]:
    """Give the columns of lines: of all at once, or of those that can be read together."""
    try:
        yield pl.read_ndjson(block, infer_schema_length=None).schema
    except pl.exceptions.PolarsError:
        lines = [line for line in block.split(b"\n") if line.strip() and not _fault(line)]
        yield from _schemas_of(lines)


def _schemas_of(lines: Sequence[bytes]) -> Iterator[Schema]:
    if not lines:
        return
    try:
        yield pl.read_ndjson(b"\n".join(lines), infer_schema_length=None).schema
    except pl.exceptions.PolarsError:
        if len(lines) > 1:
            half = len(lines) // 2
            yield from _schemas_of(lines[:half])
            yield from _schemas_of(lines[half:])


def _sound(lines: Sequence[tuple[int, bytes]], schema: Schema, refuse: Refuse) -> Iterator[Batch]:
    """Give the rows that can be read, and refuse the others."""
    there = [(row, line, _fault(line)) for row, line in lines if line.strip()]
    for row, line, fault in there:
        if fault:
            refuse(row, Fault("", line.decode(errors="backslashreplace"), fault))
    yield from _halved([(row, line) for row, line, fault in there if not fault], schema, refuse)


def _halved(lines: Sequence[tuple[int, bytes]], schema: Schema, refuse: Refuse) -> Iterator[Batch]:
    """Give rows; of lines that can't be read together, by halves."""
    if not lines:
        return
    frame = _read(b"\n".join(line for _, line in lines), schema)
    if frame is not None and frame.height == len(lines):
        yield Batch(frame, [row for row, _ in lines])
    elif len(lines) == 1:
        [(row, line)] = lines
        refuse(row, Fault("", line.decode(errors="backslashreplace"), _EXPECTED))
    else:
        half = len(lines) // 2
        yield from _halved(lines[:half], schema, refuse)
        yield from _halved(lines[half:], schema, refuse)


def _read(text: bytes, schema: Schema) -> pl.DataFrame | None:
    """Return lines as a frame; None if one of them can't be read."""
    try:
        return pl.read_ndjson(text, schema=schema)
    except pl.exceptions.PolarsError:
        return None


def _doubled(block: bytes, frame: pl.DataFrame) -> bool:
    """Return whether an object in whole lines has a key twice, of which Polars would take one.

    Every value of the frame has a key. Where a line has more, some are of nulls, or come twice.
    """
    lines = block.split(b"\n")
    if _SPACED.search(block):
        return any(map(_fault, filter(None, lines)))
    values = frame.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    # After the end of the last line comes nothing.
    pairs = zip(lines[:-1], values, strict=True)
    more = (line for line, count in pairs if line.count(b'":') != count)
    return any(_fault(line) for line in more if not _plain(line))


_SPACED = re.compile(rb'"[ \t\r]+:')
_KEY = re.compile(rb'"([^"\\]*)":')


def _plain(line: bytes) -> bool:
    """Return whether all keys of a line are legible to a pattern, and different."""
    keys = _KEY.findall(line)
    return len(set(keys)) == len(keys) == line.count(b'":')


def _fault(line: bytes) -> str:
    """Return what is expected of a line that is no JSON object; empty if it is one."""
    try:
        value = json.loads(
            line.decode(),
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError:
        return "UTF-8 text"
    except json.JSONDecodeError as error:
        return f"{_EXPECTED}; {error.msg[:1].lower()}{error.msg[1:]}"
    except RecursionError:
        return f"{_EXPECTED}; this one is nested too deeply"
    except ValueError as error:
        return f"{_EXPECTED}; {error}"
    return "" if isinstance(value, dict) else _EXPECTED


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object, in which no key may come twice."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {shown(key)} is in it twice")
        found[key] = value
    return found


def _number(text: str) -> float:
    """Return a number, which has to have an end."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{shown(text)} is too large a number")
    return number


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")

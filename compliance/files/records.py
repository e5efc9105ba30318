"""Whole records of a CSV file, out of blocks of bytes.

A record is whole where each of its cells is plain, or is quoted from end to end, and where it has
as many cells as the header. Polars would fill up or cut off the others in silence, or stop at them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from compliance.files.batches import LONGEST_LINE, bad_file
from compliance.files.refusals import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from compliance.files.batches import Refuse

_CELL = rb'(?:"(?:[^"]++|"")*+"|[^,"\n]*+)'
RECORD = re.compile(rb"%b(?:,%b)*+\r?\n" % (_CELL, _CELL))
_CELL_ENDING = re.compile(rb"(%b)," % _CELL)
_OTHERS = bytes(byte for byte in range(256) if byte not in b",\n")
_LONGEST = 1 << 20
"""Bytes of a record that goes over several lines; a longer one has a quote that never closes."""


class Piece(NamedTuple):
    """Whole records that follow each other.

    Attributes:
        rows: their numbers.
        text: of all.
    """

    rows: range
    text: bytes


class Sifter:
    """Parts whole records from what is none, and counts the rows."""

    def __init__(self, width: int, refuse: Refuse, path: Path) -> None:
        self._width = width
        self._refuse = refuse
        self._path = path
        self._row = 2
        self._marks = b"," * (width - 1) + b"\n"
        self._records = re.compile(rb"(?:%b(?:,%b){%d}\r?\n)*+" % (_CELL, _CELL, width - 1))

    def sift(self, text: bytes, *, last: bool) -> tuple[list[Piece], bytes]:
        """Return the whole records in a text, and the rest, which may be the start of another.

        Args:
            text: where a record starts.
            last: whether the file ends with it.
        """
        if last and text and not text.endswith(b"\n"):
            text += b"\n"
        at, count = whole_records(text, self._marks)
        pieces = self._legible(text[:at], count)
        while at < len(text):
            end = self._whole(text, at)
            if end > at:
                whole = text[at:end]
                quoted = whole.split(b'"')[1::2]
                count = whole.count(b"\n") - sum(part.count(b"\n") for part in quoted)
                pieces += self._legible(whole, count)
            elif not (end := self._refused(text, at, last=last)):
                break
            at = end
        return pieces, text[at:]

    def _whole(self, text: bytes, at: int) -> int:
        """Return where the whole records that start somewhere end."""
        match = self._records.match(text, at)
        return match.end() if match else at

    def _legible(self, text: bytes, count: int) -> list[Piece]:
        """Return whole records that are UTF-8 text, and refuse the others."""
        if _is_text(text):
            self._row += count
            return [Piece(range(self._row - count, self._row), text)] if count else []
        pieces = []
        for record in (match[0] for match in RECORD.finditer(text)):
            if _is_text(record):
                pieces.append(Piece(range(self._row, self._row + 1), record))
            else:
                self._refuse(self._row, _fault(record, "UTF-8 text"))
            self._row += 1
        return pieces

    def _refused(self, text: bytes, at: int, *, last: bool) -> int:
        """Refuse what is no whole record, and return its end; 0 where it may go on."""
        record = RECORD.match(text, at)
        end = record.end() if record else text.find(b"\n", at) + 1
        if not record and not last:
            left = len(text) - at
            if not end and left > LONGEST_LINE:
                raise bad_file(self._path, f"a line of more than {left:,} bytes", "rows of text")
            if not end or left < _LONGEST:
                return 0
        line = text[at:end]
        if not record:
            self._refuse(self._row, _fault(line, "cells that are plain, or quoted from end to end"))
        elif line.strip():
            count = len(cells(line))
            expected = f"{self._width} cells, as the header has; these are {count}"
            self._refuse(self._row, _fault(line, expected))
        self._row += 1
        return end


def whole_records(text: bytes, marks: bytes) -> tuple[int, int]:
    """Return where the last whole record ends and how many there are, if all are whole; else zeros.

    It is what the pattern of records would say, found much faster: from the quotes, of which every
    second one ends quoted text, and from the commas and line ends outside it.

    Args:
        text: where a record starts.
        marks: the commas and the line end of a record.
    """
    parts = text.split(b'"')
    last = (len(parts) - 1) // 2 * 2
    while last >= 0 and b"\n" not in parts[last]:
        last -= 2
    if last < 0:
        return 0, 0
    outside = parts[: last + 1 : 2]
    end = outside[-1].rfind(b"\n") + 1
    rest = len(parts[last]) - end + sum(len(part) + 1 for part in parts[last + 1 :])
    outside[-1] = outside[-1][:end]
    # Two quotes in a row are one within quoted text: nothing stands between them.
    before, after = {part[-1:] for part in outside[:-1]}, {part[:1] for part in outside[1:]}
    if b"\r" in after:
        after |= {part[1:2] for part in outside[1:] if part.startswith(b"\r")} - {b"\n"}
    found = b"".join(outside).translate(None, _OTHERS)
    count = len(found) // len(marks)
    sound = before <= {b"", b",", b"\n"} and after <= {b"", b",", b"\n", b"\r"}
    return (len(text) - rest, count) if sound and found == marks * count else (0, 0)


def cells(record: bytes) -> list[bytes]:
    """Return the cells of a record, as they are written."""
    return [match[1] for match in _CELL_ENDING.finditer(record.rstrip(b"\r\n") + b",")]


def bare(cell: bytes) -> str:
    """Return the text of a cell without its quotes."""
    text = cell.decode()
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _is_text(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False


def _fault(line: bytes, expected: str) -> Fault:
    return Fault("", line.decode(errors="backslashreplace").rstrip("\r\n"), expected)

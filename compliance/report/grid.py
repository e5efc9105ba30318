"""Tables: the one module that imports tabulate.

Every cell is text and stays it: without `disable_numparse` the ECCN 3E001 would print as 30.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tabulate import tabulate

if TYPE_CHECKING:
    from collections.abc import Sequence

_NARROWEST = 14
_PADDING = 2  # what tabulate adds to a header


def grid(
    rows: Sequence[Sequence[str]], headers: Sequence[str], fmt: str = "simple", width: int = 0
) -> str:
    """Return a table.

    Args:
        rows: cells, all text.
        headers: one for each column.
        fmt: tabulate's name of the layout.
        width: columns it may take; all but the first are wrapped to fit. 0 wraps nothing.
    """
    cells: list[list[str]] = [list(row) for row in rows]
    if width and rows:
        heads = [name + " " * _PADDING for name in headers]
        longest = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        room = width - longest[0] - 2 * (len(headers) - 1)
        widths = [longest[0], *_shared(longest[1:], room)]
        cells = [[_broken(*pair) for pair in zip(row, widths, strict=True)] for row in rows]
    text = tabulate(cells, headers=headers, tablefmt=fmt, disable_numparse=True)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _broken(cell: str, width: int) -> str:
    """Return a cell in lines of a width. tabulate's own wrapping takes 80,000 for a number."""
    return textwrap.fill(cell, width, break_long_words=False, break_on_hyphens=False)


def _shared(wanted: Sequence[int], room: int) -> list[int]:
    """Return the width of each column: what it wants, or its share of what the others leave."""
    widths = [0] * len(wanted)
    narrow_first = sorted(range(len(wanted)), key=wanted.__getitem__)
    for done, n in enumerate(narrow_first):
        widths[n] = min(wanted[n], max(room // (len(wanted) - done), _NARROWEST))
        room -= widths[n]
    return widths

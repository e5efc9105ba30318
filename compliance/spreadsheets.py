"""Cells that a spreadsheet would take for formulas, and how they are made text.

Source: OWASP, "CSV Injection", on the characters that start a formula.
"""

from __future__ import annotations

import re
from typing import Final

FORMULA: Final = r"^[=+\-@\t\r]"
"""How a formula starts. A plain number with a sign starts so too, and is none."""

SIGNED: Final = r"^[+-][0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$"
"""A plain number with a sign."""


def plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: with an apostrophe, if it has to."""
    risky = re.match(FORMULA, cell) and not re.fullmatch(SIGNED[1:-1], cell)
    return f"'{cell}" if risky else cell

"""Any CSV file, by a map that says which column is what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance import data
from compliance.readers.maps import load_map
from compliance.readers.rows import read_rows
from compliance.readers.tables import csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    from compliance.readers.rows import Catalog


def read(file: Path, map_file: Path) -> Catalog:
    """Return the chips in a CSV file."""
    mapping = load_map(map_file)
    headers, rows = csv_rows(file, mapping.delimiter)
    return read_rows(rows, headers, mapping, data.label(file))

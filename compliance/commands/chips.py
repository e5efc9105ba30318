"""`compliance chips`: the bundled chips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.output import listing, put

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    chips = commands.add_parser(
        "chips", help="list the bundled chips", description="List the bundled chips."
    )
    chips.add_argument("--format", choices=("table", "json", "csv"), default="table")
    chips.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the list, and return the exit code."""
    put(listing(*_rows(), args.format, ("id", "market", "status", "name")))
    return 0


def _rows() -> tuple[Sequence[str], list[tuple[str, ...]]]:
    from compliance.specs import chip, chip_ids  # noqa: PLC0415 - see the package

    chips = [chip(name) for name in chip_ids()]
    headers = ("id", "vendor", "kind", "market", "status", "released", "name")
    return headers, [
        (c.id, c.vendor, c.kind, c.market or "", c.status or "", c.released or "", c.name)
        for c in chips
    ]

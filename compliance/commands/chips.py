"""`compliance chips`: the bundled chips, or one of them with its sources and its arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.inputs import read_chip
from compliance.commands.output import listing, put, width
from compliance.errors import argument_error

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from compliance.chips import Chip

_COLUMNS = ("id", "market", "status", "name")


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    chips = commands.add_parser(
        "chips",
        help="list the bundled chips, or show one",
        description="List the bundled chips; `chips show CHIP` prints a spec, where each figure is "
        "from, and how TPP, density and I/O come about.",
    )
    chips.add_argument("what", nargs="?", choices=("show",), help="show one chip")
    chips.add_argument("chip", nargs="?", metavar="CHIP", help="a spec file, or a bundled chip")
    filters = chips.add_argument_group("which chips")
    filters.add_argument("--vendor", metavar="NAME", help="a part of the maker's name")
    filters.add_argument("--kind", choices=("accelerator", "hbm", "system"))
    filters.add_argument("--market", choices=("datacenter", "workstation", "consumer", "embedded"))
    filters.add_argument("--status", choices=("released", "announced", "reported", "rumoured"))
    filters.add_argument("--released-before", metavar="DATE")
    filters.add_argument("--released-from", metavar="DATE")
    chips.add_argument(
        "--format", choices=("table", "json", "csv"), default="table", help="(table)"
    )
    chips.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the list or the chip, and return the exit code."""
    from compliance.catalog import select  # noqa: PLC0415 - see the package
    from compliance.questions import to_day  # noqa: PLC0415

    if args.what:
        if args.chip is None or args.format == "csv":
            found = "csv" if args.chip else "no chip"
            raise argument_error("chips show", found, "a chip, and the format table or json")
        from compliance.report.of_chip import render  # noqa: PLC0415 - see the package

        put(render(read_chip(args.chip), args.format, width=width()))
        return 0
    before, since = (
        None if text is None else to_day(text, option)
        for text, option in (
            (args.released_before, "--released-before"),
            (args.released_from, "--released-from"),
        )
    )
    chosen = select(
        vendor=args.vendor,
        kind=args.kind,
        market=args.market,
        status=args.status,
        released_before=before,
        released_from=since,
    )
    put(listing(*_rows(chosen), args.format, _COLUMNS))
    return 0


def _rows(chips: Sequence[Chip]) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    headers = ("id", "vendor", "kind", "market", "status", "released", "name")
    return headers, [
        (c.id, c.vendor, c.kind, c.market or "", c.status or "", c.released or "", c.name)
        for c in chips
    ]

"""`compliance rules`: the bundled rulesets, or one of them as a person reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.output import listing, put
from compliance.errors import argument_error

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    rules = commands.add_parser(
        "rules",
        help="list the bundled rulesets, or show one",
        description="List the bundled rulesets; `rules show ID` prints one as a person reads it.",
    )
    rules.add_argument("what", nargs="?", choices=("show",), help="show one ruleset")
    rules.add_argument("id", nargs="?", metavar="ID", help="its id")
    rules.add_argument(
        "--known-on", metavar="DATE", help="leave out what had not been published by that day"
    )
    rules.add_argument("--format", choices=("table", "markdown", "json", "csv"), default="table")
    rules.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the list or the ruleset, and return the exit code."""
    from compliance.questions import to_day  # noqa: PLC0415 - see the package
    from compliance.rulebook import ruleset  # noqa: PLC0415

    known_on = None if args.known_on is None else to_day(args.known_on, "--known-on")
    if args.what is None:
        if args.format == "markdown":
            raise argument_error("--format", "markdown", "table, json or csv for the list")
        put(listing(*_rows(known_on), args.format, ("id", "until", "evidence", "title")))
        return 0
    if args.id is None or args.format == "csv":
        found = "csv" if args.id else "no id"
        raise argument_error("rules show", found, "an id, and the format markdown or json")
    from compliance.report.of_law import render as page  # noqa: PLC0415

    law = ruleset(args.id)
    if known_on and law.announced > known_on:
        raise argument_error("--known-on", known_on, f"{law.announced} or later: it came out then")
    put(page(law, "json" if args.format == "json" else "markdown", known_on))
    return 0


def _rows(known_on: date | None) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    from compliance.rulebook import all_rulesets, last_day  # noqa: PLC0415 - see the package

    headers = ("id", "from", "until", "kind", "status", "evidence", "cite", "title")
    return headers, [
        (
            law.id,
            str(law.effective),
            str(last_day(law, known_on) or law.until or ""),
            law.kind,
            law.status,
            law.evidence,
            law.instruments[0].cite,
            law.title,
        )
        for law in all_rulesets()
        if known_on is None or law.announced <= known_on
    ]

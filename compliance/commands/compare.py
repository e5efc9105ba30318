"""`compliance compare`: what changed between two rulesets, and which chips flip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from compliance.circumstances import View
from compliance.commands.inputs import days, read_chips
from compliance.commands.output import BAD_INPUT, add_output, put, width
from compliance.errors import argument_error
from compliance.report import TIME_FORMATS

if TYPE_CHECKING:
    import argparse


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    compare = commands.add_parser(
        "compare",
        help="say what changed between two rulesets, and which chips flip",
        description="Compare two rulesets, or with --regime those in force on two days.",
    )
    compare.add_argument(
        "ruleset", nargs="*", metavar="RULESET", help="two ids; none with --regime"
    )
    compare.add_argument("--regime", metavar="ID", help="compare this regime on two days")
    compare.add_argument("--from", dest="since", metavar="DATE", help="the first day")
    compare.add_argument("--until", metavar="DATE", help="the second day (today)")
    compare.add_argument(
        "--chips", nargs="+", metavar="CHIP", help="spec files or ids (all bundled chips)"
    )
    compare.add_argument("--to", metavar="CC", help="destination, as a country code or name (CN)")
    compare.add_argument(
        "--headquarters", metavar="CC", help="where the end user or its parent is headquartered"
    )
    compare.add_argument("--view", choices=get_args(View), default="enforced", help="(enforced)")
    compare.add_argument("--format", choices=TIME_FORMATS, default="table", help="(table)")
    add_output(compare)
    compare.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the comparison, and return the exit code."""
    from compliance.groups import country  # noqa: PLC0415 - see the package
    from compliance.history import compare  # noqa: PLC0415
    from compliance.report.of_time import comparison  # noqa: PLC0415

    if len(args.ruleset) != (0 if args.regime else 2):
        raise argument_error(
            "rulesets", ", ".join(args.ruleset) or "none", "two ids, or --regime ID --from DATE"
        )
    if args.regime and args.since is None:
        raise argument_error("--regime", args.regime, "it with --from DATE, and perhaps --until")
    since, until = days(args)
    chips, errors = read_chips(args.chips or [])
    told = compare(
        *args.ruleset,
        regime=args.regime,
        since=since,
        until=until,
        chips=chips if args.chips else None,
        to=None if args.to is None else country(args.to, "--to"),
        headquarters=None
        if args.headquarters is None
        else country(args.headquarters, "--headquarters"),
        view=args.view,
    )
    put(comparison(told, args.format, width=width()), args.output, args.chips or [])
    return BAD_INPUT if errors else 0

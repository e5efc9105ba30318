"""`compliance timeline`: when a chip's answer changed, and because of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.inputs import days, read_chips
from compliance.commands.options import add_circumstances, circumstances
from compliance.commands.output import BAD_INPUT, add_output, put, width
from compliance.report import TIME_FORMATS

if TYPE_CHECKING:
    import argparse


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    timeline = commands.add_parser(
        "timeline",
        help="say when a chip's answer changed, and because of what",
        description="Say on which days a chip's answer changed, from what to what, and why.",
    )
    timeline.add_argument(
        "chip", nargs="+", metavar="CHIP", help="a spec file, or a bundled chip's id"
    )
    timeline.add_argument(
        "--from", dest="since", metavar="DATE", help="first day (the chip's, or that of the law)"
    )
    timeline.add_argument("--until", metavar="DATE", help="last day (today)")
    add_circumstances(timeline, dated=False)
    timeline.add_argument("--format", choices=TIME_FORMATS, default="table", help="(table)")
    add_output(timeline)
    timeline.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the timelines of the chips, and return the exit code."""
    from compliance.history import timeline  # noqa: PLC0415 - see the package
    from compliance.report.of_time import timeline as told  # noqa: PLC0415

    asked, since, until = circumstances(args), *days(args)
    chips, errors = read_chips(args.chip)
    lines = [timeline(chip, since=since, until=until, **asked) for chip in chips]
    if lines or args.format == "json":
        text = told(lines, args.format, width=width(), errors=errors)
        put(text, args.output, args.chip)
    return BAD_INPUT if errors else 0

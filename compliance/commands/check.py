"""`compliance check`: chips against the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.inputs import read_chips
from compliance.commands.options import add_circumstances, circumstances
from compliance.commands.output import BAD_INPUT, add_output, put, width
from compliance.report import FORMATS, render

if TYPE_CHECKING:
    import argparse

_CODES = {"yes": 0, "conditional": 1, "license": 1, "denied": 1, "unknown": 3}
_WORST_FIRST = (BAD_INPUT, 1, 3, 0)


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    check = commands.add_parser(
        "check",
        help="check chips against the law",
        description="Check chips against the law of one day, or of every day there was a change.",
        epilog="Exit code: 0 exportable without a license, 1 a license or an exception is needed "
        "or it is denied, 2 bad usage or input, 3 unknown.",
    )
    check.add_argument(
        "chip", nargs="+", metavar="CHIP", help="a spec file, or a bundled chip's id"
    )
    add_circumstances(check)
    check.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    add_output(check)
    check.add_argument(
        "--explain", action="store_true", help="show every criterion with its margin and citation"
    )
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever the verdict")
    check.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Judge the chips, print the report, and return the exit code."""
    from compliance.answers import check  # noqa: PLC0415 - see the package

    asked = circumstances(args)
    chips, errors = read_chips(args.chip)
    reports = [check(chip, **asked) for chip in chips]
    codes = [0 if args.exit_zero else _CODES[report.answer.exportable] for report in reports]
    codes += [BAD_INPUT for _ in errors]
    if reports or args.format == "json":
        text = render(reports, args.format, explain=args.explain, width=width(), errors=errors)
        put(text, args.output, args.chip)
    return next(code for code in _WORST_FIRST if code in codes)

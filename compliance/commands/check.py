"""`compliance check`: chips against the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.inputs import read_chips
from compliance.commands.options import add_circumstances, circumstances
from compliance.commands.output import BAD_INPUT, add_output, put, width
from compliance.report import FORMATS, render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from compliance.answers import Report
    from compliance.chips import Chip
    from compliance.errors import InputError

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
    add_verdict(check)
    add_output(check)
    check.set_defaults(command=run)


def add_verdict(parser: argparse.ArgumentParser) -> None:
    """Give a command the options that say how its verdicts are reported."""
    parser.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    parser.add_argument(
        "--explain", action="store_true", help="show every criterion with its margin and citation"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever the verdict")


def run(args: argparse.Namespace) -> int:
    """Judge the chips, print the report, and return the exit code."""
    judge = judged_by(args)
    chips, errors = read_chips(args.chip)
    reports = [judge(chip) for chip in chips]
    if reports or args.format == "json":
        text = render(reports, args.format, explain=args.explain, width=width(), errors=errors)
        put(text, args.output, args.chip)
    return exit_code(args, reports, errors)


def judged_by(args: argparse.Namespace) -> Callable[[Chip], Report]:
    """Return what gives the report on a chip that the options ask for."""
    from compliance.answers import answer  # noqa: PLC0415 - see the package
    from compliance.items import measure  # noqa: PLC0415
    from compliance.questions import read  # noqa: PLC0415

    asked = read(circumstances(args))
    return lambda chip: answer(measure(chip), asked)


def exit_code(
    args: argparse.Namespace, reports: Sequence[Report], errors: Sequence[InputError]
) -> int:
    """Return the exit code of the worst of the verdicts and errors."""
    codes = [0 if args.exit_zero else _CODES[report.exportable] for report in reports]
    codes += [BAD_INPUT for _ in errors]
    return next((code for code in _WORST_FIRST if code in codes), 0)

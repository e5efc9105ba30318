"""`compliance lint`: what is wrong or doubtful in spec and ruleset files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.output import BAD_INPUT, add_output, put, width
from compliance.report import LINT_FORMATS

if TYPE_CHECKING:
    import argparse

_CODES = {"error": BAD_INPUT, "warning": 1, "note": 0}


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    lint = commands.add_parser(
        "lint",
        help="look for faults and traps in spec and ruleset files",
        description="Look for what is wrong in spec and ruleset files, and for figures that are "
        "likely not what was meant.",
        epilog="Exit code: 0 nothing, or notes only, 1 warnings, 2 a file that can't be used.",
    )
    lint.add_argument(
        "file", nargs="+", metavar="FILE", help="a file, or the id of a bundled chip or ruleset"
    )
    lint.add_argument("--format", choices=LINT_FORMATS, default="table", help="(table)")
    add_output(lint)
    lint.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Look through the files, print what was found, and return the exit code."""
    from compliance.linting import lint  # noqa: PLC0415 - see the package
    from compliance.report.of_lint import render  # noqa: PLC0415 - as above

    files = list(dict.fromkeys(args.file))
    remarks = [remark for file in files for remark in lint(file)]
    put(render(files, remarks, args.format, width=width()), args.output, files)
    return max((_CODES[remark.rule.level] for remark in remarks), default=0)

"""The command: parse, call, print. Nothing is decided here.

Exit codes: 0 exportable without a license on the day asked about; 1 a license or an exception is
needed, or it is denied; 2 bad usage or input; 3 unknown. Of several chips, bad input outranks a
verdict, 1 outranks 3, and 3 outranks 0. `lint` has exit codes of its own.
"""

from __future__ import annotations

import argparse
import io
import sys
from typing import TYPE_CHECKING

import compliance
from compliance.commands import (
    check,
    chips,
    compare,
    frontier,
    import_,
    lint,
    rules,
    schema,
    sweep,
    timeline,
)
from compliance.commands.output import BAD_INPUT, complain
from compliance.errors import ComplianceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        argv: its arguments; those of the process by default.
    """
    args = _parser().parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal can't show is no reason to lose the report.
            stream.reconfigure(errors="backslashreplace")
    command: Callable[[argparse.Namespace], int] = args.command
    try:
        return command(args)
    except ComplianceError as error:
        complain(str(error))
        return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compliance",
        description="May this chip go there, on that day, and why?",
        epilog="This is a research tool and no legal advice.",
    )
    parser.add_argument(
        "--version", action="version", version=f"compliance {compliance.__version__}"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in (check, timeline, compare, sweep, frontier, import_, lint, rules, chips, schema):
        command.add(commands)
    return parser

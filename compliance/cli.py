"""The command: parse, call, print. Nothing is decided here.

Exit codes: 0 exportable without a license on the day asked about; 1 a license or an exception is
needed, or it is denied; 2 bad usage or input; 3 unknown. Of several chips, bad input outranks a
verdict, 1 outranks 3, and 3 outranks 0. `lint` and `screen` have exit codes of their own; 130 is
that of an interruption.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import compliance
from compliance.commands.output import BAD_INPUT, INTERRUPTED, complain
from compliance.errors import ComplianceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_COMMANDS = (
    "check",
    "screen",
    "timeline",
    "compare",
    "sweep",
    "frontier",
    "import",
    "lint",
    "rules",
    "chips",
    "schema",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        argv: its arguments; those of the process by default.
    """
    argv = sys.argv[1:] if argv is None else argv
    try:
        return _run(argv)
    except ComplianceError as error:
        complain(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED


def _run(argv: Sequence[str]) -> int:
    args = _parser(argv).parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal can't show is no reason to lose the report.
            stream.reconfigure(errors="backslashreplace")
    command: Callable[[argparse.Namespace], int] = args.command
    return command(args)


def command() -> None:
    """Run the command of this process, and end it.

    What a start makes lives until the end, so looking for garbage as often as Python does finds
    none, and taking everything apart at the end frees what the system frees anyway; and pydantic
    would read the metadata of every installed package, for plug-ins.
    """
    gc.set_threshold(200_000)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    code = main()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):  # What can't be written was complained of when it was tried.
            stream.flush()
    os._exit(code)


def _parser(argv: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser, with the options of the command that is run; of all, to list them."""
    parser = argparse.ArgumentParser(
        prog="compliance",
        description="May this chip go there, on that day, and why?",
        epilog="This is a research tool and no legal advice.",
    )
    parser.add_argument(
        "--version", action="version", version=f"compliance {compliance.__version__}"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for word in [word for word in argv[:1] if word in _COMMANDS] or _COMMANDS:
        # One of them is a word of Python's.
        module = import_module(f"compliance.commands.{'import_' if word == 'import' else word}")
        module.add(commands)
    return parser

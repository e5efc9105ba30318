"""The command: parse, call, print. Nothing is decided here.

Exit codes: 0 exportable without a license on the day asked about; 1 a license or an exception is
needed, or it is denied; 2 bad usage or input; 3 unknown. Of several chips, bad input outranks a
verdict, 1 outranks 3, and 3 outranks 0.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import compliance
from compliance.errors import ComplianceError, InputError
from compliance.report import FORMATS, render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from compliance.answers import Report
    from compliance.chips import Chip

T = TypeVar("T")

_CODES = {"yes": 0, "conditional": 1, "license": 1, "denied": 1, "unknown": 3}
_BAD_INPUT = 2
_WORST_FIRST = (_BAD_INPUT, 1, 3, 0)
_WIDTH = 100


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
        _complain(str(error))
        return _BAD_INPUT


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
    _add_check(commands)
    for name, what, rows, columns in (
        ("chips", "list the bundled chips", _chip_rows, ("id", "market", "status", "name")),
        ("rules", "list the bundled rulesets", _rule_rows, ("id", "until", "evidence", "title")),
    ):
        lister = commands.add_parser(name, help=what, description=what.capitalize() + ".")
        lister.add_argument("--format", choices=("table", "json", "csv"), default="table")
        lister.set_defaults(command=_list, rows=rows, columns=columns)
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of a spec or ruleset file",
        description="Print the JSON Schema of a file format.",
    )
    schema.add_argument("what", choices=("chip", "ruleset"))
    schema.set_defaults(command=_schema)
    return parser


def _add_check(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
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
    check.add_argument(
        "--on",
        metavar="DATE",
        help="judge by the law in force that day; without it, by every ruleset through time, "
        "and the answer is today's",
    )
    check.add_argument("--to", metavar="CC", help="destination, as a country code or name (CN)")
    check.add_argument(
        "--headquarters",
        metavar="CC",
        help="where the end user or its ultimate parent is headquartered (the destination)",
    )
    check.add_argument(
        "--activity", choices=("export", "reexport", "transfer"), default="export", help="(export)"
    )
    check.add_argument(
        "--informed", choices=("yes", "no"), help="whether a letter has informed the exporter"
    )
    check.add_argument(
        "--regime", metavar="ID", action="append", default=[], help="only this regime; repeatable"
    )
    check.add_argument(
        "--ruleset",
        metavar="ID",
        action="append",
        default=[],
        help="only this ruleset, in force or not; repeatable",
    )
    check.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    check.add_argument("-o", "--output", metavar="FILE", help="write the report there")
    check.add_argument(
        "--explain", action="store_true", help="show every criterion with its margin and citation"
    )
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever the verdict")
    check.set_defaults(command=_check)


def _check(args: argparse.Namespace) -> int:
    from compliance.answers import check, to_day  # noqa: PLC0415 - only this command needs it
    from compliance.groups import country  # noqa: PLC0415

    circumstances = {
        "on": _given(to_day, args.on, "--on"),
        "to": _given(country, args.to, "--to"),
        "headquarters": _given(country, args.headquarters, "--headquarters"),
        "activity": args.activity,
        "informed": {"yes": True, "no": False, None: None}[args.informed],
        "regimes": args.regime,
        "rulesets": args.ruleset,
    }
    reports: list[Report] = []
    errors: list[InputError] = []
    for name in args.chip:
        try:
            chip = _chip(name)
        except InputError as error:
            _complain(str(error))
            errors.append(error)
        else:
            reports.append(check(chip, **circumstances))
    codes = [0 if args.exit_zero else _CODES[report.answer.exportable] for report in reports]
    codes += [_BAD_INPUT for _ in errors]
    if reports or args.format == "json":
        text = render(reports, args.format, explain=args.explain, width=_width(), errors=errors)
        _put(text, args.output, args.chip)
    return next(code for code in _WORST_FIRST if code in codes)


def _given(read: Callable[[str, str], T], text: str | None, option: str) -> T | None:
    """Read an option's text, if there is one."""
    return None if text is None else read(text, option)


def _chip(name: str) -> Chip:
    """Return the chip that an argument means: a bundled id, or else a file if it looks like one."""
    from compliance.specs import chip, chip_ids, load_chip  # noqa: PLC0415 - see _check

    file = os.sep in name or name.endswith((".yaml", ".yml", ".json"))
    if not file and name and name not in chip_ids():
        file = Path(name).exists()
    return load_chip(name) if file else chip(name)


def _list(args: argparse.Namespace) -> int:
    headers, rows = args.rows()
    if args.format == "json":
        import json  # noqa: PLC0415 - only here

        things = [dict(zip(headers, row, strict=True)) for row in rows]
        _put(json.dumps(things, indent=2, ensure_ascii=False) + "\n")
    elif args.format == "csv":
        import csv  # noqa: PLC0415 - only here

        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(headers)
        writer.writerows(rows)
        _put(out.getvalue())
    else:
        from compliance.report.grid import grid  # noqa: PLC0415 - only here

        shown = [headers.index(name) for name in args.columns]
        table = [[row[n] for n in shown] for row in rows]
        _put(grid(table, args.columns, width=_width()) + "\n")
    return 0


def _chip_rows() -> tuple[Sequence[str], list[tuple[str, ...]]]:
    from compliance.specs import chip, chip_ids  # noqa: PLC0415 - see _check

    chips = [chip(name) for name in chip_ids()]
    headers = ("id", "vendor", "kind", "market", "status", "released", "name")
    return headers, [
        (c.id, c.vendor, c.kind, c.market or "", c.status or "", c.released or "", c.name)
        for c in chips
    ]


def _rule_rows() -> tuple[Sequence[str], list[tuple[str, ...]]]:
    from compliance.rulebook import all_rulesets, last_day  # noqa: PLC0415 - see _check

    headers = ("id", "from", "until", "status", "evidence", "cite", "title")
    return headers, [
        (
            law.id,
            str(law.effective),
            str(last_day(law) or law.until or ""),
            law.status,
            law.evidence,
            law.instruments[0].cite,
            law.title,
        )
        for law in all_rulesets()
    ]


def _schema(args: argparse.Namespace) -> int:
    import json  # noqa: PLC0415 - only here

    if args.what == "chip":
        from compliance.chips import json_schema  # noqa: PLC0415 - see _check
    else:
        from compliance.rulesets import json_schema  # noqa: PLC0415
    _put(json.dumps(json_schema(), indent=2) + "\n")
    return 0


def _put(text: str, file: str | None = None, inputs: Sequence[str] = ()) -> None:
    """Print a text, or write it to a file that is none of the inputs.

    Raises:
        ComplianceError: it can't be written.
    """
    try:
        if file is None or file == "-":
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
    except (OSError, ValueError, AttributeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise ComplianceError(f"{file or 'output'}: can't be written: {reason}") from None


def _complain(message: str) -> None:
    for line in message.splitlines():
        print(f"error: {line}", file=sys.stderr)


def _width() -> int:
    """Return the columns of the terminal, or of a page where there is none."""
    return shutil.get_terminal_size((_WIDTH, 24)).columns

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
from typing import TYPE_CHECKING, Any

import compliance
from compliance.errors import ComplianceError, InputError, argument_error
from compliance.options import add_circumstances, circumstances
from compliance.report import FORMATS, TIME_FORMATS, render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from compliance.chips import Chip

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
    _add_timeline(commands)
    _add_compare(commands)
    _add_rules(commands)
    chips = commands.add_parser(
        "chips", help="list the bundled chips", description="List the bundled chips."
    )
    chips.add_argument("--format", choices=("table", "json", "csv"), default="table")
    columns = ("id", "market", "status", "name")
    chips.set_defaults(command=_list, rows=_chip_rows, columns=columns)
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
    add_circumstances(check)
    check.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    _add_output(check)
    check.add_argument(
        "--explain", action="store_true", help="show every criterion with its margin and citation"
    )
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 whatever the verdict")
    check.set_defaults(command=_check)


def _add_timeline(commands: Any) -> None:  # noqa: ANN401 - as above
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
    _add_output(timeline)
    timeline.set_defaults(command=_timeline)


def _add_compare(commands: Any) -> None:  # noqa: ANN401 - as above
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
    compare.add_argument(
        "--view", choices=("enforced", "text"), default="enforced", help="(enforced)"
    )
    compare.add_argument("--format", choices=TIME_FORMATS, default="table", help="(table)")
    _add_output(compare)
    compare.set_defaults(command=_compare)


def _add_rules(commands: Any) -> None:  # noqa: ANN401 - as above
    rules = commands.add_parser(
        "rules",
        help="list the bundled rulesets, or show one",
        description="List the bundled rulesets; `rules show ID` prints one as a person reads it.",
    )
    rules.add_argument("what", nargs="?", choices=("show",), help="show one ruleset")
    rules.add_argument("id", nargs="?", metavar="ID", help="its id")
    rules.add_argument(
        "--known-on", metavar="DATE", help="leave out what had not been published by that day"
    )
    rules.add_argument("--format", choices=("table", "markdown", "json", "csv"), default="table")
    columns = ("id", "until", "evidence", "title")
    rules.set_defaults(command=_rules, columns=columns)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report there")


def _check(args: argparse.Namespace) -> int:
    from compliance.answers import check  # noqa: PLC0415 - only this command needs it

    asked = circumstances(args)
    chips, errors = _chips(args.chip)
    reports = [check(chip, **asked) for chip in chips]
    codes = [0 if args.exit_zero else _CODES[report.answer.exportable] for report in reports]
    codes += [_BAD_INPUT for _ in errors]
    if reports or args.format == "json":
        text = render(reports, args.format, explain=args.explain, width=_width(), errors=errors)
        _put(text, args.output, args.chip)
    return next(code for code in _WORST_FIRST if code in codes)


def _timeline(args: argparse.Namespace) -> int:
    from compliance.history import timeline  # noqa: PLC0415 - as in _check
    from compliance.report.of_time import timeline as told  # noqa: PLC0415

    asked, since, until = circumstances(args), *_days(args)
    chips, errors = _chips(args.chip)
    lines = [timeline(chip, since=since, until=until, **asked) for chip in chips]
    if lines:
        _put(told(lines, args.format, width=_width()), args.output, args.chip)
    return _BAD_INPUT if errors else 0


def _compare(args: argparse.Namespace) -> int:
    from compliance.groups import country  # noqa: PLC0415 - as in _check
    from compliance.history import compare  # noqa: PLC0415
    from compliance.report.of_time import comparison  # noqa: PLC0415

    if len(args.ruleset) != (0 if args.regime else 2):
        raise argument_error(
            "rulesets", ", ".join(args.ruleset) or "none", "two ids, or --regime ID --from DATE"
        )
    since, until = _days(args)
    chips, errors = _chips(args.chips or [])
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
    _put(comparison(told, args.format, width=_width()), args.output, args.chips or [])
    return _BAD_INPUT if errors else 0


def _days(args: argparse.Namespace) -> tuple[date | None, date | None]:
    """Return the first and the last day asked for."""
    from compliance.questions import to_day  # noqa: PLC0415 - as in _check

    since = None if args.since is None else to_day(args.since, "--from")
    return since, None if args.until is None else to_day(args.until, "--until")


def _rules(args: argparse.Namespace) -> int:
    from compliance.questions import to_day  # noqa: PLC0415 - as in _check
    from compliance.rulebook import ruleset  # noqa: PLC0415

    known_on = None if args.known_on is None else to_day(args.known_on, "--known-on")
    if args.what is None:
        args.rows = lambda: _rule_rows(known_on)
        if args.format == "markdown":
            raise argument_error("--format", "markdown", "table, json or csv for the list")
        return _list(args)
    if args.id is None or args.format == "csv":
        found = "csv" if args.id else "no id"
        raise argument_error("rules show", found, "an id, and the format markdown or json")
    from compliance.report.of_law import render as page  # noqa: PLC0415

    law = ruleset(args.id)
    if known_on and law.announced > known_on:
        raise argument_error("--known-on", known_on, f"{law.announced} or later: it came out then")
    _put(page(law, "json" if args.format == "json" else "markdown", known_on))
    return 0


def _chips(names: Sequence[str]) -> tuple[list[Chip], list[InputError]]:
    """Return the chips that arguments mean, and what is wrong with the others; complain of it."""
    chips, errors = [], []
    for name in names:
        try:
            chips.append(_chip(name))
        except InputError as error:
            _complain(str(error))
            errors.append(error)
    return chips, errors


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


def _rule_rows(known_on: date | None) -> tuple[Sequence[str], list[tuple[str, ...]]]:
    from compliance.rulebook import all_rulesets, last_day  # noqa: PLC0415 - see _check

    headers = ("id", "from", "until", "kind", "status", "evidence", "cite", "title")
    return headers, [
        (
            law.id,
            str(law.effective),
            str(last_day(law, known_on) or law.until or ""),
            law.kind,
            law.status,
            law.evidence,
            law.instruments[0].cite,
            law.title,
        )
        for law in all_rulesets()
        if known_on is None or law.announced <= known_on
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

"""`compliance screen`: every row of files, judged, and written with its answer."""

from __future__ import annotations

import sys
import textwrap
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance.commands.options import add_circumstances, circumstances
from compliance.commands.output import BAD_INPUT, INTERRUPTED, complain, width
from compliance.errors import ComplianceError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from compliance.files.screening import Summary

_EXTRA = 'pip install "chip-export-compliance[frames]"'
_ANSWERS = ("yes", "conditional", "license", "denied", "unknown")
_MOST = 5
"""Missing facts that the summary names."""


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    parser = commands.add_parser(
        "screen",
        help="judge every row of a CSV, Parquet or JSON lines file",
        description="Judge every row of files, however many, and write them with their answers: "
        "outcome, exportable, entries, missing, because. Rows that can't be read are listed in "
        "a file beside the output (out.refused.csv) with the reason.",
        epilog="Exit code: 0 every row was judged, 2 bad usage or input, or rows were refused; "
        "130 interrupted.",
    )
    parser.add_argument(
        "file",
        nargs="+",
        metavar="FILE",
        help='.csv, .parquet or .jsonl, all of one format; or a pattern such as "data/*.csv"',
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        required=True,
        help="where the rows are written; its ending says the format, as above",
    )
    parser.add_argument(
        "--columns",
        metavar="FIELD=COL[:UNIT]",
        nargs="+",
        action="extend",
        default=[],
        help="which column holds what, where its name does not say so: tpp=TPP "
        '"memory_bandwidth=Memory BW:GB/s" to=Destination',
    )
    parser.add_argument(
        "--explain", action="store_true", help="add metrics and the margin to the nearest threshold"
    )
    parser.add_argument("--force", action="store_true", help="overwrite the output")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="no progress and no summary, but complaints"
    )
    add_circumstances(parser, shipped=False)
    parser.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Judge the rows, say what became of them, and return the exit code."""
    asked = circumstances(args)
    try:
        from compliance.files.screening import screen_files  # noqa: PLC0415 - see the package

        summary = screen_files(
            args.file,
            args.output,
            columns=args.columns,
            explain=args.explain,
            force=args.force,
            progress=_progress(shown=not args.quiet and sys.stderr.isatty()),
            **asked,
        )
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in ("narwhals", "polars"):
            raise
        raise ComplianceError(f"screen needs {library}: {_EXTRA}") from None
    except KeyboardInterrupt:
        complain("interrupted; nothing was written")
        return INTERRUPTED
    if not args.quiet:
        print(_told(summary), file=sys.stderr)
    refused = summary.refused
    if not refused.rows:
        return 0
    rows = "1 row was" if refused.rows == 1 else f"{refused.rows:,} rows were"
    complain(f"{rows} refused; {_place(summary.aside)} says why; the first: {refused.first}")
    return BAD_INPUT


def _progress(*, shown: bool) -> Callable[[int], Any]:
    """Return what shows how much of the files has been read, on a terminal."""

    @contextmanager
    def bar(total: int) -> Iterator[Callable[[int], object]]:
        # Polars may be there for another reason, and a bar is nothing to fail for.
        if not shown or find_spec("tqdm") is None:
            yield lambda _: None
            return
        from tqdm import tqdm  # noqa: PLC0415 - only here

        with tqdm(total=total, unit="B", unit_scale=True, dynamic_ncols=True, leave=False) as told:
            yield told.update

    return bar


def _told(summary: Summary) -> str:
    """Return what became of the rows, in words."""
    counts = summary.counts
    rows = "1 row" if counts.rows == 1 else f"{counts.rows:,} rows"
    lines = [f"judged {rows}: {_place(summary.output)}"]
    for answer in _ANSWERS:
        if count := counts.answers[answer]:
            share = count / counts.rows
            lines.append(f"  {answer:<11} {count:>{len(f'{counts.rows:,}')},}  {share:>6.1%}")
    if counts.lacking:
        most = counts.lacking.most_common(_MOST)
        names = ", ".join(f"{name} ({count:,})" for name, count in most)
        more = f" and {len(counts.lacking) - _MOST} more" if len(counts.lacking) > _MOST else ""
        text = f"unknown for want of {names}{more}"
        lines += textwrap.wrap(text, width(), initial_indent="  ", subsequent_indent="    ")
    return "\n".join(lines)


def _place(path: Path) -> str:
    """Return where a file is, from here if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)

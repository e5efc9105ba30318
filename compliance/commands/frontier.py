"""`compliance frontier`: how far a chip can go along an axis and stay out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compliance.commands.inputs import read_chips
from compliance.commands.options import add_circumstances, circumstances
from compliance.commands.output import BAD_INPUT, add_output, put, width
from compliance.errors import InputError
from compliance.report import FORMATS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Iterator

    from compliance.chips import Chip
    from compliance.frontiers import Frontier
    from compliance.questions import Circumstances

AXES = ("compute", "memory_bandwidth", "io_bandwidth", "area")


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    parser = commands.add_parser(
        "frontier",
        help="say how far a chip can go and stay out of an entry",
        description="Say exactly, for each axis alone, where a chip stays out of entries or needs "
        "no more than a license, and what stops it.",
        epilog="Exit code: 2 bad usage or input, else 0. Example: compliance frontier "
        "nvidia-b200-hgx --axis compute --memory-bandwidth '4 TB/s' --at-most license --to CN",
    )
    parser.add_argument(
        "chip", nargs="+", metavar="CHIP", help="a spec file, or a bundled chip's id"
    )
    names = [name.replace("_", "-") for name in AXES]
    parser.add_argument(
        "--axis",
        choices=names,
        action="append",
        help="what is moved; repeatable (each in turn that is not set below)",
    )
    goal = parser.add_argument_group("staying out means").add_mutually_exclusive_group()
    goal.add_argument(
        "--out-of",
        metavar="ENTRY",
        action="append",
        help='to be in no such entry: 3A090.a, "3A090*", "*"; repeatable',
    )
    goal.add_argument(
        "--at-most",
        choices=("yes", "conditional", "license"),
        help="to come to no more than that (yes: neither license nor exception)",
    )
    add_axes(parser, "where the other axes stand", "VALUE", "a factor such as 0.7")
    add_circumstances(parser, shipped=False)
    parser.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    add_output(parser)
    parser.set_defaults(command=run)


def add_axes(parser: argparse.ArgumentParser, title: str, metavar: str, factor: str) -> None:
    """Give a command the options that set axes."""
    group = parser.add_argument_group(title)
    for name, amount, what in (
        ("compute", '"4800 TPP"', "all rates alike, and what the maker declares of them"),
        ("memory-bandwidth", '"3.5 TB/s"', "of all DRAM"),
        ("io-bandwidth", '"900 GB/s"', "of all links together"),
        ("area", '"800 mm^2"', "of all logic dies, or of an HBM stack"),
    ):
        text = f"{what}: {factor}, or {amount}"
        group.add_argument(f"--{name}", metavar=metavar, help=text)


def run(args: argparse.Namespace) -> int:
    """Print the frontiers of the chips, and return the exit code."""
    from compliance.report.of_frontier import frontiers  # noqa: PLC0415 - see the package

    asked = circumstances(args)
    chips, errors = read_chips(args.chip)
    with as_options((*AXES, "out_of", "at_most", "axis")):
        lines = [line for chip in chips for line in _frontiers(chip, args, asked)]
    if lines or args.format == "json":
        text = frontiers(lines, args.format, width=width(), errors=errors)
        put(text, args.output, args.chip)
    return BAD_INPUT if errors else 0


def _frontiers(chip: Chip, args: argparse.Namespace, asked: Circumstances) -> Iterator[Frontier]:
    """Yield the frontier of a chip on each axis asked for, or on each that it has."""
    from compliance.axes import AXES as ALL  # noqa: PLC0415 - see the package
    from compliance.frontiers import frontier  # noqa: PLC0415

    fixed = {name: getattr(args, name) for name in AXES}
    having = [axis.name for axis in ALL.values() if chip.kind in axis.items]
    for name in args.axis or [name for name in having if fixed[name] is None]:
        yield frontier(chip, name, out_of=args.out_of, at_most=args.at_most, **fixed, **asked)


@contextmanager
def as_options(names: Collection[str]) -> Iterator[None]:
    """Name arguments that can't be used as the command line spells them."""
    try:
        yield
    except InputError as error:
        raise InputError(
            problem._replace(source=f"--{problem.source.replace('_', '-')}")
            if problem.source in names
            else problem
            for problem in error.problems
        ) from None

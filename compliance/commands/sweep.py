"""`compliance sweep`: variants of a chip against the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.frontier import AXES, add_axes, as_options
from compliance.commands.inputs import read_chip
from compliance.commands.options import add_circumstances, circumstances
from compliance.commands.output import add_output, put, width
from compliance.report import FORMATS

if TYPE_CHECKING:
    import argparse


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    parser = commands.add_parser(
        "sweep",
        help="check variants of a chip, with compute, memory, I/O or area scaled",
        description="Check every combination of points on one axis or several. Points are factors "
        "of what the chip has, or amounts; commas stand between them, and first:last:points is a "
        "range.",
        epilog="Exit code: 2 bad usage or input, else 0. Example: compliance sweep "
        "nvidia-b200-hgx --compute 0.3:1:8 --memory-bandwidth '3.5 TB/s,6.5 TB/s' --to CN",
    )
    parser.add_argument("chip", metavar="CHIP", help="a spec file, or a bundled chip's id")
    add_axes(parser, "what is varied", "POINTS", "0.5,0.6 or 0.3:1:8")
    add_circumstances(parser, shipped=False)
    parser.add_argument("--format", choices=FORMATS, default="table", help="(table)")
    add_output(parser)
    parser.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the variants with their answers, and return the exit code."""
    from compliance.questions import read  # noqa: PLC0415 - see the package
    from compliance.report.of_sweep import sweep as told  # noqa: PLC0415
    from compliance.sweeps import variants  # noqa: PLC0415

    chip, asked = read_chip(args.chip), circumstances(args)
    axes = {name: getattr(args, name) for name in AXES}
    with as_options(AXES):
        found = variants(chip, axes, asked)
    put(told(chip, read(asked), found, args.format, width=width()), args.output, [args.chip])
    return 0

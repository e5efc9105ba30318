"""`compliance schema`: the JSON Schema of a file format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.commands.output import put

if TYPE_CHECKING:
    import argparse


def add(commands: Any) -> None:  # noqa: ANN401 - argparse has no public name for it
    """Give the parser the command."""
    schema = commands.add_parser(
        "schema",
        help="print the JSON Schema of a spec or ruleset file",
        description="Print the JSON Schema of a file format.",
    )
    schema.add_argument("what", choices=("chip", "ruleset"))
    schema.set_defaults(command=run)


def run(args: argparse.Namespace) -> int:
    """Print the schema, and return the exit code."""
    import json  # noqa: PLC0415 - see the package

    if args.what == "chip":
        from compliance.chips import json_schema  # noqa: PLC0415 - see the package
    else:
        from compliance.rulesets import json_schema  # noqa: PLC0415 - as above
    put(json.dumps(json_schema(), indent=2) + "\n")
    return 0

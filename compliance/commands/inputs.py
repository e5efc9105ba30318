"""The chips and days that arguments mean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.commands.output import complain
from compliance.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    from compliance.chips import Chip


def read_chips(names: Sequence[str]) -> tuple[list[Chip], list[InputError]]:
    """Return the chips that arguments mean, and what is wrong with the others; complain of it."""
    chips, errors = [], []
    for name in names:
        try:
            chips.append(read_chip(name))
        except InputError as error:
            complain(str(error))
            errors.append(error)
    return chips, errors


def read_chip(name: str) -> Chip:
    """Return the chip that an argument means: a bundled one, or else a file if it looks so."""
    from compliance.catalog import chip  # noqa: PLC0415 - see the package
    from compliance.specs import chip_ids, load_chip  # noqa: PLC0415

    file = os.sep in name or name.endswith((".yaml", ".yml", ".json"))
    if not file and name and name not in chip_ids():
        file = _exists(name)
    return load_chip(name) if file else chip(name)


def _exists(name: str) -> bool:
    """Return whether there is a file of that name; of one that no system could have, False."""
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def days(args: argparse.Namespace) -> tuple[date | None, date | None]:
    """Return the first and the last day asked for."""
    from compliance.questions import to_day  # noqa: PLC0415 - see the package

    since = None if args.since is None else to_day(args.since, "--from")
    return since, None if args.until is None else to_day(args.until, "--until")

"""Lint: all that is wrong or doubtful in a spec or ruleset file, with line and column."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from compliance import data
from compliance.errors import InputError, argument_error, did_you_mean
from compliance.oversights import GAPS, LOOSE_ENDS
from compliance.remarks import RULES, Remark
from compliance.rulebook import load_ruleset, ruleset
from compliance.specs import bundled, load_chip
from compliance.traps import TRAPS
from compliance.yamlsource import read

if TYPE_CHECKING:
    from collections.abc import Iterator


def lint(file: str | Path) -> tuple[Remark, ...]:
    """Return what is wrong or doubtful in a chip spec or a ruleset, in the order of the text.

    A file that can't be used is no exception but a remark of level `error` for each fault.

    Args:
        file: its path, or the id of a bundled chip or ruleset. A file with a `regime` is a
            ruleset.

    Raises:
        InputError: the argument is neither text nor a path.
    """
    if not isinstance(file, str | Path):
        raise argument_error("file", file, "the path of a file, or the id of a bundled one")
    try:
        found = list(_remarks(file))
    except InputError as error:
        found = [
            Remark(RULES["invalid" if problem.line else "unreadable"], problem)
            for problem in error.problems
        ]
    return tuple(sorted(found, key=lambda remark: remark.problem[:3]))


def _remarks(name: str | Path) -> Iterator[Remark]:
    """Load a file, and yield what each rule for such a file finds."""
    known = {**data.catalog("chips"), **data.catalog("rules")}
    ours = known.get(name) if isinstance(name, str) else None
    if ours is None and isinstance(name, str) and not _is_path(name):
        wanted = "a file, or the id of a bundled chip or ruleset"
        raise argument_error(name, name, wanted, did_you_mean(name, known))
    file = ours or Path(name)
    source = read(data.content(file), data.label(file))
    if isinstance(source.data, dict) and "regime" in source.data:
        law = ruleset(str(name)) if ours else load_ruleset(Path(name))
        for rule, look in LOOSE_ENDS.items():
            yield from (Remark(RULES[rule], problem) for problem in look(law, source))
    else:
        spec = bundled(str(name)) if ours else load_chip(Path(name))
        for rule, find in {**TRAPS, **GAPS}.items():
            yield from (Remark(RULES[rule], problem) for problem in find(spec, source))


def _is_path(name: str) -> bool:
    """Return whether a text is a path and no id."""
    named = os.sep in name or name.endswith((".yaml", ".yml", ".json"))
    return named or os.path.exists(name)  # noqa: PTH110 - false, not an error, for too long a name

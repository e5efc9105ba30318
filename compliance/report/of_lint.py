"""What lint found: for a terminal, for programs, and as SARIF for what shows it beside the code."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import compliance
from compliance.errors import sentence
from compliance.remarks import RULES
from compliance.report.as_table import wrapped
from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from compliance.errors import Problem
    from compliance.remarks import LintRule, Remark

HEADERS = ("at", "level", "rule", "what")
SCHEMA = "compliance-lint/1"
SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(files: Sequence[str], remarks: Sequence[Remark], fmt: str, *, width: int = 100) -> str:
    """Return what was found as a text.

    Args:
        files: the names that were asked for.
        remarks: what was found in them.
        fmt: one of `LINT_FORMATS`.
        width: columns a table may take.
    """
    if fmt == "table":
        return _table(files, remarks, width)
    data = _json(files, remarks) if fmt == "json" else _sarif(remarks)
    return json.dumps(data, indent=2) + "\n"


_MOST = 100
"""Remarks that a table has of one file; nobody reads more."""


def _table(files: Sequence[str], remarks: Sequence[Remark], width: int) -> str:
    """Return a table for each file with remarks, each rule explained once, and the count."""
    rows: dict[str, list[tuple[str, ...]]] = {}
    for rule, problem in remarks:
        place = f"{problem.line}:{problem.column}" if problem.line else ""
        row = (place, rule.level, rule.id, _plain(message(problem)))
        rows.setdefault(_plain(problem.source), []).append(row)
    blocks = []
    for file, lines in rows.items():
        more = f"\nand {len(lines) - _MOST:,} more" if len(lines) > _MOST else ""
        blocks.append(f"{file}\n{grid(lines[:_MOST], HEADERS, width=width)}{more}")
    rules = [wrapped(f"{rule.id}: {rule.why} {rule.fix}", width) for rule in _met(remarks)]
    if rules:
        blocks.append("\n".join(rules))
    levels = [remark.rule.level for remark in remarks]
    counts = [(levels.count(level), level) for level in ("error", "warning", "note")]
    said = ", ".join(_plural(count, level) for count, level in counts if count)
    return "\n\n".join([*blocks, f"{_plural(len(files), 'file')}: {said or 'nothing found'}\n"])


def _met(remarks: Sequence[Remark]) -> list[LintRule]:
    """Return the rules that found something, in the order of the documentation."""
    met = {remark.rule.id for remark in remarks}
    return [rule for name, rule in RULES.items() if name in met]


def _plural(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def message(problem: Problem) -> str:
    """Return what was found and what was expected, in one line."""
    words = sentence(problem.found, problem.expected, problem.hint)
    return f"{problem.field}: {words}" if problem.field else words


def _plain(text: str) -> str:
    """Return a text as a terminal may have it, without control codes."""
    return text if text.isprintable() else ascii(text)[1:-1]


def _json(files: Sequence[str], remarks: Sequence[Remark]) -> dict[str, Any]:
    """Return everything as data; each rule that found something is explained once."""
    return {
        "schema": SCHEMA,
        "library": compliance.__version__,
        "files": list(files),
        "rules": [asdict(rule) for rule in _met(remarks)],
        "remarks": [
            {"rule": rule.id, "level": rule.level, **problem._asdict()} for rule, problem in remarks
        ],
    }


def _sarif(remarks: Sequence[Remark]) -> dict[str, Any]:
    """Return a log of one run in the Static Analysis Results Interchange Format 2.1.0."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.why},
            "help": {"text": rule.fix},
            "defaultConfiguration": {"level": rule.level},
        }
        for rule in RULES.values()
    ]
    driver = {"name": "compliance", "version": compliance.__version__, "rules": rules}
    results = [_result(remark) for remark in remarks]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF, "version": "2.1.0", "runs": [run]}


def _result(remark: Remark) -> dict[str, Any]:
    rule, problem = remark
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.source)}}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": problem.column}
    return {
        "ruleId": rule.id,
        "level": rule.level,
        "message": {"text": message(problem)},
        "locations": [{"physicalLocation": place}],
    }


def _uri(file: str) -> str:
    """Return a path as a URI; a relative one stays so."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(os.fsencode(path.as_posix()))

"""The published answer key: verdicts and figures that others published, and ours beside them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from builders import chip

import compliance
from compliance.answers import Report, as_chip
from compliance.assessments import Assessment
from compliance.chips import Chip
from compliance.items import measure
from compliance.rulebook import ruleset_ids
from compliance.values import Value
from compliance.yamlsource import read

FILE = Path(__file__).parent / "cases" / "answer-key.yaml"
KEY: Any = read(FILE.read_text(encoding="utf-8"), FILE.name).data
CASES: list[dict[str, Any]] = [case for source in KEY["sources"] for case in source["cases"]]
LAWS = frozenset(ruleset_ids())
SUBJECT = {"chip", "spec"}
FIELDS = {"id", "ask", "answer", "figures", "off", "why", "says", "open", "wrong", "also"} | SUBJECT


def kind(case: dict[str, Any]) -> str:
    return str(case["id"])[0]


def several(value: Any) -> list[Any]:  # noqa: ANN401 - a value of the file
    return value if isinstance(value, list) else [value]


def described(spec: dict[str, Any]) -> Chip:
    """Return the chip of a spec in the file; a system contains bundled chips, or further specs."""
    parts = [{**part, "chip": subject(part["chip"])} for part in spec.get("contains", ())]
    return chip(**{**spec, "contains": parts})


def subject(named: str | dict[str, Any]) -> Chip:
    return described(named) if isinstance(named, dict) else as_chip(named)


def subjects(case: dict[str, Any]) -> list[Chip]:
    names = several(case.get("chip", []))
    return [subject(named) for named in (*names, *several(case.get("spec", [])))]


def questions(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a case, and what is also asked, each with what it shares with the case."""
    yield case
    for part in case.get("also", ()):
        shared = {"ask", "says"} | (set() if SUBJECT & part.keys() else SUBJECT)
        yield {**{k: v for k, v in case.items() if k in shared}, **part}


def reports(case: dict[str, Any]) -> Iterator[Report]:
    """Yield a report for each chip and destination."""
    ask = {k: int(v) if isinstance(v, Decimal) else v for k, v in case.get("ask", {}).items()}
    for item in subjects(case):
        for to in several(ask.get("to", "CN")):
            yield compliance.check(item, **{**ask, "to": to})


def layers(found: Assessment) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "requires": " and ".join(sorted({row.requires for row in found.rows})) or "nothing",
        "outcome": found.outcome,
        "review": found.review,
        "exceptions": found.exceptions,
        "missing": list(found.missing),
    }


def near(value: Value, published: Decimal) -> bool:
    """Return whether a figure is within 1 % of a value: of a range, in it or 1 % from an end."""
    if value.low is None or value.high is None:
        return False
    margin = published / 100
    return value.low - margin <= published <= value.high + margin


def agrees(item: Chip, metric: str, published: Decimal) -> bool:
    """Return whether a figure is within 1 % of ours; of TPP, declared or by arithmetic."""
    names = ("tpp", "bit_tops") if metric == "tpp" else (metric,)
    return any(near(measure(item).values[name], published) for name in names)

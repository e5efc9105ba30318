"""What was measured, as tables for the terminal and for docs/performance.md, and as a picture."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.rounds import ratios, short, spread
from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from benchmarks.rounds import Budget, Section

PICTURE = "performance.svg"
PACKAGES = (
    "pydantic",
    "Pint",
    "polars",
    "pyarrow",
    "duckdb",
    "pandas",
    "numpy",
    "narwhals",
    "datalogic-py",
    "zen-engine",
    "common-expression-language",
    "cel-expr-python",
    "rule-engine",
    "OpenFisca-Core",
    "policyengine-core",
)
_SIGN = {"at most": "<=", "at least": ">="}


def section_table(section: Section, fmt: str = "simple") -> str:
    """Return a section's figures: medians with their spread, and ratios."""
    rows = []
    for name, times in section.times.items():
        figures = spread(value * section.scale for value in times)
        shares = [str(spread(ratios(section.times, name, other))) for other in section.against]
        rows.append([name, str(figures), *shares, section.notes.get(name, "")])
    absent = [name for name in section.notes if name not in section.times]
    rows += [[name, "", *("" for _ in section.against), section.notes[name]] for name in absent]
    heads = ["", section.unit, *(f"x {other}" for other in section.against), ""]
    if not any(row[-1] for row in rows):
        rows, heads = [row[:-1] for row in rows], heads[:-1]
    return grid(rows, heads, fmt)


def budget_table(sections: Sequence[Section], fmt: str = "simple") -> str:
    """Return the promises and whether they were kept."""
    rows = []
    for budget in (budget for section in sections for budget in section.budgets):
        limit = f"{_SIGN[budget.sense]} {budget.limit:g} {budget.unit}"
        measured = f"{spread(budget.measured)} {budget.unit}"
        said = "met" if budget.met else "missed"
        rows.append([budget.what, budget.against, limit, measured, said])
    return grid(rows, ["what", "against", "budget", "measured", ""], fmt)


def write(sections: Sequence[Section], folder: Path, day: date) -> None:
    """Write performance.md and its picture into a folder."""
    words = (
        f"Measured on {day} by `make bench`, which measures your machine too and writes this page "
        f"anew: {machine()}. Everything in a table was measured in one run, in turn, so that a "
        "busy machine disturbs all alike; figures are medians of the rounds, with the least and "
        "the most, and ratios are taken within a round."
    )
    picture_of = f"![What was measured]({PICTURE})"
    budgets = budget_table(sections, "github")
    parts = ["# Performance", words, picture_of, "## Budgets", budgets]
    for section in sections:
        parts += [f"## {section.title}", section.words, section_table(section, "github")]
    parts += ["## Versions", f"{versions()}."]
    text = "\n\n".join(parts)
    (folder / "performance.md").write_text(f"{text}\n", encoding="utf-8")
    picture(sections).save(str(folder / PICTURE))


def picture(sections: Sequence[Section]) -> Any:  # noqa: ANN401 - altair's charts are of many types
    """Return a chart: how much of each budget was used, and the figures of the sections."""
    import altair as alt  # noqa: PLC0415 - only for the page

    rule = alt.Chart({"values": [{"at": 1}]}).mark_rule(color="firebrick").encode(x="at:Q")
    used = [_used(budget) for section in sections for budget in section.budgets]
    panels = [_panel(used, "share of the budget used (1: all of it)") + rule]
    for section in sections:
        rows = [
            _bar(name, [value * section.scale for value in times])
            for name, times in section.times.items()
        ]
        panels.append(_panel(rows, f"{section.title}, {section.unit}"))
    return alt.vconcat(*panels).configure_axisY(labelLimit=420, title=None)


def machine() -> str:
    """Return what it was measured on."""
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.is_file():
        lines = described.read_text(encoding="utf-8").splitlines()
        models = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
        model = models[0] if models else model
    python = platform.python_version()
    return f"{os.cpu_count()} cores of {model}, {platform.system()}, Python {python}"


def versions() -> str:
    """Return the packages that were measured, with their versions."""
    found = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def _used(budget: Budget) -> dict[str, Any]:
    """Return the share of a budget that was used."""
    if budget.sense == "at most":
        shares = [value / budget.limit for value in budget.measured]
    else:
        shares = [budget.limit / value for value in budget.measured]
    return _bar(f"{budget.what} / {budget.against}", shares)


def _bar(name: str, values: Sequence[float]) -> dict[str, Any]:
    ours = "compliance" in name or " / " in name
    middle = median(values)
    return {
        "name": name,
        "middle": middle,
        "least": min(values),
        "most": max(values),
        "text": short(middle),
        "who": "compliance" if ours else "others",
    }


def _panel(rows: list[dict[str, Any]], title: str) -> Any:  # noqa: ANN401 - as above
    import altair as alt  # noqa: PLC0415 - as above

    base = alt.Chart({"values": rows}).encode(y=alt.Y("name:N", sort=None))
    scale = alt.Scale(type="log")
    colors = alt.Scale(domain=["compliance", "others"], range=["#1f6feb", "#8b949e"])
    lines = base.mark_rule().encode(x=alt.X("least:Q", scale=scale, title=title), x2="most:Q")
    color = alt.Color("who:N", scale=colors, legend=None)
    points = base.mark_point(filled=True, size=60, opacity=1).encode(x="middle:Q", color=color)
    texts = base.mark_text(align="center", dy=-9, fontSize=9).encode(x="middle:Q", text="text:N")
    return (lines + points + texts).properties(width=520)

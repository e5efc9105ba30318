"""A chip as its spec has it: figures, their sources, and how TPP, density and I/O come about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compliance.items import METRICS, measure
from compliance.report import words
from compliance.report.as_table import wrapped
from compliance.report.grid import grid
from compliance.values import number, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.chips import Chip, Declared
    from compliance.values import Value

_WORKED = (
    "tpp",
    "performance_density",
    "memory_bandwidth",
    "io_bandwidth",
    "interconnect_bandwidth",
    "memory_plus_io_bandwidth",
    "hbm_bandwidth_density",
    "app",
)


def render(chip: Chip, fmt: str, *, width: int = 100) -> str:
    """Return a chip as a text, or as JSON."""
    if fmt == "json":
        return json.dumps(_data(chip), indent=2, ensure_ascii=False) + "\n"
    return "\n".join(_lines(chip, width)).rstrip("\n") + "\n"


def _lines(chip: Chip, width: int) -> Iterator[str]:
    yield f"{chip.vendor} {chip.name} ({chip.id})"
    status = " ".join(word for word in (chip.status, chip.released) if word)
    yield ", ".join(fact for fact in (chip.kind, chip.market, status) if fact)
    if chip.aliases:
        yield f"also called: {', '.join(chip.aliases)}"
    if chip.declared:
        yield f"the maker's own figures: {_declared(chip.declared)}"
    yield ""
    if figures := list(_figures(chip)):
        yield grid(figures, ("figure", "value", "sources"), width=width) + "\n"
    yield "How it adds up"
    worked = [(METRICS[name].label, measure(chip).values[name]) for name in _WORKED]
    for label, value in worked:
        if value.low is not None:
            yield wrapped(f"  {label}: {value.how or value}", width)
        elif chip.kind != "accelerator" or "HBM" not in label:
            yield wrapped(f"  {label}: unknown, lacks {', '.join(value.lacks)}", width)
    yield ""
    yield from (wrapped(f"note: {note}", width) for note in chip.notes)
    yield from (wrapped(f"warning: {warning}", width) for warning in chip.warnings)
    yield from (wrapped(line, width) for line in _sources(chip))


def _declared(figures: Declared) -> str:
    named = (("TPP", figures.tpp), ("APP", figures.app), ("CTP", figures.ctp))
    parts = [f"{name} {number(figure)}" for name, figure in named if figure]
    return ", ".join([*parts, *([f"ECCN {figures.eccn}"] if figures.eccn else [])])


def _figures(chip: Chip) -> Iterator[tuple[str, str, str]]:
    """Yield each figure with the sources that support its field."""

    def line(name: str, value: str, field: str) -> tuple[str, str, str]:
        known = [source.id or source.title for source in chip.sources if field in source.fields]
        return name, value, ", ".join(known)

    for name, _, _, rate, sparse in chip.compute.rates() if chip.compute else ():
        yield line(name, f"{rate.text}{' with 2:4 sparsity' if sparse else ''}", "compute")
    for memory in chip.memory or ():
        parts = [quantity.text for quantity in (memory.capacity, memory.bandwidth) if quantity]
        yield line(memory.type or "memory", ", ".join(parts) or "not stated", "memory")
    for link in chip.links or ():
        rate_text = link.bandwidth.text if link.bandwidth else "not stated"
        inside = ", within the package" if link.in_package else ""
        yield line(link.name, f"{rate_text}, {link.direction}{inside}", "links")
    for die in chip.dies or ():
        area = die.area.text if die.area else "area not stated"
        planar = {True: "planar", False: "non-planar", None: "planar or not is not stated"}
        made = ", ".join(part for part in (die.node, planar[die.planar]) if part)
        yield line(f"die {die.name}", f"{die.count} x {area}, {made}", "dies")
    if chip.transistors:
        yield line("transistors", number(chip.transistors), "transistors")
    if chip.power:
        yield line("power", chip.power.text, "power")
    if chip.package_area:
        yield line("package area", chip.package_area.text, "package_area")
    for part in chip.contains:
        yield line("contains", f"{part.count} x {part.chip.name} ({part.chip.id})", "contains")


def _sources(chip: Chip) -> Iterator[str]:
    for source in chip.sources:
        name = f"{source.id}: " if source.id else ""
        seen = "" if source.seen else "not opened when the figure was entered"
        marks = ", ".join(mark for mark in (source.quality, seen) if mark)
        address = f" <{source.url}>" if source.url else ""
        yield f"source {name}{source.title}{f' ({marks})' if marks else ''}{address}"


def _data(chip: Chip) -> dict[str, Any]:
    """Return the spec as written, and the metrics with their arithmetic."""
    values = measure(chip).values
    return {
        "spec": chip.model_dump(mode="json", exclude_unset=True),
        "digest": chip.digest,
        "metrics": {
            name: {
                "value": _written(name, value),
                "unit": METRICS[name].unit,
                "how": value.how,
                "lacks": list(value.lacks),
            }
            for name, value in values.items()
        },
    }


def _written(name: str, value: Value) -> str:
    if METRICS[name].unit == "date":
        return " to ".join(words.day(end) for end in (value.low, value.high) if end is not None)
    return span(value.low, value.high)

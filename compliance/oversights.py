"""Oversights: what was left out of a spec, and the loose ends of a ruleset.

One function a rule, from a chip or ruleset and its file to what it finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from compliance.criteria import Branch, Leaf
from compliance.groups import countries
from compliance.items import measure
from compliance.logic import FALSE
from compliance.remarks import spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date

    from compliance.chips import Chip
    from compliance.criteria import Node
    from compliance.errors import Problem
    from compliance.groups import Destinations
    from compliance.rulesets import Ruleset
    from compliance.yamlsource import Path, Source


def _no_die_area(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a chip for datacenters whose density is open for want of an area."""
    density = measure(chip).values["performance_density"]
    whole = chip.dies and all(die.area or die.planar for die in chip.dies)
    if chip.kind == "accelerator" and chip.market == "datacenter" and not whole:
        yield spot(source, ("dies",), f"not every die has an area: performance density {density}")


_FIGURES = (
    "compute",
    "memory",
    "links",
    "dies",
    "transistors",
    "power",
    "package_area",
    "fpld",
    "contains",
    "declared",
)


def _no_sources(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a spec that does not say where its figures are from."""
    if not chip.sources:
        yield spot(source, (), "no sources")


def _source_without_fields(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a source that does not say what it supports; an empty list says that it is nothing."""
    for n, reference in enumerate(chip.sources):
        if "fields" not in reference.model_fields_set:
            yield spot(source, ("sources", n), f"no fields in {reference.title}")


def _source_of_nothing(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a source of fields that the spec does not have."""
    for n, reference in enumerate(chip.sources):
        for m, field in enumerate(reference.fields):
            if field.partition(".")[0] not in chip.model_fields_set:
                yield spot(source, ("sources", n, "fields", m), field, "a field that this spec has")


def _figure_without_source(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find figures that no source supports, in a spec whose sources say what they support."""
    supported = {field.partition(".")[0] for s in chip.sources for field in s.fields}
    for field in _FIGURES:
        if supported and getattr(chip, field) and field not in supported:
            yield spot(source, (field,), "figures that no source has among its fields")


def _place(source: Source, room: str, name: str) -> Path:
    """Return the path of the entry, exception or row called `name`; carried over, of `carries`."""
    things = source.data.get(room) if isinstance(source.data, dict) else None
    for n, thing in enumerate(things if isinstance(things, list) else ()):
        if isinstance(thing, dict) and thing.get("id") == name:
            return (room, n)
    return ("carries",)


def _no_evidence_caveat(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find a ruleset that is not from its sources and does not say what is doubtful."""
    if law.evidence != "primary" and not law.caveats:
        yield spot(source, ("evidence",), f"evidence {law.evidence} and no caveat")


def _entry_without_row(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find an entry that no row is for and no condition rests on."""
    used = {name for row in law.licensing for name in row.entries}
    used |= {leaf.entry for when in law.criteria() for leaf in when.leaves()}
    for entry in law.entries:
        if entry.id not in used:
            path = _place(source, "entries", entry.id)
            yield spot(source, path, f"{entry.id}, which no licensing row is for")


def _unused_exception(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find an exception that no row offers."""
    offered = {name for row in law.licensing for name in row.exceptions}
    for exception in law.exceptions:
        if exception.id not in offered:
            path = _place(source, "exceptions", exception.id)
            yield spot(source, path, f"{exception.id}, which no licensing row offers")


def _row_to_nowhere(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find a row whose destinations or headquarters are no country on its first day."""
    for row in law.licensing:
        day = row.compliance or law.effective
        for key, where in (("to", row.to), ("headquarters", row.headquarters)):
            if where and _nowhere(where, day):
                path = (*_place(source, "licensing", row.id), key)
                yield spot(source, path, f"{where.text}, which is no country on {day}")


def _nowhere(where: Destinations, on: date) -> bool:
    return all(where.has(country, on) is FALSE for country in countries())


def _criteria(law: Ruleset) -> Iterator[tuple[tuple[str, str], Node]]:
    """Yield all criteria of a ruleset, each with the room and the id of what it is part of."""
    for entry in law.entries:
        for when in (entry.when, *(note.when for note in entry.unless)):
            yield ("entries", entry.id), when
    for exception in law.exceptions:
        if exception.when:
            yield ("exceptions", exception.id), exception.when
    for row in law.licensing:
        for review in row.review:
            if review.when:
                yield ("licensing", row.id), review.when


def _never_true(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find conditions on one metric that all have to hold and exclude one another."""
    for (room, name), when in _criteria(law):
        for pair in dict.fromkeys(_contradictions(when)):
            yield spot(source, _place(source, room, name), f"{name}: {pair}", "both can be true")


def _contradictions(node: Node) -> Iterator[str]:
    """Yield each pair of leaves below a node that can't both hold and both have to."""
    leaves = [leaf for leaf in _conjuncts(node) if isinstance(leaf, Leaf) and leaf.metric]
    for above in leaves:
        for below in leaves:
            if above.metric is below.metric and ">" in above.comparator and "<" in below.comparator:
                least, most = above.threshold, below.threshold
                touching = above.comparator == ">=" and below.comparator == "<="
                if least and most and (least > most or (least == most and not touching)):
                    yield f"{above.text} and {below.text}"
    for child in node.children if isinstance(node, Branch) else ():
        yield from _contradictions(child)


def _conjuncts(node: Node) -> Iterator[Node]:
    """Yield the criteria that all have to hold for a node to."""
    if isinstance(node, Branch) and node.word == "all":
        for child in node.children:
            yield from _conjuncts(child)
    else:
        yield node


_ONLY_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "bit_tops": ("accelerator",),
    "performance_density": ("accelerator",),
    "single_ended_io": ("accelerator",),
    "transceiver_rate": ("accelerator",),
    "hbm_bandwidth_density": ("hbm",),
    "tpp": ("accelerator", "system"),
    "app": ("accelerator", "system"),
    "lut_inputs": ("accelerator", "system"),
}
"""Metrics whose facts only some kinds of spec can have, with these kinds."""


def _metric_out_of_reach(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find a metric that the spec of an item of the entry's kind has no facts for."""
    for entry in law.entries:
        for leaf in entry.when.leaves():
            kinds = _ONLY_OF.get(leaf.metric.name) if leaf.metric else None
            if kinds and entry.item not in kinds:
                path = _place(source, "entries", entry.id)
                found = f"{leaf.text} for items of kind {entry.item}"
                yield spot(source, path, found, f"a metric of these: it is of {' or '.join(kinds)}")


def _dates_out_of_order(law: Ruleset, source: Source) -> Iterator[Problem]:
    """Find a ruleset verified before it came out, or that ended before it began."""
    if law.published and law.verified < law.published:
        yield spot(source, ("verified",), str(law.verified), f"{law.published} or later")
    if law.until and law.until != "unknown" and law.until < law.effective:
        yield spot(source, ("until",), str(law.until), f"{law.effective} or later")


GAPS: Final[Mapping[str, Callable[[Chip, Source], Iterator[Problem]]]] = {
    "no-die-area": _no_die_area,
    "no-sources": _no_sources,
    "source-without-fields": _source_without_fields,
    "source-of-nothing": _source_of_nothing,
    "figure-without-source": _figure_without_source,
}
"""Rule -> what it finds missing in a chip and its file."""

LOOSE_ENDS: Final[Mapping[str, Callable[[Ruleset, Source], Iterator[Problem]]]] = {
    "no-evidence-caveat": _no_evidence_caveat,
    "entry-without-row": _entry_without_row,
    "unused-exception": _unused_exception,
    "row-to-nowhere": _row_to_nowhere,
    "never-true": _never_true,
    "metric-out-of-reach": _metric_out_of_reach,
    "dates-out-of-order": _dates_out_of_order,
}
"""Rule -> what it finds in a ruleset and its file."""

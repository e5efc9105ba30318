"""The metrics of each row, and how near it is to a threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import narwhals.stable.v2 as nw

from compliance.conditions import Compares
from compliance.frames.facts import NEAR
from compliance.items import METRICS
from compliance.values import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from compliance.frames.facts import Facts
    from compliance.readings import Reading

EXPLAINED = ("nearest", "margin")


def explained(
    readings: Iterable[Reading], facts: Facts, taken: Sequence[str]
) -> dict[str, nw.Expr]:
    """Return metrics that are not columns yet, the nearest threshold, and the margin to it.

    The margin is a share of the threshold: 0.02 is two percent above, -0.02 two percent below. The
    nearest threshold is the one with the smallest margin either way, of the entries' conditions on
    numbers that a row states exactly.
    """
    compared = dict.fromkeys(
        leaf.condition
        for reading in readings
        for node in reading.entries.values()
        for leaf in node.leaves()
        if isinstance(leaf.condition, Compares) and METRICS[leaf.condition.metric].unit != "date"
    )
    found: dict[str, nw.Expr] = {}
    margins: dict[str, nw.Expr] = {}
    for condition in compared:
        name, ends = condition.metric, facts.metric(condition.metric)
        scale = float(ends.scale)
        for end, value in (("min", ends.low), ("max", ends.high)):
            column = name if ends.exact else f"{name}_{end}"
            if value is not None and column not in taken:
                found[column] = value * scale if scale != 1 else value
        if ends.low is None or ends.high is None or not condition.threshold:
            continue
        # The difference has the sign of the verdict; Polars' quotients are off by a hair.
        line = ends.line(condition.threshold)
        share = (ends.low - line) / line
        if ends.divided:
            share = nw.when(share.abs() <= NEAR).then(0.0).otherwise(share)
        exact = nw.lit(value=True) if ends.exact else ends.low == ends.high
        text = f"{name} {condition.comparator} {number(condition.threshold)}"
        unit = METRICS[name].unit
        margins[f"{text} {unit}".rstrip()] = nw.when(exact).then(share)
    return {**found, **_nearest(margins, facts)}


def _nearest(margins: dict[str, nw.Expr], facts: Facts) -> dict[str, nw.Expr]:
    if not margins:
        nothing = nw.lit(None, dtype=nw.String)
        return {"nearest": nothing, "margin": nw.lit(None, dtype=nw.Float64)}
    kept = {text: facts.stages.keep(share, _MARGIN) for text, share in margins.items()}
    shares = [share.abs() for share in kept.values()]
    # Spark wants two or more to choose from.
    nearest_of = nw.min_horizontal(*shares) if len(shares) > 1 else shares[0]
    least = facts.stages.keep(nearest_of, _MARGIN + 1)
    nearest, margin = nw.lit(None, dtype=nw.String), nw.lit(None, dtype=nw.Float64)
    for text, share in reversed(kept.items()):
        here = share.abs() == least
        nearest = nw.when(here).then(nw.lit(text)).otherwise(nearest)
        margin = nw.when(here).then(share).otherwise(margin)
    return {"nearest": nearest, "margin": margin}


_MARGIN = 50
"""A stage after all metrics."""

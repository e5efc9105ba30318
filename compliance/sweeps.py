"""Sweeps: many variants of a chip at once, with what the law says of each.

The variants' metrics follow from the chip's by exact arithmetic. What is answered hangs on which
side of each threshold they are, so the engine is asked once for each combination of sides, of which
there are few however many variants there are.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product, repeat
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, Unpack

from compliance.answers import answer, as_chip
from compliance.axes import AXES, axis_of, runs
from compliance.errors import argument_error
from compliance.frontiers import about_designs, conditions
from compliance.items import METRICS
from compliance.scaling import (
    PARTS_OF_SUM,
    POWERS,
    SUM,
    design,
    ends_of,
    own,
    settable,
)
from compliance.units import BANDWIDTH, BANDWIDTH_DENSITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import polars as pl

    from compliance.answers import Answer
    from compliance.axes import Setting
    from compliance.chips import Chip
    from compliance.questions import Asked, Circumstances
    from compliance.scaling import Design

MOST = 1_000_000
"""Variants that one sweep makes."""

ANSWERS = ("outcome", "exportable", "entries", "missing", "because")
"""What is said of each variant, as `compliance.screen` has it."""

_SHOWN = {
    "accelerator": ("tpp", "performance_density", *PARTS_OF_SUM),
    "hbm": ("memory_bandwidth", "hbm_bandwidth_density"),
    "system": (),
}
"""The metrics that are shown of an item."""

_SUFFIXES = {BANDWIDTH: "_gbs", BANDWIDTH_DENSITY: "_gbs_mm2"}
_AREAS = {"accelerator": "die_area_mm2", "hbm": "package_area_mm2"}


def sweep(
    chip: Chip | str | Path,
    *,
    compute: object = None,
    memory_bandwidth: object = None,
    io_bandwidth: object = None,
    area: object = None,
    **circumstances: Unpack[Circumstances],
) -> pl.DataFrame:
    """Return variants of a chip with what the law says of each, as a Polars frame.

    There is a row for each combination of points on the axes, of which the last changes fastest.
    Its columns: for each axis given, the factor of what the chip has (`compute_factor`), missing
    where that is a range or unknown and an amount is set; the metrics, as a pair of columns
    (`tpp_min`, `tpp_max`) where they are ranges; the area, where it is an axis; and the five of
    `compliance.screen`. The answers are those of the exact amounts; the columns have the nearest
    floats.

    Args:
        chip: a chip, the id of a bundled one, or the path of a spec file. Of a system, the chips in
            it are scaled.
        compute: points on an axis: a factor such as 0.7 or "7/12", or an amount such as "4800 TPP";
            several of these; or a text, with commas between points (`"0.5, 0.6"`), or of a range
            with the number of its points (`"0.3:1:8"`). All rates are scaled alike, with what the
            maker declares of them.
        memory_bandwidth: the same, or "2 TB/s:8 TB/s:7": of all DRAM.
        io_bandwidth: the same, of all links.
        area: the same, or "800 mm^2": of all logic dies, or of an HBM stack.
        **circumstances: as of `compliance.check`, but for quantities and proposals; the day is
            today where none is given.

    Raises:
        InputError: an argument is none of these; there are more than a million variants; or Polars
            is not installed.
    """
    axes = dict(zip(AXES, (compute, memory_bandwidth, io_bandwidth, area), strict=True))
    try:
        import polars as pl  # noqa: PLC0415 - of the extra `frames`
    except ImportError:
        expected = 'Polars: pip install "chip-export-compliance[frames]"'
        raise argument_error("sweep", "no Polars", expected) from None
    found = variants(as_chip(chip), axes, circumstances)
    kinds = {name: pl.String if name in ANSWERS else pl.Float64 for name in found}
    return pl.DataFrame(found, schema=kinds)


def variants(
    chip: Chip, axes: Mapping[str, object], circumstances: Circumstances
) -> dict[str, list[Any]]:
    """Return the columns of a sweep, without a frame around them.

    Raises:
        InputError: as `sweep`.
    """
    asked = about_designs(circumstances)
    points = _points(chip, {name: value for name, value in axes.items() if value is not None})
    whole = design(chip, [name for name, axis in points.items() if axis[0].absolute])
    grid = {name: [whole.factor(name, point) for point in axis] for name, axis in points.items()}
    found = {}
    for column in (*_factors(chip, points, grid), *_metrics(chip, whole, grid)):
        found[column.name] = [column.values[n] for n in _places(grid, column.axes)]
    return found | dict(zip(ANSWERS, _answers(whole, grid, asked), strict=True))


def _points(chip: Chip, given: Mapping[str, object]) -> dict[str, list[Setting]]:
    """Return the points on each axis.

    Raises:
        InputError: there are none, or more combinations of them than are made.
    """
    if not given:
        raise argument_error("axes", None, f"at least one of {', '.join(AXES)}")
    found = {name: runs(value, axis_of(name, chip)) for name, value in given.items()}
    count = prod(sum(run.size for run in axis) for axis in found.values())
    if not 1 <= count <= MOST:
        raise argument_error("variants", f"{count:,}", f"1 to {MOST:,} of them")
    return {name: [point for run in axis for point in run.points()] for name, axis in found.items()}


Ratio: TypeAlias = tuple[int, int]
"""A fraction that is not shortened. Dividing it gives the nearest float."""


class _Column(NamedTuple):
    """A column of numbers.

    Attributes:
        name: of the column.
        axes: those of the sweep on which it depends.
        values: one for each combination of their points.
    """

    name: str
    axes: tuple[str, ...]
    values: Sequence[float | None]


def _places(grid: Mapping[str, Sequence[object]], axes: Iterable[str]) -> list[int]:
    """Return, for each variant, the place of its points on some axes among their combinations."""
    found = [0]
    for name, points in grid.items():
        size = len(points)
        if name in axes:
            found = [place * size + n for place in found for n in range(size)]
        else:
            found = [place for place in found for _ in range(size)]
    return found


def _factors(
    chip: Chip, points: Mapping[str, Sequence[Setting]], grid: Mapping[str, Sequence[Fraction]]
) -> Iterator[_Column]:
    """Yield what each variant has of the chip's own."""
    for name, axis in points.items():
        # Where the chip has no one amount, an amount that is set is no factor of it.
        known = not axis[0].absolute or settable(own(name, chip))
        values = [float(factor) if known else None for factor in grid[name]]
        yield _Column(f"{name}_factor", (name,), values)


def _metrics(
    chip: Chip, whole: Design, grid: Mapping[str, Sequence[Fraction]]
) -> Iterator[_Column]:
    """Yield the metrics of each variant, and its area where that is an axis."""
    for name in _SHOWN[chip.kind]:
        kind = METRICS[name].kind
        title, axes = f"{name}{_SUFFIXES[kind] if kind else ''}", _moving(name, grid)
        yield from _ends(title, axes, [_floats(side) for side in _sides(whole, name, grid)])
    if "area" in grid and chip.kind in _AREAS:
        amount = whole.amounts.get("area")
        ours = ends_of(own("area", chip)) if amount is None else (amount, amount)
        ends = [[end and end * factor for factor in grid["area"]] for end in ours]
        yield from _ends(
            _AREAS[chip.kind],
            ("area",),
            [[None if end is None else float(end) for end in side] for side in ends],
        )


def _floats(side: Sequence[Ratio | None]) -> list[float | None]:
    return [None if ratio is None else ratio[0] / ratio[1] for ratio in side]


def _ends(
    name: str, axes: tuple[str, ...], values: Sequence[Sequence[float | None]]
) -> Iterator[_Column]:
    """Yield a metric as one column, or as two where it is a range."""
    low, high = values
    if low == high:
        yield _Column(name, axes, low)
    else:
        yield _Column(f"{name}_min", axes, low)
        yield _Column(f"{name}_max", axes, high)


def _moving(metric: str, grid: Mapping[str, object]) -> tuple[str, ...]:
    """Return the axes of a sweep that move a metric."""
    moving = {axis for term in _terms(metric) for axis in POWERS.get(term, {})}
    return tuple(axis for axis in grid if axis in moving)


def _terms(metric: str) -> tuple[str, ...]:
    """Return the metrics whose sum a metric is; most are that of themselves."""
    return PARTS_OF_SUM if metric == SUM else (metric,)


def _sides(
    subject: Design, metric: str, grid: Mapping[str, Sequence[Fraction]]
) -> list[Sequence[Ratio | None]]:
    """Return both ends of a metric for each combination of the factors that move it.

    The fractions are left as they come, for shortening a million of them takes a minute.
    """
    found: list[Sequence[Ratio | None]] = []
    for side in (0, 1):
        ends = [subject.ends[term][side] for term in _terms(metric)]
        if found and ends == [subject.ends[term][0] for term in _terms(metric)]:
            return found * 2
        if subject.ends[metric][side] is None:
            found.append([None] * prod(len(grid[axis]) for axis in _moving(metric, grid)))
            continue
        sums = [(0, 1)]
        for term, end in zip(_terms(metric), ends, strict=True):
            products = [(end or Fraction(0)).as_integer_ratio()]
            for axis in _moving(term, grid):
                steps = [(step ** POWERS[term][axis]).as_integer_ratio() for step in grid[axis]]
                products = [(n * a, d * b) for n, d in products for a, b in steps]
            sums = [(n * b + a * d, d * b) for n, d in sums for a, b in products]
        found.append(sums)
    return found


def _answers(
    whole: Design, grid: Mapping[str, Sequence[Fraction]], asked: Asked
) -> Iterator[list[str]]:
    """Yield the columns of what is answered, asking once for variants on the same sides."""
    columns = [
        [codes[n] for n in _places(grid, axes)]
        for axes, codes in _relations(whole, grid, asked).items()
    ]
    keys = zip(*columns, strict=True) if columns else repeat(())
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    rows = []
    for key, factors in zip(keys, product(*grid.values())):  # noqa: B905 - `repeat` has no end
        if key not in known:
            there = whole.scaled(dict(zip(grid, factors, strict=True)))
            known[key] = _said(answer(there.as_item(), asked).answer)
        rows.append(known[key])
    for column in zip(*rows, strict=True):
        yield list(column)


def _relations(
    whole: Design, grid: Mapping[str, Sequence[Fraction]], asked: Asked
) -> dict[tuple[str, ...], list[tuple[int, ...]]]:
    """Return axes -> how the metrics that these axes move stand to all thresholds.

    For each combination of their points: 0 below a threshold, 1 at it, 2 above it.
    """
    limits: dict[str, set[Ratio]] = {}
    for leaf in conditions(asked):
        if leaf.metric and leaf.threshold is not None:
            limits.setdefault(leaf.metric.name, set()).add(leaf.threshold.as_integer_ratio())
    found: dict[tuple[str, ...], list[list[int]]] = {}
    for subject, metric in product((whole, *whole.parts), limits):
        axes = _moving(metric, grid)
        low, high = _sides(subject, metric, grid) if axes else ((), ())
        for ends in (low,) if low is high else (low, high):
            known = [end for end in ends if end]
            for a, b in limits[metric] if known else ():
                codes = [(n * b > a * d) + (n * b >= a * d) for n, d in known]
                found.setdefault(axes, []).append(codes)
    return {axes: list(zip(*codes, strict=True)) for axes, codes in found.items()}


def _said(found: Answer) -> tuple[str, ...]:
    """Return an answer as the columns of a screened frame have it."""
    met = dict.fromkeys(entry for a in found.judged for entry in a.entries)
    open_ = found.assessments if found.exportable == "unknown" else ()
    missing = dict.fromkeys(name for a in open_ for name in a.undecided)
    texts = (";".join(names) for names in (met, missing, found.because))
    return found.outcome, found.exportable, *texts

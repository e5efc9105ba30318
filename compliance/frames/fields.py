"""The columns of a frame: which field each one holds, in which unit, and which end of a range.

A column is found by its name (`memory_bandwidth_gbs`, `tpp_min`), or named by the caller, and its
unit is a fact about the column: in its name, in the caller's mapping, or in the frame's metadata.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from compliance.chips import BITS
from compliance.errors import QuantityError, argument_error, did_you_mean
from compliance.items import FLAGS, METRICS
from compliance.readings import PLACES
from compliance.units import AREA, BANDWIDTH, BANDWIDTH_DENSITY, RATE, Kind, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENDS = ("", "min", "max")
"""What a column holds of a quantity: all of it, its least, its most."""

QUANTITIES: dict[str, Kind | None] = {
    **{name: metric.kind for name, metric in METRICS.items() if metric.unit != "date"},
    **dict.fromkeys(BITS, RATE),
    "die_area": AREA,
    "package_area": AREA,
}
TEXTS = ("vendor", "name", "kind", "market", "memory_type")
YES_OR_NO = (*FLAGS, "neural_network")
# Circumstances are never found by name, only named by the caller, who may mean something else.
FIELDS = (*QUANTITIES, *YES_OR_NO, *TEXTS, "released", *PLACES)

_SUFFIXES: dict[Kind, dict[str, str]] = {
    BANDWIDTH: {"mbs": "MB/s", "gbs": "GB/s", "gb_s": "GB/s", "tbs": "TB/s", "tb_s": "TB/s"},
    RATE: {
        f"{prefix}{what}".lower(): f"{prefix}{what}"
        for prefix in ("G", "T", "P")
        for what in ("FLOPS", "OPS")
    },
    AREA: {"mm2": "mm^2"},
    BANDWIDTH_DENSITY: {"gbs_mm2": "GB/s/mm^2"},
}


class Column(NamedTuple):
    """A column that holds a field.

    Attributes:
        name: of the column.
        scale: how many canonical units one of its numbers is.
    """

    name: str
    scale: Fraction = Fraction(1)


def find(
    names: list[str],
    mapping: Mapping[str, str | tuple[str, str]],
    units: Mapping[str, str],
) -> dict[tuple[str, str], Column]:
    """Return (field, end) -> column.

    Args:
        names: of all columns.
        mapping: field -> column, or column and unit, as the caller says.
        units: column -> unit, as the frame's metadata say.

    Raises:
        InputError: the mapping has an unknown field, column or unit; two columns hold the same; a
            quantity has no unit.
    """
    found: dict[tuple[str, str], Column] = {}
    units_of: dict[tuple[str, str], str] = {}
    for key, said in mapping.items():
        slot = _slot(key)
        match said:
            case str(name):
                unit = ""
            case tuple((str(name), str(unit))):
                pass
            case _:
                expected = "the name of a column, which is a text, or the name and a unit"
                raise argument_error(f"columns[{key}]", said, expected)
        if name not in names:
            hint = did_you_mean(name, map(str, names))
            raise argument_error(f"columns[{key}]", name, "a column of the frame", hint)
        found[slot] = Column(name)
        units_of[slot] = unit or units.get(name) or _ending(slot[0], name)
    taken = {column.name for column in found.values()}
    for name in names:
        spelled = _spellings().get(str(name).casefold())  # pandas may number its columns
        if name in taken or spelled is None or spelled[0] in found:
            if spelled and name not in taken and spelled[0] not in map(_slot, mapping):
                other = found[spelled[0]].name
                raise argument_error(
                    "frame", f"{other} and {name}", "one of them, named in `columns`"
                )
            continue
        found[spelled[0]] = Column(name)
        units_of[spelled[0]] = spelled[1] or units.get(name, "")
    return {
        slot: column._replace(scale=_scale(slot[0], column.name, units_of[slot]))
        for slot, column in found.items()
    }


def _slot(key: str) -> tuple[str, str]:
    """Return the field and end that a key of a mapping means, such as `tpp` or `tpp_min`."""
    field, _, end = str(key).rpartition("_")
    slot = (field, end) if field in QUANTITIES and end in ENDS[1:] else (str(key), "")
    if slot[0] not in FIELDS:
        hint = did_you_mean(slot[0], FIELDS)
        raise argument_error("columns", key, f"one of {', '.join(FIELDS)}", hint)
    return slot


def _ending(field: str, name: str) -> str:
    """Return the unit that the name of a column ends in; empty where it ends in none."""
    kind = QUANTITIES.get(field)
    word = name.casefold().removesuffix("_min").removesuffix("_max")
    suffixes = _SUFFIXES[kind] if kind else {}
    return next((unit for end, unit in suffixes.items() if word.endswith(f"_{end}")), "")


def _scale(field: str, name: str, unit: str) -> Fraction:
    """Return how many canonical units one number of a column is."""
    kind = QUANTITIES.get(field)
    if kind is None:
        if unit:
            raise argument_error(f"columns[{field}]", unit, "no unit: it is a plain number")
        return Fraction(1)
    expected = (
        f"its unit: in its name, as {field}_{next(iter(_SUFFIXES[kind]))}, or one such as "
        f"{kind.unit} beside the name in `columns`"
    )
    if not unit:
        raise argument_error("frame", f"the column {name} without a unit", expected)
    try:
        return Fraction(parse(f"1 {unit}", kind))
    except QuantityError as error:
        raise argument_error(f"columns[{field}]", unit, f"a unit of {kind.name}") from error


@cache
def _spellings() -> dict[str, tuple[tuple[str, str], str]]:
    """Return name of a column -> field and end, and unit."""
    return {name: (slot, unit) for name, slot, unit in _named()}


def _named() -> Iterator[tuple[str, tuple[str, str], str]]:
    for field in (*YES_OR_NO, *TEXTS, "released"):
        yield field, (field, ""), ""
    for field, kind in QUANTITIES.items():
        suffixes = {"": "", **(_SUFFIXES[kind] if kind else {})}
        for end in ENDS:
            for suffix, unit in suffixes.items():
                slot = (field, end)
                yield "_".join(part for part in (field, suffix, end) if part), slot, unit
                yield "_".join(part for part in (field, end, suffix) if part), slot, unit

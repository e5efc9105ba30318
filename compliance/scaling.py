"""Designs: a chip with its compute, memory, links or die area scaled, and its metrics exact.

Every metric is linear in each axis, but for density, which falls as area grows, and for memory
and I/O together, a sum of which an axis moves one part. So the metrics of a variant follow from
those of the chip by arithmetic on fractions, and nothing is rounded at a limit.
"""

from __future__ import annotations

import copy
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from compliance.axes import AXES
from compliance.chips import Compute, Die, Link, Memory, OtherFormat
from compliance.errors import argument_error
from compliance.items import measure
from compliance.metrics import ZERO, logic_area
from compliance.units import AREA, BANDWIDTH, EXACT, Kind, Quantity
from compliance.values import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from compliance.axes import Setting
    from compliance.chips import Chip
    from compliance.items import Item

Ends: TypeAlias = "tuple[Fraction | None, Fraction | None]"
"""The least and the most a metric can be; None where that is not known."""

POWERS: Final[Mapping[str, Mapping[str, int]]] = {
    "tpp": {"compute": 1},
    "bit_tops": {"compute": 1},
    "app": {"compute": 1},
    "ctp": {"compute": 1},
    "performance_density": {"compute": 1, "area": -1},
    "memory_bandwidth": {"memory_bandwidth": 1},
    "hbm_bandwidth_density": {"memory_bandwidth": 1, "area": -1},
    "io_bandwidth": {"io_bandwidth": 1},
    "interconnect_bandwidth": {"io_bandwidth": 1},
}
"""Metric -> axis -> the power of its factor. A metric that is not here stays as it is; so does the
number of transistors, for a chip that is cut keeps its die."""

SUM: Final = "memory_plus_io_bandwidth"
PARTS_OF_SUM: Final = ("memory_bandwidth", "io_bandwidth")
"""The one metric that adds up others, and these."""

_ONE: Final = Fraction(1)


class Design:
    """A chip as a point to scale from: its metrics as fractions.

    Attributes:
        item: the chip as it was measured: what is not scaled is taken from it.
        ends: metric -> its ends.
        aggregate: the ends of the TPP it adds to a quantity.
        amounts: axis -> what it has of it, as far as that is one amount.
        parts: the designs of a system's chips.
    """

    __slots__ = ("aggregate", "amounts", "ends", "item", "parts")

    def __init__(
        self,
        item: Item,
        *,
        ends: Mapping[str, Ends],
        aggregate: Ends,
        amounts: Mapping[str, Fraction],
        parts: tuple[Design, ...],
    ) -> None:
        self.item = item
        self.ends = ends
        self.aggregate = aggregate
        self.amounts = amounts
        self.parts = parts

    def scaled(self, factors: Mapping[str, Fraction]) -> Design:
        """Return the design with some axes times a factor each, above zero."""
        compute = factors.get("compute", _ONE)
        return Design(
            _declaring(self.item, compute),
            ends={name: self.metric(name, factors) for name in self.ends},
            aggregate=times(self.aggregate, compute),
            amounts={name: n * factors.get(name, _ONE) for name, n in self.amounts.items()},
            parts=tuple(part.scaled(factors) for part in self.parts),
        )

    def metric(self, name: str, factors: Mapping[str, Fraction]) -> Ends:
        """Return the ends of a metric with some axes times a factor each."""
        if name == SUM and self.ends[SUM][0] is not None:
            return _together([self.metric(part, factors) for part in PARTS_OF_SUM])
        factor = _ONE
        for axis, power in POWERS.get(name, {}).items():
            if axis in factors:
                factor *= factors[axis] ** power
        return times(self.ends[name], factor)

    def factor(self, axis: str, setting: Setting) -> Fraction:
        """Return what to scale an axis by to have what a setting says."""
        return setting.amount / self.amounts[axis] if setting.absolute else setting.amount

    def as_item(self) -> Item:
        """Return it as the engine sees it; quotients are rounded down, as everywhere."""
        item = copy.copy(self.item)
        item.values = {
            name: _value(ends, self.item.values[name].lacks) for name, ends in self.ends.items()
        }
        item.aggregate = _value(self.aggregate, self.item.aggregate.lacks)
        item.parts = tuple(part.as_item() for part in self.parts)
        return item


def design(chip: Chip, exactly: Collection[str] = ()) -> Design:
    """Return a chip as a design.

    Args:
        chip: the chip.
        exactly: axes whose amount is going to be set. Where the chip's own is none, a range or
            unknown, the design has one amount all the same, to scale from.

    Raises:
        InputError: an amount is to be set for a system, which has many chips to share it.
    """
    if chip.kind == "system" and exactly:
        name = next(iter(exactly))
        raise argument_error(name, "an amount", "a factor: of a system, its chips are scaled")
    moved = [name for name in exactly if not settable(own(name, chip))]
    pinned = chip
    for name in moved:
        pinned = _PINS[name](pinned)
    item = measure(pinned)
    if moved:
        # What the chip is has not changed; how much of its I/O stays in the package is open.
        item = copy.copy(item)
        item.flags = measure(chip).flags
        if "io_bandwidth" in moved and any(link.in_package for link in chip.links or ()):
            most = item.values["io_bandwidth"].high
            inside = Value(ZERO, most, ("links within the package",))
            item.values = {**item.values, "interconnect_bandwidth": inside}
    ends = {name: ends_of(value) for name, value in item.values.items()}
    area = ends_of(own("area", pinned))
    for name, over in (("performance_density", "tpp"), ("hbm_bandwidth_density", PARTS_OF_SUM[0])):
        ends[name] = _quotient(ends[name], ends[over], area)
    amounts = {
        name: Fraction(_amount_of(name, pinned))
        for name in AXES
        if name in exactly or settable(own(name, chip))
    }
    return Design(
        item,
        ends=ends,
        aggregate=ends_of(item.aggregate),
        amounts=amounts,
        parts=tuple(design(part.chip) for part in item.parts),
    )


def settable(value: Value) -> bool:
    """Return whether what a chip has of an axis can be scaled to any other amount."""
    return value.exact and bool(value.low)


def own(name: str, chip: Chip) -> Value:
    """Return what a chip has of an axis, in its unit; of a system, nothing is said."""
    if chip.kind == "system":
        return Value(None, None)
    if name == "compute":
        return measure(chip).values["tpp"]
    if name != "area":
        return measure(chip).values[name]
    if chip.kind != "hbm":
        return logic_area(chip)
    area = chip.package_area
    return Value(area.low, area.high) if area else Value(None, None, ("package area",))


def ends_of(value: Value) -> Ends:
    """Return the ends of a value as fractions."""
    low, high = (None if end is None else Fraction(end) for end in (value.low, value.high))
    return low, high


def times(ends: Ends, factor: Fraction) -> Ends:
    """Return both ends times a factor."""
    low, high = (None if end is None else end * factor for end in ends)
    return low, high


def _together(parts: list[Ends]) -> Ends:
    """Return the sum of two ranges; what is not known of one may be nothing at all."""
    lows, highs = zip(*parts, strict=True)
    low = sum((end or Fraction(0) for end in lows), Fraction(0))
    return low, None if None in highs else sum(highs, Fraction(0))


def _quotient(ends: Ends, above: Ends, below: Ends) -> Ends:
    """Return a rounded quotient as it was before; ends that are zero or open stay so."""
    low = above[0] / below[1] if ends[0] and above[0] and below[1] else ends[0]
    high = above[1] / below[0] if ends[1] and above[1] and below[0] else ends[1]
    return low, high


def _value(ends: Ends, lacks: tuple[str, ...]) -> Value:
    low, high = map(_decimal, ends)
    return Value(low, high, lacks)


def _decimal(amount: Fraction | None) -> Decimal | None:
    if amount is None:
        return None
    return EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))


def _declaring(item: Item, compute: Fraction) -> Item:
    """Return an item whose maker declares figures that go with its compute."""
    declared = item.chip.declared
    figures = {
        name: _decimal(Fraction(figure) * compute)
        for name in ("tpp", "app", "ctp")
        if (figure := getattr(declared, name, None)) is not None
    }
    if compute == 1 or not figures:
        return item
    item = copy.copy(item)
    item.chip = item.chip.model_copy(update={"declared": {"eccn": None, **figures}})
    return item


def _exactly(amount: Decimal, kind: Kind) -> Quantity:
    return Quantity(kind, amount, amount, f"{amount:f} {kind.unit}")


def _one(rate: Quantity) -> Quantity:
    """Return the upper end of a range, or the lower where there is none."""
    return _exactly(rate.low if rate.high is None else rate.high, rate.kind)


def _amount_of(name: str, chip: Chip) -> Decimal:
    """Return an amount to scale from."""
    value = own(name, chip)
    return value.high or value.low or Decimal(1)


def _with_tpp(chip: Chip) -> Chip:
    """Return a chip whose rates are no ranges, and whose TPP is one number."""
    fields: dict[str, object] = {}
    if chip.compute:
        given = {name: getattr(chip.compute, name) for name in chip.compute.model_fields_set}
        rates = {n: _one(rate) for n, rate in given.items() if isinstance(rate, Quantity)}
        other = tuple(
            OtherFormat(name=each.name, bits=each.bits, rate=_one(each.rate))
            for each in chip.compute.other
        )
        fields["compute"] = Compute(**{**given, **rates, "other": other, "complete": True})
        chip = chip.model_copy(update=fields)
    if own("compute", chip).exact:
        return chip
    # No rate, or TF32 alone, whose bits no rule counts: the TPP that is set is the maker's.
    declared = chip.declared.model_dump(exclude_none=True) if chip.declared else {}
    return chip.model_copy(update={"declared": {**declared, "tpp": _amount_of("compute", chip)}})


def _with_memory(chip: Chip) -> Chip:
    memories = [m for m in chip.memory or () if m.type and m.type.upper() == "SRAM"]
    bandwidth = _exactly(_amount_of("memory_bandwidth", chip), BANDWIDTH)
    memories.append(Memory(type="DRAM", bandwidth=bandwidth))
    return chip.model_copy(update={"memory": tuple(memories)})


def _with_links(chip: Chip) -> Chip:
    bandwidth = _exactly(_amount_of("io_bandwidth", chip), BANDWIDTH)
    return chip.model_copy(update={"links": (Link(name="I/O", bandwidth=bandwidth),)})


def _with_area(chip: Chip) -> Chip:
    area = _exactly(_amount_of("area", chip), AREA)
    if chip.kind == "hbm":
        return chip.model_copy(update={"package_area": area})
    planar = [die.planar for die in chip.dies or ()]
    known = False if False in planar else (True if planar and all(planar) else None)
    return chip.model_copy(update={"dies": (Die(name="logic", area=area, planar=known),)})


_PINS = {
    "compute": _with_tpp,
    "memory_bandwidth": _with_memory,
    "io_bandwidth": _with_links,
    "area": _with_area,
}

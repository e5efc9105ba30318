"""Axes: what of a chip can be scaled, and how a point or many points on an axis are written.

A point is a factor, such as 0.7 or 7/12, of what the chip has; or an amount, such as 3.5 TB/s or
4800 TPP. Several are a list, `0.5, 0.6`, or a range with the number of its points, `0.3:1:8`, which
holds both ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from compliance.errors import QuantityError, argument_error, did_you_mean
from compliance.units import AREA, BANDWIDTH, Kind, Quantity, quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compliance.chips import Chip


class Axis(NamedTuple):
    """What of a chip can be scaled.

    Attributes:
        name: as arguments have it.
        label: as people read it.
        unit: of its values.
        kind: of the quantities it can be set to; None for TPP.
        items: the kinds of items that have it.
    """

    name: str
    label: str
    unit: str
    kind: Kind | None
    items: tuple[str, ...]


AXES: Final[Mapping[str, Axis]] = {
    axis.name: axis
    for axis in (
        Axis("compute", "compute", "TPP", None, ("accelerator", "system")),
        Axis(
            "memory_bandwidth",
            "memory bandwidth",
            "GB/s",
            BANDWIDTH,
            ("accelerator", "hbm", "system"),
        ),
        Axis("io_bandwidth", "I/O bandwidth", "GB/s", BANDWIDTH, ("accelerator", "system")),
        Axis("area", "area", "mm^2", AREA, ("accelerator", "hbm", "system")),
    )
}
"""The axes by name: all rates alike with what the maker declares of them; the bandwidth of all
DRAM; that of all links; and the area of all logic dies, or of a stack's package."""


class Setting(NamedTuple):
    """A point on an axis.

    Attributes:
        amount: a factor of what the chip has, or an amount in the unit of the axis.
        absolute: whether it is an amount.
    """

    amount: Fraction
    absolute: bool


class Run(NamedTuple):
    """Points on an axis, as far from one another; of one point, both ends are that.

    Attributes:
        first: the first of them.
        last: the last.
        size: how many there are.
    """

    first: Setting
    last: Setting
    size: int = 1

    def points(self) -> Iterator[Setting]:
        """Yield the points."""
        (low, absolute), high = self.first, self.last.amount
        for n in range(self.size):
            share = Fraction(n, self.size - 1) if n else Fraction(0)
            yield Setting(low + (high - low) * share, absolute)


def axis_of(name: object, chip: Chip) -> Axis:
    """Return an axis by its name, of those that a chip has.

    Raises:
        InputError: there is none of that name, or such an item doesn't have it.
    """
    having = [axis.name for axis in AXES.values() if chip.kind in axis.items]
    plain = str(name).replace("-", "_")
    if plain not in having:
        hint = did_you_mean(plain, having)
        raise argument_error("axis", name, f"one of {', '.join(having)}", hint)
    return AXES[plain]


_FACTOR = re.compile(r"[0-9]{1,20}(?:\.[0-9]{1,20})?|[0-9]{1,9}/[0-9]{1,9}")
_TPP = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?) TPP")
_MOST = 100
"""Times a chip's own that a variant may have: more is a slip of the unit."""
_LEAST = Fraction(1, 10**6)
_LONGEST = 80
_WRITTEN = 10**15
"""From here on, a number is not written out in a message."""


def setting(value: object, axis: Axis) -> Setting:
    """Return a value on an axis: a factor such as 0.7 or 7/12, or a quantity such as 3.5 TB/s.

    Raises:
        InputError: it is neither, is zero, or is out of any proportion.
    """
    if isinstance(value, str):
        text = value.strip()
        if _FACTOR.fullmatch(text):
            return _share(text, axis)
        return Setting(_amount(text, axis), absolute=True)
    if isinstance(value, Quantity) and axis.kind and value.exact:
        return Setting(_amount(value, axis), absolute=True)
    if isinstance(value, int | float | Decimal | Fraction) and not isinstance(value, bool):
        if _bounded(value):
            return _share(str(value), axis)
        plain = isinstance(value, float) or (isinstance(value, int) and abs(value) < _WRITTEN)
        value = value if plain else "a number out of bounds"
    raise argument_error(axis.name, value, _wanted(axis))


def _bounded(value: float | Decimal | Fraction) -> bool:
    """Return whether a number is no smaller, larger or longer than a factor may be."""
    if isinstance(value, Decimal):
        return (
            value.is_finite()
            and _LEAST <= value <= _MOST
            and len(value.as_tuple().digits) < _LONGEST
        )
    if isinstance(value, Fraction) and value.denominator.bit_length() > _LONGEST:
        return False
    return bool(_LEAST <= value <= _MOST)


def runs(value: object, axis: Axis) -> list[Run]:
    """Return the points that a text, a value or several of them mean.

    Args:
        value: a point; a range such as `0.3:1:8` or `2 TB/s:8 TB/s:7`; a text with several of
            these and commas between; or several of all these.
        axis: what they are points of.

    Raises:
        InputError: they are no points, or too many to be listed, or factors beside amounts.
    """
    parts: Iterable[object] = (value,)
    if isinstance(value, str):
        parts = value.split(",")
    elif isinstance(value, Iterable):
        parts = value
    found = [_run(part, axis) for part in islice(parts, _LISTED + 1)]
    if not 1 <= len(found) <= _LISTED:
        raise argument_error(axis.name, f"{len(found):,} points", f"1 to {_LISTED:,}, or a range")
    if len({end.absolute for run in found for end in run[:2]}) > 1:
        hint = "no thousands separators" if isinstance(value, str) else ""
        raise argument_error(axis.name, value, "factors only, or amounts only", hint)
    return found


_LISTED = 10_000
"""Points that may be listed one by one."""


def _run(part: object, axis: Axis) -> Run:
    """Return the points of a range, or the one point that it is."""
    if isinstance(part, str) and ":" in part:
        match = _RANGE.fullmatch(part.strip())
        if not match:
            raise argument_error(axis.name, part, "first:last:points, such as 0.3:1:8")
        first, last, points = setting(match[1], axis), setting(match[2], axis), int(match[3])
        if points == 1 and first != last:
            raise argument_error(
                axis.name, part, "two points or more, for both ends are among them"
            )
        return Run(first, last, points)
    point = setting(part, axis)
    return Run(point, point)


_RANGE = re.compile("([^:]+):([^:]+):([0-9]{1,18})")


def _share(text: str, axis: Axis) -> Setting:
    """Return a factor that has to be in bounds."""
    try:
        share = Fraction(text) if len(text) <= _LONGEST else Fraction(0)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not _LEAST <= share <= _MOST:
        raise argument_error(axis.name, text, _wanted(axis))
    return Setting(share, absolute=False)


def _amount(value: str | Quantity, axis: Axis) -> Fraction:
    """Return an amount in the unit of an axis, above zero."""
    if axis.kind is None:
        match = _TPP.fullmatch(str(value))
        amount = Decimal(match[1]) if match else Decimal(0)
    else:
        try:
            amount = quantity(value, axis.kind).low
        except QuantityError as error:
            raise argument_error(axis.name, value, _wanted(axis), error.hint) from None
    if not amount:
        raise argument_error(axis.name, value, _wanted(axis))
    return Fraction(amount)


def _wanted(axis: Axis) -> str:
    example = axis.kind.examples[0] if axis.kind else "4800 TPP"
    return f'a factor up to {_MOST} such as 0.7, or an amount such as "{example}", above zero'

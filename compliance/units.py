"""Quantities: a number, one space, a unit; exact from the text to the verdict.

A quantity keeps its ends as `Decimal` in the canonical unit of its kind, so that 2.01 TB/s and
2010 GB/s are the same number. Conversion factors are products of powers of two and ten, which
makes every conversion exact; nothing here ever rounds.

The text is checked by our own grammar, and a table of the spellings that datasheets use gives
the factor. A spelling that is not in the table is looked up with pint, on a registry of our own
definitions, in which information and operations are dimensions: 600 Hz is no bandwidth, and GB/s
is not Gb/s. pint never sees a number or an expression, and is not imported until it is needed.
"""

from __future__ import annotations

import re
from decimal import ROUND_FLOOR, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from compliance.errors import QuantityError, did_you_mean, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pint import UnitRegistry

EXACT = Context(prec=100, rounding=ROUND_FLOOR, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The arithmetic of the library: a context with more digits than inputs of 20 digits can use.

Products and sums come out exact. A quotient is rounded down, so `x / y >= t` is decided as if it
had not been rounded: a floor reaches `t` just when the quotient does.
"""

SI = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}


class Kind(NamedTuple):
    """A kind of quantity: its canonical unit, its name in messages, and examples of its text.

    Attributes:
        name: with its article, as it stands in a message.
        unit: the canonical unit, in which all values are kept.
        examples: texts that would do.
        dimension: the canonical unit in the words of our pint registry.
        positive: whether zero is refused too.
    """

    name: str
    unit: str
    examples: tuple[str, ...]
    dimension: str
    positive: bool = False


BANDWIDTH = Kind("a bandwidth", "GB/s", ("900 GB/s", "4.0 TB/s", "7.2 Tb/s"), "gigabyte / second")
RATE = Kind(
    "a rate of operations",
    "TOPS",
    ("989.4 TFLOPS", "1979 TOPS", "2.25 PFLOPS"),
    "teraoperation / second",
)
CAPACITY = Kind("a memory size", "GB", ("96 GB", "192 GiB"), "gigabyte")
AREA = Kind("an area", "mm^2", ("814 mm^2", "8.14 cm^2"), "millimeter ** 2", positive=True)
POWER = Kind("a power", "W", ("700 W", "1.2 kW"), "watt")
BANDWIDTH_DENSITY = Kind(
    "a bandwidth density", "GB/s/mm^2", ("2 GB/s/mm^2",), "gigabyte / second / millimeter ** 2"
)
KINDS = (BANDWIDTH, RATE, CAPACITY, AREA, POWER, BANDWIDTH_DENSITY)


def _spellings() -> dict[str, tuple[Kind, Decimal]]:
    """Return text of a unit -> its kind and how many canonical units it is."""
    table: dict[str, tuple[Kind, Decimal]] = {}
    byte = {p: Decimal(10) ** n for p, n in SI.items() if p != "E"}
    byte |= {p: Decimal(2) ** n for p, n in BINARY.items()}
    for prefix, factor in byte.items():
        giga = factor / 10**9
        table[f"{prefix}B"] = (CAPACITY, giga)
        for text in ("B/s", "Bps"):
            table[prefix + text] = (BANDWIDTH, giga)
        for text in ("b/s", "bit/s", "bps"):
            table[prefix + text] = (BANDWIDTH, giga / 8)
        for text in ("B/s/mm^2", "B/s/mm2"):
            table[prefix + text] = (BANDWIDTH_DENSITY, giga)
    for prefix, power in SI.items():
        for text in ("OPS", "FLOPS", "OP/s", "FLOP/s"):
            table[prefix + text] = (RATE, Decimal(10) ** power / 10**12)
    for prefix, power in {"u": -3, "μ": -3, "m": 0, "c": 1, "": 3}.items():
        for text in ("m^2", "m2"):
            table[prefix + text] = (AREA, Decimal(10) ** (2 * power))
    for prefix, power in {"m": -3, "": 0, "k": 3, "M": 6}.items():
        table[f"{prefix}W"] = (POWER, Decimal(10) ** power)
    return table


SPELLINGS = _spellings()

_TEXT = re.compile(
    r"(?P<number>[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?) (?P<unit>\S{1,40})"
)
_COMPOUND = r"[A-Za-zμ]{1,15}(?:\^?[1-9])?(?:[/*][A-Za-zμ]{1,15}(?:\^?[1-9])?){0,3}"
_LONGEST = 80


class Quantity:
    """An amount in the canonical unit of its kind, exact or a range.

    Attributes:
        kind: which sort of quantity it is.
        low: the smallest value it may have.
        high: the largest value it may have; None where no upper end is known.
        text: as it was written.
    """

    __slots__ = ("high", "kind", "low", "text")

    kind: Kind
    low: Decimal
    high: Decimal | None
    text: str

    def __init__(self, kind: Kind, low: Decimal, high: Decimal | None, text: str) -> None:
        self.kind = kind
        self.low = low
        self.high = high
        self.text = text

    @property
    def unit(self) -> str:
        """The canonical unit, in which `low` and `high` are given."""
        return self.kind.unit

    @property
    def exact(self) -> bool:
        """Whether the range is a single value."""
        return self.low == self.high

    def to_pint(self, unit: str | None = None) -> Any:  # noqa: ANN401 - pint's types leak Any
        """Return the amount as a pint quantity of our registry, with a Decimal magnitude.

        Args:
            unit: as pint writes it, such as `terabyte / second`; the canonical unit by default.

        Raises:
            ValueError: the quantity is a range.
        """
        if not self.exact:
            raise ValueError(f"{self} is a range; take its ends, low and high")
        amount = registry().Quantity(self.low, self.kind.dimension)
        return amount if unit is None else amount.to(unit)

    def dump(self) -> str | dict[str, str]:
        """Return the quantity in the form a spec file has, in its canonical unit."""
        if self.exact:
            return f"{self.low.normalize():f} {self.unit}"
        span = {"min": self.low} if self.high is None else {"min": self.low, "max": self.high}
        return {name: f"{end.normalize():f} {self.unit}" for name, end in span.items()}

    def __reduce__(self) -> tuple[object, ...]:
        """Copy and pickle by the canonical unit, so that the kind stays the same object."""
        return rebuilt, (self.unit, self.low, self.high, self.text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return (self.kind, self.low, self.high) == (other.kind, other.low, other.high)

    def __hash__(self) -> int:
        return hash((self.kind, self.low, self.high))

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Quantity({self.text!r})"


def rebuilt(unit: str, low: Decimal, high: Decimal | None, text: str) -> Quantity:
    """Return a quantity by its canonical unit, ends and text."""
    return Quantity(next(kind for kind in KINDS if kind.unit == unit), low, high, text)


def quantity(value: object, kind: Kind) -> Quantity:
    """Return `value` as a quantity of `kind`.

    Args:
        value: a text such as `4.0 TB/s`; a mapping with `min` and/or `max` and perhaps `unit`; a
            `Quantity`; or a pint quantity.
        kind: what it has to be.

    Raises:
        QuantityError: it is none of these, or of another kind.
    """
    if isinstance(value, str):
        amount = parse(value, kind)
        return Quantity(kind, amount, amount, value)
    if isinstance(value, dict):
        return _range(value, kind)
    if isinstance(value, Quantity):
        if value.kind is kind:
            return value
        raise QuantityError(shown(value.text), _wanted(kind))
    if hasattr(value, "magnitude") and hasattr(value, "units"):
        return _from_pint(value, kind)
    hint = f"a bare number has no unit: write {value} and the unit" if _numeric(value) else ""
    raise QuantityError(shown(value), _wanted(kind), hint)


@lru_cache(maxsize=4096)
def parse(text: str, kind: Kind) -> Decimal:
    """Return the exact number of canonical units in `text`.

    Raises:
        QuantityError: the text is not a number, one space and a unit of `kind`.
    """
    if text.isascii() and (match := _TEXT.fullmatch(text)):
        entry = SPELLINGS.get(match["unit"])
        if entry and entry[0] is kind:
            amount = EXACT.multiply(Decimal(match["number"]), entry[1])
            if amount or not kind.positive:
                return amount
    return _parse_slowly(text, kind)


def _parse_slowly(text: str, kind: Kind) -> Decimal:
    """Parse what the table does not know, or say what is wrong with it."""
    import unicodedata  # noqa: PLC0415 - few texts come this far

    plain = unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST else text
    match = _TEXT.fullmatch(plain)
    if not match or len(text) > _LONGEST:
        raise QuantityError(shown(text), _wanted(kind), _fault(plain, kind))
    unit = match["unit"]
    if unit in SPELLINGS:
        found, factor = SPELLINGS[unit]
        if found is not kind:
            raise QuantityError(shown(text), _wanted(kind), f"{unit} is the unit of {found.name}")
    else:
        factor = _factor_by_pint(unit, text, kind)
    amount = EXACT.multiply(Decimal(match["number"]), factor)
    if not amount and kind.positive:
        raise QuantityError(shown(text), f"{kind.name} above zero")
    return amount


def _separated(joined: str, kind: Kind) -> str:
    """Return what to say of a number written with thousands separators."""
    unit = joined.rpartition(" ")[2]
    if unit in SPELLINGS and SPELLINGS[unit][0] is not kind:
        return f"no thousands separators, and {unit} is the unit of {SPELLINGS[unit][0].name}"
    return f'no thousands separators: write "{joined}"'


def _fault(text: str, kind: Kind) -> str:
    """Return what keeps `text` from being a number, one space and a unit."""
    fault = "a number, one space, a unit"
    if len(text) > _LONGEST:
        fault = f"{len(text)} characters long"
    elif re.match(r"\s*-", text):
        fault = "negative"
    elif re.match(r"\s*[+-]?(nan|inf)", text, re.IGNORECASE):
        fault = "not a number"
    elif re.match(r"[0-9.]{21}", text):
        fault = "more than 20 digits"
    elif re.match(r"[0-9]{1,3}(,[0-9]{3})+", text):
        fault = _separated(text.replace(",", ""), kind)
    elif re.fullmatch(r"[0-9.eE+-]+", text):
        fault = "the unit is missing"
    elif close := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(\S+)\s*", text):
        number, unit = close.groups()
        if unit in SPELLINGS:
            fault = f'one space between number and unit: write "{number} {unit}"'
    return fault


def _wanted(kind: Kind) -> str:
    """Return what would do, with examples."""
    *most, last = [f'"{example}"' for example in kind.examples]
    return f"{kind.name} such as {', '.join(most)}{' or ' if most else ''}{last}"


def _range(value: Mapping[Any, object], kind: Kind) -> Quantity:
    """Return the quantity that `{min: ..., max: ...}` means."""
    expected = f"a range: min and max, each {_wanted(kind)}"
    if strange := [key for key in value if key not in ("min", "max", "unit")]:
        raise QuantityError(shown(strange[0]), expected)
    ends: dict[str, Decimal] = {}
    for name in ("min", "max"):
        end = value.get(name)
        if end is None:
            continue
        if _numeric(end) and isinstance(value.get("unit"), str):
            end = f"{end} {value['unit']}"
        if not isinstance(end, str):
            raise QuantityError(shown(end), expected)
        ends[name] = parse(end, kind)
    if not ends:
        raise QuantityError("neither min nor max", expected)
    low, high = ends.get("min", Decimal(0)), ends.get("max")
    if high is not None and low > high:
        raise QuantityError(f"min {value['min']} above max {value['max']}", expected)
    text = " to ".join(str(value[name]) for name in ends)
    if len(ends) == 1:
        text = f"{'at least' if high is None else 'at most'} {text}"
    return Quantity(kind, low, high, text)


def _numeric(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


@lru_cache(maxsize=1)
def registry() -> UnitRegistry[Any]:
    """Return our pint registry: our definitions only, Decimal magnitudes, exact conversions."""
    import pint  # noqa: PLC0415 - 150 ms that most runs never need

    names = {"k": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta", "E": "exa"}
    definitions = [f"{names[p]}- = 1e{n} = {p}-" for p, n in SI.items() if p]
    definitions += [f"{p}- = 2**{n}" for p, n in BINARY.items()]
    definitions += [
        "milli- = 1e-3 = m-",
        "centi- = 1e-2 = c-",
        "micro- = 1e-6 = u- = μ-",
        "meter = [length] = m",
        "second = [time] = s",
        "bit = [information] = b",
        "byte = 8 * bit = B",
        "operation = [operation] = OP = FLOP",
        "OPS = operation / second = _ = FLOPS",
        "watt = [power] = W",
        "hertz = 1 / second = Hz",
        "bps = bit / second",
        "Bps = byte / second",
    ]
    return pint.UnitRegistry(definitions, non_int_type=Decimal, autoconvert_to_preferred=False)


def _factor_by_pint(unit: str, text: str, kind: Kind) -> Decimal:
    """Return how many canonical units a spelling outside the table is.

    Raises:
        QuantityError: our registry does not know it, or it is of another dimension.
    """
    like = did_you_mean(unit, (u for u, (k, _) in SPELLINGS.items() if k is kind))
    if not re.fullmatch(_COMPOUND, unit):
        raise QuantityError(shown(text), _wanted(kind), like)
    import pint  # noqa: PLC0415 - see registry

    # pint writes powers with ^ or **; mm2 is a datasheet's spelling of mm^2
    spelled = re.sub(r"(?<=[A-Za-zμ])(?=[1-9])", "^", unit)
    try:
        one = registry().Quantity(Decimal(1), registry().parse_units(spelled))
        return Decimal(one.to(kind.dimension).magnitude)
    except pint.DimensionalityError as error:
        raise QuantityError(
            shown(text), _wanted(kind), f"{unit} is a unit of {error.dim1}"
        ) from None
    except pint.UndefinedUnitError:
        raise QuantityError(shown(text), _wanted(kind), like or f"unit {unit} unknown") from None


def _from_pint(value: Any, kind: Kind) -> Quantity:  # noqa: ANN401 - pint's types leak Any
    """Return a pint quantity of any registry as ours, by the names of its units."""
    import pint  # noqa: PLC0415 - the caller has loaded it

    text = f"{value.magnitude} {value.units}"
    try:
        amount = Decimal(str(value.magnitude))
        unit = registry().parse_units(str(value.units))
        factor = registry().Quantity(Decimal(1), unit).to(kind.dimension).magnitude
    except (InvalidOperation, pint.PintError):
        raise QuantityError(shown(text), _wanted(kind)) from None
    if not amount.is_finite() or amount < 0 or (kind.positive and not amount):
        raise QuantityError(shown(text), _wanted(kind))
    exact = EXACT.multiply(amount, Decimal(factor))
    return Quantity(kind, exact, exact, text)

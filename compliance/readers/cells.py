"""Cells of a table, read as the fields of a spec.

A number is what our grammar of quantities takes for one, so that the ECCN 3E001 is never thirty.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final, get_args

from compliance.chips import BITS, Chip
from compliance.errors import QuantityError, did_you_mean, shown
from compliance.models import days
from compliance.units import AREA, BANDWIDTH, CAPACITY, POWER, RATE, Quantity, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compliance.readers.maps import Column
    from compliance.units import Kind

NAMED: Final[Mapping[str, Kind]] = {"other": RATE, "links": BANDWIDTH}
"""Rooms of a spec whose fields have the names that a map gives them, such as `links.NVLink`."""

KINDS: Final[Mapping[str, Kind]] = {
    **{f"compute.{name}": RATE for name in BITS},
    "memory.capacity": CAPACITY,
    "memory.bandwidth": BANDWIDTH,
    "dies.area": AREA,
    "power": POWER,
    "package_area": AREA,
}
COUNTS = ("dies.count", "transistors", "declared.tpp", "declared.app", "published.tpp")

ABSENT = frozenset(("", "-", "--", "?", "n/a", "na", "nan", "none", "null", "unknown"))
_NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")
_LONGEST = 2000


class CellError(Exception):
    """A cell can't be read.

    Attributes:
        found: what stood there.
        expected: what would do.
        hint: a near miss, or empty.
    """

    def __init__(self, found: str, expected: str, hint: str = "") -> None:
        super().__init__(found, expected, hint)
        self.found = found
        self.expected = expected
        self.hint = hint


def kind_of(path: str) -> Kind | None:
    """Return the kind of quantity a field is; None where it is none."""
    return KINDS.get(path) or NAMED.get(path.partition(".")[0])


def text_of(cell: object) -> str:
    """Return what a cell says; empty where it says nothing.

    Raises:
        CellError: it holds more than one value.
    """
    if isinstance(cell, list | dict):
        raise CellError(shown(cell), "one value")
    text = "" if cell is None else str(cell).strip()
    return "" if text.casefold() in ABSENT else text


def read_cell(path: str, text: str, column: Column) -> object:
    """Return what a cell says of a field, in the form a spec file has.

    Raises:
        CellError: it can't be read.
    """
    text = column.words.get(text, text)
    if kind := kind_of(path):
        return _amount(path, text, kind, column)
    if path in COUNTS:
        return _number(text, column.times or Decimal(1))
    return _READERS[path](text)


def _amount(path: str, text: str, kind: Kind, column: Column) -> object:
    """Return a quantity; a bare number has the unit of its column."""
    written = f"{text} {column.unit}" if column.unit and _NUMBER.fullmatch(text) else text
    try:
        amount = parse(written, kind)
    except QuantityError as error:
        raise CellError(error.found, error.expected, error.hint) from None
    if not _plain(amount):
        raise CellError(shown(text), f"{kind.name} above zero, of at most 20 digits")
    spelled = Quantity(kind, amount, amount, text).dump()
    if re.match(r"compute\.(fp|bf|tf)", path):
        spelled = str(spelled).replace("TOPS", "TFLOPS")  # as the trade writes it
    return {"min": spelled} if column.at_least else spelled


def _number(text: str, times: Decimal = Decimal(1)) -> Decimal:
    number = Decimal(text) * times if _NUMBER.fullmatch(text) else Decimal(0)
    if not _plain(number):
        hint = "no thousands separators" if re.match(r"[0-9]{1,3}(,[0-9]{3})+", text) else ""
        raise CellError(shown(text), "a number above zero", hint)
    return number


def _plain(number: Decimal) -> bool:
    """Return whether a number is above zero, and can be written in a spec without an exponent."""
    return number > 0 and bool(_NUMBER.fullmatch(f"{number.normalize():f}"))


def _process(text: str) -> Decimal:
    return _number(text.removesuffix("nm").rstrip())


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text.casefold() not in choices:
        expected = f"one of {', '.join(choices)}"
        raise CellError(shown(text), expected, did_you_mean(text, choices))
    return text.casefold()


def _flag(text: str) -> bool:
    return _choice(text, ("true", "false")) == "true"


def _date(text: str) -> str:
    try:
        days(text)
    except ValueError:
        raise CellError(shown(text), 'a date such as "2024-02-17", "2024-02" or "2024"') from None
    return text


def _urls(text: str) -> list[str]:
    """Return the addresses in a cell, which may hold several."""
    urls = text.split()
    for url in urls:
        if not re.fullmatch(r"https?://\S{1,390}", url) or not url.isprintable():
            raise CellError(shown(url), "an address such as https://www.example.org/chip")
    return urls


def _text(text: str) -> str:
    if not text.isprintable() or len(text) > _LONGEST:
        raise CellError(shown(text), f"printable text on one line, up to {_LONGEST:,} characters")
    return text


def _note(text: str) -> str:
    return _text(" ".join(text.split()))


def _choices(field: str) -> tuple[str, ...]:
    """Return the words that a field of a spec may be."""
    return get_args(get_args(Chip.model_fields[field].annotation)[0])


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    **dict.fromkeys(("id", "name", "vendor", "memory.type", "declared.eccn"), _text),
    **dict.fromkeys(("dies.name", "dies.foundry", "dies.node"), _text),
    "dies.process": _process,
    **dict.fromkeys(("dies.planar", "vector", "neural_network"), _flag),
    "kind": partial(_choice, choices=("accelerator", "hbm")),
    "market": partial(_choice, choices=_choices("market")),
    "status": partial(_choice, choices=_choices("status")),
    "released": _date,
    "source.url": _urls,
    "notes": _note,
}
FIELDS = (*KINDS, *COUNTS, *_READERS)
"""What a column can be, besides the fields of the `NAMED` rooms."""

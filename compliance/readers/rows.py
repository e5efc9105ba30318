"""Rows of a table, made into chips by a map."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from compliance import data
from compliance.chips import Chip
from compliance.errors import InputError, Problem, did_you_mean, shown
from compliance.items import measure
from compliance.readers.cells import CellError, read_cell, text_of
from compliance.readers.fields import spec_fields
from compliance.readers.written import spec_text
from compliance.units import AREA, parse
from compliance.validation import validate
from compliance.values import number
from compliance.yamlsource import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compliance.readers.maps import Map

_TOLERANCE = Decimal("0.01")
"""By which a TPP that a table prints may differ from its own rates without a remark."""


_RETICLE = Decimal(858)
"""Mm^2 that a die can have at most, 26 mm x 33 mm, unless it is a wafer."""

_COMPARED = 200
"""Columns among which a near miss is looked for."""


class Row(NamedTuple):
    """One row.

    Attributes:
        number: its place in the table, as a spreadsheet counts it.
        cells: column -> what it holds.
        fault: what was found and what was expected, where the row can't be read at all.
        aside: the same, where it is sound and not about a chip.
    """

    number: int
    cells: Mapping[str, object]
    fault: tuple[str, str] | None = None
    aside: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Catalog:
    """The chips in a table, and what could not be read of it.

    Attributes:
        chips: the chips, in the order of the table.
        specs: chip id -> text of its spec file.
        rows: how many rows there were.
        doubtful: how many of them were read with a remark.
        remarks: cells that could not be read, and figures that contradict each other.
        refused: rows that could not be read.
        left_out: rows that repeat another, or are not about a chip.
    """

    chips: tuple[Chip, ...]
    specs: Mapping[str, str]
    rows: int
    doubtful: int
    remarks: tuple[Problem, ...]
    refused: tuple[Problem, ...]
    left_out: tuple[Problem, ...]

    @property
    def count(self) -> str:
        """How many rows came to what, in words."""
        return (
            f"rows read: {self.rows:,}; chips: {len(self.chips):,}; rows with remarks: "
            f"{self.doubtful:,}; refused: {len(self.refused):,}; left out: {len(self.left_out):,}"
        )


def read_rows(rows: Iterable[Row], headers: Sequence[str], mapping: Map, name: str) -> Catalog:
    """Return the chips in the rows of a table.

    Args:
        rows: the rows.
        headers: the names of its columns.
        mapping: which column is which field.
        name: of the table, for messages and as the specs' source.

    Raises:
        InputError: the name or the vendor has no column, or a field has two.
    """
    reader = _Reader(mapping, name)
    reader.find(headers)
    for row in rows:
        reader.read(row)
    return Catalog(
        tuple(reader.chips),
        reader.specs,
        reader.rows,
        len(reader.doubtful),
        tuple(reader.remarks),
        tuple(reader.refused),
        tuple(reader.left_out),
    )


class _Reader:
    """Makes rows into chips, and keeps what is to be said of them."""

    def __init__(self, mapping: Map, name: str) -> None:
        self.mapping = mapping
        self.name = name
        self.headers: dict[str, str] = {}
        self.unread: set[str] = set()
        self.rows = 0
        self.doubtful: set[int] = set()
        self.chips: list[Chip] = []
        self.specs: dict[str, str] = {}
        self.seen: dict[tuple[str, str], int] = {}
        self.ids: Counter[str] = Counter()
        self.remarks: list[Problem] = []
        self.refused: list[Problem] = []
        self.left_out: list[Problem] = []

    def find(self, headers: Sequence[str]) -> None:
        """Find the column of each field."""
        counts = Counter(headers)
        for path, column in self.mapping.fields.items():
            there = [header for header in column.column for _ in range(min(counts[header], 2))]
            if len(there) > 1:
                found = " and ".join(map(shown, there))
                raise InputError([self.problem(1, path, f"the columns {found}", "one column")])
            if there:
                self.headers[path] = there[0]
            elif column.value is None:
                wanted = " or ".join(map(shown, column.column))
                hint = did_you_mean(column.column[0], headers[:_COMPARED])
                missing = self.problem(1, path, "no column for it", f"one called {wanted}", hint)
                if path in ("name", "vendor"):
                    raise InputError([missing])
                self.remarks.append(missing)
                self.unread.add(path)

    def problem(self, row: int, place: str, found: str, expected: str, hint: str = "") -> Problem:
        """Return what is to be said of a row."""
        at = f"row {row}, {place}" if place else f"row {row}"
        return Problem(self.name, 0, 0, at, found, expected, hint)

    def doubt(self, row: int, place: str, found: str, expected: str, hint: str = "") -> None:
        """Note a remark on a row."""
        self.doubtful.add(row)
        self.remarks.append(self.problem(row, place, found, expected, hint))

    def read(self, row: Row) -> None:
        """Read one row."""
        self.rows += 1
        if row.fault or row.aside:
            listed = self.refused if row.fault else self.left_out
            listed.append(self.problem(row.number, "", *(row.fault or row.aside or ("", ""))))
            return
        values: dict[str, Any] = {}
        unread = {*self.unread}
        for path, column in self.mapping.fields.items():
            header = self.headers.get(path, "")
            try:
                text = text_of(row.cells.get(header) if header else column.value)
                if text:
                    values[path] = read_cell(path, text, column)
            except CellError as error:
                unread.add(path)
                self.doubt(row.number, header or path, error.found, error.expected, error.hint)
        for path in ("name", "vendor"):
            if path not in values:
                place, wanted = self.headers.get(path, path), f"the {path} of the chip"
                self.refused.append(self.problem(row.number, place, "nothing readable", wanted))
                return
        self.fit(row.number, values)
        printed = values.pop("published.tpp", None)
        source = PurePath(self.name).name  # a spec may travel, and the folder is nobody's business
        chip = self.add(row.number, spec_fields(values, unread, self.mapping, source))
        if chip and printed is not None:
            self.compare(row.number, chip, printed)

    def fit(self, row: int, values: dict[str, Any]) -> None:
        """Leave out an area that one die can't have, where it is not said how many there are."""
        area = values.get("dies.area")
        if isinstance(area, str) and "dies.count" not in values and parse(area, AREA) > _RETICLE:
            del values["dies.area"]
            expected = f"at most {_RETICLE} mm^2: perhaps several dies, or memory stacks too"
            self.doubt(row, self.headers.get("dies.area", "dies.area"), area, expected)

    def add(self, row: int, fields: dict[str, Any]) -> Chip | None:
        """Make a chip of the fields of a row, unless another row had the same or it is refused."""
        ident = fields["id"] = fields["id"] or f"row-{row}"
        first = self.seen.setdefault((ident, spec_text(fields)), row)
        if first != row:
            self.left_out.append(self.problem(row, "", f"the item of row {first} again", "it once"))
            return None
        while fields["id"] in self.specs:
            self.ids[ident] += 1
            fields["id"] = f"{ident}-{self.ids[ident] + 1}"
        if fields["id"] != ident:
            found = f"{ident} again, with other figures"
            self.doubt(row, "", found, f"each name once; read as {fields['id']}")
        try:
            chip = validate(Chip, fields, Source(self.name, "", fields, {(): (0, 0)}))
        except InputError as error:
            fault = error.problems[0]
            self.refused.append(self.problem(row, *fault[3:]))
            return None
        text = spec_text(fields)
        chip._digest = data.digest(text)  # noqa: SLF001 - as the loader of spec files does
        self.chips.append(chip)
        self.specs[chip.id] = text
        return chip

    def compare(self, row: int, chip: Chip, printed: Decimal) -> None:
        """Note a TPP that does not follow from the rates beside it."""
        value = measure(chip).values["bit_tops"]
        low = value.low or printed
        high = value.high or max(low, printed)
        if not low * (1 - _TOLERANCE) <= printed <= high * (1 + _TOLERANCE):
            place = self.headers.get("published.tpp", "published.tpp")
            expected = f"what the rates come to: {value.how}"
            self.doubt(row, place, f"a TPP of {number(printed)}", expected, "the rates count")

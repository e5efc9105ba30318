"""Maps: which column of a table is which field of a spec, in which unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, field_validator, model_validator

from compliance import data
from compliance.errors import InputError, QuantityError, did_you_mean, shown
from compliance.models import Count, Flag, Model, Text, Url, Whole, refusal
from compliance.readers.cells import COUNTS, FIELDS, NAMED, kind_of
from compliance.units import parse
from compliance.validation import validate
from compliance.yamlsource import read

if TYPE_CHECKING:
    from pathlib import Path


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Column(Model):
    """Where a field comes from.

    Attributes:
        column: the header, or several that it may have; exactly one of them may be there.
        value: what the field is in every row, instead of a column.
        unit: of its bare numbers; left out where every cell has its own.
        times: what a plain count is multiplied by: 1e6 for transistors in millions.
        words: what its words mean in a spec: `{Server: datacenter}`.
        bits: of a format that has no field of its own.
        sparse: its rates count 2:4 sparsity, so that half of each is dense.
        direction: what a link's bandwidth counts.
        at_least: the figure is a lower end, with more that the table does not say.
    """

    column: Annotated[tuple[Text, ...], Field(strict=False), BeforeValidator(_listed)] = ()
    value: Text | None = None
    unit: Text | None = None
    times: Count | None = None
    words: dict[str, Text] = Field(default_factory=dict)
    bits: Whole | None = None
    sparse: Flag = False
    direction: Literal["both ways", "each way"] = "both ways"
    at_least: Flag = False

    @model_validator(mode="after")
    def _from_somewhere(self) -> Self:
        if bool(self.column) == (self.value is not None):
            raise refusal("a column and a value, or neither", "one of the two")
        return self


def _column(value: object) -> object:
    """Read the header alone, as most columns have it."""
    return {"column": value} if isinstance(value, str | list) else value


def _never(value: object) -> object:
    return () if value is False else value


class Map(Model):
    """What a table says, and where.

    Attributes:
        title: the source, as its specs cite it.
        url: its address.
        quality: what sort of source it is.
        fields: field of a spec -> column.
        complete: fields of which at least one has to have a figure for the rates to be all there
            are; without one they are a lower bound. False or an empty list: always a lower bound.
            Left out, `compute.complete` is left out too.
        notes: what every spec made from the table has to say.
        delimiter: what stands between the cells.
    """

    title: Text
    url: Url | None = None
    quality: Literal["vendor", "filing", "press", "database", "community", "estimate"] | None = None
    fields: dict[str, Annotated[Column, BeforeValidator(_column)]]
    complete: Annotated[tuple[Text, ...], Field(strict=False), BeforeValidator(_never)] | None = (
        None
    )
    notes: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    delimiter: Literal[",", ";", "\t"] = ","

    @model_validator(mode="after")
    def _complete_by_what_it_has(self) -> Self:
        for path in self.complete or ():
            if path not in self.fields:
                hint = did_you_mean(path, self.fields)
                raise refusal(shown(path), "a field of this map", hint, key="complete")
        return self

    @field_validator("fields")
    @classmethod
    def _known(cls, fields: dict[str, Column]) -> dict[str, Column]:
        for name in ("name", "vendor"):
            if name not in fields:
                raise refusal(f"no {name}", "a column, or a value, for the name and the vendor")
        for path, column in fields.items():
            _check(path, column)
        return fields


def _check(path: str, column: Column) -> None:
    """Refuse a field that a spec has not, and what does not go with a field."""
    room, _, leaf = path.partition(".")
    kind = kind_of(path)
    if path not in FIELDS and not (room in NAMED and leaf.strip()):
        known = (*FIELDS, *(f"{name}.NAME" for name in NAMED))
        raise refusal(shown(path), "a field of a spec", did_you_mean(path, known), key=path)
    misfit = {
        "unit": bool(column.unit) and kind is None,
        "times": bool(column.times) and path not in COUNTS,
        "sparse": column.sparse and room != "compute",
        "bits": (column.bits is not None) != (room == "other"),
        "direction": column.direction == "each way" and room != "links",
        "at_least": column.at_least and kind is None,
    }
    if wrong := [name for name, misfits in misfit.items() if misfits]:
        found = "no bits" if wrong == ["bits"] and column.bits is None else wrong[0]
        raise refusal(found, f"what goes with {path}", key=path)
    if kind and column.unit:
        try:
            parse(f"1 {column.unit}", kind)
        except QuantityError as error:
            raise refusal(
                shown(column.unit), f"the unit of {kind.name}", error.hint, path
            ) from None


def load_map(path: Path) -> Map:
    """Return the map in a file.

    Raises:
        InputError: it can't be read, or is no map; carries every fault in it.
    """
    source = read(data.content(path), data.label(path))
    if not isinstance(source.data, dict):
        raise InputError([source.problem((), "no mapping", "a map: title, fields, ...")])
    return validate(Map, source.data, source)

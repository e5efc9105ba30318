"""Chip specs: what a datasheet says, in its own units, with its sources.

A `Chip` is frozen and validated as a whole. A field that is missing is unknown; nothing is filled
in. Conventions are the trade's: rates are dense and count a multiply-add as two operations, and a
link's bandwidth is both directions together. A spec that has other figures says so (`sparse: true`,
`direction: each way`), and the metrics convert them, visibly.
"""

# Annotations are no texts here: pydantic would compile each of them at every start.
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from compliance import data
from compliance.errors import Problem
from compliance.models import (
    Amount,
    Count,
    Flag,
    Id,
    Model,
    Text,
    Url,
    When,
    Whole,
    refusal,
)
from compliance.units import AREA, BANDWIDTH, CAPACITY, POWER, RATE, Quantity

BITS: Final[Mapping[str, tuple[int, int]]] = {
    "fp64": (64, 64),
    "fp64_tensor": (64, 64),
    "fp32": (32, 32),
    "tf32": (19, 32),
    "fp16": (16, 16),
    "bf16": (16, 16),
    "int16": (16, 16),
    "fp8": (8, 8),
    "int8": (8, 8),
    "fp6": (6, 6),
    "fp4": (4, 4),
    "int4": (4, 4),
}
"""Bit length of an operation's inputs by format: least and most.

TF32 keeps 19 of the 32 bits it is stored in, and no rule says which of the two counts.
"""

Format = Literal[
    "fp64",
    "fp64_tensor",
    "fp32",
    "tf32",
    "fp16",
    "bf16",
    "int16",
    "fp8",
    "int8",
    "fp6",
    "fp4",
    "int4",
]
Bandwidth = Annotated[Quantity, Amount(BANDWIDTH)]
Rate = Annotated[Quantity, Amount(RATE)]
Capacity = Annotated[Quantity, Amount(CAPACITY)]
Area = Annotated[Quantity, Amount(AREA)]
Power = Annotated[Quantity, Amount(POWER)]
_NARROW = 16


class OtherFormat(Model):
    """The peak rate of a format that has no field of its own.

    Attributes:
        name: such as MX9.
        bits: bit length of the inputs to a multiply.
        rate: operations per second, a multiply-add counted as two.
    """

    name: Text
    bits: Whole
    rate: Rate


def _formats(value: object) -> object:
    """Read `sparse: true` as all formats."""
    if isinstance(value, bool):
        return tuple(BITS) if value else ()
    return value


class Compute(Model):
    """Peak rates by number format, a multiply-add counted as two operations.

    Attributes:
        other: formats without a field here.
        sparse: the formats whose rates count the zeros of 2:4 sparsity, so that half of each is
            dense; `true` for all.
        complete: False where faster formats have no published rate, so that the rates given
            bound the chip from below only. Not said, it is taken to be so where no format of 16
            bits or fewer has a rate: the wide formats alone are seldom what counts.
    """

    fp64: Rate | None = None
    fp64_tensor: Rate | None = None
    fp32: Rate | None = None
    tf32: Rate | None = None
    fp16: Rate | None = None
    bf16: Rate | None = None
    int16: Rate | None = None
    fp8: Rate | None = None
    int8: Rate | None = None
    fp6: Rate | None = None
    fp4: Rate | None = None
    int4: Rate | None = None
    other: Annotated[tuple[OtherFormat, ...], Field(strict=False)] = ()
    sparse: Annotated[
        tuple[Format, ...],
        Field(strict=False),
        BeforeValidator(_formats, json_schema_input_type=bool | list[Format]),
    ] = ()
    complete: Flag | None = None

    @property
    def bounded(self) -> bool:
        """Whether no unpublished format can be faster."""
        if self.complete is not None:
            return self.complete
        return any(most <= _NARROW for _, _, most, _, _ in self.rates())

    def rates(self) -> Iterator[tuple[str, int, int, Quantity, bool]]:
        """Yield each format's name, least and most bits, rate as given, and whether sparse."""
        for name, (least, most) in BITS.items():
            if rate := getattr(self, name):
                yield name.upper().replace("_", " "), least, most, rate, name in self.sparse
        for other in self.other:
            yield other.name, other.bits, other.bits, other.rate, False


class Memory(Model):
    """Memory the chip works with.

    Attributes:
        type: such as HBM3 or GDDR7; SRAM for memory on the die, which no DRAM criterion counts.
            Left out where it is not known.
        capacity: its size.
        bandwidth: its peak transfer rate.
    """

    type: Text | None = None
    capacity: Capacity | None = None
    bandwidth: Bandwidth | None = None


def _listed(value: object) -> object:
    """Accept one memory without its brackets, as most specs have it."""
    return [value] if isinstance(value, dict | Memory) else value


class Link(Model):
    """A way off the chip: to other chips, to a host, to a network.

    Attributes:
        name: such as NVLink 4 or PCIe 5.0 x16.
        bandwidth: peak rate, of both directions together unless `direction` says otherwise.
        direction: what `bandwidth` counts.
        in_package: the other end is an IC in the same package.
    """

    name: Text
    bandwidth: Bandwidth | None = None
    direction: Literal["both ways", "each way"] = "both ways"
    in_package: Flag = False


class Die(Model):
    """Equal logic dies. Memory stacks and passive interposers are not listed.

    Attributes:
        name: such as GH100.
        area: of one die.
        count: how many there are.
        node: the process, as its maker calls it.
        planar: made with planar transistors, so that density does not count its area.
    """

    name: Text
    area: Area | None = None
    count: Whole = 1
    node: Text | None = None
    planar: Flag | None = None


class Part(Model):
    """Chips inside a system.

    Attributes:
        chip: the chip; in a file, its bundled id or the path of its spec file.
        count: how many there are.
    """

    chip: "Chip"
    count: Whole = 1


class Fpld(Model):
    """Field programmable logic: only what an FPGA or CPLD has.

    Attributes:
        single_ended_io: the most digital inputs and outputs it can have.
        transceivers: aggregate one-way peak rate of its serial transceivers.
        lut_inputs: independent inputs of all its look-up tables together.
    """

    single_ended_io: Whole | None = None
    transceivers: Bandwidth | None = None
    lut_inputs: Count | None = None


class Declared(Model):
    """The maker's own classification figures.

    Attributes:
        tpp: total processing performance; outranks arithmetic.
        app: adjusted peak performance in weighted teraflops; outranks arithmetic.
        ctp: composite theoretical performance in Mtops; nothing else yields it.
        eccn: the ECCN the maker prints; shown, never used.
    """

    tpp: Count | None = None
    app: Count | None = None
    ctp: Count | None = None
    eccn: Text | None = None


class Reference(Model):
    """Where figures come from.

    Attributes:
        title: the document.
        url: its address, if it has one.
        id: a short name for it.
        quality: what sort of document it is.
        seen: whether it was opened when the figure was entered.
        fields: the fields of the spec it supports.
    """

    title: Text
    url: Url | None = None
    id: Text | None = None
    quality: Literal["vendor", "filing", "press", "database", "community", "estimate"] | None = None
    seen: Flag = True
    fields: Annotated[tuple[Text, ...], Field(strict=False)] = ()


class Chip(Model):
    """One item: an accelerator, an HBM stack, or a system that contains chips.

    Attributes:
        id: short name, unique in a catalog.
        aliases: other names that people type for it.
        name: the product's name, with the words that letters and filings use.
        vendor: who makes it.
        kind: `accelerator`, `hbm` (a memory stack) or `system`.
        market: what it is designed or marketed for.
        released: a day, month or year.
        status: how real it is.
        compute: rates by number format.
        memory: memories it works with.
        links: ways off the chip; an empty list says there are none.
        dies: its logic dies.
        transistors: in the final package.
        power: thermal design power.
        package_area: of an HBM stack or its package.
        vector: it is a vector processor in the sense of APP: built-in instructions on vectors of
            64-bit floating-point numbers, at least two vector units, and at least eight registers
            of 64 elements each.
        neural_network: its maker describes it as a neural-network circuit.
        fpld: its programmable logic, of an FPGA or CPLD.
        contains: a system's chips.
        shared_memory: a system's processors share memory by hardware.
        declared: the maker's own figures.
        notes: what a reader should know about the figures.
        sources: where they come from.
    """

    id: Id
    aliases: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    name: Text
    vendor: Text
    kind: Literal["accelerator", "hbm", "system"] = "accelerator"
    market: Literal["datacenter", "workstation", "consumer", "embedded"] | None = None
    released: When | None = None
    status: Literal["released", "announced", "reported", "rumoured"] | None = None
    compute: Compute | None = None
    memory: (
        Annotated[
            tuple[Memory, ...],
            Field(strict=False),
            BeforeValidator(_listed, json_schema_input_type=Memory | list[Memory]),
        ]
        | None
    ) = None
    links: Annotated[tuple[Link, ...], Field(strict=False)] | None = None
    dies: Annotated[tuple[Die, ...], Field(strict=False)] | None = None
    transistors: Count | None = None
    power: Power | None = None
    package_area: Area | None = None
    vector: Flag | None = None
    neural_network: Flag | None = None
    fpld: Fpld | None = None
    contains: Annotated[tuple[Part, ...], Field(strict=False)] = ()
    shared_memory: Flag | None = None
    declared: Declared | None = None
    notes: Annotated[tuple[Text, ...], Field(strict=False)] = ()
    sources: Annotated[tuple[Reference, ...], Field(strict=False)] = ()

    _digest: str = PrivateAttr("")
    _warnings: tuple[Problem, ...] = PrivateAttr(())
    _measured: Any = PrivateAttr(None)

    @model_validator(mode="after")
    def _fields_of_its_kind(self) -> Self:
        strange = [
            field
            for field, kinds in _FIELDS_OF.items()
            if getattr(self, field) and self.kind not in kinds
        ]
        if strange:
            kinds = " or ".join(_FIELDS_OF[strange[0]])
            found = f"{' and '.join(strange)} in a spec of kind {self.kind}"
            expected = f"{strange[0]} in kind {kinds} only"
            raise refusal(found, expected, key=strange[0])
        if any(part.chip.kind == "hbm" for part in self.contains):
            raise refusal(
                "an HBM stack in a system", "accelerators; a stack is checked alone", key="contains"
            )
        figures = self.declared and (self.declared.app or self.declared.ctp)
        if self.kind == "system" and not (self.contains or figures):
            expected = "the chips it contains, or a declared APP or CTP"
            raise refusal("a system without parts", expected, key="kind")
        return self

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, validated like any other chip; pydantic's own skips that."""
        del deep  # everything in a chip is immutable
        fields = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate({**fields, **(update or {})})

    def __getstate__(self) -> dict[Any, Any]:
        """Leave the measurements behind: they are made again where they are needed."""
        state = super().__getstate__()
        private = {**(state["__pydantic_private__"] or {}), "_measured": None}
        return {**state, "__pydantic_private__": private}

    def __eq__(self, other: object) -> bool:
        """Compare what the specs say, not the files they came from."""
        return isinstance(other, Chip) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.vendor, self.id))

    @property
    def digest(self) -> str:
        """SHA-256 of the spec file, or of the canonical JSON of a chip made in Python."""
        return self._digest or data.digest(self.model_dump_json(exclude_unset=True))

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What looks wrong in the spec file but was accepted."""
        return self._warnings


_FIELDS_OF = {
    "contains": ("system",),
    "shared_memory": ("system",),
    "fpld": ("accelerator",),
    "vector": ("accelerator",),
    "neural_network": ("accelerator",),
    "package_area": ("hbm",),
    "compute": ("accelerator",),
    "dies": ("accelerator",),
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a spec file."""
    generated = Chip.model_json_schema()
    definitions = generated["$defs"]
    # In a file a part names its chip, so the schema need not contain itself.
    definitions["Part"]["properties"]["chip"] = {
        "type": "string",
        "description": "the id of a bundled chip, or the path of a spec file",
    }
    return {**definitions.pop("Chip"), "$defs": definitions}

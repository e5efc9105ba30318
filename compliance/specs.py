"""Spec files: read, resolved, validated, and looked over for slips of the unit."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance import data
from compliance.chips import Chip
from compliance.errors import InputError, Problem
from compliance.models import located, validate
from compliance.yamlsource import Source, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.units import Quantity
    from compliance.yamlsource import Path as NodePath


def load_chip(path: str | Path) -> Chip:
    """Return the chip in a spec file, YAML or JSON.

    Raises:
        InputError: the file can't be read, or is no spec; carries every fault in it.
    """
    return _load(Path(path), ())


def chip(name: str) -> Chip:
    """Return a bundled chip by its id.

    Raises:
        InputError: there is none of that id; names the nearest.
    """
    return _load(data.bundled("chips", name), ())


def chip_ids() -> list[str]:
    """Return the ids of all bundled chips, sorted."""
    return list(data.catalog("chips"))


def _load(file: Any, above: tuple[str, ...]) -> Chip:  # noqa: ANN401 - Path or Traversable
    """Read, resolve the parts of a system, validate, and note what looks doubtful."""
    text = data.content(file)
    source = read(text, data.label(file))
    if not isinstance(source.data, dict):
        raise InputError([source.problem((), "no mapping", "a chip spec: id, name, vendor, ...")])
    fields: dict[str, Any] = dict(source.data)
    if isinstance(fields.get("contains"), list):
        fields["contains"] = [
            _resolve(part, ("contains", n), source, file, above)
            for n, part in enumerate(fields["contains"])
        ]
    loaded = validate(Chip, fields, source)
    loaded._digest = data.digest(text)  # noqa: SLF001 - of the class this module defines
    loaded._warnings = tuple(_doubts(loaded, source))  # noqa: SLF001
    return loaded


def _resolve(
    part: object,
    path: NodePath,
    source: Source,
    file: Any,  # noqa: ANN401 - Path or Traversable
    above: tuple[str, ...],
) -> object:
    """Return a part with the chip that its id or path names."""
    if not isinstance(part, dict) or not isinstance(part.get("chip"), str):
        return part
    name, here, at = part["chip"], str(file), (*path, "chip")
    if here in above:
        raise InputError([source.problem(at, f"{name}, which contains this system", "a chip")])
    if name.endswith((".yaml", ".yml", ".json")):
        return {**part, "chip": _load(Path(here).parent / name, (*above, here))}
    try:
        inner = data.bundled("chips", name)
    except InputError as error:
        fault = error.problems[0]
        expected = f"{fault.expected}, or the path of a spec file"
        raise InputError([source.problem(at, fault.found, expected, fault.hint)]) from None
    return {**part, "chip": _load(inner, (*above, here))}


def _doubts(loaded: Chip, source: Source) -> Iterator[Problem]:
    """Find rates in bits per second whose number makes bytes per second likely."""
    for n, memory in enumerate(loaded.memory or ()):
        rate = memory.bandwidth
        if rate and _in_bits(rate) and rate.low * 8 >= _SLOWEST:
            yield _bits_for_bytes(source, ("memory", n, "bandwidth"), rate)
    for n, link in enumerate(loaded.links or ()):
        rate = link.bandwidth
        if rate and _in_bits(rate, "G") and rate.low * 8 not in _LINE_RATES:
            yield _bits_for_bytes(source, ("links", n, "bandwidth"), rate)


_SLOWEST = Decimal(32)
"""GB/s that any memory worth a line in a spec has."""

_LINE_RATES = frozenset(map(Decimal, (1, 10, 25, 40, 50, 100, 200, 400, 800, 1600, 3200)))
"""Gb/s of networks, whose trade does count bits. Links of chips are sold in GB/s."""


def _in_bits(rate: Quantity, prefixes: str = "GT") -> bool:
    """Whether a rate was written in Gb/s, or Tb/s."""
    unit = rate.text.rpartition(" ")[2]
    return unit[:1] in tuple(prefixes) and unit[1:] in ("b/s", "bit/s", "bps")


def _bits_for_bytes(source: Source, path: NodePath, rate: Quantity) -> Problem:
    """Say what was written, what it comes to, and what was perhaps meant."""
    figure, _, unit = rate.text.rpartition(" ")
    found = f'"{rate.text}", which is {rate.low.normalize():f} GB/s'
    expected = f'perhaps "{figure} {unit[0]}B/s"'
    return source.problem(located(source.data, path), found, expected)

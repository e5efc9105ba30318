"""Spec files: read, resolved, validated, and looked over for slips of the unit."""

from __future__ import annotations

import os
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compliance import data
from compliance.chips import (
    Chip,
    Compute,
    Declared,
    Die,
    Fpld,
    Link,
    Memory,
    OtherFormat,
    Reference,
)
from compliance.errors import InputError, Problem, argument_error, shown
from compliance.kept import Shelf
from compliance.validation import located, validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.units import Quantity
    from compliance.yamlsource import Path as NodePath
    from compliance.yamlsource import Source


def load_chip(path: str | Path) -> Chip:
    """Return the chip in a spec file, YAML or JSON.

    Raises:
        InputError: the file can't be read, or is no spec; carries every fault in it.
    """
    if not isinstance(path, str | Path):
        raise argument_error("path", path, "the path of a spec file")
    return _Loader().load(Path(path))


def bundled(name: str) -> Chip:
    """Return a bundled chip by its id.

    Raises:
        InputError: there is none of that id; names the nearest.
    """
    return _Loader().load(data.bundled("chips", name), name)


def chip_ids() -> list[str]:
    """Return the ids of all bundled chips, sorted."""
    return list(data.catalog("chips"))


_DEEPEST = 8
"""Systems that may stand inside one another."""

_MODELS = (Chip, Compute, OtherFormat, Memory, Link, Die, Fpld, Declared, Reference)
"""What a chip is made of that contains no other."""


@lru_cache(maxsize=1)
def _stand_in() -> Chip:
    """Return what stands for a part that is faulty, so that the rest can be looked at too."""
    return Chip(id="stand-in", name="stand-in", vendor="stand-in")


class _Loader:
    """Reads a spec and those of the chips in it, each file once."""

    def __init__(self) -> None:
        self.known: dict[str, Chip | None] = {}
        self.above: list[str] = []

    def load(self, file: Any, name: str = "") -> Chip:  # noqa: ANN401 - Path or Traversable
        """Return the chip in a file; where it was found faulty before, a stand-in for it.

        Args:
            file: the file.
            name: the id of a bundled chip.
        """
        place = _place(file)
        if place not in self.known:
            self.known[place] = None
            self.above.append(place)
            try:
                self.known[place] = self._load(file, name)
            finally:
                self.above.pop()
        return self.known[place] or _stand_in()

    def _load(self, file: Any, name: str) -> Chip:  # noqa: ANN401 - as above
        """Return a chip from what was kept of it, or else from its file.

        A system is not kept: what it says depends on the files of its parts too.
        """
        if not name:
            return self._read(file)
        shelf = Shelf(f"chip-{name}", (file,), _MODELS)
        loaded: Chip | None = shelf.get()
        if loaded is None:
            loaded = self._read(file)
            if not loaded.contains:
                shelf.put(loaded)
        return loaded

    def _read(self, file: Any) -> Chip:  # noqa: ANN401 - as above
        """Read, resolve the parts of a system, validate, and note what looks doubtful."""
        from compliance.yamlsource import read  # noqa: PLC0415 - what is kept needs no YAML

        text = data.content(file)
        source = read(text, data.label(file))
        if not isinstance(source.data, dict):
            raise InputError(
                [source.problem((), "no mapping", "a chip spec: id, name, vendor, ...")]
            )
        fields: dict[str, Any] = dict(source.data)
        problems: list[Problem] = []
        if isinstance(fields.get("contains"), list):
            fields["contains"] = [
                self._resolved(part, n, source, file, problems)
                for n, part in enumerate(fields["contains"])
            ]
        try:
            loaded = validate(Chip, fields, source)
        except InputError as error:
            raise InputError([*problems, *error.problems]) from None
        if problems:
            raise InputError(problems)
        loaded._digest = data.digest(text)  # noqa: SLF001 - the loader completes the model
        loaded._warnings = tuple(_doubts(loaded, source))  # noqa: SLF001
        return loaded

    def _resolved(
        self,
        part: object,
        n: int,
        source: Source,
        file: Any,  # noqa: ANN401 - as above
        problems: list[Problem],
    ) -> object:
        """Return a part with the chip that its id or path names; note what is wrong with it."""
        if not isinstance(part, dict) or isinstance(part.get("chip"), dict):
            return part
        at, name = ("contains", n, "chip"), part.get("chip")
        wanted = "the id of a bundled chip, or the path of a spec file"
        try:
            if not isinstance(name, str):
                problems.append(source.problem(at, shown(name), wanted))
            elif name.endswith((".yaml", ".yml", ".json")):
                inner = Path(str(file)).parent / name
                if _place(inner) in self.above:
                    problems.append(
                        source.problem(at, f"{name}, which contains this system", "a chip")
                    )
                elif len(self.above) > _DEEPEST:
                    found = f"more than {_DEEPEST} systems inside one another"
                    problems.append(source.problem(at, found, "fewer"))
                else:
                    return {**part, "chip": self.load(inner)}
            else:
                return {**part, "chip": self.load(data.bundled("chips", name), name)}
        except InputError as error:
            problems += [
                source.problem(at, fault.found, wanted, fault.hint)
                if fault.source == "chip"
                else fault
                for fault in error.problems
            ]
        return {**part, "chip": _stand_in()}


def _place(file: Any) -> str:  # noqa: ANN401 - Path or Traversable
    """Return what tells a file from others, however it was written."""
    try:
        return os.path.realpath(str(file))
    except (OSError, ValueError):
        return str(file)


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

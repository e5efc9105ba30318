"""The bundled chips: by the names people type, and by what they are."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from compliance import data
from compliance.errors import argument_error, did_you_mean
from compliance.kept import Shelf
from compliance.models import days
from compliance.specs import bundled, chip_ids

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from compliance.chips import Chip


def chip(name: str) -> Chip:
    """Return a bundled chip by its id, or by a name that people call it: `h20`, `4090D`.

    Case, spaces and hyphens don't matter. What a spec lists as its aliases comes before what its
    id and name suggest.

    Raises:
        InputError: there is none of that name, or there are several; names them.
    """
    if name in data.catalog("chips"):
        return bundled(name)
    for names in _names():
        found = names.get(_plain(str(name)), ())
        if len(found) == 1:
            return bundled(found[0])
        if found:
            raise argument_error("chip", name, f"one of {', '.join(found)}")
    near = [*chip_ids(), *_names()[0]]
    hint = did_you_mean(str(name), near) or "compliance chips lists them"
    raise argument_error("chip", name, "the id of a bundled chip", hint)


def select(
    *,
    vendor: str | None = None,
    kind: str | None = None,
    market: str | None = None,
    status: str | None = None,
    released_before: date | None = None,
    released_from: date | None = None,
) -> list[Chip]:
    """Return the bundled chips that are all of this, in the order of their ids.

    A chip without a release date, market or status is in no selection that asks for one. One that
    came out in a month or a year is in if some of its days are.
    """

    def fits(spec: Chip) -> bool:
        first, last = days(spec.released) if spec.released else (None, None)
        return (
            (vendor is None or _plain(vendor) in _plain(spec.vendor))
            and (kind is None or spec.kind == kind)
            and (market is None or spec.market == market)
            and (status is None or spec.status == status)
            and (released_before is None or (first is not None and first < released_before))
            and (released_from is None or (last is not None and last >= released_from))
        )

    return [spec for spec in map(bundled, chip_ids()) if fits(spec)]


def _plain(name: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return re.sub(r"[\W_]+", "", name.casefold())


@lru_cache(maxsize=1)
def _names() -> list[dict[str, list[str]]]:
    """Return name -> ids, of the aliases that specs list, and of those that follow from them."""
    shelf = Shelf("names", list(data.catalog("chips").values()))
    names: list[dict[str, list[str]]] | None = shelf.get()
    if names is None:
        names = _read_names()
        shelf.put(names)
    return names


def _read_names() -> list[dict[str, list[str]]]:
    listed: dict[str, list[str]] = {}
    implied: dict[str, list[str]] = {}
    for spec in map(bundled, chip_ids()):
        for names, words in ((listed, _listed(spec)), (implied, _implied(spec))):
            for name in dict.fromkeys(map(_plain, words)):
                names.setdefault(name, []).append(spec.id)
    return [listed, implied]


def _listed(spec: Chip) -> Iterator[str]:
    """Yield the names that a chip's spec lists, alone and after its maker's."""
    for alias in spec.aliases:
        yield alias
        yield spec.vendor + alias


def _implied(spec: Chip) -> Iterator[str]:
    """Yield the names that a chip's id, name and vendor suggest."""
    yield spec.id
    yield spec.id.partition("-")[2]
    yield spec.name
    yield spec.vendor + spec.name
    yield re.sub(r"\b[0-9]+ ?GB\b", "", spec.name)

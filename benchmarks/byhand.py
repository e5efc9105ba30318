"""The same rules as if/else by hand, for one chip: as the law reads, and as short as it gets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.rows import Row

# ruff: noqa: PLR2004 - the numbers are the law's

Verdict = tuple[str, str, str]
"""Outcome, what it means for the shipper, and the entries that are met."""

NOT_LISTED = ("not_listed", "yes", "")
UNKNOWN = ("undetermined", "unknown", "")
UNKNOWN_A = ("undetermined", "unknown", "3A090.a")
UNKNOWN_B = ("undetermined", "unknown", "3A090.b")
DENIED_A = ("license_required", "denied", "3A090.a")
DENIED_B = ("license_required", "denied", "3A090.b")
EXCEPTED_A = ("license_exception", "conditional", "3A090.a")
EXCEPTED_B = ("license_exception", "conditional", "3A090.b")


def as_the_law_reads(row: Row) -> Verdict:
    """Go through the paragraphs one by one, each surely and possibly."""
    tpp, density, datacenter = row
    low, high = (0.0, math.inf) if tpp is None else (tpp, tpp)
    thin, dense = (0.0, math.inf) if density is None else (density, density)
    surely, possibly = datacenter is True, datacenter is not False
    noted = not possibly and high < 4800
    may_be_noted = not surely and low < 4800
    a = (low >= 4800 or (low >= 1600 and thin >= 5.92)) and not may_be_noted
    maybe_a = (high >= 4800 or (high >= 1600 and dense >= 5.92)) and not noted
    b = (
        (
            (low >= 2400 and high < 4800 and thin >= 1.6 and dense < 5.92)
            or (low >= 1600 and thin >= 3.2 and dense < 5.92)
        )
        and not may_be_noted
        and not maybe_a
    )
    maybe_b = (
        (
            (high >= 2400 and low < 4800 and dense >= 1.6 and thin < 5.92)
            or (high >= 1600 and dense >= 3.2 and thin < 5.92)
        )
        and not noted
        and not a
    )
    if not maybe_a and not maybe_b:
        return NOT_LISTED
    if not a and not b:
        return UNKNOWN
    if (not possibly and low >= 4800) or (surely and b):
        return EXCEPTED_A if a else EXCEPTED_B
    if (not surely and high >= 4800) or (possibly and maybe_b):
        return UNKNOWN_A if a else UNKNOWN_B
    return DENIED_A if a else DENIED_B


def as_short_as_it_gets(row: Row) -> Verdict:  # noqa: PLR0911 - one for each case
    """Ask for as little as decides; nobody would see the paragraphs in it."""
    tpp, density, datacenter = row
    if tpp is None:
        return UNKNOWN
    if tpp >= 4800:
        return UNKNOWN_A if datacenter is None else DENIED_A if datacenter else EXCEPTED_A
    if tpp < 1600 or datacenter is False:
        return NOT_LISTED
    if density is None:
        return UNKNOWN
    if density >= 5.92:
        return DENIED_A if datacenter else UNKNOWN
    if density >= 3.2 or (tpp >= 2400 and density >= 1.6):
        return EXCEPTED_B if datacenter else UNKNOWN
    return NOT_LISTED


BY_HAND: dict[str, Callable[[Row], Verdict]] = {
    "if/else, as the law reads": as_the_law_reads,
    "if/else, as short as it gets": as_short_as_it_gets,
}

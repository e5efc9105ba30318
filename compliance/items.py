"""Items: chips as the engine sees them, measured once by every metric and flag there is."""

from __future__ import annotations

import re
from decimal import localcontext
from typing import TYPE_CHECKING, NamedTuple

from compliance.aggregates import aggregate_tpp, app, ctp, lut_inputs
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, known
from compliance.metrics import (
    bit_tops,
    hbm_bandwidth_density,
    interconnect_bandwidth,
    io_bandwidth,
    memory_bandwidth,
    memory_plus_io_bandwidth,
    performance_density,
    released,
    single_ended_io,
    tpp,
    transceiver_rate,
    transistors,
)
from compliance.units import BANDWIDTH, BANDWIDTH_DENSITY, EXACT, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compliance.chips import Chip
    from compliance.values import Value


class Metric(NamedTuple):
    """A named quantity that a criterion can compare with a threshold.

    Attributes:
        name: as criteria write it.
        label: as people read it.
        unit: of its values and thresholds; empty for a plain number, `date` for a day.
        measure: from a chip to its value.
        kind: the units a threshold may be written in; None where it has none.
    """

    name: str
    label: str
    unit: str
    measure: Callable[[Chip], Value]
    kind: Kind | None = None


class Flag(NamedTuple):
    """A condition on a chip that compares no number.

    Attributes:
        name: as criteria write it.
        test: from a chip to its truth.
        lacks: the fact that is missing where it is unknown.
    """

    name: str
    test: Callable[[Chip], Truth]
    lacks: str = ""


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("tpp", "TPP", "", tpp),
        Metric("bit_tops", "bit length x TOPS", "", bit_tops),
        Metric("performance_density", "performance density", "", performance_density),
        Metric("memory_bandwidth", "memory bandwidth", "GB/s", memory_bandwidth, BANDWIDTH),
        Metric("io_bandwidth", "I/O bandwidth", "GB/s", io_bandwidth, BANDWIDTH),
        Metric(
            "interconnect_bandwidth",
            "interconnect bandwidth",
            "GB/s",
            interconnect_bandwidth,
            BANDWIDTH,
        ),
        Metric(
            "memory_plus_io_bandwidth",
            "memory + I/O bandwidth",
            "GB/s",
            memory_plus_io_bandwidth,
            BANDWIDTH,
        ),
        Metric(
            "hbm_bandwidth_density",
            "HBM bandwidth density",
            "GB/s/mm^2",
            hbm_bandwidth_density,
            BANDWIDTH_DENSITY,
        ),
        Metric("transistors", "transistors", "", transistors),
        Metric("released", "release date", "date", released),
        Metric("single_ended_io", "single-ended I/O", "", single_ended_io),
        Metric("transceiver_rate", "transceiver rate", "GB/s", transceiver_rate, BANDWIDTH),
        Metric("lut_inputs", "look-up table inputs", "", lut_inputs),
        Metric("app", "APP", "WT", app),
        Metric("ctp", "CTP", "Mtops", ctp),
    )
}


def datacenter(chip: Chip) -> Truth:
    """Whether the chip is designed or marketed for use in datacenters.

    Source: Note 2 to 3A090, Supplement no. 1 to 15 CFR part 774.
    """
    return UNKNOWN if chip.market is None else known(chip.market == "datacenter")


def hbm(chip: Chip) -> Truth:
    """Whether the package holds high-bandwidth memory.

    Source: Note 1 to 3A090.a, Supplement no. 1 to 15 CFR part 774 (90 FR 5298).
    """
    types = [memory.type for memory in chip.memory or ()]
    if any(kind and kind.upper().startswith("HBM") for kind in types):
        return TRUE
    return UNKNOWN if chip.memory is None or None in types else FALSE


def nonplanar(chip: Chip) -> Truth:
    """Whether a logic die is made with non-planar transistors.

    Source: "applicable advanced logic integrated circuits", 15 CFR 772.1 (90 FR 5298), which also
    has planar dies of 16 or 14 nm and below; those aren't told apart by a spec.
    """
    planar = [die.planar for die in chip.dies or ()]
    if False in planar:
        return TRUE
    return FALSE if planar and all(planar) else UNKNOWN


def fpld(chip: Chip) -> Truth:
    """Whether it is a field programmable logic device; a spec that is silent says that it isn't."""
    return known(chip.fpld is not None)


FLAGS: Mapping[str, Flag] = {
    flag.name: flag
    for flag in (
        Flag("datacenter", datacenter, "market"),
        Flag("hbm", hbm, "memory type"),
        Flag("nonplanar", nonplanar, "planar or not"),
        Flag("fpld", fpld),
    )
}


class Item:
    """A chip as the engine sees it: measured once, and nothing of pydantic left.

    Attributes:
        chip: the spec.
        values: metric name -> value.
        flags: flag name -> truth.
        aggregate: the TPP it adds to a quantity.
        parts: the chips in a system, also those of systems inside it.
    """

    __slots__ = ("aggregate", "chip", "flags", "kind", "name_words", "parts", "values", "vendor")

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        self.kind = chip.kind
        self.vendor = maker(chip.vendor)
        self.name_words = words(chip.name)
        self.flags = {name: flag.test(chip) for name, flag in FLAGS.items()}
        with localcontext(EXACT):
            self.values = {name: metric.measure(chip) for name, metric in METRICS.items()}
            self.aggregate = aggregate_tpp(chip)
        # Equal chips are tested once, however many there are: nothing is added up.
        inner = dict.fromkeys(measure(part.chip) for part in chip.contains)
        self.parts: tuple[Item, ...] = tuple(
            dict.fromkeys(item for part in inner for item in (part.parts or (part,)))
        )


def measure(chip: Chip) -> Item:
    """Return a chip with all its metrics; the work is done once a chip."""
    if chip._measured is None:  # noqa: SLF001 - a cache on a frozen model
        chip._measured = Item(chip)  # noqa: SLF001
    return chip._measured  # type: ignore[no-any-return]  # noqa: SLF001


def words(name: str) -> tuple[str, ...]:
    """Return the words of a name, folded for comparison: `A100-SXM4` has two."""
    return tuple(re.findall(r"[^\W_]+", name.casefold()))


def maker(vendor: str) -> str:
    """Return a company's name for comparison: without its legal form, and as initials if long.

    `NVIDIA Corporation` is `nvidia`, and `Advanced Micro Devices, Inc.` is `amd`.
    """
    name = [word for word in words(vendor) if word not in _LEGAL_FORMS]
    return "".join(word[0] for word in name) if len(name) > _LONG else " ".join(name)


def words_pattern(name: tuple[str, ...]) -> str:
    """Return the regular expression of lower-case texts in which words stand in a row."""
    return rf"(?:^|{_BREAK}){_BETWEEN.join(map(re.escape, name))}(?:$|{_BREAK})"


def maker_pattern(name: str) -> str:
    """Return the regular expression of the lower-case names that `maker` takes for a company."""
    form = "|".join(sorted(_LEGAL_FORMS, key=len, reverse=True))
    gap = rf"{_BETWEEN}(?:(?:{form}){_BETWEEN})*"
    forms = [gap.join(map(re.escape, name.split()))]
    if name.isalnum() and len(name) > _LONG:
        forms.append(gap.join(rf"{letter}{_IN_WORD}*" for letter in name))
    around = rf"(?:(?:{form}){_BETWEEN})*(?:{'|'.join(forms)})(?:{_BETWEEN}(?:{form}))*"
    return rf"^{_BREAK}*{around}{_BREAK}*$"


_LEGAL_FORMS = frozenset(
    ("co", "company", "corp", "corporation", "gmbh", "inc", "incorporated", "limited", "llc", "ltd")
)
_LONG = 2
_IN_WORD, _BREAK = r"[\p{L}\p{N}]", r"[^\p{L}\p{N}]"
"""What words consist of, and what they don't, in the regular expressions of frames. To some of the
libraries `\\w` has the letters of all languages, to others those of English."""

_BETWEEN = rf"{_BREAK}+"

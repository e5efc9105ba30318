"""The traps of datasheets: figures of a valid spec that are likely not what was meant.

One function a rule, from a chip and its file to what it finds. A range says that the figure is
open; where one is compared all the same, its low end is. None of them decides anything: an answer
rests on the figures as they stand.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple

from compliance.chips import BITS
from compliance.items import measure
from compliance.models import days
from compliance.remarks import spot
from compliance.values import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compliance.chips import Chip, Link
    from compliance.errors import Problem
    from compliance.units import Quantity
    from compliance.yamlsource import Path, Source

_CLOSE = Decimal("0.02")
"""How far apart two figures are that datasheets round differently, as a share."""


def _near(one: Decimal, other: Decimal, share: Decimal = _CLOSE) -> bool:
    return other > 0 and abs(one - other) <= share * other


_TENSOR = ("fp16", "bf16", "fp8", "int8", "fp4", "int4")
"""Formats of which a unit does twice as many operations at half the bits, or as many; not more."""


class _Peak(NamedTuple):
    """The rate of a format.

    Attributes:
        rate: as given.
        bits: of an input.
        sparse: whether it is marked so.
        product: dense rate x bits.
    """

    rate: Quantity
    bits: int
    sparse: bool
    product: Decimal


def _peaks(chip: Chip) -> dict[str, _Peak]:
    found = {}
    for name in _TENSOR:
        rate = getattr(chip.compute, name, None)
        if chip.compute and rate:
            bits, sparse = BITS[name][0], name in chip.compute.sparse
            found[name] = _Peak(rate, bits, sparse, rate.low * bits / (2 if sparse else 1))
    return found


def _sparse_rate(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a rate whose product with its bits is twice that of all wider formats.

    The widest have no wider ones. They have a twin of as many bits, and where that is half, all the
    narrower formats have to side with it: the BF16 of a GeForce is half of all others, and right.
    A spec can say `sparse: false`, and is believed.
    """
    said = chip.compute and "sparse" in chip.compute.model_fields_set and not chip.compute.sparse
    peaks = {} if said else _peaks(chip)
    for name, peak in peaks.items():
        others = {other: p for other, p in peaks.items() if other != name}
        wider = [other for other, p in others.items() if p.bits > peak.bits]
        twins = [p.product for p in others.values() if p.bits == peak.bits]
        rivals = wider or (others if any(_near(peak.product, 2 * twin) for twin in twins) else ())
        fastest = max(rivals, key=lambda other: peaks[other].product, default=name)
        if _near(peak.product, 2 * peaks[fastest].product):
            found = f"{peak.rate}, per bit of input twice the {peaks[fastest].rate} of {fastest}"
            yield spot(source, ("compute", name), found, f"perhaps half of it, or sparse: [{name}]")


def _halved_twice(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a rate marked sparse of which half is half of what the wider dense formats say."""
    peaks = _peaks(chip)
    dense = {name: peak for name, peak in peaks.items() if not peak.sparse}
    for name, peak in peaks.items():
        wider = [other for other, p in dense.items() if peak.sparse and p.bits >= peak.bits]
        fastest = max(wider, key=lambda other: peaks[other].product, default=name)
        if _near(2 * peak.product, peaks[fastest].product):
            found = f"{peak.rate} marked sparse: half of it is, per bit of input, half the "
            found += f"{peaks[fastest].rate} of {fastest}"
            yield spot(source, ("compute", name), found, "perhaps a dense rate")


_VENDORS_OWN = Decimal("0.06")
"""As far as makers' published TPP strays from the arithmetic on their own datasheets."""
_ROUNDING = Decimal("0.01")


def _declared(verdict: str) -> Callable[[Chip, Source], Iterator[Problem]]:
    """Return the rule that finds a declared TPP which is so far from the arithmetic."""

    def find(chip: Chip, source: Source) -> Iterator[Problem]:
        declared = chip.declared.tpp if chip.declared else None
        computed = measure(chip).values["bit_tops"]
        if not declared or not computed.low:
            return
        end = max(computed.low, min(declared, computed.high or declared))
        if _verdict(declared / end) == verdict:
            gap = (declared / end - 1) * 100
            found = f"{number(declared)}, {gap:+.1f} % from the arithmetic"
            yield spot(source, ("declared", "tpp"), found, f"about {computed.how}")

    return find


def _verdict(ratio: Decimal) -> str:
    if _near(ratio, Decimal(1), _ROUNDING):
        return ""
    if _near(ratio, Decimal(1), _VENDORS_OWN):
        return "apart"
    if _near(ratio, Decimal(2), _VENDORS_OWN):
        return "doubled"
    return "halved" if _near(ratio, Decimal("0.5"), _VENDORS_OWN) else "off"


_NVLINK = dict(zip("123456", map(Decimal, (160, 300, 600, 900, 1800, 3600)), strict=True))
_FABRIC = (Decimal(100), Decimal(128), Decimal("153.6"))
"""GB/s both ways: NVLink by generation, and a link of AMD's Infinity Fabric."""

_NVLINK_NAME = re.compile(r"\bNVLink ?([1-6])\b", re.IGNORECASE)
_PCIE_NAME = re.compile(r"\bPCIe ?(?:gen ?)?([1-7])(?:\.0)? ?x([0-9]{1,2})\b", re.IGNORECASE)
_FABRIC_NAME = re.compile(r"\bInfinity Fabric\W{1,3}([0-9]{1,2}) ?(?:links|x)\b", re.IGNORECASE)
_ETHERNET_NAME = re.compile(r"\b([0-9]{1,2}) ?x ?([0-9]{2,4}) ?GbE\b", re.IGNORECASE)


def _both_ways(name: str) -> list[Decimal]:
    """Return the GB/s, both ways, that a link of that name may be known to have."""
    if match := _NVLINK_NAME.search(name):
        return [_NVLINK[match[1]]]
    if match := _PCIE_NAME.search(name):
        return [Decimal(2) ** (int(match[1]) - 2) * int(match[2])]
    if match := _FABRIC_NAME.search(name):
        return [rate * int(match[1]) for rate in _FABRIC]
    if match := _ETHERNET_NAME.search(name):
        return [Decimal(match[1]) * int(match[2]) / 4]
    return []


def _links(chip: Chip, direction: str) -> Iterator[tuple[int, Link, Quantity]]:
    for n, link in enumerate(chip.links or ()):
        if link.bandwidth and link.direction == direction:
            yield n, link, link.bandwidth


def _one_way_link(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find half of what a link of that name has both ways."""
    for n, link, rate in _links(chip, "both ways"):
        for known in _both_ways(link.name):
            if _near(2 * rate.low, known):
                found = f"{rate}, half of the {number(known)} GB/s that {link.name} has both ways"
                expected = f"perhaps {number(known)} GB/s, or direction: each way"
                yield spot(source, ("links", n, "bandwidth"), found, expected)


def _link_twice(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find, said of each way, what a link of that name has both ways."""
    for n, link, rate in _links(chip, "each way"):
        if any(_near(rate.low, known) for known in _both_ways(link.name)):
            found = f"{rate} each way, which is all that {link.name} has both ways"
            yield spot(source, ("links", n, "bandwidth"), found, "no direction")


def _bits_for_bytes(chip: Chip, _: Source) -> Iterator[Problem]:
    """Pass on what the loader warns of."""
    yield from chip.warnings


_GIB = Decimal(2) ** 30 / Decimal(10) ** 9
_STACK, _LARGEST = 16, 10_000
"""GiB of which the memories of large chips are multiples; GB below which that is looked at."""


def _gib_or_gb(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find rates in binary units, and sizes in GiB that are round only if they are GB."""
    rates: list[tuple[Path, Quantity | None]] = [
        (("links", n, "bandwidth"), link.bandwidth) for n, link in enumerate(chip.links or ())
    ]
    for n, memory in enumerate(chip.memory or ()):
        rates.append((("memory", n, "bandwidth"), memory.bandwidth))
        size = memory.capacity
        if size and size.exact and size.text.endswith(" GiB") and size.low < _LARGEST:
            amount = size.low / _GIB
            whole = round(amount / _GIB / _STACK) * _STACK
            if whole and amount % 4 and abs(amount - whole * _GIB) < Decimal("0.5"):
                found = f"{size}, which is {number(size.low)} GB"
                expected = f"perhaps {number(amount)} GB, which is {whole} GiB"
                yield spot(source, ("memory", n, "capacity"), found, expected)
    for path, rate in rates:
        if rate and rate.exact and re.search(r" [KMGT]i", rate.text):
            found = f"{rate}, which is {number(rate.low)} GB/s"
            yield spot(source, path, found, f"perhaps {rate.text.replace('i', '', 1)}")


_DENSEST = ((2, 350), (3, 200), (5, 160), (7, 115), (10, 110), (16, 50), (27, 30))
"""Million transistors per mm^2 that no chip exceeds, by the nm its node is named after at most."""
_PLANAR_DENSEST = 20
_RETICLE = Decimal(858)  # mm^2, 26 mm x 33 mm
_WAFER = Decimal(10_000)


def _node_numbers(node: str | None) -> list[Decimal]:
    """Return the nm in the names of a node: of `TSMC 4NP`, 4; of `0.18 um`, 180."""
    figures = re.findall(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)(?: ?([uµμ]m|micron))?", node or "")
    return [Decimal(figure) * (1000 if micron else 1) for figure, micron in figures]


def _one_die_of_several(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find more transistors than the stated area can hold."""
    room, area = Decimal(0), Decimal(0)
    for die in chip.dies or ():
        if not die.area or die.area.high is None:
            return
        nm = min(_node_numbers(die.node), default=Decimal(0))
        densest = next((most for name, most in _DENSEST if nm <= name), _PLANAR_DENSEST)
        area += die.area.high * die.count
        room += die.area.high * die.count * densest
    if chip.transistors and area and chip.transistors > room * 10**6:
        density = chip.transistors / area / 10**6
        found = f"{number(area)} mm^2 for {number(chip.transistors / 10**9)} billion transistors, "
        found += f"{density:.0f} million per mm^2"
        expected = f"at most {room / area:.0f} on such nodes: perhaps other dies are missing"
        yield spot(source, ("dies",), found, expected)


def _beyond_reticle(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a die larger than a scanner exposes at once, and smaller than a wafer."""
    for n, die in enumerate(chip.dies or ()):
        if die.area and die.area.exact and _RETICLE < die.area.low < _WAFER:
            found = f"{die.area} for one die"
            expected = f"at most {_RETICLE} mm^2: perhaps several dies, or memory stacks too"
            yield spot(source, ("dies", n, "area"), found, expected)


_FINFET = 16
_LAST_PLANAR = 28


def _planar_or_not(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find nodes named after 16 nm and less declared planar, and of 28 nm and more that are not."""
    for n, die in enumerate(chip.dies or ()):
        numbers = _node_numbers(die.node)
        named = bool(re.search("finfet|gaa|nanosheet", die.node or "", re.IGNORECASE))
        small = named or (bool(numbers) and max(numbers) <= _FINFET)
        large = not named and bool(numbers) and min(numbers) >= _LAST_PLANAR
        if (small and die.planar) or (large and die.planar is False):
            found = f"{str(die.planar).lower()} on {die.node}"
            yield spot(source, ("dies", n, "planar"), found, str(not die.planar).lower())


_FASTEST_DRAM = Decimal(40_000)
_FAST, _FASTEST_PER_GB = Decimal(10_000), Decimal(200)
"""GB/s that all DRAM of a chip stays below; GB/s above which it has at most so many for each GB."""


def _beyond_dram(rate: Quantity, size: Quantity | None) -> bool:
    per_gb = bool(size and size.high and rate.low > _FASTEST_PER_GB * size.high)
    return rate.low >= _FASTEST_DRAM or (per_gb and rate.low >= _FAST)


_ON_DIE = re.compile(r"\bs-?ram|on[- ](?:chip|die)\b|\bcache\b|scratchpad", re.IGNORECASE)
_DRAM = re.compile(r"HBM|(?!.*HBM).*(?:DDR|DRAM|HMC)", re.IGNORECASE)
"""Types that count as what they are: an HBM not at the beginning does not."""


def _sram_as_dram(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find memory on the die under another name, by its type or its speed."""
    for n, memory in enumerate(chip.memory or ()):
        rate, size = memory.bandwidth, memory.capacity
        if memory.type is None or memory.type.upper() == "SRAM":
            continue
        if _ON_DIE.search(memory.type) and not _DRAM.match(memory.type):
            yield spot(source, ("memory", n, "type"), memory.type, "SRAM, in this one word")
        elif rate and _beyond_dram(rate, size):
            found = f"{rate}{f' of {size}' if size else ''} of {memory.type}"
            yield spot(source, ("memory", n, "bandwidth"), found, "perhaps type: SRAM")


def _memory_type(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a type that is of no known family, or has HBM elsewhere than at its beginning."""
    for n, memory in enumerate(chip.memory or ()):
        if memory.type and not (_DRAM.match(memory.type) or _ON_DIE.search(memory.type)):
            found = f"{memory.type}, which counts as DRAM and not as HBM"
            expected = "a type that begins with HBM, GDDR, LPDDR or DDR, or SRAM"
            yield spot(source, ("memory", n, "type"), found, expected)


_MOST_TPP = Decimal(1_000_000)
_LEAST_TPP = Decimal(10)


def _implausible(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a TPP that no chip has, or none for datacenters."""
    computed = measure(chip).values["bit_tops"]
    if computed.low is not None and computed.low > _MOST_TPP:
        found, expected = f"TPP {number(computed.low)}", f"at most {number(_MOST_TPP)} of one chip"
    elif computed.high and computed.high < _LEAST_TPP and chip.market == "datacenter":
        found, expected = f"TPP {number(computed.high)}", f"at least {_LEAST_TPP} in a datacenter"
    else:
        return
    yield spot(source, ("compute",), f"{found} ({computed.how})", expected)


def _tf32_decides(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a TPP that is a range because no rule says how many bits TF32 has."""
    tops = {
        name: rate.low * most / (2 if sparse else 1)
        for name, _, most, rate, sparse in (chip.compute.rates() if chip.compute else ())
    }
    tf32 = tops.pop("TF32", Decimal(0))
    if tf32 > max(tops.values(), default=Decimal(0)) * (1 + _ROUNDING):
        found = f"TPP {measure(chip).values['bit_tops']}, as TF32 counts as 19 or as 32 bits"
        yield spot(source, ("compute", "tf32"), found)


_FIRST_YEAR = 1990


def _too_early(chip: Chip, source: Source) -> Iterator[Problem]:
    """Find a chip older than any that is asked about."""
    if chip.released and days(chip.released)[1].year < _FIRST_YEAR:
        yield spot(source, ("released",), chip.released, f"{_FIRST_YEAR} or later")


TRAPS: Final[Mapping[str, Callable[[Chip, Source], Iterator[Problem]]]] = {
    "sparse-rate": _sparse_rate,
    "halved-twice": _halved_twice,
    "declared-tpp-doubled": _declared("doubled"),
    "declared-tpp-halved": _declared("halved"),
    "declared-tpp-off": _declared("off"),
    "declared-tpp-apart": _declared("apart"),
    "tpp-implausible": _implausible,
    "tf32-decides": _tf32_decides,
    "one-way-link": _one_way_link,
    "link-twice": _link_twice,
    "bits-for-bytes": _bits_for_bytes,
    "gib-or-gb": _gib_or_gb,
    "one-die-of-several": _one_die_of_several,
    "die-beyond-reticle": _beyond_reticle,
    "planar-confusion": _planar_or_not,
    "sram-as-dram": _sram_as_dram,
    "memory-type": _memory_type,
    "released-early": _too_early,
}
"""Rule -> what it finds in a chip and its file."""

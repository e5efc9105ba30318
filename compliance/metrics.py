"""The quantities that rules speak of, derived from a spec.

One function a metric, with its legal definition and source; a definition that changed over time
is another metric. A value is a range with exact ends, of which the usual one has equal ends, and
it knows what it lacks and how it came about. The words are made only when somebody reads them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.models import days
from compliance.values import Value, number, span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.chips import Chip, Link
    from compliance.units import Quantity

ZERO = Decimal(0)
HALF = Decimal("0.5")
_PLACES = 4  # of a quotient in its arithmetic


def tpp(chip: Chip) -> Value:
    """Total processing performance, October 2023 to today.

    `TPP = 2 x MacTOPS x bit length of the operation`, aggregated over all processing units of the
    IC: the peak multiply-accumulate rate, dense where a unit does both, times the largest bit
    length of the inputs to the multiply; of several formats, the one with the highest product. A
    datasheet's TOPS or TFLOPS already contain the 2. The maker's own figure, where it publishes
    one, outranks the arithmetic.

    Unit: TOPS x bits, by convention without a unit. Source: Technical Note 2 to 3A090,
    Supplement no. 1 to 15 CFR part 774.
    """
    computed = bit_tops(chip)
    declared = chip.declared.tpp if chip.declared else None
    if declared is None:
        return computed

    def how() -> str:
        arithmetic = f"; by arithmetic {computed.how}" if computed.low is not None else ""
        return f"{number(declared)} declared by the maker{arithmetic}"

    return Value(declared, declared, how=how)


def bit_tops(chip: Chip) -> Value:
    """Bit length times TOPS, summed over the processing units: the October 2022 measure.

    Computed from published rates: the largest product of a format's peak dense rate and its bit
    length. The note of 2022 is understood to take the bit length of any input or output of an
    operation (unconfirmed), that of 2023 takes the inputs to the multiply; BIS's example, 600 TOPS
    at 8 bits for 4,800, fits this figure under both. A maker's declared TPP is not used, for it
    follows the later definition.

    Unit: TOPS x bits. Source: 3A090.a.1 to a.4 as in 87 FR 62186.
    """
    formats = list(chip.compute.rates()) if chip.compute else []
    if not formats:
        return Value(None, None, ("compute rate",))
    assert chip.compute is not None  # noqa: S101 - it has formats
    products = []
    for name, least, most, rate, sparse in formats:
        dense = HALF if sparse else Decimal(1)
        low = rate.low * least * dense
        high = None if rate.high is None else rate.high * most * dense
        products.append((low, high, name, least, most, rate, sparse))
    low = max(product[0] for product in products)
    highs = [product[1] for product in products if product[1] is not None]
    bounded = len(highs) == len(products) and chip.compute.bounded
    high = max(highs) if bounded else None
    winner = max(products, key=lambda p: (p[1] is None, p[1] or p[0], p[0]))
    surest = max(products, key=lambda p: p[0])

    def product(term: tuple[Decimal, Decimal | None, str, int, int, Quantity, bool]) -> str:
        least_product, most_product, name, least, most, rate, sparse = term
        bits = f"{least} to {most}" if least != most else str(most)
        halved = " / 2 for sparsity" if sparse else ""
        figures = span(least_product, most_product)
        return f"{name} {_written(rate)}{halved} x {bits} bits = {figures}"

    def how() -> str:
        more = "" if chip.compute and chip.compute.bounded else ", faster formats not published"
        if surest[0] == winner[0]:
            return f"{product(winner)}{more}"
        return f"{product(surest)} or {product(winner)}{more}"

    return Value(low, high, () if low == high else ("compute rate",), how)


def performance_density(chip: Chip) -> Value:
    """TPP divided by the applicable die area.

    The area is that of all logic dies made on a node with non-planar transistors; memory stacks
    do not count (BIS briefing of November 6, 2023). A die without a stated area makes the density
    a range that begins at zero; so does one not known to be planar or not. Where no die counts the
    quotient does not exist. The text has no rule for that; it is widely read to reach no threshold
    (unconfirmed), so the density is given as 0.

    Unit: TPP per mm^2. Source: Technical Note 2 to 3A090, Supplement no. 1 to 15 CFR part 774.
    """
    power, area = tpp(chip), logic_area(chip)
    planar = [die.planar for die in chip.dies or ()]
    if planar and all(planar):
        return Value(ZERO, ZERO, how=lambda: "no die on a non-planar node, so no density")
    low, high = area.low or ZERO, area.high
    lacks = power.lacks + area.lacks
    if not planar or power.low is None:
        return Value(None, None, lacks)
    # If no die is surely non-planar, none may count.
    least = power.low / high if high and False in planar else ZERO
    most = power.high / low if power.high is not None and low else None
    if not least and most is None:
        return Value(None, None, lacks)

    def how() -> str:
        dies = f"{span(low, high)} mm^2 of non-planar logic dies"
        return f"{span(power.low, power.high)} / {dies} = {span(least, most, _PLACES)}"

    return Value(least, most, lacks, how)


def logic_area(chip: Chip) -> Value:
    """Area of all logic dies made with non-planar transistors, which density divides by.

    A die not known to be planar or not may count; memory stacks do not.

    Unit: mm^2. Source: as above.
    """
    low, planar = ZERO, [die.planar for die in chip.dies or ()]
    high: Decimal | None = ZERO
    for die in chip.dies or ():
        if die.planar is True:
            continue
        if die.planar is False and die.area:
            low += die.area.low * die.count
        ended = die.area.high if die.area else None
        high = None if high is None or ended is None else high + ended * die.count
    lacks: tuple[str, ...] = ("planar or not",) if None in planar else ()
    if not planar or high is None or (low != high and None not in planar):
        lacks += ("die area",)
    if not planar or (not low and high is None):
        return Value(None, None, lacks)
    return Value(low, high, lacks)


def memory_bandwidth(chip: Chip) -> Value:
    """Total DRAM bandwidth: co-packaged (HBM) and other (GDDR, LPDDR) together.

    Memory on the die (SRAM) is not DRAM; one of unknown type may be either. Remote DRAM behind
    links is left out.

    Unit: GB/s. Source: notes to paragraph (dd) of Supplement no. 2 to 15 CFR part 748 (91 FR
    1684). The April 2025 letters use the words and do not define them.
    """
    if chip.memory is None:
        return Value(None, None, ("memory bandwidth",))
    drams = [m for m in chip.memory if m.type is None or m.type.upper() != "SRAM"]
    if not drams:
        return Value(ZERO, ZERO, how=lambda: "no DRAM")
    rates = ((m.type or "type unknown", m.bandwidth, False) for m in drams)
    total = _total(rates, "memory bandwidth")
    doubtful = [m.bandwidth.low for m in drams if m.type is None and m.bandwidth]
    if not doubtful or total.low is None:
        return total
    least, lacks = total.low - sum(doubtful), (*total.lacks, "memory type")
    if not least and total.high is None:
        return Value(None, None, lacks)
    return Value(least, total.high, lacks, lambda: f"{span(least, total.high)}, type unknown")


def io_bandwidth(chip: Chip) -> Value:
    """Transfer rate of all inputs and outputs together, both directions, memory left out.

    The October 2022 measure: aggregate bidirectional rate to or from ICs other than volatile
    memories, of which the host link is part.

    Unit: GB/s. Source: 3A090.a as in 87 FR 62186.
    """
    return _links(chip.links)


def interconnect_bandwidth(chip: Chip) -> Value:
    """Transfer rate of all inputs and outputs, the peripheral bus included, same package left out.

    The January 2026 measure, reported and not compared with a threshold.

    Unit: GB/s. Source: notes to paragraph (dd) of Supplement no. 2 to 15 CFR part 748 (91 FR
    1684).
    """
    if chip.links is None:
        return _links(None)
    return _links(tuple(link for link in chip.links if not link.in_package))


def memory_plus_io_bandwidth(chip: Chip) -> Value:
    """Total DRAM bandwidth and I/O bandwidth added up, as in the April 2025 letters.

    Unit: GB/s. Source: Intel's notice to customers as reported by the Financial Times and Reuters,
    April 2025; the letters' own definitions are not public.
    """
    memory, links = memory_bandwidth(chip), io_bandwidth(chip)
    lacks = memory.lacks + links.lacks
    low = (memory.low or ZERO) + (links.low or ZERO)
    both = memory.high is not None and links.high is not None
    high = memory.high + links.high if both else None  # type: ignore[operator]
    if not low and high is None:
        return Value(None, None, lacks)

    def how() -> str:
        parts = f"memory {memory if memory.low is not None else 'unknown'} + I/O "
        return f"{parts}{links if links.low is not None else 'unknown'} = {span(low, high)} GB/s"

    return Value(low, high, lacks, how)


def hbm_bandwidth_density(chip: Chip) -> Value:
    """Memory bandwidth of an HBM stack per area of its package, or of the stack.

    Unit: GB/s/mm^2. Source: note to 3A090.c, Supplement no. 1 to 15 CFR part 774 (89 FR 96790).
    """
    rate, area = memory_bandwidth(chip), chip.package_area
    lacks = rate.lacks + (() if area and area.exact else ("package area",))
    if rate.low is None or area is None:
        return Value(None, None, lacks)
    least = rate.low / area.high if area.high else ZERO
    most = rate.high / area.low if rate.high is not None and area.low else None

    def how() -> str:
        return f"{rate} GB/s / {span(area.low, area.high)} mm^2 = {span(least, most, _PLACES)}"

    return Value(least, most, lacks, how)


def transistors(chip: Chip) -> Value:
    """Aggregated approximated transistor count of the final package.

    Unit: transistors. Source: 15 CFR 772.1 (90 FR 5298).
    """
    count = chip.transistors
    return Value(count, count, () if count else ("transistor count",))


def released(chip: Chip) -> Value:
    """The day the chip came out; of a month or a year, any of its days.

    Unit: days, as ordinals of the Gregorian calendar.
    """
    if chip.released is None:
        return Value(None, None, ("release date",))
    first, last = days(chip.released)
    lacks = () if first == last else ("exact release date",)
    return Value(Decimal(first.toordinal()), Decimal(last.toordinal()), lacks)


def single_ended_io(chip: Chip) -> Value:
    """Digital inputs and outputs of an FPLD, single-ended, at most.

    Unit: inputs and outputs. Source: 3A001.a.7 of Annex I to Regulation (EU) 2021/821.
    """
    count = chip.fpld.single_ended_io if chip.fpld else None
    if count is None:
        return Value(None, None, ("single-ended inputs and outputs",))
    return Value(Decimal(count), Decimal(count))


def transceiver_rate(chip: Chip) -> Value:
    """Aggregate one-way peak rate of the serial transceivers of an FPLD.

    Unit: GB/s; the law states it in Gb/s. Source: as above.
    """
    rate = chip.fpld.transceivers if chip.fpld else None
    if rate is None:
        return Value(None, None, ("transceiver rate",))
    return Value(rate.low, rate.high, () if rate.exact else ("transceiver rate",))


def _written(rate: Quantity) -> str:
    """Return a rate as written, with its digits grouped."""
    if not rate.exact:
        return rate.text
    figure, _, unit = rate.text.partition(" ")
    return f"{number(Decimal(figure))} {unit}" if unit else rate.text


def _links(links: tuple[Link, ...] | None) -> Value:
    if links is None:
        return Value(None, None, ("I/O bandwidth",))
    if not links:
        return Value(ZERO, ZERO, how=lambda: "no links")
    rates = ((link.name, link.bandwidth, link.direction == "each way") for link in links)
    return _total(rates, "I/O bandwidth")


def _total(rates: Iterable[tuple[str, Quantity | None, bool]], fact: str) -> Value:
    """Add up named bandwidths; those given for each way count twice."""
    listed = list(rates)
    low: Decimal = ZERO
    high: Decimal | None = ZERO
    for _, rate, each_way in listed:
        ways = 2 if each_way else 1
        ended = rate.high if rate else None
        high = None if high is None or ended is None else high + ended * ways
        low += rate.low * ways if rate else ZERO

    def how() -> str:
        parts = [
            f"{name} {span(rate.low, rate.high) if rate else 'unknown'}{' x 2' if twice else ''}"
            for name, rate, twice in listed
        ]
        return f"{' + '.join(parts)} = {span(low, high)} GB/s" if len(parts) > 1 else ""

    if not low and high is None:
        return Value(None, None, (fact,))
    return Value(low, high, () if low == high else (fact,), how)

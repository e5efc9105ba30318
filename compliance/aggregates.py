"""Quantities added up over the processors of a computer, or over all the chips of a shipment.

CTP, APP and TPP are three measures with three definitions; none is converted into another.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from compliance.metrics import bit_tops
from compliance.values import Value, number, span

if TYPE_CHECKING:
    from compliance.chips import Chip

ZERO = Decimal(0)
_VECTOR, _OTHER = Decimal("0.9"), Decimal("0.3")


def app(chip: Chip) -> Value:
    """Adjusted peak performance: the weighted 64-bit rate of processors that share memory.

    `APP = sum of W x R`: R is the peak rate of additions and multiplications of floating-point
    numbers of 64 bits or more, a multiply-add counted as two, and W is 0.9 for vector processors
    and 0.3 for others; where a spec does not say which, APP is a range. Of the paths of one chip
    the faster counts. A chip that does no 64-bit arithmetic has none; a spec says so by
    `complete: true` without such a format. Processors are added up if they share memory by
    hardware; if they do not, the fastest counts, and if that is not stated, APP is the range
    between. The maker's own figure outranks the arithmetic.

    Unit: WT, weighted teraflops. Source: technical note on APP, Category 4 of Supplement no. 1 to
    15 CFR part 774; the same in Annex I to Regulation (EU) 2021/821.
    """
    declared = chip.declared.app if chip.declared else None
    if declared is not None:
        return Value(declared, declared, how=lambda: f"{number(declared)} declared by the maker")
    parts = _processors(chip)
    weighted = [_weighted(part) for part, _ in parts]
    lacks = tuple(fact for each in weighted for fact in each.lacks)
    lows = [each.low or ZERO for each in weighted]
    highs = [each.high for each in weighted]
    counts = [count for _, count in parts]
    alone = len(parts) == 1 and counts[0] == 1
    several = bool(parts) and not alone and chip.shared_memory is None
    together = alone or chip.shared_memory is True
    low = _sum(lows, counts) if together else max(lows, default=ZERO)
    known = [high for high in highs if high is not None]
    high = None
    if known and len(known) == len(highs):
        high = max(known) if chip.shared_memory is False else _sum(known, counts)
    lacks = tuple(dict.fromkeys(lacks + (("whether memory is shared",) if several else ())))
    if not parts or (not any(lows) and high is None):
        return Value(None, None, lacks or ("64-bit rate",))

    def how() -> str:
        terms = [
            f"{count} x {each.how}" if count > 1 else each.how
            for each, count in zip(weighted, counts, strict=True)
        ]
        joined = " + ".join(term for term in terms if term)
        apart = "" if together else ", the fastest alone" + (" or all together" if several else "")
        return f"{joined}{apart} = {span(low, high)} WT"

    return Value(low, high, () if low == high else lacks, how)


def _processors(chip: Chip) -> list[tuple[Chip, int]]:
    """Return the chips of a system, each once with how many there are; of a chip, itself.

    Those that are the same object are counted before what is in them is looked at: systems inside
    systems would otherwise take as long as there are chips in all of them.
    """
    found: dict[int, tuple[Chip, int]] = {}

    def add(one: Chip, count: int, to: dict[int, tuple[Chip, int]]) -> None:
        _, before = to.get(id(one), (one, 0))
        to[id(one)] = one, before + count

    if chip.kind != "system":
        add(chip, 1, found)
    inner: dict[int, tuple[Chip, int]] = {}
    for part in chip.contains:
        add(part.chip, part.count, inner)
    for system, times in inner.values():
        for processor, count in _processors(system):
            add(processor, count * times, found)
    return list(found.values())


def _weighted(chip: Chip) -> Value:
    """Return W x R of one processor."""
    formats = (chip.compute.fp64, chip.compute.fp64_tensor) if chip.compute else ()
    rates = [rate for rate in formats if rate]
    if not rates:
        none = chip.compute is not None and chip.compute.complete is True
        if none:
            return Value(ZERO, ZERO, how=lambda: "no rate of 64 bits")
        return Value(None, None, ("64-bit rate",))
    low = max(rate.low for rate in rates)
    ends = [rate.high for rate in rates if rate.high is not None]
    high = max(ends) if len(ends) == len(rates) else None
    least = _VECTOR if chip.vector else _OTHER
    most = _OTHER if chip.vector is False else _VECTOR
    lacks: tuple[str, ...] = ()
    lacks += () if chip.vector is not None else ("vector processor or not",)
    lacks += () if low == high else ("64-bit rate",)
    top = None if high is None else high * most

    def how() -> str:
        return f"{span(low, high)} TFLOPS of 64 bits x {span(least, most)}"

    return Value(low * least, top, lacks, how)


def ctp(chip: Chip) -> Value:
    """Composite theoretical performance, as its maker states it.

    The formula of the time needs more of a machine than a spec has, and no other measure stands
    in for it.

    Unit: Mtops, million theoretical operations per second. Source: technical note on CTP in
    Category 4 of Supplement no. 1 to 15 CFR part 774, until April 2006.
    """
    declared = chip.declared.ctp if chip.declared else None
    if declared is None:
        return Value(None, None, ("CTP",))
    return Value(declared, declared, how=lambda: f"{number(declared)} Mtops declared by the maker")


def lut_inputs(chip: Chip) -> Value:
    """Independent inputs of all look-up tables, over all FPLDs of an assembly.

    Unit: inputs. Source: 3A502.i of Annex I to Regulation (EU) 2021/821 as in 2025/2003.
    """
    devices = [(part.fpld, count) for part, count in _processors(chip) if part.fpld]
    total = sum((fpld.lut_inputs * n for fpld, n in devices if fpld.lut_inputs), ZERO)
    whole = all(fpld.lut_inputs for fpld, _ in devices)
    return Value(total, total if whole else None, () if whole else ("look-up tables",))


def aggregate_tpp(chip: Chip) -> Value:
    """TPP that one chip or system adds to a quantity: of a system, that of all its chips.

    Counted from the datasheet's rates, as BIS and the press count. A declared TPP outranks
    arithmetic for classification; here it stands in only where no rates are known.

    Unit: TOPS x bits. Source: 15 CFR 740.29, and notes to 748.15 (90 FR 4544).
    """
    low, high = ZERO, ZERO
    lacks: tuple[str, ...] = ()
    for part, count in _processors(chip):
        each = bit_tops(part)
        if each.low is None and part.declared and part.declared.tpp:
            each = Value(part.declared.tpp, part.declared.tpp)
        lacks += each.lacks
        if each.low is None or each.high is None:
            return Value(None, None, lacks)
        low, high = low + each.low * count, high + each.high * count
    return Value(low, high, () if low == high else lacks)


def _sum(amounts: list[Decimal], counts: list[int]) -> Decimal:
    return sum((a * n for a, n in zip(amounts, counts, strict=True)), ZERO)

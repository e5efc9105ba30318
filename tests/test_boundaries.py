"""Every number of every ruleset, at the line, just under it and just over it, in every unit.

The comparators are those of the instruments: "or more" is at or above, "greater than" is above.
A slip of `>=` to `>` anywhere in the data or the code fails here.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from fractions import Fraction

import pytest
from builders import at, chip, decimal

from compliance.chips import Chip
from compliance.criteria import Leaf, Node
from compliance.findings import Facts
from compliance.grammar import parse
from compliance.items import METRICS, measure
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, known
from compliance.rulebook import all_rulesets, ruleset
from compliance.units import BANDWIDTH, RATE, SPELLINGS

HOLDS = {">=": operator.ge, ">": operator.gt, "<": operator.lt, "<=": operator.le}
STEP = Fraction(1, 10**9)


def criteria() -> Iterator[tuple[str, Node]]:
    """Yield every criterion of the bundled law, with the ruleset and paragraph it stands in."""
    for law in all_rulesets():
        for entry in law.entries:
            yield f"{law.id} {entry.id}", entry.when
            for exclusion in entry.unless:
                yield f"{law.id} {exclusion.note}", exclusion.when
        for exception in law.exceptions:
            if exception.when:
                yield f"{law.id} {exception.id}", exception.when
        for row in law.licensing:
            for review in row.review:
                if review.when:
                    yield f"{law.id} {row.id} {review.policy}", review.when


LEAVES = {
    f"{place}: {leaf.text}": leaf
    for place, node in criteria()
    for leaf in node.leaves()
    if leaf.metric and leaf.metric.unit != "date"
}


PLAIN = ("transistors", "app", "ctp", "lut_inputs", "single_ended_io")
"""Metrics that a spec states as a number without a unit, or that the file's own words scale."""


def units_of(metric: str) -> list[str]:
    """Return the spellings in which a spec may write what decides a metric."""
    if metric in PLAIN:
        return [""]
    kind = RATE if metric in ("tpp", "bit_tops", "performance_density") else BANDWIDTH
    return [unit for unit, (found, _) in SPELLINGS.items() if found is kind]


def truth(leaf: Leaf, subject: Chip) -> bool:
    result = leaf.evaluate(Facts.of(measure(subject)))
    assert result in (TRUE, FALSE)
    return result is TRUE


def test_there_are_leaves_to_test() -> None:
    tested = {leaf.metric.name for leaf in LEAVES.values() if leaf.metric}
    assert tested >= {"tpp", "bit_tops", "performance_density", "memory_bandwidth", "io_bandwidth"}


@pytest.mark.parametrize("name", LEAVES)
def test_the_line(name: str) -> None:
    leaf = LEAVES[name]
    assert leaf.metric
    assert leaf.threshold is not None
    line, seen = Fraction(leaf.threshold), 0
    for unit in units_of(leaf.metric.name):
        factor = Fraction(SPELLINGS[unit][1]) if unit else Fraction(1)
        step = 1 if leaf.metric.name in ("lut_inputs", "single_ended_io", "transistors") else STEP
        for amount in (line, line - step, line + step, line / 2, line * 2):
            subject = at(leaf.metric.name, amount / factor, unit)
            if subject is None:
                continue
            seen += 1
            expected = HOLDS[leaf.comparator](amount, line)
            assert truth(leaf, subject) is expected, (amount, unit)
            # On the line it is 0, not -0, which would be printed as if it were below.
            low, high = leaf.finding(Facts.of(measure(subject))).margin
            assert low == high
            assert str(low).startswith("-") is (amount < line), (amount, unit)
    assert seen >= (3 if unit == "" else 5 * 10), "hardly a unit could be tried"


@pytest.mark.parametrize(
    ("comparator", "ends", "expected"),
    [
        (">=", (1399, 1400), UNKNOWN),
        (">=", (1400, 1401), TRUE),
        (">=", (1300, 1399), FALSE),
        (">", (1399, 1400), FALSE),
        (">", (1400, 1401), UNKNOWN),
        (">", (1401, 1402), TRUE),
        ("<", (1399, 1400), UNKNOWN),
        ("<", (1400, 1401), FALSE),
        ("<", (1300, 1399), TRUE),
        ("<=", (1399, 1400), TRUE),
        ("<=", (1400, 1401), UNKNOWN),
        ("<=", (1401, 1402), FALSE),
    ],
)
def test_a_range_that_ends_on_the_line(
    comparator: str, ends: tuple[int, int], expected: Truth
) -> None:
    low, high = ends
    memory = {"type": "HBM3", "bandwidth": {"min": f"{low} GB/s", "max": f"{high} GB/s"}}
    leaf = parse(f"memory_bandwidth {comparator} 1400 GB/s")
    assert leaf.evaluate(Facts.of(measure(chip(memory=memory)))) is expected


@pytest.mark.parametrize("unit", ["mm^2", "mm2", "cm^2", "cm2", "um^2", "m^2"])
def test_density_at_the_line_in_units_of_area(unit: str) -> None:
    leaf = LEAVES["us-ear-2023-11-17 3A090.a: performance_density >= 5.92"]
    factor = SPELLINGS[unit][1]
    for area, expected in (("814", True), ("814.000000001", False), ("813.999999999", True)):
        die: dict[str, object] = {"name": "die", "planar": False}
        die["area"] = f"{decimal(Fraction(area) / Fraction(factor))} {unit}"
        subject = chip(compute={"int8": "602.36 TOPS"}, dies=[die])  # 814 x 5.92 / 8
        assert truth(leaf, subject) is expected


@pytest.mark.parametrize(
    ("compute", "listed"),
    [
        ({"int8": "600 TOPS"}, True),
        ({"fp16": "300 TFLOPS"}, True),
        ({"int8": "599.999875 TOPS"}, False),
        ({"fp16": "299.9999375 TFLOPS"}, False),
        ({"fp4": "1200 TFLOPS"}, True),
        ({"fp64": "75 TFLOPS"}, True),
    ],
)
def test_4800_is_in_and_4799_999_is_out(compute: dict[str, str], *, listed: bool) -> None:
    """BIS's example (88 FR 73458): 600 TOPS at 8 bits, or 300 TFLOPS at 16 bits, are 4,800."""
    subject = chip(market="datacenter", compute=compute)
    for name in ("us-ear-2023-11-17", "us-ear-2026-01-15"):
        node = ruleset(name).entry["3A090.a"].when
        leaf = next(iter(node.leaves()))
        assert leaf.evaluate(Facts.of(measure(subject))) is known(listed)


def test_every_metric_is_reached_by_law() -> None:
    used = {leaf.metric.name for _, node in criteria() for leaf in node.leaves() if leaf.metric}
    assert set(METRICS) == used

"""What is told from memory is what would be judged: of items on every line, and of all chips."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from builders import at, chip
from hypothesis import given
from hypothesis import strategies as st
from test_engine import LAWS, QUESTIONS, forgotten

from compliance.circumstances import Question
from compliance.compiled import MOST_KEPT, Memory
from compliance.engine import assess
from compliance.items import measure
from compliance.readings import read
from compliance.rulebook import first_day, ruleset
from compliance.specs import bundled, chip_ids

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compliance.assessments import Assessment
    from compliance.chips import Chip
    from compliance.items import Item
    from compliance.rulesets import Ruleset

JUDGING = [law for law in LAWS if law.kind != "notice"]
CHIPS = [measure(bundled(name)) for name in chip_ids()]
MANY = 2000
"""A quantity with which some chips keep within a limit and others don't."""


def said(found: Assessment) -> tuple[object, ...]:
    """Return all that an assessment says."""
    findings = [(f.leaf, f.item, f.truth, f.margin, f.value) for f in found.findings]
    return (
        *(found.facts.entries, found.ending, found.between, found.rows),
        *(found.due, found.unenforced, found.missing, found.undecided, found.caveats, findings),
    )


def alone(law: Ruleset, item: Item, question: Question) -> tuple[object, ...]:
    """Return what is said of an item where nothing was asked before."""
    law.readings.clear()
    law.checklists.clear()
    return said(assess(law, item, question))


def compare(law: Ruleset, items: Sequence[Item], question: Question) -> None:
    """Judge items alone, then after many others: first those not seen yet, then all again."""
    expected = [alone(law, item, question) for item in items]
    kinds = {item.kind: item for item in items if not item.parts}
    for kind, item in kinds.items():
        facts = assess(law, item, question).facts
        memory = read(law, question).memories[kind]
        while memory.pattern(facts) is None:
            assert assess(law, item, question).findings is not None
    for item, what in zip([*items, *items], [*expected, *expected], strict=True):
        assert said(assess(law, item, question)) == what, item.chip.name
    assert all(read(law, question).memories[kind].conclusions for kind in kinds)


def on_the_lines(law: Ruleset) -> Iterator[Chip]:
    """Yield chips on and beside each threshold of a ruleset."""
    for leaf in (leaf for node in law.criteria() for leaf in node.leaves()):
        if leaf.metric and leaf.threshold is not None and leaf.metric.unit != "date":
            rate = leaf.metric.name in ("tpp", "bit_tops", "performance_density")
            unit = "TOPS" if rate else "GB/s"
            for percent in (99, 100, 101):
                amount = Fraction(leaf.threshold) * percent / 100
                spec = at(leaf.metric.name, amount, unit)
                if spec:
                    yield spec


@pytest.mark.parametrize("law", JUDGING, ids=lambda law: law.id)
def test_every_chip_is_judged_from_memory_as_alone(law: Ruleset) -> None:
    items = [*CHIPS, *map(measure, on_the_lines(law))]
    day = max(first_day(law), date(2025, 1, 20))
    compare(law, items, Question(day, "AE", "CN", "export", None, "text", quantity=MANY))


@given(st.lists(forgotten(), min_size=1, max_size=4), st.sampled_from(JUDGING), QUESTIONS)
def test_any_item_is_judged_from_memory_as_alone(
    pairs: list[tuple[Chip, Chip]], law: Ruleset, question: Question
) -> None:
    board = chip(kind="system", contains=[{"chip": part} for part in pairs[0]])
    compare(law, [measure(spec) for pair in pairs for spec in (*pair, board)], question)


def test_several_threads_judge_alike_while_criteria_are_compiled() -> None:
    law = ruleset("us-ear-2023-11-17")
    question = Question(first_day(law), "CN")
    expected = {item: alone(law, item, question) for item in CHIPS}
    law.readings.clear()
    law.checklists.clear()
    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(lambda item: assess(law, item, question), CHIPS * 2):
            assert said(found) == expected[found.item]


def test_a_memory_does_not_grow_for_ever() -> None:
    conclusion: Any = None
    memory = Memory(tuple)
    for n in range(MOST_KEPT * 2):
        memory.keep((n,), conclusion)
        assert (n,) in memory.conclusions
    assert len(memory.conclusions) <= MOST_KEPT

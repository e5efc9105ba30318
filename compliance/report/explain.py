"""The criteria of a ruleset as a tree, with each condition's mark, arithmetic, margin, citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.criteria import Branch, Leaf, Node
from compliance.findings import Facts, Finding
from compliance.logic import FALSE
from compliance.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.engine import Assessment


def explanation(assessment: Assessment, *, width: int) -> str:
    """Return the tree of every entry that could concern the item."""
    del width  # a tree is not wrapped: its lines are meant to be searched
    law = assessment.ruleset
    lines = [f"{law.id}  {law.title}", f"  {'; '.join(i.cite for i in law.instruments)}"]
    for subject in (assessment.facts, *assessment.facts.parts):
        if subject is not assessment.facts:
            lines.append(f"  part: {subject.item.chip.name}")
        lines += [f"  {line}" for line in _entries(assessment, subject)]
    return "\n".join(lines) + "\n"


def _entries(assessment: Assessment, facts: Facts) -> Iterator[str]:
    for entry in assessment.ruleset.entries:
        if entry.item != facts.item.kind:
            continue
        truth = facts.entries[entry.id]
        yield f"[{words.TRUTHS[truth]}] {entry.id}  {entry.title}  ({entry.cite})"
        yield from _tree(entry.when, facts, 1, entry.cite)
        for exclusion in entry.unless:
            mark = words.TRUTHS[exclusion.when.evaluate(facts, [])]
            yield f"    [{mark}] unless {exclusion.note}  ({exclusion.cite or entry.cite})"
            yield from _tree(exclusion.when, facts, 2, exclusion.cite or entry.cite)
        higher = [
            n for n in assessment.ruleset.outranked_by(entry.id) if facts.entries[n] is not FALSE
        ]
        if higher:
            yield f"    outranked by {', '.join(higher)}"
        if entry.note:
            yield f"    note: {entry.note}"


def _tree(node: Node, facts: Facts, depth: int, cite: str) -> Iterator[str]:
    indent = "    " * depth
    mark = words.TRUTHS[node.evaluate(facts, [])]
    where = f"  ({node.cite})" if node.cite and node.cite != cite else ""
    if isinstance(node, Branch) and node.word == "not" and isinstance(node.children[0], Leaf):
        yield f"{indent}[{mark}] {node.id}: not {node.children[0].text}{where}"
    elif isinstance(node, Branch):
        yield f"{indent}[{mark}] {node.word} of{where}"
        for child in node.children:
            yield from _tree(child, facts, depth + 1, cite)
    elif isinstance(node, Leaf):
        finding = Finding(node, facts.item, node.evaluate(facts, []))
        yield f"{indent}[{mark}] {node.id}: {node.text}{_measured(finding)}{where}"
    if node.note:
        yield f"{indent}      note: {node.note}"


def _measured(finding: Finding) -> str:
    """Return what was observed, the margin and the arithmetic."""
    if finding.value is None:
        return ""
    margin = words.margin(finding)
    how = f"; {finding.value.how}" if finding.value.how else ""
    text = f"  is {words.observed(finding)}"
    return f"{text}, margin {margin}{how}" if margin else f"{text}{how}"

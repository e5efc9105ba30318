"""A ruleset as a tree: each condition with its mark, number, margin, arithmetic and citation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.assessments import within
from compliance.criteria import Branch, Leaf, Node
from compliance.logic import FALSE, all_, any_
from compliance.prose import scope_text
from compliance.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.assessments import Assessment
    from compliance.circumstances import Question
    from compliance.findings import Facts
    from compliance.provisions import LicensingRow
    from compliance.rulesets import Ruleset

_STEP = "    "


def explanation(assessment: Assessment, *, width: int) -> str:
    """Return the entries that could concern the item, and the licensing rows that apply."""
    del width  # a tree is not wrapped: its lines are meant to be searched
    law, facts = assessment.ruleset, assessment.facts
    lines = [f"{law.id}  {law.title}", f"  {'; '.join(i.cite for i in law.instruments)}"]
    for subject in (facts, *facts.parts):
        if subject is not facts:
            lines.append(f"  part: {subject.item.chip.name}")
        lines += [f"  {line}" for line in _entries(law, subject)]
    for row in assessment.rows:
        lines += [f"  {line}" for line in _row(law, row, facts, assessment.question)]
    return "\n".join(lines) + "\n"


def _entries(law: Ruleset, facts: Facts) -> Iterator[str]:
    for entry in law.entries:
        if entry.item != facts.item.kind:
            continue
        yield f"[{words.TRUTHS[facts.entries[entry.id]]}] {entry.id}  {entry.title}"
        yield from _tree(entry.when, facts, 1)
        for exclusion in entry.unless:
            mark = words.TRUTHS[exclusion.when.evaluate(facts)]
            yield f"{_STEP}[{mark}] unless {exclusion.note}"
            yield from _tree(exclusion.when, facts, 2)
        higher = [n for n in law.outranking[entry.id] if facts.entries[n] is not FALSE]
        if higher:
            yield f"{_STEP}outranked by {', '.join(higher)}"
        if entry.note:
            yield f"{_STEP}note: {entry.note}"


def _row(law: Ruleset, row: LicensingRow, facts: Facts, question: Question) -> Iterator[str]:
    """Yield a license requirement, its exceptions and reviews; the first review marked counts."""
    yield f"license requirement for {', '.join(row.entries)}{scope_text(row)}  ({row.cite})"
    subjects = facts.parts or (facts,)
    for name in row.exceptions:
        exception = law.exception[name]
        scopes = " or".join(scope_text(scope) for scope in exception.where)
        title = words.exception(exception)
        claim = f"; asks for {exception.claim}" if exception.claim else ""
        where = any_(within(scope, question, law.jurisdiction) for scope in exception.where)
        fits = [exception.when.evaluate(s) for s in subjects] if exception.when else []
        mark = words.TRUTHS[all_((where, *fits))]
        yield f"{_STEP}[{mark}] unless {title}{scopes}{claim}  ({exception.cite})"
        for subject in subjects if exception.when else ():
            yield from _tree(exception.when, subject, 2)  # type: ignore[arg-type]
    for review in row.review:
        policy = review.policy.replace("_", " ")
        when = [review.when.evaluate(s) for s in subjects] if review.when else []
        mark = words.TRUTHS[all_((within(review, question, law.jurisdiction), *when))]
        yield f"{_STEP}[{mark}] review: {policy}{scope_text(review)}  ({review.cite or row.cite})"
        for subject in subjects if review.when else ():
            yield from _tree(review.when, subject, 2)  # type: ignore[arg-type]


def _tree(node: Node, facts: Facts, depth: int) -> Iterator[str]:
    """Yield a criterion and all below it."""
    indent = _STEP * depth
    truth = node.evaluate(facts)
    mark = f"[{words.TRUTHS[truth]}]"
    if isinstance(node, Leaf):
        yield f"{indent}{mark} {node.id}: {node.text}{_measured(node, facts)}"
        yield f"{indent}    {_source(node, facts)}"
    elif isinstance(node, Branch) and node.word == "not" and isinstance(node.children[0], Leaf):
        yield f"{indent}{mark} {node.id}: not {node.children[0].text}"
        yield f"{indent}    {_source(node.children[0], facts)}"
    elif isinstance(node, Branch):
        yield f"{indent}{mark} {node.word} of"
        for child in node.children:
            yield from _tree(child, facts, depth + 1)
    if node.note:
        yield f"{indent}    note: {node.note}"


def _measured(leaf: Leaf, facts: Facts) -> str:
    """Return what was observed, and how far from the threshold."""
    finding = leaf.finding(facts)
    if finding.value is None:
        return ""
    margin = words.margin(finding)
    text = f"  is {words.observed(finding)}"
    return f"{text}, margin {margin}" if margin else text


def _source(leaf: Leaf, facts: Facts) -> str:
    """Return the arithmetic behind the number and where the condition stands."""
    value = facts.item.values[leaf.metric.name] if leaf.metric else None
    return f"{value.how}; {leaf.cite}" if value and value.how else leaf.cite

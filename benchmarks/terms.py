"""The law as other engines can take it: the bundled criteria, written out for them.

Nobody transcribes anything: the terms come from the ruleset itself. Of an engine that knows no
unknown, every rule is asked twice: whether it surely holds and whether it possibly does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from benchmarks.rows import ENTRIES, LAW
from compliance.conditions import Compares, Has, Meets
from compliance.criteria import Branch, Leaf
from compliance.rulebook import ruleset

if TYPE_CHECKING:
    from benchmarks.rows import Row
    from compliance.criteria import Node

Side = Literal["surely", "possibly", ""]
"""How a rule is meant; empty for an engine that has an unknown of its own."""

LEAST, MOST = 0.0, 1e12
"""Between which a missing value lies."""

_SIDES: tuple[Side, Side] = ("surely", "possibly")
_OTHER: dict[Side, Side] = {"surely": "possibly", "possibly": "surely", "": ""}


class Term(NamedTuple):
    """A rule.

    Attributes:
        word: `all`, `any`, `not`, a comparator, `is` for a flag, or `meets` for an entry.
        terms: what the word joins.
        name: of the field, or of the entry.
        number: the threshold.
        side: how it is meant.
    """

    word: str
    terms: tuple[Term, ...] = ()
    name: str = ""
    number: float = 0.0
    side: Side = ""

    @property
    def variable(self) -> str:
        """The name of the end of the field that counts: `tpp_low` for `surely tpp >= 4800`."""
        if not self.side:
            return self.name
        low = (self.side == "surely") == (self.word in (">=", ">", "is"))
        return f"{self.name}_{'low' if low else 'high'}"


def entry(name: str, side: Side, *, whole: bool = True) -> Term:
    """Return the rule of an entry, its notes and what outranks it included.

    Args:
        name: of the entry.
        side: how the rule is meant.
        whole: write out the entries it refers to; else they are terms of the word `meets`.
    """
    return _term(ruleset(LAW).formulas[name], side, whole=whole)


def exception(side: Side, *, whole: bool = True) -> Term:
    """Return the rule of License Exception NAC."""
    when = ruleset(LAW).exception["NAC"].when
    assert when is not None  # noqa: S101 - it has one
    return _term(when, side, whole=whole)


def doubled() -> list[Term]:
    """Return every entry twice, surely and possibly, in the order of `ENTRIES`."""
    return [entry(name, side) for name in ENTRIES for side in _SIDES]


def truths(answers: list[bool]) -> tuple[int, ...]:
    """Return the truths of the entries from the answers to `doubled`."""
    pairs = zip(answers[::2], answers[1::2], strict=True)
    return tuple(int(surely) + int(possibly) for surely, possibly in pairs)


def ends(row: Row) -> dict[str, float | bool]:
    """Return a row as the fields of `doubled` call for it: both ends of every value."""
    found: dict[str, float | bool] = {}
    for name, value in row._asdict().items():
        least, most = (False, True) if name == "datacenter" else (LEAST, MOST)
        found[f"{name}_low"] = least if value is None else value
        found[f"{name}_high"] = most if value is None else value
    return found


def infix(term: Term, words: dict[str, str]) -> str:
    """Return a rule as text, with an engine's own words for `all`, `any` and `not`."""
    if term.word == "is":
        return term.variable
    if not term.terms:
        return f"{term.variable} {term.word} {term.number}"
    if term.word == "not":
        return f"{words['not']}({infix(term.terms[0], words)})"
    return words[term.word].join(f"({infix(inner, words)})" for inner in term.terms)


def json_logic(term: Term) -> dict[str, Any]:
    """Return a rule as JsonLogic."""
    variable = {"var": term.variable}
    if term.word == "is":
        return variable
    if not term.terms:
        return {term.word: [variable, term.number]}
    word = {"all": "and", "any": "or", "not": "!"}[term.word]
    return {word: [json_logic(inner) for inner in term.terms]}


def _term(node: Node, side: Side, *, whole: bool) -> Term:
    if isinstance(node, Branch):
        inner = _OTHER[side] if node.word == "not" else side
        return Term(node.word, tuple(_term(part, inner, whole=whole) for part in node.children))
    assert isinstance(node, Leaf)  # noqa: S101 - there is nothing else
    condition = node.condition
    if isinstance(condition, Meets):
        name = condition.entry
        return entry(name, side) if whole else Term("meets", name=name, side=side)
    if isinstance(condition, Has):
        return Term("is", name=condition.flag, side=side)
    assert isinstance(condition, Compares)  # noqa: S101 - as these rules have it
    threshold = float(condition.threshold)
    return Term(condition.comparator, (), condition.metric, threshold, side)

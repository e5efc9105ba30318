"""Criteria as Python code: what is asked again and again is compiled.

The code is made from the same trees that are otherwise evaluated node by node, and says the same.
Each criterion becomes two expressions, whether it is surely and whether it is possibly true; an end
of a range that is missing is infinite, so that no number has to be tested for being there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from compliance.conditions import Compares, Has, Meets
from compliance.criteria import Branch, Leaf, Node
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from compliance.findings import Facts

Test: TypeAlias = "Callable[[Facts], tuple[Truth, ...]]"
"""From the facts of an item to the truths of several criteria, in order."""

_MIRRORED = ("<", "<=")


def compiled(entries: Mapping[str, Node | None], others: Sequence[Node]) -> Test:
    """Return a function that evaluates criteria.

    Args:
        entries: entry id -> who is in it; None where that is nobody. Later ones, and the others,
            may rest on earlier ones.
        others: more criteria.
    """
    writer = _Writer(list(entries))
    for node in (*entries.values(), *others):
        writer.add(node)
    return writer.function()


class _Writer:
    """Writes the code of one function, line by line."""

    def __init__(self, entries: list[str]) -> None:
        self._entries = entries
        self._metrics: dict[str, str] = {}
        self._names: dict[str, object] = {"TRUE": TRUE, "UNKNOWN": UNKNOWN, "FALSE": FALSE}
        self._lines: list[str] = []
        self._count = 0

    def add(self, node: Node | None) -> None:
        """Write the next criterion."""
        n = self._count
        self._count += 1
        surely, possibly = ("False", "False") if node is None else self._both(node)
        self._lines.append(f"s{n} = {surely}")
        self._lines.append(f"p{n} = s{n} or {possibly}")

    def function(self) -> Test:
        """Return the function."""
        truths = "".join(
            f"TRUE if s{n} else UNKNOWN if p{n} else FALSE, " for n in range(self._count)
        )
        reading = [
            f"m = values[{metric!r}]; {name}l = m.least; {name}h = m.most"
            for metric, name in self._metrics.items()
        ]
        lines = ["values = facts.item.values; flags = facts.item.flags", *reading, *self._lines]
        body = "".join(f"    {line}\n" for line in lines)
        source = f"def test(facts):\n{body}    return ({truths})\n"
        # The source has names and numbers of our own making only: n, s0, flags['hbm'].
        exec(compile(source, "<criteria>", "exec"), self._names)  # noqa: S102
        return self._names["test"]  # type: ignore[return-value]

    def _both(self, node: Node) -> tuple[str, str]:
        """Return the expressions whether a criterion is surely and possibly true."""
        if isinstance(node, Branch):
            pairs = [self._both(child) for child in node.children]
            if node.word == "not":
                ((surely, possibly),) = pairs
                return f"(not {possibly})", f"(not {surely})"
            word = " and " if node.word == "all" else " or "
            sides = (word.join(side) for side in zip(*pairs, strict=True))
            surely, possibly = (f"({side})" for side in sides)
            return surely, possibly
        assert isinstance(node, Leaf)  # noqa: S101 - there is nothing else
        match node.condition:
            case Compares(metric, comparator, threshold):
                name = self._metrics.setdefault(metric, f"m{len(self._metrics)}")
                limit = self._named(threshold)
                low, high = f"{name}l {comparator} {limit}", f"{name}h {comparator} {limit}"
                return (high, low) if comparator in _MIRRORED else (low, high)
            case Has(flag):
                return f"flags[{flag!r}] is TRUE", f"flags[{flag!r}] is not FALSE"
            case Meets(entry) if entry in self._entries:
                n = self._entries.index(entry)
                return f"s{n}", f"p{n}"
        test = self._named(node.evaluate)
        return f"{test}(facts) is TRUE", f"{test}(facts) is not FALSE"

    def _named(self, value: object) -> str:
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name

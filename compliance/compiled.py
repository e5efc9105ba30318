"""Conditions as Python code: what is asked again and again is compiled.

The code is made from the same leaves that are otherwise tested one by one, and says the same of an
item without parts: which pattern it has, and its findings. Each metric is read once, and what
several leaves have in common is worked out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from compliance.conditions import Compares, Has, Meets, Settled, Unpublished
from compliance.findings import NO_MARGIN, Findings, difference, margin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from decimal import Decimal

    from compliance.assessments import Conclusion
    from compliance.criteria import Leaf
    from compliance.findings import Facts

SEVERAL = 32
"""Items after which conditions are compiled. It takes as long as a pattern saves on some 30 items,
and findings on some 150."""

MOST_KEPT = 4096
"""Conclusions of one memory that are kept; few rulesets and chips have as many patterns."""

Pattern: TypeAlias = tuple[int, ...]
"""The truths of some leaves, in short: how many of the thresholds of a metric its lower and its
upper end reach or exceed, and the truths of the leaves that compare nothing."""


def pattern(leaves: Iterable[Leaf]) -> Callable[[Facts], Pattern]:
    """Return a function that gives the pattern of an item without parts.

    Items of one pattern have the same truths, of the leaves and of all that consists of them. What
    a leaf says of an entry follows from that entry's leaves, which have to be among the others.
    """
    code = _Code()
    lines: dict[tuple[str, str], set[Decimal]] = {}
    truths: dict[str, None] = {}
    for leaf in leaves:
        match leaf.condition:
            case Compares(metric, comparator, threshold):
                passes = ">=" if comparator in (">=", "<") else ">"
                lines.setdefault((metric, passes), set()).add(threshold)
            case Has(flag):
                truths[f"flags[{flag!r}]"] = None
            case Meets() | Settled() | Unpublished():
                pass
            case _:
                truths[f"{code.name(leaf.evaluate)}(facts)"] = None
    places = []
    for n, ((metric, passes), thresholds) in enumerate(lines.items()):
        limits = [code.name(threshold) for threshold in sorted(thresholds)]
        code.add(f"value = values[{metric!r}]; least = value.least; most = value.most")
        code.add(f"a{n} = {_place('least', passes, limits)}")
        code.add(f"b{n} = a{n} if most is least else {_place('most', passes, limits)}")
        places += [f"a{n}", f"b{n}"]
    return code.function(_tuple((*places, *truths)))


def findings(leaves: tuple[Leaf, ...]) -> Callable[[Facts], Findings]:
    """Return a function that gives the findings of leaves on an item."""
    code = _Code(Findings=Findings, margin=margin, minus=difference, none=NO_MARGIN)
    lines: dict[str, dict[Decimal, str]] = {}
    margins = []
    for n, leaf in enumerate(leaves):
        name = "none"
        if isinstance(leaf.condition, Compares):
            named = lines.setdefault(leaf.condition.metric, {})
            name = named.setdefault(leaf.condition.threshold, f"m{n}")
        margins.append(name)
    for metric, named in lines.items():
        limits = [(name, code.name(threshold)) for threshold, name in named.items()]
        code.add(f"value = values[{metric!r}]; low = value.low; high = value.high")
        code.add("if high is low is not None:")
        for name, limit in limits:
            code.add(f"    {name} = minus(low, {limit}); {name} = {name}, {name}")
        code.add("else:")
        for name, limit in limits:
            code.add(f"    {name} = margin(low, high, {limit})")
    facts, found = (_tuple(names) for names in (["facts"] * len(leaves), margins))
    return code.function(f"Findings({code.name(leaves)}, {facts}, {found})")


class Checklist:
    """Leaves that are shown together.

    Attributes:
        findings: from the facts of an item to the findings of the leaves.
    """

    __slots__ = ("_asked", "_leaves", "findings")

    findings: Callable[[Facts], Findings]

    def __init__(self, leaves: tuple[Leaf, ...]) -> None:
        self._leaves = leaves
        self._asked = 0
        self.findings = self._one_by_one

    def _one_by_one(self, facts: Facts) -> Findings:
        self._asked += 1
        if self._asked >= SEVERAL:
            self.findings = findings(self._leaves)
        margins = tuple(leaf.finding(facts).margin for leaf in self._leaves)
        return Findings(self._leaves, (facts,) * len(margins), margins)


class Memory:
    """What was concluded of items without parts, once they are several, by their patterns.

    Args:
        leaves: gives the conditions that a conclusion rests on.

    Attributes:
        pattern: from the facts of an item to its pattern; to None as long as items are few.
        conclusions: pattern -> what was concluded.
    """

    __slots__ = ("_asked", "_leaves", "conclusions", "pattern")

    pattern: Callable[[Facts], Pattern | None]
    conclusions: dict[Pattern | None, Conclusion]

    def __init__(self, leaves: Callable[[], Iterable[Leaf]]) -> None:
        self._leaves = leaves
        self._asked = 0
        self.pattern = self._none
        self.conclusions = {}

    def keep(self, pattern: Pattern | None, conclusion: Conclusion) -> None:
        """Remember a conclusion, where there is a pattern."""
        if pattern is None:
            return
        if len(self.conclusions) >= MOST_KEPT:
            self.conclusions.clear()
        self.conclusions[pattern] = conclusion

    def _none(self, facts: Facts) -> None:
        del facts
        self._asked += 1
        if self._asked >= SEVERAL:
            self.pattern = pattern(self._leaves())


class _Code:
    """The code of one function, line by line, with the objects that it names."""

    def __init__(self, **names: Any) -> None:  # noqa: ANN401 - any object
        self._names = names
        self._lines = ["item = facts.item; values = item.values; flags = item.flags"]

    def name(self, value: object) -> str:
        """Return a name for an object."""
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name

    def add(self, line: str) -> None:
        """Write a line."""
        self._lines.append(line)

    def function(self, result: str) -> Callable[[Facts], Any]:
        """Return the function, from facts to a result."""
        body = "".join(f"    {line}\n" for line in (*self._lines, f"return {result}"))
        # The source has names and numbers of our own making only: c0, flags['hbm'].
        source = f"def function(facts):\n{body}"
        exec(compile(source, "<conditions>", "exec"), self._names)  # noqa: S102
        function: Callable[[Facts], Any] = self._names["function"]
        return function


def _tuple(parts: Iterable[str]) -> str:
    """Return the expression of a tuple."""
    return f"({''.join(f'{part}, ' for part in parts)})"


def _place(end: str, passes: str, limits: Sequence[str], below: int = 0) -> str:
    """Return the expression how many of some limits, in order, an end passes."""
    if not limits:
        return str(below)
    half = len(limits) // 2
    more = _place(end, passes, limits[half + 1 :], below + half + 1)
    less = _place(end, passes, limits[:half], below)
    return f"({more} if {end} {passes} {limits[half]} else {less})"

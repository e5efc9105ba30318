"""Criteria: trees of `all`, `any` and `not` over leaves such as `tpp >= 4800`.

A tree is parsed once, from the plain data of a ruleset file, and evaluated on the facts of one
item.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compliance.errors import QuantityError, did_you_mean, shown
from compliance.findings import Facts, Finding
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_, known, not_
from compliance.metrics import METRICS, Metric, maker, words
from compliance.models import UNKNOWN_KEY, days
from compliance.units import parse as parse_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from compliance.yamlsource import Path


class Node(ABC):
    """A criterion.

    Attributes:
        evaluate: from facts to the truth of the criterion.
        id: of the paragraph it stands in, such as `3A090.a.1`.
        cite: where it stands; may be empty.
        note: what a reader should know of it; may be empty.
    """

    __slots__ = ("cite", "evaluate", "id", "note")

    evaluate: Callable[[Facts], Truth]
    id: str
    cite: str
    note: str

    def __init__(self, evaluate: Callable[[Facts], Truth]) -> None:
        self.evaluate = evaluate
        self.id = self.cite = self.note = ""

    @abstractmethod
    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield the leaves that make the criterion true, false or unknown, as it is."""

    @abstractmethod
    def leaves(self) -> Iterator[Leaf]:
        """Yield all leaves, in the order of the text."""

    def adopt(self, id: str, cite: str) -> None:  # noqa: A002 - the word of the files
        """Take the id and citation of the paragraph around it, where it has none of its own."""
        self.id = self.id or id
        self.cite = self.cite or cite

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate a field of a ruleset."""
        from pydantic_core import core_schema  # noqa: PLC0415 - pydantic is loaded by now

        return core_schema.no_info_plain_validator_function(_validate)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Stand in for the schema below, which refers to itself."""
        return {"criterion": True}


class Branch(Node):
    """`all` or `any` of several criteria, or `not` of one.

    Attributes:
        word: `all`, `any` or `not`.
        children: what it joins.
    """

    __slots__ = ("children", "word")

    def __init__(self, word: str, children: tuple[Node, ...]) -> None:
        tests = tuple(child.evaluate for child in children)
        super().__init__(
            {
                "all": lambda facts: all_(test(facts) for test in tests),
                "any": lambda facts: any_(test(facts) for test in tests),
                "not": lambda facts: not_(tests[0](facts)),
            }[word]
        )
        self.word = word
        self.children = children

    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield the leaves that decide: those of the children that have the node's own truth."""
        truth = self.evaluate(facts)
        wanted = not_(truth) if self.word == "not" else truth
        for child in self.children:
            if child.evaluate(facts) is wanted:
                yield from child.deciding(facts)

    def leaves(self) -> Iterator[Leaf]:
        """Yield all leaves, in the order of the text."""
        for child in self.children:
            yield from child.leaves()

    def adopt(self, id: str, cite: str) -> None:  # noqa: A002 - the word of the files
        """Take the id and citation of the paragraph around it, and hand them down."""
        super().adopt(id, cite)
        for child in self.children:
            child.adopt(self.id, self.cite)


class Leaf(Node):
    """One condition.

    Attributes:
        text: as the ruleset writes it.
        metric: what it compares; None for a condition without a number.
        comparator: `>=`, `>`, `<=` or `<`; empty where there is none.
        threshold: in the metric's unit; None where there is none.
        lacks: the fact that is missing where a condition without a number is unknown.
        entry: the id of the entry it rests on; empty for most.
        of_parts: it rests on that entry of the parts of a system, not of the item itself.
    """

    __slots__ = (
        "comparator",
        "entry",
        "lacks",
        "metric",
        "of_parts",
        "text",
        "threshold",
    )

    def __init__(
        self,
        text: str,
        test: Callable[[Facts], Truth],
        metric: Metric | None = None,
        comparator: str = "",
        threshold: Decimal | None = None,
        *,
        lacks: str = "",
        entry: str = "",
        of_parts: bool = False,
    ) -> None:
        super().__init__(test)
        self.text = text
        self.metric = metric
        self.comparator = comparator
        self.threshold = threshold
        self.lacks = lacks
        self.entry = entry
        self.of_parts = of_parts

    def finding(self, facts: Facts) -> Finding:
        """Return the condition with its truth on `facts`."""
        return Finding(self, facts.item, self.evaluate(facts))

    def deciding(self, facts: Facts) -> Iterator[Finding]:
        """Yield its finding."""
        yield self.finding(facts)

    def leaves(self) -> Iterator[Leaf]:
        """Yield itself."""
        yield self


def _at_least(low: Decimal | None, high: Decimal | None, threshold: Decimal) -> Truth:
    if low is not None and low >= threshold:
        return TRUE
    return FALSE if high is not None and high < threshold else UNKNOWN


def _above(low: Decimal | None, high: Decimal | None, threshold: Decimal) -> Truth:
    if low is not None and low > threshold:
        return TRUE
    return FALSE if high is not None and high <= threshold else UNKNOWN


def _comparison(metric: str, comparator: str, threshold: Decimal) -> Callable[[Facts], Truth]:
    """Return the test of a value: true when all of its range passes, false when none does."""
    test, negated = {
        ">=": (_at_least, False),
        ">": (_above, False),
        "<": (_at_least, True),
        "<=": (_above, True),
    }[comparator]

    def compare(facts: Facts) -> Truth:
        value = facts.item.values[metric]
        truth = test(value.low, value.high, threshold)
        return not_(truth) if negated else truth

    return compare


class _RefusedError(ValueError):
    """A part of a criterion that can't be read: where below its root, and why."""

    def __init__(self, path: Path, found: str, expected: str, hint: str = "") -> None:
        super().__init__(found)
        self.fault = (path, found, expected, hint)


_COMPARISON = re.compile(r"([a-z_]+) (>=|>|<=|<) (\S+(?: \S+)?)")
_FLAG = re.compile(r"(not )?([a-z]+)")
_WORDS = ("any", "all", "not", "that", "named", "contains", "meets", "unpublished")
_ABOUT = ("id", "cite", "note")


def parse(value: object, path: Path = ()) -> Node:
    """Return the criterion that plain data describe.

    Args:
        value: a leaf's text, or a mapping with one of `any`, `all`, `not`, `that`, `named`,
            `contains`, `meets`, `unpublished`, and perhaps `id`, `cite` and `note`.
        path: where the data stand, for the message.

    Raises:
        ValueError: they describe none.
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, str):
        return _text_leaf(value, path)
    if not isinstance(value, dict):
        expected = "a criterion such as tpp >= 4800, or any, all, not"
        raise _RefusedError(path, shown(value), expected)
    word = _word_of(value, path)
    below, at = value[word], (*path, word)
    if word in ("any", "all"):
        if not isinstance(below, list) or not below:
            raise _RefusedError(at, shown(below), "a list of criteria")
        children = tuple(parse(child, (*at, n)) for n, child in enumerate(below))
        node: Node = Branch(word, children)
    elif word == "not":
        node = Branch(word, (parse(below, at),))
    else:
        node = _leaf(word, below, at)
    for key in _ABOUT:
        if not isinstance(value.get(key, ""), str):
            raise _RefusedError((*path, key), shown(value[key]), "text")
        setattr(node, key, value.get(key, ""))
    return node


def _word_of(value: Mapping[str, object], path: Path) -> str:
    """Return which of the words a mapping uses; exactly one."""
    if strange := [key for key in value if key not in _WORDS + _ABOUT]:
        hint = did_you_mean(strange[0], _WORDS + _ABOUT)
        raise _RefusedError((*path, strange[0]), UNKNOWN_KEY, f"one of {', '.join(_WORDS)}", hint)
    present = [word for word in _WORDS if word in value]
    if len(present) != 1:
        found = " and ".join(present) or "none of them"
        raise _RefusedError(path, found, f"one of {', '.join(_WORDS)}")
    return present[0]


def _text_leaf(text: str, path: Path) -> Node:
    """Return the condition that a text such as `tpp >= 4800` or `not datacenter` states."""
    if match := _COMPARISON.fullmatch(text):
        name, comparator, amount = match.groups()
        metric = METRICS.get(name)
        if metric is None:
            hint = did_you_mean(name, METRICS)
            raise _RefusedError(path, f"the metric {name}", f"one of {', '.join(METRICS)}", hint)
        threshold = _threshold(metric, amount, path)
        test = _comparison(name, comparator, threshold)
        return Leaf(text, test, metric, comparator, threshold)
    if (match := _FLAG.fullmatch(text)) and match[2] == "datacenter":
        leaf = Leaf(match[2], lambda facts: facts.item.datacenter, lacks="market")
        return Branch("not", (leaf,)) if match[1] else leaf
    expected = 'a condition such as "tpp >= 4800", "datacenter" or "not datacenter"'
    raise _RefusedError(path, shown(text), expected)


def _threshold(metric: Metric, text: str, path: Path) -> Decimal:
    """Return the number a condition compares with, in the metric's unit."""
    try:
        if metric.unit == "date":
            return Decimal(days(text)[0].toordinal())
        if metric.kind:
            return parse_quantity(text, metric.kind)
        if re.fullmatch(r"[0-9]{1,20}(\.[0-9]{1,20})?(e[0-9]{1,2})?", text):
            return Decimal(text)
    except QuantityError as error:
        raise _RefusedError(path, error.found, error.expected, error.hint) from None
    except ValueError:
        pass
    wanted = "a date such as 2022-08-26" if metric.unit == "date" else "a plain number"
    raise _RefusedError(path, shown(text), wanted)


def _leaf(word: str, below: object, path: Path) -> Node:
    """Return the condition of a mapping that has no branches."""
    if word == "named":
        return _named(below, path)
    if not isinstance(below, str):
        raise _RefusedError(path, shown(below), "text")
    if word == "that":
        return _text_leaf(below, path)
    if word == "unpublished":
        return Leaf(below, lambda _: UNKNOWN, lacks=below)
    if word == "meets":
        return Leaf(f"meets {below}", lambda facts: facts.entries[below], entry=below)
    return Leaf(
        f"contains an item of {below}",
        lambda facts: any_(part.entries[below] for part in facts.parts),
        entry=below,
        of_parts=True,
    )


def _named(below: object, path: Path) -> Node:
    """Return the test of who made it, and of its name: one of the products as whole words."""
    ok = isinstance(below, dict) and {"vendor"} <= set(below) <= {"vendor", "products"}
    if not ok or not isinstance(below.get("products", []), list):  # type: ignore[attr-defined]
        raise _RefusedError(path, shown(below), "a vendor, and perhaps a list of products")
    company, names = below["vendor"], below.get("products", [])  # type: ignore[index,attr-defined]
    vendor, products = maker(str(company)), [words(str(name)) for name in names]

    def named(facts: Facts) -> Truth:
        if facts.item.vendor != vendor:
            return FALSE
        name = facts.item.name_words
        starts = range(len(name))
        found = any(name[n : n + len(product)] == product for product in products for n in starts)
        return known(found or not products)

    return Leaf(" ".join(["named:", str(company), ", ".join(map(str, names))]).rstrip(), named)


def _validate(value: object) -> Node:
    from pydantic_core import PydanticCustomError  # noqa: PLC0415 - pydantic is loaded by now

    try:
        return parse(value)
    except _RefusedError as error:
        message = "not a criterion"
        raise PydanticCustomError("criterion", message, {"problems": [error.fault]}) from None


SCHEMA: dict[str, Any] = {
    "description": "a condition on an item, or conditions joined by any, all and not",
    "anyOf": [
        {
            "type": "string",
            "examples": ["tpp >= 4800", "memory_bandwidth >= 1400 GB/s", "not datacenter"],
        },
        {
            "type": "object",
            "properties": {
                "any": {"type": "array", "items": {"$ref": "#/$defs/Criterion"}, "minItems": 1},
                "all": {"type": "array", "items": {"$ref": "#/$defs/Criterion"}, "minItems": 1},
                "not": {"$ref": "#/$defs/Criterion"},
                "that": {"type": "string"},
                "named": {
                    "type": "object",
                    "properties": {
                        "vendor": {"type": "string"},
                        "products": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["vendor"],
                    "additionalProperties": False,
                },
                "contains": {"type": "string", "description": "an entry's id"},
                "meets": {"type": "string", "description": "an entry's id"},
                "unpublished": {"type": "string", "description": "what is not known"},
                "id": {"type": "string"},
                "cite": {"type": "string"},
                "note": {"type": "string"},
            },
            "additionalProperties": False,
        },
    ],
}
"""The JSON Schema of a criterion, for `$defs` of a ruleset's."""

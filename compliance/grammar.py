"""How criteria are written: from the plain data of a ruleset file to a tree."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, get_args

from pydantic_core import PydanticCustomError, core_schema

from compliance.circumstances import Attestation, Exporter
from compliance.conditions import (
    Attested,
    Compares,
    Contains,
    Described,
    During,
    Exports,
    Has,
    Meets,
    Named,
    Unpublished,
)
from compliance.criteria import Branch, Leaf, Node
from compliance.errors import QuantityError, did_you_mean, shown
from compliance.items import FLAGS, METRICS, Metric, maker, words
from compliance.models import days
from compliance.units import parse as parse_quantity
from compliance.validation import UNKNOWN_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from compliance.yamlsource import Path


class _RefusedError(ValueError):
    """A part of a criterion that can't be read: where below its root, and why."""

    def __init__(self, path: Path, found: str, expected: str, hint: str = "") -> None:
        super().__init__(found)
        self.fault = (path, found, expected, hint)


_COMPARISON = re.compile(r"([a-z_]+) (>=|>|<=|<) (\S+(?: \S+)?)")
_FLAG = re.compile(r"(not )?([a-z]+)")
_WORDS = (
    "any",
    "all",
    "not",
    "that",
    "named",
    "contains",
    "meets",
    "unpublished",
    "described",
    "exporter",
    "attested",
    "between",
)
_ABOUT = ("id", "cite", "note")
_KEYS = (*_WORDS, *_ABOUT)


def parse(value: object, path: Path = ()) -> Node:
    """Return the criterion that plain data describe.

    Args:
        value: a leaf's text, or a mapping with one of `any`, `all`, `not`, `that`, `named`,
            `contains`, `meets`, `unpublished`, `described`, `exporter`, `attested`, `between`, and
            perhaps `id`, `cite` and `note`.
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
    if strange := [key for key in value if key not in _KEYS]:
        hint = did_you_mean(strange[0], _KEYS)
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
        condition = Compares(name, comparator, threshold)
        return Leaf(text, condition, metric, comparator, threshold)
    if (match := _FLAG.fullmatch(text)) and (flag := FLAGS.get(match[2])):
        leaf = Leaf(flag.name, Has(flag.name), lacks=flag.lacks)
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
    reader = {"named": _named, "exporter": _exporter, "between": _between}.get(word)
    if reader:
        return reader(below, path)
    if not isinstance(below, str):
        raise _RefusedError(path, shown(below), "text")
    if word == "that":
        return _text_leaf(below, path)
    if word in ("described", "attested"):
        return _choice(word, below, path)
    if word == "unpublished":
        return Leaf(below, Unpublished(below), lacks=below)
    if word == "meets":
        return Leaf(f"meets {below}", Meets(below), entry=below)
    text = f"contains an item of {below}"
    return Leaf(text, Contains(below), lacks="the chips in it", entry=below, of_parts=True)


def _named(below: object, path: Path) -> Node:
    """Return the test of who made it, and of its name: one of the products as whole words."""
    ok = isinstance(below, dict) and {"vendor"} <= set(below) <= {"vendor", "products"}
    if not ok or not isinstance(below.get("products", []), list):  # type: ignore[attr-defined]
        raise _RefusedError(path, shown(below), "a vendor, and perhaps a list of products")
    company, names = below["vendor"], below.get("products", [])  # type: ignore[index,attr-defined]
    condition = Named(maker(str(company)), tuple(words(str(name)) for name in names))
    text = " ".join(["named:", str(company), ", ".join(map(str, names))]).rstrip()
    return Leaf(text, condition)


def _choice(word: str, below: str, path: Path) -> Node:
    """Return the test of a description that needs a person, or of who attests the figures."""
    if word == "described" and below == "neural network":
        lacks = "needs review: neural-network circuit or not"
        text = "described as a neural-network circuit"
        return Leaf(text, Described("neural_network"), lacks=lacks)
    if word == "attested" and below in get_args(Attestation):
        lacks = "who attests the figures"
        return Leaf(f"attested: {below}", Attested(below), lacks=lacks, asks=("attested",))
    wanted = "neural network" if word == "described" else " or ".join(get_args(Attestation))
    raise _RefusedError(path, shown(below), wanted)


def _exporter(below: object, path: Path) -> Node:
    """Return the test of what the exporter is."""
    roles = [str(role) for role in (below if isinstance(below, list) else [below])]
    if not roles or not all(role in get_args(Exporter) for role in roles):
        raise _RefusedError(path, shown(below), f"of {', '.join(get_args(Exporter))}, one or more")

    text = f"exporter is {' or '.join(roles)}"
    condition = Exports(tuple(roles))
    return Leaf(text, condition, lacks="what the exporter is", asks=("exporter",))


def _between(below: object, path: Path) -> Node:
    """Return the test of the day of the transaction: two days, the second of which may be left."""
    ends = below if isinstance(below, list) else []
    try:
        first, *more = (date.fromisoformat(str(end)) for end in ends)
        last = more[0] if more else date.max
    except ValueError:
        expected = "one or two dates, such as [2027-01-01, 2027-12-31]"
        raise _RefusedError(path, shown(below), expected) from None

    text = f"between {first} and {last}" if more else f"from {first}"
    # The day after the last is the next on which it can change.
    days = (first, *(day + timedelta(days=1) for day in more[:1]))
    return Leaf(text, During(first, last), lacks="the day", asks=("on",), days=days)


class _Parsed:
    """Makes a field a criterion."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate a field of a ruleset."""
        return core_schema.no_info_plain_validator_function(_validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Stand in for the schema below, which refers to itself."""
        return {"criterion": True}


Criterion = Annotated[Node, _Parsed()]
"""A field of a ruleset that holds a criterion."""


def _validate(value: object) -> Node:
    try:
        node = parse(value)
    except _RefusedError as error:
        message = "not a criterion"
        raise PydanticCustomError("criterion", message, {"problems": [error.fault]}) from None
    if node is not value:
        node.source = value
    return node


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
                "described": {"const": "neural network"},
                "exporter": {"type": ["string", "array"], "description": "what the exporter is"},
                "attested": {"enum": list(get_args(Attestation))},
                "between": {"type": "array", "items": {"type": "string"}, "maxItems": 2},
                "id": {"type": "string"},
                "cite": {"type": "string"},
                "note": {"type": "string"},
            },
            "additionalProperties": False,
        },
    ],
}
"""The JSON Schema of a criterion, for `$defs` of a ruleset's."""

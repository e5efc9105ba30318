"""YAML is read as text that stays text, with the place of every node."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.yamlsource import DEEPEST, LARGEST, read


def test_only_plain_numbers_and_three_words_are_typed() -> None:
    text = (
        "{NO: NO, eccn: 3E001, zero: 010, time: 12:30, day: 2023-11-17, on: yes, n: 3.90, "
        "e: 80e9, q: '5', t: true, f: false, z: null, h: 0x10, i: .inf, u: 1_000}"
    )
    assert read(text, "x").data == {
        "NO": "NO",
        "eccn": "3E001",
        "zero": Decimal(10),
        "time": "12:30",
        "day": "2023-11-17",
        "on": "yes",
        "n": Decimal("3.90"),
        "e": Decimal("80e9"),
        "q": "5",
        "t": True,
        "f": False,
        "z": None,
        "h": "0x10",
        "i": ".inf",
        "u": "1_000",
    }


def test_every_node_has_its_place() -> None:
    source = read("a:\n  - b: 1\n    c: [2, 3]\n", "f")
    assert source.places["a", 0, "c", 1] == (3, 12)
    assert source.places["a", 0, "c", "?"] == (3, 5)
    assert str(source.problem(("a", 0, "c"), "x", "y")) == "f:3:8: a.0.c: found x, expected y"
    assert str(source.problem(("a", 0, "d"), "x", "y")).startswith("f:2:5: a.0.d: ")


REFUSED = {
    "": "f: found an empty file, expected a YAML mapping",
    "# nothing": "f: found an empty file, expected a YAML mapping",
    "a: *b": "f:1:4: found the alias *b, expected the value itself",
    "a: &b 1": "f:1:4: found the anchor &b, expected a plain value",
    "a: !!int 3": 'f:1:4: found the tag "tag:yaml.org,2002:int", expected a plain value',
    "a: 1\na: 2": 'f:2:1: found the key "a" again, expected it once: it stands in line 1',
    "<<: {a: 1}": "f:1:1: found the merge key <<, expected the values themselves",
    "? [a]\n: 1": "f:1:3: found a key that is not plain text, expected a plain text key",
    "--- 1\n--- 2": "f:2:1: found a second document, expected one document",
    "a: b: c": (
        "f:1:5: found no YAML: mapping values are not allowed in this context, "
        "expected a mapping such as name: H20"
    ),
    "a: \x07": "f: found the character 7, expected printable text",
}


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_what_has_no_business_in_a_data_file(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, "f")
    assert str(caught.value) == message


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(bracket: str) -> None:
    with pytest.raises(InputError, match=f"more than {DEEPEST} levels|not plain text"):
        read(bracket * 100_000, "f")


def test_a_huge_text_is_refused() -> None:
    with pytest.raises(InputError, match="characters"):
        read("a" * (LARGEST + 1), "f")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InputError):
        read(text, "f")

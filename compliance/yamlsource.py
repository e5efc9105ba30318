"""YAML read strictly, with the line and column of every node.

The one module that imports yaml. It takes the parser's events, not its loader's objects, because
the law's own words are not safe with a loader: `NO` is Norway and not false, `3E001` is an ECCN
and not thirty. Only `true`, `false`, `null` and plain decimal numbers are typed, numbers as
`Decimal`; everything else stays text. Aliases, anchors, tags, duplicate keys and second documents
are refused as they come by, as is nesting deeper than any file of ours, so that no input can grow
beyond its own size.

JSON is read by the same door: it is a subset of what is accepted here.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import yaml

from compliance.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 1_000_000
"""Characters a file may have: a thousand times a spec, and refused before it is parsed."""

DEEPEST = 24
"""Levels of nesting a file may have: twice what the deepest criterion needs."""

_Loader: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,2})?")
_WORDS = {"true": True, "false": False, "null": None, "": None}

Path: TypeAlias = tuple[str | int, ...]
Node: TypeAlias = "str | Decimal | bool | list[Node] | dict[str, Node] | None"


class Source(NamedTuple):
    """A file's data, with the place of every node.

    Attributes:
        name: the file's name, as errors give it.
        text: its whole text.
        data: what it says.
        places: path of a node -> line and column of its value, 1-based; of a mapping's entry,
            those of its key under the path with "?" appended.
    """

    name: str
    text: str
    data: Node
    places: dict[Path, tuple[int, int]]

    def problem(
        self, path: Path, found: str, expected: str, hint: str = "", *, key: bool = False
    ) -> Problem:
        """Return a Problem at `path`, or at the nearest node above it that has a place.

        Args:
            path: the node; parts that only a schema knows are skipped.
            found: what stood there.
            expected: what would do.
            hint: a near miss.
            key: point at the node's key and not at its value.
        """
        near = path
        if key and (*path, "?") in self.places:
            near = (*path, "?")
        while near not in self.places:
            near = near[:-1]
        line, column = self.places[near]
        field = ".".join(map(str, path))
        return Problem(self.name, line, column, field, found, expected, hint)


def read(text: str, name: str) -> Source:
    """Return the one document in `text`.

    Raises:
        InputError: it is not YAML of the kind described above; says where and why.
    """
    if len(text) > LARGEST:
        raise _refused(name, (0, 0), f"{len(text):,} characters", f"at most {LARGEST:,}")
    reader = _Reader(text, name)
    try:
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = f"no YAML: {error.problem}"
        raise _refused(name, _at(mark), found, "a mapping such as name: H20") from None
    except yaml.reader.ReaderError as error:
        found = f"the character {error.character!r}"
        raise _refused(name, (0, 0), found, "printable text") from None
    return Source(name, text, data, reader.places)


class _Reader:
    """Builds plain data from the parser's events, and notes where each node stands."""

    def __init__(self, text: str, name: str) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_Loader))
        self.name = name
        self.places: dict[Path, tuple[int, int]] = {}

    def document(self) -> Node:
        """Return the data of the first document, and see that it is the only one."""
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise _refused(self.name, (0, 0), "an empty file", "a YAML mapping")
        data = self.node(next(self.events), ())
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            place = _at(after.start_mark)
            raise _refused(self.name, place, "a second document", "one document")
        return data

    def node(self, event: Any, path: Path) -> Node:  # noqa: ANN401 - PyYAML's events are untyped
        """Return the node that begins with `event`."""
        place = _at(event.start_mark)
        self.places[path] = place
        if isinstance(event, yaml.AliasEvent):
            raise _refused(self.name, place, f"the alias *{event.anchor}", "the value itself")
        if event.anchor is not None:
            raise _refused(self.name, place, f"the anchor &{event.anchor}", "a plain value")
        if event.tag is not None:
            raise _refused(self.name, place, f"the tag {shown(event.tag)}", "a plain value")
        if len(path) > DEEPEST:
            raise _refused(self.name, place, f"more than {DEEPEST} levels", "a flatter file")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event.value) if event.implicit[0] else str(event.value)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path)
        items: list[Node] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*path, len(items))))
        return items

    def mapping(self, path: Path) -> dict[str, Node]:
        """Return the mapping whose start has been read."""
        found: dict[str, Node] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            place = _at(event.start_mark)
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise _refused(self.name, place, "a key that is not plain text", "a plain text key")
            key = event.value
            if key == "<<":
                raise _refused(self.name, place, "the merge key <<", "the values themselves")
            if key in found:
                line = self.places[(*path, key, "?")][0]
                expected = f"it once: it stands in line {line}"
                raise _refused(self.name, place, f"the key {shown(key)} again", expected)
            self.places[(*path, key, "?")] = place
            found[key] = self.node(next(self.events), (*path, key))
        return found


def _scalar(value: str) -> str | Decimal | bool | None:
    """Return a plain scalar as what it is: a number, true, false, null, or text."""
    if _NUMBER.fullmatch(value):
        return Decimal(value)
    return _WORDS.get(value, value)


def _at(mark: Any) -> tuple[int, int]:  # noqa: ANN401 - PyYAML has two classes of marks
    """Return line and column of a mark, counted from 1; zeros where there is none."""
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _refused(name: str, place: tuple[int, int], found: str, expected: str) -> InputError:
    return InputError([Problem(name, *place, "", found, expected)])

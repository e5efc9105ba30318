"""Countries, dated country groups, and expressions over them.

`(D:1 | D:4 | D:5 | MO) - A:5 - A:6` is a set of countries that depends on the day. Membership has
three values, because a list can change on a day that nobody published.
"""

from __future__ import annotations

import re
from datetime import date  # noqa: TC003 - pydantic reads the annotation
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from compliance import data
from compliance.errors import argument_error, did_you_mean
from compliance.kept import Form, Shelf
from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_, known, not_
from compliance.models import Day, Record, Text, refusal
from compliance.validation import validate

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.resources.abc import Traversable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema


class Change(Record):
    """A country joins or leaves a group.

    Attributes:
        country: its code.
        on: first day of the new state.
        unsettled_from: first day on which the state can't be told.
        cite: the instrument.
        note: what a reader should know.
    """

    country: Text
    on: Day
    unsettled_from: Day | None = None
    cite: Text
    note: Text | None = None


class Group(Record):
    """A dated list of countries.

    Attributes:
        id: such as D:5.
        title: what the group is.
        since: the day from which the list holds; before it, membership is unknown.
        members: those that belonged all along.
        joined: those that came later.
        left: those that left.
    """

    id: Text
    title: Text
    since: Day
    members: Annotated[tuple[Text, ...], Field(strict=False)]
    joined: Annotated[tuple[Change, ...], Field(strict=False)] = ()
    left: Annotated[tuple[Change, ...], Field(strict=False)] = ()

    def has(self, country: str, on: date) -> Truth:
        """Return whether `country` is a member on a day."""
        if on < self.since:
            return UNKNOWN
        if country in self.members:
            return TRUE
        for changes, before in ((self.joined, FALSE), (self.left, TRUE)):
            for change in changes:
                if change.country == country:
                    if on >= change.on:
                        return not_(before)
                    return UNKNOWN if on >= (change.unsettled_from or change.on) else before
        return FALSE

    def history(self, country: str) -> tuple[object, ...]:
        """Return all that tells when a country was a member."""
        changes = (*self.joined, *self.left)
        theirs = ((c.on, c.unsettled_from) for c in changes if c.country == country)
        return country in self.members, *theirs


class Groups(Record):
    """The groups of one jurisdiction.

    Attributes:
        jurisdiction: whose law they belong to.
        source: where the lists stand.
        verified: the day of the text they were last compared with.
        treated_as: countries that count as another.
        groups: the lists.
    """

    jurisdiction: Text
    source: Text
    verified: Day
    treated_as: dict[str, str]
    groups: Annotated[tuple[Group, ...], Field(strict=False)]


@lru_cache(maxsize=1)
def all_groups() -> dict[str, Group]:
    """Return id -> group, of all jurisdictions."""
    return {group.id: group for file in _files() for group in file.groups}


@lru_cache(maxsize=1)
def changes() -> tuple[date, ...]:
    """Return the days on which the membership of some group changes or comes to be known."""
    found = set()
    for group in all_groups().values():
        found.add(group.since)
        for change in (*group.joined, *group.left):
            found |= {change.on, change.unsettled_from or change.on}
    return tuple(sorted(found))


@lru_cache(maxsize=1024)
def seen_by(jurisdiction: str, country: str) -> str:
    """Return the country that `country` counts as in a jurisdiction's law."""
    for file in _files():
        if file.jurisdiction == jurisdiction:
            return file.treated_as.get(country, country)
    return country


@lru_cache(maxsize=1)
def group_files() -> list[Traversable]:
    """Return the files of groups and of countries, sorted by name."""
    folder = data.root() / "rules" / "groups"
    files = [file for file in folder.iterdir() if file.name.endswith(".yaml")]
    return sorted(files, key=lambda file: file.name)


@lru_cache(maxsize=1)
def _bundled() -> tuple[list[Groups], dict[str, dict[str, str]]]:
    """Return the groups of all jurisdictions, and the names of countries."""
    shelf = Shelf("groups", group_files(), (Groups, Group, Change))
    found = shelf.get()
    if found is None:
        found = _read()
        shelf.put(found)
    groups, names = found
    return groups, names


def _read() -> tuple[list[Groups], Any]:
    """Read them from their files."""
    from compliance.yamlsource import read  # noqa: PLC0415 - what is kept needs no YAML

    groups: list[Groups] = []
    names: Any = {}
    for file in group_files():
        source = read(data.content(file), data.label(file))
        if file.name == "countries.yaml":
            names = source.data
        else:
            groups.append(validate(Groups, source.data, source))
    return groups, names


def _files() -> list[Groups]:
    return _bundled()[0]


def _countries() -> dict[str, dict[str, str]]:
    return _bundled()[1]


def countries() -> dict[str, str]:
    """Return code -> name, of all countries."""
    return _countries()["names"]


@lru_cache(maxsize=1)
def spellings() -> dict[str, str]:
    """Return code or name, in lower case -> code, of all countries."""
    also = {name.casefold(): code for name, code in _countries()["also"].items()}
    names = {name.casefold(): code for code, name in countries().items()}
    return {**also, **names, **{code.casefold(): code for code in countries()}}


def country(text: str, option: str = "country") -> str:
    """Return the code of a country given by its code or its name.

    Args:
        text: such as `CN`, `cn`, `China` or `PRC`.
        option: what the text was given to, for the message.

    Raises:
        InputError: there is no such country; names the nearest.
    """
    word = str(text).strip().casefold()
    if code := spellings().get(word):
        return code
    words = [*countries().values(), *_countries()["also"]]
    near = did_you_mean(str(text), words) if len(word) > 2 else ""  # noqa: PLR2004
    raise argument_error(option, text, "a country, by ISO 3166 code such as CN or by name", near)


_LONGEST = 300
_TOKEN = re.compile(r"\s*(?:([A-Z]+:[0-9]+)|([A-Z]{2})|([|()*-]))")


class Destinations:
    """A set of countries that depends on the day.

    Args:
        text: the expression.
        known: it was read before, and is read again when something is asked of it.

    Attributes:
        text: the expression, such as `(D:1 | D:5 | MO) - A:5`.
    """

    __slots__ = ("_has", "text")

    text: str
    _has: Callable[[str, date], Truth] | None

    def __init__(self, text: str, *, known: bool = False) -> None:
        if len(text) > _LONGEST:
            raise ValueError(f"{len(text)} characters long")
        self.text = text
        self._has = None if known else _membership(text)

    def has(self, country: str, on: date) -> Truth:
        """Return whether a country is among them on a day."""
        if self._has is None:
            self._has = _membership(self.text)
        return self._has(country, on)

    def members(self, on: date) -> list[str]:
        """Return the countries that are surely among them on a day, sorted."""
        return [code for code in countries() if self.has(code, on) is TRUE]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Destinations) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Destinations({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate a field of a ruleset."""
        from pydantic_core import core_schema  # noqa: PLC0415 - pydantic is loaded by now

        return core_schema.no_info_plain_validator_function(
            cls._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda destinations: destinations.text
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the expression."""
        return {
            "type": "string",
            "description": "countries: codes, groups and * joined by | and -, with parentheses",
            "examples": ["CN", "(D:1 | D:4 | D:5 | MO) - A:5 - A:6", "* - US"],
        }

    @classmethod
    def _validate(cls, value: object) -> Destinations:
        if isinstance(value, Destinations):
            return value
        if not isinstance(value, str):
            raise refusal(str(value), "countries such as (D:1 | D:5 | MO) - A:5")
        try:
            return cls(value)
        except ValueError as error:
            expected = "countries and groups joined by | and -, with parentheses where both occur"
            raise refusal(f'"{value}"', expected, str(error)) from None


DESTINATIONS = Form(
    Destinations, lambda kept: kept.text, lambda text: Destinations(text, known=True)
)
"""How they are kept."""


@lru_cache(maxsize=1024)
def _membership(text: str) -> Callable[[str, date], Truth]:
    """Return whether a country is among those of a text on a day."""
    return lru_cache(maxsize=1024)(_Parser(text).whole())


class _Parser:
    """Recursive descent over `atom (| atom)*` or `atom (- atom)*`; atoms may be parenthesized."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            match = _TOKEN.match(text, at)
            if not match:
                raise ValueError(f"can't read {text[at:].strip()[:20]!r}")
            self.tokens.append(match[0].strip())
            at = match.end()
        self.at = 0

    def whole(self) -> Callable[[str, date], Truth]:
        has = self.union()
        if self.at < len(self.tokens):
            raise ValueError(f"unexpected {self.tokens[self.at]}")
        return has

    def union(self) -> Callable[[str, date], Truth]:
        parts, signs = [self.atom()], []
        while self.at < len(self.tokens) and self.tokens[self.at] in "|-":
            signs.append(self.tokens[self.at])
            self.at += 1
            parts.append(self.atom())
        if len(set(signs)) > 1:
            raise ValueError("parentheses are needed where | and - meet")
        if "-" in signs:
            first, rest = parts[0], parts[1:]
            return lambda country, on: all_(
                (first(country, on), *(not_(part(country, on)) for part in rest))
            )
        if not signs:
            return parts[0]
        return lambda country, on: any_(part(country, on) for part in parts)

    def atom(self) -> Callable[[str, date], Truth]:
        token = self.tokens[self.at] if self.at < len(self.tokens) else "the end"
        self.at += 1
        if token == "(":  # noqa: S105 - a parenthesis, no password
            inner = self.union()
            if self.at >= len(self.tokens) or self.tokens[self.at] != ")":
                raise ValueError("a parenthesis is not closed")
            self.at += 1
            return inner
        if token == "*":  # noqa: S105 - as above
            return lambda _country, _on: TRUE
        if ":" in token:
            group = all_groups().get(token)
            if group is None:
                raise ValueError(f"no group {token}; {did_you_mean(token, all_groups())}")
            return group.has
        if token in countries():
            return lambda country, _on: known(country == token)
        raise ValueError(f"no country {token}")

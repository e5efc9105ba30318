"""Where the parties of each row are: which lists of countries they stand on, on the day.

Countries that no list of the laws asked tells apart are one class, so that a text is read once, and
a list is a few numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from functools import lru_cache, reduce
from operator import add
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw

from compliance.frames.facts import COLUMN, PLACE, UNKNOWN
from compliance.frames.truths import Column, column
from compliance.groups import all_groups, changes, seen_by, spellings
from compliance.logic import TRUE, Truth
from compliance.logic import UNKNOWN as OPEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from compliance.circumstances import Question
    from compliance.frames.facts import Facts
    from compliance.groups import Destinations
    from compliance.rulesets import Ruleset

Listed: TypeAlias = "tuple[Destinations, str]"
"""A list of countries, and the jurisdiction whose it is."""

Laws: TypeAlias = "Iterable[tuple[Ruleset, date]]"
"""Rulesets, each with the first day on which it may be asked."""


class _Classes(NamedTuple):
    """Countries by the lists they stand on.

    Attributes:
        of: code of a country -> its class, from one.
        truths: list -> class -> whether it is on the list, on each of some days.
    """

    of: Mapping[str, int]
    truths: Mapping[Listed, Mapping[int, tuple[Truth, ...]]]


class Places:
    """Where the parties of each row are.

    Args:
        facts: what the rows are known to be.
        question: the circumstances that are the same for all rows.
        on: the day of each row; None where it is the same for all.
        laws: those that are asked, each with the first day on which it may be.

    Attributes:
        invalid: field -> where its text is no country.
    """

    def __init__(self, facts: Facts, question: Question, on: nw.Expr | None, laws: Laws) -> None:
        self.invalid: dict[str, nw.Expr] = {}
        self._keep = facts.stages.keep
        self._on = on
        self._days = (question.on,) if on is None else (date.min, *changes())
        self._first = _lists(laws)
        self._classes = _classes(frozenset(self._first), self._days)
        to: nw.Expr | int = self._class(question.to)
        if facts.has("to"):
            to = column = self._column(facts, "to")
            self.invalid["to"] = column < 1
        theirs = self._class(question.headquarters) if question.headquarters else to
        if facts.has("headquarters"):
            said, own = facts.text("headquarters"), self._column(facts, "headquarters")
            self.invalid["headquarters"] = ~said.is_null() & (own < 1)
            same = _int(to) if isinstance(to, int) else to
            theirs = self._keep(nw.when(said.is_null()).then(same).otherwise(own), PLACE - 1)
        self._parties = {"to": to, "headquarters": theirs}

    def among(self, countries: Destinations, who: str, jurisdiction: str) -> Column:
        """Return whether a party, `to` or `headquarters`, is in one of some countries."""
        party = self._parties[who]
        truths = self._classes.truths[countries, jurisdiction]
        if isinstance(party, int):
            truths = {party: truths[party]}
        # On earlier days no law asks for the list, and nothing need be said.
        start = max(bisect_right(self._days, self._first[countries, jurisdiction]) - 1, 0)
        listed = [
            {place: days[n] for place, days in truths.items()} for n in range(len(self._days))
        ]
        found = _among(party, listed[start])
        for n in range(start + 1, len(listed)):
            if listed[n] != listed[n - 1]:
                assert self._on is not None  # noqa: S101 - one day has one list
                later = nw.when(self._on >= nw.lit(self._days[n]))
                found = later.then(column(_among(party, listed[n]))).otherwise(column(found))
        return found

    def _class(self, country: str) -> int:
        return self._classes.of[country]

    def _column(self, facts: Facts, field: str) -> nw.Expr:
        """Return the class of the country that a text names, told bit by bit; 0 where it is none.

        A text is compared with all spellings once for each bit, not for each class.
        """
        text, classes = facts.text(field), {s: self._class(c) for s, c in spellings().items()}
        bits = []
        for bit in (1 << n for n in range(max(classes.values()).bit_length())):
            spelled = text.is_in([s for s, place in classes.items() if place & bit])
            bits.append(nw.when(spelled).then(_int(bit)).otherwise(_int(0)))
        return self._keep(reduce(add, bits), COLUMN)


def _int(number: int) -> nw.Expr:
    return nw.lit(number, dtype=nw.Int32)


def _among(party: nw.Expr | int, truths: Mapping[int, Truth]) -> Column:
    """Return whether a party is in a class of which that is true."""
    if isinstance(party, int) or len(set(truths.values())) == 1:
        return next(iter(truths.values()))
    listed, open_ = (
        [place for place, truth in truths.items() if truth is wanted] for wanted in (TRUE, OPEN)
    )
    found = party.is_in(listed)
    return nw.when(party.is_in(open_)).then(UNKNOWN).otherwise(found) if open_ else found


def _lists(laws: Laws) -> dict[Listed, date]:
    """Return the lists of countries that laws speak of, each with the first day for any of them."""
    found: dict[Listed, date] = {}
    for law, first in laws:
        for scope in law.scopes():
            for countries in filter(None, (scope.to, scope.headquarters)):
                one = countries, law.jurisdiction
                found[one] = min(first, found.get(one, first))
    return found


@lru_cache(maxsize=16)
def _classes(lists: frozenset[Listed], days: tuple[date, ...]) -> _Classes:
    """Return the classes of countries that lists tell apart on some days."""
    truths: dict[object, tuple[tuple[Truth, ...], ...]] = {}
    numbers: dict[tuple[tuple[Truth, ...], ...], int] = {}
    of = {}
    ordered = tuple(lists)
    for code, sort in _sorts(lists).items():
        if sort not in truths:
            truths[sort] = tuple(
                tuple(countries.has(seen_by(jurisdiction, code), day) for day in days)
                for countries, jurisdiction in ordered
            )
        of[code] = numbers.setdefault(truths[sort], len(numbers) + 1)
    columns = {one: {n: found[k] for found, n in numbers.items()} for k, one in enumerate(ordered)}
    return _Classes(of, columns)


def _sorts(lists: Iterable[Listed]) -> Mapping[str, object]:
    """Return code -> what countries share that no list can tell apart.

    They were in the same groups at the same times. Those that a list names, or a jurisdiction sees
    as others, are each by themselves.
    """
    named = " ".join({countries.text for countries, _ in lists})
    ways = {jurisdiction for _, jurisdiction in lists}
    found: dict[str, object] = {}
    for code in dict.fromkeys(spellings().values()):
        alone = code in named or any(seen_by(way, code) != code for way in ways)
        found[code] = code if alone else tuple(g.history(code) for g in all_groups().values())
    return found

"""Tables of answers: the law is asked once for each case, and every row looks its answer up.

Where there are too many cases for one table, each law has a table of what it says in its own cases,
and what all laws say together are the cases of the last table.
"""

from __future__ import annotations

import sys
from functools import reduce
from math import prod
from operator import add
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import narwhals.stable.v2 as nw

from compliance.frames.answer import Names, answers, labelled
from compliance.frames.cases import Cases
from compliance.frames.stages import PREFIX, Stages
from compliance.frames.truths import Column, column, either
from compliance.frames.verdicts import Verdict, judged, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from compliance.frames.rows import RowTruths
    from compliance.frames.truths import Truths
    from compliance.questions import Asked
    from compliance.readings import Reading

MOST = {nw.Implementation.POLARS: 1 << 16, nw.Implementation.DUCKDB: 1 << 16}
"""Cases of a table; where there could be more, the law is asked of the rows one by one."""

ELSEWHERE = 1 << 11
"""The same for libraries without a list to look things up in: they search."""

Active: TypeAlias = "Callable[[Truths], list[Column]]"
"""From truths to where each ruleset has a say."""

Picked: TypeAlias = "Callable[[Any, Sequence[int]], Any]"
"""From an expression of numbers, and values, to the value of each number."""

_NUMBER = f"{PREFIX}case"
_BYTE = 256


class Part(NamedTuple):
    """A share in the number of a row's answer.

    Attributes:
        cases: the cases that the rows are sorted into.
        shares: what the number of each case adds; None where it is the number itself.
    """

    cases: Cases
    shares: tuple[int, ...] | None = None


class Said(NamedTuple):
    """What the law says, in the order of numbers.

    Attributes:
        columns: the output columns, a Polars frame of Enums.
        constant: the names of those that say one thing only.
    """

    columns: Any
    constant: frozenset[str]


class Table(NamedTuple):
    """Answers by number.

    Attributes:
        parts: the number is the sum of their shares.
        said: the answers.
    """

    parts: tuple[Part, ...]
    said: Said

    @property
    def names(self) -> list[str]:
        """The columns in which rows have the number of their case in each part."""
        return [f"{_NUMBER}_{n}" for n in range(len(self.parts))]

    def number(self, column: Callable[[str], Any], picked: Picked) -> Any:  # noqa: ANN401 - an expression
        """Return the number of each row's answer, in the expressions of a library.

        Args:
            column: from a name to the column.
            picked: from numbers and values to the value of each number.
        """
        shares = (
            column(name) if part.shares is None else picked(column(name), part.shares)
            for name, part in zip(self.names, self.parts, strict=True)
        )
        return reduce(add, shares)


def table(
    rows: RowTruths,
    asked: Asked,
    readings: Sequence[Reading],
    active: Active,
    days: Iterable[date],
    *,
    most: int,
) -> Table | None:
    """Return the answers to all rows there can be; None where those are too many.

    Args:
        rows: the truth of criteria for the rows of the user's frame, all in one transaction.
        asked: the question.
        readings: the rulesets that are in force.
        active: where each of them has a say.
        days: of release, on which that depends.
        most: how many are not too many.
    """
    days, laws_asked = tuple(days), (*readings, None, *asked.named, None, *asked.others)
    whole = Cases(rows, readings, days)
    if whole.count <= most:
        made = _kept(laws_asked, whole.key, lambda: _whole(whole, readings, active))
        return Table((Part(whole),), made)
    laws = tuple(Cases(rows, [reading], days) for reading in readings)
    if any(cases.count > most for cases in laws):
        return None
    keys = tuple(cases.key for cases in laws)
    shares, made = _kept(laws_asked, keys, lambda: _joined(laws, readings, active))
    if made is None or len(made.columns) > most:
        return None
    return Table(tuple(map(Part, laws, shares)), made)


def _whole(cases: Cases, readings: Sequence[Reading], active: Active) -> Said:
    """Return the answers to all cases."""
    verdicts, missing = judged(cases, readings, active(cases))
    return _answers(cases.frame(), verdicts, missing, cases.invalid, cases.stages)


def _joined(
    laws: Sequence[Cases], readings: Sequence[Reading], active: Active
) -> tuple[tuple[tuple[int, ...], ...], Said | None]:
    """Return the shares of each law's cases, and the answers to all that laws say together."""
    import polars as pl  # noqa: PLC0415 - only where frames are screened

    said = []
    for place, (cases, reading) in enumerate(zip(laws, readings, strict=True)):
        (verdict,), missing = judged(cases, [reading], [active(cases)[place]])
        said.append((verdict, missing, _verdict_table(cases, verdict, missing)))
    distinct = [cases_say.unique(maintain_order=True) for _, _, cases_say in said]
    count = prod(map(len, distinct))
    if count > max(MOST.values()):
        return (), None
    number, weight, shares, verdicts = pl.int_range(count), 1, [], []
    columns: list[Any] = []
    lacks: dict[str, list[Column]] = {}
    for place, ((verdict, missing, cases_say), meanings) in enumerate(
        zip(said, distinct, strict=True)
    ):
        places = {row: n * weight for n, row in enumerate(meanings.rows())}
        shares.append(tuple(places[row] for row in cases_say.rows()))
        digit = number // weight % len(meanings)
        columns += [pl.lit(c).gather(digit).alias(f"{place} {c.name}") for c in meanings]
        verdicts.append(_restated(verdict, f"{place} "))
        for name in missing:
            lacks.setdefault(name, []).append(nw.col(f"{place} lacks {name}"))
        weight *= len(meanings)
    frame = nw.from_native(pl.select(number.alias(_NUMBER), *columns).lazy())
    invalid = {"kind": nw.col("0 invalid")} if laws[0].invalid else {}
    missing = {name: either(where) for name, where in lacks.items()}
    return tuple(shares), _answers(frame, verdicts, missing, invalid, Stages())


def _verdict_table(
    cases: Cases,
    verdict: Verdict,
    missing: Mapping[str, Column],
) -> Any:  # noqa: ANN401 - of Polars
    """Return what a law says in each of its cases."""
    said: dict[str, Column] = {"open": verdict.open, "speaks": verdict.speaks}
    said |= {f"entry {name}": where for name, where in verdict.entries.items()}
    said |= {f"lacks {name}": where for name, where in missing.items()}
    said["invalid"] = either(cases.invalid.values())
    frame = cases.stages.applied(cases.frame()).with_columns(
        code=literal(verdict.code),
        **{name: column(where).fill_null(value=False) for name, where in said.items()},
    )
    return nw.to_native(frame.select("code", *said)).collect()


def _restated(verdict: Verdict, prefix: str) -> Verdict:
    """Return a verdict as columns of its table."""
    return verdict._replace(
        code=nw.col(f"{prefix}code"),
        open=nw.col(f"{prefix}open"),
        entries={name: nw.col(f"{prefix}entry {name}") for name in verdict.entries},
        speaks=nw.col(f"{prefix}speaks"),
        wanted={},
        held={},
    )


def _answers(
    frame: Any,  # noqa: ANN401 - a lazy frame of narwhals
    verdicts: Sequence[Verdict],
    missing: Mapping[str, Column],
    invalid: Mapping[str, Column],
    stages: Stages,
) -> Said:
    """Return the output columns of a frame of cases, with no more texts than there are."""
    import polars as pl  # noqa: PLC0415 - as above

    outputs = answers(verdicts, missing, invalid, stages)
    frame = labelled(stages.applied(frame), outputs)
    made = nw.to_native(frame).select(list(outputs)).collect()
    lists = [made[name].cast(pl.String) for name in outputs if isinstance(outputs[name], Names)]
    made = made.with_columns(
        texts.cast(pl.Enum(texts.unique(maintain_order=True))) for texts in lists
    )
    return Said(made, frozenset(texts.name for texts in made if texts.n_unique() == 1))


def _kept(laws: tuple[object, ...], key: object, make: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Return what was made before for the same laws, which are kept so that they stay the same."""
    whole_key = (*map(id, laws), key)
    kept = _made.get(whole_key)
    if kept is None:
        if len(_made) >= _MOST_KEPT:
            _made.clear()
        kept = _made[whole_key] = laws, make()
    return kept[1]


_made: dict[object, tuple[tuple[object, ...], Any]] = {}
_MOST_KEPT = 64


def looked_up(rows: Any, found: Table) -> Any:  # noqa: ANN401 - a lazy frame of narwhals
    """Return a frame of the user's with the output columns."""
    own = rows.collect_schema().names()
    cases = {name: part.cases for name, part in zip(found.names, found.parts, strict=True)}
    if rows.implementation is nw.Implementation.POLARS:
        return nw.from_native(_in_polars(nw.to_native(rows), cases, own, found))
    numbered = rows.with_columns(**{name: some.number("Int32") for name, some in cases.items()})
    if rows.implementation is nw.Implementation.DUCKDB:
        return nw.from_native(_in_duckdb(nw.to_native(numbered), own, found))
    number = found.number(nw.col, lambda place, shares: _picked(place, shares, _share))
    whole = numbered.with_columns(number.alias(_NUMBER))
    texts = {
        text.name: _picked(nw.col(_NUMBER), text.to_list(), nw.lit) for text in found.said.columns
    }
    return whole.with_columns(**texts).select(*own, *texts)


def _in_polars(
    rows: Any,  # noqa: ANN401 - of Polars
    cases: Mapping[str, Cases],
    own: list[str],
    found: Table,
) -> Any:  # noqa: ANN401 - of Polars
    """Look the answers up in Polars: all columns at once, but those that say one thing only."""
    import polars as pl  # noqa: PLC0415 - as above

    numbers = {
        name: some.number("UInt8" if some.count <= _BYTE else "UInt16", pl)
        for name, some in cases.items()
    }

    def picked(place: pl.Expr, shares: Sequence[int]) -> pl.Expr:
        return pl.lit(pl.Series(shares, dtype=pl.UInt16)).gather(place)

    differing = found.said.columns.drop(found.said.constant)
    if differing.width:
        number = found.number(numbers.__getitem__, picked)
        answer = pl.lit(differing.to_struct(_NUMBER)).gather(number)
        rows = rows.with_columns(answer.alias(_NUMBER))
    columns = [
        pl.lit(texts[0], dtype=texts.dtype).alias(texts.name)
        if texts.name in found.said.constant
        else pl.col(_NUMBER).struct.field(texts.name)
        for texts in found.said.columns
    ]
    return rows.select(*own, *columns)


def _in_duckdb(numbered: Any, own: list[str], found: Table) -> Any:  # noqa: ANN401 - of DuckDB
    """Look the answers up in DuckDB: in lists, which it counts from one."""
    duckdb: Any = sys.modules["duckdb"]
    constant, named = duckdb.ConstantExpression, duckdb.ColumnExpression

    def picked(place: Any, values: Sequence[object]) -> Any:  # noqa: ANN401 - DuckDB's expressions
        if len(set(values)) == 1:
            return constant(values[0])
        return duckdb.FunctionExpression("list_extract", constant(list(values)), place + 1)

    mine = [named(name) for name in own]
    whole = numbered.select(*mine, found.number(named, picked).alias(_NUMBER))
    texts = (picked(named(_NUMBER), text.to_list()).alias(text.name) for text in found.said.columns)
    return whole.select(*mine, *texts)


def _share(number: int) -> nw.Expr:
    return nw.lit(number, dtype=nw.Int32)


def _picked(
    number: nw.Expr, values: Sequence[Any], literal_of: Callable[[Any], nw.Expr]
) -> nw.Expr:
    """Return the value of each number, by halves, so that many values don't nest deeply."""
    numbers: dict[Any, list[int]] = {}
    for place, value in enumerate(values):
        numbers.setdefault(value, []).append(place)

    def among(some: list[Any]) -> nw.Expr:
        if len(some) == 1:
            return literal_of(some[0])
        half = some[: len(some) // 2]
        theirs = number.is_in([place for value in half for place in numbers[value]])
        return nw.when(theirs).then(among(half)).otherwise(among(some[len(half) :]))

    return among(list(numbers))

"""Screen a frame: take what the user has, ask the law of every row, give the same kind back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, Unpack

import narwhals.stable.v2 as nw

from compliance.answers import activity, extent
from compliance.errors import argument_error
from compliance.frames.answer import OUTPUTS, answers, labelled
from compliance.frames.backends import through
from compliance.frames.explained import explained
from compliance.frames.facts import Facts
from compliance.frames.rows import RowTruths
from compliance.frames.stages import Stages
from compliance.frames.tables import ELSEWHERE, MOST, looked_up, table
from compliance.frames.truths import Column, Truths, both, either, negation, surely
from compliance.frames.verdicts import judged
from compliance.logic import FALSE, TRUE
from compliance.questions import Asked, Circumstances, read
from compliance.readings import PLACES, Reading
from compliance.readings import read as read_law
from compliance.rulebook import all_rulesets, in_force, last_day, ruleset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compliance.circumstances import Question
    from compliance.frames.backends import Found
    from compliance.rulesets import Ruleset

F = TypeVar("F")

_CASELESS = (nw.Implementation.DUCKDB, nw.Implementation.PYSPARK, nw.Implementation.IBIS)
"""Libraries to which names that differ in case are the same."""

_REFUSED = ("quantity", "shipped", "proposed")


def screen(
    frame: F,
    *,
    columns: Mapping[str, str | tuple[str, str]] | None = None,
    explain: bool = False,
    **circumstances: Unpack[Circumstances],
) -> F:
    """Return a frame with what the law says of each row.

    Five text columns are added: `outcome` and `exportable` as in a report; `entries`, the ids of
    the entries that are met; `missing`, the metrics, flags and circumstances that would decide an
    answer that is unknown; `because`, the ids of the rulesets it rests on. The last three are
    joined with semicolons.

    Args:
        frame: a pandas, Polars, PyArrow, Modin, Dask, DuckDB, PySpark or Ibis frame, one item a
            row. A lazy one stays lazy. Columns are found by their names: a metric, flag or field
            of a spec, a unit and an end of a range, as in `memory_bandwidth_gbs` or `tpp_min`.
        columns: field -> name of the column that holds it, or that name and a unit. `on`, `to` and
            `headquarters` may be columns too: each row is then judged by the law of its own day.
        explain: add the metrics, the nearest threshold, and the margin to it.
        **circumstances: of the transaction, as `compliance.check` takes them, without `quantity`,
            `shipped` and `proposed`. The day is today's, if it isn't said.

    Raises:
        InputError: an argument or a column can't be used; says which, and what was expected.
    """
    if not isinstance(columns, Mapping | None):
        raise argument_error("columns", columns, "a mapping from fields to columns")
    said = dict(columns or {})
    return through(frame, said, _Screening(_asked(circumstances, said), explain=explain))


class _Screening:
    """What is done with a frame. It can be sent to other processes, where laws go by their ids."""

    def __init__(self, asked: Asked, *, explain: bool) -> None:
        self._asked = asked
        self._explain = explain

    def __call__(
        self,
        rows: Any,  # noqa: ANN401 - a lazy frame of narwhals
        found: Found,
        taken: Sequence[str],
    ) -> tuple[Any, tuple[str, ...]]:
        """Return a frame with the output columns, and their names."""
        return _screened(rows, found, taken, asked=self._asked, explain=self._explain)

    def __reduce__(self) -> tuple[object, ...]:
        laws = (*self._asked.named, *self._asked.others)
        for law in laws:
            if not any(law is bundled for bundled in all_rulesets()):
                expected = "bundled rulesets: no other can be sent to another process"
                raise argument_error("rulesets", law.id, expected)
        named, others = ([(law.id, law.digest) for law in some] for some in self._asked[2:4])
        said = (self._asked.question, named, others, self._asked.by_name, self._explain)
        return _sent, said

    def __dask_tokenize__(self) -> tuple[object, ...]:
        named, others = ([law.digest for law in some] for some in self._asked[2:4])
        return (self._asked.question, named, others, self._asked.by_name, self._explain)


def _sent(
    question: Question,
    named: list[tuple[str, str]],
    others: list[tuple[str, str]],
    by_name: bool,  # noqa: FBT001 - by pickle only
    explain: bool,  # noqa: FBT001 - by pickle only
) -> _Screening:
    """Return what was sent from another process."""
    laws = [tuple(_same(*law) for law in some) for some in (named, others)]
    asked = Asked(question, frozenset(), laws[0], laws[1], (), by_name)
    return _Screening(asked, explain=explain)


def _same(name: str, digest: str) -> Ruleset:
    """Return the bundled ruleset of an id, if it says the same here as there."""
    law = ruleset(name)
    if law.digest != digest:
        raise argument_error("rulesets", name, "one version of the rules in all processes")
    return law


def _asked(circumstances: Circumstances, mapping: Mapping[str, object]) -> Asked:
    """Return the question, in which a circumstance may be a column."""
    for name, value in circumstances.items():
        if name in _REFUSED and value:
            raise argument_error(name, value, "nothing: a frame has no quantities or proposals")
        if name in PLACES and name in mapping and value is not None:
            raise argument_error(name, value, "a column or a constant, not both")
    return read(circumstances)


def _screened(
    rows: Any,  # noqa: ANN401 - a lazy frame of narwhals
    found: Found,
    taken: Sequence[str],
    *,
    asked: Asked,
    explain: bool,
) -> tuple[Any, tuple[str, ...]]:
    """Return a frame with the output columns, and their names."""
    if rows.implementation in _CASELESS:
        taken = [*taken, *map(str.lower, taken)]
    facts = Facts(found, rows.collect_schema(), Stages())
    # A ruleset that was named is asked about every day, any other while it stands.
    named = [(law, date.min) for law in asked.named]
    others = [(law, min(law.announced, law.effective)) for law in asked.others]
    truths = RowTruths(facts, asked.question, [*named, *others])
    laws = list(_laws(asked, truths))
    readings = [_reading(law, asked, facts) for law, _ in laws]
    more = explained(readings, facts, taken) if explain else {}
    for name in (*OUTPUTS, *more):
        if name in taken:
            raise argument_error("frame", f"a column {name}", "that name left to the answer")
    for place in PLACES:
        if place in asked.assumed and place in taken and not facts.has(place):
            expected = f"it named in `columns`, or `{place}` said for all rows"
            raise argument_error("frame", f"a column {place} that nobody named", expected)

    def active(truths: Truths) -> list[Column]:
        return [where for _, where in _laws(asked, truths)]

    varying = any(facts.has(place) for place in PLACES)
    most = MOST.get(rows.implementation, ELSEWHERE)
    answered = None if varying else table(truths, asked, readings, active, _ends(asked), most=most)
    if answered and not more and all(part.cases.plain for part in answered.parts):
        # Of the columns that wait to be made, none is needed.
        return looked_up(rows, answered), OUTPUTS
    if answered is None:
        verdicts, missing = judged(truths, readings, active(truths))
        outputs = answers(verdicts, missing, truths.invalid, truths.stages)
        done = labelled(facts.stages.applied(rows), outputs)
    else:
        done = looked_up(facts.stages.applied(rows), answered)
    if more:
        done = done.with_columns(**more)
    return facts.stages.dropped(done), (*OUTPUTS, *more)


def _ends(asked: Asked) -> set[date]:
    """Return the last days of the regimes that have ended."""
    return {end for law in asked.others if (end := extent(law.regime)[1])}


def _reading(law: Ruleset, asked: Asked, facts: Facts) -> Reading:
    """Return a ruleset read for the circumstances that all rows share."""
    varying = {place for place in PLACES if facts.has(place)}
    if "to" in varying:
        varying.add("headquarters")
    question = asked.question._replace(activity=activity(law, asked.question))
    if not varying:
        return read_law(law, question, by_name=asked.by_name)
    return Reading(law, question, by_name=asked.by_name, varying=frozenset(varying))


def _laws(asked: Asked, truths: Truths) -> Iterator[tuple[Ruleset, Column]]:
    """Yield the rulesets that have a say, in order of time, with where they do."""
    found: list[tuple[Ruleset, Column]] = [(law, TRUE) for law in asked.named]
    about = [TRUE if asked.by_name else _about(law, truths) for law in asked.others]
    strange = negation(either(about))
    for law, theirs in zip(asked.others, about, strict=True):
        active = both((_standing(law, asked, truths), either((theirs, strange))))
        if active is not FALSE:
            found.append((law, active))
    yield from sorted(found, key=lambda one: (one[0].effective, one[0].id))


def _about(law: Ruleset, truths: Truths) -> Column:
    """Return where a regime is about such items, and had not ended when they came out."""
    kinds, end = extent(law.regime)
    came_later = truths.after(end) if end else FALSE
    return both((truths.kinds(sorted(kinds)), negation(came_later)))


def _standing(law: Ruleset, asked: Asked, truths: Truths) -> Column:
    """Return where a ruleset is in force."""
    question = asked.question
    proposed = law.status == "proposed"
    if truths.on is None:
        announced = asked.by_name and law.announced <= question.on
        stands = announced if proposed else in_force(law, question.on, question.known_on)
        return TRUE if stands else FALSE
    if proposed:
        return _from(law.announced, truths.on) if asked.by_name else FALSE
    if question.known_on and law.announced > question.known_on:
        return FALSE
    last = last_day(law, question.known_on)
    ended = FALSE if last is None else surely(truths.on > nw.lit(last))
    return both((_from(law.effective, truths.on), negation(ended)))


def _from(day: date, on: nw.Expr) -> Column:
    return surely(on >= nw.lit(day))

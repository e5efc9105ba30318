"""The answer of each row: the five columns that a screened frame has more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from compliance.assessments import STRICTNESS
from compliance.frames.stages import PREFIX
from compliance.frames.truths import Column, both, column, either, negation
from compliance.frames.verdicts import (
    ANSWER,
    CODES,
    CONDITIONAL,
    LICENSE,
    UNDECIDED,
    Code,
    Verdict,
    greatest,
    literal,
    pick,
)
from compliance.logic import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from compliance.frames.stages import Stages

OUTPUTS = ("outcome", "exportable", "entries", "missing", "because")


class Label(NamedTuple):
    """A text column with few values: numbers of its texts.

    Attributes:
        texts: what each number stands for.
        number: of each row's text.
    """

    texts: tuple[str, ...]
    number: nw.Expr


class Names(NamedTuple):
    """A text column that lists names, joined with semicolons.

    Attributes:
        where: name -> where it is listed.
    """

    where: Mapping[str, nw.Expr]


def answers(
    verdicts: Sequence[Verdict],
    missing: Mapping[str, Column],
    invalid: Mapping[str, Column],
    stages: Stages,
) -> dict[str, Label | Names]:
    """Return the output columns.

    Args:
        verdicts: what each ruleset says.
        missing: what is missing -> where they are open for want of it.
        invalid: field -> where a circumstance is none.
        stages: where columns are kept that are used more than once.
    """
    strictest = greatest([verdict.code for verdict in verdicts] or [UNDECIDED])
    open_ = either(verdict.open for verdict in verdicts if verdict.decides)
    broken = either(invalid.values())
    if isinstance(strictest, int):
        strictest = literal(strictest)
    strictest = stages.keep(strictest, ANSWER)
    none = strictest < 0
    unknown_ = stages.keep(
        column(either((broken, none, both((open_, strictest < LICENSE))))), ANSWER + 1
    )
    answer = pick([(unknown_, UNDECIDED)], strictest)
    codes = sorted({code for verdict in verdicts for code in verdict.codes})
    lacking: dict[str, list[Column]] = {name: [where] for name, where in invalid.items()}
    for name, where in missing.items():
        if where is not FALSE:
            lacking.setdefault(name, []).append(both((negation(broken), where)))
    met: dict[str, list[Column]] = {}
    for verdict in verdicts:
        for name, where in verdict.entries.items():
            if where is not FALSE:
                met.setdefault(name, []).append(where)
    because = {
        v.reading.ruleset.id: _reason(v, strictest, both((unknown_, negation(broken))), unknown_)
        for v in verdicts
    }
    return {
        "outcome": _label(answer, codes, [outcome for outcome, _, _ in STRICTNESS], "undetermined"),
        "exportable": _label(answer, codes, [e for _, _, e in STRICTNESS], "unknown"),
        "entries": Names({name: column(either(where)) for name, where in met.items()}),
        "missing": Names(
            {name: column(both((unknown_, either(where)))) for name, where in lacking.items()}
        ),
        "because": Names({n: column(where) for n, where in because.items() if where is not FALSE}),
    }


def _reason(verdict: Verdict, strictest: nw.Expr, open_: Column, unknown_: nw.Expr) -> Column:
    """Return where an answer rests on a ruleset: it is as strict, or as open."""
    code = literal(verdict.code)
    as_strict = ((strictest - code) < _NEAR) | (strictest < CONDITIONAL)
    known = both((~unknown_, code >= 0, as_strict))
    undecided = both((open_, verdict.open)) if verdict.decides else FALSE
    return both((verdict.speaks, either((known, undecided))))


_NEAR = 10


def _label(answer: Code, codes: Sequence[int], names: Sequence[str], open_: str) -> Label:
    """Return a column of names by code."""
    of = dict(zip(CODES, names, strict=True))
    texts = tuple(dict.fromkeys([*names, open_]))
    cases: list[tuple[Column, Code]] = [(literal(answer) < 0, texts.index(open_))]
    least = 0
    for code in codes:
        if of[code] != of.get(least) and code:
            cases.append((literal(answer) < code, texts.index(of[least])))
        least = code
    return Label(texts, literal(pick(cases, texts.index(of[least]))))


def labelled(frame: Any, outputs: Mapping[str, Label | Names | nw.Expr]) -> Any:  # noqa: ANN401 - as it came
    """Return a frame with the output columns as texts.

    In Polars they are of the type Enum where their values are few: a byte or two a row.
    """
    if frame.implementation is nw.Implementation.POLARS:
        return _enumerated(frame, outputs)
    return frame.with_columns(**{name: _written(output) for name, output in outputs.items()})


def _written(output: Label | Names | nw.Expr) -> nw.Expr:
    """Return an output column as it is everywhere."""
    if isinstance(output, Label):
        return _spelled(output)
    return _joined(output) if isinstance(output, Names) else output


def _spelled(label: Label) -> nw.Expr:
    text = nw.lit(label.texts[0])
    for number, name in enumerate(label.texts[1:], 1):
        text = nw.when(label.number == number).then(nw.lit(name)).otherwise(text)
    return text


def _joined(names: Names) -> nw.Expr:
    if not names.where:
        return nw.lit("")
    nothing = nw.lit(None, dtype=nw.String)
    texts = [nw.when(w).then(nw.lit(n)).otherwise(nothing) for n, w in names.where.items()]
    return nw.concat_str(texts, separator=";", ignore_nulls=True)


_BYTE = 8
_MOST = 12
"""Names of which all combinations are listed."""


def _enumerated(frame: Any, outputs: Mapping[str, Label | Names | nw.Expr]) -> Any:  # noqa: ANN401 - Polars
    import polars as pl  # noqa: PLC0415 - only where the frame is its own

    numbers: dict[str, nw.Expr] = {}
    written: dict[str, nw.Expr] = {}
    texts: dict[str, tuple[str, ...]] = {}
    joined: dict[str, Any] = {}
    for name, output in outputs.items():
        if isinstance(output, Label):
            numbers[name], texts[name] = output.number.cast(nw.UInt8), output.texts
        elif isinstance(output, Names):
            parts = _parts(output.where)
            if len(parts) == 1:
                numbers[name], texts[name] = _bits(parts[0]), _combinations(parts[0])
                continue
            sets = {f"{PREFIX}{name}_{n}": part for n, part in enumerate(parts)}
            numbers |= {number: _bits(part) for number, part in sets.items()}
            lists = (_looked_up(number, part) for number, part in sets.items())
            joined[name] = pl.concat_str(lists, separator=";", ignore_nulls=True)
        else:
            written[name] = output
    native = nw.to_native(frame.with_columns(**numbers, **written))
    enums = (pl.col(name).cat.to(pl.Enum(texts[name])) for name in texts)
    whole = native.with_columns(*enums, **joined).drop(numbers.keys() - texts.keys())
    return nw.from_native(whole)


def _parts(where: Mapping[str, nw.Expr]) -> list[Mapping[str, nw.Expr]]:
    """Return names in parts of which all combinations can be listed."""
    names = list(where.items())
    return [dict(names[n : n + _MOST]) for n in range(0, max(len(names), 1), _MOST)]


def _bits(where: Mapping[str, nw.Expr]) -> nw.Expr:
    """Return the number of the set of names that are listed."""
    kind = nw.UInt8 if len(where) <= _BYTE else nw.UInt16
    bits = [
        listed.cast(kind) * nw.lit(1 << n, dtype=kind) for n, listed in enumerate(where.values())
    ]
    return sum(bits[1:], bits[0]) if bits else nw.lit(0, dtype=kind)


def _looked_up(number: str, names: Iterable[str]) -> Any:  # noqa: ANN401 - an expression of Polars
    """Return the joined names of each set; nothing where it is empty."""
    import polars as pl  # noqa: PLC0415 - as above

    texts = pl.Series([text or None for text in _combinations(names)], dtype=pl.String)
    return pl.lit(texts).gather(pl.col(number))


def _combinations(names: Iterable[str]) -> tuple[str, ...]:
    """Return the joined names of each set of them, by its number."""
    listed = tuple(names)
    return tuple(
        ";".join(name for place, name in enumerate(listed) if number >> place & 1)
        for number in range(1 << len(listed))
    )

"""Frontiers, for people and for programs."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.report import words
from compliance.report.as_markdown import escaped
from compliance.report.as_table import wrapped
from compliance.report.of_sweep import lines
from compliance.report.of_time import document, page
from compliance.scaling import PARTS_OF_SUM, POWERS, SUM
from compliance.values import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from compliance.assessments import Assessment
    from compliance.errors import InputError
    from compliance.frontiers import Edge, Frontier, Span, Stretch
    from compliance.goals import Stop

SCHEMA = "compliance-frontier/1"

_TRUTHS = {TRUE: True, FALSE: False, UNKNOWN: None}
_PLACES = 2
_DIGITS = 12
"""Figures with more are rounded, to the side on which the chip stays out."""


def frontiers(
    told: Sequence[Frontier], fmt: str, *, width: int = 100, errors: Sequence[InputError] = ()
) -> str:
    """Return frontiers as a text: one section for each, or one object or list for all."""
    if fmt == "json":
        problems = [problem._asdict() for error in errors for problem in error.problems]
        data = [_frontier(line) for line in told]
        return document(SCHEMA, {"frontiers": data, "errors": problems})
    if fmt == "csv":
        return lines(_COLUMNS, [row for line in told for row in _rows(line)])
    sections = []
    for line in told:
        headers = (f"{line.axis.label}, {_unit(line)}", line.goal, "exportable", "entries")
        rows = [
            (_words(line, s.span), words.TRUTHS[s.stays_out], words.verdict(s.answer), _met(s))
            for s in line.stretches
        ]
        table = _title(line), headers, rows
        sections.append(page([table], fmt, width, _lines(_conclusion(line), fmt, width)))
    return "\n".join(sections)


def _lines(told: Iterable[str], fmt: str, width: int) -> list[str]:
    """Return sentences as lines of a terminal, or as a list on a page."""
    if fmt == "markdown":
        return [f"- {escaped(text)}" for text in told]
    return [wrapped(text, width) for text in told]


def _title(line: Frontier) -> str:
    chip = line.chip
    fixed = [f"{name.replace('_', ' ')} at {text}" for name, text in line.fixed]
    when = words.day_of(line, named=line.stretches[0].answer.on is None)
    parts = [f"{chip.vendor} {chip.name} ({chip.id})", *fixed, when, words.transaction(line)]
    return ", ".join(parts)


def _unit(line: Frontier) -> str:
    """Return what amounts on the axis are counted in: of a system, shares of what it has."""
    return line.axis.unit if line.chip.kind != "system" else "times its own"


def _met(stretch: Stretch) -> str:
    met = [*stretch.entries, *(f"{name}?" for name in stretch.possible_entries)]
    return ", ".join(met) or "none"


def _conclusion(line: Frontier) -> Iterator[str]:
    """Yield where it stays out, what ends that, and where the chip itself is."""
    for edge in line.edges:
        yield _edge(line, edge)
    if not line.edges:
        yield from _everywhere(line)
    truth = line.stays_out
    if truth is None:
        yield f"its own {line.axis.label} is not known"
    else:
        system = line.chip.kind == "system"
        amount = line.axis.label if system else f"{line.own} {line.axis.unit}"
        yield f"with its own {amount}: {words.TRUTHS[truth]}"


def _everywhere(line: Frontier) -> Iterator[str]:
    """Yield what is so on the whole of an axis, and what makes it so wherever the chip is."""
    last = line.stretches[-1]
    if last.stays_out is TRUE:
        yield f"{line.goal}: whatever its {line.axis.label}"
        return
    where = "nowhere on this axis" if last.stays_out is FALSE else "open on the whole axis"
    reasons = [f"{a.ruleset.id}: {_fixed_reasons(a, line.axis.name)}" for a in _always(line)]
    yield f"{line.goal}: {where}{': ' if reasons else ''}{'; '.join(reasons)}"


def _always(line: Frontier) -> list[Assessment]:
    """Return the assessments of those rulesets that are against it on the whole of an axis."""
    against = [{a.ruleset.id for a in stretch.against} for stretch in line.stretches]
    everywhere = set.intersection(*against)
    return [a for a in line.stretches[-1].against if a.ruleset.id in everywhere]


def _fixed_reasons(assessment: Assessment, axis: str) -> str:
    """Return the reasons for an assessment that do not move along an axis, if there are such."""
    moving = {name for name, powers in POWERS.items() if axis in powers}
    moving |= {SUM} if axis in PARTS_OF_SUM else set()
    findings = [
        finding
        for name in (*assessment.entries, *assessment.possible_entries)
        for finding in assessment.ruleset.entry[name].when.deciding(assessment.facts)
        if not finding.leaf.metric or finding.leaf.metric.name not in moving
    ]
    shown = words.phrases(f for f in findings if not f.leaf.entry)
    lacks = words.wanting(assessment.missing) if assessment.missing else ""
    return ": ".join(part for part in (lacks, shown) if part) or words.reasons(assessment)


def _edge(line: Frontier, edge: Edge) -> str:
    """Return an edge in words: `below 1,600 TPP (4.3 % of its own); else ...`."""
    where = {
        ("below", True): "up to",
        ("below", False): "below",
        ("above", True): "from",
        ("above", False): "above",
    }[edge.side, edge.attained]
    surely = "perhaps " if edge.within.stays_out is UNKNOWN else ""
    head = f"{line.goal}: {surely}{where} {_figure(line, edge.at)} {_unit(line)}"
    stops = "; ".join(dict.fromkeys(_stop(stop) for stop in edge.stops))
    if edge.beyond.stays_out is UNKNOWN:
        missing = dict.fromkeys(fact for a in edge.beyond.against for fact in a.missing)
        stops = f"open for want of {', '.join(missing)}: {stops}"
    return f"{head}{_share(line, edge.at)}; else {stops}"


def _stop(stop: Stop) -> str:
    leaf = stop.leaf
    if leaf.metric is None:
        return f"{stop.ruleset.id} {leaf.id}"
    comparator = leaf.comparator if stop.holds is not FALSE else words.OPPOSITE[leaf.comparator]
    unit = f" {leaf.metric.unit}" if leaf.metric.unit else ""
    condition = f"{leaf.metric.label} {comparator} {words.limit(leaf)}{unit}"
    cite = f" ({leaf.cite})" if leaf.cite != leaf.id else ""
    return f"{stop.ruleset.id} {leaf.id}: {condition}{cite}"


def _words(line: Frontier, span: Span) -> str:
    """Return a part of an axis in words."""
    low, high = (None if end is None else _figure(line, end) for end in (span.low, span.high))
    if span.low == span.high:
        return f"{low}"
    parts = []
    if span.low:
        parts.append(f"{'from' if span.with_low else 'above'} {low}")
    if high is not None:
        parts.append(f"{'up to' if span.with_high else 'below'} {high}")
    return ", ".join(parts) or "any"


def _share(line: Frontier, at: Fraction) -> str:
    """Return an amount as a share of the chip's own; empty where that is not known."""
    shares = _shares_of(line, at)
    percents = [_rounded(share * 100, up=_upward(line, at)) for share in shares]
    return f" ({' to '.join(dict.fromkeys(percents))} % of its own)" if shares else ""


def _shares_of(line: Frontier, at: Fraction) -> list[Fraction]:
    """Return an amount as shares of both ends of the chip's own, the least first."""
    low, high = line.own.low, line.own.high
    return [at / Fraction(high), at / Fraction(low)] if low and high else []


def _upward(line: Frontier, at: Fraction) -> bool:
    """Return whether an amount is to be rounded up, to where the chip stays out or fares better."""
    sides = [edge.side for edge in line.edges if edge.at == at]
    if sides:
        return "above" in sides
    before = [s for s in line.stretches if s.span.high == at != s.span.low]
    after = [s for s in line.stretches if s.span.low == at != s.span.high]
    if not before or not after:
        return False
    here, there = (_MILDEST_FIRST.index(s.answer.exportable) for s in (before[0], after[0]))
    return here > there


_MILDEST_FIRST = ("yes", "conditional", "unknown", "license", "denied")


def _figure(line: Frontier, at: Fraction) -> str:
    """Return an amount, which is not shown as the chip's own where it is beside it."""
    system = line.chip.kind == "system"
    ends = (Decimal(1),) if system else (line.own.low, line.own.high)
    own = [Fraction(end) for end in ends if end is not None]
    return _rounded(at, up=_upward(line, at), apart=own)


def _rounded(amount: Fraction, *, up: bool, apart: Sequence[Fraction] = ()) -> str:
    """Return an amount for reading: exact if it is short, else rounded to a side.

    Args:
        amount: it.
        up: to the upper side.
        apart: amounts which it must not be taken for.
    """
    rounding = ROUND_CEILING if up else ROUND_FLOOR
    context, wide = (Context(prec=prec, rounding=rounding) for prec in (_DIGITS, 10 * _DIGITS))
    found = context.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    least = max(_PLACES, -found.adjusted() + 3)
    exact = Fraction(found) == amount
    for places in range(least, max(least, _DIGITS) + 1):
        if exact and -int(found.as_tuple().exponent) <= places:
            return number(found)
        short = found.quantize(Decimal(1).scaleb(-places), context=wide)
        if Fraction(short) not in apart:
            return number(short)
    return number(found)


_COLUMNS = (
    "chip",
    "axis",
    "unit",
    "low",
    "high",
    "with_low",
    "with_high",
    "stays_out",
    "exportable",
    "outcome",
    "reviews",
    "entries",
    "possible_entries",
    "missing",
    "because",
)


def _rows(line: Frontier) -> Iterator[dict[str, str]]:
    """Yield a line for each stretch of an axis, for a spreadsheet."""
    for stretch in line.stretches:
        cells = {"chip": line.chip.id, "axis": line.axis.name, "unit": line.axis.unit}
        cells |= {
            name: ";".join(value) if isinstance(value, list) else str(value)
            for name, value in _stretch(stretch).items()
            if value is not None
        }
        yield cells


def _frontier(line: Frontier) -> dict[str, Any]:
    question, own = line.question, line.own
    return {
        "chip": line.chip.id,
        "axis": line.axis.name,
        "unit": line.axis.unit if line.chip.kind != "system" else None,
        "own": {"min": _float(own.low), "max": _float(own.high)},
        "goal": line.goal,
        "stays_out": None if line.stays_out is None else _TRUTHS[line.stays_out],
        "fixed": dict(line.fixed),
        "on": str(line.stretches[0].answer.on or "") or None,
        "to": question.to,
        "headquarters": question.headquarters,
        "assumed": sorted(line.assumed),
        "stretches": [_stretch(stretch) for stretch in line.stretches],
        "edges": [
            {
                "at": _float(edge.at),
                "exactly": str(edge.at),
                "share": [float(share) for share in _shares_of(line, edge.at)] or None,
                "side": edge.side,
                "attained": edge.attained,
                "surely": edge.within.stays_out is TRUE,
                "beyond": edge.beyond.exportable,
                "stops": [
                    {
                        "ruleset": stop.ruleset.id,
                        "paragraph": stop.leaf.id,
                        "condition": stop.leaf.text,
                        "holds": _TRUTHS[stop.holds],
                        "cite": stop.leaf.cite,
                    }
                    for stop in edge.stops
                ],
            }
            for edge in line.edges
        ],
    }


def _stretch(stretch: Stretch) -> dict[str, Any]:
    span, answer = stretch.span, stretch.answer
    return {
        "low": _float(span.low),
        "high": _float(span.high),
        "with_low": span.with_low,
        "with_high": span.with_high,
        "stays_out": _TRUTHS[stretch.stays_out],
        "exportable": answer.exportable,
        "outcome": answer.outcome,
        "reviews": answer.reviews,
        "entries": stretch.entries,
        "possible_entries": stretch.possible_entries,
        "missing": stretch.missing,
        "because": answer.because,
    }


def _float(amount: Fraction | Decimal | None) -> float | int | None:
    """Return the nearest number that JSON has."""
    if amount is None:
        return None
    return int(amount) if amount == int(amount) else float(amount)

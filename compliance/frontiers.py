"""Frontiers: how far a chip can go along one axis before the law says more of it.

The thresholds of the criteria give all points of an axis at which an answer can change, as exact
fractions; between two of them nothing does. So the engine is asked at each of these points and once
between each two, and no search is needed.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple, Unpack

from compliance import goals
from compliance.answers import answer, as_chip
from compliance.axes import AXES, axis_of, setting
from compliance.errors import argument_error
from compliance.logic import TRUE, UNKNOWN, Truth, all_
from compliance.questions import Asked, Circumstances, read
from compliance.rulebook import in_force
from compliance.scaling import PARTS_OF_SUM, POWERS, SUM, design, own

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from compliance.answers import Answer
    from compliance.assessments import Assessment, Exportable
    from compliance.axes import Axis, Setting
    from compliance.chips import Chip
    from compliance.circumstances import Question
    from compliance.criteria import Leaf
    from compliance.goals import Goal, Level, Stop
    from compliance.scaling import Design
    from compliance.values import Value


class Span(NamedTuple):
    """A part of an axis.

    Attributes:
        low: where it begins; 0, which is never part of it, where it begins with the axis.
        high: where it ends; None where it goes on.
        with_low: whether it holds `low`.
        with_high: whether it holds `high`.
    """

    low: Fraction
    high: Fraction | None
    with_low: bool
    with_high: bool

    def holds(self, amount: Fraction | Decimal) -> bool:
        """Return whether an amount lies in it."""
        return self.touches(amount, amount)

    def touches(self, low: Fraction | Decimal, high: Fraction | Decimal | None) -> bool:
        """Return whether some of a range lies in it; a range without upper end goes on."""
        begins = high is None or high > self.low or (self.with_low and high == self.low)
        if self.high is None:
            return begins
        return begins and (low < self.high or (self.with_high and low == self.high))


class Stretch(NamedTuple):
    """A part of an axis on which the answer is the same.

    Attributes:
        span: the part.
        stays_out: whether the chip stays out there: surely, surely not, or missing facts decide.
        answer: what is answered there.
        against: where it does not surely, the assessments that make it so.
    """

    span: Span
    stays_out: Truth
    answer: Answer
    against: tuple[Assessment, ...]

    @property
    def exportable(self) -> Exportable:
        """What the answer means for the shipper."""
        return self.answer.exportable

    @property
    def entries(self) -> list[str]:
        """The ids of the entries that are met there."""
        return list(dict.fromkeys(e for a in self.answer.judged for e in a.entries))

    @property
    def possible_entries(self) -> list[str]:
        """The ids of those that may be met, as far as is known."""
        return list(dict.fromkeys(e for a in self.answer.judged for e in a.possible_entries))

    @property
    def missing(self) -> list[str]:
        """The facts that would decide what is open there."""
        return list(dict.fromkeys(fact for a in self.answer.judged for fact in a.missing))


class Edge(NamedTuple):
    """An end of where a chip stays out, or may.

    Attributes:
        at: the amount, in the unit of the axis; of a system, the share of what it has.
        side: where the chip stays out: `below` or `above`.
        attained: whether it does so at the edge itself.
        within: what is answered on that side.
        beyond: what is answered on the other.
        stops: the conditions that turn there.
    """

    at: Fraction
    side: str
    attained: bool
    within: Stretch
    beyond: Stretch
    stops: tuple[Stop, ...]


class Frontier(NamedTuple):
    """How far a chip can go along one axis.

    Attributes:
        chip: the chip.
        axis: what is scaled.
        own: what the chip has of it; of a system, nothing is said.
        goal: what staying out means, in words.
        fixed: the other axes that were set, as they were written.
        question: the transaction.
        assumed: circumstances that were not stated.
        stretches: the whole axis, in parts on which the answer is the same.
        edges: the ends of where it stays out, or may, in order.
    """

    chip: Chip
    axis: Axis
    own: Value
    goal: str
    fixed: tuple[tuple[str, str], ...]
    question: Question
    assumed: frozenset[str]
    stretches: tuple[Stretch, ...]
    edges: tuple[Edge, ...]

    @property
    def out(self) -> tuple[Span, ...]:
        """Where the chip surely stays out."""
        return self._where(TRUE)

    @property
    def open(self) -> tuple[Span, ...]:
        """Where missing facts decide whether it does."""
        return self._where(UNKNOWN)

    @property
    def stays_out(self) -> Truth | None:
        """Whether the chip stays out as it is; None where nothing is known of what it has."""
        low, high = self.own.low, self.own.high
        if self.chip.kind == "system":
            low = high = Decimal(1)
        if low is None:
            return None
        truths = {s.stays_out for s in self.stretches if s.span.touches(low, high)}
        return truths.pop() if len(truths) == 1 else UNKNOWN

    @property
    def last(self) -> Edge | None:
        """The edge above which it nowhere surely stays out; None where there is none such."""
        ends = [e for e in self.edges if e.side == "below" and e.within.stays_out is TRUE]
        return ends[-1] if ends and self.stretches[-1].stays_out is not TRUE else None

    def _where(self, truth: Truth) -> tuple[Span, ...]:
        groups = groupby(self.stretches, lambda stretch: stretch.stays_out)
        runs = [tuple(group) for out, group in groups if out is truth]
        return tuple(_joined(run[0].span, run[-1].span) for run in runs)

    def __str__(self) -> str:
        from compliance.report.of_frontier import frontiers  # noqa: PLC0415 - a format, loaded by need

        return frontiers([self], "table").rstrip("\n")


def frontier(
    chip: Chip | str | Path,
    axis: str = "compute",
    *,
    out_of: Iterable[str] | str | None = None,
    at_most: Level | None = None,
    compute: object = None,
    memory_bandwidth: object = None,
    io_bandwidth: object = None,
    area: object = None,
    **circumstances: Unpack[Circumstances],
) -> Frontier:
    """Return how far a chip can go along one axis and stay out, exactly.

    The amount on the axis is taken to be one number; whatever else is a range or unknown stays so.

    Args:
        chip: a chip, the id of a bundled one, or the path of a spec file.
        axis: `compute` (in TPP, all rates alike), `memory_bandwidth`, `io_bandwidth`, or `area`.
        out_of: entries to stay out of, by id or by a pattern: `3A090.a`, `3A090*`, `*`.
        at_most: or what it may come to at the most: `yes`, which is the default, `conditional` or
            `license`.
        compute: where this axis stands, if it is another: a factor such as 0.7, or "4800 TPP";
        memory_bandwidth: the same, or "3.5 TB/s";
        io_bandwidth: the same;
        area: the same, or "800 mm^2".
        **circumstances: as of `compliance.check`, but for quantities and proposals; the day is
            today where none is given.

    Raises:
        InputError: an argument is none of these.
    """
    spec, asked = as_chip(chip), about_designs(circumstances)
    along = axis_of(axis, spec)
    others = (compute, memory_bandwidth, io_bandwidth, area)
    given = {name: value for name, value in zip(AXES, others, strict=True) if value is not None}
    if along.name in given:
        raise argument_error(along.name, given[along.name], "another axis: this one is followed")
    settings = {name: setting(value, axis_of(name, spec)) for name, value in given.items()}
    if out_of is not None and at_most is not None:
        raise argument_error("at_most", at_most, "either this or out_of")
    goal = goals.at_most(at_most or "yes") if out_of is None else goals.out_of(out_of, asked)
    stretches, edges = _follow(_start(spec, along, settings), along.name, asked, goal)
    return Frontier(
        spec,
        along,
        own=own(along.name, spec),
        goal=goal.words,
        fixed=tuple((name, str(value).strip()) for name, value in given.items()),
        question=asked.question,
        assumed=read(circumstances).assumed,
        stretches=stretches,
        edges=edges,
    )


def about_designs(circumstances: Circumstances) -> Asked:
    """Return a question about designs, on one day.

    Raises:
        InputError: something of it can't be read, is about a shipment, or is beside the answer.
    """
    asked = read(circumstances)
    for name in ("quantity", "shipped", "proposed"):
        if circumstances.get(name):
            raise argument_error(name, circumstances[name], "none of it: designs are compared")
    # Without a day it is today's answer that counts, unless rulesets are asked for by name.
    return asked if asked.named else asked._replace(assumed=asked.assumed - {"on"})


def conditions(asked: Asked) -> Iterator[Leaf]:
    """Yield the conditions of all the law that may count in a question."""
    on, known_on = asked.question.on, asked.question.known_on
    standing = [law for law in asked.others if in_force(law, on, known_on) or asked.by_name]
    for law in (*asked.named, *standing):
        for node in law.criteria():
            yield from node.leaves()


def _start(chip: Chip, along: Axis, settings: Mapping[str, Setting]) -> Design:
    """Return the design to scale along an axis, with the others where they were set."""
    exactly = [name for name, value in settings.items() if value.absolute]
    whole = design(chip, exactly if chip.kind == "system" else [*exactly, along.name])
    return whole.scaled({name: whole.factor(name, value) for name, value in settings.items()})


def _follow(
    start: Design, axis: str, asked: Asked, goal: Goal
) -> tuple[tuple[Stretch, ...], tuple[Edge, ...]]:
    """Return the stretches of an axis, and the edges between those where staying out differs."""
    turns = _turns(start, axis, asked)
    unit = start.amounts.get(axis, Fraction(1))
    probes = _probes(start, axis, asked, goal, sorted(turns))
    groups = [tuple(group) for _, group in groupby(probes, _alike)]
    stretches = tuple(
        group[0]._replace(span=_joined(group[0].span, group[-1].span)) for group in groups
    )
    edges = []
    for n, (first, second) in enumerate(pairwise(stretches)):
        if first.stays_out is second.stays_out:
            continue
        near = groups[n][-1].answer, groups[n + 1][0].answer
        at, rising = second.span.low, second.stays_out > first.stays_out
        within, beyond = (second, first) if rising else (first, second)
        inner, outer = near[::-1] if rising else near
        stops = goals.stops(inner, outer, turns[at / unit], goal)
        side = "above" if rising else "below"
        edges.append(Edge(at, side, within.span.holds(at), within, beyond, stops))
    return stretches, tuple(edges)


def _turns(start: Design, axis: str, asked: Asked) -> dict[Fraction, set[Leaf]]:
    """Return each factor at which a condition turns on an axis, with the conditions."""
    found: dict[Fraction, set[Leaf]] = {}
    for leaf in conditions(asked):
        for subject in (start, *start.parts):
            for factor in _crossings(subject, axis, leaf):
                found.setdefault(factor, set()).add(leaf)
    return found


def _crossings(subject: Design, axis: str, leaf: Leaf) -> Iterator[Fraction]:
    """Yield the factors above zero that bring an end of a metric to the threshold of a leaf."""
    if leaf.metric is None or leaf.threshold is None:
        return
    metric, threshold = leaf.metric.name, Fraction(leaf.threshold)
    power, rest = POWERS.get(metric, {}).get(axis, 0), None
    if metric == SUM and axis in PARTS_OF_SUM:
        # What the other part adds does not move.
        power, metric = 1, axis
        rest = subject.ends[next(part for part in PARTS_OF_SUM if part != axis)]
    for n, end in enumerate(subject.ends[metric]):
        goal = threshold - (rest[n] or 0) if rest else threshold
        if power and end and goal > 0:
            yield (goal / end) ** power


def _probes(
    start: Design, axis: str, asked: Asked, goal: Goal, turns: Iterable[Fraction]
) -> Iterator[Stretch]:
    """Yield what is answered at each point where an answer can change, and between each two."""
    unit = start.amounts.get(axis, Fraction(1))
    for low, high in pairwise([Fraction(0), *turns, None]):
        assert low is not None  # noqa: S101 - only the last is
        for first, last in ((low, low), (low, high)):
            if last == 0:
                continue
            middle = first * 2 or Fraction(1) if last is None else (first + last) / 2
            found = answer(start.scaled({axis: middle}).as_item(), asked).answer
            point = first == last
            span = Span(first * unit, None if last is None else last * unit, point, point)
            truths = [goal.reached(assessment) for assessment in found.judged]
            out = all_(truths) if truths else UNKNOWN
            judged = zip(found.judged, truths, strict=True) if out is not TRUE else ()
            yield Stretch(span, out, found, tuple(a for a, truth in judged if truth is out))


def _alike(probe: Stretch) -> tuple[object, ...]:
    """Return what makes the answers in two places the same to a designer."""
    answer = probe.answer
    met = tuple(
        (a.ruleset.id, tuple(a.entries), tuple(a.possible_entries), a.missing)
        for a in answer.judged
        if a.concerned
    )
    return probe.stays_out, answer.outcome, answer.exportable, *answer.reviews, met


def _joined(first: Span, last: Span) -> Span:
    return Span(first.low, last.high, first.with_low, last.with_high)

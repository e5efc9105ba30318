"""One chip: a check with its reasons, beside if/else by hand and the engines of the index."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks import rows
from benchmarks.byhand import BY_HAND
from benchmarks.peers import PEERS, near
from benchmarks.rounds import Budget, Section, interleaved, ratios
from compliance.engine import assess
from compliance.rulebook import ruleset

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers import Peer

COMPARED = 3000
"""Rows on which everybody's verdicts are compared with the engine's."""

TIMED = 200
LEAST = 0.01
"""Seconds that a measurement takes at least."""

VERDICT = "compliance, verdict"
FINDINGS = "compliance, findings with margins"
OBJECTS = "compliance, each finding an object"
LAW_BY_HAND, SHORT_BY_HAND = BY_HAND


def checked(rounds: int) -> Section:
    """Measure one check."""
    columns = rows.columns(COMPARED)
    all_rows = columns.rows(COMPARED)
    some = all_rows[:TIMED]
    expected = rows.expected(all_rows)
    works = _ours(some)
    for name, decide in BY_HAND.items():
        wrong = sum(decide(r) != e.said[:3] for r, e in zip(all_rows, expected, strict=True))
        if wrong:
            raise AssertionError(f"{name}: {wrong} of {COMPARED} verdicts differ")
        works[name] = _each(decide, some)
    notes: dict[str, str] = {}
    traced = []
    for peer in PEERS:
        reason = refusal(peer, all_rows, expected)
        notes[peer.name] = reason
        if not reason:
            works[peer.name] = peer.prepare(some).run
            notes[peer.name] = "" if near(peer) else "takes a TPP of 4,799.9999 for 4,800"
            traced += [peer.name] if peer.traces else []
    times = interleaved(works, rounds, LEAST, time.process_time)
    budgets = [
        Budget(
            "one check, findings with margins",
            LAW_BY_HAND,
            20,
            "at most",
            ratios(times, FINDINGS, LAW_BY_HAND),
        )
    ]
    if traced:
        fastest = min(traced, key=lambda name: sorted(times[name])[rounds // 2])
        budgets.append(
            Budget(
                "one check, findings with margins: times as fast",
                fastest,
                30,
                "at least",
                ratios(times, fastest, FINDINGS),
            )
        )
    return Section(
        "One check",
        f"{rows.LAW}, {' and '.join(rows.ENTRIES)}, for a shipment to China; {TIMED} chips in "
        f"turn, {rounds} rounds, processor time. Chips are measured and rules compiled before. "
        "What follows from the same truths is told from memory; margins are worked out every time, "
        "and a finding is an object where it is read. "
        f"The verdicts of all were compared with the engine's on {COMPARED:,} chips. Engines "
        "without an unknown are asked twice, surely and possibly; they classify only, we license "
        "too.",
        "µs",
        1e6 / TIMED,
        times,
        (LAW_BY_HAND, FINDINGS),
        notes,
        budgets,
    )


def refusal(peer: Peer, all_rows: list[rows.Row], expected: list[rows.Expected]) -> str:
    """Return why a peer is not timed; empty where it is."""
    try:
        verdicts = peer.prepare(all_rows).verdicts()
    except ModuleNotFoundError:
        return "not installed"
    pairs = zip(verdicts, expected, strict=True)
    wrong = sum(verdict != tuple(map(int, right.truths)) for verdict, right in pairs)
    return f"not timed: {wrong} of {len(expected)} verdicts differ" if wrong else ""


def _ours(some: list[rows.Row]) -> dict[str, Callable[[], object]]:
    items, law, question = rows.items(some), ruleset(rows.LAW), rows.QUESTION
    return {
        VERDICT: lambda: [assess(law, item, question) for item in items],
        FINDINGS: lambda: [assess(law, item, question).findings.margins for item in items],
        OBJECTS: lambda: [
            [finding.margin for finding in assess(law, item, question).findings] for item in items
        ],
    }


def _each(decide: Callable[[rows.Row], object], some: list[rows.Row]) -> Callable[[], object]:
    return lambda: [decide(row) for row in some]

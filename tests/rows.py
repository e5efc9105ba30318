"""Rows that sit on every line of the law, and the items that the scalar engine sees in them.

A row is plain data: texts, flags, and for each metric what is known of it, as two ends. It becomes
a line of a frame in one way and an item in another, so that the two engines can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple, TypeAlias

from compliance.answers import answer
from compliance.chips import Chip
from compliance.items import METRICS, Item, measure
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.questions import read
from compliance.rulebook import all_rulesets
from compliance.values import Value

Row: TypeAlias = Mapping[str, Any]
Columns: TypeAlias = Mapping[str, Sequence[Any]]
Range: TypeAlias = tuple[Decimal | None, Decimal | None]

NUMBERS = tuple(name for name, metric in METRICS.items() if metric.unit != "date")
TEXTS = ("kind", "vendor", "name", "market")
FLAGS = ("hbm", "nonplanar", "fpld", "neural_network")
_UNITS = {"GB/s": "_gbs", "GB/s/mm^2": "_gbs_mm2"}
NOTHING: Range = (None, None)


def thresholds() -> dict[str, list[Decimal]]:
    """Return metric -> all that any ruleset compares it with."""
    found: dict[str, set[Decimal]] = {name: set() for name in NUMBERS}
    for law in all_rulesets():
        for node in law.criteria():
            for leaf in node.leaves():
                if leaf.metric and leaf.metric.name in found and leaf.threshold is not None:
                    found[leaf.metric.name].add(leaf.threshold)
    return {name: sorted(amounts) for name, amounts in found.items()}


def beside(amount: Decimal) -> tuple[Decimal, Decimal]:
    """Return the numbers just below and just above, as near as a column of floats can hold."""
    here = float(amount)
    return Decimal(math.nextafter(here, -math.inf)), Decimal(math.nextafter(here, math.inf))


def _ranges(amounts: Sequence[Decimal]) -> list[Range]:
    """Return what may be known of a metric: nothing, one number, or a range open or closed."""
    found: list[Range] = [NOTHING]
    for amount in amounts or [Decimal(1000)]:
        below, above = beside(amount)
        exact = (amount, below, above, amount / 1000, amount / 2, amount * 2, amount * 10)
        found += [(one, one) for one in exact]
        found += [(below, amount), (amount, above), (below, above), (amount / 2, amount * 10)]
        found += [(amount, None), (below, None), (None, below), (None, amount)]
    return found + [NOTHING] * (len(found) // 4)


CHOICES: dict[str, Sequence[Any]] = {
    "kind": ["accelerator"] * 5 + [None, "hbm", "system"],
    "vendor": [
        "NVIDIA",
        "NVIDIA Corporation",
        "AMD",
        "Advanced Micro Devices, Inc.",
        "Huawei Technologies Co., Ltd.",
        "Foo",
    ],
    "name": ["H20 96GB", "H100-SXM5", "MI308X", "A100X", "Blackwell B200", "B2000", "x b300"],
    "market": [None, "datacenter", "consumer", "workstation"],
    "released": [None, *(date(year, 6, 1) for year in (1996, 2010, 2022, 2025))],
    "hbm": [None, True, False],
    "nonplanar": [None, True, False],
    "fpld": [None, False, False, True],
    "neural_network": [None, None, True, False],
    **{name: _ranges(amounts) for name, amounts in thresholds().items()},
}
"""Field -> what it may be. Numbers lie on each threshold, just beside it, and far from it."""

DAYS = [
    *(date(1995, 1, 1), date(2003, 5, 1), date(2022, 9, 1), date(2022, 12, 1), date(2023, 10, 24)),
    *(date(2023, 11, 17), date(2024, 12, 10), date(2025, 1, 20), date(2025, 5, 14)),
    *(date(2025, 6, 1), date(2026, 2, 1), date(2026, 8, 1), date(2027, 6, 1), date(2028, 6, 1)),
]
PLACES = ["CN", "china", " hk ", "DE", "AE", "IN", "US", "RU", "MO", "Taiwan", "SA", "CU", "BR"]
PLACES += ["CY", "NI", "KH", "JP"]


def spotted(seed: int, number: int) -> list[Row]:
    """Return rows chosen by a seed."""
    chosen = Random(seed)  # noqa: S311 - no secret
    return [
        fitting({name: chosen.choice(choices) for name, choices in CHOICES.items()})
        for _ in range(number)
    ]


def fitting(row: Row) -> Row:
    """Return a row without what no spec can say, and what floats add up otherwise than decimals."""
    kept = dict(row)
    if kept["kind"] in ("hbm", "system"):
        kept["fpld"], kept["neural_network"] = False, None
    if kept["memory_plus_io_bandwidth"] == NOTHING:
        for name in ("memory_bandwidth", "io_bandwidth"):
            low, high = kept[name]
            kept[name] = (low and Decimal(round(low)), high and Decimal(round(high)))
    return kept


def exact(row: Row, ranged: Iterable[str] = ()) -> Row:
    """Return a row in which only some metrics may be ranges, and others are numbers or nothing."""
    kept = {**row, **{n: NOTHING for n in NUMBERS if n not in ranged and row[n][0] != row[n][1]}}
    return fitting(kept)


def item(row: Row) -> Item:
    """Return the item that a row describes."""
    fields = {"id": "x", **{name: row[name] for name in TEXTS if row[name]}}
    if row["released"]:
        fields["released"] = str(row["released"])
    if row["kind"] == "system":
        fields["declared"] = {"app": Decimal(1)}
    if row["neural_network"] is not None:
        fields["neural_network"] = row["neural_network"]
    found = measure(Chip.model_validate(fields))
    for name in NUMBERS:
        low, high = row[name]
        found.values[name] = Value(low, high, () if low is not None and low == high else (name,))
    if row["memory_plus_io_bandwidth"] == NOTHING:
        found.values["memory_plus_io_bandwidth"] = _added_up(row)
    for name in ("hbm", "nonplanar"):
        found.flags[name] = {True: TRUE, False: FALSE, None: UNKNOWN}[row[name]]
    found.flags["fpld"] = TRUE if row["fpld"] else FALSE
    return found


def _added_up(row: Row) -> Value:
    lows, highs = zip(row["memory_bandwidth"], row["io_bandwidth"], strict=True)
    known = [end for end in lows if end is not None]
    low = sum(known, Decimal(0)) if known else None
    high = None if None in highs else sum(highs)
    return Value(low, high, () if low is not None and low == high else ("a bandwidth",))


def columns(rows: Sequence[Row], ranged: Iterable[str] = ()) -> dict[str, list[Any]]:
    """Return rows as columns: of some metrics also both ends; what is missing is null or NaN."""
    found = {name: [row[name] for row in rows] for name in (*TEXTS, *FLAGS, "released")}
    missing = [None, math.nan]
    for name in NUMBERS:
        column = name + _UNITS.get(METRICS[name].unit, "")
        found[column] = [
            missing[n % 2] if low is None or low != high else float(low)
            for n, (low, high) in enumerate(row[name] for row in rows)
        ]
        for place, end in enumerate(("min", "max") if name in ranged else ()):
            found[f"{column}_{end}"] = [
                None
                if row[name][place] is None or row[name][0] == row[name][1]
                else float(row[name][place])
                for row in rows
            ]
    return found


TYPES: dict[str, type] = {
    **dict.fromkeys(TEXTS, str),
    **dict.fromkeys(FLAGS, bool),
    "released": date,
    "day": date,
    "place": str,
    "party": str,
}
"""Of columns that may lack every value; all others are floats."""


class Said(NamedTuple):
    """What an engine says of a row. The order of names has no meaning but for rulesets, by time."""

    outcome: str
    exportable: str
    entries: frozenset[str]
    missing: frozenset[str]
    because: tuple[str, ...]


def asked(row: Row, circumstances: Mapping[str, Any], *, days_vary: bool = False) -> Said:
    """Return what the scalar engine says of a row."""
    given = read(circumstances)  # type: ignore[arg-type]
    found = answer(item(row), given).answer
    entries = frozenset(name for judged in found.judged for name in judged.entries)
    missing = {
        "the country groups on that day" if days_vary and name.startswith(_GROUPS) else name
        for name in (found.undecided if found.exportable == "unknown" else ())
    }
    return Said(found.outcome, found.exportable, entries, frozenset(missing), tuple(found.because))


_GROUPS = "the country groups on "


def screened(columns: Columns) -> list[Said]:
    """Return what a screened frame, read back, says of each row."""
    names = (columns[name] for name in Said._fields)
    return [
        Said(outcome, exportable, _set(entries), _set(missing), _split(because))
        for outcome, exportable, entries, missing, because in zip(*names, strict=True)
    ]


def _split(text: str) -> tuple[str, ...]:
    names = tuple(text.split(";")) if text else ()
    assert len(set(names)) == len(names), text
    return names


def _set(text: str) -> frozenset[str]:
    return frozenset(_split(text))

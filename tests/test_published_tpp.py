"""Ours is within 1 % of the published TPP, or it is known and said why not."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from answer_key import CASES, kind, subjects
from published_tpp import (
    AGREE,
    DIFFER,
    OPEN,
    SOURCES,
    STANDINGS,
    Figure,
    by_chip,
    by_figure,
    compared,
    figures,
)

import compliance
from compliance.values import Value

FIGURES = figures()
SHOWN = [row for row in FIGURES if not row.error]


def value(low: str | None, high: str | None) -> Value:
    return Value(Decimal(low) if low else None, Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("published", "low", "high", "result"),
    [
        ("1000", "990", "990", AGREE),
        ("1000", "1010", "1010", AGREE),
        ("1000", "989.9", "989.9", DIFFER),
        ("1000", "1010.1", "1010.1", DIFFER),
        ("1000", "800", "1200", AGREE),
        ("1000", "800", "990", AGREE),
        ("1000", "1011", "1200", DIFFER),
        ("1000", "1010", None, AGREE),
        ("1000", "1011", None, DIFFER),
        ("1000", "989", None, OPEN),
        ("1000", None, None, OPEN),
    ],
)
def test_within_one_percent_of_the_published_figure(
    published: str, low: str | None, high: str | None, result: str
) -> None:
    """Of a range, in it or 1 % from an end; one without an upper end can't rule out more."""
    assert compared(Decimal(published), value(low, high)) == result


def test_ours_is_within_one_percent_for_at_least_95_percent_of_chips_and_figures() -> None:
    """Left out are only errors of publishers, each shown by its reason."""
    assert by_chip(SHOWN).percent >= Decimal(95)
    assert by_figure(SHOWN).percent >= Decimal(95)


def test_as_much_is_compared_as_ever() -> None:
    """What agrees goes up as chips and figures are added; what is left out doesn't go unseen."""
    assert Counter(row.result for row in FIGURES) == {AGREE: 98, DIFFER: 17, OPEN: 3}
    assert (by_chip(SHOWN).of, by_chip(FIGURES).of) == (70, 78)
    assert len(FIGURES) - len(SHOWN) == 14


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: f"{row.chip} {row.published}")
def test_a_reason_is_given_where_ours_differs_and_only_there(row: Figure) -> None:
    assert bool(row.why) == (row.result != AGREE), row
    assert row.result == DIFFER or not row.error, row


def test_a_chip_agrees_if_the_figures_of_its_best_publisher_do() -> None:
    gb300 = [row for row in FIGURES if row.chip == "nvidia-gb300"]
    hopper = [row for row in FIGURES if row.chip == "nvidia-h200-nvl-141gb"]
    geforce = [row for row in FIGURES if row.chip == "nvidia-rtx-4090"]
    assert by_chip(gb300) == by_chip(hopper) == (0, 1)
    assert by_figure(hopper) == (1, 2)
    assert by_chip(geforce) == (0, 1)
    assert by_chip(row for row in geforce if not row.error) == (1, 1)


def test_what_makers_declare_is_here() -> None:
    """Of a system the figure is that of its chip, which is here instead."""
    here = {(row.chip, row.published) for row in FIGURES if row.standing == 0}
    for item in map(compliance.chip, compliance.chip_ids()):
        tpp = item.declared.tpp if item.declared else None
        of = item if item.kind != "system" or tpp is None else item.contains[0].chip
        assert tpp is None or (of.id, tpp) in here, item.id


def test_what_the_answer_key_has_is_here() -> None:
    """Its published TPP and published errors, where the chip is bundled; it rounds."""
    here = {(row.chip, round(row.published)) for row in FIGURES}
    for case in CASES:
        stated = {**case.get("figures", {}), **case.get("off", {})} if kind(case) == "T" else {}
        for tpp in (stated.get("tpp"), case.get("wrong", {}).get("tpp")):
            for item in subjects(case) if tpp else ():
                assert item.id == "x" or (item.id, tpp) in here, case["id"]


def test_every_figure_is_distinct_and_every_publisher_known() -> None:
    assert len({(row.chip, row.published) for row in FIGURES}) == len(FIGURES)
    assert {name for row in FIGURES for name in row.by} == SOURCES.keys()
    assert {source["standing"] for source in SOURCES.values()} <= set(STANDINGS)
    assert all(source["name"] and source["title"] for source in SOURCES.values())

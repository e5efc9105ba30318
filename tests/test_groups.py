"""Country groups over time, and expressions over them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.errors import InputError
from compliance.groups import Destinations, all_groups, countries, country, seen_by
from compliance.logic import FALSE, TRUE, UNKNOWN

SCOPE = Destinations("(D:1 | D:4 | D:5 | MO) - A:5 - A:6")
AT_FIRST = re.findall(
    "[A-Z]{2}",
    "AE AF AM AZ BH BY CD CF CN CU EG ER GE HT IQ IR JO KG KH KP KW KZ LA LB LY MD MM MN MO OM PK "
    "QA RU SA SD SO SS SY TJ TM UZ VE VN YE ZW",
)


def test_the_scope_of_november_2023_is_the_published_list() -> None:
    """CSET, A Bigger Yard, A Higher Fence (December 4, 2023), footnote 10: 44 and Macau."""
    assert SCOPE.members(date(2023, 11, 17)) == AT_FIRST


def test_nicaragua_joins_on_2024_03_15() -> None:
    """89 FR 18780."""
    assert "NI" not in SCOPE.members(date(2024, 3, 14))
    assert SCOPE.members(date(2024, 3, 15)) == sorted([*AT_FIRST, "NI"])


def test_israel_and_cyprus_are_out_through_group_a6() -> None:
    for code in ("IL", "CY"):
        assert any(group.has(code, date(2024, 1, 1)) is TRUE for group in all_groups().values())
        assert SCOPE.has(code, date(2024, 1, 1)) is FALSE


def test_cambodia_leaves_d5_on_a_day_nobody_published() -> None:
    """D:5 follows the State Department; BIS conformed on 2026-02-03 (docket 260127-0035)."""
    d5 = Destinations("D:5")
    assert d5.has("KH", date(2025, 10, 31)) is TRUE
    assert d5.has("KH", date(2025, 11, 15)) is UNKNOWN
    assert d5.has("KH", date(2026, 2, 3)) is FALSE


def test_hbm_destinations() -> None:
    """D:5 and Macau: 24 while Cambodia was in D:5, 23 after (eCFR of 2026-09-24)."""
    scope = Destinations("D:5 | MO")
    assert len(scope.members(date(2024, 12, 31))) == 24
    assert len(scope.members(date(2026, 9, 24))) == 23


def test_before_the_lists_begin_membership_is_unknown() -> None:
    assert Destinations("D:5").has("CN", date(2010, 1, 1)) is UNKNOWN


def test_hong_kong_counts_as_china_in_us_law() -> None:
    assert seen_by("US", "HK") == "CN"
    assert seen_by("EU", "HK") == "HK"


@pytest.mark.parametrize("text", ["CN", "cn", "China", " china "])
def test_countries_by_code_or_name(text: str) -> None:
    assert country(text) == "CN"


@pytest.mark.parametrize(
    ("text", "hint"), [("Chine", "China"), ("Germny", "Germany"), ("ZZ", "a country, by ISO")]
)
def test_a_country_that_is_none(text: str, hint: str) -> None:
    with pytest.raises(InputError, match=hint):
        country(text, "--to")


@pytest.mark.parametrize(
    "text", ["", "D:9", "ZZ", "CN |", "(CN", "CN)", "CN | MO - US", "CN MO", "cn", "(" * 5000]
)
def test_expressions_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Destinations(text)


def test_every_member_is_a_country() -> None:
    for group in all_groups().values():
        listed = [*group.members, *(c.country for c in (*group.joined, *group.left))]
        assert len(listed) == len(set(listed)), group.id
        assert set(listed) <= set(countries()), group.id


@given(st.sampled_from(sorted(countries())), st.dates(date(2022, 1, 1), date(2027, 1, 1)))
def test_set_operations(code: str, on: date) -> None:
    d1, a5 = Destinations("D:1").has(code, on), Destinations("A:5").has(code, on)
    assert Destinations("D:1 | A:5").has(code, on) is max(d1, a5)
    assert Destinations("D:1 - A:5").has(code, on) is min(d1, 2 - a5)
    assert Destinations("* - D:1").has(code, on) == 2 - d1

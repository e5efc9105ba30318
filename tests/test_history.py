"""Time as something to ask about: timelines of chips, comparisons of rulesets."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from builders import chip
from conftest import Run

import compliance
from compliance.chips import Chip
from compliance.errors import InputError
from compliance.history import Timeline, compare, timeline
from compliance.report import of_time
from compliance.rulebook import all_rulesets, ruleset

H20 = "nvidia-h20-96gb"
H800 = "nvidia-h800-sxm5-80gb"


def changes(line: Timeline) -> dict[str, tuple[str, str]]:
    return {str(c.on): (c.before.exportable, c.after.exportable) for c in line.changes}


def test_the_h20_changed_on_the_day_of_the_letter() -> None:
    """NVIDIA Form 8-K filed April 15, 2025: informed on April 9."""
    line = timeline(H20)
    assert changes(line) == {"2025-04-09": ("yes", "license"), "2025-08-08": ("license", "license")}
    assert line.changes[0].after.because == ["us-informed-2025-04-09"]
    assert str(line.first.question.on) == "2024-02-01", "the first day of the month it came out"


def test_the_h800_flips_by_letter_and_then_by_rule() -> None:
    """NVIDIA Form 8-K of October 24, 2023; 88 FR 73458; 91 FR 1684."""
    assert changes(timeline(H800)) == {
        "2023-10-23": ("yes", "license"),
        "2023-11-17": ("license", "denied"),
        "2026-01-15": ("denied", "license"),
    }
    rule = timeline(H800, regimes="us-ear")
    assert changes(rule) == {"2023-11-17": ("yes", "denied"), "2026-01-15": ("denied", "license")}


def test_the_h800_flips_in_japan_when_the_bandwidth_leg_falls() -> None:
    """METI Ordinance No. 72 of Reiwa 7, main commencement: 600 GB/s is no longer asked for."""
    line = timeline(H800, origin="JP")
    assert changes(line) == {"2026-02-14": ("yes", "license")}
    assert "jp-meti-2026-02-14" in line.changes[0].after.because


def test_text_and_enforced_part_on_the_compliance_date() -> None:
    """90 FR 4544, to be complied with from May 15, 2025; not enforced (BIS, May 13, 2025)."""
    h100 = "nvidia-h100-sxm5-80gb"
    assert changes(timeline(h100, to="FR", view="text"))["2025-05-15"] == ("yes", "license")
    assert not timeline(h100, to="FR").changes


def test_a_group_is_a_turning_point() -> None:
    """Nicaragua joined D:1 and D:5 on March 15, 2024 (89 FR 18780)."""
    line = timeline("nvidia-h100-sxm5-80gb", to="NI")
    assert changes(line)["2024-03-15"] == ("yes", "denied")


SINCE_2022 = (date(2022, 8, 1), date(2026, 11, 22))
OF_CTP = (date(1994, 2, 24), date(2006, 4, 23))


def computer(mtops: int) -> Chip:
    return chip(kind="system", declared={"ctp": Decimal(mtops)})


@pytest.mark.parametrize(
    ("item", "asked", "days"),
    [
        (H20, {"to": "CN"}, SINCE_2022),
        (H800, {"to": "CN"}, SINCE_2022),
        (H800, {"to": "CN", "origin": "JP"}, (date(2021, 12, 15), date(2026, 11, 22))),
        ("nvidia-l40", {"to": "AE"}, SINCE_2022),
        ("nvidia-rtx-4090", {"to": "KH"}, SINCE_2022),
        (
            "nvidia-h100-sxm5-80gb",
            {"to": "FR", "view": "text"},
            (date(2024, 12, 1), date(2026, 7, 30)),
        ),
        (computer(6000), {"to": "CN", "regimes": "us-ctp"}, OF_CTP),
        (computer(6000), {"to": "RU", "regimes": "us-ctp"}, OF_CTP),
        (
            computer(90_000),
            {"to": "IN", "regimes": "us-ctp"},
            OF_CTP,
        ),
    ],
)
def test_a_timeline_says_what_check_says_on_every_ninth_day(
    item: Chip | str, asked: dict[str, Any], days: tuple[date, date]
) -> None:
    """On days that nobody chose for being turning points."""
    first, last = days
    line = timeline(item, since=first, until=last, **asked)
    for n in range(0, (last - first).days, 9):
        day = first + timedelta(days=n)
        passed = [change.after for change in line.changes if change.on <= day]
        told = passed[-1] if passed else line.first.answer
        found = compliance.check(item, on=day, **asked).answer
        assert (found.exportable, sorted(found.reviews), sorted(found.exceptions)) == (
            told.exportable,
            sorted(told.reviews),
            sorted(told.exceptions),
        )


def test_dates_of_a_timeline() -> None:
    line = timeline(H20, since="2025-04-09", until="2025-05-01")
    assert not line.changes
    assert line.first.exportable == "license"
    with pytest.raises(InputError, match="a day from 2025-04-09 on"):
        timeline(H20, since="2025-04-09", until="2025-04-08")
    with pytest.raises(InputError, match="since and until"):
        timeline(H20, on="2025-04-09")


def test_a_later_rule_is_not_known_before_it_is_published() -> None:
    """89 FR 96790 came into force on December 2, 2024 and was published three days later."""
    stack = "jedec-hbm3-stack"
    asked = compliance.check(stack, on="2024-12-31", known_on="2024-12-04")
    assert [a.ruleset.id for a in asked.assessments] == ["us-ear-2024-04-04"]
    asked = compliance.check(stack, on="2024-12-31", known_on="2024-12-05")
    assert asked.answer.because == ["us-ear-2024-12-02"]


def test_what_2023_changed() -> None:
    """88 FR 73458: the I/O leg goes, density and the data-center note come."""
    told = compare("us-ear-2022-10-21", "us-ear-2023-11-17")
    assert set(told.gone) == {"io_bandwidth >= 600 GB/s", "bit_tops >= 4800"}
    assert {"tpp >= 4800", "performance_density >= 5.92", "datacenter"} <= set(told.come)
    flips = {flip.before.chip.id: flip for flip in told.flips}
    caught = {name for name, flip in flips.items() if flip.direction == "caught"}
    assert caught >= {
        "nvidia-a800-sxm4-80gb",
        H800,
        "nvidia-l4",
        "nvidia-l40",
        "nvidia-rtx-4090",
    }
    assert H20 not in flips
    assert flips["nvidia-l40"].after.exceptions == ["NAC"]
    assert told.judged == len(compliance.chip_ids())


def test_a_ruleset_compared_with_itself_has_no_difference() -> None:
    for law in all_rulesets():
        if law.kind != "notice":
            told = compare(law.id, law.id, chips=[H20])
            assert (told.gone, told.come, told.differences, told.flips) == ((), (), (), ())


def test_comparing_backwards_turns_every_direction_round() -> None:
    opposite = {"caught": "freed", "stricter": "milder", "opened": "settled"}
    opposite |= {there: back for back, there in opposite.items()}
    there = compare("us-ear-2022-10-21", "us-ear-2023-11-17")
    back = compare("us-ear-2023-11-17", "us-ear-2022-10-21")
    assert there.gone == back.come
    assert {f.before.chip.id: opposite[f.direction] for f in there.flips} == {
        f.before.chip.id: f.direction for f in back.flips
    }


def test_comparing_a_regime_on_two_days() -> None:
    """The UAE left D:4 for A:5 on July 10, 2026 (91 FR 43034)."""
    told = compare(regime="us-ear", since="2026-07-09", until="2026-07-10", to="AE")
    assert (told.before.id, told.after.id) == ("us-ear-2026-04-07", "us-ear-2026-07-10")
    moved = {d.id: (d.before, d.after) for d in told.differences if d.room == "group"}
    assert moved == {"A:5": ("without AE", "with AE"), "D:4": ("with AE", "without AE")}
    assert any(d.id == "Supplement no. 8" and not d.before for d in told.differences)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, "two rulesets, or a regime and two days"),
        ({"regime": "us-ear"}, "since and until"),
        ({"regime": "us-eer", "since": "2024-01-01"}, "one of"),
        ({"regime": "us-ear", "since": "2020-01-01"}, "in force on 2020-01-01"),
        ({"before": H20, "after": H20, "since": "2024-01-01"}, "two rulesets"),
        ({"before": "us-cg-2026-02-03", "after": "us-cg-2026-02-03"}, "a notice"),
        (
            {"before": "us-ear-2022-10-21", "after": "us-ear-2023-11-17", "on": "2024-01-01"},
            "two rulesets are compared",
        ),
    ],
)
def test_what_cannot_be_compared(arguments: dict[str, str], expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        compare(**arguments)  # type: ignore[arg-type]


def test_own_chips_can_be_compared() -> None:
    mine = chip(id="mine", market="datacenter", compute={"int8": "700 TOPS"}, links=[])
    told = compare("us-ear-2022-10-21", "us-ear-2023-11-17", chips=[mine])
    assert [flip.direction for flip in told.flips] == ["caught"]


def test_timeline_on_the_command_line(run: Run) -> None:
    out = run("timeline", H20, H800).stdout
    assert "2025-04-09  yes" in out
    assert "us-informed-2025-04-09: memory bandwidth 4,000 >= 1,400" in " ".join(out.split())
    data = json.loads(run("timeline", H20, "--format", "json").stdout)
    assert [change["on"] for change in data["timelines"][0]["changes"]] == [
        "2025-04-09",
        "2025-08-08",
    ]
    assert "| 2025-04-09 |" in run("timeline", H20, "--format", "markdown").stdout
    assert run("timeline", "nvidia-h2").returncode == 2
    done = run("timeline", H20, "--until", "soon")
    assert (done.returncode, "--until" in done.stderr) == (2, True)


def test_compare_on_the_command_line(run: Run) -> None:
    out = run("compare", "us-ear-2022-10-21", "us-ear-2023-11-17").stdout
    for word in ("io_bandwidth >= 600 GB/s", "performance_density >= 5.92", "nvidia-l4 "):
        assert word in out
    data = json.loads(
        run("compare", "us-ear-2024-12-02", "us-ear-2026-01-15", "--format", "json").stdout
    )
    flips = {flip["chip"]: flip["direction"] for flip in data["flips"]}
    assert flips["nvidia-h100-sxm5-80gb"] == "milder"
    assert run("compare", "us-ear-2024-12-02").returncode == 2
    assert "--from DATE" in run("compare", "--regime", "us-ear").stderr
    done = run("compare", "us-ear-2024-12-02", "us-ear-2026-01-16")
    assert "did you mean us-ear-2026-01-15" in done.stderr


def test_rules_show(run: Run) -> None:
    page = run("rules", "show", "us-ear-2023-11-17").stdout
    for word in ("88 FR 73458", "`tpp >= 4800`", "presumption of denial", "evidence: primary"):
        assert word in page
    data = json.loads(run("rules", "show", "us-ear-2023-11-17", "--format", "json").stdout)
    assert data["entries"][0]["when"].startswith("tpp >= 4800 or (")
    done = run("rules", "show", "us-ear-2024-12-02", "--known-on", "2024-12-04")
    assert (done.returncode, "2024-12-05" in done.stderr) == (2, True)
    known = run("rules", "show", "us-ear-2025-01-16", "--known-on", "2025-03-01").stdout
    assert "enforced until" not in known
    assert "enforced until" in run("rules", "show", "us-ear-2025-01-16").stdout
    listed = run("rules", "--known-on", "2022-12-31").stdout
    assert "us-ear-2022-10-21" in listed
    assert "us-ear-2023-01-17" not in listed


def test_every_ruleset_can_be_told_in_words() -> None:
    for law in all_rulesets():
        if law.kind != "notice":
            told = compare(law, ruleset("us-ear-2023-11-17"), chips=[H20, "amd-mi308x"])
            for fmt in ("table", "markdown", "json"):
                assert law.id in of_time.comparison(told, fmt)

"""The bundled law as data: complete, dated, cited, without gap or overlap; and its file format."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from builders import RULESET, as_json

import compliance
from compliance.criteria import Node
from compliance.data import catalog, content
from compliance.errors import InputError
from compliance.rulebook import (
    all_rulesets,
    first_day,
    last_day,
    load_ruleset,
    regimes,
    ruleset,
    ruleset_ids,
)
from compliance.rulesets import Ruleset, json_schema

LAWS = {law.id: law for law in all_rulesets()}
CODES = [
    name for name in regimes() if any(x.regime == name and x.kind == "code" for x in LAWS.values())
]


def test_the_rulesets_of_the_first_release_are_there() -> None:
    assert sorted(LAWS) == ruleset_ids()
    assert set(LAWS) >= {
        "us-informed-2022-08-26",
        "us-ear-2022-10-21",
        "us-ear-2023-01-17",
        "us-informed-2023-10-23",
        "us-ear-2023-11-17",
        "us-ear-2024-04-04",
        "us-ear-2024-12-02",
        "us-informed-2025-04-09",
        "us-ear-2026-01-15",
    }


@pytest.mark.parametrize("name", LAWS)
def test_dates_are_in_order(name: str) -> None:
    law = LAWS[name]
    last = last_day(law)
    assert last is None or last >= law.effective
    assert law.verified >= law.effective
    assert first_day(law) >= law.effective
    assert last is None or first_day(law) <= last


@pytest.mark.parametrize("regime", CODES)
def test_a_code_has_no_gap_and_no_overlap(regime: str) -> None:
    versions = [law for law in all_rulesets() if law.regime == regime and law.kind == "code"]
    assert versions[0].supersedes is None
    for before, after in pairwise(versions):
        assert after.supersedes == before.id
        assert last_day(before) == after.effective - timedelta(days=1)
        assert before.status == "superseded"
    assert versions[-1].status == ("rescinded" if last_day(versions[-1]) else "in_force")


@pytest.mark.parametrize("name", LAWS)
def test_everything_is_cited(name: str) -> None:
    law = LAWS[name]
    assert law.instruments
    for entry in law.entries:
        for leaf in entry.when.leaves():
            assert leaf.id
            assert leaf.cite
        assert all(leaf.cite for x in entry.unless for leaf in x.when.leaves())
    assert law.evidence == "primary" or law.caveats


@pytest.mark.parametrize("name", LAWS)
def test_what_is_carried_is_the_same_thing(name: str) -> None:
    law = LAWS[name]
    if law.supersedes:
        before = LAWS[law.supersedes]
        for carried in law.carries:
            for room in ("entries", "exceptions", "licensing", "caveats"):
                old = {thing.id: thing for thing in getattr(before, room)}
                new = {thing.id: thing for thing in getattr(law, room)}
                if carried in old:
                    assert new[carried] is old[carried]


def test_thresholds_of_3a090_have_not_moved_since_2023() -> None:
    """The text of 2023-10-25 and that of the eCFR of 2026-09-24 have the same numbers."""
    for entry in ("3A090.a", "3A090.b"):
        texts = {
            tuple(leaf.text for leaf in law.entry[entry].when.leaves())
            for law in LAWS.values()
            if law.regime == "us-ear" and str(law.effective) >= "2023-11-17"
        }
        assert len(texts) == 1


def test_a_ruleset_shows_what_its_file_says_and_stays_so() -> None:
    law = ruleset("us-ear-2023-11-17")
    assert repr(law.instruments[0]).startswith("Instrument(cite='88 FR 73458', document=")
    assert repr(law).startswith("Ruleset(id='us-ear-2023-11-17', regime='us-ear', title=")
    assert (law.kind, law.about, law.entries[0].item) == ("code", None, "accelerator")
    for thing in (law, law.entries[0], law.licensing[0]):
        with pytest.raises(AttributeError, match=r"id can't be set: it is frozen"):
            thing.id = "another"


def test_a_digest_covers_what_is_carried() -> None:
    assert len({law.digest for law in LAWS.values()}) == len(LAWS)
    assert all(law.digest.startswith("sha256:") for law in LAWS.values())


@pytest.mark.parametrize("name", LAWS)
def test_files_are_valid_by_the_published_schema(name: str) -> None:
    data = as_json(content(catalog("rules")[name]))
    jsonschema.Draft202012Validator(json_schema()).validate(data)


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    data: Any = as_json(content(catalog("rules")["us-ear-2022-10-21"]))
    assert not validator.is_valid({**data, "colour": "red"})
    assert not validator.is_valid({**data, "evidence": "hearsay"})
    assert json.dumps(json_schema())


def test_a_near_miss_is_named() -> None:
    with pytest.raises(InputError, match="did you mean us-ear-2023-11-17"):
        ruleset("us-ear-2023-11-7")


def test_public_and_bundled_are_the_same() -> None:
    assert compliance.ruleset("us-ear-2022-10-21") is LAWS["us-ear-2022-10-21"]
    assert isinstance(LAWS["us-ear-2022-10-21"], Ruleset)


FAULTS = {
    "tpp >= 100": [
        ("tp >= 100", "11:52: entries.0.when: found the metric tp, expected one of tpp,"),
        ("tpp => 100", '11:52: entries.0.when: found "tpp => 100", expected a condition such as'),
        ("tpp >= 100 GB/s", 'found "100 GB/s", expected a plain number'),
        ("memory_bandwidth >= 100", 'found "100", expected a bandwidth'),
        ("memory_bandwidth >= 100 GB", "GB is the unit of a memory size"),
        ("io_bandwidth >= 600 Hz", "Hz is a unit of 1 / [time]"),
        ("{any: []}", "entries.0.when.any: found an empty list, expected a list of criteria"),
        ("{all: [tpp >= 1], any: [tpp >= 1]}", "found any and all, expected one of any, all,"),
        ("{al: [tpp >= 1]}", "11:53: entries.0.when.al: found an unknown key"),
        ("{any: [tpp >= 1, {not: [1]}]}", "entries.0.when.any.1.not: found a list"),
        ("{contains: 2.b}", "found the id 2.b, expected one of"),
        ("released > yesterday", "expected a date such as 2022-08-26"),
        ("datacentre", 'found "datacentre", expected a condition such as'),
        ("{named: NVIDIA}", "expected a vendor, and perhaps a list of products"),
    ],
    "to: CN": [
        ("to: CN | D:9", '15:9: licensing.0.to: found "CN | D:9"'),
        ("to: CN | MO - US", "parentheses are needed where | and - meet"),
        ("to: C", "can't read 'C'"),
    ],
    "[{policy: unstated}]": [
        ("[{policy: unstated, to: CN}]", "expected a last one without conditions"),
        ("[{policy: sternly}]", 'found "sternly", expected one of presumption_of_approval,'),
    ],
    'for: ["1.a"]': [('for: ["1.b"]', "found the id 1.b, expected one of 1.a (did you mean 1.a?)")],
    "id: my-law-2024-01-01": [
        ("id: my-law-2024", "1:1: id: found my-law-2024, expected my-law-2024-01-01"),
    ],
    "effective: 2024-01-01": [
        ("effective: 2024-13-01", '6:12: effective: found "2024-13-01", expected a date'),
    ],
    "evidence: primary": [
        ("evidence: hearsay", "expected one of primary, secondary or unconfirmed")
    ],
}


def test_a_ruleset_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(RULESET, encoding="utf-8")
    law = load_ruleset(file)
    assert [leaf.id for leaf in law.entry["1.a"].when.leaves()] == ["1.a"]
    assert isinstance(law.entry["1.a"].when, Node)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [(old, new, message) for old, rows in FAULTS.items() for new, message in rows],
    ids=lambda value: value[:40],
)
def test_a_faulty_ruleset_says_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    file = tmp_path / "mine.yaml"
    assert RULESET.count(old) >= 1
    file.write_text(RULESET.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_ruleset(file)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('carries: ["3A090.a"]', "no `supersedes`, expected whom it carries from"),
        ('supersedes: us-ear-2022\ncarries: ["3A090.a"]', "the id of a bundled ruleset"),
        (
            'supersedes: us-ear-2022-10-21\ncarries: ["3A090.x"]',
            "carries.0: found 3A090.x, expected an id of us-ear-2022-10-21",
        ),
        (
            (
                'supersedes: us-ear-2022-10-21\ncarries: ["3A090.a", destinations]\nlicensing:\n'
                "  - {id: destinations, for: [], to: CN, review: [{policy: unstated}], cite: x}"
            ),
            "found destinations, which is carried over too, expected one of the two",
        ),
    ],
)
def test_what_can_not_be_carried(tmp_path: Path, lines: str, message: str) -> None:
    file = tmp_path / "mine.yaml"
    head = RULESET.partition("entries:")[0]
    file.write_text(head + lines, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_ruleset(file)
    assert message in str(caught.value)

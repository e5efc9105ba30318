"""A released ruleset says what it said, and its page says what it says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compliance.rulebook import all_rulesets, ruleset_ids, substance

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))

import generate  # noqa: E402 - a script that is no part of the package

LAWS = {law.id: law for law in all_rulesets()}


@pytest.mark.parametrize("name", ruleset_ids())
def test_a_released_ruleset_has_not_changed(name: str) -> None:
    """A change of law is a new file; `make pages` puts a new one on the list."""
    assert generate.released().get(name) == substance(name)


def test_none_that_was_released_is_gone() -> None:
    assert set(generate.released()) == set(LAWS)


def test_the_pages_are_current() -> None:
    """`make pages` writes them."""
    there = {page.name: page.read_text(encoding="utf-8") for page in generate.PAGES.glob("*.md")}
    assert sorted(there) == sorted(generate.pages())
    for name, text in generate.pages().items():
        assert there[name] == text, name


def test_a_digest_notices_a_number_and_not_a_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "2024-01-01.yaml"
    monkeypatch.setattr("compliance.data.bundled", lambda *_: file)

    def digest(text: str) -> str:
        file.write_text(text, encoding="utf-8")
        return substance("my-law-2024-01-01")

    first = digest("status: in_force\nverified: 2024-01-02\nwhen: tpp >= 4800\n")
    assert digest("status: superseded\nverified: 2025-01-02\nwhen: tpp >= 4800\n") == first
    assert digest("status: in_force\nverified: 2024-01-02\nwhen: tpp > 4800\n") != first


def test_a_changed_ruleset_is_not_put_on_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "released.txt"
    listed.write_text("us-ear-2023-11-17 sha256:0\n", encoding="utf-8")
    monkeypatch.setattr(generate, "RELEASED", listed)
    monkeypatch.setattr(generate, "PAGES", tmp_path / "pages")
    assert generate.main() == 1
    assert "us-ear-2023-11-17" in capsys.readouterr().err
    assert not (tmp_path / "pages").exists()

"""What the documentation shows is what happens."""

from __future__ import annotations

import doctest
import re
import shlex
from datetime import date
from pathlib import Path

import pytest

import compliance
from compliance import questions
from compliance.chips import Chip, Compute
from compliance.cli import main
from compliance.grammar import parse
from compliance.items import METRICS
from compliance.specs import load_chip

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"```console\n\$ compliance (.*?)\n(.*?)```", re.DOTALL)
SHOWN = [block for page in PAGES for block in CONSOLE.findall(page.read_text(encoding="utf-8"))]
WRITTEN_ON = date(2026, 11, 22)


@pytest.mark.parametrize("block", SHOWN, ids=[command for command, _ in SHOWN])
def test_the_pages_show_what_is_printed(
    block: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command, shown = block
    monkeypatch.setattr(questions, "today", lambda: WRITTEN_ON)
    monkeypatch.setenv("COLUMNS", "100")
    main(shlex.split(command))
    assert capsys.readouterr().out == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_python_run(page: Path) -> None:
    for library in re.findall(r"^>>> (?:import|from) (\w+)", page.read_text("utf-8"), re.MULTILINE):
        pytest.importorskip(library)
    assert doctest.testfile(str(page), module_relative=False).failed == 0


def test_the_example_of_the_package_runs() -> None:
    assert doctest.testmod(compliance).failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["README.md", "docs/chip-files.md"])
def test_spec_examples_are_specs(page: str, tmp_path: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        file = tmp_path / "spec.yaml"
        file.write_text(block, encoding="utf-8")
        assert load_chip(file).name


def test_every_field_is_documented() -> None:
    text = (ROOT / "docs" / "chip-files.md").read_text(encoding="utf-8")
    for field in (*Chip.model_fields, *Compute.model_fields):
        assert re.search(rf"\b{field}\b", text), field


def test_every_metric_and_condition_is_documented() -> None:
    text = (ROOT / "docs" / "ruleset-files.md").read_text(encoding="utf-8")
    for metric in METRICS:
        assert f"`{metric}`" in text
    for condition in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE):
        for example in re.findall("`([^`]+)`", condition):
            if not example.startswith("{"):
                assert list(parse(example).leaves())

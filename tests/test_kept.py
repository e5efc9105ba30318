"""What is kept of the bundled files for the next start: never stale, and never needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

import compliance
from compliance import data, kept, rulebook, specs
from compliance.criteria import Branch, Leaf, Node
from compliance.groups import Destinations
from compliance.models import Model, Record, fields_of

ASKED = ("check", "nvidia-h100-sxm5-80gb", "--on", "2024-01-01", "--explain")


@pytest.fixture(name="cache")
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMPLIANCE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(name="own")
def _own(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data of one's own, that can be edited; what is kept of them is in `cache`."""
    assert not cache.exists()
    folder = tmp_path / "own"
    for room in ("rules", "chips"):
        shutil.copytree(str(data.root() / room), folder / room)
    monkeypatch.setenv("COMPLIANCE_DATA", str(folder))
    return folder


def told(value: Any) -> object:  # noqa: ANN401 - whatever a model holds
    """Return all that a value consists of, as data that can be compared."""
    if isinstance(value, Model | Record):
        cls = type(value)
        names = fields_of(cls) if issubclass(cls, Record) else list(cls.model_fields)
        stored = [name for name in vars(value) if name in names]
        given = value.model_fields_set if isinstance(value, Model) else set(stored)
        return cls, given, stored, {name: told(getattr(value, name)) for name in names}
    if isinstance(value, Node):
        about = (type(value), value.id, value.cite, value.note, value.text, value.source)
        if isinstance(value, Branch):
            return about, value.word, told(value.children)
        slots = [name for name in Leaf.__slots__ if name != "condition"]
        condition = value.condition  # type: ignore[attr-defined]
        return about, type(condition), condition, [getattr(value, name) for name in slots]
    if isinstance(value, Destinations):
        return value.text
    if isinstance(value, tuple):
        return type(value), [told(part) for part in value]
    return type(value), value


def test_what_is_kept_of_the_law_is_the_law(cache: Path) -> None:
    laws = tuple(compliance.load_ruleset(str(file)) for file in data.catalog("rules").values())
    shelf = rulebook.shelf.__wrapped__()
    assert shelf.get() is None
    shelf.put(laws)
    assert list(cache.rglob("rulesets.marshal"))
    again: Any = rulebook.shelf.__wrapped__().get()
    assert len(again) == len(laws) > 40
    for law, law_again in zip(laws, again, strict=True):
        assert told(law_again) == told(law)
        assert law_again.digest == law.digest != ""
    with pytest.raises(AttributeError, match="frozen"):
        again[0].title = "another"


def test_what_is_carried_over_is_kept_once(cache: Path) -> None:
    laws = rulebook.all_rulesets()
    shelf = rulebook.shelf.__wrapped__()
    shelf.put(laws)
    read: Any = shelf.get()
    again = {law.id: law for law in read}
    carried = again["us-ear-2023-11-17"].entry["3A090.a"]
    assert again["us-ear-2024-04-04"].entry["3A090.a"] is carried
    assert cache.exists()


def test_what_is_kept_of_a_chip_is_the_chip(cache: Path) -> None:
    read = [compliance.load_chip(str(file)) for file in data.catalog("chips").values()]
    first = [specs.bundled(chip.id) for chip in read]
    assert len(list(cache.rglob("chip-*.marshal"))) == sum(not chip.contains for chip in read)
    second = [specs.bundled(chip.id) for chip in read]
    for chip, was_read, was_kept in zip(read, first, second, strict=True):
        assert told(was_kept) == told(was_read) == told(chip)
        assert was_kept == chip
        assert was_kept.digest == chip.digest
        assert was_kept.warnings == chip.warnings
        assert was_kept.model_dump() == chip.model_dump()
        assert was_kept.model_copy(update={"name": "X"}).name == "X"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rules/us-ear/2023-11-17.yaml", "tpp >= 4800", "tpp >= 4801"),
        ("chips/nvidia/nvidia-h100-sxm5-80gb.yaml", "name: H100", "name: H109"),
        ("rules/groups/us.yaml", "CN", "DE"),
    ],
)
def test_a_changed_file_is_read_though_size_and_time_are_the_same(
    run: Run, own: Path, file: str, old: str, new: str
) -> None:
    before = run(*ASKED)
    assert before.returncode == 1, before.stderr
    assert run(*ASKED).stdout == before.stdout
    edited = own / file
    text, state = edited.read_text("utf-8"), edited.stat()
    assert old in text
    edited.write_text(text.replace(old, new), "utf-8")
    os.utime(edited, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert edited.stat().st_size == state.st_size
    after = run(*ASKED)
    assert after.stdout != before.stdout
    assert after.stdout == run(*ASKED, COMPLIANCE_CACHE="off").stdout


def test_a_fault_in_an_edited_file_is_told_with_its_place(run: Run, own: Path) -> None:
    assert run(*ASKED).returncode == 1
    edited = own / "rules/us-ear/2023-11-17.yaml"
    edited.write_text(edited.read_text("utf-8").replace("tpp >= 4800", "tpq >= 4800"), "utf-8")
    found = run(*ASKED)
    assert found.returncode == 2
    assert "us-ear/2023-11-17.yaml:" in found.stderr
    assert "the metric tpq" in found.stderr


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"\xff\x00",
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw.replace(b"4800", b"9999"),
        lambda raw: raw.partition(b"\n")[0] + b"\n[]",
        lambda raw: raw.partition(b"\n")[0] + b"\n" + b"[" * 100_000,
    ],
    ids=["empty", "no text", "cut off", "another number", "another value", "deep"],
)
def test_a_damaged_cache_is_ignored_and_written_anew(run: Run, cache: Path, damage: Any) -> None:  # noqa: ANN401 - a function
    before = run(*ASKED)
    whole = {file: file.read_bytes() for file in cache.rglob("*.marshal")}
    assert {file.name for file in whole} >= {"rulesets.marshal", "groups.marshal"}
    for file, raw in whole.items():
        file.write_bytes(damage(raw))
    after = run(*ASKED)
    assert (after.returncode, after.stdout, after.stderr) == (1, before.stdout, "")
    assert {file: file.read_bytes() for file in cache.rglob("*") if file.is_file()} == whole


def test_a_folder_that_can_not_be_written_does_no_harm(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    expected = run(*ASKED, COMPLIANCE_CACHE="off")
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        found = run(*ASKED, COMPLIANCE_CACHE=str(place))
        assert (found.returncode, found.stdout, found.stderr) == (1, expected.stdout, "")
    assert (tmp_path / "file").read_text("utf-8") == "in the way"


def test_what_people_say_of_their_own_chips_is_not_kept(run: Run, cache: Path) -> None:
    spec = data.content(data.bundled("chips", "nvidia-h20-96gb"))
    own = cache.parent / "secret.yaml"
    own.write_text(spec.replace("H20", "Unheard"), "utf-8")
    assert "Unheard" in run("check", "secret.yaml").stdout
    kept_files = [file for file in cache.rglob("*") if file.is_file()]
    assert {file.name for file in kept_files} == {"rulesets.marshal", "groups.marshal"}
    assert not any(b"Unheard" in file.read_bytes() for file in kept_files)


def test_names_are_kept_too(run: Run, cache: Path) -> None:
    before = run("check", "4090D", "--on", "2024-06-01")
    assert before.returncode == 0, before.stderr
    assert list(cache.rglob("names.marshal"))
    assert run("check", "4090D", "--on", "2024-06-01").stdout == before.stdout


def test_where_it_is_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = kept.folder()
    assert place is not None
    assert place.is_relative_to(tempfile.gettempdir()), "the tests keep nothing in a user's folder"
    monkeypatch.setenv("COMPLIANCE_CACHE", "off")
    assert kept.folder() is None
    monkeypatch.delenv("COMPLIANCE_CACHE")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert kept.folder() == tmp_path / "chip-export-compliance"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert kept.folder() == Path("~/.cache/chip-export-compliance").expanduser()
    monkeypatch.setattr(sys, "platform", "darwin")
    assert kept.folder() == Path("~/Library/Caches/chip-export-compliance").expanduser()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert kept.folder() == tmp_path / "chip-export-compliance"


def test_what_is_kept_needs_neither_yaml_nor_a_schema(cache: Path) -> None:
    code = (
        "import sys\nfrom compliance.cli import main\n"
        f"main({[*ASKED, '--exit-zero']!r})\n"
        "from compliance.models import _MODELS\nfrom compliance.chips import Chip\n"
        "built = [bool(_MODELS), Chip.__pydantic_complete__]\n"
        "print('yaml' in sys.modules, *built, file=sys.stderr)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    ]
    assert [run.stderr.strip() for run in said] == ["True True True", "False False False"]
    assert said[0].stdout == said[1].stdout
    assert cache.exists()


def test_the_library_reads_what_the_command_kept(run: Run) -> None:
    assert run(*ASKED).returncode == 1
    report = compliance.check("nvidia-h100-sxm5-80gb", on="2024-01-01")
    assert report.exportable == "denied"

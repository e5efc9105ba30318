"""One file for each kind of bad input, with the exact message it gets.

tests/bad/NAME.yaml is refused with what stands in tests/bad/NAME.txt.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from compliance.errors import InputError
from compliance.specs import load_chip

BAD = Path(__file__).parent / "bad"
FILES = sorted(BAD.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_message(file: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_chip(file)
    message = str(caught.value).replace(f"{BAD}/", "")
    assert message == file.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")
    assert message.isprintable() or "\n" in message


def test_every_message_has_its_file() -> None:
    assert {file.stem for file in BAD.glob("*.txt")} == {file.stem for file in FILES}


def test_files_that_are_none(tmp_path: Path) -> None:
    big = tmp_path / "big.yaml"
    big.write_text("a: " + "x" * 10_000_000, encoding="utf-8")
    for path, found in (
        (tmp_path, "found a directory, expected a file"),
        (tmp_path / "none.yaml", "none.yaml: no such file"),
        (big, "found more than 1,000,000 bytes"),
        (tmp_path / "a\0b", "null byte"),
    ):
        with pytest.raises(InputError, match=found):
            load_chip(path)


def test_nothing_else_of_the_run_is_lost(run: Run) -> None:
    bad = str(BAD / "many-at-once.yaml")
    done = run("check", bad, "nvidia-h20-96gb", "nvidia-h20-96g", "--on", "2025-05-01")
    assert done.returncode == 2
    assert "H20 96GB to CN on 2025-05-01: license" in done.stdout
    lines = done.stderr.splitlines()
    assert len(lines) == 9
    assert all(line.startswith("error: ") for line in lines)
    assert "did you mean nvidia-h20-96gb" in lines[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--on", "yesterday"], '--on: found "yesterday", expected a date such as 2025-05-01'),
        (["--on", "2025-02-30"], '--on: found "2025-02-30", expected a date'),
        (["--to", "Chine"], '--to: found "Chine", expected a country, by ISO 3166 code'),
        (["--headquarters", "XX"], '--headquarters: found "XX", expected a country'),
        (["--regime", "us-eer"], "did you mean us-ear?"),
        (["--ruleset", "us-ear-2023-11-7"], "did you mean us-ear-2023-11-17"),
        (["-o", "no/such/folder/report"], "no/such/folder/report: can't be written"),
    ],
)
def test_bad_options(run: Run, arguments: list[str], message: str) -> None:
    done = run("check", "nvidia-h20-96gb", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    "arguments",
    [[], ["chek"], ["check"], ["check", "x", "--activity", "smuggle"], ["schema", "report"]],
)
def test_bad_usage(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "usage: compliance" in done.stderr
    assert "Traceback" not in done.stderr


def test_thousands_of_faults_are_told_fast_and_counted(tmp_path: Path) -> None:
    keys = "\n".join(f"strange{n}: 1" for n in range(60_000))
    file = tmp_path / "many.yaml"
    file.write_text(f"id: x\nname: X\nvendor: V\n{keys}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_chip(file)
    assert len(caught.value.problems) == 1001
    assert caught.value.problems[-1].found == "59,000 more faults"


def test_a_name_that_no_file_can_have(run: Run) -> None:
    done = run("check", "x" * 5000)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_a_key_that_turns_the_line_around_is_shown_plainly(tmp_path: Path) -> None:
    file = tmp_path / "turned.yaml"
    file.write_text('id: x\nname: X\nvendor: V\n"\\u202Ekey": 1\n', encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_chip(file)
    assert "\u202e" not in str(caught.value)

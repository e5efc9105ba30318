"""The command as its users run it: exit codes, options, formats, pipes."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run

import compliance
from compliance.rulebook import all_rulesets

SPEC = """\
id: mine
name: Mine
vendor: Somebody
market: datacenter
compute: {fp16: 300 TFLOPS}
memory: {type: GDDR6, bandwidth: 500 GB/s}
links: []
dies: [{name: die, area: 800 mm^2, planar: false}]
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nvidia-h20-96gb", "--on", "2025-03-01"], 0),
        (["nvidia-h20-96gb", "--on", "2025-05-01"], 1),
        (["nvidia-h20-96gb"], 1),
        (["nvidia-rtx-4090", "--on", "2024-06-01"], 1),
        (["nvidia-h100-sxm5-80gb", "--on", "2024-06-01"], 1),
        (["nvidia-h100-sxm5-80gb", "--on", "2024-06-01", "--to", "DE"], 0),
        (["nvidia-rtx-pro-6000d", "--on", "2024-06-01"], 3),
        (["nvidia-rtx-pro-6000d", "nvidia-h20-96gb", "--on", "2025-03-01"], 3),
        (["nvidia-rtx-pro-6000d", "nvidia-a40", "--on", "2025-03-01"], 1),
        (["nvidia-rtx-pro-6000d", "none", "--on", "2025-03-01"], 2),
        (["nvidia-h100-sxm5-80gb", "--on", "2024-06-01", "--exit-zero"], 0),
        (["nvidia-rtx-pro-6000d", "--on", "2024-06-01", "--exit-zero"], 0),
        (["none", "--exit-zero"], 2),
    ],
)
def test_exit_codes(run: Run, arguments: list[str], code: int) -> None:
    assert run("check", *arguments).returncode == code


def test_a_spec_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SPEC, encoding="utf-8")
    done = run("check", "mine.yaml", "--on", "2023-12-01")
    assert done.returncode == 1
    assert "FP16 300 TFLOPS x 16 bits = 4,800" in done.stdout
    assert "Mine to CN on 2023-12-01: denied (presumption of denial)" in done.stdout
    assert done.stderr == ""


def test_the_default_destination_and_party_are_said(run: Run) -> None:
    out = run("check", "nvidia-h20-96gb", "--on", "2025-03-01").stdout
    assert "export to CN (assumed), party headquartered in CN (assumed)" in out
    asked = ("--to", "SG", "--headquarters", "China", "--activity", "reexport")
    out = run("check", "nvidia-h20-96gb", "--on", "2025-03-01", *asked).stdout
    assert "reexport to SG, party headquartered in CN\n" in out


def test_through_time_without_a_day(run: Run) -> None:
    out = run("check", "nvidia-h800-sxm5-80gb").stdout
    for law in all_rulesets():
        if law.regime in ("us-ear", "us-informed"):
            assert f"\n{law.id} " in out
    assert "us-ear-2026-07-10 *" in out
    assert "us-ear-2023-11-17 *" not in out
    assert "* in force today" in out


def test_explain_shows_mark_number_margin_arithmetic_and_citation(run: Run) -> None:
    out = run("check", "nvidia-h20-96gb", "--on", "2025-03-01", "--explain").stdout
    leaf = out.splitlines().index(
        "              [no] 3A090.b.1: tpp >= 2400  is 2,368, margin -32 (-1.3 %)"
    )
    assert out.splitlines()[leaf + 1].strip() == (
        "FP16 148 TFLOPS x 16 bits = 2,368; Supplement no. 1 to part 774, 3A090.b"
    )
    assert "[yes] 3A090.b.2: tpp >= 1600  is 2,368, margin +768 (+48.0 %)" in out
    unknown = run("check", "nvidia-rtx-pro-6000d", "--on", "2025-05-01", "--explain").stdout
    assert "[?] letter (memory): memory_bandwidth >= 1400 GB/s  is 1,398 to 1,570" in unknown


def test_explain_shows_reviews_and_exceptions_with_their_limits(run: Run) -> None:
    out = run("check", "nvidia-h200-sxm-141gb", "--on", "2026-02-01", "--explain").stdout
    assert "[yes] review: case by case to CN | MO, by export  (742.6(b)(10)(iii)(A)(1))" in out
    assert "tpp < 21000  is 15,840, margin -5,160 (-24.6 %)" in out
    assert "memory_bandwidth < 6500 GB/s  is 4,800, margin -1,700 (-26.2 %)" in out
    assert "[no] unless License Exception NAC to (D:5 | MO)" in out


def test_regimes_rulesets_and_informed(run: Run) -> None:
    out = run("check", "nvidia-h20-96gb", "--regime", "us-ear").stdout
    assert "us-informed" not in out
    out = run("check", "huawei-ascend-910b2", "--ruleset", "us-informed-2025-04-09").stdout
    assert "under the rulesets named, each on its first day: license" in out
    arguments = ("check", "huawei-ascend-910b2", "--regime", "us-informed", "--on", "2025-05-01")
    assert run(*arguments, "--informed", "no").returncode == 0
    assert run(*arguments, "--informed", "yes").returncode == 1


def test_json(run: Run) -> None:
    arguments = ("check", "nvidia-h20-96gb", "nvidia-rtx-pro-6000d", "--on", "2025-05-01")
    report = json.loads(run(*arguments, "--format", "json").stdout)
    assert list(report) == ["schema", "library", "asked", "answers", "assessments", "errors"]
    assert report["schema"] == "compliance-report/1"
    assert report["library"] == compliance.__version__
    assert report["asked"] == {
        "on": "2025-05-01",
        "to": "CN",
        "headquarters": None,
        "activity": "export",
        "informed": None,
        "origins": ["US"],
        "view": "enforced",
        "known_on": None,
        "exporter": "other",
        "attested": None,
        "quantity": None,
        "shipped": {},
        "claims": [],
        "assumed": ["headquarters", "to"],
    }
    first, second = report["answers"]
    assert (first["chip"], first["exportable"], first["outcome"], first["because"]) == (
        "nvidia-h20-96gb",
        "license",
        "license_required",
        ["us-informed-2025-04-09"],
    )
    assert (second["exportable"], second["outcome"]) == ("unknown", "undetermined")
    assert second["missing"] == ["compute rate", "memory bandwidth"]
    letter = next(
        a
        for a in report["assessments"]
        if a["ruleset"] == "us-informed-2025-04-09" and a["chip"] == "nvidia-h20-96gb"
    )
    assert set(letter) >= {
        "chip",
        "regime",
        "ruleset",
        "in_force",
        "destination",
        "entries",
        "outcome",
        "review",
        "exceptions",
        "exportable",
        "missing",
        "findings",
        "ruleset_digest",
        "chip_digest",
    }
    assert letter["entries"] == ["letter"]
    finding = letter["findings"][0]
    cite = "Intel's notice to customers, April 2025"
    assert {key: finding[key] for key in finding if key not in ("chip", "arithmetic")} == {
        "id": "letter (memory)",
        "condition": "memory_bandwidth >= 1400 GB/s",
        "metric": "memory_bandwidth",
        "observed": 4000,
        "comparator": ">=",
        "threshold": 1400,
        "unit": "GB/s",
        "truth": "true",
        "margin": 2600,
        "cite": cite,
    }
    disputed = next(a for a in report["assessments"] if a["missing"] == ["memory bandwidth"])
    assert disputed["findings"][0]["observed"] == {"min": 1398, "max": 1570}
    assert disputed["findings"][0]["margin"] == {"min": -2, "max": 170}
    assert disputed["findings"][0]["truth"] == "unknown"


def test_csv_is_one_line_an_assessment_and_no_formula(run: Run, tmp_path: Path) -> None:
    spec = SPEC.replace("name: Mine", "name: =cmd|' /C calc'!A0").replace("=cmd|", '"=cmd|', 1)
    (tmp_path / "mine.yaml").write_text(spec.replace("!A0", '!A0"'), encoding="utf-8")
    out = run("check", "mine.yaml", "--on", "2025-03-01", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["ruleset"], row["entries"], row["exportable"]) for row in rows] == [
        ("us-ear-2025-01-16", "3A090.a", "denied"),
        ("", "", "denied"),
    ]
    assert rows[1]["why"] == "us-ear-2025-01-16"
    assert rows[0]["name"].startswith("'=cmd")


def test_markdown_has_nothing_that_is_markup(run: Run, tmp_path: Path) -> None:
    spec = SPEC.replace("name: Mine", "name: A|B <script> `x` _y_")
    (tmp_path / "mine.yaml").write_text(spec, encoding="utf-8")
    out = run("check", "mine.yaml", "--on", "2025-03-01", "--format", "markdown").stdout
    assert out.startswith("## Somebody A\\|B \\<script\\> \\`x\\` \\_y\\_")
    assert "| us-ear-2025-01-16 \\* | 3A090.a" in out


def test_eccns_stay_text_in_every_table(run: Run) -> None:
    from compliance.report.grid import grid  # noqa: PLC0415 - the trap itself

    assert "3E001" in grid([["3E001", "1e5"]], ["eccn", "n"])
    assert "3A090.a" in run("check", "nvidia-l4", "--on", "2024-01-01").stdout


def test_output_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    done = run("check", "nvidia-h20-96gb", "--format", "json", "-o", "report.json")
    assert done.stdout == ""
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["answers"]


def test_lists(run: Run) -> None:
    assert "nvidia-h20-96gb" in run("chips").stdout
    rules = run("rules").stdout
    assert re.search("us-informed-2025-04-09 +unknown", rules)
    assert all(name in rules for name in compliance.ruleset_ids())
    chips = json.loads(run("chips", "--format", "json").stdout)
    assert [chip["id"] for chip in chips] == compliance.chip_ids()
    assert run("rules", "--format", "csv").stdout.startswith(
        "id,from,until,kind,status,evidence,cite"
    )


def test_schemas(run: Run) -> None:
    for what in ("chip", "ruleset"):
        assert json.loads(run("schema", what).stdout)["type"] == "object"


def test_help_and_version(run: Run) -> None:
    assert run("--version").stdout == f"compliance {compliance.__version__}\n"
    text = run("check", "--help").stdout
    assert "Exit code: 0 exportable without a license" in text


def test_a_command_imports_no_other() -> None:
    code = (
        "import sys\nfrom compliance.cli import main\nassert main(['schema', 'chip']) == 0\n"
        "print(*(name for name in sys.modules if name.startswith('compliance.commands.')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = said.stdout.splitlines()[-1]
    assert imported == "compliance.commands.output compliance.commands.schema"


@pytest.mark.parametrize(("id_", "code"), [("nvidia-h20-96gb", 1), ("no-such-chip", 2)])
def test_the_process_ends_with_all_said(tmp_path: Path, id_: str, code: int) -> None:
    """It ends without taking itself apart: nothing may be left in a buffer."""
    with (tmp_path / "said").open("w+", encoding="utf-8") as said:
        line = [sys.executable, "-m", "compliance", "check", id_, "--format", "json"]
        done = subprocess.run(line, stdout=said, stderr=said, check=False)
        said.seek(0)
        text = said.read()
    assert done.returncode == code
    assert json.loads(text)["answers"] if code == 1 else text.startswith("error: ")


@pytest.mark.parametrize(("where", "code"), [("2>&-", 1), (">&- 2>&-", 2)])
def test_streams_that_are_closed(where: str, code: int) -> None:
    command = f"{sys.executable} -m compliance check nvidia-h20-96gb {where}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_reader_that_closes_early_is_no_error() -> None:
    command = (
        f"{sys.executable} -m compliance check nvidia-h20-96gb | true; exit ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(
    ("where", "reason"), [("> /dev/full", "no space left on device"), (">&-", "it is closed")]
)
def test_an_output_that_can_not_be_written_is_an_error(where: str, reason: str) -> None:
    command = f"{sys.executable} -m compliance check nvidia-h20-96gb --on 2025-03-01 {where}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, f"error: output: can't be written: {reason}\n")


def test_the_report_never_overwrites_the_spec(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SPEC, encoding="utf-8")
    done = run("check", "mine.yaml", "-o", "./mine.yaml")
    assert done.returncode == 2
    assert "is an input" in done.stderr
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == SPEC


def test_a_bundled_id_outranks_a_file_of_that_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "nvidia-h20-96gb").mkdir()
    assert run("check", "nvidia-h20-96gb", "--on", "2025-03-01").returncode == 0


def test_json_says_what_could_not_be_judged(run: Run) -> None:
    done = run("check", "nvidia-h2", "--format", "json")
    assert done.returncode == 2
    report = json.loads(done.stdout)
    assert report["answers"] == report["assessments"] == []
    assert report["errors"][0]["found"] == '"nvidia-h2"'


@pytest.mark.parametrize("columns", ["60", "80", "120"])
def test_a_table_fits_its_terminal(run: Run, columns: str) -> None:
    out = run("check", "nvidia-l40", COLUMNS=columns).stdout
    assert max(map(len, out.splitlines())) <= max(int(columns), 76)


def test_an_ascii_terminal_gets_its_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        SPEC.replace("name: Mine", "name: M\N{MICRO SIGN}"), "utf-8"
    )
    done = run("check", "mine.yaml", "--on", "2025-03-01", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_the_same_question_has_the_same_answer(run: Run) -> None:
    arguments = ("check", "nvidia-h20-96gb", "--on", "2025-05-01", "--format", "json")
    assert run(*arguments, PYTHONHASHSEED="1").stdout == run(*arguments, PYTHONHASHSEED="2").stdout


def test_a_report_prints_and_dumps_as_the_command_does(run: Run) -> None:
    report = compliance.check("nvidia-h20-96gb", on="2025-05-01")
    arguments = ("check", "nvidia-h20-96gb", "--on", "2025-05-01")
    assert f"{report}\n" == run(*arguments, COLUMNS="100").stdout
    assert report.as_dict() == json.loads(run(*arguments, "--format", "json").stdout)
    assert (report.exportable, report.outcome) == ("license", "license_required")


def test_a_notebook_shows_a_table() -> None:
    html = compliance.check("nvidia-h20-96gb", on="2025-05-01")._repr_html_()
    assert "<table>" in html
    assert "party headquartered in CN (assumed)" in html
    assert "us-informed-2025-04-09" in html
    spec = compliance.chip("nvidia-h20-96gb").model_copy(update={"name": "<script>x</script>"})
    assert "<script>" not in compliance.check(spec)._repr_html_()

"""Lint: each rule with a file that trips it and a near miss that does not."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from builders import RULESET
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

import compliance
from compliance.errors import InputError
from compliance.oversights import GAPS, LOOSE_ENDS
from compliance.remarks import RULES
from compliance.report.of_lint import render
from compliance.traps import TRAPS

DOCS = Path(__file__).parent.parent / "docs" / "lint.md"
BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
SPEC = "id: mine\nname: Mine\nvendor: Me\n"
DENSE = "compute: {fp8: 1979 TFLOPS}\n"

# Rule, what trips it, and a near miss.
SPECS = [
    (
        "sparse-rate",
        "compute: {fp16: 495 TFLOPS, fp8: 1979 TFLOPS}",
        "compute: {fp16: 990 TFLOPS, fp8: 1979 TFLOPS}",
    ),
    (
        "sparse-rate",
        "compute: {fp16: 990 TFLOPS, fp8: 1979 TFLOPS, int8: 3958 TOPS}",
        "compute: {fp16: 990 TFLOPS, fp8: 990 TFLOPS, int8: 1979 TOPS}",  # FP8 at the rate of FP16
    ),
    (
        "sparse-rate",
        "compute: {fp16: 1979 TFLOPS, bf16: 990 TFLOPS, fp8: 1979 TFLOPS}",
        "compute: {fp16: 330 TFLOPS, bf16: 165 TFLOPS, fp8: 660 TFLOPS}",  # a GeForce
    ),
    (
        "sparse-rate",
        "compute: {fp8: 838 TFLOPS, fp4: 3352 TFLOPS}",
        "compute: {fp8: 838 TFLOPS, fp4: 3352 TFLOPS, sparse: [fp4]}",
    ),
    (
        "sparse-rate",
        "compute: {fp16: 184.6 TFLOPS, bf16: 92.3 TFLOPS}",
        "compute: {fp16: 184.6 TFLOPS, bf16: 92.3 TFLOPS, sparse: false}",
    ),
    (
        "halved-twice",
        "compute: {fp16: 148 TFLOPS, fp8: 296 TFLOPS, sparse: [fp8]}",
        "compute: {fp16: 148 TFLOPS, fp8: 592 TFLOPS, sparse: [fp8]}",
    ),
    (
        "declared-tpp-doubled",
        f"{DENSE}declared: {{tpp: 31664}}",
        f"{DENSE}declared: {{tpp: 15840}}",
    ),
    (
        "declared-tpp-halved",
        "compute: {fp8: 3958 TFLOPS}\ndeclared: {tpp: 15840}",
        "compute: {fp8: 3958 TFLOPS, sparse: true}\ndeclared: {tpp: 15840}",
    ),
    ("declared-tpp-off", f"{DENSE}declared: {{tpp: 12224}}", f"{DENSE}declared: {{tpp: 14900}}"),
    (
        "declared-tpp-off",
        "compute: {fp8: 1979 TFLOPS, complete: false}\ndeclared: {tpp: 12224}",
        "compute: {fp8: 1979 TFLOPS, complete: false}\ndeclared: {tpp: 37248}",
    ),
    (
        "declared-tpp-apart",
        "compute: {fp16: 2250 TFLOPS}\ndeclared: {tpp: 37248}",
        "compute: {fp16: {min: 2250 TFLOPS, max: 2328 TFLOPS}}\ndeclared: {tpp: 37248}",
    ),
    ("tpp-implausible", "compute: {fp8: 296 PFLOPS}", "compute: {fp8: 35 PFLOPS}"),
    (
        "tpp-implausible",
        "market: datacenter\ncompute: {fp8: 296 GFLOPS}",
        "market: embedded\ncompute: {fp8: 296 GFLOPS}",
    ),
    (
        "tf32-decides",
        "compute: {tf32: 667 TFLOPS, bf16: 667 TFLOPS}",
        "compute: {tf32: 333.5 TFLOPS, bf16: 667 TFLOPS}",
    ),
    (
        "one-way-link",
        "links: [{name: NVLink 4, bandwidth: 450 GB/s}]",
        "links: [{name: NVLink 4, bandwidth: 400 GB/s}]",  # an H800
    ),
    (
        "one-way-link",
        "links: [{name: NVLink 5, bandwidth: 900 GB/s}]",
        "links: [{name: NVLink 5, bandwidth: 900 GB/s, direction: each way}]",
    ),
    (
        "one-way-link",
        "links: [{name: PCIe 5.0 x16, bandwidth: 63 GB/s}]",
        "links: [{name: PCIe 4.0 x16, bandwidth: 63 GB/s}]",
    ),
    (
        "one-way-link",
        "links: [{name: Infinity Fabric (7 links x 64), bandwidth: 448 GB/s}]",
        "links: [{name: Infinity Fabric (7 links x 128), bandwidth: 896 GB/s}]",
    ),
    (
        "one-way-link",
        "links: [{name: 24 x 200GbE RoCE, bandwidth: 600 GB/s}]",
        "links: [{name: 24 x 200GbE RoCE, bandwidth: 1200 GB/s}, {name: NVLink}]",
    ),
    (
        "link-twice",
        "links: [{name: NVLink 4, bandwidth: 900 GB/s, direction: each way}]",
        "links: [{name: NVLink 4, bandwidth: 450 GB/s, direction: each way}]",
    ),
    (
        "bits-for-bytes",
        "memory: {type: HBM3, bandwidth: 4000 Gb/s}",
        "memory: {type: HBM3, bandwidth: 4000 GB/s}",
    ),
    (
        "bits-for-bytes",
        "links: [{name: NVLink, bandwidth: 900 Gb/s}]",
        "links: [{name: RoCE, bandwidth: 400 Gb/s}]",
    ),
    (
        "gib-or-gb",
        "memory: {type: HBM3, bandwidth: 820 GiB/s}",
        "memory: {type: HBM3, bandwidth: 820 GB/s}",
    ),
    (
        "gib-or-gb",
        "links: [{name: ICI, bandwidth: 1 TiB/s}]",
        "links: [{name: ICI, bandwidth: {min: 1 TB/s, max: 1 TiB/s}}]",
    ),
    (
        "gib-or-gb",
        "memory: {type: HBM3, capacity: 206 GiB}",
        "memory: [{type: HBM3, capacity: 192 GiB}, {type: HBM2e, capacity: 95 GiB}]",
    ),
    (
        "one-die-of-several",
        "dies: [{name: D, area: 800 mm^2, node: TSMC 4NP}]\ntransistors: 208e9",
        "dies: [{name: D, area: 800 mm^2, count: 2, node: TSMC 4NP}]\ntransistors: 208e9",
    ),
    (
        "one-die-of-several",
        "dies: [{name: XCD, count: 8, area: 115 mm^2, node: TSMC N5}]\ntransistors: 153e9",
        "transistors: 153e9\ndies: [{name: XCD, count: 8, area: 115 mm^2}, {name: IOD}]",
    ),
    (
        "one-die-of-several",
        "dies: [{name: D, area: 561 mm^2, node: 28 nm}]\ntransistors: 54e9",
        "dies: [{name: D, area: 561 mm^2, node: 28 nm}]\ntransistors: 7e9",
    ),
    (
        "die-beyond-reticle",
        "dies: [{name: D, area: 1017 mm^2}]",
        "dies: [{name: D, area: 858 mm^2}]",
    ),
    (
        "die-beyond-reticle",
        "dies: [{name: D, area: 1228 mm^2, count: 2}]",
        "dies: [{name: a wafer, area: 46225 mm^2}, {name: E, area: {min: 1228 mm^2}}]",
    ),
    (
        "no-die-area",
        "market: datacenter\ndies: [{name: D, planar: false}]",
        "market: datacenter\ndies: [{name: D, area: {max: 9 mm^2}}, {name: E, planar: true}]",
    ),
    ("no-die-area", f"market: datacenter\n{DENSE}", f"market: consumer\n{DENSE}"),
    (
        "planar-confusion",
        "dies: [{name: D, node: Samsung 8N, planar: true}]",
        "dies: [{name: D, node: GF 22FDX, planar: true}, {name: E, node: TSMC N7, planar: false}]",
    ),
    (
        "planar-confusion",
        "dies: [{name: D, node: Intel 22 nm FinFET, planar: true}]",
        "dies: [{name: D, node: Intel 22 nm FinFET, planar: false}, {name: E, planar: true}]",
    ),
    (
        "planar-confusion",
        "dies: [{name: D, node: TSMC 28HPC, planar: false}]",
        "dies: [{name: D, node: TSMC 28HPC, planar: true}, {name: E, node: TSMC 28HPC}]",
    ),
    (
        "planar-confusion",
        "dies: [{name: D, node: 0.18 um, planar: false}]",
        "dies: [{name: D, node: 0.18 um, planar: true}]",
    ),
    (
        "sram-as-dram",
        "memory: {type: SRAM on die, bandwidth: 80 TB/s}",
        "memory: {type: SRAM, bandwidth: 80 TB/s}",
    ),
    (
        "sram-as-dram",
        "memory: {type: on-chip memory}",
        "memory: {type: HBM3 with on-die ECC}",
    ),
    (
        "sram-as-dram",
        "memory: {type: HBM3, bandwidth: 80 TB/s}",
        "memory: {type: HBM4, bandwidth: 22 TB/s}",
    ),
    (
        "sram-as-dram",
        "memory: {type: GDDR6, capacity: 0.44 GB, bandwidth: 10 TB/s}",
        "memory: {type: HBM3e, capacity: 288 GB, bandwidth: 10 TB/s}",
    ),
    ("memory-type", "memory: {type: in-house HBM}", "memory: {type: HBM (in-house)}"),
    ("memory-type", "memory: {type: SARM}", "memory: {type: unified LPDDR5}"),
    ("released-early", 'released: "1019"', 'released: "1990"'),
    ("no-sources", DENSE, f"{DENSE}sources: [{{title: T, fields: [compute]}}]"),
    ("source-without-fields", "sources: [{title: T}]", "sources: [{title: T, fields: []}]"),
    (
        "source-of-nothing",
        f"{DENSE}sources: [{{title: T, fields: [compute, memroy]}}]",
        f"{DENSE}sources: [{{title: T, fields: [compute.fp8]}}]",
    ),
    (
        "figure-without-source",
        f"{DENSE}power: 700 W\nsources: [{{title: T, fields: [compute]}}]",
        f"{DENSE}power: 700 W\nsources: [{{title: T, fields: [compute, power]}}]",
    ),
]

ENTRY = '  - {id: "1.a", title: Fast, cite: Mine 1.a, when: tpp >= 100}\n'
LIST = "licensing:\n  - id: all\n"
EXCEPTION = "exceptions: [{id: X, title: X, cite: X, where: [{to: CN}], when: tpp >= 1}]\n"

# Rule, a text of RULESET, what it is replaced by to trip the rule, and by what in a near miss.
LAWS = [
    (
        "no-evidence-caveat",
        "evidence: primary",
        "evidence: secondary",
        "evidence: secondary\ncaveats: [{id: doubt, say: All of it is doubtful.}]",
    ),
    (
        "entry-without-row",
        ENTRY,
        ENTRY + '  - {id: "1.b", title: B, cite: B, when: tpp >= 9}\n',
        '  - {id: "1.b", title: B, cite: B, when: tpp >= 9}\n'
        + ENTRY.replace("tpp >= 100", "{meets: 1.b}"),
    ),
    ("unused-exception", LIST, EXCEPTION + LIST, f"{EXCEPTION}{LIST}    exceptions: [X]\n"),
    ("row-to-nowhere", "to: CN", 'to: "CN - CN"', 'to: "D:5 - CN"'),
    ("row-to-nowhere", "to: CN", 'headquarters: "CN - D:5"', 'headquarters: "D:5 | CN"'),
    (
        "never-true",
        "tpp >= 100",
        "{all: [tpp >= 4800, {all: [tpp < 1600, datacenter]}]}",
        "{any: [tpp >= 4800, {all: [tpp < 1600, bit_tops >= 1600]}]}",
    ),
    (
        "never-true",
        "tpp >= 100",
        "{any: [tpp >= 200, {not: {all: [tpp > 100, tpp <= 100]}}]}",
        "{any: [tpp >= 200, {not: {all: [tpp >= 100, tpp <= 100]}}]}",
    ),
    (
        "never-true",
        "tpp >= 100",
        "tpp >= 1, unless: [{note: N, when: {all: [tpp >= 9, tpp < 9]}}]",
        "tpp >= 1, unless: [{note: N, when: {all: [tpp >= 9, tpp < 10]}}]",
    ),
    (
        "metric-out-of-reach",
        "title: Fast,",
        "title: Fast, item: hbm,",
        "title: Fast, item: system,",
    ),
    (
        "dates-out-of-order",
        "verified:",
        "published: 2024-03-01\nverified:",
        "published: 2024-02-01\nverified:",
    ),
    (
        "dates-out-of-order",
        "verified:",
        "until: 2023-12-31\nverified:",
        "until: unknown\nverified:",
    ),
]


def ids(file: Path | str) -> set[str]:
    return {remark.rule.id for remark in compliance.lint(file)}


def written(folder: Path, text: str, name: str = "file.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("rule", "trip", "near"), SPECS)
def test_a_trap_is_seen_and_its_neighbor_is_not(
    rule: str, trip: str, near: str, tmp_path: Path
) -> None:
    expected = {"no-sources", "no-die-area"} - {rule}
    assert ids(written(tmp_path, f"{SPEC}{trip}\n")) - expected == {rule}
    assert ids(written(tmp_path, f"{SPEC}{near}\n")) <= expected | {"declared-tpp-apart"} - {rule}


@pytest.mark.parametrize(("rule", "old", "trip", "near"), LAWS)
def test_a_loose_end_is_seen_and_its_neighbor_is_not(
    rule: str, old: str, trip: str, near: str, tmp_path: Path
) -> None:
    assert RULESET.count(old) == 1
    assert not ids(written(tmp_path, RULESET))
    assert ids(written(tmp_path, RULESET.replace(old, trip))) == {rule}
    assert not ids(written(tmp_path, RULESET.replace(old, near)))


def test_every_rule_is_tried_and_documented() -> None:
    refusals = {"unreadable", "invalid"}
    assert {rule for rule, *_ in SPECS} == {*TRAPS, *GAPS}
    assert {rule for rule, *_ in LAWS} == set(LOOSE_ENDS)
    assert set(RULES) == refusals | {*TRAPS, *GAPS, *LOOSE_ENDS}
    rows = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if "| `" in line]
    assert rows == [
        f"| `{r.id}` | {r.level} | {r.title} | {r.why} | {r.fix} |" for r in RULES.values()
    ]


def test_the_documentation_shows_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = re.findall(r"```(?:yaml)?\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path, blocks[0], "my-chip.yaml").name
    assert (
        blocks[1] == f"$ compliance lint {file}\n{render([file], compliance.lint(file), 'table')}"
    )


@pytest.mark.parametrize("name", [*compliance.chip_ids(), *compliance.ruleset_ids()])
def test_what_is_bundled_has_no_warnings(name: str) -> None:
    warnings = {r.rule.id for r in compliance.lint(name) if r.rule.level != "note"}
    assert not warnings


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_what_the_loader_refuses_is_an_error_at_the_same_place(file: Path) -> None:
    with pytest.raises(InputError) as caught:
        compliance.load_chip(file)
    remarks = compliance.lint(file)
    assert {remark.rule.level for remark in remarks} == {"error"}
    assert {remark.problem for remark in remarks} == set(caught.value.problems)
    assert list(remarks) == sorted(remarks, key=lambda remark: remark.problem[:3])


def test_a_file_with_a_regime_is_refused_as_a_ruleset(tmp_path: Path) -> None:
    (remark,) = compliance.lint(written(tmp_path, RULESET.replace("title: Mine\n", "")))
    assert (remark.rule.id, remark.problem.field) == ("invalid", "title")


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    memory = "memory: {type: HBM3,\n  bandwidth: 820 GiB/s}\n"
    text = f"{SPEC}notes: []\n{memory}sources: [{{title: T}}]\n"
    places = {r.rule.id: r.problem[1:4] for r in compliance.lint(written(tmp_path, text))}
    assert places["gib-or-gb"] == (6, 14, "memory.bandwidth")
    assert places["source-without-fields"] == (7, 11, "sources.0")
    law = (
        RULESET.replace("my-law-2024-01-01", "my-law-2026-08-01")
        .replace("effective: 2024-01-01", "effective: 2026-08-01\nsupersedes: us-ear-2026-07-10")
        .replace("status: in_force", "status: in_force\ncarries: ['3A090.c']")
    )
    (remark,) = compliance.lint(written(tmp_path, law))
    assert (remark.rule.id, remark.problem.field) == ("entry-without-row", "carries")
    law = RULESET.replace("title: Fast,", "title: Fast, item: hbm,")
    (remark,) = compliance.lint(written(tmp_path, law))
    assert remark.problem[1:4] == (11, 5, "entries.0")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("nvidia-h20", "did you mean nvidia-h20-"),
        ("us-ear-2023-11-7", "did you mean us-ear-2023-11-17"),
        ("", "expected a file, or the id"),
        ("no/such/file", "no such file"),
        ("none.yaml", "no such file"),
        (".", "a directory"),
        ("a" * 5000, "expected a file, or the id"),
        ("a\0b.yaml", "null byte"),
        ("/dev/zero", "more than 1,000,000 bytes"),
    ],
)
def test_names_of_no_file(name: str, found: str) -> None:
    (remark,) = compliance.lint(name)
    assert remark.rule.id == "unreadable"
    assert found in str(remark.problem)
    with pytest.raises(InputError):
        compliance.lint(7)  # type: ignore[arg-type] # that is the point


HOSTILE = {
    "nested": "[" * 500_000,
    "braces": "a: " + "{a: " * 400_000,
    "keys": "\n".join(f"k{n}: 1" for n in range(5_000)),
    "long": "id: " + "x" * 900_000,
    "node": f"{SPEC}dies: [{{name: D, planar: true, node: '{'9.9 ' * 490}'}}]",
    "huge": f"{SPEC}compute: {{fp8: 9e99 TFLOPS}}\ntransistors: 1e99\ndeclared: {{tpp: 1e99}}\n"
    "memory: {type: HBM3, capacity: 99999999999999999999e99 GiB}\n"
    "dies: [{name: D, area: 0.00000000000000000001 mm^2}]",
    "bidi": f"{SPEC}\u202e\u2066: 1\n",
    "regime": "regime: [" + "a, " * 200_000 + "]",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_dealt_with_fast(name: str, tmp_path: Path) -> None:
    file = written(tmp_path, HOSTILE[name])
    start = time.process_time()
    remarks = compliance.lint(file)
    text = render([str(file)], remarks, "table")
    assert len(text) < 50_000
    assert time.process_time() - start < 5
    assert all(line.isprintable() for line in text.splitlines())


AMOUNTS = st.builds(lambda n, e: f"{n}e{e}", st.integers(0, 10**20 - 1), st.integers(-99, 99))


@given(st.lists(AMOUNTS, min_size=7, max_size=7))
def test_no_amount_is_too_much(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[str]
) -> None:
    a, b, c, d, e, f, g = amounts
    text = (
        f"{SPEC}market: datacenter\ncompute: {{fp16: {a} TFLOPS, fp8: {b} TFLOPS, tf32: {c} OPS}}\n"
        f"memory: {{type: HBM3, capacity: {d} GiB, bandwidth: {e} GiB/s}}\n"
        f"links: [{{name: PCIe 7 x99, bandwidth: {f} GB/s}}]\n"
        f"dies: [{{name: D, area: {g} mm^2, node: 7 nm}}]\n"
        f"transistors: {a}\ndeclared: {{tpp: {d}}}\n"
    )
    file = written(tmp_path_factory.getbasetemp(), text)
    assert "gib-or-gb" in ids(file) or "invalid" in ids(file)


def test_the_command(run: Run, tmp_path: Path) -> None:
    written(tmp_path, f"{SPEC}{DENSE}sources: [{{title: T, fields: [compute]}}]\n", "fine.yaml")
    done = run("lint", "fine.yaml", "us-ear-2023-11-17", "fine.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "2 files: nothing found\n"
    noted = run("lint", "nvidia-b200-hgx", COLUMNS="100")
    assert noted.returncode == 0
    assert "chips/nvidia/nvidia-b200-hgx.yaml\nat " in noted.stdout
    written(tmp_path, f"{SPEC}compute: {{fp16: 495 TFLOPS, fp8: 1979 TFLOPS}}\n", "odd.yaml")
    warned = run("lint", "fine.yaml", "odd.yaml", COLUMNS="100")
    assert warned.returncode == 1
    assert warned.stdout.startswith("odd.yaml\nat ")
    assert "4:34  warning  sparse-rate  compute.fp8: found 1979 TFLOPS" in warned.stdout
    assert "\nsparse-rate: Datasheets like to print rates with 2:4 sparsity." in warned.stdout
    assert warned.stdout.endswith("\n2 files: 1 warning, 1 note\n")
    written(tmp_path, f"{SPEC}colour: red\n", "bad.yaml")
    failed = run("lint", "odd.yaml", "bad.yaml", "nvidia-h20", "-o", "report.txt")
    assert (failed.returncode, failed.stdout, failed.stderr) == (2, "", "")
    assert "3 files: 2 errors, 1 warning, 1 note" in (tmp_path / "report.txt").read_text()
    assert run("lint").returncode == 2
    assert "is an input" in run("lint", "odd.yaml", "-o", "odd.yaml").stderr


def test_a_fault_in_a_part_stands_under_the_file_of_the_part(run: Run, tmp_path: Path) -> None:
    written(tmp_path, "id: part\n", "part.yaml")
    written(tmp_path, f"{SPEC}kind: system\ncontains: [{{chip: part.yaml}}]\n", "box.yaml")
    done = run("lint", "box.yaml")
    assert done.returncode == 2
    assert done.stdout.startswith("part.yaml\nat ")


def test_json(run: Run, tmp_path: Path) -> None:
    written(tmp_path, f"{SPEC}released: 1019\n", "odd.yaml")
    data = json.loads(run("lint", "odd.yaml", "nvidia-h20-96gb", "--format", "json").stdout)
    assert data["schema"] == "compliance-lint/1"
    assert data["files"] == ["odd.yaml", "nvidia-h20-96gb"]
    assert [rule["id"] for rule in data["rules"]] == ["released-early", "no-sources"]
    assert set(data["rules"][0]) == {"id", "level", "title", "why", "fix"}
    assert data["remarks"][1] == {
        "rule": "released-early",
        "level": "warning",
        "source": "odd.yaml",
        "line": 4,
        "column": 11,
        "field": "released",
        "found": "1019",
        "expected": "1990 or later",
        "hint": "",
    }


TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string", "minLength": 1}},
}
LEVEL = {"enum": ["error", "warning", "note"]}
# What SARIF 2.1.0 requires of the parts that are used here.
SARIF: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs", "$schema"],
    "additionalProperties": False,
    "properties": {"version": {"const": "2.1.0"}, "$schema": {"pattern": "sarif-schema-2.1.0"}}
    | {
        "runs": {
            "minItems": 1,
            "items": {
                "required": ["tool", "results"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "properties": {
                            "driver": {
                                "required": ["name", "version", "rules"],
                                "properties": {
                                    "rules": {
                                        "uniqueItems": True,
                                        "items": {
                                            "required": ["id"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"pattern": "^[a-z0-9-]+$"},
                                                "shortDescription": TEXT,
                                                "fullDescription": TEXT,
                                                "help": TEXT,
                                                "defaultConfiguration": {
                                                    "properties": {"level": LEVEL}
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        }
                    },
                    "results": {
                        "items": {
                            "required": ["ruleId", "level", "message", "locations"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"enum": list(RULES)},
                                "level": LEVEL,
                                "message": TEXT,
                                "locations": {"minItems": 1},
                            },
                        }
                    },
                },
            },
        }
    },
}


def test_sarif(tmp_path: Path) -> None:
    odd = written(tmp_path, f"{SPEC}released: 1019\n", "an odd: file.yaml")
    remarks = [*compliance.lint(odd), *compliance.lint("no file.yaml")]
    data = json.loads(render([str(odd), "no file.yaml"], remarks, "sarif"))
    jsonschema.Draft7Validator(SARIF).validate(data)
    _, early, none = data["runs"][0]["results"]
    assert early["ruleId"] == "released-early"
    assert early["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": odd.as_uri()},
                "region": {"startLine": 4, "startColumn": 11},
            }
        }
    ]
    assert none["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "no%20file.yaml"}}}
    ]

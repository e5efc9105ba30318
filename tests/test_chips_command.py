"""Finding bundled chips by the names people type, and showing one with its sources."""

from __future__ import annotations

import json
from datetime import date

import pytest
from conftest import Run

import compliance
from compliance.errors import InputError
from compliance.report import of_chip


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nvidia-h20-96gb", "nvidia-h20-96gb"),
        ("h20", "nvidia-h20-96gb"),
        ("nvidia-h20", "nvidia-h20-96gb"),
        ("H20 96GB", "nvidia-h20-96gb"),
        ("4090D", "nvidia-rtx-4090d"),
        ("rtx 4090 d", "nvidia-rtx-4090d"),
        ("GeForce RTX 4090", "nvidia-rtx-4090"),
        ("MI308", "amd-mi308x"),
        ("mi308x", "amd-mi308x"),
        ("instinct-mi308x", "amd-mi308x"),
        ("Ascend 910C", "huawei-ascend-910c"),
    ],
)
def test_chips_answer_to_the_names_people_type(name: str, expected: str) -> None:
    assert compliance.chip(name).id == expected


def test_every_chip_answers_to_its_own_names() -> None:
    for name in compliance.chip_ids():
        spec = compliance.chip(name)
        for alias in (*spec.aliases, f"{spec.vendor} {spec.name}"):
            assert compliance.chip(alias) == spec


def test_a_name_of_several_or_of_none_is_refused() -> None:
    with pytest.raises(InputError, match="did you mean"):
        compliance.chip("nvidia-h20-96g")
    with pytest.raises(InputError, match="the id of a bundled chip"):
        compliance.chip("")


def test_selecting() -> None:
    found = {chip.id for chip in compliance.select(vendor="nvidia", market="consumer")}
    assert "nvidia-rtx-4090" in found
    assert all(name.startswith("nvidia-") for name in found)
    assert "nvidia-a40" not in found
    early = compliance.select(released_before=date(2021, 1, 1))
    assert early
    assert all((chip.released or "9") < "2021" for chip in early)
    late = {chip.id for chip in compliance.select(released_from=date(2024, 2, 15))}
    assert "nvidia-h20-96gb" in late, "some day of February 2024"
    assert not compliance.select(kind="hbm", market="consumer")


def test_several_chips_by_name_on_the_command_line(run: Run) -> None:
    out = run("check", "4090D", "h20", "mi308x", "--on", "2025-05-01").stdout
    for name in ("nvidia-rtx-4090d", "nvidia-h20-96gb", "amd-mi308x"):
        assert f"({name})" in out


def test_showing_a_chip(run: Run) -> None:
    out = " ".join(run("chips", "show", "h20").stdout.split())
    for text in (
        "also called: H20",
        "FP16 148 TFLOPS x 16 bits = 2,368",
        "NVLink 4 900 + PCIe 5.0 x16 128 = 1,028 GB/s",
        "1 x 814 mm^2, TSMC 4N, non-planar",
        "source TOMS-CN:",
    ):
        assert text in out
    data = json.loads(run("chips", "show", "h20", "--format", "json").stdout)
    assert data["spec"]["compute"]["fp16"] == "148 TOPS", "in canonical units"
    assert data["metrics"]["tpp"]["value"] == "2,368"
    assert run("chips", "show").returncode == 2
    assert run("chips", "show", "h20", "--format", "csv").returncode == 2


def test_every_chip_can_be_shown() -> None:
    for name in compliance.chip_ids():
        spec = compliance.chip(name)
        assert all(note.split()[0] in of_chip.render(spec, "table") for note in spec.notes)
        assert json.loads(of_chip.render(spec, "json"))["digest"] == spec.digest


def test_filtering_on_the_command_line(run: Run) -> None:
    out = run("chips", "--vendor", "huawei", "--format", "csv").stdout
    assert out.count("\nhuawei-") == len(compliance.select(vendor="huawei"))
    assert run("chips", "--released-before", "soon").returncode == 2

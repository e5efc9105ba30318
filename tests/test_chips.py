"""Spec files and the models behind them."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path

import pytest
from builders import chip
from pydantic import ValidationError

import compliance
from compliance.chips import Chip, json_schema
from compliance.errors import InputError
from compliance.specs import load_chip

MINIMAL = "id: mine\nname: Mine\nvendor: Me\n"


def written(folder: Path, text: str, name: str = "spec.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_minimal_spec_knows_nothing_and_invents_nothing(tmp_path: Path) -> None:
    loaded = load_chip(written(tmp_path, MINIMAL))
    assert loaded.kind == "accelerator"
    assert [name for name in Chip.model_fields if getattr(loaded, name) not in (None, ())] == [
        "id",
        "name",
        "vendor",
        "kind",
    ]


def test_json_is_read_by_the_same_door(tmp_path: Path) -> None:
    spec = {"id": "mine", "name": "Mine", "vendor": "Me", "compute": {"fp8": "296 TFLOPS"}}
    loaded = load_chip(written(tmp_path, json.dumps(spec, indent=2), "s.json"))
    assert loaded.compute
    assert loaded.compute.fp8
    assert loaded.compute.fp8.low == 296


@pytest.mark.parametrize("name", compliance.chip_ids())
def test_a_chip_survives_its_own_json(name: str, tmp_path: Path) -> None:
    spec = compliance.chip(name)
    again = load_chip(written(tmp_path, spec.model_dump_json(exclude_unset=True), "s.json"))
    assert again == spec == spec.model_copy()
    assert hash(again) == hash(spec)


def test_a_frozen_chip_can_be_copied_but_not_changed() -> None:
    spec = chip(compute={"fp8": "296 TFLOPS"})
    with pytest.raises(ValidationError):
        spec.name = "Y"
    copy = spec.model_copy(update={"market": "datacenter"})
    assert (copy.market, spec.market) == ("datacenter", None)
    assert compliance.measure(copy).flags != compliance.measure(spec).flags
    with pytest.raises(ValidationError):
        spec.model_copy(update={"market": "moon"})


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    one = load_chip(written(tmp_path, MINIMAL))
    assert one.digest == load_chip(written(tmp_path, MINIMAL, "b.yaml")).digest
    assert one.digest != load_chip(written(tmp_path, MINIMAL + "# note\n")).digest
    assert one.digest.startswith("sha256:")
    assert len(chip().digest) == len(one.digest)


def test_a_system_names_its_chips_by_id_or_by_file(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL, "part.yaml")
    text = "id: box\nname: Box\nvendor: Me\nkind: system\ncontains:\n"
    parts = "  - {chip: part.yaml, count: 2}\n  - {chip: nvidia-h20-96gb}\n"
    box = load_chip(written(tmp_path, text + parts))
    assert [(part.chip.id, part.count) for part in box.contains] == [
        ("mine", 2),
        ("nvidia-h20-96gb", 1),
    ]


def test_copies_and_pickles_are_the_same_chip() -> None:
    spec = compliance.chip("nvidia-b200-hgx")
    compliance.check(spec)
    for copied in (copy.copy(spec), copy.deepcopy(spec), pickle.loads(pickle.dumps(spec))):  # noqa: S301 - our own
        assert copied == spec
        assert copied.digest == spec.digest
        assert copied.model_copy(update={"name": "Y"}).name == "Y"
        assert (
            compliance.check(copied).answer.exportable == compliance.check(spec).answer.exportable
        )


def test_systems_that_contain_one_another_or_too_many(tmp_path: Path) -> None:
    head = "name: X\nvendor: Me\nkind: system\ncontains:\n"
    (tmp_path / "sub").mkdir()
    loop = written(tmp_path, f"id: a\n{head}  - {{chip: sub/../a.yaml}}\n", "a.yaml")
    with pytest.raises(InputError, match="which contains this system"):
        load_chip(loop)
    written(tmp_path, MINIMAL, "l0.yaml")
    for n in range(1, 20):
        parts = f"  - {{chip: l{n - 1}.yaml}}\n" * 10
        written(tmp_path, f"id: l{n}\n{head}{parts}", f"l{n}.yaml")
    deep = load_chip(tmp_path / "l7.yaml")
    assert len(compliance.measure(deep).parts) == 1
    with pytest.raises(InputError, match="more than 8 systems inside one another"):
        load_chip(tmp_path / "l19.yaml")


def test_all_faults_of_a_system_at_once(tmp_path: Path) -> None:
    text = (
        "id: box\nname: Box\nvendor: Me\nkind: system\ncolour: red\n"
        "contains: [{chip: none-1}, {chip: 5}, {chip: none-2, number: 2}]\n"
    )
    with pytest.raises(InputError) as caught:
        load_chip(written(tmp_path, text))
    assert [p.field for p in caught.value.problems] == [
        "contains.0.chip",
        "contains.1.chip",
        "contains.2.chip",
        "colour",
        "contains.2.number",
    ]


def test_a_comma_inside_braces_is_seen_for_what_it_is(tmp_path: Path) -> None:
    text = f"{MINIMAL}memory: {{type: HBM3, bandwidth: 1,400 GB/s}}\n"
    with pytest.raises(InputError, match="a comma begins a new entry"):
        load_chip(written(tmp_path, text))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ("  - {chip: nvidia-h2}", '6:12: contains.0.chip: found "nvidia-h2", expected the id'),
        ("  - {chip: spec.yaml}", "6:12: contains.0.chip: found spec.yaml, which contains this"),
        ("  - {chip: none.yaml}", "none.yaml: no such file"),
    ],
)
def test_a_system_whose_chips_do_not_exist(tmp_path: Path, parts: str, message: str) -> None:
    text = f"id: box\nname: Box\nvendor: Me\nkind: system\ncontains:\n{parts}"
    with pytest.raises(InputError) as caught:
        load_chip(written(tmp_path, text))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("line", "suspected"),
    [
        ("memory: {type: HBM3, bandwidth: 4000 Gb/s}", '"4000 Gb/s", which is 500 GB/s'),
        ("memory: {type: HBM3, bandwidth: 4.0 Tb/s}", 'perhaps "4.0 TB/s"'),
        ("links: [{name: NVLink, bandwidth: 900 Gb/s}]", 'perhaps "900 GB/s"'),
        ("links: [{name: NVLink, bandwidth: 900 Gbps}]", 'perhaps "900 GB/s"'),
        ("links: [{name: RoCE, bandwidth: 400 Gb/s}]", None),
        ("links: [{name: NVLink, bandwidth: 7.2 Tb/s}]", None),
        ("memory: {type: HBM3, bandwidth: 4000 GB/s}", None),
    ],
)
def test_bits_that_look_like_bytes_are_a_warning(
    tmp_path: Path, line: str, suspected: str | None
) -> None:
    warnings = load_chip(written(tmp_path, f"{MINIMAL}{line}\n")).warnings
    assert [suspected in str(w) for w in warnings if suspected] == [True] * bool(suspected)
    assert len(warnings) == bool(suspected)


def test_the_schema_describes_the_file_and_not_the_model() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["id", "name", "vendor"]
    assert {"$ref": "#/$defs/Memory"} in schema["properties"]["memory"]["anyOf"]
    assert schema["$defs"]["Part"]["properties"]["chip"]["type"] == "string"

"""The bundled chips: sourced, and checked by computing what others have published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from builders import as_json

import compliance
from compliance.chips import json_schema
from compliance.data import catalog, content
from compliance.items import measure
from compliance.specs import chip_ids

IDS = chip_ids()
SCHEMA = jsonschema.Draft202012Validator(json_schema())
DATA = (
    "compute",
    "memory",
    "links",
    "dies",
    "transistors",
    "power",
    "package_area",
    "contains",
    "neural_network",
)

# Published TPP and who published it; ours is computed from rates and has to be within 1 %.
PUBLISHED = [
    ("nvidia-a100-sxm4-40gb", 4992, "Epoch AI"),
    ("nvidia-a100-sxm4-80gb", 4989, "NVIDIA"),
    ("nvidia-a800-sxm4-80gb", 4989, "NVIDIA"),
    ("nvidia-a40", 2392, "NVIDIA"),
    ("nvidia-h100-sxm5-80gb", 15840, "NVIDIA"),
    ("nvidia-h800-sxm5-80gb", 15840, "NVIDIA"),
    ("nvidia-h200-sxm-141gb", 15840, "NVIDIA"),
    ("nvidia-h20-96gb", 2368, "SemiAnalysis, Epoch AI"),
    ("nvidia-l40", 2912, "NVIDIA"),
    ("nvidia-l40s", 5872, "NVIDIA"),
    ("nvidia-l20", 1912, "Epoch AI"),
    ("nvidia-l4", 1952, "NVIDIA"),
    ("nvidia-l2", 1544, "Epoch AI"),
    ("nvidia-rtx-4080", 3120, "Epoch AI"),
    ("nvidia-rtx-4090", 5285, "Epoch AI"),
    ("nvidia-rtx-5090", 6720, "NVIDIA"),
    ("nvidia-b100", 28000, "Epoch AI"),
    ("nvidia-gb200", 40200, "NVIDIA"),
    ("amd-mi250x", 6128, "Epoch AI"),
    ("amd-mi300x", 20920, "Epoch AI"),
    ("amd-mi325x", 20800, "Epoch AI"),
    ("google-tpu-v5p", 7344, "Epoch AI"),
    ("huawei-ascend-910b1", 6400, "Epoch AI"),
    ("huawei-ascend-910b2", 6016, "Epoch AI"),
    ("huawei-ascend-910b3", 5008, "Epoch AI"),
    ("huawei-ascend-910b4", 4480, "Epoch AI"),
    ("huawei-ascend-910c", 12800, "Epoch AI, from 800 TFLOPS"),
    ("biren-br100", 16380, "Epoch AI"),
    ("intel-gaudi3-hl325l", 26850, "Epoch AI, from 1,678 TFLOPS"),
    ("intel-gaudi2-hl225h", 7200, "Epoch AI, from 450 TFLOPS"),
    ("nvidia-h100-pcie-80gb", 12096, "Epoch AI"),
    ("nvidia-l4", 1936, "Epoch AI"),
    ("nvidia-l40", 2897, "Epoch AI"),
]

# Where the maker's figure and the datasheet's rates are further apart: by how many percent.
APART = {
    "nvidia-h100-pcie-80gb": (12224, "1.0"),  # three vendor figures circulate
    "nvidia-b200-hgx": (37248, "3.5"),
    "nvidia-b300-hgx": (55432, "5.8"),  # of the low end, 13.1 PFLOPS of FP4
}


def test_the_chips_of_the_first_release_are_there() -> None:
    assert len(IDS) >= 40
    assert len({compliance.chip(name).name for name in IDS}) == len(IDS)


@pytest.mark.parametrize("name", IDS)
def test_a_chip_is_named_like_its_file_and_has_sources(name: str) -> None:
    chip = compliance.chip(name)
    assert chip.id == name
    assert chip.sources
    assert chip.status
    assert chip.market or chip.kind == "hbm"
    assert not chip.warnings
    present = {field for field in DATA if getattr(chip, field)}
    present |= {"declared"} if chip.declared else set()
    supported = {field for source in chip.sources for field in source.fields}
    assert present <= supported
    assert supported <= present


@pytest.mark.parametrize("name", IDS)
def test_a_chip_is_valid_by_the_published_schema(name: str) -> None:
    SCHEMA.validate(as_json(content(catalog("chips")[name])))


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    good: Any = {"id": "x", "name": "X", "vendor": "V"}
    assert SCHEMA.is_valid(good)
    for fault in ({"colour": "red"}, {"market": "moon"}, {"compute": {"fp8": "fast"}}):
        assert not SCHEMA.is_valid({**good, **fault})


@pytest.mark.parametrize(("name", "theirs", "who"), PUBLISHED)
def test_tpp_is_what_others_have_published(name: str, theirs: int, who: str) -> None:
    assert who
    ours = measure(compliance.chip(name)).values["bit_tops"]
    assert ours.low is not None
    assert ours.high is not None
    assert ours.low * Decimal("0.99") <= theirs <= ours.high * Decimal("1.01")


@pytest.mark.parametrize("name", APART)
def test_a_declared_tpp_that_is_further_off_counts_and_is_remarked_on(name: str) -> None:
    declared, per_cent = APART[name]
    report = compliance.check(name)
    assert report.item.values["tpp"].low == declared
    computed = report.item.values["bit_tops"]
    assert computed.low is not None
    assert f"{(declared / computed.low - 1) * 100:.1f}" == per_cent
    if computed.exact:
        assert any(f"{per_cent} % above the arithmetic" in remark for remark in report.remarks)


def test_density_is_what_others_have_published() -> None:
    """SemiAnalysis (November 2023): H20 2.9, H100 19.4; Tom's Hardware: L4 6.6."""
    for name, theirs in (
        ("nvidia-h20-96gb", 2.9),
        ("nvidia-h100-sxm5-80gb", 19.4),
        ("nvidia-l4", 6.6),
    ):
        density = measure(compliance.chip(name)).values["performance_density"].low
        assert density is not None
        assert abs(float(density) - theirs) < 0.1


def test_the_twins_come_out_apart() -> None:
    """The same die, and only the market or a cut decides."""
    for listed, free in (
        ("nvidia-a40", "nvidia-rtx-a6000"),
        ("nvidia-l4", "nvidia-l2"),
        ("nvidia-l40", "nvidia-l20"),
        ("nvidia-rtx-4090", "nvidia-rtx-4090d"),
    ):
        answers = [
            compliance.check(name, rulesets=["us-ear-2026-01-15"]).assessments[0].entries
            for name in (listed, free)
        ]
        assert answers[0]
        assert not answers[1]


def test_every_address_is_well_formed() -> None:
    for name in IDS:
        for source in compliance.chip(name).sources:
            assert source.url is None or source.url.startswith("https://")
            assert source.quality


def test_the_catalog_is_as_large_as_ever_and_sourced() -> None:
    assert len(IDS) >= 142
    assert all(compliance.chip(name).sources for name in IDS)

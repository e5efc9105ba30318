"""The metrics by their legal definitions, with their ranges and what they lack."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from builders import chip
from hypothesis import given
from hypothesis import strategies as st

from compliance.chips import BITS
from compliance.items import measure
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.specs import bundled
from compliance.values import Value, number


def value(metric: str, **fields: object) -> Value:
    return measure(chip(**fields)).values[metric]


def ends(metric: str, **fields: object) -> tuple[Decimal | None, Decimal | None]:
    found = value(metric, **fields)
    return found.low, found.high


DIE = {"name": "die", "area": "814 mm^2", "planar": False}


def test_the_highest_product_wins_and_shows_its_arithmetic() -> None:
    """Technical Note 2 to 3A090: of several bit lengths, the highest TPP."""
    found = value("tpp", compute={"fp16": "989.4 TFLOPS", "fp8": "1978.9 TFLOPS"})
    assert found.low == found.high == Decimal("15831.2")
    assert found.how == "FP8 1,978.9 TFLOPS x 8 bits = 15,831.2"


def test_tflops_already_contain_the_factor_of_two() -> None:
    """300 TFLOPS at 16 bits are 4,800, not 9,600: BIS's own example (88 FR 73458)."""
    assert ends("tpp", compute={"fp16": "300 TFLOPS"}) == (4800, 4800)


def test_fp6_sets_the_tpp_of_the_mi355x() -> None:
    """It runs at the rate of FP4: 60,398 against the 40,266 of FP8."""
    assert number(measure(bundled("amd-mi355x")).values["tpp"].low or Decimal(0)) == "60,397.8"


def test_sparse_rates_are_halved_and_say_so() -> None:
    sparse = value("tpp", compute={"fp8": "3957.8 TFLOPS", "sparse": True})
    assert sparse.low == Decimal("15831.2")
    assert "/ 2 for sparsity" in sparse.how
    some = value("tpp", compute={"fp8": "100 TFLOPS", "fp16": "100 TFLOPS", "sparse": ["fp16"]})
    assert some.low == 800


def test_tf32_counts_19_to_32_bits() -> None:
    """Trainium2's TPP is 10,672, 12,673 or 21,344 according to the bits of TF32."""
    found = value("tpp", compute={"tf32": "667 TFLOPS", "bf16": "667 TFLOPS"})
    assert (found.low, found.high) == (12673, 21344)
    assert found.lacks == ("compute rate",)


def test_tf32_makes_no_difference_to_the_h100() -> None:
    assert measure(bundled("nvidia-h100-pcie-80gb")).values["tpp"].exact
    assert measure(bundled("nvidia-a30")).values["tpp"].exact


def test_the_makers_own_tpp_outranks_arithmetic_and_both_are_shown() -> None:
    found = value("tpp", compute={"fp8": "1978.9 TFLOPS"}, declared={"tpp": Decimal(15840)})
    assert found.low == found.high == 15840
    assert found.how.startswith("15,840 declared by the maker; by arithmetic FP8 1,978.9")


def test_the_measure_of_2022_does_not_know_declared_figures() -> None:
    fields = {"compute": {"fp8": "1978.9 TFLOPS"}, "declared": {"tpp": Decimal(15840)}}
    assert ends("bit_tops", **fields) == (Decimal("15831.2"), Decimal("15831.2"))


def test_unpublished_formats_leave_a_lower_bound() -> None:
    found = value("tpp", compute={"fp32": "97 TFLOPS", "complete": False})
    assert (found.low, found.high, found.lacks) == (3104, None, ("compute rate",))


def test_formats_without_a_field_state_their_bits() -> None:
    other = [{"name": "MX9", "bits": Decimal(9), "rate": "1.5 POPS"}]
    assert ends("tpp", compute={"other": other}) == (13500, 13500)


def test_nothing_known_is_unknown() -> None:
    for metric in ("tpp", "performance_density", "memory_bandwidth", "io_bandwidth", "transistors"):
        assert ends(metric) == (None, None), metric
        assert value(metric).lacks, metric


def test_density_counts_all_nonplanar_logic_dies() -> None:
    """Two dies of 724 mm^2 make the MI250X's density 4.23, not 8.46."""
    density = measure(bundled("amd-mi250x")).values["performance_density"]
    assert density.low is not None
    assert round(density.low, 2) == Decimal("4.23")


def test_planar_dies_add_performance_but_no_area() -> None:
    planar = {**DIE, "planar": True}
    compute = {"int8": "814 TOPS"}
    assert ends("performance_density", compute=compute, dies=[DIE, planar]) == (8, 8)
    only = value("performance_density", compute=compute, dies=[planar])
    assert (only.low, only.high) == (0, 0)
    assert "no die on a non-planar node" in only.how


def test_an_area_that_is_missing_bounds_the_density_from_above() -> None:
    found = value(
        "performance_density",
        compute={"int8": "814 TOPS"},
        dies=[DIE, {"name": "second", "planar": False}],
    )
    assert (found.low, found.high, found.lacks) == (0, 8, ("die area",))


def test_a_die_of_unknown_transistors_may_count_or_not() -> None:
    maybe = {"name": "second", "area": "814 mm^2"}
    assert ends("performance_density", compute={"int8": "814 TOPS"}, dies=[DIE, maybe]) == (4, 8)


def test_a_single_die_of_unknown_transistors_may_not_count_at_all() -> None:
    maybe = {"name": "die", "area": "400 mm^2"}
    found = value("performance_density", compute={"int8": "400 TOPS"}, dies=[maybe])
    assert (found.low, found.high, found.lacks) == (None, None, ("planar or not",))


def test_density_without_area_lacks_the_die_area() -> None:
    assert value("performance_density", compute={"int8": "600 TOPS"}).lacks == ("die area",)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**4))
def test_a_quotient_never_reaches_a_limit_it_does_not_reach(
    tpp: int, area: int, hundredths: int
) -> None:
    """Division is rounded down, so `>=` and `<` are decided as by exact fractions."""
    found = value(
        "performance_density",
        compute={"int8": f"{tpp} TOPS"},
        dies=[{"name": "die", "area": f"{area} mm^2", "planar": False}],
    )
    limit = Decimal(hundredths) / 100
    assert found.low is not None
    assert (found.low >= limit) is (Fraction(8 * tpp, area) >= Fraction(hundredths, 100))


def test_memory_adds_up_and_sram_is_no_dram() -> None:
    """¶(dd) of Supplement no. 2 to part 748: co-packaged DRAM and other DRAM together."""
    hbm = {"type": "HBM3", "bandwidth": "4000 GB/s"}
    gddr = {"type": "GDDR6", "bandwidth": "500 GB/s"}
    sram = {"type": "SRAM", "bandwidth": "80 TB/s"}
    assert ends("memory_bandwidth", memory=[hbm, gddr, sram]) == (4500, 4500)
    assert ends("memory_bandwidth", memory=sram) == (0, 0)
    assert ends("memory_bandwidth", memory=[hbm, {"type": "LPDDR5"}]) == (4000, None)


def test_io_is_both_directions_of_all_links() -> None:
    """The A800 was 400 + 64 GB/s, 136 under the limit of October 2022."""
    links = [
        {"name": "NVLink", "bandwidth": "400 GB/s"},
        {"name": "PCIe", "bandwidth": "32 GB/s", "direction": "each way"},
    ]
    found = value("io_bandwidth", links=links)
    assert found.low == found.high == 464
    assert found.how == "NVLink 400 + PCIe 32 x 2 = 464 GB/s"
    assert ends("io_bandwidth", links=[]) == (0, 0)
    assert ends("io_bandwidth", links=[*links, {"name": "C2C"}]) == (464, None)


def test_interconnect_leaves_out_the_same_package() -> None:
    """The definition of January 2026 (91 FR 1684); that of October 2022 does not say so."""
    links = [
        {"name": "NVLink", "bandwidth": "900 GB/s"},
        {"name": "die to die", "bandwidth": "10 TB/s", "in_package": True},
    ]
    assert ends("interconnect_bandwidth", links=links) == (900, 900)
    assert ends("io_bandwidth", links=links) == (10900, 10900)


def test_memory_and_io_add_up_even_where_one_is_unknown() -> None:
    memory = {"type": "HBM3", "bandwidth": "1000 GB/s"}
    links = [{"name": "NVLink", "bandwidth": "600 GB/s"}]
    assert ends("memory_plus_io_bandwidth", memory=memory, links=links) == (1600, 1600)
    found = value("memory_plus_io_bandwidth", memory=memory)
    assert (found.low, found.high, found.lacks) == (1000, None, ("I/O bandwidth",))
    assert ends("memory_plus_io_bandwidth") == (None, None)


def test_hbm_density_is_bandwidth_per_package_area() -> None:
    """3A090.c (89 FR 96790): GB/s divided by mm^2 of the package or stack."""
    memory = {"type": "HBM2E", "bandwidth": "460 GB/s"}
    density = ends("hbm_bandwidth_density", kind="hbm", memory=memory, package_area="115 mm^2")
    assert density == (4, 4)
    assert value("hbm_bandwidth_density", kind="hbm", memory=memory).lacks == ("package area",)


def test_a_month_is_any_of_its_days() -> None:
    low, high = ends("released", released="2024-02")
    assert low is not None
    assert high is not None
    assert high - low == 28


@pytest.mark.parametrize(
    ("market", "truth"),
    [("datacenter", TRUE), ("workstation", FALSE), ("consumer", FALSE), ("embedded", FALSE)],
)
def test_the_datacenter_test_is_about_marketing(market: str, truth: object) -> None:
    assert measure(chip(market=market)).flags["datacenter"] is truth
    assert measure(chip()).flags["datacenter"] is UNKNOWN


RATES = st.dictionaries(
    st.sampled_from(sorted(BITS)),
    st.tuples(st.integers(0, 10**5), st.integers(0, 10**5)).map(sorted),
    min_size=1,
)


@given(RATES, st.sampled_from(sorted(BITS)))
def test_more_rate_is_never_less_tpp(rates: dict[str, list[int]], more: str) -> None:
    def span(table: dict[str, list[int]]) -> tuple[Decimal, Decimal]:
        compute = {f: {"min": f"{a} TOPS", "max": f"{b} TOPS"} for f, (a, b) in table.items()}
        low, high = ends("tpp", compute={**compute, "complete": True})
        assert low is not None
        assert high is not None
        return low, high

    low, high = span(rates)
    assert low <= high
    faster = {**rates, more: [10 * end + 1 for end in rates.get(more, [0, 0])]}
    assert span(faster)[0] >= low
    assert span(faster)[1] >= high


def test_app_of_a_chip_without_64_bits_is_zero_and_says_so() -> None:
    whole = chip(compute={"fp16": "100 TFLOPS", "complete": True})
    app = measure(whole).values["app"]
    assert (app.low, app.high, app.how) == (0, 0, "no rate of 64 bits = 0 WT")

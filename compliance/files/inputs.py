"""Which files are meant, of which format, and which columns they have."""

from __future__ import annotations

from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from compliance.errors import InputError, Problem, did_you_mean, shown
from compliance.files.batches import bad_file, common
from compliance.files.csv_file import CsvFile
from compliance.files.json_file import JsonFile, widened
from compliance.files.parquet_file import ParquetFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import polars as pl

    from compliance.files.batches import Advance, Reader, Schema

_READERS: dict[str, Callable[[Path], Reader]] = {
    "csv": CsvFile,
    "parquet": ParquetFile,
    "jsonl": JsonFile,
}
_ENDINGS = {".csv": "csv", ".parquet": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl"}


def file_format(path: Path) -> str:
    """Return the format of a file by its name.

    Raises:
        InputError: it is none of ours.
    """
    found = _ENDINGS.get(path.suffix.lower())
    if found is None:
        hint = did_you_mean(path.suffix.lower(), _ENDINGS)
        expected = f"a name that ends with {', '.join(_ENDINGS)}"
        raise bad_file(path, shown(path.suffix or path.name), expected, hint)
    return found


def files(names: Sequence[str]) -> list[Path]:
    """Return the files that arguments mean, each once; a pattern's files are sorted.

    Raises:
        InputError: there is no such file; or they are of several formats.
    """
    found: dict[Path, None] = {}
    errors: list[Problem] = []
    for name in names:
        try:
            found |= dict.fromkeys(_files(name))
        except InputError as error:
            errors += error.problems
    if errors:
        raise InputError(errors)
    first, *others = found
    for other in others:
        if file_format(other) != file_format(first):
            raise bad_file(other, file_format(other), f"{file_format(first)}, as {first} is")
    return list(found)


def _files(name: str) -> list[Path]:
    try:
        path = Path(name)
        there = [name] if path.exists() else glob(name, recursive=True)  # noqa: PTH207 - absolute too
        paths = [Path(p) for p in sorted(there)]
    except (OSError, ValueError):
        paths = []
    if not paths:
        raise bad_file(Path(name), "no such file", "")
    for file in paths:
        if not file.is_file():
            kind = "a directory" if file.is_dir() else "no regular file"
            raise bad_file(file, kind, 'a file, or a pattern such as "data/*.csv"')
        file_format(file)
    return paths


def opened(paths: Sequence[Path]) -> list[Reader]:
    """Return what reads the files."""
    return [_READERS[file_format(path)](path) for path in paths]


def schema_of(readers: Sequence[Reader], advance: Advance) -> Schema:
    """Return the columns that files of one format have together.

    Raises:
        InputError: they don't have the same, or hold different things in them. Lines of JSON may
            lack any key.
    """
    found = readers[0].schema(advance)
    for reader in readers[1:]:
        schema = reader.schema(advance)
        if isinstance(reader, JsonFile):
            found = widened(found, schema)
        else:
            found = _same(found, schema, readers[0].path, reader.path)
    if not found:
        raise bad_file(readers[0].path, "no columns", "some")
    return found


def _same(one: Schema, other: Schema, first: Path, path: Path) -> dict[str, pl.DataType]:
    """Return the columns of two files that have the same ones, in the order of the first."""
    strange = [name for name in other if name not in one]
    lacking = [name for name in one if name not in other]
    if strange or lacking:
        found = f"the column {shown(strange[0])}" if strange else f"no column {shown(lacking[0])}"
        hint = did_you_mean(strange[0], lacking) if strange else ""
        raise bad_file(path, found, f"the columns of {first}", hint)
    both = {}
    for name, dtype in one.items():
        shared = common(dtype, other[name])
        if shared is None:
            found = f"{other[name]} in the column {shown(name)}"
            raise bad_file(path, found, f"{dtype}, as in {first}")
        both[name] = shared
    return both

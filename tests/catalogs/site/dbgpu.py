"""A stand-in for the package, with records of our own."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

__version__ = "2000.1"

_RECORD = {
    "manufacturer": "NVIDIA",
    "name": "Quill 8",
    "gpu_name": "QL8",
    "foundry": "TSMC",
    "process_size_nm": 5,
    "transistor_count_m": 80000.0,
    "die_size_mm2": 814.0,
    "release_date": date(2022, 3, 21),
    "memory_size_gb": 80.0,
    "memory_bandwidth_gb_s": 2040.0,
    "memory_type": "HBM2e",
    "half_float_performance_gflop_s": 204900.0,
    "single_float_performance_gflop_s": 51220.0,
    "double_float_performance_gflop_s": 25610.0,
    "thermal_design_power_w": 350,
    "tensor_cores": 456,
    "tpu_url": "https://www.example.org/quill-8",
}
_SHARED = {
    "manufacturer": "Intel",
    "name": "Nib Graphics",
    "memory_type": "System Shared",
    "memory_size_gb": 0.0,
    "memory_bandwidth_gb_s": None,
    "single_float_performance_gflop_s": None,
    "half_float_performance_gflop_s": None,
    "double_float_performance_gflop_s": None,
    "process_size_nm": 800,
}
_FAST = {"name": "Quill 9", "half_float_performance_gflop_s": 400000.0}


class GPUDatabase:
    def __init__(self) -> None:
        changes: list[dict[str, object]] = [{}, _SHARED, _FAST]
        self.specs = [SimpleNamespace(**{**_RECORD, **change}) for change in changes]

    @classmethod
    def default(cls) -> GPUDatabase:
        return cls()

"""The peak of memory: one frame judged in a process of its own.

Run as `python -m benchmarks.memory KIND ROWS ours|hand`, it prints bytes over the input.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
_PEAK = "VmHWM"
_NOW = "VmRSS"


def peaks(kind: str, count: int, *, ours: bool) -> int | str:
    """Return the bytes that judging takes over its input; or why that can't be told."""
    if not STATUS.is_file():
        return "not measured: needs the /proc of Linux"
    arguments = ["-m", "benchmarks.memory", kind, str(count), "ours" if ours else "hand"]
    done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True, text=True)
    return int(done.stdout) if done.returncode == 0 else f"failed: {done.stderr.splitlines()[-1]}"


def main() -> None:
    """Judge a frame and print what that took."""
    from benchmarks import frames, rows  # noqa: PLC0415 - they import this module

    name, count, who = sys.argv[1:]
    kind = next(kind for kind in frames.KINDS if kind.name == name)

    def made(count: int) -> frames.Frame:
        columns = rows.columns(count)
        return kind.make(columns.complete() if kind.complete else columns)

    kind.work(made(1000), ours=who == "ours")()
    frame = made(int(count))
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    before = _kilobytes(_NOW)
    answer = kind.work(frame, ours=who == "ours")()
    print((_kilobytes(_PEAK) - before) * 1024)
    del answer


def _kilobytes(what: str) -> int:
    lines = STATUS.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


if __name__ == "__main__":
    main()

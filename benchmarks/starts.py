"""Start-up: a Python that does nothing, one that has a pydantic model, and our command.

They run in an environment that has what the library needs and nothing else, as `make bench` makes
it: what is installed beside changes what a library imports.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.rounds import Budget, Section, Times, ratios
from compliance.data import bundled

ALONE = Path(sys.prefix, "alone", "bin", "python")
ROOT = Path(__file__).parent.parent

CHIP = "nvidia-h100-sxm5-80gb"
MODEL = "from pydantic import BaseModel\nclass A(BaseModel):\n    x: int\n"

BARE = "python -c pass"
WITH_MODEL = "pydantic and one model"
IMPORT = "import compliance"
CHECK = "compliance check FILE, all rulesets"
BUNDLED = "compliance check CHIP, all rulesets"


def started(rounds: int) -> Section:
    """Measure processes from their start to their end."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chip.yaml"
        programs = {
            BARE: ["-c", "pass"],
            WITH_MODEL: ["-c", MODEL],
            IMPORT: ["-c", "import compliance"],
            "compliance --help": ["-m", "compliance", "--help"],
            CHECK: ["-m", "compliance", "check", str(file), "--exit-zero"],
            BUNDLED: ["-m", "compliance", "check", CHIP, "--exit-zero"],
        }
        times = _times(programs, file, rounds)
    return Section(
        "Start-up",
        f"Processor time of whole processes, user and system, {rounds} rounds; a busy machine "
        f"changes it less than the clock. {_WHERE} The file checked is one never seen before; what "
        "the command keeps of the bundled files is there, as after its first run.",
        "ms",
        1e3,
        times,
        (BARE, WITH_MODEL),
        {},
        [
            Budget(IMPORT, BARE, 1.4, "at most", ratios(times, IMPORT, BARE)),
            Budget(f"cold {CHECK}", WITH_MODEL, 1.25, "at most", ratios(times, CHECK, WITH_MODEL)),
        ],
    )


_WHERE = (
    "The environment has what the library needs and nothing else."
    if ALONE.exists()
    else "The environment has all the peers in it."
)


def _times(programs: dict[str, list[str]], file: Path, rounds: int) -> Times:
    text = bundled("chips", CHIP).read_text(encoding="utf-8")
    times: Times = {name: [] for name in programs}
    # The first round writes bytecode, as an installation does, and what is kept; it warms the disk.
    own = {"COMPLIANCE_CACHE": str(file.parent / "cache"), "PYTHONPATH": str(ROOT)}
    environment = {**os.environ, **own}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    python = str(ALONE) if ALONE.exists() else sys.executable
    for turn in range(rounds + 1):
        file.write_text(f"{text}# {turn}\n", encoding="utf-8")
        for name, arguments in programs.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            command = [python, *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if turn:
                used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
                times[name].append(used)
    return times

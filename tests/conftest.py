"""What the tests share: a Hypothesis profile, and the command as a user runs it."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from backends import BACKENDS, Backend
from hypothesis import settings

settings.register_profile("compliance", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("compliance")

# What the tests keep for the next start is no user's, and is gone when they are done.
os.environ["COMPLIANCE_CACHE"] = tempfile.mkdtemp(prefix="compliance-")
atexit.register(shutil.rmtree, os.environ["COMPLIANCE_CACHE"], ignore_errors=True)

Run: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(name="run")
def _run(tmp_path: Path) -> Run:
    """Run the command in an empty folder, as another process."""

    def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "compliance", *args]
        # The width of whoever runs the tests, which pytest's workers inherit, is none of theirs.
        env = {k: v for k, v in os.environ.items() if k != "COLUMNS"} | environment
        return subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=tmp_path, env=env
        )

    return run


@pytest.fixture(name="backend", params=list(BACKENDS))
def _backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """One kind of dataframe after another; see backends.py."""
    backend = BACKENDS[request.param]
    for package in backend.needs:
        pytest.importorskip(package)
    with backend.running():
        yield backend

"""What is installed: light to import, complete as a wheel, and the same from anywhere."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import compliance

ROOT = Path(__file__).parent.parent


def bare(*path: Path) -> dict[str, str]:
    """Return an environment in which only these folders hold packages."""
    cache = os.environ["COMPLIANCE_CACHE"]  # not the user's own
    return {"PYTHONPATH": ":".join(map(str, path)), "COMPLIANCE_CACHE": cache}


def python(code: str, *path: Path, folder: Path | None = None) -> str:
    """Run code in a fresh interpreter and return what it prints."""
    environment = bare(*path) if path else None
    done = subprocess.run(
        [sys.executable, *(["-S"] if path else []), "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=environment,
    )
    return done.stdout


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, compliance; print(*sorted(sys.modules))"
    loaded = set(python(code).split())
    assert not loaded & {"pint", "pydantic", "yaml", "numpy", "narwhals", "tabulate"}


def test_a_check_does_without_pint() -> None:
    code = (
        "import sys, compliance; compliance.check('nvidia-h20-96gb'); print('pint' in sys.modules)"
    )
    assert python(code) == "False\n"


def test_public_names() -> None:
    assert sorted(dir(compliance)) == sorted(compliance.__all__)
    for name in compliance.__all__:
        assert getattr(compliance, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        _ = compliance.chek


@pytest.fixture(name="wheel", scope="session")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    return next(folder.glob("*.whl"))


def test_the_wheel_has_all_data_and_nothing_else(wheel: Path) -> None:
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    expected = {
        f"compliance/_data/{file.relative_to(ROOT)}"
        for room in ("rules", "chips")
        for file in (ROOT / room).rglob("*.yaml")
    }
    expected.add("compliance/_data/rules/released.txt")
    expected |= {
        str(file.relative_to(ROOT))
        for file in (ROOT / "compliance").rglob("*")
        if file.suffix == ".py" or file.name == "py.typed"
    }
    assert names == expected


def test_a_wheel_installed_elsewhere_gives_the_same_verdicts(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--no-index", "--no-deps", "--quiet"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True)
    packages = [Path(p) for p in sys.path if p.endswith("site-packages")]
    code = (
        "import compliance, compliance.data as d; print(d.root());"
        "print(*(f'{n} {a.ruleset.id} {a.exportable} {a.ruleset.digest} {a.chip.digest}'"
        " for n in compliance.chip_ids()"
        " for a in compliance.check(n, on='2025-05-01').assessments),"
        " sep='\\n')"
    )
    root, *theirs = python(code, target, *packages, folder=tmp_path).splitlines()
    assert root == str(target / "compliance" / "_data")
    assert theirs == python(code).splitlines()[1:]
    assert len(theirs) > 80
    command = [str(target / "bin" / "compliance"), "check", "nvidia-h20-96gb", "--on", "2025-03-01"]
    environment = bare(target, *packages)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "H20 96GB to CN on 2025-03-01: yes" in done.stdout


def test_data_can_be_elsewhere_or_missing(tmp_path: Path) -> None:
    code = "import compliance; print(len(compliance.ruleset_ids()))"
    environment = {"COMPLIANCE_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    )
    assert f"no folder with rules and chips; looked in {tmp_path}" in done.stderr

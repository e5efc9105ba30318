"""The scripts for clusters that docs/frames.md shows do what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from backends import BACKENDS

PAGE = Path(__file__).parent.parent / "docs" / "frames.md"
SCRIPTS = {
    name: body
    for body in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for name in re.findall(r"^# (\w+\.py)\n", body)
}


@pytest.fixture(name="catalog")
def _catalog(tmp_path: Path) -> Path:
    """A folder with the file that the scripts read."""
    pl = pytest.importorskip("polars")
    columns = {"tpp": [4800.0, 100.0, None], "datacenter": [True, True, True]}
    pl.DataFrame(columns).write_parquet(tmp_path / "catalog.parquet")
    return tmp_path


def _there(script: str, folder: Path) -> str:
    """Return a script with its files in a folder: Spark's Java has one of its own."""
    return re.sub(r'"(\w+\.parquet)"', lambda name: repr(str(folder / name[1])), script)


def _answers(folder: Path) -> list[str]:
    pl = pytest.importorskip("polars")
    return sorted(pl.read_parquet(folder / "judged.parquet" / "*.parquet")["exportable"].to_list())


def test_the_job_for_spark_runs(catalog: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It ends with no function of Python in its plan, so that executors need none."""
    backend = BACKENDS["pyspark"]
    for package in backend.needs:
        pytest.importorskip(package)
    with backend.running():
        names: dict[str, object] = {}
        exec(_there(SCRIPTS["screen_job.py"], catalog), names)  # noqa: S102 - our own page
        names["judged"].explain(extended=True)  # type: ignore[attr-defined]
    plan = capsys.readouterr().out
    assert "FileScan parquet" in plan
    assert not re.search("PythonUDF|EvalPython|InPandas", plan)
    assert _answers(catalog) == ["denied", "unknown", "yes"]


def test_the_script_for_dask_runs(catalog: Path) -> None:
    distributed = pytest.importorskip("distributed")
    pytest.importorskip("dask.dataframe")
    address = '"tcp://scheduler:8786"'
    assert address in SCRIPTS["screen_dask.py"]
    here = "127.0.0.1:0"  # or its pages are served to the whole network
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=here, worker_dashboard_address=here
    ) as cluster:
        body = _there(SCRIPTS["screen_dask.py"], catalog).replace(
            address, repr(cluster.scheduler_address)
        )
        exec(body, {"__name__": "__main__"})  # noqa: S102 - our own page
    assert _answers(catalog) == ["denied", "unknown", "yes"]

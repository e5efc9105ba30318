"""What was read of the bundled files, kept for the next start.

Reading and validating all the law takes longer than judging a chip by it, so what came of it is
kept in the user's cache folder, with Python's marshal: rows of plain data, from which objects are
made by name and kind, and nothing is run. Only bundled files are kept; what a person's own files
say stays where it is.

A kept file begins with a digest of all it depends on: its own contents, the texts it was made
from, and size and time of the library's modules, as Python has it with its bytecode. Where the
digest is another, because a text, the library or the kept file changed, the texts are read anew.
A folder that can't be read or written does no harm.

The environment variable COMPLIANCE_CACHE names another folder; `off` keeps nothing.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pydantic

from compliance import __version__, data
from compliance.errors import Problem
from compliance.models import Model, Record, fields_of
from compliance.units import Quantity, rebuilt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.resources.abc import Traversable

_PRIVATE = ("_digest", "_warnings")
"""Private attributes that come from a file; others are found again where they are needed."""


class Form(NamedTuple):
    """How values of a class are written.

    Attributes:
        of: the class.
        write: from a value to data, plain or with values in it that have a form.
        read: from what was written to the value.
    """

    of: type
    write: Callable[[Any], object]
    read: Callable[[Any], object]


_FORMS = (
    Form(date, date.isoformat, date.fromisoformat),
    Form(Decimal, str, Decimal),
    Form(Problem, list, Problem._make),
    Form(Quantity, lambda amount: amount.__reduce__()[1], lambda parts: rebuilt(*parts)),
)


class Shelf:
    """The place of one kept value.

    Args:
        name: of its file, without the ending.
        files: those it is made from; all that it depends on.
        models: the models and records that may be in it.
        forms: of other classes that may be in it.
    """

    def __init__(
        self,
        name: str,
        files: Sequence[Traversable],
        models: Sequence[type[Model | Record]] = (),
        forms: Sequence[Form] = (),
    ) -> None:
        place = folder()
        # A checkout does not disturb another.
        inner = hashlib.sha256(str(data.root()).encode()).hexdigest()[:16]
        self.place = place and place / inner / f"{name}.marshal"
        self.files = files
        self.models = models
        self.forms = (*forms, *_FORMS)
        self.sources = self._digest() if place else b""

    def get(self) -> Any | None:  # noqa: ANN401 - whatever was put there
        """Return the value; None where there is none, or its files say something else by now."""
        if not self.place or not self.sources:
            return None
        try:
            head, _, body = self.place.read_bytes().partition(b"\n")
            if head != _sum(self.sources, body):
                return None
            rows = marshal.loads(body)  # noqa: S302 - of the user's own folder, as bytecode is
            return _put_together(rows, self.models, self.forms)
        except OSError:
            return None

    def put(self, value: object) -> None:
        """Keep a value that was made after the shelf, unless a file changed in the meantime."""
        if not self.place or not self.sources or self.sources != self._digest():
            return
        from tempfile import NamedTemporaryFile  # noqa: PLC0415 - most starts write nothing

        body = marshal.dumps(_Rows(self.forms).of(value))
        beside = None
        try:
            self.place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.place.parent, delete=False) as stream:
                beside = Path(stream.name)
                stream.write(_sum(self.sources, body) + b"\n" + body)
            beside.replace(self.place)
        except OSError:
            with suppress(OSError):
                if beside:
                    beside.unlink()

    def _digest(self) -> bytes:
        """Return the digest of the library and the files; nothing where one can't be read."""
        try:
            parts = [part for f in self.files for part in (str(f).encode(), f.read_bytes())]
        except OSError:
            return b""
        return _sum(_library(), *parts)


def _sum(*parts: bytes) -> bytes:
    """Return the SHA-256 of some parts, each by itself."""
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest().encode()


def folder() -> Path | None:
    """Return the folder that all is kept in; None where nothing is to be kept."""
    named = os.environ.get("COMPLIANCE_CACHE")
    if named:
        return None if named == "off" else Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(base).expanduser() / "chip-export-compliance" if base else None
    except RuntimeError:  # there is no home
        return None


@lru_cache(maxsize=1)
def _library() -> bytes:
    """Return what tells this state of the library, and of what it validates with, from others."""
    with os.scandir(Path(__file__).parent) as files:
        modules = [(file.name, file.stat()) for file in files if file.name.endswith(".py")]
    states = sorted((name, state.st_size, state.st_mtime_ns) for name, state in modules)
    return repr((__version__, pydantic.VERSION, sys.version_info[:2], states)).encode()


class _Rows:
    """Takes a value apart: into rows of a kind, plain data, and the places of what is not plain.

    What a row is made of comes before it, and what comes again is one row.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = forms
        self._rows: list[Row] = []
        self._known: dict[int, tuple[int, object]] = {}

    def of(self, value: object) -> list[Row]:
        """Return the rows of a value; the last is the whole."""
        self._place(value)
        return self._rows

    def _place(self, value: object) -> int:
        """Return the place of a value's row. A value is held, so that no other gets its number."""
        if id(value) not in self._known:
            row = self._row(value)
            self._known[id(value)] = len(self._rows), value
            self._rows.append(row)
        return self._known[id(value)][0]

    def _row(self, value: Any) -> Row:  # noqa: ANN401 - whatever is in a model
        if _plain(value):
            return _PLAIN, value, {}
        if isinstance(value, Model | Record):
            return type(value).__name__, *self._parts(_given(value))
        for form in self._forms:
            if isinstance(value, form.of):
                return form.of.__name__, *self._parts({"": form.write(value)})
        whole = value if isinstance(value, dict) else dict(enumerate(value))
        return type(value).__name__, *self._parts(whole)

    def _parts(self, values: Mapping[Any, object]) -> tuple[dict[Any, object], dict[Any, int]]:
        """Return what is plain, with nothing in place of the rest, and the places of the rest."""
        rest = {key: self._place(below) for key, below in values.items() if not _plain(below)}
        return {key: None if key in rest else below for key, below in values.items()}, rest


Row: TypeAlias = "tuple[str, Any, dict[Any, int]]"
_PLAIN = ""


def _plain(value: object) -> bool:
    """Return whether a value is data as marshal has it."""
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    if type(value) in (list, tuple):
        return all(map(_plain, value))  # type: ignore[call-overload]
    return value is None or isinstance(value, str | bool | int)


def _given(value: Model | Record) -> dict[str, object]:
    """Return the fields that were given, and the private attributes that are kept."""
    if isinstance(value, Record):
        stored = vars(value)
        names = [name for name in (*fields_of(type(value)), *_PRIVATE) if name in stored]
    else:
        names = [name for name in type(value).model_fields if name in value.model_fields_set]
        names += [name for name in _PRIVATE if name in value.__private_attributes__]
    return {name: getattr(value, name) for name in names}


def _put_together(
    rows: list[Row], models: Sequence[type[Model | Record]], forms: Sequence[Form]
) -> object:
    """Return the value that rows were made from."""
    makers: dict[str, Callable[[Any], object]] = {
        _PLAIN: lambda plain: plain,
        "dict": lambda parts: parts,
        "list": lambda parts: list(parts.values()),
        "tuple": lambda parts: tuple(parts.values()),
    }
    makers |= {form.of.__name__: _of_form(form) for form in forms}
    for model in models:
        restored = model.with_fields if issubclass(model, Record) else _of_model(model)
        makers[model.__name__] = restored
    made: list[object] = []
    for kind, parts, places in rows:
        for name, place in places.items():
            parts[name] = made[place]
        made.append(makers[kind](parts))
    return made[-1]


def _of_form(form: Form) -> Callable[[Mapping[str, Any]], object]:
    """Return what makes a value of what was written."""
    return lambda parts: form.read(parts[""])


def _of_model(model: type[Model]) -> Callable[[dict[str, Any]], Model]:
    """Return what makes a pydantic model of values that it validated before."""
    blank = {name: field.get_default() for name, field in model.model_fields.items()}
    private = [name for name in _PRIVATE if name in model.__private_attributes__]

    def make(values: dict[str, Any]) -> Model:
        hidden = {name: values.pop(name) for name in private}
        made = model.__new__(model)
        made.__setstate__(
            {
                "__dict__": {**blank, **values},
                "__pydantic_fields_set__": set(values),
                "__pydantic_extra__": None,
                "__pydantic_private__": None,
            }
        )
        if hidden:
            made.model_post_init(None)  # gives the private attributes their defaults
            for name, value in hidden.items():
                setattr(made, name, value)
        return made

    return make

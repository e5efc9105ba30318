"""What was read of the bundled files, kept for the next start.

Reading and validating all the law takes longer than judging a chip by it, so what came of it is
kept in the user's cache folder, as JSON: data that is read by name and kind, and never run. Only
bundled files are kept; what a person's own files say stays where it is.

A kept file begins with a digest of all it depends on: its own contents, the texts it was made
from, and size and time of the library's modules, as Python has it with its bytecode. Where the
digest is another, because a text, the library or the kept file changed, the texts are read anew.
A folder that can't be read or written does no harm.

The environment variable COMPLIANCE_CACHE names another folder; `off` keeps nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
        write: from a value to plain data, or to values that have a form.
        read: from what was written to the value.
    """

    of: type
    write: Callable[[Any], object]
    read: Callable[[Any], object]


_FORMS = (
    Form(date, date.isoformat, date.fromisoformat),
    Form(Decimal, str, Decimal),
    Form(Problem, list, Problem._make),
    Form(Quantity, lambda amount: list(amount.__reduce__()[1]), lambda parts: rebuilt(*parts)),
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
        self.place = place and place / inner / f"{name}.json"
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
            return json.loads(body, object_hook=_Reading(self.models, self.forms).value)
        except (OSError, ValueError):
            return None

    def put(self, value: object) -> None:
        """Keep a value that was made after the shelf, unless a file changed in the meantime."""
        if not self.place or not self.sources or self.sources != self._digest():
            return
        from tempfile import NamedTemporaryFile  # noqa: PLC0415 - most starts write nothing

        body = json.dumps(_Writing(self.forms).plain(value), separators=(",", ":")).encode()
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
    modules = sorted(Path(__file__).parent.glob("*.py"))
    states = [(file.name, s.st_size, s.st_mtime_ns) for file in modules for s in (file.stat(),)]
    return repr((__version__, pydantic.VERSION, sys.version_info[:2], states)).encode()


class _Writing:
    """Turns values into plain data; a model or record that comes again is written as a number."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self.forms = forms
        self.known: dict[int, int] = {}

    def plain(self, value: Any) -> object:  # noqa: ANN401 - whatever is in a model
        if value is None or isinstance(value, str | bool | int):
            return value
        if isinstance(value, Model | Record):
            return self.model(value)
        for form in self.forms:
            if isinstance(value, form.of):
                return {f"!{form.of.__name__}": self.plain(form.write(value))}
        if isinstance(value, dict):
            return {key: self.plain(below) for key, below in value.items()}
        return [self.plain(below) for below in value]

    def model(self, value: Model | Record) -> object:
        if id(value) in self.known:
            return {"!": self.known[id(value)]}
        if isinstance(value, Record):
            given = [name for name in (*fields_of(type(value)), *_PRIVATE) if name in vars(value)]
        else:
            given = [name for name in type(value).model_fields if name in value.model_fields_set]
            given += [name for name in _PRIVATE if name in value.__private_attributes__]
        body = {name: self.plain(getattr(value, name)) for name in given}
        self.known[id(value)] = len(self.known)
        return {f"!{type(value).__name__}": body}


class _Reading:
    """Turns plain data into the values they were; JSON comes from the inside out."""

    def __init__(self, models: Sequence[type[Model | Record]], forms: Sequence[Form]) -> None:
        self.known: list[object] = []
        self.makers: dict[str, Callable[[Any], object]] = {
            f"!{form.of.__name__}": form.read for form in forms
        }
        self.makers |= {f"!{model.__name__}": self.maker(model) for model in models}
        self.makers["!"] = self.known.__getitem__

    def value(self, found: dict[str, Any]) -> object:
        if len(found) == 1:
            ((key, below),) = found.items()
            if make := self.makers.get(key):
                return make(below)
        return found

    def maker(self, model: type[Model | Record]) -> Callable[[Mapping[str, Any]], object]:
        restored = model.with_fields if issubclass(model, Record) else _of_model(model)

        def make(written: Mapping[str, Any]) -> object:
            made = restored({n: tuple(v) if type(v) is list else v for n, v in written.items()})
            self.known.append(made)
            return made

        return make


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

"""Files validated: the one place that turns pydantic's errors into ours, with line and column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import ValidationError

from compliance.errors import InputError, Problem, did_you_mean, shown
from compliance.models import Model, Record, model_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

    from compliance.yamlsource import Path, Source

M = TypeVar("M", bound=Model | Record)

UNKNOWN_KEY = "an unknown key"
"""What is found where a file has a key that its format does not; the key is pointed at."""


def validate(model: type[M], fields: object, source: Source) -> M:
    """Return `fields` as a `model`.

    Args:
        model: what they have to be.
        fields: plain data, from `source`.
        source: the file, for the places of what is wrong.

    Raises:
        InputError: carries every fault pydantic finds, in the order of the text; of a file with
            thousands, the first thousand, and how many more there are.
    """
    reader: Any = _reader(model)
    try:
        return reader.model_validate(fields)  # type: ignore[no-any-return]
    except ValidationError as error:
        faults = error.errors()
        problems = [p for e in faults[:_MOST] for p in _problems(e, reader, source)]
        problems.sort(key=lambda p: (p.line, p.column))
        if len(faults) > _MOST:
            problems.append(source.problem((), f"{len(faults) - _MOST:,} more faults", "none"))
        raise InputError(problems) from None


_MOST = 1000
"""Faults of one file that are told in words."""


def located(data: object, loc: tuple[int | str, ...]) -> Path:
    """Return the part of a schema's path that the data have.

    A schema may have steps that a file leaves out, such as the brackets around a single memory.
    """
    path: list[int | str] = []
    for step in loc:
        listed = isinstance(data, list) and step in range(len(data))
        if listed or (isinstance(data, dict) and step in data):
            data = data[step]  # type: ignore[index]
            path.append(step)
    return tuple(path)


def _problems(error: ErrorDetails, model: type[Model], source: Source) -> Iterator[Problem]:
    """Say one of pydantic's errors in our words; a criterion's may hold several."""
    loc, context = error["loc"], error.get("ctx", {})
    path = located(source.data, loc)
    if inner := context.get("problems"):
        for steps, found, expected, hint in inner:
            key = found == UNKNOWN_KEY
            yield source.problem((*path, *steps), found, expected, hint, key=key)
    elif error["type"] == "missing":
        yield source.problem((*path, str(loc[-1])), "nothing", "this field: it is required")
    elif error["type"] == "extra_forbidden":
        known = _fields_at(model, loc[:-1])
        hint = did_you_mean(str(loc[-1]), known)
        if re.match(r"[0-9]{3}\b", str(loc[-1])):
            hint = "no thousands separators: inside { } a comma begins a new entry"
        expected = f"one of {', '.join(known)}"
        yield source.problem(path, UNKNOWN_KEY, expected, hint, key=True)
    elif "found" in context:
        if key := context.get("key"):
            path = (*path, key)
        yield source.problem(
            path, context["found"], context["expected"], context.get("hint", ""), key=bool(key)
        )
    else:
        yield source.problem(path, shown(error["input"]), _wanted(error))


def _wanted(error: ErrorDetails) -> str:
    """Return what pydantic wanted, in a few words."""
    context = error.get("ctx", {})
    if error["type"] == "literal_error":
        return f"one of {context['expected']}".replace("'", "")
    words = {
        "string_type": "text: put it in quotes",
        "string_pattern_mismatch": f"text of the form {context.get('pattern')}",
        "tuple_type": "a list",
        "dict_type": "a mapping",
        "model_type": "a mapping",
        "model_attributes_type": "a mapping",
        "int_type": "a whole number",
    }
    message = error["msg"].removeprefix("Input should be ")
    return words.get(error["type"], message[:1].lower() + message[1:])


def _fields_at(model: type[Model], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the mapping at `loc` may have."""
    here: Any = model
    for step in loc:
        if isinstance(here, type) and issubclass(here, Model) and step in here.model_fields:
            here = _model_in(here.model_fields[str(step)].annotation) or here
    return list(here.model_fields)


def _reader(kind: type[Any]) -> type[Model]:
    """Return the model that reads a model or a record."""
    return model_of(kind) if issubclass(kind, Record) else kind


def _model_in(annotation: Any) -> type[Model] | None:  # noqa: ANN401 - any annotation
    """Return the model that reads what an annotation mentions, if any."""
    if isinstance(annotation, type) and issubclass(annotation, Model | Record):
        return _reader(annotation)
    return next((m for a in get_args(annotation) if (m := _model_in(a))), None)

"""What the models of chips and of rulesets have in common.

The bases of both, the small field types, and the one place that turns pydantic's errors into ours,
with the line and column of the file.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from inspect import get_annotations
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar, get_args, get_type_hints

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    ValidationError,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from compliance.errors import InputError, Problem, QuantityError, did_you_mean, shown
from compliance.units import Quantity, quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema, ErrorDetails

    from compliance.units import Kind
    from compliance.yamlsource import Path, Source

M = TypeVar("M", bound="Model | Record")

UNKNOWN_KEY = "an unknown key"
"""What is found where a file has a key that its format does not; the key is pointed at."""


class Model(BaseModel):
    """The base of all our models: frozen, strict, and closed to keys it does not know.

    Validators are built when they are first needed, so that a model that is only a part of
    another costs no start-up time of its own.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, defer_build=True
    )


class Record:
    """The base of what files of the law consist of: plain objects, whose fields never change.

    A record is declared as a model is. pydantic has its model when a file is read; what is kept of
    the files needs none, so that a start makes none. What a file does not say is the default of
    the class.
    """

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} can't be set: it is frozen")

    def __repr__(self) -> str:
        given = [name for name in fields_of(type(self)) if name in vars(self)]
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in given)
        return f"{type(self).__name__}({fields})"

    @classmethod
    def with_fields(cls, fields: Mapping[str, object]) -> Self:
        """Return the record of fields that are known to be right."""
        record = cls.__new__(cls)
        vars(record).update(fields)
        return record

    def settle(self) -> None:
        """See that the fields agree, and tell the parts where they stand.

        Raises:
            PydanticCustomError: they don't; see `refusal`.
        """

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read a record that is a part of another."""
        return handler.generate_schema(model_of(cls))


def fields_of(record: type[Record]) -> list[str]:
    """Return the names of a record's fields, those of its base first."""
    return [name for part in reversed(record.__mro__) for name in get_annotations(part)]


def model_of(record: type[Record]) -> type[Model]:
    """Return the model that reads a record, made once; what is a record already stays as it is."""
    if record not in _MODELS:
        _MODELS[record] = _model_of(record)
    return _MODELS[record]


_MODELS: dict[type[Record], type[Model]] = {}


def _model_of(record: type[Record]) -> type[Model]:
    def made(_: object, value: object, read: Callable[[object], Model]) -> object:
        if isinstance(value, record):
            return value
        model = read(value)
        given = [name for name in fields_of(record) if name in model.model_fields_set]
        found = record.with_fields({name: getattr(model, name) for name in given})
        found.settle()
        return found

    hints = get_type_hints(record, include_extras=True)
    fields: Any = {name: (hint, getattr(record, name, ...)) for name, hint in hints.items()}
    around: Any = model_validator(mode="wrap")
    return create_model(
        record.__name__,
        __base__=Model,
        __module__=record.__module__,
        __doc__=record.__doc__,
        __validators__={"made": around(classmethod(made))},
        **fields,
    )


def refusal(found: str, expected: str, hint: str = "", key: str = "") -> PydanticCustomError:
    """Return the error that a validator of ours raises.

    Args:
        found: what stood there.
        expected: what would do.
        hint: a near miss.
        key: the key below the validated node that is at fault.
    """
    context = {"found": found, "expected": expected, "hint": hint, "key": key}
    return PydanticCustomError("refused", "found {found}, expected {expected}", context)


def days(text: str) -> tuple[date, date]:
    """Return the first and last day of a date that may lack its day or its month.

    Raises:
        ValueError: it is not a date.
    """
    match = _WHEN.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if not day:
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)


_WHEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def _printable(value: object) -> object:
    """Refuse control codes: names go to terminals, tables and pages."""
    if isinstance(value, str) and not value.isprintable():
        raise refusal(shown(value), "printable text on one line")
    return value


_ID = re.compile("^[a-z0-9][a-z0-9._-]{0,99}$")


def _id(value: object) -> object:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise refusal(shown(value), "an id in lower case, such as nvidia-h20-96gb")
    return value


def _number(value: object) -> object:
    number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    if not number or not Decimal(value) > 0:  # type: ignore[arg-type]
        raise refusal(shown(value), "a number above zero")
    return Decimal(value)  # type: ignore[arg-type]


def _as_json(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise refusal(shown(value), "true or false")
    return value


def _when(value: object) -> object:
    try:
        days(str(value))
    except ValueError:
        wanted = 'a date such as "2024-02-17", "2024-02" or "2024"'
        raise refusal(shown(value), wanted) from None
    return str(value)


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise refusal(shown(value), "a date such as 2023-11-17") from None


def _whole(value: object) -> object:
    """Turn a whole Decimal, which is how a file has its numbers, into an int."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


@dataclass(frozen=True, slots=True)
class Amount:
    """Makes a field a quantity of a kind: `Annotated[Quantity, Amount(BANDWIDTH)]`.

    Attributes:
        kind: what the field has to be.
    """

    kind: Kind

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Validate the field, and write it as a spec file would."""
        return core_schema.no_info_plain_validator_function(
            self._validate,
            serialization=core_schema.plain_serializer_function_ser_schema(Quantity.dump),
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Describe the texts that are accepted."""
        text: dict[str, Any] = {
            "type": "string",
            "pattern": r"^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)? \S+$",
        }
        end = {"anyOf": [text, {"type": "number", "minimum": 0}]}
        span = {
            "type": "object",
            "properties": {"min": end, "max": end, "unit": {"type": "string"}},
            "additionalProperties": False,
        }
        return {
            "description": f"{self.kind.name}, or a range of them",
            "examples": list(self.kind.examples),
            "anyOf": [text, span],
        }

    def _validate(self, value: object) -> Quantity:
        try:
            return quantity(value, self.kind)
        except QuantityError as error:
            raise refusal(error.found, error.expected, error.hint) from None


Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=2000, strip_whitespace=True),
    BeforeValidator(_printable),
]
Id = Annotated[str, StringConstraints(pattern=_ID.pattern), BeforeValidator(_id)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Count = Annotated[
    Decimal,
    BeforeValidator(_number, json_schema_input_type=float),
    PlainSerializer(_as_json, when_used="json"),
]
Whole = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_whole)]
When = Annotated[str, BeforeValidator(_when, json_schema_input_type=str | int)]
Day = Annotated[date, BeforeValidator(_day)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=400)]


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

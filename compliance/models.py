"""What models of chips and of rulesets have in common: their bases, and the small field types."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from inspect import get_annotations
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Self,
    get_type_hints,
)

from pydantic import (
    BaseModel,
    ConfigDict,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from compliance.errors import QuantityError, shown
from compliance.units import Quantity, quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import CoreSchema

    from compliance.units import Kind


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


class Amount:
    """Makes a field a quantity of a kind: `Annotated[Quantity, Amount(BANDWIDTH)]`.

    Args:
        kind: what the field has to be.
    """

    __slots__ = ("kind",)

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

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


class Core:
    """Makes a field what a schema of pydantic's core reads.

    The annotations that pydantic would make it from, for every field anew, take a start longer.

    Args:
        schema: the same for all such fields.
    """

    __slots__ = ("schema",)

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> Mapping[str, Any]:
        """Return a schema of the field's own, for pydantic writes into them."""
        return {**self.schema}


_before = core_schema.no_info_before_validator_function
_STR = core_schema.str_schema()
_TEXT = core_schema.str_schema(min_length=1, max_length=2000, strip_whitespace=True)
_NUMBER = core_schema.decimal_schema(
    serialization=core_schema.plain_serializer_function_ser_schema(_as_json, when_used="json")
)

Text = Annotated[str, Core(_before(_printable, _TEXT))]
Id = Annotated[str, Core(_before(_id, core_schema.str_schema(pattern=_ID.pattern)))]
Flag = Annotated[bool, Core(_before(_flag, core_schema.bool_schema()))]
Count = Annotated[
    Decimal, Core(_before(_number, _NUMBER, json_schema_input_schema=core_schema.float_schema()))
]
Whole = Annotated[int, Core(_before(_whole, core_schema.int_schema(ge=1, le=1_000_000)))]
When = Annotated[
    str,
    Core(
        _before(
            _when,
            _STR,
            json_schema_input_schema=core_schema.union_schema([_STR, core_schema.int_schema()]),
        )
    ),
]
Day = Annotated[date, Core(_before(_day, core_schema.date_schema()))]
Url = Annotated[str, Core(core_schema.str_schema(pattern=r"^https?://\S+$", max_length=400))]

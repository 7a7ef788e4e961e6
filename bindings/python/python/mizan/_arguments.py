"""Arguments from the core to what a function's annotations ask for.

The core has checked every value and made plain Python objects of them. Where an annotation asks for more (a model, an
enum, a set, a validator of the application's own), Pydantic makes it from those.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from mizan._errors import FieldPath, Invalid
from mizan._native import MAX_DETAILS

# For each node that plain objects satisfy: the members that the core has dealt with, or that say nothing of values.
_SILENT = frozenset({"type", "ref", "metadata", "serialization", "strict"})
_PLAIN: dict[str, frozenset[str]] = {
    "any": frozenset(),
    "bool": frozenset(),
    "bytes": frozenset(),
    "date": frozenset(),
    "datetime": frozenset({"microseconds_precision", "tz_constraint"}),
    "decimal": frozenset({"allow_inf_nan"}),
    "float": frozenset({"allow_inf_nan", "ge", "gt", "le", "lt", "multiple_of"}),
    "int": frozenset({"ge", "gt", "le", "lt", "multiple_of"}),
    "literal": frozenset({"expected"}),
    "none": frozenset(),
    "str": frozenset({"max_length", "min_length", "pattern", "regex_engine"}),
    "time": frozenset({"microseconds_precision", "tz_constraint"}),
    "timedelta": frozenset({"microseconds_precision"}),
    "uuid": frozenset(),
    # Those that hold others.
    "default": frozenset({"schema", "default"}),
    "dict": frozenset({"keys_schema", "values_schema"}),
    "list": frozenset({"items_schema", "max_length", "min_length"}),
    "nullable": frozenset({"schema"}),
    "tuple": frozenset({"items_schema"}),
    "union": frozenset({"choices", "mode", "auto_collapse"}),
}


class Converter:
    """Makes one argument what its annotation asks for."""

    __slots__ = ("_validator", "name")

    def __init__(self, name: str, adapter: TypeAdapter[Any]) -> None:
        self.name = name
        self._validator = cast("SchemaValidator", adapter.validator)

    def __call__(self, value: object) -> object:
        # The core has been strict about JSON; models configured strict would now refuse lists for their tuples.
        return self._validator.validate_python(value, strict=False)


def is_plain(schema: Mapping[str, Any]) -> bool:
    """Whether the core's own object is all that the schema asks for."""
    kind = schema["type"]
    known = _PLAIN.get(kind)
    if known is None or not (schema.keys() <= known | _SILENT):
        return False
    if kind == "int" and "serialization" in schema:
        # An integer of any size is text on the wire, so the core has not seen its bounds.
        return not (schema.keys() & known)
    inner: list[Any] = [schema[key] for key in ("schema", "items_schema", "values_schema") if key in schema]
    if kind == "tuple":
        inner = schema["items_schema"]
    if kind == "dict":
        inner.append(schema.get("keys_schema", core_schema.str_schema()))
        if inner[-1]["type"] != "str":
            return False
    if kind == "literal":
        # An enum's member may stand in a literal, and is not its value.
        return all(type(value) in (str, int, bool, type(None)) for value in schema["expected"])
    if kind == "union":
        choices = cast("list[Any]", schema["choices"])
        inner.extend(cast("tuple[Any, str]", arm)[0] if isinstance(arm, tuple) else arm for arm in choices)
    return all(is_plain(child) for child in inner)


def convert(converters: Sequence[Converter], arguments: dict[str, Any]) -> None:
    """Replace those arguments by what their annotations ask for.

    Raises:
        Invalid: With the problems of all arguments, as many as a reply carries (LIM-10).
    """
    problems: dict[FieldPath, str] = {}
    for converter in converters:
        if converter.name not in arguments:
            continue
        value = arguments[converter.name]
        try:
            arguments[converter.name] = converter(value)
        except ValidationError as error:
            _collect(converter.name, value, error, problems)
            if len(problems) == MAX_DETAILS:
                break
    if problems:
        raise Invalid(problems)


def _collect(name: str, value: object, error: ValidationError, problems: dict[FieldPath, str]) -> None:
    for problem in error.errors(include_url=False, include_input=False):
        path = (name, *_within(value, problem["loc"]))
        if len(problems) == MAX_DETAILS and path not in problems:
            return
        cause: object = problem.get("ctx", {}).get("error")
        # Pydantic writes "Value error, " before the words of the application's own validator.
        message = str(cause) if isinstance(cause, Exception) and str(cause) else problem["msg"]
        problems[path] = f"{problems[path]}; {message}" if path in problems else message


def _within(value: Any, location: Sequence[str | int]) -> list[str | int]:  # noqa: ANN401
    """The parts of Pydantic's location that lead into the value; the others name arms of unions."""
    path: list[str | int] = []
    for part in location:
        if isinstance(value, dict) and part in value:
            value = cast("dict[object, Any]", value)[part]
        elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(cast("list[Any]", value)):
            value = cast("list[Any]", value)[part]
        else:
            continue
        path.append(part)
    return path

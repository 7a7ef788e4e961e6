"""JSON Schemas of inputs and results, written by Pydantic in the terms that the core reads."""

import dataclasses
import enum
import re
from collections.abc import Mapping
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, JsonSchemaValue, JsonSchemaWarningKind
from pydantic_core import SchemaError, core_schema
from typing_extensions import NoExtraItems, TypedDict, is_typeddict

# Defaults are written by the same rules as results.
_DEFAULTS = TypeAdapter(Any, config=ConfigDict(ser_json_bytes="base64", ser_json_inf_nan="constants"))

_CLEAR_FACTORIES = (list, dict, set, frozenset, tuple)


class SchemaProblem(Exception):
    """A type that has no schema; the text says why."""

    def __init__(self, message: str, fix: str | None = None) -> None:
        super().__init__(message)
        self.fix = fix
        """What to do about it, where more is known than that there is no schema."""


class _Schemas(GenerateJsonSchema):
    """Pydantic's generator, with the formats of the protocol and without patterns that the library adds itself."""

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:  # noqa: ARG002
        # Bounds of a decimal are checked by Pydantic after the core: JSON Schema has none for text.
        return {"type": "string", "format": "decimal"}

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "format": "bytes"}

    def timedelta_schema(self, schema: core_schema.TimedeltaSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "format": "duration"}

    def datetime_schema(self, schema: core_schema.DatetimeSchema) -> JsonSchemaValue:
        naive = schema.get("tz_constraint") == "naive"
        return {"type": "string", "format": "local-date-time" if naive else "date-time"}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "format": "date"}

    def time_schema(self, schema: core_schema.TimeSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "format": "time"}

    def url_schema(self, schema: core_schema.UrlSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "format": "uri"}

    def multi_host_url_schema(self, schema: core_schema.MultiHostUrlSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string", "format": "uri"}

    def complex_schema(self, schema: core_schema.ComplexSchema) -> JsonSchemaValue:  # noqa: ARG002
        message = "a complex number has no form in JSON"
        raise SchemaProblem(message)

    def get_default_value(self, schema: core_schema.WithDefaultSchema) -> Any:  # noqa: ANN401
        # `default_factory=list` is a default like any other; a factory that makes something new each time is not.
        factory = schema.get("default_factory")
        if factory in _CLEAR_FACTORIES and not schema.get("default_factory_takes_data"):
            return cast("type", factory)()
        return super().get_default_value(schema)

    def encode_default(self, dft: Any) -> Any:  # noqa: ANN401
        try:
            encoded: object = _DEFAULTS.dump_python(dft, mode="json", by_alias=True)
        except Exception as error:
            message = f"its default {dft!r} has no form in JSON: {error}"
            raise SchemaProblem(message) from error
        # base64url stands without padding on the wire.
        return encoded.rstrip("=") if isinstance(dft, bytes) and isinstance(encoded, str) else encoded

    def emit_warning(self, kind: JsonSchemaWarningKind, detail: str) -> None:  # noqa: ARG002
        raise SchemaProblem(detail)


def input_schema(
    parameters: Mapping[str, tuple[object, object]], missing: object
) -> tuple[JsonSchemaValue, core_schema.CoreSchema]:
    """The schema of the object of all arguments, and Pydantic's own plan for reading it.

    Args:
        parameters: The annotation and the default of each argument.
        missing: What stands for a default where there is none.
    """
    adapter = adapter_of(arguments_type(parameters, missing))
    schema = _write(adapter, "validation")
    schema.pop("title", None)
    return schema, adapter.core_schema


def arguments_type(parameters: Mapping[str, tuple[object, object]], missing: object) -> type:
    """A `TypedDict` of those arguments, so that no name of theirs can clash with a method."""
    fields: dict[str, Any] = {}
    for name, (annotation, default) in parameters.items():
        if default is missing:
            fields[name] = annotation
        elif isinstance(default, FieldInfo):
            fields[name] = Annotated[annotation, default]  # pyright: ignore[reportInvalidTypeForm]
        else:
            fields[name] = Annotated[annotation, FieldInfo(default=default)]  # pyright: ignore[reportInvalidTypeForm]
    return cast("type", TypedDict("Arguments", fields, extra_items=NoExtraItems))  # pyright: ignore


def output_schema(annotation: object) -> tuple[JsonSchemaValue, TypeAdapter[Any]]:
    """The schema of a result, named where its type has a name, and the adapter that prints it."""
    adapter = adapter_of(annotation)
    schema = _write(adapter, "serialization")
    name = type_name(annotation)
    if name is not None and "$ref" not in schema:
        schema["x-mizan-name"] = name
    return schema, adapter


def adapter_of(annotation: object) -> TypeAdapter[Any]:
    """Pydantic's adapter of a type.

    Raises:
        SchemaProblem: Pydantic has no schema for it.
    """
    try:
        return TypeAdapter[Any](cast("Any", annotation))
    except PydanticUserError as error:
        raise SchemaProblem(error.message) from error
    except SchemaError as error:
        raise _unreadable(str(error)) from error


def _unreadable(report: str) -> SchemaProblem:
    """What Pydantic's engine says of a pattern is the last line of a report that draws where it stumbled."""
    found = re.search(r"regex parse error:\n\s*(?P<pattern>.*)\n[\s^]*\nerror: (?P<reason>.*)", report)
    if found is None:
        return SchemaProblem(report)
    fields = ".".join(re.findall('Field "([^"]*)"', report))
    place = f" of {fields!r}" if fields else ""
    return SchemaProblem(
        f"the pattern {found['pattern']}{place} does not parse: {found['reason']}",
        "write it in the subset that Rust's regex crate accepts: no lookaround, no backreferences",
    )


def type_name(annotation: object) -> str | None:
    """The name under which Pydantic would define the type, where it is a named one."""
    if get_origin(annotation) is Annotated:
        return type_name(get_args(annotation)[0])
    named: object = get_origin(annotation) or annotation
    if not isinstance(named, type) or not _has_name(cast("type[object]", named)):
        return None
    named = cast("type[object]", named)
    arguments = ", ".join(getattr(argument, "__name__", str(argument)) for argument in get_args(annotation))
    name = f"{named.__name__}[{arguments}]" if arguments else named.__name__
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)


def _has_name(cls: type[object]) -> bool:
    return issubclass(cls, BaseModel | enum.Enum) or dataclasses.is_dataclass(cls) or is_typeddict(cls)


def _write(adapter: TypeAdapter[Any], mode: JsonSchemaMode) -> JsonSchemaValue:
    try:
        return adapter.json_schema(schema_generator=_Schemas, mode=mode, by_alias=True)
    except PydanticUserError as error:
        raise SchemaProblem(error.message) from error

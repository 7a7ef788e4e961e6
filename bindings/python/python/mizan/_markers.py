"""Marks in annotations that say what Python's own types leave open."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic_core import core_schema

from mizan._integers import write_integer

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue


@dataclass(frozen=True, slots=True)
class Key:
    """Marks a field that identifies its type when a result is merged into a list: `id: Annotated[int, Key()]`."""

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: "GetJsonSchemaHandler"
    ) -> "JsonSchemaValue":
        return {**handler(schema), "x-mizan-key": True}


class _DecimalText:
    """Says that an integer of any size travels as decimal text."""

    def __get_pydantic_core_schema__(self, source: object, handler: "GetCoreSchemaHandler") -> core_schema.CoreSchema:
        schema = handler(source)
        schema["serialization"] = core_schema.plain_serializer_function_ser_schema(
            _digits, return_schema=core_schema.str_schema(), when_used="json"
        )
        return schema

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: "GetJsonSchemaHandler"
    ) -> "JsonSchemaValue":
        return {"type": "string", "format": "bigint"}


def _digits(value: object) -> str:
    """What is no integer is printed as it is, for the core to refuse."""
    return write_integer(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)


BigInt = Annotated[int, _DecimalText()]
"""An integer of any size: `int` in Python, decimal text on the wire, `bigint` in TypeScript (VALUE-12)."""

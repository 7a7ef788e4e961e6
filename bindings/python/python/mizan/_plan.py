"""What a result is made of, where its values can be printed without Pydantic.

A type is plain where Pydantic's own plan for it shows nothing but fields, lists and scalars: no serializer of the
application's, nothing computed, excluded or extra. The native half then prints its values by exact class, and asks
Pydantic for every value that is anything else, so that both always say the same.
"""

import datetime
import decimal
import enum
import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pydantic_core import core_schema

    from mizan._core import Description

# What changes the text of a field, wherever it stands.
_CHANGING = ("serialization_exclude", "serialization_exclude_if")

_SCALARS = {"bool": "bool", "float": "float", "int": "int", "none": "none", "str": "str"}

# Classes whose own text the core takes, and the method that writes it.
_PRINTED: dict[str, tuple[type, str]] = {
    "date": (datetime.date, "isoformat"),
    "datetime": (datetime.datetime, "isoformat"),
    "decimal": (decimal.Decimal, "__str__"),
    "uuid": (uuid.UUID, "__str__"),
}

# Validators say nothing of how the value is printed.
_TRANSPARENT = frozenset({"default", "function-after", "function-before", "function-wrap"})


class _NotPlainError(Exception):
    """The type has parts that only Pydantic can print."""


def plan_of(schema: "core_schema.CoreSchema") -> "Description":
    """The description of a type for `Application.encoder`; None where the type is not plain."""
    try:
        return _node(cast("Mapping[str, Any]", schema))
    except _NotPlainError:
        return None


def _node(node: Mapping[str, Any]) -> tuple[object, ...]:
    if "serialization" in node:
        raise _NotPlainError
    kind: str = node["type"]
    if kind in _SCALARS:
        return (_SCALARS[kind],)
    if kind in _PRINTED:
        return ("printed", *_PRINTED[kind])
    if kind in _TRANSPARENT:
        return _node(node["schema"])
    match kind:
        case "definitions":
            inner = {definition["ref"]: _node(definition) for definition in node["definitions"]}
            return ("definitions", inner, _node(node["schema"]))
        case "definition-ref":
            return ("definition", node["schema_ref"])
        case "nullable":
            return ("nullable", _node(node["schema"]))
        case "list":
            return ("list", _node(node["items_schema"]))
        case "tuple":
            return _tuple(node)
        case "dict":
            return _dict(node)
        case "literal":
            return ("literal",)
        case "enum":
            return ("enum", node["cls"], [(member, _enum_value(member)) for member in node["members"]])
        case "union":
            return ("union", [_node(_choice(choice)) for choice in cast("list[object]", node["choices"])])
        case "tagged-union":
            return ("union", [_node(choice) for choice in node["choices"].values()])
        case "model":
            return _model(node)
        case "dataclass":
            return ("struct", node["cls"], "attributes", _dataclass_fields(node["schema"]))
        case "typed-dict":
            return _typed_dict(node)
        case _:
            raise _NotPlainError


def _choice(choice: object) -> Mapping[str, Any]:
    # A choice with a label is a pair.
    return cast("tuple[Any, str]", choice)[0] if isinstance(choice, tuple) else cast("Mapping[str, Any]", choice)


def _tuple(node: Mapping[str, Any]) -> tuple[object, ...]:
    items = [_node(item) for item in node["items_schema"]]
    match node.get("variadic_item_index"):
        case None:
            return ("tuple", items)
        case 0 if len(items) == 1:
            return ("sequence", items[0])
        case _:
            raise _NotPlainError


def _dict(node: Mapping[str, Any]) -> tuple[object, ...]:
    keys = node.get("keys_schema", {})
    if "serialization" in keys or keys.get("type") != "str":
        raise _NotPlainError
    return ("dict", _node(node["values_schema"]))


def _enum_value(member: enum.Enum) -> object:
    # A text or integer that is of a class of its own may print itself.
    if type(member.value) not in (str, int):
        raise _NotPlainError
    return member.value


def _model(node: Mapping[str, Any]) -> tuple[object, ...]:
    inner: Mapping[str, Any] = node["schema"]
    while inner["type"] in _TRANSPARENT and "serialization" not in inner:
        inner = inner["schema"]
    config: Mapping[str, Any] = node.get("config", {})
    extra = inner.get("extra_behavior", config.get("extra_fields_behavior"))
    if node.get("root_model") or inner["type"] != "model-fields" or extra == "allow" or "serialization" in inner:
        raise _NotPlainError
    return ("struct", node["cls"], "namespace", _fields(inner, inner["fields"]))


def _dataclass_fields(node: Mapping[str, Any]) -> dict[str, tuple[str, object]]:
    while node["type"] in _TRANSPARENT and "serialization" not in node:
        node = node["schema"]
    if node["type"] != "dataclass-args" or "serialization" in node:
        raise _NotPlainError
    if any(field.get("init_only") for field in node["fields"]):
        raise _NotPlainError
    return _fields(node, {field["name"]: field for field in node["fields"]})


def _typed_dict(node: Mapping[str, Any]) -> tuple[object, ...]:
    config: Mapping[str, Any] = node.get("config", {})
    if node.get("extra_behavior", config.get("extra_fields_behavior")) == "allow" or "extras_schema" in node:
        raise _NotPlainError
    return ("struct", None, "dict", _fields(node, node["fields"]))


def _fields(owner: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, tuple[str, object]]:
    """By the name on the wire: the name in Python, and what is there."""
    if owner.get("computed_fields") or any(field.get(mark) for field in fields.values() for mark in _CHANGING):
        raise _NotPlainError
    return {field.get("serialization_alias", name): (name, _node(field["schema"])) for name, field in fields.items()}

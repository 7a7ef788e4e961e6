"""Kinds of JSON values, for values that may be anything."""

from typing import Any, TypeGuard

Value = Any
"""A JSON value as Python's own objects."""


def is_list(value: Value) -> TypeGuard[list[Value]]:
    """Whether it is a list."""
    return isinstance(value, list)


def is_object(value: Value) -> TypeGuard[dict[str, Value]]:
    """Whether it is an object."""
    return isinstance(value, dict)

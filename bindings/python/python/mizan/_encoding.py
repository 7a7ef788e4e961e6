"""Results to JSON text, by Pydantic's own encoder, in a form that hides nothing from the core.

Pydantic would write `NaN` as `null` and bytes as text, each as the innermost model is configured. Here every part of
a result is printed by the protocol's rules, and what does not fit its type is printed as it is: the core then refuses
it, and names the field.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, cast

from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer, core_schema

_RULES: core_schema.CoreConfig = {
    "ser_json_bytes": "base64",
    "ser_json_inf_nan": "constants",
    "ser_json_temporal": "iso8601",
    "ser_json_timedelta": "iso8601",
}

# Members of a schema node that hold no further nodes, though they may look like some.
_OPAQUE = frozenset({"cls", "config", "default", "expected", "function", "members", "metadata"})

# Members that map names to nodes.
_MAPPINGS = frozenset({"choices", "fields"})

_CONFIGURED = frozenset({"dataclass", "model", "typed-dict"})

Encoder = Callable[[object], bytes]


def encoder_of(adapter: TypeAdapter[Any]) -> Encoder:
    """A function that prints a value of the adapter's type as JSON text."""
    schema = cast("core_schema.CoreSchema", _by_rules(cast("Mapping[str, object]", adapter.core_schema)))
    # Serializers that models already have were built by their own configuration.
    serializer = SchemaSerializer(schema, _RULES, _use_prebuilt=False)
    return partial(serializer.to_json, by_alias=True, warnings=False)


def _by_rules(node: Mapping[str, object]) -> dict[str, object]:
    changed: dict[str, object] = {key: _changed(key, value) for key, value in node.items()}
    kind = changed.get("type")
    if kind in _CONFIGURED:
        changed["config"] = {**cast("Mapping[str, object]", node.get("config", {})), **_RULES}
    if kind in {"set", "frozenset"} and "serialization" not in changed:
        items = cast("core_schema.CoreSchema", changed.get("items_schema", core_schema.any_schema()))
        # The order of a set differs from process to process; equal values have equal bytes.
        changed["serialization"] = core_schema.wrap_serializer_function_ser_schema(
            _in_order, schema=core_schema.list_schema(items)
        )
    return changed


def _changed(key: str, value: object) -> object:
    if key in _OPAQUE:
        return value
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, object]", value)
        if key in _MAPPINGS:
            return {name: _changed("", item) for name, item in mapping.items()}
        return _by_rules(mapping)
    if isinstance(value, list | tuple):
        items = cast("list[object] | tuple[object, ...]", value)
        return type(items)(_changed("", item) for item in items)
    return value


def _in_order(value: object, handler: Callable[[object], object]) -> object:
    if not isinstance(value, AbstractSet):
        return handler(value)
    items = cast("AbstractSet[Any]", value)
    try:
        return handler(sorted(items))
    except TypeError:
        return handler(sorted(items, key=repr))

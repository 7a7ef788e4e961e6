"""What a call's result is spliced into, from the rules MERGE-1 to MERGE-5."""

from typing import Any

from kinds import Value, is_list, is_object
from manifest import merged, returned
from refusal import Refused
from scope import Contract, Function, Schema, checked, fitting, target
from targets import order


def merge(document: dict[str, Any], name: Value, args: Value, result: Value) -> list[dict[str, Any]]:
    """The `merge` of the reply to a call by nobody in particular."""
    contract = Contract(document)
    function = contract.functions.get(name)
    if function is None:
        raise Refused("NOT_FOUND")
    if function.get("private"):
        raise Refused("FORBIDDEN")
    if function.get("auth", "none") != "none":
        raise Refused("UNAUTHENTICATED")
    values = checked(function, args)
    value = fit(function["output"], function["output"].get("$defs", {}), result)
    found = [(target(contract, place, values, None), place) for place in merged(contract, function)]
    return [
        {**entry, **operation(function, contract.functions[str(member)]), "value": value}
        for entry, (_, member) in sorted(found, key=lambda one: order(one[0]))
    ]


def operation(function: Function, slot: Function) -> dict[str, Any]:
    """How the result goes into a member: in its place, or as an item found by its key (MERGE-1, MERGE-3)."""
    if returned(function) == returned(slot):
        return {"op": "replace"}
    output = function["output"]
    fields: dict[str, Schema] = resolved(output, output["$defs"])["properties"]
    return {"op": "upsert", "key": [name for name in fields if fields[name].get("x-mizan-key")] or ["id"]}


def resolved(schema: Schema, types: dict[str, Schema]) -> Schema:
    """The schema that a reference names."""
    return types[schema["$ref"].removeprefix("#/$defs/")] if "$ref" in schema else schema


def fit(schema: Schema, types: dict[str, Schema], value: Value) -> Value:
    """A result in its canonical form; one that does not fit is the function's fault (CALL-7, VALUE-7)."""
    schema = resolved(schema, types)
    problems: list[dict[str, Any]] = []
    if schema.get("type") == "array" and is_list(value):
        return [fit(schema["items"], types, item) for item in value]
    if schema.get("type") == "object" and is_object(value):
        fields: dict[str, Schema] = schema["properties"]
        always = {name for name, field in fields.items() if "default" in field or name in schema["required"]}
        if not always <= set(value) <= set(fields):
            raise Refused("INTERNAL")
        return {name: fit(fields[name], types, value[name]) for name in value}
    found = value if schema.get("type") == "object" else fitting(schema, value, (), problems)
    if problems or schema.get("type") == "object":
        raise Refused("INTERNAL")
    return found

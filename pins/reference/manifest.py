"""The edge manifest of an application (EDGE-1 to EDGE-4), from the registration document alone."""

from typing import Any

from canonical import of_python
from refusal import Refused
from scope import Contract, Function, Schema, inputs, is_nullable

LIFETIME = 86_400
"""Seconds that a bundle is kept where no member says less (CACHE-5)."""


def text(document: dict[str, Any]) -> str:
    """The manifest as canonical JSON."""
    contract = Contract(document)
    functions = sorted(contract.functions.values(), key=lambda function: function["name"])
    entries = {entry["name"]: entry for entry in document.get("contexts", [])}
    base = document.get("base", "/api/mizan")
    mutations = {
        function["name"]: mutation(contract, function) for function in functions if targets(contract, function)
    }
    contexts: dict[str, Any] = {}
    for name in contract.params:
        members = [function for function in functions if function.get("context") == name]
        contexts[name] = context(contract, f"{base}/ctx/{name}/", members, entries.get(name, {}))
        caller = [["*sub"]] if entries.get(name, {}).get("identity") else []
        contexts[name]["tags"] = known_sets(contract, name) + caller
    return of_python({"base_url": base, "contexts": contexts, "mutations": mutations, "version": 1})


def known_sets(contract: Contract, context: str) -> list[list[str]]:
    """The sets of names by which some mutation narrows a context, none first (CACHE-7)."""
    found = [mutation(contract, function)["scoped_by"] for function in contract.functions.values()]
    sets = {tuple(names) for scoped_by in found for place, names in scoped_by.items() if of(place) == context}
    return [list(names) for names in sorted({(), *sets})]


def of(target: str) -> str:
    """The context of a target."""
    return target.partition(".")[0]


def context(contract: Contract, endpoint: str, members: list[Function], options: dict[str, Any]) -> dict[str, Any]:
    """A context, but for its tags."""
    public = options.get("public", False)
    lifetimes = [member.get("cache", True) for member in members]
    seconds = [lifetime for lifetime in lifetimes if not isinstance(lifetime, bool)]
    name = members[0]["context"]
    return {
        "endpoints": [endpoint],
        "functions": [member_of(member) for member in members],
        "params": {param: declared(members, param, schema) for param, schema in contract.params[name].items()},
        "public": public,
        "render_strategy": "psr" if public else "dynamic_cached",
        "rev": max(member.get("rev", 0) for member in members),
        "ttl": None
        if False in [lifetime for lifetime in lifetimes if lifetime is False]
        else min(seconds, default=LIFETIME),
        "views": [member["route"]["path"] for member in members if "GET" in methods(member)],
    }


def methods(function: Function) -> list[str]:
    """The methods of a function's page, none where it has no page."""
    return sorted(function["route"].get("methods") or ["GET"]) if "route" in function else []


def member_of(function: Function) -> dict[str, Any]:
    """A member: a page, or none."""
    if "route" not in function:
        return {"name": function["name"], "path": "rpc"}
    return {"name": function["name"], "path": "view", "route": function["route"]["path"], "methods": methods(function)}


def declared(members: list[Function], name: str, schema: Schema) -> dict[str, Any]:
    """A param (EDGE-3); required where a member requires it, which leaves it no default (CTX-6, NAME-4)."""
    takers = [member for member in members if name in inputs(member)]
    required = any(name in member["input"].get("required", []) for member in takers)
    found: dict[str, Any] = {}
    if is_nullable(schema):
        inner = next(arm for arm in schema["anyOf"] if arm != {"type": "null"})
        found = {"required": False, "nullable": True, "type": type_of(inner)}
    else:
        found = {"required": required, "type": type_of(schema)}
    if "default" in schema and not required:
        found["default"] = schema["default"]
    return found


def type_of(schema: Schema) -> str:
    """The type's name, for the types that pins of this kind use."""
    if "enum" in schema or "const" in schema:
        return "enum"
    if schema.get("format") == "bigint":
        return "bigint"
    kind: str = schema["type"]
    return "list" if kind == "array" else kind


def returned(function: Function) -> tuple[bool, str] | None:
    """The named type that a function returns, and whether it is a list of it; nothing where it is neither."""
    output = function["output"]
    is_list = output.get("type") == "array"
    name = (output.get("items", {}) if is_list else output).get("$ref")
    return None if name is None else (is_list, name)


def takes(slot: Function, function: Function) -> bool:
    """Whether a member takes what a function returns: its own type, or an item of it (MERGE-1)."""
    result, held = returned(function), returned(slot)
    return result is not None and held in (result, (True, result[1]))


def merged(contract: Contract, function: Function) -> list[tuple[str, str | None]]:
    """What the result is spliced into: the one member that takes it (MERGE-1, MERGE-2)."""
    found: list[tuple[str, str | None]] = []
    for entry in function.get("merge", []):
        place, only = contract.resolve(entry)
        slots = [
            member["name"]
            for member in contract.functions.values()
            if member.get("context") == place and only in (None, member["name"]) and takes(member, function)
        ]
        if len(slots) != 1:
            raise Refused("BUILD")
        found.append((place, slots[0]))
    return found


def targets(contract: Contract, function: Function) -> list[tuple[str, str | None]]:
    """What a function affects and merges into."""
    return contract.affected(function) + merged(contract, function)


def mutation(contract: Contract, function: Function) -> dict[str, Any]:
    """A mutation (EDGE-4)."""

    def named(place: tuple[str, str | None]) -> str:
        return place[0] if place[1] is None else f"{place[0]}.{place[1]}"

    places = sorted(targets(contract, function), key=named)
    found: dict[str, Any] = {
        "affects": sorted({named(place) for place in contract.affected(function)}),
        "merge": sorted({named(place) for place in merged(contract, function)}),
        "private": function.get("private", False),
        "scoped_by": {
            named(place): sorted(name for name in contract.params_of(*place) if name in inputs(function))
            for place in places
        },
    }
    if "route" in function:
        found["route"] = function["route"]["path"]
    return found

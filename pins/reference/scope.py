"""How a call's targets are narrowed (SCOPE-1 to SCOPE-5), from the registration document and the call's args."""

import re
from typing import Any

from canonical import of_python
from kinds import Value, is_list, is_object
from refusal import Path, Refused, detail, invalid
from targets import FUNCTION, PARAM, SAFE, Target, settle

Schema = dict[str, Any]
Function = dict[str, Any]

ABSENT = object()
RANGE_MESSAGE = f"must be between {-SAFE} and {SAFE}"
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)


class Contract:
    """The parts of an application that scoping looks at, checked like the build does (NAME-3, NAME-4, NAME-6)."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.functions: dict[str, Function] = {function["name"]: function for function in document["functions"]}
        self.identity = {entry["name"] for entry in document.get("contexts", []) if entry.get("identity")}
        self.params: dict[str, dict[str, Schema]] = {}
        for function in self.functions.values():
            if "context" in function:
                params = self.params.setdefault(function["context"], {})
                for name, schema in inputs(function).items():
                    if of_python(typed(params.setdefault(name, schema))) != of_python(typed(schema)):
                        raise Refused("BUILD")
        for function in self.functions.values():
            self.check(function)

    def check(self, function: Function) -> None:
        """What does not build."""
        declares = "affects" in function or "merge" in function
        if not FUNCTION.fullmatch(function["name"]) or ("context" in function and declares):
            raise Refused("BUILD")
        if not all(PARAM.fullmatch(name) for name in inputs(function)):
            raise Refused("BUILD")
        for context, member in self.affected(function):
            params = self.params_of(context, member)
            for name, schema in inputs(function).items():
                if name in params and bare(schema) != bare(params[name]):
                    raise Refused("BUILD")

    def params_of(self, context: str, member: str | None) -> dict[str, Schema]:
        """The params of a target: of its context, or those that the member takes (SCOPE-2)."""
        params = self.params[context]
        return params if member is None else {name: params[name] for name in inputs(self.functions[member])}

    def affected(self, function: Function) -> list[tuple[str, str | None]]:
        """The contexts, and members of contexts, that `affects` names."""
        return [self.resolve(entry) for entry in function.get("affects", [])]

    def resolve(self, entry: Value) -> tuple[str, str | None]:
        """One entry of `affects`: a context's or a member's name, or both said apart."""
        if is_object(entry):
            member = entry.get("function")
            if entry["context"] in self.params and (member is None or self.context_of(member) == entry["context"]):
                return entry["context"], member
        elif entry in self.params and self.context_of(entry) is None:
            return entry, None
        elif entry not in self.params:
            context = self.context_of(entry)
            if context is not None:
                return context, entry
        raise Refused("BUILD")

    def context_of(self, name: str) -> str | None:
        """The context that a function is a member of."""
        return self.functions.get(name, {}).get("context")


def inputs(function: Function) -> dict[str, Schema]:
    """A function's inputs by name."""
    return function["input"].get("properties", {})


def typed(schema: Schema) -> Schema:
    """A schema without what says nothing of its values."""
    return {name: value for name, value in schema.items() if name not in ("title", "description")}


def is_nullable(schema: Schema) -> bool:
    """Whether null is one of the values."""
    return {"type": "null"} in schema.get("anyOf", [])


def bare(schema: Schema) -> str:
    """A type as scoping compares it: without its default, and without null."""
    if is_nullable(schema):
        schema = next(arm for arm in schema["anyOf"] if arm != {"type": "null"})
    return of_python({name: value for name, value in typed(schema).items() if name != "default"})


def targets(document: dict[str, Any], name: str, args: Value, sub: str | None) -> list[Target]:
    """The targets of a call of function `name` with `args`, by a caller `sub` or nobody."""
    contract = Contract(document)
    function = contract.functions.get(name)
    if function is None:
        raise Refused("NOT_FOUND")
    values = checked(function, args)
    return settle([target(contract, place, values, sub) for place in contract.affected(function)])


def target(contract: Contract, place: tuple[str, str | None], values: dict[str, Any], sub: str | None) -> Target:
    """One target: narrowed by name, else by identity, else broad."""
    context, member = place
    found: Target = {"context": context}
    if member is not None:
        found["function"] = member
    params = contract.params_of(context, member)
    by_name = {
        name: value
        for name, value in values.items()
        if name in params and (value is not None or is_nullable(params[name]))
    }
    if by_name:
        found["params"] = by_name
    elif context in contract.identity and sub is not None:
        found["sub"] = sub
    return found


def checked(function: Function, args: Value, root: str = "args") -> dict[str, Any]:
    """The args as the function gets them, defaults filled in; or all their problems, whose paths start with `root`."""
    if not is_object(args):
        raise invalid([detail("type", "expected object", (root,))])
    schemas = inputs(function)
    problems = [detail("unknown", "not allowed here", (root, name)) for name in args if name not in schemas]
    values: dict[str, Any] = {}
    for name, schema in schemas.items():
        value = args.get(name, schema.get("default", ABSENT))
        if value is not ABSENT:
            values[name] = fitting(schema, value, (root, name), problems)
        elif name in function["input"].get("required", []):
            problems.append(detail("missing", "required", (root, name)))
    if problems:
        raise invalid(problems)
    return values


def fitting(schema: Schema, value: Value, path: Path, problems: list[dict[str, Any]]) -> Value:
    """The value in its canonical form, if it fits the schema; the types that pins of this kind use."""
    if is_nullable(schema):
        inner = next(arm for arm in schema["anyOf"] if arm != {"type": "null"})
        return None if value is None else fitting(inner, value, path, problems)
    kind = schema["type"]
    if kind == "array" and is_list(value):
        return [fitting(schema["items"], item, (*path, index), problems) for index, item in enumerate(value)]
    if not fits(kind, value):
        problems.append(detail("type", f"expected {'list' if kind == 'array' else kind}", path))
    elif kind == "integer" and abs(value) > SAFE:
        problems.append(detail("integer_range", RANGE_MESSAGE, path))
    elif schema.get("format") == "uuid":
        if not UUID.fullmatch(value):
            problems.append(detail("format", "expected uuid", path))
        return value.lower()
    return value


def fits(kind: str, value: Value) -> bool:
    """Whether a JSON value is of the kind; a boolean is no number, a whole float no integer (VALUE-2, VALUE-4)."""
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, {"integer": int, "number": (int, float), "string": str}.get(kind, ()))

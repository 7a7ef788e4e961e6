"""The tags that a bundle stands under in the origin cache, from the rules CACHE-6, CACHE-7 and STORE-4."""

import hashlib
from base64 import b32encode
from typing import Any

from canonical import of_python
from kinds import Value
from manifest import known_sets
from refusal import Refused
from scope import Contract, checked, inputs


def tags(document: dict[str, Any], context: Value, params: Value, sub: str | None) -> list[str]:
    """The tags of the bundle of a context with these params, for a caller `sub` or nobody."""
    contract = Contract(document)
    if context not in contract.params:
        raise Refused("NOT_FOUND")
    members = [function for function in contract.functions.values() if function.get("context") == context]
    required = [name for member in members for name in member["input"].get("required", []) if name in inputs(member)]
    whole = {"input": {"properties": contract.params[context], "required": required}}
    values = checked(whole, params, "params")
    found = [tag(context, {name: values[name] for name in names}) for names in known_sets(contract, context)]
    if context in contract.identity and sub is not None:
        found.append(tag(context, {}, sub))
    return found


def tag(context: str, params: dict[str, Any], sub: str | None = None) -> str:
    """A tag; with `sub` that of one caller (CACHE-6, STORE-4)."""
    text = of_python({"c": context, "p": params, **({} if sub is None else {"u": sub})})
    return "mz-" + b32encode(hashlib.sha256(text.encode()).digest()[:16]).decode().lower().rstrip("=")

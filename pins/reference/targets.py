"""What a target is, which covers which, and their order (INV-3, INV-4)."""

import re
from typing import Any

from canonical import of_python
from refusal import Refused

Target = dict[str, Any]

PARAM = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
FUNCTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)
SAFE = 2**53 - 1


def check(targets: Any) -> list[Target]:
    """Targets as a case gives them; anything else is refused."""
    if not isinstance(targets, list) or not all(is_target(target) for target in targets):
        raise Refused("BAD_REQUEST")
    return targets


def is_target(target: Any) -> bool:
    """Whether this is a context, maybe narrowed to a member, to params or to a caller (NAME-1, NAME-5)."""
    if not isinstance(target, dict) or not set(target) <= {"context", "function", "params", "sub"}:
        return False
    params = target.get("params", {})
    return (
        is_name(PARAM, target.get("context"))
        and ("function" not in target or is_name(FUNCTION, target["function"]))
        and ("sub" not in target or isinstance(target["sub"], str))
        and isinstance(params, dict)
        and all(is_name(PARAM, name) and is_param(value) for name, value in params.items())
    )


def is_name(pattern: re.Pattern[str], name: Any) -> bool:
    """Whether this is text that matches the pattern from end to end."""
    return isinstance(name, str) and pattern.fullmatch(name) is not None


def is_param(value: Any) -> bool:
    """Whether this can be the value of a param: a scalar, null, or a list of scalars (NAME-5)."""
    if isinstance(value, list):
        return all(item is not None and not isinstance(item, (list, dict)) and is_param(item) for item in value)
    return not isinstance(value, dict)


def covers(broad: Target, narrow: Target) -> bool:
    """Whether the first target says all that the second does (INV-3)."""
    params = narrow.get("params", {})
    return (
        broad["context"] == narrow["context"]
        and broad.get("function") in (None, narrow.get("function"))
        and broad.get("sub") in (None, narrow.get("sub"))
        and all(
            name in params and of_python(params[name]) == of_python(value)
            for name, value in broad.get("params", {}).items()
        )
    )


def settle(targets: list[Target]) -> list[Target]:
    """The targets unique, without those that another covers, and in order."""
    kept: list[Target] = []
    for target in map(tidy, targets):
        if not any(covers(other, target) for other in kept):
            kept = [other for other in kept if not covers(target, other)] + [target]
    return sorted(kept, key=order)


def tidy(target: Target) -> Target:
    """The target without params where nothing narrows."""
    return {name: value for name, value in target.items() if name != "params" or value}


def order(target: Target) -> tuple[Any, ...]:
    """By context, function, canonical text of the params, sub; what is absent first (INV-4)."""
    params = of_python(target["params"]).encode() if "params" in target else b""
    sub = target.get("sub")
    return (
        target["context"].encode(),
        target.get("function", "").encode(),
        params,
        (sub is not None, (sub or "").encode()),
    )

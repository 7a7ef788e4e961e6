"""`invalidate()`: what a running function says it changed, beyond what it declared."""

import logging
from collections.abc import Callable
from contextvars import ContextVar

from mizan._context import ReactContext

Target = ReactContext | str | Callable[..., object]
"""A context, its name, or a function decorated with `client` that is a member of one."""

Announced = list[tuple[str, dict[str, object] | None]]
"""Names with the params that narrow them, in the order of the calls."""

# The list of the function that runs here. A worker thread gets a copy of the context, and so the same list.
announced: ContextVar[Announced | None] = ContextVar("mizan_announced", default=None)

_log = logging.getLogger("mizan")


def target_name(target: Target) -> str:
    """The name of a context or function, as the core knows it."""
    if isinstance(target, str):
        return target
    if isinstance(target, ReactContext):
        return target.name
    definition = getattr(target, "__mizan__", None)
    if definition is None:
        message = f"{target!r} is not a context and not a function with @client"
        raise TypeError(message)
    name: str = definition.name
    return name


def invalidate(target: Target, /, **params: object) -> None:
    """Say that `target` changed, narrowed by `params`: `invalidate("user", user_id=5)` (SCOPE-7).

    It belongs inside a function that Mizan runs, sync or async. If that function fails, the reply invalidates nothing;
    where it failed by surprise or took too long, the origin cache still forgets what was named (STORE-7).
    Where nobody called over Mizan, as in a plain call of the function from a test, there is nobody to tell.
    """
    name = target_name(target)
    current = announced.get()
    if current is None:
        _log.debug("invalidate(%r) outside of a call: nobody to tell", name)
        return
    current.append((name, params or None))

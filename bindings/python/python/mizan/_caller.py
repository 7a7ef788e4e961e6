"""Who asks, between an adapter and the core: what an application's own functions say, read and written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from mizan._identity import Identity, are_names

if TYPE_CHECKING:
    from mizan._core import Caller, Exchange


def caller_of(found: object) -> Caller:
    """What `identify` returned, as the core takes it.

    Raises:
        TypeError: It is neither an `Identity` nor None.
    """
    if found is None:
        return None
    if not isinstance(found, Identity):
        message = f"identify returned {type(found).__name__}, not mizan.Identity or None"
        raise TypeError(message)
    return (found.sub, found.staff, found.superuser, list(found.permissions), found.session)


def permissions_of(found: object) -> list[str] | None:
    """What `permissions` returned, as the core takes it; None where nobody can tell.

    Raises:
        TypeError: It is neither a collection of names nor None.
    """
    if found is None:
        return None
    names = [] if isinstance(found, str) else list(cast("Iterable[str]", found))
    if isinstance(found, str) or not are_names(names):
        message = f"permissions returned {type(found).__name__}, not names of permissions or None"
        raise TypeError(message)
    return names


def identity_of(exchange: Exchange) -> Identity | None:
    """Who asks, as far as that was asked for."""
    found = exchange.identity()
    if found is None:
        return None
    sub, staff, superuser, permissions, session, proof = found
    return Identity(sub, staff, superuser, frozenset(permissions), session, proof)

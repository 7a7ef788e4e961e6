"""What an application is given besides its functions: secrets, tokens, the origin cache, origins that it trusts.

It is the same for every framework; an adapter hands it on to the core.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from mizan._errors import RegistrationError
from mizan._native import Keyrings
from mizan._secret import own_keys, secret_bytes
from mizan._token_functions import TokenFunction, TokenFunctions

if TYPE_CHECKING:
    from mizan._core import Application, Purpose
    from mizan._identity import Identity

SECRET = "MIZAN_SECRET"  # noqa: S105 - the name of a variable
"""The environment variable that is read where no secret is given."""
OLDER = "MIZAN_SECRET_OLD"
"""The one with the secrets that it replaced."""

Secret: TypeAlias = str | bytes
Permissions: TypeAlias = Callable[[str], Iterable[str] | Awaitable[Iterable[str] | None] | None]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Which tokens an application takes (AUTH-9). What is not taken is the application's own header."""

    mwt: bool = True
    """Whether `X-Mizan-Token` carries an identity token."""
    access: bool = True
    """Whether `Authorization: Bearer` carries an access token."""
    audience: str = "mizan"
    """What `aud` has to be. Give each application that shares a secret its own."""
    leeway: int = 30
    """How far clocks may be apart, in seconds."""
    functions: Collection[TokenFunction] = ()
    """Functions that hand tokens out, each switched on by its name: `mwt_obtain`, `jwt_obtain`, `jwt_refresh`,
    `jwt_revoke`. What is known of refresh tokens is kept in the store of the cache; without one in this process."""
    find: Callable[[str], Identity | None] | None = None
    """Who has that `sub` now, for `jwt_refresh`; None for somebody who may no longer sign in. Sync: it runs in a worker
    thread."""
    permissions: Permissions | None = None
    """What a caller is allowed now, given its `sub`; sync or async. A token carries no permissions, so a guard that
    asks for some asks here; without it `find` is asked, and without that such a guard refuses every token."""


@dataclass(frozen=True, slots=True)
class Cache:
    """The origin cache: where finished bundles are kept (STORE-1 to STORE-13)."""

    store: str = "memory"
    """`memory`, for an application of one process; or `redis://host:port/database`, also of a Valkey, which processes
    and hosts share."""
    max_bytes: int = 64 << 20
    """Most bytes that `memory` keeps; 64 MiB."""
    prefix: str = "mizan"
    """What all keys of a Redis start with. Give each application that shares one its own."""
    timeout: float = 0.05
    """Seconds that a Redis has to be reached, and to answer. One that does not is left alone for a second, and bundles
    are read from their functions."""
    patience: float = 0.5
    """Seconds that a mutation waits for a Redis that does not answer any more, so that no other process is served what
    it made stale (STORE-13). One that is away for longer keeps nobody waiting."""
    lease: float | None = None
    """Seconds that concurrent misses of several processes wait for one of them; by default they do not."""


class Arguments(TypedDict, total=False):
    """The keyword arguments of `_core.Application`."""

    keyrings: Keyrings
    mwt: bool
    access: bool
    token_functions: list[str]
    finds: bool
    has_sessions: bool
    csrf: bool | None
    audience: str
    leeway: int
    trusted_origins: list[str]
    store: str
    store_bytes: int
    prefix: str
    timeout: float
    patience: float
    lease: float | None


class Protection:
    """What the core is told, and the functions that come with it."""

    def __init__(
        self,
        *,
        secret: Secret | Sequence[Secret] | None,
        keys: dict[Purpose, Sequence[tuple[str, Secret]]] | None,
        tokens: Tokens | None,
        cache: Cache | str | None,
        csrf: bool | None,
        has_sessions: bool,
        trusted_origins: Sequence[str],
        names: tuple[str, str] = ("secret", "keys"),
    ) -> None:
        """Check what an application is given.

        Args:
            secret: At least 32 bytes, or several, the newest first; by default what `MIZAN_SECRET` holds, and
                those that it replaced in `MIZAN_SECRET_OLD`.
            keys: Keys of their own for some purposes, in place of derived ones.
            tokens: The tokens that are taken, if any.
            cache: The origin cache, or its store, if there is one.
            csrf: Whether requests that rest on a cookie need a token; by default, where there is a secret and the
                application has sessions.
            has_sessions: Whether the application can tell by itself who asks.
            trusted_origins: Origins other than the server's own whose pages may send requests.
            names: What the framework calls the options of secrets and of keys.

        Raises:
            ValueError: With every problem of the secrets, each naming its setting and none a value.
            RegistrationError: `find` is async.
        """
        # Whatever is no list may be no secret either, which is told as such.
        several = None if secret is None else secret if isinstance(secret, list | tuple) else [secret]
        secrets = None if several is None else [secret_bytes(names[0], one) for one in several]
        rings = Keyrings(secrets, list(own_keys(names[1], keys).items()), environment(), names)
        self.arguments: Arguments = {"trusted_origins": list(trusted_origins)}
        """What `_core.Application` is given."""
        if not rings.is_empty():
            self.arguments["keyrings"] = rings
        self.arguments["has_sessions"] = has_sessions
        self.arguments["csrf"] = csrf
        self.permissions: Permissions | None = None
        """What the caller whom a token names is allowed, given its `sub`."""
        self.functions: list[Callable[..., object]] = []
        """The functions of tokens that are switched on."""
        self._bind: Callable[[Application], None] | None = None
        if tokens is not None:
            self._take(tokens)
        if cache is not None:
            cache = Cache(cache) if isinstance(cache, str) else cache
            self.arguments["store"] = cache.store
            self.arguments["store_bytes"] = cache.max_bytes
            self.arguments["prefix"] = cache.prefix
            self.arguments["timeout"] = cache.timeout
            self.arguments["patience"] = cache.patience
            self.arguments["lease"] = cache.lease

    def bind(self, application: Application) -> None:
        """Give the functions the application that they have become part of."""
        if self._bind is not None:
            self._bind(application)

    def _take(self, tokens: Tokens) -> None:
        self.arguments["mwt"] = tokens.mwt
        self.arguments["access"] = tokens.access
        self.arguments["audience"] = tokens.audience
        self.arguments["leeway"] = tokens.leeway
        find = tokens.find
        if find is not None and (iscoroutinefunction(find) or iscoroutinefunction(getattr(find, "__call__", None))):  # noqa: B004
            raise RegistrationError.about(
                "Tokens(find=…) is async, and it is asked in a worker thread",
                "give a function that returns the identity, as a sync query does",
            )
        self.permissions = tokens.permissions
        if tokens.permissions is None and find is not None:

            def permissions(sub: str) -> Iterable[str] | None:
                identity = find(sub)
                return () if identity is None else identity.permissions

            self.permissions = permissions
        if tokens.functions:
            self.arguments["token_functions"] = list(tokens.functions)
            self.arguments["finds"] = find is not None
            functions = TokenFunctions(tokens.functions, find)
            self.functions = functions.functions
            self._bind = functions.bind


def environment() -> tuple[bytes | None, bytes | None]:
    """What the environment holds of secrets (KEY-6); the core reads it."""
    secret, older = os.environ.get(SECRET), os.environ.get(OLDER)
    return None if secret is None else os.fsencode(secret), None if older is None else os.fsencode(older)

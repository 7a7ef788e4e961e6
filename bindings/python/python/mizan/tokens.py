"""Identity tokens: made in a view that signs somebody in, and in tests; checked where no adapter does it.

    from mizan.tokens import Keyring

    keyring = Keyring.from_secret(os.environ["MIZAN_SECRET"])
    token = keyring.mint_access("5", staff=True)
    assert keyring.verify_access(token).sub == "5"

What a token is stands in docs/protocol.md (TOK-1 to TOK-16), what a secret may be in KEY-1 to KEY-5. The clock is read
here and nowhere else: whoever gives `now` gets the same bytes each time.
"""

from __future__ import annotations

import secrets
from functools import lru_cache
from time import time
from typing import TYPE_CHECKING, Any, NamedTuple

from mizan._errors import Unauthenticated
from mizan._native import TOKEN_LEEWAY, TOKEN_LIVES, Keyrings, permission_key
from mizan._secret import own_keys, secret_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mizan._core import Purpose

__all__ = ["AccessToken", "IdentityToken", "Keyring", "RefreshToken", "TokenRefused"]


class TokenRefused(Unauthenticated):
    """A token that is not valid. Whoever sent it learns nothing but that (TOK-11)."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        """Why, for logs and tests."""

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}"


class IdentityToken(NamedTuple):
    """What an identity token (MWT) says. Times are in seconds since 1970."""

    sub: str
    pkey: str
    """The permission key: a digest of permissions and flags (TOK-12)."""
    staff: bool
    superuser: bool
    issued: int
    not_before: int
    expires: int


class AccessToken(NamedTuple):
    """What an access token says. Times are in seconds since 1970."""

    sub: str
    jti: str
    staff: bool
    superuser: bool
    issued: int
    not_before: int
    expires: int


class RefreshToken(NamedTuple):
    """What a refresh token says. Times are in seconds since 1970."""

    sub: str
    jti: str
    fam: str
    """What it shares with all that are refreshed from it (TOK-13)."""
    issued: int
    not_before: int
    expires: int


# What `_make` of a class does, but for counting the members, which the native half has in order.
_made: Any = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

_MWT_LIFE, _ACCESS_LIFE, _REFRESH_LIFE = TOKEN_LIVES


class Keyring:
    """The keys of an application, for each purpose; the first of a list signs, all of them verify.

    Args:
        secrets: One secret for every purpose, of 32 bytes or more; after it those that it replaced, which still verify.
            Text counts as its UTF-8.
        keys: Keys of a purpose's own, in place of what `secrets` would give it: names and secrets by `mwt`, `access`,
            `refresh`, `cache` or `csrf`.
        audience: For whom tokens are made, and whose are taken.

    Raises:
        ValueError: A secret is short, looks like a key file, or serves twice. It names the setting, never the value.
    """

    __slots__ = ("_rings", "audience")

    def __init__(
        self,
        *secrets: str | bytes,
        keys: Mapping[Purpose, Sequence[tuple[str, str | bytes]]] | None = None,
        audience: str = "mizan",
    ) -> None:
        own = list(own_keys("keys", keys).items())
        self._rings = Keyrings([secret_bytes("secret", secret) for secret in secrets], own)
        self.audience = audience

    @classmethod
    def from_secret(cls, secret: str | bytes, *older: str | bytes, audience: str = "mizan") -> Keyring:
        """The keys that one secret gives, `MIZAN_SECRET`, and those that it replaced (KEY-2)."""
        return cls(secret, *older, audience=audience)

    def __repr__(self) -> str:
        return f"Keyring(audience={self.audience!r})"

    def mint_mwt(
        self,
        sub: str,
        *,
        permissions: Collection[str] = (),
        staff: bool = False,
        superuser: bool = False,
        life: int = _MWT_LIFE,
        now: int | None = None,
    ) -> str:
        """An identity token, for `X-Mizan-Token`.

        Args:
            sub: Who it is about.
            permissions: What `sub` is allowed; the token has a digest of it.
            staff: Whether `sub` belongs to the staff.
            superuser: Whether every guard lets `sub` pass.
            life: How long it is valid, in seconds; 300.
            now: The time, in seconds since 1970; the clock's.

        Raises:
            ValueError: There is no key for it, a time is out of range, or it would be longer than 8 KiB (TOK-16).
        """
        pkey = _permission_key(tuple(permissions), staff, superuser)
        return self._rings.mint_mwt(sub, pkey, staff, superuser, self.audience, _now(now), life)

    def mint_access(
        self,
        sub: str,
        *,
        staff: bool = False,
        superuser: bool = False,
        jti: str | None = None,
        life: int = _ACCESS_LIFE,
        now: int | None = None,
    ) -> str:
        """An access token, for `Authorization: Bearer`.

        Args:
            sub: Who it is about.
            staff: Whether `sub` belongs to the staff.
            superuser: Whether every guard lets `sub` pass.
            jti: The token's own number; a random one.
            life: How long it is valid, in seconds; 900.
            now: The time, in seconds since 1970; the clock's.

        Raises:
            ValueError: As `mint_mwt`.
        """
        return self._rings.mint_access(sub, jti or _random(), staff, superuser, self.audience, _now(now), life)

    def mint_refresh(
        self,
        sub: str,
        *,
        jti: str | None = None,
        fam: str | None = None,
        life: int = _REFRESH_LIFE,
        now: int | None = None,
    ) -> str:
        """A refresh token. It is taken only where the store knows its family (TOK-15).

        Args:
            sub: Who it is about.
            jti: The token's own number; a random one.
            fam: The family of the token that it replaces; a new one.
            life: How long it is valid, in seconds; 14 days.
            now: The time, in seconds since 1970; the clock's.

        Raises:
            ValueError: As `mint_mwt`.
        """
        return self._rings.mint_refresh(sub, jti or _random(), fam or _random(), self.audience, _now(now), life)

    def verify_mwt(self, token: str, *, now: int | None = None, leeway: int = TOKEN_LEEWAY) -> IdentityToken:
        """What an identity token says.

        Args:
            token: The token, without anything around it.
            now: The time, in seconds since 1970; the clock's.
            leeway: How far clocks may be apart, in seconds; 30.

        Raises:
            TokenRefused: It is not valid.
        """
        said = self._rings.verify_mwt(token, self.audience, time() if now is None else now, leeway)
        if type(said) is str:
            raise TokenRefused(said)
        return _made(IdentityToken, said)

    def verify_access(self, token: str, *, now: int | None = None, leeway: int = TOKEN_LEEWAY) -> AccessToken:
        """What an access token says; as `verify_mwt`."""
        said = self._rings.verify_access(token, self.audience, time() if now is None else now, leeway)
        if type(said) is str:
            raise TokenRefused(said)
        return _made(AccessToken, said)

    def verify_refresh(self, token: str, *, now: int | None = None, leeway: int = TOKEN_LEEWAY) -> RefreshToken:
        """What a refresh token says; as `verify_mwt`. Whether it was used before is the store's to say."""
        said = self._rings.verify_refresh(token, self.audience, time() if now is None else now, leeway)
        if type(said) is str:
            raise TokenRefused(said)
        return _made(RefreshToken, said)


@lru_cache(maxsize=1024)
def _permission_key(permissions: tuple[str, ...], staff: bool, superuser: bool) -> str:
    # Many share what they are allowed.
    return permission_key(list(permissions), staff, superuser)


def _now(now: int | None) -> int:
    return int(time()) if now is None else now


def _random() -> str:
    return secrets.token_hex(16)

"""The functions that hand out tokens, for the applications that switch them on (AUTH-11 to AUTH-14)."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Literal

from mizan._client import client
from mizan._errors import RegistrationError, Unauthenticated, Unavailable
from mizan._identity import Identity
from mizan._native import TOKEN_LIVES, family, rotate
from mizan.tokens import Keyring, RefreshToken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mizan._core import Application

TokenFunction = Literal["mwt_obtain", "jwt_obtain", "jwt_refresh", "jwt_revoke"]
"""The names of the functions."""

_MWT_LIFE, _ACCESS_LIFE, _REFRESH_LIFE = TOKEN_LIVES
# What a store keeps of a family that has ended.
_REVOKED = "revoked"
# A use that loses to others this often is refused: they are uses of the same token.
_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class MwtGrant:
    """An identity token, for `X-Mizan-Token`."""

    token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class JwtGrant:
    """An access token, for `Authorization: Bearer`, and the refresh token that gets the next pair."""

    access: str
    refresh: str
    expires_in: int


class TokenFunctions:
    """The functions of one application, with what they need."""

    def __init__(
        self, names: Collection[TokenFunction], keyring: Keyring, find: Callable[[str], Identity | None] | None
    ) -> None:
        """Make ready to hand out tokens.

        Args:
            names: The functions that are switched on.
            keyring: What signs.
            find: Who has that `sub` now; None for somebody who may no longer sign in. Needed by `jwt_refresh`.

        Raises:
            RegistrationError: A name is none of them, or `find` is missing.
        """
        known = {function.__name__: function for function in self._declare()}
        for name in names:
            if name not in known:
                raise RegistrationError.about(
                    f"{name!r} is no function of tokens", f"choose among {', '.join(sorted(known))}"
                )
        if "jwt_refresh" in names and find is None:
            raise RegistrationError.about(
                "jwt_refresh has to know who somebody is now, and `find` is missing",
                "give Tokens(find=…) a function from a sub to an Identity, or None for who may no longer sign in",
            )
        self.functions = [function for name, function in known.items() if name in names]
        self._keyring = keyring
        self._find = find
        self._application: Application | None = None

    def bind(self, application: Application) -> None:
        """Give the functions the store of the application that they have become part of."""
        self._application = application

    def _declare(self) -> list[Callable[..., object]]:
        @client(auth="authenticated")
        def mwt_obtain(identity: Identity) -> MwtGrant:
            """Get an identity token for whoever is signed in."""
            if identity.proof == "mwt":
                # It would renew itself for ever.
                raise Unauthenticated("An identity token does not get another one.")
            token = self._keyring.mint_mwt(
                identity.sub,
                permissions=identity.permissions,
                staff=identity.staff,
                superuser=identity.superuser,
            )
            return MwtGrant(token, _MWT_LIFE)

        @client(auth="authenticated")
        def jwt_obtain(identity: Identity) -> JwtGrant:
            """Get an access token and a refresh token for whoever is signed in."""
            if identity.proof != "session":
                # A token that was stolen would outlive itself.
                raise Unauthenticated("A token does not get a refresh token: sign in.")
            fam, jti = token_hex(16), token_hex(16)
            name, text = family(fam, jti)
            self._replace(name, None, text)
            return self._pair(identity, fam, jti)

        @client
        def jwt_refresh(refresh: str) -> JwtGrant:
            """Get the next access token and refresh token. A refresh token works once."""
            said = self._keyring.verify_refresh(refresh)
            assert self._find is not None  # noqa: S101 - it was asked for when the functions were declared
            identity = self._find(said.sub)
            successor = token_hex(16)
            if identity is None or not self._take(said, successor):
                raise Unauthenticated
            return self._pair(identity, said.fam, successor)

        @client
        def jwt_revoke(refresh: str) -> None:
            """End the family of a refresh token: none of its tokens works any more."""
            said = self._keyring.verify_refresh(refresh)
            self._revoke(family(said.fam, said.jti)[0])

        return [mwt_obtain, jwt_obtain, jwt_refresh, jwt_revoke]

    def _pair(self, identity: Identity, fam: str, jti: str) -> JwtGrant:
        access = self._keyring.mint_access(identity.sub, staff=identity.staff, superuser=identity.superuser)
        refresh = self._keyring.mint_refresh(identity.sub, jti=jti, fam=fam)
        return JwtGrant(access, refresh, _ACCESS_LIFE)

    def _take(self, said: RefreshToken, successor: str) -> bool:
        """Whether the token may be used; a second use ends its family (TOK-13 to TOK-15)."""
        name, _ = family(said.fam, said.jti)
        for _attempt in range(_ATTEMPTS):
            stored = self._stored(name)
            text, taken = rotate(stored, said.jti, successor)
            if text is None:
                return False
            if self._replace(name, stored, text):
                return taken
        return False

    def _revoke(self, name: str) -> None:
        for _attempt in range(_ATTEMPTS):
            stored = self._stored(name)
            if stored in {None, _REVOKED} or self._replace(name, stored, _REVOKED):
                return
        raise Unavailable

    def _stored(self, name: str) -> str | None:
        assert self._application is not None  # noqa: S101 - functions run after the application was built
        try:
            return self._application.family(name)
        except ConnectionError as error:
            raise Unavailable from error

    def _replace(self, name: str, old: str | None, new: str) -> bool:
        assert self._application is not None  # noqa: S101 - as above
        try:
            return self._application.replace_family(name, old, new, _REFRESH_LIFE + 60)
        except ConnectionError as error:
            raise Unavailable from error

"""The functions that hand out tokens, for the applications that switch them on (AUTH-11 to AUTH-14).

What they hand out, to whom, and when a refresh token is taken is the token desk's to say, for every host.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING, Literal

from mizan._client import client
from mizan._errors import MizanError, Unauthenticated, Unavailable
from mizan._identity import Identity
from mizan._native import Refused, TokenDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator

    from mizan._core import Application

TokenFunction = Literal["mwt_obtain", "jwt_obtain", "jwt_refresh", "jwt_revoke"]
"""The names of the functions."""

_ERRORS: dict[str, type[MizanError]] = {error.code: error for error in (Unauthenticated, Unavailable)}


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
    """The functions of one application."""

    def __init__(self, names: Collection[TokenFunction], find: Callable[[str], Identity | None] | None) -> None:
        """Make ready to hand out tokens.

        Args:
            names: The functions that are switched on.
            find: Who has that `sub` now; None for somebody who may no longer sign in. Needed by `jwt_refresh`.
        """
        # A name that is none of them is the core's to refuse.
        self.functions = [function for function in self._declare() if function.__name__ in names]
        self._find = find
        self._desk: TokenDesk | None = None

    def bind(self, application: Application) -> None:
        """Give the functions the token desk of the application that they have become part of."""
        self._desk = application.token_desk()

    @contextmanager
    def _at_desk(self) -> Generator[TokenDesk]:
        assert self._desk is not None  # noqa: S101 - functions run after the application was built
        try:
            yield self._desk
        except Refused as refused:
            code, _, message = refused.args
            raise _ERRORS[code](message) from None

    def _declare(self) -> list[Callable[..., object]]:
        @client(auth="authenticated")
        def mwt_obtain(identity: Identity) -> MwtGrant:
            """Get an identity token for whoever is signed in."""
            with self._at_desk() as desk:
                return MwtGrant(*desk.obtain_mwt(_asking(identity), int(time())))

        @client(auth="authenticated")
        def jwt_obtain(identity: Identity) -> JwtGrant:
            """Get an access token and a refresh token for whoever is signed in."""
            with self._at_desk() as desk:
                return JwtGrant(*desk.obtain_jwt(_asking(identity), int(time())))

        @client
        def jwt_refresh(refresh: str) -> JwtGrant:
            """Get the next access token and refresh token. A refresh token works once."""
            with self._at_desk() as desk:
                now = int(time())
                presented = desk.present(refresh, now)
                found = None if self._find is None else self._find(presented.sub)
                return JwtGrant(*desk.refresh(presented, None if found is None else _asking(found), now))

        @client
        def jwt_revoke(refresh: str) -> None:
            """End the family of a refresh token: none of its tokens works any more."""
            with self._at_desk() as desk:
                desk.revoke(refresh, int(time()))

        return [mwt_obtain, jwt_obtain, jwt_refresh, jwt_revoke]


def _asking(identity: Identity) -> tuple[str, bool, bool, list[str], str]:
    return identity.sub, identity.staff, identity.superuser, list(identity.permissions), identity.proof

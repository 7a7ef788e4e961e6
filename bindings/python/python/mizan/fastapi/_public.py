"""The request as members of a public context see it: without what could tell who asks (CACHE-14).

Shared caches keep a public bundle for everybody, so what one caller sent must not be in it.
"""

from collections.abc import MutableMapping
from typing import Any, NoReturn

from fastapi import Request
from starlette.datastructures import Headers

_OF_THE_CALLER = ("auth", "client", "session", "user")


def without_caller(scope: MutableMapping[str, Any]) -> dict[str, Any]:
    """A scope without headers and cookies, session and user, for dependencies."""
    kept = {key: value for key, value in scope.items() if key not in _OF_THE_CALLER}
    return {**kept, "headers": []}


class PublicRequest(Request):
    """A request whose headers and cookies are not there to be read."""

    def __init__(self, request: Request) -> None:
        super().__init__(without_caller(request.scope), request.receive)

    @property
    def headers(self) -> Headers:
        """Not there."""
        self._refuse("headers")

    @property
    def cookies(self) -> dict[str, str]:
        """Not there."""
        self._refuse("cookies")

    def _refuse(self, what: str) -> NoReturn:
        message = f"a member of a public context reached for {what}, and its bundle is kept for everybody"
        raise RuntimeError(message)

"""The request as members of a public context see it: without what could tell who asks (CACHE-14).

Shared caches keep a public bundle for everybody, so what one caller sent must not be in it.
"""

from collections.abc import MutableMapping
from typing import Any, NoReturn

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Message

_OF_NO_CALLER = frozenset(
    {
        "app",
        "asgi",
        "fastapi_middleware_astack",
        "http_version",
        "method",
        "path",
        "path_params",
        "query_string",
        "raw_path",
        "root_path",
        "router",
        "scheme",
        "server",
        "type",
    }
)
"""What of a scope is the same whoever asks.

The list is of what stays: a middleware may put the caller under any name, and most put it into `state`.
"""

_READS = frozenset({"GET", "HEAD"})


def without_caller(scope: MutableMapping[str, Any]) -> dict[str, Any]:
    """A scope without headers and cookies, and without what middleware found out, for dependencies.

    A bundle that a call refreshes sees nothing of the call: its query is that of no read.
    """
    kept = {key: value for key, value in scope.items() if key in _OF_NO_CALLER}
    if scope["method"] not in _READS:
        kept["query_string"] = b""
    return {**kept, "headers": []}


async def no_body() -> Message:
    """Receive the body of a request that has none."""
    return {"type": "http.request", "body": b"", "more_body": False}


class PublicRequest(Request):
    """A request whose headers, cookies, state and body are not there to be read."""

    def __init__(self, request: Request) -> None:
        super().__init__(without_caller(request.scope), no_body)

    @property
    def headers(self) -> Headers:
        """Not there."""
        self._refuse("headers")

    @property
    def cookies(self) -> dict[str, str]:
        """Not there."""
        self._refuse("cookies")

    @property
    def state(self) -> Any:  # noqa: ANN401 - there is none
        """Not there: middleware keeps in it whom it found."""
        self._refuse("state")

    def body(self) -> NoReturn:
        """Not there, and nothing is that is read from it: it is of the call that refreshes the bundle."""
        self._refuse("body")

    def form(self, **_: object) -> NoReturn:
        """Not there."""
        self._refuse("form")

    def json(self) -> NoReturn:
        """Not there."""
        self._refuse("json")

    def stream(self) -> NoReturn:
        """Not there."""
        self._refuse("stream")

    def _refuse(self, what: str) -> NoReturn:
        message = f"a member of a public context reached for {what}, and its bundle is kept for everybody"
        raise RuntimeError(message)

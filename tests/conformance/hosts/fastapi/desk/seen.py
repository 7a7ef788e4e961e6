"""What a careless application keeps of a request outside of its arguments; a switch has functions look at it."""

from contextvars import ContextVar

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from desk.switches import broken

_headers: ContextVar[Headers] = ContextVar("desk_headers")


def language() -> str:
    """The language that the request asks for."""
    return _headers.get().get("accept-language", "")


def user() -> str:
    """The name in the request's header."""
    return _headers.get().get("x-user", "nobody")


class _Keeping:
    """Keeps the headers of each request while it is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _headers.set(Headers(scope=scope))
        await self._app(scope, receive, send)


def keep_headers(app: FastAPI) -> None:
    """Have them kept where a switch needs it; no other process does."""
    if broken("unkeyed-inputs") or broken("public-isolation"):
        app.add_middleware(_Keeping)

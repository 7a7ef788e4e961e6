"""A shorter way to Mizan where only FastAPI's own layers stand before it.

Those answer for what is raised below them, and what Mizan answers raises nothing; so the outermost of them hands such
a request over at once. Where the application has a middleware, or FastAPI a layer that is not known here, every
request goes the whole way.
"""

from collections.abc import Coroutine
from typing import Any, Protocol, runtime_checkable

from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BEGUN = "mizan.begun"
"""In the scope of a request whose reply has begun."""

FAILED = "mizan.failed"
"""In the scope of a request that failed on the shorter way: what is to be raised at the end of the whole one."""

# Layers that only look at what is raised below them.
_OBSERVERS = frozenset(
    {"fastapi._body_limit.AppBodyLimitMiddleware", "fastapi.telemetry._asgi.ExceptionTelemetryMiddleware"}
)


@runtime_checkable
class Endpoint(Protocol):
    """The middleware that answers for Mizan."""

    def owned_path(self, scope: Scope) -> str | None:
        """The raw path of a request that is Mizan's to answer."""
        ...

    def answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> Coroutine[Any, Any, None]:
        """Answer it."""
        ...


def shorten(app: FastAPI) -> None:
    """Have the app build its layers with the shorter way, where there is one when it does."""
    build = app.build_middleware_stack

    def build_shorter() -> ASGIApp:
        stack = build()
        # A subclass has its reasons.
        if not isinstance(stack, ServerErrorMiddleware) or type(stack) is not ServerErrorMiddleware:
            return stack
        layer: Any = stack.app
        while f"{type(layer).__module__}.{type(layer).__qualname__}" in _OBSERVERS:
            layer = layer.app
        return Outermost(stack, layer) if isinstance(layer, Endpoint) else stack

    app.build_middleware_stack = build_shorter  # type: ignore[method-assign]


class Outermost(ServerErrorMiddleware):
    """FastAPI's outermost layer, with the shorter way."""

    def __init__(self, stack: ServerErrorMiddleware, endpoint: Endpoint) -> None:
        super().__init__(stack.app, stack.handler, stack.debug)
        self.endpoint = endpoint
        self.owned_path = endpoint.owned_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self.owned_path(scope)
        if path is None:
            await super().__call__(scope, receive, send)
            return
        try:
            await self.endpoint.answer(path, scope, receive, send)
        except Exception as error:  # noqa: BLE001 - whatever it is, the layers answer for it
            await self.fail(error, scope, receive, send)

    async def fail(self, error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the layers answer for what was raised on the shorter way."""
        scope[FAILED] = error
        await super().__call__(scope, receive, _nowhere if BEGUN in scope else send)


async def _nowhere(_message: Message) -> None:
    """Swallow a second reply."""

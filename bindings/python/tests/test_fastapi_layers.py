"""The layers of an app around Mizan: skipped only where nobody can tell."""

import asyncio
import traceback
from typing import Any

import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI, Request
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from caller import Caller, posted
from mizan import client
from mizan.fastapi import Mizan


@client
async def layers() -> list[str]:
    """The files of what called."""
    return [frame.filename.replace("\\", "/") for frame in traceback.extract_stack()]


@client
async def broken_later(tasks: BackgroundTasks) -> int:
    def breaks() -> None:
        raise RuntimeError("later")

    tasks.add_task(breaks)
    return 1


class Handler:
    """An app's own answer to what nothing else answers."""

    def __init__(self, app: FastAPI) -> None:
        self.seen: list[str] = []
        app.add_exception_handler(Exception, self.answer)

    async def answer(self, _request: Request, error: Exception) -> Response:
        self.seen.append(str(error))
        return JSONResponse({"ours": str(error)}, 500)


def call(app: ASGIApp, function: str) -> httpx.Response:
    """Call as a client of a server does, which logs what the app raises and answers what the app has sent."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as session:
            return await session.post("/api/mizan/call/", **posted({"fn": function}))

    return asyncio.run(send())


def passes_the_error_layer(app: FastAPI) -> bool:
    return any(file.endswith("/starlette/middleware/errors.py") for file in Caller(app).result("layers"))


def test_with_nothing_of_the_applications_before_it_mizan_is_reached_at_once():
    app = FastAPI()
    Mizan(app, functions=[layers])
    assert not passes_the_error_layer(app)


def test_with_a_middleware_every_request_goes_the_whole_way():
    app = FastAPI()
    Mizan(app, functions=[layers])
    app.add_middleware(GZipMiddleware)
    assert passes_the_error_layer(app)


def test_another_outermost_layer_is_left_alone():
    class Own(ServerErrorMiddleware):
        pass

    class App(FastAPI):
        def build_middleware_stack(self) -> ASGIApp:
            stack = super().build_middleware_stack()
            assert isinstance(stack, ServerErrorMiddleware)
            return Own(stack.app)

    app = App()
    Mizan(app, functions=[layers])
    assert passes_the_error_layer(app)


def test_two_of_them_on_one_app_are_both_reached():
    @client
    async def other() -> int:
        return 2

    app = FastAPI()
    Mizan(app, functions=[layers])
    Mizan(app, functions=[other], base="/other")
    assert Caller(app).call("layers").status_code == 200
    assert Caller(app).send("POST", "/other/call/", **posted({"fn": "other"})).json()["result"] == 2


def test_the_app_answers_for_a_middleware_that_raises():
    app = FastAPI()
    handler = Handler(app)
    Mizan(app, functions=[layers])

    @app.middleware("http")
    async def breaks(request: Request, call_next: RequestResponseEndpoint) -> Response:
        raise RuntimeError("before " + request.url.path)

    reply = call(app, "layers")
    assert (reply.status_code, reply.json()) == (500, {"ours": "before /api/mizan/call/"})
    assert handler.seen == ["before /api/mizan/call/"]


@pytest.mark.parametrize("way", ["short", "whole"])
def test_the_app_learns_of_a_background_task_that_raises(way: str):
    app = FastAPI()
    handler = Handler(app)
    Mizan(app, functions=[broken_later])
    if way == "whole":
        app.add_middleware(GZipMiddleware)
    reply = call(app, "broken_later")
    # The reply has been sent; there is no second one.
    assert (reply.status_code, reply.json()["result"]) == (200, 1)
    assert handler.seen == ["later"]
    with pytest.raises(RuntimeError, match="later"):
        Caller(app).call("broken_later")


@pytest.mark.parametrize("way", ["short", "whole"])
def test_the_app_answers_for_a_server_whose_bodies_cannot_be_read(way: str):
    app = FastAPI()
    handler = Handler(app)
    Mizan(app, functions=[layers])
    if way == "whole":
        app.add_middleware(GZipMiddleware)

    async def unreadable(scope: Any, _receive: Any, send: Any) -> None:
        async def receive() -> Any:
            raise RuntimeError("no body")

        await app(scope, receive, send)

    reply = call(unreadable, "layers")
    assert (reply.status_code, reply.json()) == (500, {"ours": "no body"})
    assert handler.seen == ["no body"]


def test_the_apps_own_limit_of_bodies_applies():
    app = FastAPI(max_body_size=4)
    Mizan(app, functions=[layers])
    assert call(app, "layers").status_code == 413


def test_routes_of_the_app_keep_their_answers():
    app = FastAPI()
    handler = Handler(app)
    Mizan(app, functions=[layers])

    @app.post("/api/mizan-not/call/")
    async def fails() -> int:
        raise RuntimeError("route")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as session:
            return await session.post("/api/mizan-not/call/")

    assert asyncio.run(ask()).json() == {"ours": "route"}
    assert handler.seen == ["route"]

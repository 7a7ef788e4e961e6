"""A client for the tests: requests to an app, in this process, one event loop each."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx
from fastapi import FastAPI

from mizan.fastapi import Mizan


class Caller:
    """Calls an app as a client would."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return asyncio.run(self.send_async(method, path, **options))

    async def send_async(self, method: str, path: str, **options: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, **options)

    def post(self, body: object, **options: Any) -> httpx.Response:
        return self.send("POST", "/api/mizan/call/", **posted(body), **options)

    def call(self, function: str, **arguments: object) -> httpx.Response:
        return self.post({"fn": function, "args": arguments})

    def result(self, function: str, **arguments: object) -> Any:
        reply = self.call(function, **arguments)
        assert reply.status_code == 200, reply.text
        return reply.json()["result"]

    def error(self, function: str, **arguments: object) -> Any:
        reply = self.call(function, **arguments)
        assert reply.status_code >= 400, reply.text
        error = reply.json()["error"]
        return {**error, "status": reply.status_code}

    def bundle(self, context: str, query: str = "", **options: Any) -> httpx.Response:
        return self.send("GET", f"/api/mizan/ctx/{context}/{query}", **options)


def posted(body: object) -> dict[str, Any]:
    """The options of a request with that JSON body."""
    return {"content": json.dumps(body), "headers": {"content-type": "application/json"}}


def mount(*functions: Callable[..., object], **options: Any) -> Caller:
    """A caller of a fresh app with those functions."""
    app = FastAPI()
    Mizan(app, functions=functions, **options)
    return Caller(app)


def mounted(functions: Sequence[Callable[..., object]]) -> tuple[Caller, Mizan]:
    """The same, and the Mizan object."""
    app = FastAPI()
    return Caller(app), Mizan(app, functions=functions)

"""Requests through Django's own handlers, as servers call them: nothing of its test clients is there."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from threading import Event
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler

from mizan._client import definition_of

T = TypeVar("T")


@dataclass
class Served:
    """A reply."""

    status: int
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def cache_status(self) -> str:
        return self.headers["cache-status"]


def call(function: Callable[..., object], **args: object) -> bytes:
    """The body of a call."""
    definition = definition_of(function)
    assert definition is not None
    return json.dumps({"fn": definition.name, "args": args}).encode()


def by_wsgi(method: str, url: str, body: bytes = b"", *, unsent: int = 0, handler: WSGIHandler | None = None) -> Served:
    """Ask as a server of WSGI does.

    Args:
        method: The method.
        url: Path and query.
        body: The body.
        unsent: Bytes of the body that were declared, and never came.
        handler: What a server has for all of its requests; one is made of the settings as they are where none is given.
    """
    path, _, query = url.partition("?")
    environ: dict[str, Any] = {
        "CONTENT_LENGTH": str(len(body) + unsent),
        "CONTENT_TYPE": "application/json" if body else "",
        "HTTP_HOST": "testserver",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.errors": None,
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
        begun.append((status, headers))
        return lambda _part: None

    response: Any = (handler or WSGIHandler())(environ, start)
    content = b"".join(response)
    response.close()
    [(status, headers)] = begun
    return Served(int(status[:3]), {name.lower(): value for name, value in headers}, content)


def _scope(method: str, url: str, body: bytes) -> dict[str, Any]:
    path, _, query = url.partition("?")
    headers = [(b"host", b"testserver"), (b"content-length", str(len(body)).encode())]
    return {
        "asgi": {"version": "3.0"},
        "headers": [*headers, (b"content-type", b"application/json")] if body else headers,
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": "http",
        "server": ("testserver", 80),
        "type": "http",
    }


def by_asgi(method: str, url: str, body: bytes = b"") -> Served:
    """Ask as a server of ASGI does."""

    async def ask() -> Served:
        asked: Any = ApplicationCommunicator(ASGIHandler(), _scope(method, url, body))
        await asked.send_input({"type": "http.request", "body": body, "more_body": False})
        begun: Any = await asked.receive_output(10)
        content, more = b"", True
        while more:
            part: Any = await asked.receive_output(10)
            content += part.get("body", b"")
            more = part.get("more_body", False)
        await asked.wait(10)
        fields = {name.decode().lower(): value.decode() for name, value in begun["headers"]}
        return Served(begun["status"], fields, content)

    return async_to_sync(ask)()


def left_by_asgi(url: str, body: bytes, begun: Event | None = None) -> None:
    """Ask as a server of ASGI does, and leave: once something has begun, or before the last byte of the body."""

    async def ask() -> None:
        asked: Any = ApplicationCommunicator(ASGIHandler(), _scope("POST", url, body))
        if begun is None:
            await asked.send_input({"type": "http.request", "body": body[:-1], "more_body": True})
        else:
            await asked.send_input({"type": "http.request", "body": body, "more_body": False})
            assert await asyncio.to_thread(begun.wait, 10)
        await asked.send_input({"type": "http.disconnect"})
        await asked.wait(10)
        assert await asked.receive_nothing()

    async_to_sync(ask)()


def elsewhere(act: Callable[[], T]) -> T:
    """Do it in a thread of its own, which has connections of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act).result()

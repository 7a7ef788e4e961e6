"""Requests as lines on standard input, replies as lines on standard output: what a host of the transport `ipc` speaks.

The messages go to the desk as ASGI, in this process, where another host has its own transport.
"""

import asyncio
import base64
import json
import sys
from typing import Any
from urllib.parse import unquote

from starlette.types import Message

from desk.app import app

BASE = "/api/mizan"


async def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The reply to one line."""
    path, _, query = (BASE + request["target"]).partition("?")
    body = base64.b64decode(request["body"])
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": {"call": "POST", "fetch": "GET"}[request["command"]],
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request["headers"]],
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 1),
    }
    scope["headers"] = [*scope["headers"], (b"content-length", str(len(body)).encode())]
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    return {
        "id": request["id"],
        "status": start["status"],
        "headers": [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]],
        "body": base64.b64encode(b"".join(part.get("body", b"") for part in parts)).decode(),
    }


async def serve() -> None:
    """Until standard input ends."""
    say({"ready": True})
    while line := await asyncio.to_thread(sys.stdin.readline):
        say(await answer(json.loads(line)))


def say(line: object) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


asyncio.run(serve())

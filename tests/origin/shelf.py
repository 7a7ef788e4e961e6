"""An application whose data is a folder, so that several processes can serve it, with the origin cache in a Redis.

Environment: `SHELF_FOLDER`, the folder; `SHELF_STORE`, `SHELF_TIMEOUT` and `SHELF_LEASE`, the store of the
cache, and the seconds of its timeout and its lease.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

import httpx
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mizan import Cache, Identity, ReactContext, client
from mizan.fastapi import Mizan

ItemContext = ReactContext("item")
SlowContext = ReactContext("slow")
NotesContext = ReactContext("notes", identity=True)

_FOLDER = Path(os.environ["SHELF_FOLDER"])


def _read(name: str) -> str:
    with (_FOLDER / "runs").open("a", encoding="utf-8") as runs:
        runs.write(f"{name}\n")
    file = _FOLDER / name
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _write(name: str, text: str) -> None:
    fresh = _FOLDER / f"{name}.{os.getpid()}"
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(_FOLDER / name)


async def _gate(name: str) -> None:
    """Wait until the test has made a file, and tell it that somebody waits."""
    with (_FOLDER / f"{name}-reached").open("a", encoding="utf-8") as reached:
        reached.write("1\n")
    while not (_FOLDER / name).exists():  # noqa: ASYNC110 - whoever opens it is another process
        await asyncio.sleep(0.005)


@client(context=ItemContext)
async def item(item_id: int) -> str:
    """What stands there."""
    return _read(f"item-{item_id}")


@client(context=SlowContext)
async def slow_item(item_id: int) -> str:
    """The same, once the gate `read-…` is open."""
    found = _read(f"item-{item_id}")
    await _gate(f"read-{item_id}")
    return found


@client(affects=[ItemContext, SlowContext], timeout=1)
async def put(item_id: int, text: str) -> None:
    """Put another thing there."""
    _write(f"item-{item_id}", text)


@client
async def put_silently(item_id: int, text: str) -> None:
    """The same, without a word of what it changes: the mistake that the tests of freshness have to notice."""
    _write(f"item-{item_id}", text)


@client(affects=ItemContext)
async def put_slowly(item_id: int, text: str) -> None:
    """Write once the gate `write-…` is open, and end once `end-…` is."""
    await _gate(f"write-{item_id}")
    _write(f"item-{item_id}", text)
    await _gate(f"end-{item_id}")


@client(affects=ItemContext, timeout=1)
async def put_and_die(item_id: int, text: str) -> None:
    """Write, and never come back."""
    _write(f"item-{item_id}", text)
    os.kill(os.getpid(), signal.SIGKILL)


@client(context=NotesContext)
async def notes(identity: Identity | None) -> str:
    """The notes of whoever asks."""
    return _read(f"notes-{'nobody' if identity is None else identity.sub}")


@client(affects=NotesContext, auth="authenticated")
async def note(text: str, identity: Identity) -> None:
    """Write other notes."""
    _write(f"notes-{identity.sub}", text)


async def identify(request: Request) -> Identity | None:
    """Whoever the header names."""
    name = request.headers.get("x-user")
    return None if name is None else Identity(name)


class _Leaving:
    """Cancels a request whose client has left, as some middleware does, where the request asks for that."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (b"x-leaves", b"1") not in scope["headers"]:
            await self._app(scope, receive, send)
            return
        answer = asyncio.ensure_future(self._app(scope, receive, send))
        gone = asyncio.ensure_future(_until_gone(receive))
        await asyncio.wait([answer, gone], return_when=asyncio.FIRST_COMPLETED)
        for task in (answer, gone):
            task.cancel()
        await asyncio.gather(answer, gone, return_exceptions=True)
        (_FOLDER / "left").touch()


async def _until_gone(receive: Receive) -> None:
    message: Message = {"type": ""}
    while message["type"] != "http.disconnect":
        message = await receive()


app = FastAPI()
app.add_middleware(_Leaving)
Mizan(
    app,
    modules=[sys.modules[__name__]],
    identify=identify,
    csrf=False,
    cache=Cache(
        store=os.environ["SHELF_STORE"],
        timeout=float(os.environ["SHELF_TIMEOUT"]),
        lease=float(os.environ["SHELF_LEASE"]) or None,
    ),
)


@app.get("/ping")
async def ping() -> int:
    """Whether the event loop runs."""
    return 1


def warm(served: FastAPI) -> None:
    """Answer in this process what a forked one will be asked: fill an entry, find it, purge it, and fill it again."""

    async def ask() -> None:
        transport = httpx.ASGITransport(app=served)
        async with httpx.AsyncClient(transport=transport, base_url="http://warm/api/mizan") as http:
            for _ in range(2):
                await http.get("/ctx/item/?item_id=900")
            call = {"fn": "put", "args": {"item_id": 900, "text": "warm"}}
            (await http.post("/call/", json=call)).raise_for_status()
            await http.get("/ctx/item/?item_id=900")

    asyncio.run(ask())

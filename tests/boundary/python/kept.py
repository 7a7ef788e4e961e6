"""The origin cache across the boundary: bundles that are looked up, kept, waited for and purged, on any store."""

from __future__ import annotations

import json
import select
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, TypeAlias

import exercise
import parts
from exercise import JSON, Host, function, get, post, reply, same
from mizan import _core

if TYPE_CHECKING:
    from collections.abc import Callable

SHELF = "/api/mizan/ctx/shelf/"
MINE = "/api/mizan/ctx/mine/"
SECONDS = 30.0
TRIES = 40

DOCUMENT: dict[str, object] = {
    "version": 1,
    "contexts": [{"name": "shelf", "public": True}, {"name": "mine", "identity": True}],
    "functions": [
        function("books", {"topic": exercise.TEXT}, exercise.TEXT, context="shelf", cache=86400),
        function("mail", {"box": exercise.TEXT}, exercise.TEXT, context="mine", auth="authenticated", cache=86400),
        function("shelve", {"topic": exercise.TEXT}, exercise.TEXT, affects=["shelf"]),
        function("send", {"text": exercise.TEXT}, exercise.TEXT, affects=["mine"], auth="authenticated"),
    ],
}


def application(store: str = "memory") -> _core.Application:
    """One that keeps bundles and takes identity tokens."""
    document = json.dumps(DOCUMENT).encode()
    return _core.Application(document, keyrings=parts.keyrings(), mwt=True, store=store, store_bytes=1 << 20)


def asked(app: _core.Application, path: str, query: str, *headers: tuple[bytes, bytes]) -> tuple[bytes, bool]:
    """The body of a bundle, and whether a function ran for it."""
    host = Host(app)
    status, body = host.serve(*app.open("GET", path, query.encode(), list(headers), b"", 255, parts.NOW, False))
    same(status, 200)
    return body, bool(host.arguments)


def hit(app: _core.Application, path: str, query: str, *headers: tuple[bytes, bytes]) -> bytes:
    """The body of a bundle that is kept. A store that is busy may be late, and nobody waits long for one."""
    for _ in range(TRIES):
        body, ran = asked(app, path, query, *headers)
        if not ran:
            return body
        time.sleep(0.05)
    message = f"{path}?{query} is never kept"
    raise AssertionError(message)


def turned(app: _core.Application) -> None:
    """Missed, kept, hit, and purged by a call that says what it changes."""
    topic = uuid.uuid4().hex
    query = f"topic={topic}"
    same((asked(app, SHELF, query), hit(app, SHELF, query)), ((b'{"books":"x"}', True), b'{"books":"x"}'))
    same(Host(app).serve(*post(app, {"fn": "shelve", "args": {"topic": uuid.uuid4().hex}}))[0], 200)
    hit(app, SHELF, query)
    same(Host(app).serve(*post(app, {"fn": "shelve", "args": {"topic": topic}}))[0], 200)
    same(asked(app, SHELF, query)[1], True)
    hit(app, SHELF, query)


def personal(app: _core.Application) -> None:
    """What is kept for one caller is no other's; tokens say who calls."""
    ring = parts.keyrings()
    box = uuid.uuid4().hex

    def mint(sub: str) -> tuple[bytes, bytes]:
        pkey = _core.permission_key([], False, False)
        return b"x-mizan-token", ring.mint_mwt(sub, pkey, False, False, parts.AUDIENCE, parts.NOW, 300).encode()

    ada, eve = mint(f"ada-{box}"), mint(f"eve-{box}")
    for token in (ada, eve):
        same(asked(app, MINE, f"box={box}", token)[1], True)
        hit(app, MINE, f"box={box}", token)
    body = json.dumps({"fn": "send", "args": {"text": "hi"}}).encode()
    opened = app.open("POST", exercise.CALL, b"", [JSON, ada], body, 255, parts.NOW, False)
    same(Host(app).serve(*opened)[0], 200)
    same(asked(app, MINE, f"box={box}", ada)[1], True)
    hit(app, MINE, f"box={box}", eve)


def _awaited(exchange: _core.Exchange, step: Any) -> Any:
    """The step that comes when nothing is waited for, having been woken."""
    while step[0] == 5:
        woken = threading.Event()
        if not exchange.wake(woken.set):
            same(woken.wait(SECONDS), True)
        step = exchange.resume()
    return step


def _misses(app: _core.Application, query: bytes) -> tuple[_core.Exchange, Any]:
    """A read that has come to where its functions run."""
    exchange, step = get(app, SHELF, query)
    step = _awaited(exchange, step)
    same(step[0], 2)
    return exchange, step


def woken(app: _core.Application) -> None:
    """Those who read what another one is filling wait for it: in a thread, by a callback, and by a bell."""
    query = f"topic={uuid.uuid4().hex}".encode()
    first, _ = _misses(app, query)
    second, step = get(app, SHELF, query)
    same(step, (5,))
    calls: list[int] = []
    called = threading.Event()

    def wake() -> None:
        calls.append(threading.get_ident())
        called.set()

    same(second.wake(wake), False)
    third, step = get(app, SHELF, query)
    same(step, (5,))
    replies: list[Any] = []
    waiting = threading.Thread(target=lambda: replies.append(third.wait()))
    waiting.start()
    fourth, step = get(app, SHELF, query)
    bell, rung = _core.Bell(), object()
    same((step, fourth.ring(bell, rung), len(bell.take())), ((5,), False, 0))
    same(len(calls) + len(replies), 0)
    same(reply(first.returned([b'"y"']))[3], b'{"books":"y"}')
    same(called.wait(SECONDS), True)
    waiting.join(SECONDS)
    same([_awaited(second, second.resume())[3], replies[0][3]], [b'{"books":"y"}'] * 2)
    same(len(calls), 1)
    same((select.select([bell], [], [], SECONDS)[0], bell.take()), ([bell], [rung]))
    same((fourth.ring(bell, rung), fourth.resume()[3]), (True, b'{"books":"y"}'))


def left(app: _core.Application) -> None:
    """Whoever fills a bundle and goes away, or fails, leaves it to those who wait; whoever waits may go away too."""
    query = f"topic={uuid.uuid4().hex}".encode()
    first, _ = _misses(app, query)
    second, step = get(app, SHELF, query)
    third, gone = get(app, SHELF, query)
    same((step, gone), ((5,), (5,)))
    del first, third
    step = _awaited(second, step)
    same(step[0], 2)
    same(reply(second.returned([("raised",)]))[1], 500)
    same([asked(app, SHELF, query.decode())[1] for _ in range(2)], [True, False])


Step: TypeAlias = "Callable[[_core.Application], None]"

ANYWHERE: tuple[Step, ...] = (turned, personal)
"""On any store."""


def failed(app: _core.Application) -> None:
    """Nobody waits for an exchange that has replied, however long Python holds it."""
    query = f"topic={uuid.uuid4().hex}".encode()
    first, _ = _misses(app, query)
    same(reply(first.returned([("raised",)]))[1], 500)
    second, step = get(app, SHELF, query)
    same((step[0], reply(second.returned([b'"z"']))[3]), (2, b'{"books":"z"}'))


STEPS: tuple[Step, ...] = (*ANYWHERE, woken, left, failed)
"""In memory, where every bundle is kept at once."""

"""Requests, hits of the cache, tokens and results in an endless row, and by how much the process grows with them."""

import ctypes
import gc
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import exercise
import kept
import parts
from mizan import _core

Action = Callable[[], Any]

HEADERS = [exercise.JSON]
CALL = exercise.CALL
BUNDLE = "/api/mizan/ctx/user/"


def _resident() -> int:
    """The bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _requests(app: _core.Application) -> list[Action]:
    """Ten requests, each of which hands back its reply."""

    def call() -> Any:
        exchange, _ = app.open("POST", CALL, b"", HEADERS, b'{"fn":"taken"}', 255, 0, False)
        return exchange.returned([b"5"])

    def mutation() -> Any:
        body = b'{"fn":"rename","args":{"user_id":5,"name":"Ada"}}'
        exchange, _ = app.open("POST", CALL, b"", HEADERS, body, 255, 0, False)
        exchange.identified(("ada", False, False, ["shop.see"], None))
        return exchange.returned([("returned", b'"Ada"', None, [("user", b'{"user_id":6}')])])

    def bundle() -> Any:
        exchange, _ = app.open("GET", BUNDLE, b"user_id=5", [], b"", 255, 0, False)
        return exchange.returned([b'"Ada"', b'["a"]'])

    def refusal() -> Any:
        return app.open("POST", CALL, b"", HEADERS, b'{"fn":"user_name","args":{"user_id":"5"}}', 255, 0, False)[1]

    def failure() -> Any:
        exchange, _ = app.open("POST", CALL, b"", HEADERS, b'{"fn":"taken"}', 255, 0, False)
        return exchange.returned([b'"five"'])

    return [call, bundle, call, mutation, call, refusal, call, bundle, call, failure]


def requests() -> list[Action]:
    """Ten requests in a row, each of which hands back the body of its reply."""
    app = exercise.application()
    actions = _requests(app)
    statuses = [action()[1] for action in actions]
    exercise.same(statuses, [200, 200, 200, 200, 200, 422, 200, 200, 200, 500])
    return [lambda action=action: action()[3] for action in actions]


def hits() -> list[Action]:
    """Reads of one bundle that is kept."""
    app = kept.application()

    def hit() -> Any:
        return exercise.reply(app.open("GET", kept.SHELF, b"topic=a", [], b"", 255, 0, False)[1])

    kept.asked(app, kept.SHELF, "topic=a")
    exercise.same((b"cache-status", b"Mizan; hit") in hit()[2], True)
    return [lambda: hit()[3]]


def turnover() -> list[Action]:
    """A bundle is missed, kept and purged, a few of them in turn."""
    app = kept.application()
    topics = itertools.cycle(f"topic-{number}" for number in range(64))

    def turn() -> Any:
        topic = next(topics)
        exchange, step = app.open("GET", kept.SHELF, b"topic=" + topic.encode(), [], b"", 255, 0, False)
        exercise.same(step[0], 2)
        body = exercise.reply(exchange.returned([b'"x"']))[3]
        call = b'{"fn":"shelve","args":{"topic":"' + topic.encode() + b'"}}'
        exchange, step = app.open("POST", CALL, b"", HEADERS, call, 255, 0, False)
        exercise.same(exercise.reply(exchange.returned([b'"x"']))[1], 200)
        return body

    return [turn]


def tokens() -> list[Action]:
    """A token is minted and verified, and one is refused."""
    ring = parts.keyrings()

    def mint() -> Any:
        return ring.mint_access("ada", "j", False, False, parts.AUDIENCE, parts.NOW, parts.LIFE)

    token = mint().encode()

    def verify() -> Any:
        return ring.verify_access(token, parts.AUDIENCE, parts.NOW, 30)

    def refuse() -> Any:
        return ring.verify_access(token[:-1], parts.AUDIENCE, parts.NOW, 30)

    exercise.same((verify()[0], refuse()), ("ada", "wrong signature"))
    return [mint, verify, verify, refuse]


def encoder() -> list[Action]:
    """Results are printed, and one of them by the general encoder."""
    app = exercise.application()
    printer = app.encoder(app.functions().index("user_tags"), ("list", ("str",)), lambda _: b"[]" + bytes(8))
    exercise.same((printer.encode(["a", "b"]).text(), printer.encode([1])[:2]), (b'["a","b"]', b"[]"))  # type: ignore[union-attr]
    return [lambda: printer.encode(["a", "b"]), lambda: printer.encode(["a", "b"]).text(), lambda: printer.encode([1])]  # type: ignore[union-attr]


KINDS = {kind.__name__: kind for kind in (requests, hits, turnover, tokens, encoder)}


WARM = 2_000
"""How often each action is done to make a process warm."""


def growth(kind: str, times: int, *, forgetful: bool = False) -> int:
    """The bytes by which the process grows while each action of a kind is done so many times, once it is warm.

    Args:
        kind: Of `KINDS`.
        times: How often.
        forgetful: Whether to forget the release of what the last action of the row gives, to see that it shows.
    """
    actions = KINDS[kind]()
    for _ in range(WARM):
        for action in actions:
            action()
    gc.collect()
    before = _resident()
    for _ in range(times):
        given = None
        for action in actions:
            given = action()
        if forgetful:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(given))
    gc.collect()
    return _resident() - before


if __name__ == "__main__":
    sys.stdout.write(f"{growth(sys.argv[1], int(sys.argv[2]), forgetful='forgetful' in sys.argv[3:])}\n")

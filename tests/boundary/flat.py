"""Calls, reads and refusals in an endless row, and by how much the process grows with them."""

import ctypes
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import exercise
from mizan import _core

HEADERS = [exercise.JSON]
CALL = exercise.CALL
BUNDLE = "/api/mizan/ctx/user/"


def _resident() -> int:
    """The bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _requests(app: _core.Application) -> list[Callable[[], Any]]:
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


def growth(count: int, *, forgetful: bool = False) -> int:
    """The bytes by which the process grows over that many requests, after as many as make it warm.

    Args:
        count: How many; ten at least.
        forgetful: Whether to forget the release of each reply's body, to see that it shows.
    """
    app = exercise.application()
    requests = _requests(app)
    statuses = [request()[1] for request in requests]
    if statuses != [200, 200, 200, 200, 200, 422, 200, 200, 200, 500]:
        message = f"the requests are answered {statuses}"
        raise AssertionError(message)
    for _ in range(2_000):
        for request in requests:
            request()
    gc.collect()
    before = _resident()
    for _ in range(count // len(requests)):
        for request in requests:
            reply = request()
            if forgetful:
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(reply[3]))
    gc.collect()
    return _resident() - before


if __name__ == "__main__":
    sys.stdout.write(f"{growth(int(sys.argv[1]), forgetful='forgetful' in sys.argv[2:])}\n")

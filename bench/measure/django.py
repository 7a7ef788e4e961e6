"""Django: an empty view, a plain one, Django Ninja, Django REST framework and Mizan, on granian and on gunicorn."""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from apps.data import NOTICES, PROFILE
from measure import turns
from measure.loopback import get, post
from measure.turns import Ask, Contender, Cost, answering, listening

WORKLOADS = ("rename", "bundle")
EMPTY = "an empty view (a fixed reply)"
PLAIN = "plain view"
NINJA = "Django Ninja"
REST = "REST framework"
MIZAN = "Mizan"
HIT = "Mizan, memory: a hit"
SERVERS = ("granian, ASGI", "granian, WSGI", "gunicorn, WSGI")
EXPECTED = {
    "rename": {"user_id": 5, "name": "Ada"},
    "bundle": {"user_profile": PROFILE, "user_notices": NOTICES},
}

_BIN = Path(sys.executable).parent
_GRANIAN = [
    *(str(_BIN / "granian"), "--host", "127.0.0.1", "--port", "{port}", "--workers", "1", "--http", "1", "--no-ws"),
    *("--log-level", "error", "--loop", "uvloop", "--interface"),
]
_COMMANDS = {
    "granian, ASGI": [*_GRANIAN, "asgi", "apps.site.served:asgi"],
    "granian, WSGI": [*_GRANIAN, "wsgi", "--blocking-threads", "1", "apps.site.served:wsgi"],
    # A worker of the kind that keeps connections; the others hang up after each reply.
    "gunicorn, WSGI": [
        *(str(_BIN / "gunicorn"), "--bind", "127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread"),
        *("--threads", "2", "--graceful-timeout", "1", "--log-level", "error", "apps.site.served:wsgi"),
    ],
}
_RENAME = json.dumps(EXPECTED["rename"], separators=(",", ":")).encode()
_CALL = b'{"fn":"rename_user","args":' + _RENAME + b"}"
_BUNDLE = get("/api/mizan/ctx/user/?user_id=5")


def name_of(framework: str, server: str) -> str:
    """What a contender is called."""
    return f"{framework}, {server}"


def measure(rounds: int, requests: int, servers: Sequence[str] = SERVERS) -> dict[str, dict[str, Cost]]:
    """By workload and contender."""
    with ExitStack() as stack:
        contenders = [contender for server in servers for contender in _contenders(stack, server)]
        return turns.measure(contenders, EXPECTED, rounds, requests)


def _contenders(stack: ExitStack, server: str) -> list[Contender]:
    is_async = server.endswith("ASGI")
    below = "/async" if is_async else ""
    typed = {
        "rename": Ask((post(f"{below}/rename", _RENAME),)),
        "bundle": Ask((get(f"{below}/user?user_id=5"),)),
    }
    call = Ask((post("/api/mizan/call/", _CALL),), path=("result",))
    members = "later" if is_async else "sync"
    mizan = {"BENCH_URLS": "functions", "BENCH_MEMBERS": members}
    kinds = [
        (EMPTY, typed, {"BENCH_URLS": "empty"}),
        (PLAIN, typed, {"BENCH_URLS": "plain"}),
        (NINJA, typed, {"BENCH_URLS": "ninja"}),
        # It has no async views.
        *([] if is_async else [(REST, typed, {"BENCH_URLS": "rest"})]),
        (MIZAN, {"rename": call, "bundle": Ask((_BUNDLE,))}, mizan),
        (HIT, {"bundle": Ask((_BUNDLE,), sign=b"cache-status: mizan; hit")}, {**mizan, "BENCH_CACHE": "1"}),
    ]
    contenders: list[Contender] = []
    for framework, asks, environment in kinds:
        served = stack.enter_context(listening(_COMMANDS[server], {**environment, "MIZAN_SECRET": "s" * 40}))
        served = answering(served, asks["bundle"].requests[0])
        contenders.append(Contender(name_of(framework, server), served, asks))
    return contenders

"""Node: node:http by hand, Fastify, Hono, oRPC, tRPC and Mizan; and the five reads of a page."""

import json
import subprocess
from contextlib import ExitStack
from urllib.parse import quote

from apps.data import NOTICES, PROFILE
from measure import turns
from measure.loopback import BENCH, get, post
from measure.sampling import Spread, spread
from measure.turns import Ask, Contender, Cost, listening

WORKLOADS = ("rename", "bundle", "page", "five")
FLOOR = "node:http alone (a fixed reply)"
BARE = "node:http by hand"
FASTIFY = "Fastify with schemas"
HONO = "Hono and Zod"
ORPC = "oRPC"
TRPC = "tRPC"
BATCH = "tRPC, its batch link"
MIZAN = "Mizan on node:http"
MIZAN_FETCH = "Mizan on Hono (`mizan.fetch`)"
HIT = "Mizan on node:http, memory: a hit"

NAME = "Mizan: the name of an entry"
MINT = "Mizan: mint an identity token"
VERIFY = "Mizan: verify it"

WARM = 2.0
"""Seconds before each sample, for a compiler that works while it runs."""
_PAGE = {
    "page_address": PROFILE["address"],
    "page_notices": NOTICES,
    "page_orders": PROFILE["orders"],
    "page_profile": PROFILE,
    "page_tags": PROFILE["tags"],
}
EXPECTED = {
    "rename": {"user_id": 5, "name": "Ada"},
    "bundle": {"user_profile": PROFILE, "user_notices": NOTICES},
    "page": _PAGE,
    "five": _PAGE,
}


def measure(rounds: int, requests: int, warm: float = WARM) -> dict[str, dict[str, Cost]]:
    """By workload and contender."""
    turns.write_data({"profile": PROFILE, "notices": NOTICES})
    with ExitStack() as stack:
        contenders = [
            Contender(
                name, stack.enter_context(listening(["node", f"apps/node/{module}.mjs", "{port}"], settings)), asks
            )
            for name, module, settings, asks in _KINDS
        ]
        return turns.measure(contenders, EXPECTED, rounds, requests, warm=warm)


def in_process(rounds: int, calls: int) -> dict[str, dict[str, Spread]]:
    """CPU µs a call of the addon's names and tokens, by subject (`names`, `mint`, `verify`) and contender."""
    command = ["node", "apps/node/identity.mjs", str(rounds), str(calls)]
    done = subprocess.run(command, cwd=BENCH, check=True, text=True, stdout=subprocess.PIPE)
    taken: dict[str, dict[str, list[float]]] = json.loads(done.stdout)
    return {subject: {name: spread(times) for name, times in group.items()} for subject, group in taken.items()}


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


_RENAME = _json(EXPECTED["rename"])
_USER = _json({"user_id": 5})
_NAMES = sorted(_PAGE)


def _plain() -> dict[str, Ask]:
    return {
        "rename": Ask((post("/rename", _RENAME.encode()),)),
        "bundle": Ask((get("/user?user_id=5"),)),
        "page": Ask((get("/page?user_id=5"),)),
        "five": Ask(tuple(get(f"/page/{name}?user_id=5") for name in _NAMES)),
    }


def _orpc() -> dict[str, Ask]:
    query, path = quote(_json({"json": {"user_id": 5}})), ("json",)
    return {
        "rename": Ask((post("/rename", _json({"json": EXPECTED["rename"]}).encode()),), path),
        "bundle": Ask((get(f"/user?data={query}"),), path),
        "page": Ask((get(f"/page?data={query}"),), path),
        "five": Ask(tuple(get(f"/{name}?data={query}") for name in _NAMES), path),
    }


def _trpc() -> dict[str, Ask]:
    query, path = quote(_USER), ("result", "data")
    return {
        "rename": Ask((post("/rename", _RENAME.encode()),), path),
        "bundle": Ask((get(f"/user?input={query}"),), path),
        "page": Ask((get(f"/page?input={query}"),), path),
        "five": Ask(tuple(get(f"/{name}?input={query}") for name in _NAMES), path),
    }


def _batch() -> dict[str, Ask]:
    inputs = quote(_json({str(number): {"user_id": 5} for number in range(len(_NAMES))}))
    request = get(f"/{','.join(_NAMES)}?batch=1&input={inputs}")
    return {"five": Ask((request,), ("result", "data"), is_batch=True)}


def _mizan() -> dict[str, Ask]:
    call = b'{"fn":"rename_user","args":' + _RENAME.encode() + b"}"
    return {
        "rename": Ask((post("/api/mizan/call/", call),), ("result",)),
        "bundle": Ask((get("/api/mizan/ctx/user/?user_id=5"),)),
        "page": Ask((get("/api/mizan/ctx/page/?user_id=5"),)),
    }


def _hit() -> dict[str, Ask]:
    sign = b"cache-status: mizan; hit"
    return {
        "bundle": Ask((get("/api/mizan/ctx/user/?user_id=5"),), sign=sign),
        "page": Ask((get("/api/mizan/ctx/page/?user_id=5"),), sign=sign),
    }


_KINDS: list[tuple[str, str, dict[str, str], dict[str, Ask]]] = [
    (FLOOR, "floor", {}, {name: asked for name, asked in _plain().items() if name != "five"}),
    (BARE, "bare", {}, _plain()),
    (FASTIFY, "fastify", {}, _plain()),
    (HONO, "hono", {}, _plain()),
    (ORPC, "orpc", {}, _orpc()),
    (TRPC, "trpc", {}, _trpc()),
    (BATCH, "trpc", {}, _batch()),
    (MIZAN, "mizan-node", {}, _mizan()),
    (MIZAN_FETCH, "mizan-fetch", {}, _mizan()),
    (HIT, "mizan-node", {"BENCH_CACHE": "memory"}, _hit()),
]

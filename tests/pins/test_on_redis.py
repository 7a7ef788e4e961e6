"""What pins say of a cache on `memory` holds on a real Redis, through every surface."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pins import PINS, Case, cases
from replayers import replay, replayers

SURFACES = ["rust", "python"]
CACHE_KEY = [{"kid": "k", "secret": "66" * 32}]


def on_redis(case: Case, url: str) -> str:
    """The line of the same case, on a Redis: there a key for the cache is needed."""
    given: dict[str, Any] = json.loads(json.dumps(case.members["input"]))
    if case.kind == "schedule":
        given["store"] = url
    else:
        given["protection"] |= {"store": url, "keys": {"cache": CACHE_KEY}}
    return json.dumps({"id": case.id, "kind": case.kind, "input": given})


def is_on_memory(case: Case) -> bool:
    given = case.members["input"]
    held = given if case.kind == "schedule" else given.get("protection", {})
    return case.kind in ("exchange", "schedule") and held.get("store") == "memory"


HELD = [case for case in cases(PINS) if is_on_memory(case)]


@pytest.fixture(scope="module")
def redis() -> Iterator[int]:
    """The port of a Redis of its own, which keeps nothing, with a database for each case."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", str(len(HELD))]
    server = subprocess.Popen(["redis-server", "--port", str(port), *options], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("redis-server does not start; `tools/redis` installs it")


@pytest.mark.parametrize("surface", SURFACES)
def test_every_case_on_memory_is_answered_alike_on_redis(surface: str, redis: int) -> None:
    assert len(HELD) > 75
    subprocess.run(["redis-cli", "-p", str(redis), "flushall"], check=True, stdout=subprocess.DEVNULL)
    lines = [on_redis(case, f"redis://127.0.0.1:{redis}/{index}") for index, case in enumerate(HELD)]
    given = replay(replayers()[surface], lines)
    unlike = [case.id for case, answer in zip(HELD, given, strict=True) if answer != {"id": case.id, **case.expected}]
    assert unlike == []
    kept = subprocess.run(
        ["redis-cli", "-p", str(redis), "info", "keyspace"], check=True, capture_output=True, text=True
    )
    assert kept.stdout.count("keys=") > 60, "it was Redis that kept them"

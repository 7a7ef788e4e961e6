"""What pins say of a cache on `memory` holds on a real Redis, through every surface."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pins import PINS, Case, cases
from redis_server import RedisServer
from replayers import replay, replayers

SURFACES = ["rust", "python", "node"]
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
def redis() -> Iterator[RedisServer]:
    """A Redis with a database for each case."""
    with RedisServer("--databases", str(len(HELD))) as server:
        yield server


@pytest.mark.parametrize("surface", SURFACES)
def test_every_case_on_memory_is_answered_alike_on_redis(surface: str, redis: RedisServer) -> None:
    assert len(HELD) > 75
    redis.ask("flushall")
    lines = [on_redis(case, f"redis://127.0.0.1:{redis.port}/{index}") for index, case in enumerate(HELD)]
    given = replay(replayers()[surface], lines)
    unlike = [case.id for case, answer in zip(HELD, given, strict=True) if answer != {"id": case.id, **case.expected}]
    assert unlike == []
    assert redis.ask("info", "keyspace").count("keys=") > 60, "it was Redis that kept them"

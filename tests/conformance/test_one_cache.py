"""One Redis, and every host of HTTP side by side on it: what one fills the others find, what one purges is gone.

The hosts have data of their own; they share nothing but the store.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import permutations

import pytest

from conformance.__main__ import own_hosts
from conformance.desk import Desk
from conformance.processes import running
from redis_server import RedisServer

HIT = "Mizan; hit"
STORED = "Mizan; fwd=uri-miss; stored"
SERVED = [host for host in own_hosts() if host.transport == "http"]
# With one host alone it is one that runs twice.
NAMES = [host.id for host in SERVED] if len(SERVED) > 1 else [SERVED[0].id, f"{SERVED[0].id} again"]
PAIRS = list(permutations(NAMES, 2))
READS = (("board", "topic=fish", None), ("project", "project_id=1", "ada"), ("inbox", "", "eve"))


@pytest.fixture(scope="module")
def desks() -> Iterator[dict[str, Desk]]:
    hosts = SERVED if len(SERVED) > 1 else SERVED * 2
    with RedisServer() as redis, ExitStack() as stack:
        for host in SERVED:
            host.make()
        yield {
            name: Desk(stack.enter_context(running(host, cache=redis.url)))
            for name, host in zip(NAMES, hosts, strict=True)
        }


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_what_one_fills_is_a_hit_in_the_other(desks: dict[str, Desk], one: str, other: str) -> None:
    """STORE-1, STORE-8: the same entry, so the same bytes and validator."""
    desks[one].reset()
    desks[other].reset()
    for context, query, user in READS:
        filled = desks[one].bundle(context, query, user=user)
        filled.has(cache_status=STORED)
        # A fill is put after its reply; whoever filled it finds it on the same connection, after that.
        desks[one].bundle(context, query, user=user).has(cache_status=HIT)
        found = desks[other].bundle(context, query, user=user)
        found.is_(200, filled.body)
        found.has(cache_status=HIT, etag=filled.header("ETag"))
    assert {name: count for name, count in desks[other].runs().items() if name != "runs"} == {}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_mutation_of_one_purges_for_the_other(desks: dict[str, Desk], one: str, other: str) -> None:
    """STORE-5, STORE-7, STORE-10: what it affects, and nothing else."""
    desks[one].reset()
    desks[other].reset()
    for number in (1, 2):
        desks[other].bundle("project", f"project_id={number}")
        desks[other].bundle("project", f"project_id={number}").has(cache_status=HIT)
    desks[one].call("rename_project", {"project_id": 1, "name": "Quay"})
    desks[other].bundle("project", "project_id=1").has(cache_status=STORED)
    desks[other].bundle("project", "project_id=2").has(cache_status=HIT)
    desks[one].call("reindex")
    desks[other].bundle("project", "project_id=2").has(cache_status=STORED)


@pytest.mark.parametrize("name", NAMES)
def test_a_host_that_is_not_on_it_finds_nothing(desks: dict[str, Desk], name: str) -> None:
    """The control: the same host with a cache of its own."""
    desks[name].reset()
    desks[name].bundle("board", "topic=fish")
    desks[name].bundle("board", "topic=fish").has(cache_status=HIT)
    with running(desks[name].host) as process:
        Desk(process).bundle("board", "topic=fish").has(cache_status=STORED)

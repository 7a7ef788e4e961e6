"""The origin cache in a real Redis that processes share, over HTTP: what one does, the others see."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx
import pytest

from delaying import Way
from redis_server import RedisServer
from shelves import BYPASSED, HIT, STORED, Shelf, shelves, wait_until

_ITEMS = count(1)


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with RedisServer() as redis:
        yield redis


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture(scope="module")
def pair(redis: RedisServer, folder: Path) -> Iterator[list[Shelf]]:
    with shelves(folder, redis.url, redis.url) as pair:
        yield pair


@pytest.fixture
def one(pair: list[Shelf]) -> Shelf:
    return pair[0]


@pytest.fixture
def other(pair: list[Shelf]) -> Shelf:
    return pair[1]


@pytest.fixture
def item(one: Shelf) -> int:
    """The number of an item that nobody has read, and that says `old`."""
    item = next(_ITEMS)
    one.call("put", item_id=item, text="old")
    return item


def test_what_one_process_fills_the_other_finds(one: Shelf, other: Shelf, item: int) -> None:
    """STORE-1, STORE-8."""
    assert one.read(item) == ("old", STORED)
    # It is put after its reply; whoever filled it finds it on the same connection, after that.
    assert one.read(item) == ("old", HIT)
    assert other.read(item) == ("old", HIT)
    assert one.runs(f"item-{item}") == 1


def test_a_mutation_on_one_purges_for_all(one: Shelf, other: Shelf, item: int) -> None:
    """STORE-7, STORE-10."""
    neighbour = next(_ITEMS)
    for number in (item, neighbour):
        one.keeps(number)
    for number, (writer, reader) in enumerate([(one, other), (other, one), (one, one)]):
        writer.call("put", item_id=item, text=f"new {number}")
        assert reader.read(item) == (f"new {number}", STORED)
        assert reader.read(item) == (f"new {number}", HIT)
        assert writer.read(item) == (f"new {number}", HIT)
    assert other.read(neighbour)[1] == HIT


def test_a_purge_for_one_caller_leaves_the_others(one: Shelf, other: Shelf) -> None:
    """STORE-4, STORE-5."""
    for user in ("ada", "eve", None):
        assert one.bundle("notes", user=user).headers["cache-status"] == STORED
        assert one.bundle("notes", user=user).headers["cache-status"] == HIT
        assert other.bundle("notes", user=user).headers["cache-status"] == HIT
    one.call("note", user="ada", text="Mine.")
    fresh = other.bundle("notes", user="ada")
    assert (fresh.json(), fresh.headers["cache-status"]) == ({"notes": "Mine."}, STORED)
    for user in ("eve", None):
        for reader in (one, other):
            assert reader.bundle("notes", user=user).headers["cache-status"] == HIT


def test_while_a_mutation_runs_nothing_is_kept(one: Shelf, other: Shelf, item: int) -> None:
    """STORE-6: neither before it has written nor after, by no process."""
    one.keeps(item)
    with ThreadPoolExecutor(1) as pool:
        mutation = pool.submit(one.call, "put_slowly", item_id=item, text="new")
        one.waits_at(f"write-{item}")
        assert [other.read(item), other.read(item)] == [("old", BYPASSED)] * 2
        one.open(f"write-{item}")
        one.waits_at(f"end-{item}")
        assert [other.read(item), other.read(item)] == [("new", BYPASSED)] * 2
        one.open(f"end-{item}")
        mutation.result()
    assert other.read(item) == ("new", STORED)
    assert other.read(item) == ("new", HIT)


def test_a_read_that_began_before_a_mutation_is_not_kept_after(one: Shelf, other: Shelf, item: int) -> None:
    """FILL-2: it noted generations that are gone."""
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(other.bundle, "slow", f"?item_id={item}")
        one.waits_at(f"read-{item}")
        one.call("put", item_id=item, text="new")
        one.open(f"read-{item}")
        assert late.result().json() == {"slow_item": "old"}
    fresh = one.bundle("slow", f"?item_id={item}")
    assert (fresh.json(), fresh.headers["cache-status"]) == ({"slow_item": "new"}, STORED)


def test_a_process_that_is_killed_before_its_purge_leaves_nothing_stale(
    redis: RedisServer, folder: Path, one: Shelf, item: int
) -> None:
    """STORE-6: the hold stays until its mutation would have ended in any case."""
    with shelves(folder, redis.url) as [doomed]:
        doomed.keeps(item)
        with pytest.raises(httpx.RemoteProtocolError):
            doomed.call("put_and_die", item_id=item, text="new")
    assert one.read(item) == ("new", BYPASSED)
    seen: set[str] = set()
    wait_until(lambda: bool(seen.add(one.read(item)[0])) or one.read(item) == ("new", HIT))
    assert seen == {"new"}


async def _readers(shelf: Shelf, item: int, number: int) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=number)
    async with httpx.AsyncClient(base_url=f"{shelf.address}/api/mizan", timeout=20, limits=limits) as http:
        reads = [asyncio.ensure_future(http.get(f"/ctx/slow/?item_id={item}")) for _ in range(number)]
        await asyncio.to_thread(shelf.waits_at, f"read-{item}")
        # Those that come when the first is through find an entry, which is as well.
        await asyncio.sleep(0.2)
        shelf.open(f"read-{item}")
        return await asyncio.gather(*reads)


def test_fifty_misses_at_once_run_the_functions_once(one: Shelf, item: int) -> None:
    """FILL-5."""
    replies = asyncio.run(_readers(one, item, 50))
    assert {(reply.status_code, reply.content) for reply in replies} == {(200, b'{"slow_item":"old"}')}
    assert one.runs(f"item-{item}") == 1


def test_with_a_lease_processes_wait_for_one_another(redis: RedisServer, folder: Path) -> None:
    item = next(_ITEMS)

    async def read(one: Shelf, other: Shelf) -> tuple[list[httpx.Response], list[httpx.Response]]:
        return await asyncio.gather(_readers(one, item, 5), _readers(other, item, 5))

    with shelves(folder, redis.url, redis.url, lease=5) as [one, other]:
        one.call("put", item_id=item, text="old")
        replies = [reply for replies in asyncio.run(read(one, other)) for reply in replies]
    assert {reply.content for reply in replies} == {b'{"slow_item":"old"}'}
    assert one.runs(f"item-{item}") == 1


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_who_waits_for_one_who_leaves_gets_an_answer(one: Shelf, item: int, is_cancelled: bool) -> None:
    """FILL-5: that of the one who left where the request goes on, else one of its own."""
    answers: list[httpx.Response] = []
    waiter = threading.Thread(target=lambda: answers.append(one.bundle("slow", f"?item_id={item}")))
    host, _, port = one.address.removeprefix("http://").partition(":")
    header = "x-leaves: 1\r\n" if is_cancelled else ""
    head = f"GET /api/mizan/ctx/slow/?item_id={item} HTTP/1.1\r\nhost: x\r\n{header}\r\n"
    with socket.create_connection((host, int(port))) as leaver:
        leaver.sendall(head.encode())
        one.waits_at(f"read-{item}")
        waiter.start()
        # Long enough that it waits for the first; if it did not yet, it would be served all the same.
        waiter.join(0.2)
        assert not answers
    if is_cancelled:
        wait_until((one.folder / "left").exists)
        one.waits_at(f"read-{item}", 2)
    one.open(f"read-{item}")
    waiter.join(10)
    assert [answer.json() for answer in answers] == [{"slow_item": "old"}]
    assert one.runs(f"item-{item}") == (2 if is_cancelled else 1)
    assert one.bundle("slow", f"?item_id={item}").headers["cache-status"] == HIT


async def _ping_among_loads(shelf: Shelf, items: list[int]) -> list[str]:
    """The order in which loads and one ping, sent after them, were answered."""
    order: list[str] = []

    async def ask(http: httpx.AsyncClient, url: str, name: str) -> None:
        (await http.get(url)).raise_for_status()
        order.append(name)

    async with httpx.AsyncClient(base_url=shelf.address, timeout=20) as http:
        loads = [asyncio.ensure_future(ask(http, f"/api/mizan/ctx/item/?item_id={item}", "load")) for item in items]
        await asyncio.sleep(0.01)
        await asyncio.gather(*loads, ask(http, "/ping", "ping"))
    return order


def test_a_slow_redis_does_not_hold_up_the_event_loop(redis: RedisServer, folder: Path) -> None:
    """STORE-11: others are answered while loads wait for the store."""
    items = [next(_ITEMS) for _ in range(20)]
    with Way(redis.port) as way, shelves(folder, way.url) as [shelf]:
        for item in items:
            shelf.keeps(item)
        way.delay = 0.1
        order = asyncio.run(_ping_among_loads(shelf, items))
    assert order.index("ping") < 10, order


def test_a_forked_worker_serves_what_its_parent_imported_and_used(redis: RedisServer, folder: Path, one: Shelf) -> None:
    """As gunicorn does it with `--preload`: the threads and connections of the parent are not there."""
    with shelves(folder, redis.url, preload="warm") as [forked]:
        assert forked.read(900) == ("warm", HIT)
        one.call("put", item_id=900, text="new")
        assert forked.read(900) == ("new", STORED)
        forked.call("put", item_id=900, text="newer")
        assert one.read(900) == ("newer", STORED)
        assert one.read(900) == ("newer", HIT)
        assert forked.read(900) == ("newer", HIT)

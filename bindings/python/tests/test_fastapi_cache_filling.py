"""Who fills the origin cache, and what a store that fails costs (FILL-5, STORE-11)."""

import asyncio
import logging
import socket

import httpx
import pytest

import mizan
from caching import HIDDEN, PAGE, SECRET, Counted, statuses
from caller import mount
from mizan import client


def test_who_waits_for_one_that_is_cancelled_reads_for_itself():
    """FILL-5: at once, not when garbage is collected."""
    runs: list[int] = []
    reached = asyncio.Event()

    @client(context=PAGE)
    async def page() -> int:
        runs.append(len(runs))
        if len(runs) == 1:
            reached.set()
            await asyncio.Event().wait()
        return len(runs)

    caller = mount(page, cache="memory")

    async def scenario() -> httpx.Response:
        def read() -> asyncio.Task[httpx.Response]:
            return asyncio.create_task(caller.send_async("GET", "/api/mizan/ctx/page/"))

        first = read()
        await reached.wait()
        waiter = read()
        await asyncio.sleep(0.05)
        assert runs == [0]
        first.cancel()
        return await asyncio.wait_for(waiter, 5)

    assert asyncio.run(scenario()).json() == {"page": 2}


def test_reads_at_once_run_the_functions_once():
    """FILL-5."""
    counted = Counted()
    release = asyncio.Event()

    @client(context=PAGE)
    async def page() -> int:
        await release.wait()
        return counted()

    caller = mount(page, cache="memory")

    async def scenario() -> list[httpx.Response]:
        reads = [asyncio.create_task(caller.send_async("GET", "/api/mizan/ctx/page/")) for _ in range(20)]
        await asyncio.sleep(0.05)
        release.set()
        return await asyncio.gather(*reads)

    assert {reply.content for reply in asyncio.run(scenario())} == {b'{"page":1}'}
    assert counted.runs == 1


def test_a_store_that_cannot_be_reached_costs_no_reply(caplog: pytest.LogCaptureFixture):
    """STORE-8, STORE-11: and a purge that failed is told to the log, with the id of its request."""

    @client(context=PAGE)
    async def page() -> int:
        return 1

    @client(affects=PAGE)
    async def change() -> int:
        return 2

    @client(affects=PAGE)
    async def fail() -> int:
        raise mizan.Conflict

    # Nobody listens there, and nobody else can take it.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        store = f"redis://:{HIDDEN}@127.0.0.1:{taken.getsockname()[1]}/0"
        caller = mount(page, change, fail, cache=store, secret=SECRET)
        assert statuses(caller, "page") == ["Mizan; fwd=bypass"] * 2
        with caplog.at_level(logging.WARNING, logger="mizan"):
            assert caller.result("change") == 2
            assert statuses(caller, "page") == ["Mizan; fwd=bypass"] * 2
    [record] = [record for record in caplog.records if "purged" in record.message]
    assert record.levelno == logging.ERROR
    text, _, id_ = record.message.partition(" (id ")
    assert text == "the origin cache could not be purged; nothing is served from it until it has been"
    assert len(id_.removesuffix(")")) == 16
    assert HIDDEN not in caplog.text

"""Threads of sync functions that outran their limit: they are bounded, and what needs none goes on (LIM-17)."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from caller import Caller, mount, posted
from mizan import ReactContext, RegistrationError, client

PAGE = ReactContext("page")
BATCH = 10

released = threading.Event()
stuck: list[int] = []
"""The threads that are, of one test."""


@client(timeout=0.1)
def hang() -> None:
    """It is stuck."""
    stuck.append(threading.get_ident())
    released.wait(60)


@client
def fine() -> int:
    """It needs a thread."""
    return 1


@client
async def quick() -> int:
    """It needs none."""
    return 2


@client(context=PAGE, cache=True)
def page(number: int) -> int:
    """It needs one, where the cache has nothing."""
    return number


@pytest.fixture(autouse=True)
def _released() -> Iterator[None]:
    released.clear()
    stuck.clear()
    yield
    released.set()


async def _call(caller: Caller, *names: str) -> list[Any]:
    reply = await caller.send_async("POST", "/api/mizan/call/", **posted([{"fn": name} for name in names]))
    return [entry.get("result", entry.get("error", {}).get("code")) for entry in reply.json()]


async def _hang(caller: Caller, times: int) -> None:
    # One that a busy machine has not begun within its limit is not left behind: another one takes its place.
    while (missing := min(BATCH, times - len(stuck))) > 0:
        assert await _call(caller, *["hang"] * missing) == ["TIMEOUT"] * missing


async def _until(told: Callable[[], Any], expected: object) -> None:
    until = time.monotonic() + 10
    while await told() != expected:
        assert time.monotonic() < until
        await asyncio.sleep(0.01)


def _mounted(**options: Any) -> Caller:
    return mount(hang, fine, quick, page, cache="memory", secret=b"s" * 32, **options)


def test_forty_that_hang_leave_the_next_one_working():
    caller = _mounted()

    async def scenario() -> None:
        await _hang(caller, 40)
        assert await _call(caller, "fine", "quick") == [1, 2]

    asyncio.run(scenario())


def test_beyond_the_limit_what_needs_a_thread_is_refused_and_the_rest_goes_on():
    caller = _mounted(limits={"left_behind": 60})

    async def scenario() -> None:
        before = threading.active_count()
        await caller.send_async("GET", "/api/mizan/ctx/page/?number=1")
        await _hang(caller, 60)
        begun = time.monotonic()
        for _ in range(30):
            assert await _call(caller, *["hang"] * BATCH) == ["UNAVAILABLE"] * BATCH
        assert time.monotonic() - begun < 5, "nothing waits"
        assert threading.active_count() - before < 60 + 45
        assert await _call(caller, "fine", "quick") == ["UNAVAILABLE", 2]
        reply = await caller.send_async("POST", "/api/mizan/call/", **posted({"fn": "fine"}))
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
        found = [await caller.send_async("GET", f"/api/mizan/ctx/page/?number={number}") for number in (1, 2)]
        assert [(reply.status_code, reply.headers.get("cache-status")) for reply in found] == [
            (200, "Mizan; hit"),
            (503, None),
        ]
        released.set()
        await _until(lambda: _call(caller, "fine"), [1])

    asyncio.run(scenario())


def test_the_limit_is_told_to_the_log_once(caplog: pytest.LogCaptureFixture):
    caller = _mounted(limits={"left_behind": 10})

    async def scenario() -> None:
        await _hang(caller, 10)
        await _call(caller, "fine", "fine")

    asyncio.run(scenario())
    said = [record.message for record in caplog.records if "go on" in record.message]
    assert said == ["10 functions go on after their time limit: sync functions are refused until one ends"]


@pytest.mark.parametrize("limit", [0, -1, "9", 1.5])
def test_a_limit_that_is_none_does_not_start(limit: Any):
    with pytest.raises(RegistrationError, match="left_behind"):
        _mounted(limits={"left_behind": limit})

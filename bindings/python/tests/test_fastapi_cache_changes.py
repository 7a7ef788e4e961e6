"""What a mutation takes out of the origin cache, and when (STORE-6, STORE-7)."""

import asyncio
import threading
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends

from caching import HIT, PAGE, STORED, Counted, language, statuses
from caller import Caller, mount, posted
from mizan import Conflict, client, invalidate


def test_while_a_mutation_runs_nothing_is_kept():
    """STORE-6, STORE-8."""
    counted = Counted()
    reached, release = asyncio.Event(), asyncio.Event()

    @client(context=PAGE)
    async def page() -> int:
        return counted()

    @client(affects=PAGE)
    async def change() -> None:
        reached.set()
        await release.wait()

    caller = mount(page, change, cache="memory")

    async def scenario() -> list[str]:
        async def read() -> str:
            return (await caller.send_async("GET", "/api/mizan/ctx/page/")).headers["cache-status"]

        before = [await read(), await read()]
        mutation = asyncio.create_task(caller.send_async("POST", "/api/mizan/call/", **posted({"fn": "change"})))
        await reached.wait()
        during = [await read(), await read()]
        release.set()
        await mutation
        return [*before, *during, await read(), await read()]

    assert asyncio.run(scenario()) == [STORED, HIT, "Mizan; fwd=bypass", "Mizan; fwd=bypass", STORED, HIT]


@pytest.mark.parametrize("ends", ["INTERNAL", "TIMEOUT", "result"])
def test_what_ended_badly_may_have_changed_something(ends: str):
    """STORE-7: the reply invalidates nothing, and the store has nothing old."""
    held = [1]

    @client(context=PAGE)
    async def page() -> int:
        return held[0]

    @client(affects=PAGE, timeout=0.1 if ends == "TIMEOUT" else None)
    async def change() -> int:
        held[0] += 1
        if ends == "INTERNAL":
            raise RuntimeError
        if ends == "TIMEOUT":
            await asyncio.Event().wait()
        return "x"  # type: ignore[return-value]

    caller = mount(page, change, cache="memory")
    assert statuses(caller, "page") == [STORED, HIT]
    reply = caller.call("change")
    assert reply.status_code == (504 if ends == "TIMEOUT" else 500)
    assert "x-mizan-invalidate" not in reply.headers
    assert caller.bundle("page").json() == {"page": 2}


@pytest.mark.parametrize(
    ("runs", "ends", "says"),
    [("thread", "returns", "declares"), ("thread", "raises", "names"), ("injected thread", "returns", "names")],
)
def test_what_ends_after_its_reply_takes_away_what_it_changed(runs: str, ends: str, says: str):
    """STORE-7: nothing can stop a thread, and it may commit when its hold has run out."""
    held = [1]
    released, ended = threading.Event(), threading.Event()

    @client(context=PAGE)
    async def page() -> int:
        return held[0]

    def change() -> None:
        released.wait(10)
        held[0] = 2
        if says == "names":
            invalidate(PAGE)
        ended.set()
        if ends == "raises":
            raise RuntimeError

    def injected(tongue: Annotated[str, Depends(language)]) -> None:
        change()

    declared: dict[str, Any] = {"affects": PAGE} if says == "declares" else {}
    function = client(name="change", timeout=0.25, **declared)(change if runs == "thread" else injected)
    caller = mount(page, function, cache="memory")

    async def scenario() -> None:
        try:
            reply = await caller.send_async("POST", "/api/mizan/call/", **posted({"fn": "change"}))
            assert reply.status_code == 504
            await _until(caller, HIT)
            assert (await caller.send_async("GET", "/api/mizan/ctx/page/")).json() == {"page": 1}
        finally:
            released.set()
        assert await asyncio.to_thread(ended.wait, 10)
        await _until(caller, STORED)
        assert (await caller.send_async("GET", "/api/mizan/ctx/page/")).json() == {"page": 2}

    asyncio.run(scenario())


@pytest.mark.parametrize("runs", ["waits", "waits in a batch", "ended in a batch", "injected"])
def test_what_a_request_had_named_is_taken_away_when_its_caller_leaves(runs: str):
    """STORE-7: of a function that is cancelled, and of one that has ended beside it in the batch."""
    held = [1]
    begun = asyncio.Event()

    @client(context=PAGE)
    async def page() -> int:
        return held[0]

    async def change() -> None:
        held[0] = 2
        invalidate(PAGE)
        begun.set()
        if runs != "ended in a batch":
            await asyncio.Event().wait()

    async def injected(tongue: Annotated[str, Depends(language)]) -> None:
        await change()

    @client
    async def wait() -> None:
        await asyncio.Event().wait()

    function = client(name="change")(injected if runs == "injected" else change)
    caller = mount(page, function, wait, cache="memory")
    body: Any = [{"fn": "wait"}, {"fn": "change"}] if runs.endswith("batch") else {"fn": "change"}

    async def scenario() -> list[str | None]:
        async def read() -> str:
            reply = await caller.send_async("GET", "/api/mizan/ctx/page/")
            return f"{reply.headers['cache-status']} {reply.text}"

        before = [await read(), await read()]
        asked = asyncio.create_task(caller.send_async("POST", "/api/mizan/call/", **posted(body)))
        async with asyncio.timeout(5):
            await begun.wait()
        asked.cancel()
        await asyncio.wait([asked])
        assert asked.cancelled()
        return [*before, await read()]

    assert asyncio.run(scenario()) == [f'{STORED} {{"page":1}}', f'{HIT} {{"page":1}}', f'{STORED} {{"page":2}}']


async def _until(caller: Caller, status: str) -> None:
    async with asyncio.timeout(5):
        while (await caller.send_async("GET", "/api/mizan/ctx/page/")).headers["cache-status"] != status:
            pass


class Itself:
    """What has no JSON form."""

    def __iter__(self) -> "Itself":
        raise RuntimeError


@pytest.mark.parametrize("runs", ["at once", "waits", "thread", "injected", "injected thread"])
@pytest.mark.parametrize("ends", ["INTERNAL", "TIMEOUT", "result", "CONFLICT", "no params"])
def test_what_ended_badly_has_changed_what_it_named(runs: str, ends: str):
    """STORE-7, SCOPE-7: also what it did not declare; but for an error that it raised on purpose."""
    counted = Counted()
    released = threading.Event()

    @client(context=PAGE)
    async def page(number: int) -> int:
        return counted()

    @client(affects=PAGE)
    async def renumber(number: int) -> None:
        """So that the page is known by its number."""

    def change() -> int:
        invalidate(PAGE, number=Itself() if ends == "no params" else 1)
        if ends == "CONFLICT":
            raise Conflict
        if ends in {"INTERNAL", "no params"}:
            raise RuntimeError
        return "x"  # type: ignore[return-value]

    async def waiting() -> int:
        if runs != "at once":
            await asyncio.sleep(0)
        if ends == "TIMEOUT":
            invalidate(PAGE, number=1)
            await asyncio.Event().wait()
        return change()

    def blocking() -> int:
        if ends == "TIMEOUT":
            invalidate(PAGE, number=1)
            released.wait(10)
        return change()

    async def waiting_injected(tongue: Annotated[str, Depends(language)]) -> int:
        return await waiting()

    def blocking_injected(tongue: Annotated[str, Depends(language)]) -> int:
        return blocking()

    functions: dict[str, Any] = {
        "thread": blocking,
        "injected": waiting_injected,
        "injected thread": blocking_injected,
    }
    # Long enough for a thread of a busy machine to have named what it changes.
    function = client(name="change", timeout=0.4 if ends == "TIMEOUT" else None)(functions.get(runs, waiting))
    caller = mount(page, renumber, function, cache="memory")
    assert statuses(caller, "page", "?number=1") == [STORED, HIT]
    assert statuses(caller, "page", "?number=2") == [STORED, HIT]
    reply = asyncio.run(_released(caller, released))
    assert reply.status_code == {"TIMEOUT": 504, "CONFLICT": 409}.get(ends, 500)
    assert "x-mizan-invalidate" not in reply.headers
    assert caller.bundle("page", "?number=1").headers["cache-status"] == (HIT if ends == "CONFLICT" else STORED)
    assert caller.bundle("page", "?number=2").headers["cache-status"] == (STORED if ends == "no params" else HIT)


async def _released(caller: Caller, released: threading.Event) -> httpx.Response:
    """The reply to the change; what still runs on a thread then ends, else the loop would wait for it."""
    try:
        return await caller.send_async("POST", "/api/mizan/call/", **posted({"fn": "change"}))
    finally:
        released.set()

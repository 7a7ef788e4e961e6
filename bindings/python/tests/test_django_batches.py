"""Batches of sync functions under ASGI, which Django's one thread runs one after the other."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from bookstore.clients import hear, heard, hold_on, holding, turned
from handled import call, left_by_asgi
from mizan._host import give_up

pytestmark = pytest.mark.usefixtures("bookstore")


@pytest.fixture(autouse=True)
def silence():
    """Nothing was heard, and whoever holds on does so until it is told."""
    heard.clear()
    holding.clear()
    turned.clear()
    yield
    turned.set()


async def _send(*calls: bytes) -> list[Any]:
    body = b"[" + b",".join(calls) + b"]"
    reply = await AsyncClient().post("/api/mizan/call/", body, content_type="application/json")
    return [entry.get("result", entry.get("error", {}).get("code")) for entry in reply.json()]


BATCH = (call(hear, word="before"), call(hold_on), call(hear, word="after"))


def test_what_is_there_when_time_is_over_is_told_and_nothing_begins_after_that():
    """CALL-8: the functions after one that holds the thread have their own time to begin, and no more."""

    async def send() -> list[Any]:
        sent = asyncio.create_task(_send(*BATCH[:2], call(hold_on)))
        await asyncio.to_thread(holding.wait, 10)
        # Twenty times what the last one had.
        await asyncio.sleep(1)
        turned.set()
        return await sent

    assert async_to_sync(send)() == [1, "TIMEOUT", "TIMEOUT"]
    # The thread is free again by now.
    assert heard == ["before", "holds on"]


def test_one_that_outran_its_limit_does_not_stop_the_others():
    """BATCH-3: each has its own limit, and what comes after has time until the thread is free."""

    async def send() -> list[Any]:
        sent = asyncio.create_task(_send(*BATCH))
        await asyncio.to_thread(holding.wait, 10)
        # Timers of one loop end in their order: the limit has passed then.
        await asyncio.sleep(0.2)
        turned.set()
        return await sent

    assert async_to_sync(send)() == [1, "TIMEOUT", 3]
    assert heard == ["before", "holds on", "after"]


def test_nothing_begins_when_the_caller_has_left(monkeypatch: pytest.MonkeyPatch):
    """The thread cannot be stopped, but has nothing more to do."""

    def give_up_and_turn(*given: Any) -> None:
        give_up(*given)
        turned.set()

    monkeypatch.setattr("mizan.django._views.give_up", give_up_and_turn)
    left_by_asgi("/api/mizan/call/", b"[" + b",".join(BATCH) + b"]", holding)
    assert heard == ["before", "holds on"]

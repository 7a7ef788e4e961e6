"""Members and entries run at once where they wait; each sees its own context."""

import asyncio
import threading
from contextvars import ContextVar

from fastapi import Request

from caller import mount, posted
from mizan import Identity, ReactContext, client, invalidate

PAGE = ReactContext("page")


def test_async_members_of_a_bundle_wait_together():
    met: list[str] = []
    first, second = asyncio.Event(), asyncio.Event()

    @client(context=PAGE)
    async def a() -> str:
        first.set()
        await second.wait()
        met.append("a")
        return "a"

    @client(context=PAGE)
    async def b() -> str:
        second.set()
        await first.wait()
        met.append("b")
        return "b"

    # One after the other, the first would wait until its limit.
    assert mount(a, b).bundle("page").json() == {"a": "a", "b": "b"}
    assert sorted(met) == ["a", "b"]


def test_sync_members_of_a_bundle_run_in_threads_at_once():
    barrier = threading.Barrier(3, timeout=5)

    @client(context=PAGE)
    def a() -> int:
        return barrier.wait()

    @client(context=PAGE)
    def b() -> int:
        return barrier.wait()

    @client(context=PAGE)
    def c() -> int:
        return barrier.wait()

    reply = mount(a, b, c).bundle("page").json()
    assert sorted(reply.values()) == [0, 1, 2]


def test_a_sync_function_does_not_hold_up_the_loop():
    release = threading.Event()

    @client
    def waits() -> bool:
        return release.wait(5)

    @client
    async def releases() -> None:
        release.set()

    caller = mount(waits, releases)
    reply = caller.post([{"fn": "waits"}, {"fn": "releases"}])
    assert [entry["result"] for entry in reply.json()] == [True, None]


def test_sync_and_async_functions_that_do_not_wait_keep_their_order():
    seen: list[int] = []

    @client
    async def note(number: int) -> None:
        seen.append(number)

    mount(note).post([{"fn": "note", "args": {"number": number}} for number in range(5)])
    assert seen == [0, 1, 2, 3, 4]


def test_invalidations_stay_with_the_function_that_announced_them():
    gate = asyncio.Event()

    @client(context=PAGE)
    async def page(number: int) -> int:
        return number

    @client
    async def slow(number: int) -> None:
        await gate.wait()
        invalidate(PAGE, number=number)

    @client
    async def quick(number: int) -> None:
        invalidate(PAGE, number=number)
        gate.set()

    reply = mount(page, slow, quick).post(
        [{"fn": "slow", "args": {"number": 1}}, {"fn": "quick", "args": {"number": 2}}]
    )
    assert [entry["invalidate"][0]["params"]["number"] for entry in reply.json()] == [1, 2]


def test_context_variables_of_the_request_reach_threads():
    user: ContextVar[str] = ContextVar("user", default="nobody")

    @client
    def whose() -> str:
        return user.get()

    caller = mount(whose)

    async def scenario() -> str:
        user.set("ada")
        reply = await caller.send_async("POST", "/api/mizan/call/", **posted({"fn": "whose"}))
        return reply.json()["result"]

    assert asyncio.run(scenario()) == "ada"


def test_one_slow_member_does_not_spoil_the_limits_of_the_others():
    @client(timeout=0.05)
    async def stuck() -> int:
        await asyncio.Event().wait()
        return 1

    @client
    async def well() -> int:
        await asyncio.sleep(0)
        return 2

    entries = mount(stuck, well).post([{"fn": "stuck"}, {"fn": "well"}, {"fn": "stuck"}]).json()
    assert [entry.get("status", 200) for entry in entries] == [504, 200, 504]


def test_a_cancelled_request_cancels_its_functions():
    started = asyncio.Event()
    ended: list[str] = []

    @client
    async def waits(name: str) -> int:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)
        return 1

    caller = mount(waits)

    async def scenario() -> None:
        body = [{"fn": "waits", "args": {"name": name}} for name in ("a", "b", "c")]
        task = asyncio.create_task(caller.send_async("POST", "/api/mizan/call/", **posted(body)))
        await started.wait()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()

    asyncio.run(scenario())
    assert sorted(ended) == ["a", "b", "c"]


TENANT: ContextVar[str] = ContextVar("tenant", default="none")


def test_what_one_call_sets_no_other_call_of_its_request_sees():
    @client
    async def sets(tenant: str) -> str:
        before = TENANT.get()
        TENANT.set(tenant)
        return before

    @client
    async def sets_and_waits(tenant: str) -> str:
        TENANT.set(tenant)
        await asyncio.sleep(0)
        return TENANT.get()

    @client
    async def with_request(request: Request, tenant: str) -> str:
        before = TENANT.get()
        TENANT.set(tenant)
        await asyncio.sleep(0)
        return f"{before} {TENANT.get()}"

    @client
    def in_a_thread() -> str:
        return TENANT.get()

    calls = [
        ("sets", "a", "none"),
        ("with_request", "b", "none b"),
        ("sets", "c", "none"),
        ("sets_and_waits", "d", "d"),
        ("sets_and_waits", "e", "e"),
        ("sets", "f", "none"),
        ("in_a_thread", None, "none"),
    ]
    caller = mount(sets, sets_and_waits, with_request, in_a_thread)
    for order in (calls, [calls[3], *calls[:3], *calls[4:]], calls[2:] + calls[:2]):
        batch = [{"fn": name, "args": {} if tenant is None else {"tenant": tenant}} for name, tenant, _ in order]
        replies = caller.send("POST", "/api/mizan/call/", **posted(batch)).json()
        assert [reply["result"] for reply in replies] == [seen for _, _, seen in order]


def test_what_a_mutation_sets_the_bundles_of_its_reply_do_not_see():
    @client(context=PAGE)
    async def tenant_of_page() -> str:
        return TENANT.get()

    @client(affects=PAGE)
    async def move() -> None:
        TENANT.set("another")

    call = {"fn": "move", "refresh": [{"context": "page"}]}
    reply = mount(tenant_of_page, move).send("POST", "/api/mizan/call/", **posted(call)).json()
    assert reply["bundles"][0]["data"] == {"tenant_of_page": "none"}


def test_what_a_guard_sets_no_function_sees_and_what_identify_sets_all_do():
    async def theirs(_request: Request, identity: Identity | None) -> bool:
        TENANT.set("of the guard")
        await asyncio.sleep(0)
        return identity is not None

    async def identify(_request: Request) -> Identity:
        TENANT.set("of the caller")
        return Identity("ada")

    @client(auth=theirs)
    async def guarded() -> str:
        return TENANT.get()

    reply = mount(guarded, identify=identify).send("POST", "/api/mizan/call/", **posted({"fn": "guarded"}))
    assert reply.json()["result"] == "of the caller"

"""The origin cache of an application: how it is switched on, what it keeps, and for whom."""

import asyncio
import logging
import socket
import threading
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, FastAPI, Request

import mizan
from caller import Caller, mount, posted
from mizan import Cache, Conflict, Identity, ReactContext, RegistrationError, client, invalidate
from mizan.fastapi import Mizan

SECRET = "a secret that everybody knows: of these tests"  # noqa: S105
HIDDEN = "hunter2-hunter2"
HIT = "Mizan; hit"
STORED = "Mizan; fwd=uri-miss; stored"
PAGE = ReactContext("page")
OPEN = ReactContext("open", public=True)
MINE = ReactContext("mine", identity=True)


class Counted:
    """A function's runs."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self) -> int:
        self.runs += 1
        return self.runs


def by_header(request: Request) -> Identity | None:
    name = request.headers.get("x-user")
    return None if name is None else Identity(name)


def statuses(caller: Caller, context: str, query: str = "", **options: Any) -> list[str | None]:
    """What the cache says of two reads."""
    return [caller.bundle(context, query, **options).headers.get("cache-status") for _ in range(2)]


def counting(cache: Any = None, context: ReactContext = PAGE, **options: Any) -> Caller:
    counted = Counted()

    @client(context=context)
    async def page(number: int = 0) -> int:
        return counted()

    return mount(page, cache=cache, **options)


@pytest.mark.parametrize("cache", ["memory", Cache(), Cache(store="memory", max_bytes=1 << 20, prefix="x", lease=2)])
def test_it_is_switched_on(cache: Any):
    caller = counting(cache)
    assert statuses(caller, "page") == [STORED, HIT]
    assert caller.bundle("page").json() == {"page": 1}
    assert caller.bundle("page", "?number=1").json() == {"page": 2}


def test_it_is_off_unless_switched_on():
    caller = counting()
    assert statuses(caller, "page") == [None, None]
    assert caller.bundle("page").json() == {"page": 3}


@pytest.mark.parametrize(
    ("cache", "problem"),
    [
        ("", "cache: the URL is not one of a Redis: redis://host:port/database"),
        ("disk", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (f"http://ada:{HIDDEN}@localhost/", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (f"redis://ada:{HIDDEN}@localhost:port/0", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (f"redis://:{HIDDEN}@localhost/zero", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (Cache(max_bytes=0), "cache: the memory store has no bytes to keep anything in"),
        (
            Cache("redis://localhost", prefix="{a}"),
            "cache: the prefix of the Redis keys is not printable ASCII without braces",
        ),
        (Cache("redis://localhost", timeout=0), "cache: the timeout is no time"),
        (Cache("redis://localhost", timeout=float("nan")), "cache: the timeout is no time"),
        (Cache("redis://localhost", lease=-1), "cache: the lease is no time"),
    ],
)
def test_what_is_no_cache_does_not_start_and_is_not_shown(cache: Any, problem: str):
    with pytest.raises(RegistrationError) as caught:
        counting(cache, secret=SECRET)
    assert str(caught.value) == problem
    assert HIDDEN not in repr(caught.value)


def test_a_store_that_is_shared_needs_a_secret(monkeypatch: pytest.MonkeyPatch):
    """That of one process has a key of its own."""
    monkeypatch.delenv("MIZAN_SECRET", raising=False)
    with pytest.raises(RegistrationError) as caught:
        counting("redis://localhost")
    assert str(caught.value).endswith("needs a secret that they share: set MIZAN_SECRET in the environment")
    monkeypatch.setenv("MIZAN_SECRET", SECRET)
    counting("redis://localhost")
    monkeypatch.delenv("MIZAN_SECRET")
    counting("redis://localhost", secret=SECRET)
    counting("redis://localhost", keys={"cache": [("c1", SECRET)]})
    with pytest.raises(RegistrationError, match="no key for cache: set MIZAN_SECRET in the env"):
        counting("redis://localhost", keys={"mwt": [("m1", SECRET)]})


PEM = f"-----BEGIN PRIVATE KEY-----\n{HIDDEN * 4}"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"secret": HIDDEN}, "secret is shorter than 32 bytes"),
        ({"secret": HIDDEN.encode()}, "secret is shorter than 32 bytes"),
        ({"secret": ""}, "secret is shorter than 32 bytes"),
        ({"secret": PEM}, "secret looks like a PEM file"),
        ({"secret": 31}, "secret is int: a secret is text or bytes"),
        ({"keys": {"cache": [("a", 31)]}}, 'keys["cache"] is int: a secret is text or bytes'),
        ({"secret": [SECRET, 31.5]}, "secret is float: a secret is text or bytes"),
        (
            {"secret": [HIDDEN * 4, HIDDEN * 4]},
            "secret (2) has the same as secret (1): one secret serves one purpose",
        ),
        (
            {"secret": HIDDEN * 4, "keys": {"csrf": [("a", HIDDEN * 4)]}},
            'keys["csrf"] has the same as secret: one secret serves one purpose',
        ),
        (
            {"secret": [HIDDEN, PEM], "keys": {"cache": []}},
            'secret (1) is shorter than 32 bytes\nsecret (2) looks like a PEM file\nkeys["cache"] has no key',
        ),
    ],
)
def test_what_is_no_secret_does_not_start_and_is_not_shown(options: dict[str, Any], problem: str):
    """KEY-3 to KEY-5."""
    with pytest.raises(RegistrationError) as caught:
        counting("memory", **options)
    assert str(caught.value) == problem
    assert HIDDEN not in repr(caught.value)


def test_the_secret_of_the_environment_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIZAN_SECRET", HIDDEN)
    with pytest.raises(RegistrationError, match=r"^MIZAN_SECRET is shorter than 32 bytes$"):
        counting()
    monkeypatch.setenv("MIZAN_SECRET", "")
    with pytest.raises(RegistrationError, match=r"^MIZAN_SECRET is shorter than 32 bytes$"):
        counting()


def language(request: Request) -> str:
    return request.headers.get("accept-language", "none")


@pytest.mark.parametrize("cache", [None, True, 60, False])
@pytest.mark.parametrize("reads", ["request", "dependency", "identity", "nothing"])
def test_what_may_read_the_whole_request_is_kept_only_where_its_author_says_so(cache: Any, reads: str):
    """STORE-3."""
    counted = Counted()

    @client(context=PAGE, name="page", cache=cache)
    async def of_request(request: Request) -> int:
        return counted()

    @client(context=PAGE, name="page", cache=cache)
    async def of_dependency(tongue: Annotated[str, Depends(language)]) -> int:
        return counted()

    @client(context=PAGE, name="page", cache=cache)
    async def of_identity(identity: Identity | None) -> int:
        return counted()

    @client(context=PAGE, name="page", cache=cache)
    async def of_nothing() -> int:
        return counted()

    functions = {"request": of_request, "dependency": of_dependency, "identity": of_identity, "nothing": of_nothing}
    is_kept = cache is not False and (cache is not None or reads in {"identity", "nothing"})
    caller = mount(functions[reads], cache="memory", identify=by_header)
    assert statuses(caller, "page") == ([STORED, HIT] if is_kept else [None, None])
    assert counted.runs == (1 if is_kept else 2)


def test_one_member_that_is_not_to_be_kept_keeps_its_bundle_out():
    """STORE-3."""

    @client(context=PAGE)
    async def plain() -> int:
        return 1

    @client(context=PAGE)
    def curious(request: Request) -> str:
        return request.url.path

    @client(context=PAGE, cache=True)
    def sure(request: Request) -> str:
        return request.url.path

    assert statuses(mount(plain, curious, cache="memory"), "page") == [None, None]
    assert statuses(mount(plain, sure, cache="memory"), "page") == [STORED, HIT]
    assert statuses(mount(plain, sure, curious, cache="memory"), "page") == [None, None]


def test_a_bundle_is_kept_for_each_caller_alone():
    """STORE-2: whoever asks is part of its name, whether or not a function looks."""
    runs: list[str | None] = []

    @client(context=PAGE)
    async def page(identity: Identity | None) -> str | None:
        runs.append(None if identity is None else identity.sub)
        return runs[-1]

    caller = mount(page, cache="memory", identify=by_header)
    for user in ("ada", "eve", "null", None):
        headers = {} if user is None else {"x-user": user}
        for status in (STORED, HIT):
            reply = caller.bundle("page", headers=headers)
            assert (reply.json(), reply.headers["cache-status"]) == ({"page": user}, status)
    assert runs == ["ada", "eve", "null", None]


def test_a_public_bundle_is_kept_for_all():
    """STORE-2: nobody is asked who they are."""

    def never(request: Request) -> None:
        raise AssertionError

    caller = counting("memory", OPEN, identify=never)
    assert caller.bundle("open", headers={"x-user": "ada"}).headers["cache-status"] == STORED
    for headers in ({"x-user": "eve"}, {"cookie": "a=b"}, {}):
        reply = caller.bundle("open", headers=headers)
        assert (reply.json(), reply.headers["cache-status"]) == ({"page": 1}, HIT)


def test_a_mutation_of_one_caller_takes_that_callers_away():
    """STORE-4, STORE-5."""

    @client(context=MINE)
    async def mine(identity: Identity | None) -> str | None:
        return None if identity is None else identity.sub

    @client(affects=MINE)
    async def change() -> None:
        pass

    caller = mount(mine, change, cache="memory", identify=by_header, csrf=False)
    for user in ("ada", "eve"):
        assert statuses(caller, "mine", headers={"x-user": user}) == [STORED, HIT]
    options = posted({"fn": "change"})
    options["headers"]["x-user"] = "ada"
    assert caller.send("POST", "/api/mizan/call/", **options).status_code == 200
    assert caller.bundle("mine", headers={"x-user": "eve"}).headers["cache-status"] == HIT
    assert caller.bundle("mine", headers={"x-user": "ada"}).headers["cache-status"] == STORED


@pytest.mark.parametrize("context", [PAGE, OPEN])
def test_a_hit_is_answered_like_the_read_that_it_was(context: ReactContext):
    """CACHE-10, CACHE-11: validators and HEAD too."""
    caller = counting("memory", context)
    first = caller.bundle(context.name)
    path = f"/api/mizan/ctx/{context.name}/"
    hit = caller.send("GET", path)
    head = caller.send("HEAD", path)
    known = caller.send("GET", path, headers={"if-none-match": first.headers["etag"]})
    other = caller.send("GET", path, headers={"if-none-match": '"x"'})

    def plain(reply: httpx.Response) -> dict[str, str]:
        return {name: value for name, value in reply.headers.items() if name != "cache-status"}

    assert (hit.status_code, hit.content, plain(hit)) == (200, first.content, plain(first))
    assert (head.status_code, head.content, plain(head)) == (200, b"", plain(first))
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == first.headers["etag"]
    assert known.headers["cache-control"] == first.headers["cache-control"]
    assert (other.status_code, other.content) == (200, first.content)
    assert {reply.headers["cache-status"] for reply in (hit, head, known, other)} == {HIT}
    # It was read once.
    assert first.json() == {"page": 1}


def test_a_head_fills_as_a_get_does():
    caller = counting("memory")
    assert caller.send("HEAD", "/api/mizan/ctx/page/").headers["cache-status"] == STORED
    reply = caller.bundle("page")
    assert (reply.json(), reply.headers["cache-status"]) == ({"page": 1}, HIT)


def test_what_is_too_large_is_said_not_to_be_kept():
    """STORE-8, STORE-9."""

    @client(context=PAGE)
    async def page(size: int) -> str:
        return "x" * size

    caller = mount(page, cache="memory")
    frame = len('{"page":""}')
    assert statuses(caller, "page", f"?size={(1 << 20) - frame}") == [STORED, HIT]
    assert statuses(caller, "page", f"?size={(1 << 20) - frame + 1}") == ["Mizan; fwd=uri-miss"] * 2


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

    @client(affects=PAGE, timeout=0.1)
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
    function = client(name="change", timeout=0.1)(functions.get(runs, waiting))
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


def test_guards_run_before_the_cache_is_asked():
    """STORE-12: and for each caller."""
    allowed = {"ada"}

    def may(request: Request, identity: Identity | None) -> bool:
        return identity is not None and identity.sub in allowed

    @client(context=PAGE, auth=may)
    async def page() -> int:
        return 1

    caller = mount(page, cache="memory", identify=by_header)
    ada = {"x-user": "ada"}
    assert statuses(caller, "page", headers=ada) == [STORED, HIT]
    allowed.clear()
    assert caller.bundle("page", headers=ada).status_code == 403


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


HERE = Path(__file__).name


def refusal(*functions: Any) -> str:
    with pytest.raises(RegistrationError) as caught:
        Mizan(FastAPI(), functions=functions)
    return str(caught.value)


def test_an_identity_that_is_always_there_needs_a_guard():
    """AUTH-8."""

    @client
    async def whoever(identity: Identity) -> str:
        return identity.sub

    told = refusal(whoever)
    line = whoever.__code__.co_firstlineno
    assert f"{HERE}:{line}: whoever: the argument 'identity' is always an Identity, and anybody may call" in told
    assert 'auth="authenticated"' in told
    assert "Identity | None" in told


def test_a_public_context_gets_no_identity():
    """CACHE-14, AUTH-8."""

    @client(context=OPEN)
    async def whoever(identity: Identity | None) -> str:
        return "" if identity is None else identity.sub

    told = refusal(whoever)
    assert f"{HERE}:{whoever.__code__.co_firstlineno}: whoever: " in told


def test_the_identity_is_no_input():
    """AUTH-8."""

    @client(auth="authenticated")
    def strict(identity: Identity, times: int = 1) -> str:
        return identity.sub * times

    @client
    async def loose(times: int, who: Identity | None) -> str:
        return "nobody" if who is None else who.sub * times

    caller = mount(strict, loose, identify=by_header, csrf=False)

    def call(function: str, user: str | None, **arguments: object) -> Any:
        options = posted({"fn": function, "args": arguments})
        if user is not None:
            options["headers"]["x-user"] = user
        return caller.send("POST", "/api/mizan/call/", **options).json()

    assert call("strict", "ada", times=2)["result"] == "adaada"
    assert call("strict", None)["error"]["code"] == "UNAUTHENTICATED"
    assert call("loose", "ada", times=2)["result"] == "adaada"
    assert call("loose", None, times=2)["result"] == "nobody"
    for name in ("identity", "who"):
        refused = call("loose", "ada", times=1, **{name: {"sub": "eve"}})["error"]
        assert refused["details"] == [{"code": "unknown", "message": "not allowed here", "path": ["args", name]}]

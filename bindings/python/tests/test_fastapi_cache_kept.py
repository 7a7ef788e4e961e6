"""What the origin cache keeps, under which name, and for whom (STORE-2 to STORE-5, STORE-8, STORE-9, STORE-12)."""

from typing import Annotated, Any

import httpx
import pytest
from fastapi import Depends, Request

from caching import HIT, MINE, OPEN, PAGE, STORED, Counted, by_header, counting, language, statuses
from caller import mount, posted
from mizan import Identity, ReactContext, client


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

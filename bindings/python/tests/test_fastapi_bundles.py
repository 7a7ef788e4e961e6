"""Bundles: params, caching headers, failures."""

from typing import Annotated, Any

import pytest
from fastapi import Depends, Request, Response
from pydantic import AfterValidator
from starlette.middleware.base import RequestResponseEndpoint

import mizan
from caller import mount, posted
from mizan import ReactContext, client

USER = ReactContext("user")
SHOP = ReactContext("shop", public=True)


@client(context=USER)
async def user_profile(user_id: int, full: bool = False) -> dict[str, Any]:
    return {"id": user_id, "full": full}


@client(context=USER)
def user_orders(user_id: int) -> list[int]:
    return [user_id]


def test_each_member_gets_the_params_it_declares():
    reply = mount(user_profile, user_orders).bundle("user", "?user_id=5&full=true")
    assert reply.content == b'{"user_orders":[5],"user_profile":{"full":true,"id":5}}'
    assert reply.headers["cache-control"] == "private, no-cache"


def test_an_unchanged_bundle_is_304():
    caller = mount(user_orders)
    first = caller.bundle("user", "?user_id=5")
    again = caller.bundle("user", "?user_id=5", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    other = caller.bundle("user", "?user_id=6", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_head_has_the_headers_of_get_and_no_body():
    caller = mount(user_orders)
    get = caller.bundle("user", "?user_id=5")
    head = caller.send("HEAD", "/api/mizan/ctx/user/?user_id=5")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == get.headers["content-length"]


def test_a_public_bundle_may_be_shared():
    @client(context=SHOP)
    async def products() -> list[str]:
        return ["a"]

    reply = mount(products).bundle("shop")
    assert reply.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert "cache-groups" in reply.headers


def test_a_public_bundle_cannot_depend_on_its_caller(caplog: pytest.LogCaptureFixture):
    def language(request: Request) -> str:
        return request.headers.get("accept-language", "none")

    @client(context=SHOP)
    async def path(request: Request) -> str:
        return request.url.path

    @client(context=ReactContext("headers", public=True))
    async def headers(request: Request) -> str:
        return request.headers.get("accept-language", "none")

    @client(context=ReactContext("cookies", public=True))
    async def cookies(request: Request) -> int:
        return len(request.cookies)

    @client(context=ReactContext("session", public=True))
    async def session(request: Request) -> int:
        return len(request.session)

    @client(context=ReactContext("state", public=True))
    async def state(request: Request) -> str:
        return request.state.caller

    @client(context=ReactContext("key", public=True))
    async def key(request: Request) -> str:
        return request.scope.get("caller", "none")

    @client(context=ReactContext("by_dependency", public=True))
    async def by_dependency(held: Annotated[str, Depends(language)]) -> str:
        return held

    def found(request: Request) -> str:
        return getattr(request.state, "caller", "none")

    @client(context=ReactContext("found_by_dependency", public=True))
    async def found_by_dependency(caller: Annotated[str, Depends(found)]) -> str:
        return caller

    caller = mount(path, headers, cookies, session, state, key, by_dependency, found_by_dependency)

    @caller.app.middleware("http")
    async def find_caller(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.caller = request.scope["caller"] = request.headers["cookie"]
        return await call_next(request)

    told: dict[str, Any] = {"headers": {"accept-language": "de", "cookie": "a=b"}}
    assert caller.bundle("shop", **told).json() == {"path": "/api/mizan/ctx/shop/"}
    assert caller.bundle("headers", **told).status_code == 500
    assert caller.bundle("cookies", **told).status_code == 500
    assert caller.bundle("session", **told).status_code == 500
    assert caller.bundle("state", **told).status_code == 500
    assert caller.bundle("key", **told).json() == {"key": "none"}
    assert caller.bundle("by_dependency", **told).json() == {"by_dependency": "none"}
    assert caller.bundle("found_by_dependency", **told).json() == {"found_by_dependency": "none"}
    assert "a member of a public context reached for cookies" in caplog.text
    assert "a member of a public context reached for state" in caplog.text


def test_params_that_do_not_fit_are_told():
    error = mount(user_orders).bundle("user", "?user_id=five&other=1").json()["error"]
    assert [(detail["code"], detail["path"]) for detail in error["details"]] == [
        ("unknown", ["params", "other"]),
        ("type", ["params", "user_id"]),
    ]


def test_validators_of_the_application_name_the_param():
    def positive(number: int) -> int:
        if number < 0:
            message = "must not be negative"
            raise ValueError(message)
        return number

    @client(context=USER)
    def orders(user_id: Annotated[int, AfterValidator(positive)]) -> list[int]:
        return [user_id]

    error = mount(orders).bundle("user", "?user_id=-1").json()["error"]
    assert error["function"] == "orders"
    assert error["details"] == [{"code": "custom", "message": "must not be negative", "path": ["params", "user_id"]}]


def test_the_first_failing_member_by_name_speaks_for_the_bundle():
    @client(context=USER)
    async def b_fails() -> int:
        raise mizan.Conflict("b")

    @client(context=USER)
    def a_fails() -> int:
        raise mizan.NotFound("a")

    reply = mount(b_fails, a_fails).bundle("user")
    assert reply.status_code == 404
    assert reply.json()["error"] == {"code": "NOT_FOUND", "function": "a_fails", "message": "a"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_bundle_is_only_read(method: str):
    reply = mount(user_orders).send(method, "/api/mizan/ctx/user/?user_id=5")
    assert reply.status_code == 405
    assert reply.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("reading", ["body", "form", "json", "stream"])
def test_a_public_bundle_cannot_read_the_body_of_the_call_that_refreshes_it(
    reading: str, caplog: pytest.LogCaptureFixture
):
    """CACHE-14."""

    @client(context=SHOP)
    async def words(request: Request) -> str:
        read = getattr(request, reading)()
        return str([piece async for piece in read] if reading == "stream" else await read)

    @client(affects=SHOP)
    async def change(secret: str) -> None:
        pass

    caller = mount(words, change)
    reply = caller.post({"fn": "change", "args": {"secret": "s3cret"}, "refresh": [{"context": "shop"}]}).json()
    assert reply == {"invalidate": [{"context": "shop"}], "result": None}
    assert f"a member of a public context reached for {reading}" in caplog.text


def test_what_a_public_bundle_depends_on_sees_no_more_of_a_call_than_of_a_read():
    """CACHE-14."""

    async def seen(request: Request) -> str:
        return f"{await request.body()} {request.url.query}"

    @client(context=SHOP)
    async def words(request: Request, before: Annotated[str, Depends(seen)]) -> str:
        received = await request.receive()
        return f"{before} {received['body']} {request.url.query}"

    @client(affects=SHOP)
    async def change(secret: str) -> None:
        pass

    caller = mount(words, change)
    call = {"fn": "change", "args": {"secret": "s3cret"}, "refresh": [{"context": "shop"}]}
    refreshed = caller.send("POST", "/api/mizan/call/?evil=1", **posted(call)).json()["bundles"][0]["data"]
    assert refreshed == caller.bundle("shop").json() == {"words": "b''  b'' "}

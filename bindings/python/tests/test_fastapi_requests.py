"""Requests as servers send them: pieces, limits, callers who leave, mounts and middleware."""

import asyncio
import json
import tracemalloc
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.responses import Response

from caller import Caller, mount, posted
from mizan import RegistrationError, client
from mizan.fastapi import Mizan


@client
async def length(text: str) -> int:
    return len(text)


def scope_of(path: str = "/api/mizan/call/", **changes: Any) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        **changes,
    }


def exchange(app: FastAPI, scope: dict[str, Any], *messages: dict[str, Any]) -> list[Any]:
    """What the app sends for those messages."""
    sent: list[Any] = []
    left = list(messages)

    async def receive() -> Any:
        return left.pop(0) if left else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def piece(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


BODY = json.dumps({"fn": "length", "args": {"text": "abc"}}).encode()


def test_a_body_may_come_in_pieces():
    sent = exchange(mount(length).app, scope_of(), piece(BODY[:5], more=True), piece(b"", more=True), piece(BODY[5:]))
    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b'{"invalidate":[],"result":3}'


def test_a_caller_who_leaves_in_the_middle_starts_nothing():
    """PAGE-8: what came until then may be well formed."""
    runs: list[int] = []

    @client(name="length")
    async def run(text: str) -> None:
        runs.append(len(text))

    @client(route="/pay", methods=["POST"])
    async def pay(request: Request) -> None:
        runs.append(len(await request.body()))

    app = mount(run, pay).app
    for path, part in (("/api/mizan/call/", BODY), ("/pay", b"amount=10")):
        assert exchange(app, scope_of(path), piece(part[:5], more=True)) == []
        assert exchange(app, scope_of(path), piece(part, more=True)) == []
        assert exchange(app, scope_of(path), piece(part[:5], more=True), piece(part[5:], more=True)) == []
        assert exchange(app, scope_of(path)) == []
        assert runs == []
        assert exchange(app, scope_of(path), piece(part))[0]["status"] == 200
        assert runs.pop() in {3, len(part)}


def test_a_caller_who_leaves_before_the_reply_is_no_error(caplog: pytest.LogCaptureFixture):
    app = mount(length).app

    async def receive() -> Any:
        return piece(BODY)

    async def send(message: Any) -> None:
        raise OSError

    asyncio.run(app(scope_of(), receive, send))
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@pytest.mark.parametrize(("size", "status"), [(200, 200), (201, 413)])
def test_a_body_over_the_limit_is_refused(size: int, status: int):
    app = mount(length, limits={"body": 200}).app
    body = json.dumps({"fn": "length", "args": {"text": ""}}).encode()
    body = body.replace(b'""', b'"' + b"x" * (size - len(body)) + b'"')
    assert len(body) == size
    assert exchange(app, scope_of(), piece(body))[0]["status"] == status
    pieces = [piece(body[:50], more=True), piece(body[50:150], more=True), piece(body[150:])]
    assert exchange(app, scope_of(), *pieces)[0]["status"] == status


def test_no_more_is_read_than_decides():
    app = mount(length, limits={"body": 10}).app
    asked = 0

    async def receive() -> Any:
        nonlocal asked
        asked += 1
        return piece(b"x" * 8, more=True)

    async def send(message: Any) -> None:
        pass

    asyncio.run(app(scope_of(), receive, send))
    assert asked == 2


def test_a_body_in_tiny_pieces_costs_no_more_than_its_bytes():
    size = 1 << 18
    left = size

    async def receive() -> Any:
        nonlocal left
        left -= 2
        # Two bytes are an object of their own each time.
        return {"type": "http.request", "body": bytes(bytearray(b"  ")), "more_body": left > 0}

    async def send(message: Any) -> None:
        pass

    app = mount(length).app
    tracemalloc.start()
    try:
        asyncio.run(app(scope_of(), receive, send))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert left == 0
    assert peak < 6 * size


def test_what_the_protocol_does_not_own_goes_on_to_the_app():
    app = FastAPI()
    Mizan(app, functions=[length])

    @app.get("/api/mizan-docs")
    async def docs() -> str:
        return "docs"

    caller = Caller(app)
    assert caller.send("GET", "/api/mizan-docs").json() == "docs"
    assert caller.send("GET", "/elsewhere").json() == {"detail": "Not Found"}
    assert caller.send("GET", "/api/mizan/nothing/").json()["error"]["code"] == "NOT_FOUND"


def test_the_path_is_matched_before_it_is_decoded():
    app = mount(length).app
    sent = exchange(app, scope_of(raw_path=b"/api/mizan%2Fcall/"), piece(BODY))
    assert sent[0]["status"] == 404
    sent = exchange(app, scope_of(raw_path=None), piece(BODY))
    assert sent[0]["status"] == 200


def test_another_base_and_a_mounted_app_work():
    inner = mount(length, base="/rpc").app
    outer = FastAPI()
    outer.mount("/v1", inner)
    assert Caller(inner).send("POST", "/rpc/call/", **posted({"fn": "length", "args": {"text": "ab"}})).json()[
        "result"
    ] == (2)
    assert Caller(outer).send("POST", "/v1/rpc/call/", **posted({"fn": "length", "args": {"text": "ab"}})).json()[
        "result"
    ] == (2)


def test_the_apps_middleware_applies():
    app = FastAPI()
    app.add_middleware(CORSMiddleware, allow_origins=["https://a.example"])

    @client
    async def whose(request: Request) -> str:
        return request.state.tenant

    # Allowing a page to read replies is one thing, letting it call is another (CSRF-6).
    Mizan(app, functions=[whose], trusted_origins=["https://a.example"])

    @app.middleware("http")
    async def tenant(request: Request, call_next: RequestResponseEndpoint) -> Response:
        request.state.tenant = request.headers["host"]
        return await call_next(request)

    assert BaseHTTPMiddleware in {middleware.cls for middleware in app.user_middleware}
    headers = {"content-type": "application/json", "origin": "https://a.example"}
    reply = Caller(app).send("POST", "/api/mizan/call/", content='{"fn":"whose"}', headers=headers)
    assert reply.json()["result"] == "test"
    assert reply.headers["access-control-allow-origin"] == "https://a.example"


def test_the_request_is_the_first_argument_by_name_or_type():
    @client  # pyright: ignore
    async def by_name(request, number: int) -> str:  # pyright: ignore
        return f"{request.method} {number} {len(await request.body())}"  # pyright: ignore

    @client
    def by_type(asked: Request, number: int) -> str:
        return f"{asked.url.path} {number}"

    caller = mount(by_name, by_type)  # pyright: ignore
    assert caller.result("by_name", number=5) == "POST 5 40"
    assert caller.result("by_type", number=5) == "/api/mizan/call/ 5"


def test_the_request_is_never_a_later_argument():
    @client
    async def late(number: int, asked: Request) -> str:
        return ""

    with pytest.raises(RegistrationError, match="the argument 'asked' asks for the request, and is not the first"):
        mount(late)


def test_mounting_late_is_refused():
    app = FastAPI()
    Caller(app).send("GET", "/")
    with pytest.raises(RegistrationError, match="the app has begun to answer"):
        Mizan(app, functions=[length])


def test_the_ir_is_shown_only_where_it_is_exposed():
    assert mount(length).send("GET", "/api/mizan/ir/").status_code == 404
    shown = mount(length, expose_ir=True).send("GET", "/api/mizan/ir/")
    assert 'function "length"' in shown.text


def test_what_the_core_finds_wrong_is_told_with_place_and_fix():
    @client(affects="usr")
    async def change() -> int:
        return 1

    @client(context="user")
    async def look() -> int:
        return 1

    with pytest.raises(RegistrationError) as refused:
        mount(change, look)
    text = str(refused.value)
    assert f"test_fastapi_requests.py:{change.__code__.co_firstlineno}: change: " in text
    assert 'did you mean "user"?' in text


def test_what_is_derived_from_the_ir_is_at_hand():
    mizan = Mizan(FastAPI(), functions=[length])
    assert json.loads(mizan.manifest()) == {"base_url": "/api/mizan", "contexts": {}, "mutations": {}, "version": 1}
    document = json.loads(mizan.openapi(title="Lengths"))
    assert document["info"] == {"title": "Lengths", "version": mizan.application.digest()}
    assert "length.Call" in document["components"]["schemas"]


def test_equal_functions_give_an_equal_ir():
    app, other = FastAPI(), FastAPI()
    assert Mizan(app, functions=[length]).ir() == Mizan(other, functions=[length]).ir()
    assert '//@ source "length"' in Mizan(FastAPI(), functions=[length]).ir_with_sources()


@client(route="/letters/:name", methods=["PATCH", "POST", "PUT"])
async def letter(request: Request, name: str) -> str:
    return f"{name} {len(await request.body())}"


@pytest.mark.parametrize("method", ["PATCH", "POST", "PUT"])
def test_a_page_reads_a_whole_body_or_none(method: str):
    caller = mount(letter, limits={"body": 20, "upload": 30})
    scope = scope_of("/letters/ebb", method=method, headers=[])
    whole = exchange(caller.app, scope, piece(b"x" * 10, more=True), piece(b"x" * 10))
    assert (whole[0]["status"], whole[1]["body"]) == (200, b'"ebb 20"')
    # No header says how long it is.
    assert exchange(caller.app, scope, piece(b"x" * 20, more=True), piece(b"x"))[0]["status"] == 413
    # The application takes no files in calls; a form of a page may have some.
    form = {**scope, "headers": [(b"content-type", b"multipart/form-data; boundary=b")]}
    assert exchange(caller.app, form, piece(b"x" * 30))[1]["body"] == b'"ebb 30"'
    assert exchange(caller.app, form, piece(b"x" * 31))[0]["status"] == 413


@client(route="/:user/:repo/:file/")
def file_page(user: str, repo: str, file: str) -> str:
    return f"{user} {repo} {file}"


def test_the_base_comes_before_a_page_of_params():
    """PAGE-2."""
    caller = mount(file_page, length)
    assert caller.result("length", text="sea") == 3
    assert caller.send("GET", "/api/mizan/other/").status_code == 404
    assert caller.send("GET", "/api/other/call/").json() == "api other call"

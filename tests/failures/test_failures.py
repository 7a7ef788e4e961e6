"""Functions that fail over a real socket: the exact reply, the exact log, and the next call works."""

import inspect
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import httpx
import pytest

import failing
from fixture_server import serving
from mizan._client import definition_of

HERE = Path(__file__).parent
CALL = "/api/mizan/call/"
ID = "################"
INTERNAL = {"code": "INTERNAL", "id": ID, "message": "internal error"}


class Server:
    """The server, and what it logged since somebody looked."""

    def __init__(self, client: httpx.Client, log: IO[bytes]) -> None:
        self.client = client
        self._log = log

    def call(self, *names: str) -> httpx.Response:
        """The reply to a call, or to a batch of several."""
        body: object = {"fn": names[0]} if len(names) == 1 else [{"fn": name} for name in names]
        return self.client.post(CALL, json=body)

    def logged(self) -> str:
        """What was logged since the last time; a line is there before its reply is."""
        return self._log.read().decode()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    path = tmp_path_factory.mktemp("log") / "stderr"
    with (
        path.open("wb") as log,
        path.open("rb") as reading,
        serving("failing:app", HERE, log=log) as base,
        httpx.Client(base_url=base, timeout=60) as client,
    ):
        yield Server(client, reading)


def place(name: str) -> str:
    definition = definition_of(getattr(failing, name))
    assert definition is not None
    assert inspect.getsourcelines(definition.function)[1] == definition.line
    return f"failing.py:{definition.line}: {name}"


def masked(text: str, found: str) -> str:
    assert re.fullmatch("[0-9a-f]{16}", found)
    return text.replace(found, ID)


RAISED = [
    ("raises", "KeyError", f"KeyError: {failing.KNOWN!r}"),
    ("raises_in_a_thread", "KeyError", f"KeyError: {failing.KNOWN!r}"),
    ("raises_unprintably", "Unprintable", "failing.Unprintable: <exception str() failed>"),
    ("raises_stop_iteration", "StopIteration", f"StopIteration: {failing.KNOWN}"),
    ("recurses", "RecursionError", "RecursionError: maximum recursion depth exceeded"),
]


@pytest.mark.parametrize(("name", "raised", "last"), RAISED)
def test_what_is_raised_is_in_the_log_and_not_in_the_reply(server: Server, name: str, raised: str, last: str) -> None:
    reply = server.call(name)
    found = reply.json()["error"]["id"]
    assert (reply.status_code, reply.headers["cache-control"]) == (500, "no-store")
    assert (
        masked(reply.text, found) == '{"error":{"code":"INTERNAL","id":"################","message":"internal error"}}'
    )
    first, *rest = masked(server.logged(), found).splitlines()
    assert first == f"{place(name)}: raised {raised} (id {ID})"
    assert rest[0] == "Traceback (most recent call last):"
    assert rest[-1].startswith(last)
    assert any(f", in {name}" in line for line in rest), "the trace leads into the function"
    assert server.call("fine").json() == {"invalidate": [], "result": 1}


NOT_FITTING = [
    ("text_for_an_integer", "result: expected integer"),
    ("nothing_for_a_model", "result: expected object"),
    ("a_member_too_many", "result.password: not allowed here"),
    ("too_large_an_integer", "result: must be between -9007199254740991 and 9007199254740991"),
    ("nan", "result: expected a finite number"),
    ("nan_for_a_nullable", "result: expected a finite number"),
    ("nan_in_a_model", "result.readings[1].value: expected a finite number"),
    ("infinity_in_a_list", "result[1]: expected a finite number"),
    ("nan_in_anything", "result.a[0]: expected a finite number"),
]


@pytest.mark.parametrize(("name", "problem"), NOT_FITTING)
def test_a_result_that_does_not_fit_is_named_by_its_field_in_the_log(server: Server, name: str, problem: str) -> None:
    reply = server.call(name)
    error = reply.json()["error"]
    found = error["id"]
    assert (reply.status_code, {**error, "id": ID}) == (500, INTERNAL)
    assert masked(server.logged(), found) == f"{place(name)}: the result does not fit its type: {problem} (id {ID})\n"
    assert server.call("fine").json() == {"invalidate": [], "result": 1}


NO_JSON = [
    ("a_lone_surrogate", "surrogates not allowed"),
    ("an_object_of_python", "Unable to serialize unknown type: <class 'object'>"),
    ("a_list_in_itself", "Circular reference detected (id repeated)"),
]


@pytest.mark.parametrize(("name", "last"), NO_JSON)
def test_a_result_without_a_form_in_json_is_told_in_the_log(server: Server, name: str, last: str) -> None:
    reply = server.call(name)
    error = reply.json()["error"]
    assert (reply.status_code, {**error, "id": ID}) == (500, INTERNAL)
    lines = masked(server.logged(), error["id"]).splitlines()
    assert lines[0] == f"{place(name)}: raised PydanticSerializationError (id {ID})"
    assert lines[-1].endswith(last)
    assert server.call("fine").json() == {"invalidate": [], "result": 1}


@pytest.mark.parametrize("name", ["never_returns", "never_returns_from_a_thread"])
def test_a_function_that_never_returns_is_answered_in_its_time(server: Server, name: str) -> None:
    began = time.monotonic()
    reply = server.call(name)
    assert 0.2 <= time.monotonic() - began < 20
    assert (reply.status_code, reply.text) == (504, '{"error":{"code":"TIMEOUT","message":"timed out"}}')
    assert server.logged() == f"{place(name)}: it ran longer than its limit of 200 ms\n"
    assert server.call("fine").json() == {"invalidate": [], "result": 1}


def test_threads_that_never_come_back_are_not_missed(server: Server) -> None:
    # More than the forty threads that the server has at a time.
    for _ in range(2):
        entries = server.call(*["never_returns_from_a_thread"] * 31, "fine").json()
        assert [entry.get("status", 200) for entry in entries] == [504] * 31 + [200]
    assert server.call("raises_in_a_thread").status_code == 500
    server.logged()


def test_a_bundle_with_a_member_that_fails_fails_whole(server: Server) -> None:
    reply = server.client.get("/api/mizan/ctx/page/")
    error = reply.json()["error"]
    assert (reply.status_code, {**error, "id": ID}) == (500, {**INTERNAL, "function": "page_views"})
    assert masked(server.logged(), error["id"]) == (
        f"{place('page_views')}: the result does not fit its type: result: expected a finite number (id {ID})\n"
    )
    assert server.call("page_title").json() == {"invalidate": [], "result": "Title"}


def test_failures_in_a_batch_are_each_their_own(server: Server) -> None:
    reply = server.call("raises", "fine", "nan", "never_returns")
    assert [entry.get("status", 200) for entry in reply.json()] == [500, 200, 500, 504]
    logged = server.logged()
    for name in ("raises", "nan", "never_returns"):
        assert logged.count(place(name)) == 1


def test_no_reply_holds_what_the_functions_know(server: Server) -> None:
    names = [name for name, *_ in (*RAISED, *NO_JSON, *NOT_FITTING)]
    for name in names:
        text = server.call(name).text
        assert failing.KNOWN not in text
        assert "Traceback" not in text
    assert failing.KNOWN in server.logged()

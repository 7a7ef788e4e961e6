"""The native half by itself: handles, bytes, and hosts that answer wrongly."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from mizan import _core
from mizan._native import Application

INTEGER = {"type": "integer"}


def application(**changes: Any) -> Application:
    function = {
        "name": "double",
        "input": {"type": "object", "properties": {"number": INTEGER}, "required": ["number"]},
        "output": INTEGER,
    }
    document = {"version": 1, "functions": [{**function, **changes}]}
    return Application(json.dumps(document).encode())


def opened(app: Application, body: object) -> tuple[_core.Exchange, Any]:
    headers = [(b"content-type", b"application/json")]
    return app.open("POST", "/api/mizan/call/", b"", headers, json.dumps(body).encode(), 255, 0, False)


CALL = {"fn": "double", "args": {"number": 4}}


def test_a_call_crosses_twice():
    exchange, step = opened(application(), CALL)
    assert step == (2, [(0, {"number": 4}, 30.0)])
    reply: Any = exchange.returned([b"8"])
    kind, status, headers, body, log = reply
    assert (kind, status, body, log) == (3, 200, b'{"invalidate":[],"result":8}', [])
    assert (b"content-type", b"application/json") in headers


JSON_ALONE = [(b"content-type", b"application/json")]
AS_JSON = {"CONTENT_TYPE": "application/json"}


@pytest.mark.parametrize(
    ("environ", "pairs", "status"),
    [
        ({**AS_JSON, "REMOTE_ADDR": "::1", "wsgi.input": None}, JSON_ALONE, None),
        ({**AS_JSON, "CONTENT_LENGTH": "9999999"}, [*JSON_ALONE, (b"content-length", b"9999999")], 413),
        ({**AS_JSON, "HTTP_SEC_FETCH_SITE": "cross-site"}, [*JSON_ALONE, (b"sec-fetch-site", b"cross-site")], 403),
        ({**AS_JSON, "SEC_FETCH_SITE": "cross-site"}, JSON_ALONE, None),
        # A server has an empty text where the client sent none.
        ({**AS_JSON, "CONTENT_LENGTH": ""}, JSON_ALONE, None),
        ({"CONTENT_TYPE": ""}, [], 415),
        ({"CONTENT_TYPE": "text/\xe4"}, [(b"content-type", b"text/\xe4")], 415),
        ({"CONTENT_TYPE": None, "HTTP_COOKIE": 5}, [], 415),
    ],
)
def test_header_fields_may_come_as_wsgi_has_them(
    environ: dict[str, Any], pairs: list[tuple[bytes, bytes]], status: int | None
):
    app = application()
    (_, by_environ), (_, by_pairs) = (
        app.open("POST", "/api/mizan/call/", b"", fields, json.dumps(CALL).encode(), 255, 0, False)
        for fields in (environ, pairs)
    )
    assert by_environ == by_pairs
    assert (by_environ[1] if by_environ[0] == 3 else None) == status


def test_an_application_that_does_not_build_says_why():
    with pytest.raises(ValueError, match="double"):
        application(output={"type": "integer", "not": {}})
    with pytest.raises(ValueError, match="registration document"):
        Application(b"{")


def test_the_application_knows_itself():
    app = application()
    assert app.functions() == ["double"]
    assert app.ir().startswith("mizan version=1\n")
    assert len(app.digest()) == 16
    assert app.body_limit() == 1 << 20
    assert app.owns("/api/mizan/anything")
    assert not app.owns("/api/mizanx")


def test_breaks_between_two_irs_are_found():
    app = application()
    assert _core.find_breaks(app.ir(), app.ir()) == []
    [(rule, path, what)] = _core.find_breaks(app.ir(), "mizan version=1\n")
    assert (rule, path) == ("function-removed", "/function/double")
    assert "name" in what
    with pytest.raises(ValueError, match="line 1"):
        _core.find_breaks("{", app.ir())


def test_keys_of_structs_are_interned():
    _, step = opened(application(), CALL)
    (key,) = step[1][0][1]
    assert key is sys.intern("number")


def placed() -> Application:
    """A function whose signature has another order than canonical text."""
    inner = {
        "type": "object",
        "properties": {"b": INTEGER, "a": INTEGER},
        "required": ["a"],
        "additionalProperties": False,
    }
    properties = {
        "size": {**INTEGER, "default": 7},
        "inner": inner,
        "label": {"type": ["string", "null"], "default": None},
    }
    return application(input={"type": "object", "properties": properties, "required": ["inner"]})


def test_arguments_stand_in_the_order_of_the_signature():
    app = placed()
    assert app.arguments(0, b'{"inner":{"a":1}}') == {"inner": {"a": 1}, "label": None, "size": 7}
    assert app.positional(0, ["size", "label", "inner"])
    assert app.arguments(0, b'{"inner":{"a":1}}') == (7, None, {"a": 1})
    assert app.arguments(0, b'{"size":8,"label":"x","inner":{"b":2,"a":1}}') == (8, "x", {"a": 1, "b": 2})
    _, step = opened(app, {"fn": "double", "args": {"inner": {"a": 1}}})
    assert step[1][0][1] == (7, None, {"a": 1})
    # Once for all.
    assert not app.positional(0, ["inner", "label", "size"])


@pytest.mark.parametrize("is_placed", [True, False])
def test_arguments_are_the_same_beside_others_that_are_refused(is_placed: bool):
    """The core looks at all of them by itself then, and otherwise they are checked as they are read."""
    app = placed()
    assert is_placed is False or app.positional(0, ["size", "label", "inner"])
    for args in ({"inner": {"a": 1}}, {"label": "\u00e9\n", "inner": {"b": 2, "a": 1}, "size": -0}):
        call = {"fn": "double", "args": args}
        _, alone = opened(app, call)
        exchange, beside = opened(app, [{"fn": "double", "args": {"size": "7"}}, call])
        assert repr(beside) == repr(alone)
        kind, status, _, body, _ = cast(Any, exchange.returned([b"8"]))
        assert (kind, status) == (3, 200)
        assert [reply.get("status", 200) for reply in json.loads(body)] == [422, 200]


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["inner", "label"],
        ["inner", "label", "size", "more"],
        ["inner", "label", "other"],
        ["inner", "inner", "size"],
    ],
)
def test_names_that_are_not_those_of_the_input_place_nothing(names: list[str]):
    app = placed()
    assert not app.positional(0, names)
    assert app.arguments(0, b'{"inner":{"a":1}}') == {"inner": {"a": 1}, "label": None, "size": 7}


def test_a_function_of_very_many_inputs_takes_them_by_name():
    for count, is_placed in ((16, True), (17, False)):
        names = [f"input_{number}" for number in range(count)]
        app = application(input={"type": "object", "properties": dict.fromkeys(names, INTEGER), "required": names})
        assert app.positional(0, names) is is_placed
    with pytest.raises(IndexError):
        app.positional(1, [])


@pytest.mark.parametrize(
    "answer",
    [
        5,
        None,
        ("nonsense",),
        (),
        ("protocol", "NO_SUCH_CODE", None, None),
        ("returned", 1, 2, 3),
        ("invalid", [([None], "x")]),
    ],
)
def test_an_answer_of_no_known_form_is_internal_and_logged(answer: Any):
    exchange, _ = opened(application(), CALL)
    _, status, _, body, log = cast("Any", exchange.returned([answer]))
    error = json.loads(body)["error"]
    assert (status, error["code"]) == (500, "INTERNAL")
    # What its targets are is unknown as well, where there would be some: of that the log has a warning.
    (text,) = [text for is_error, text in log if is_error]
    assert "its outcome cannot be read: " in text
    assert f"(id {error['id']})" in text


def test_missing_answers_are_internal():
    exchange, _ = opened(application(), CALL)
    reply: Any = exchange.returned([])
    assert reply[1] == 500


def test_answers_out_of_turn_change_nothing():
    exchange, step = opened(application(), CALL)
    assert exchange.identified(None) == step
    assert exchange.guarded([True]) == step
    reply = exchange.returned([b"8"])
    assert exchange.returned([b"9"])[:4] == reply[:4]


def test_every_failure_is_read():
    def reply(outcome: Any, **changes: Any) -> tuple[int, Any]:
        exchange, _ = opened(application(**changes), CALL)
        step: Any = exchange.returned([outcome])
        return step[1], json.loads(step[3])["error"]

    assert reply(("protocol", "NOT_FOUND", "gone", None)) == (404, {"code": "NOT_FOUND", "message": "gone"})
    assert reply(("timed_out",))[0] == 504
    assert reply(("raised",)) == (500, {"code": "INTERNAL", "id": "00000000000000ff", "message": "internal error"})
    assert reply(("invalid", [(["number"], "odd")]))[1]["details"] == [
        {"code": "custom", "message": "odd", "path": ["args", "number"]}
    ]
    taken = [{"code": "TAKEN", "status": 409, "data": INTEGER}]
    assert reply(("declared", "TAKEN", "taken", b"5"), errors=taken) == (
        409,
        {"code": "TAKEN", "data": 5, "message": "taken"},
    )


def test_one_application_serves_many_threads():
    app = application()

    def serve(number: int) -> bytes:
        exchange, step = opened(app, {"fn": "double", "args": {"number": number}})
        reply: Any = exchange.returned([str(2 * step[1][0][1]["number"]).encode()])
        return reply[3]

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(serve, range(2000)))
    assert replies == [b'{"invalidate":[],"result":%d}' % (2 * number) for number in range(2000)]


def test_strange_requests_are_answered():
    app = application()
    for method, path, query, headers, body in (
        ("", "", b"", [], b""),
        ("GET", "/api/mizan/ctx/\xff/", b"%zz", [(b"\xff", b"\xff")], b""),
        ("POST", "/api/mizan/call/", b"\xff" * 9000, [(b"content-type", b"application/json")], b"\xff"),
        ("POST", "/api/mizan/call/", b"", [(b"content-type", b"application/json")], b"[" * 100_000),
    ):
        _, step = app.open(method, path, query, headers, body, 2**64 - 1, 0, False)
        assert step[0] == 3
        assert step[1] in (400, 404)
    with pytest.raises(OverflowError):
        app.open("GET", "/", b"", [], b"", 2**64, 0, False)

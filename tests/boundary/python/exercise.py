"""Every way across the boundary of `mizan._core`, without a framework: requests in, answers of a host, replies out.

Nothing but the extension and the standard library is imported, so that the whole can run under a memory checker.
"""

from __future__ import annotations

import datetime
import decimal
import json
import uuid
from collections.abc import Mapping
from typing import Any

from mizan import _core

JSON = (b"content-type", b"application/json")
CALL = "/api/mizan/call/"
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}


def object_of(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _text(name: str) -> dict[str, object]:
    return {"type": "string", "format": name}


def _arm(kind: str, **properties: object) -> dict[str, object]:
    return object_of(kind={"const": kind}, **properties)


# A value of every shape: as JSON comes in, and as Python gets it.
VALUES: dict[str, tuple[object, object, object]] = {
    "any": ({}, {"b": [1, None], "a": "é"}, {"a": "é", "b": [1, None]}),
    "bigint": (_text("bigint"), "-123456789012345678901234567890", -123456789012345678901234567890),
    "boolean": ({"type": "boolean"}, True, True),
    "bytes": (_text("bytes"), "-_8", b"\xfb\xff"),
    "date": (_text("date"), "2024-02-29", datetime.date(2024, 2, 29)),
    "date_time": (
        _text("date-time"),
        "2024-03-01T12:00:00.5+02:00",
        datetime.datetime(2024, 3, 1, 10, 0, 0, 500_000, tzinfo=datetime.UTC),
    ),
    "decimal": (_text("decimal"), "1.10", decimal.Decimal("1.10")),
    "duration": (_text("duration"), "-P1DT2H3M4.5S", -datetime.timedelta(1, 4, 500_000, 0, 3, 2)),
    "email": (_text("email"), "a@b.c", "a@b.c"),
    "enum": ({"enum": ["a", 1, True]}, 1, 1),
    "integer": (INTEGER, -5, -5),
    "list": ({"type": "array", "items": INTEGER}, [1, 2, 3], [1, 2, 3]),
    "literal": ({"const": "x"}, "x", "x"),
    "local": (_text("local-date-time"), "2024-03-01T12:00:00", datetime.datetime(2024, 3, 1, 12)),
    "map": ({"type": "object", "additionalProperties": TEXT}, {"z": "1", "ä": "2"}, {"z": "1", "ä": "2"}),
    "nullable": ({"anyOf": [INTEGER, {"type": "null"}]}, None, None),
    "number": ({"type": "number"}, 1.5, 1.5),
    "string": (TEXT, "plain \u0000 é 😀", "plain \u0000 é 😀"),
    "struct": (object_of(x=INTEGER, y=TEXT), {"y": "b", "x": 1}, {"x": 1, "y": "b"}),
    "time": (_text("time"), "23:59:59.25", datetime.time(23, 59, 59, 250_000)),
    "tuple": (
        {"type": "array", "prefixItems": [INTEGER, TEXT], "minItems": 2, "maxItems": 2, "items": False},
        [1, "a"],
        (1, "a"),
    ),
    "union": (
        {"anyOf": [_arm("a", v=INTEGER), _arm("b", v=TEXT), {"type": "boolean"}]},
        {"v": "t", "kind": "b"},
        {"kind": "b", "v": "t"},
    ),
    "uri": (_text("uri"), "https://a.b/c", "https://a.b/c"),
    "uuid": (
        _text("uuid"),
        "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
        uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
    ),
}
VALUE = object_of(**{name: schema for name, (schema, _, _) in VALUES.items()})


def function(name: str, takes: Mapping[str, object], gives: object, **options: object) -> dict[str, object]:
    return {"name": name, "input": object_of(**takes), "output": gives, **options}


POINT = object_of(
    at=_text("date"),
    by=_text("uuid"),
    pairs={"type": "object", "additionalProperties": VALUES["tuple"][0]},
    place=object_of(x=INTEGER, y=TEXT),
    some={"anyOf": [{"type": "number"}, {"type": "null"}]},
)

DOCUMENT: dict[str, object] = {
    "version": 1,
    "expose_ir": True,
    "contexts": [{"name": "mine", "identity": True}, {"name": "shelf", "public": True}],
    "functions": [
        function("echo", {"value": VALUE}, VALUE),
        function("rename", {"user_id": INTEGER, "name": TEXT}, TEXT, affects=["user", "mine"], merge=[]),
        function("guarded", {}, INTEGER, auth={"guard": "may"}),
        function("staff_only", {}, INTEGER, auth="staff"),
        function("taken", {}, INTEGER, errors=[{"code": "TAKEN", "status": 409, "data": object_of(by=INTEGER)}]),
        function("user_name", {"user_id": INTEGER}, TEXT, context="user"),
        function("point", {}, POINT),
        function("user_tags", {"user_id": INTEGER}, {"type": "array", "items": TEXT}, context="user"),
        function("mine_mail", {}, TEXT, context="mine", auth="authenticated"),
        function("shelf_books", {"topic": TEXT}, TEXT, context="shelf", cache=60),
    ],
}
NAMES = sorted(str(function["name"]) for function in DOCUMENT["functions"])  # type: ignore[index, union-attr]


def application() -> _core.Application:
    """The application that all steps use."""
    return _core.Application(json.dumps(DOCUMENT).encode())


class Host:
    """Answers what the core asks for: a caller, guards, results."""

    def __init__(self, app: _core.Application, *, caller: _core.Caller = None, **results: object) -> None:
        self._names = app.functions()
        self._caller = caller
        self._results = results
        self.arguments: dict[str, Any] = {}

    def serve(self, exchange: _core.Exchange, step: Any) -> tuple[int, bytes]:
        """The status and the body of the reply."""
        while step[0] != 3:
            step = self.answer(exchange, step)
        return step[1], step[3]

    def answer(self, exchange: _core.Exchange, step: Any) -> Any:
        """The step after this one, which is no reply."""
        match step[0]:
            case 0:
                return exchange.identified(self._caller)
            case 1:
                return exchange.guarded([self._results.get(guard, True) for _, guard in step[1]])  # type: ignore[misc]
            case 2:
                return exchange.returned([self._result(index, arguments) for index, arguments, _ in step[1]])
            case 4:
                return exchange.permitted([])
            case _:
                return exchange.wait()

    def _result(self, index: int, arguments: dict[str, Any]) -> Any:
        name = self._names[index]
        self.arguments[name] = arguments
        return self._results.get(name, b'"x"')


def post(app: _core.Application, body: object) -> tuple[_core.Exchange, Any]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return app.open("POST", CALL, b"", [JSON], text, 255, 0, False)


def get(app: _core.Application, path: str, query: bytes, *headers: tuple[bytes, bytes]) -> Any:
    return app.open("GET", path, query, list(headers), b"", 255, 0, False)


def same(left: object, right: object) -> None:
    if left != right:
        message = f"{left!r} is not {right!r}"
        raise AssertionError(message)


def reply(step: _core.Step) -> _core.Reply:
    """The reply that a step is."""
    if step[0] != 3:
        message = f"{step!r} is no reply"
        raise AssertionError(message)
    return step


def values(app: _core.Application) -> None:
    """Every shape in, as Python objects, and out again."""
    sent = {name: value for name, (_, value, _) in VALUES.items()}
    host = Host(app, echo=json.dumps(sent).encode())
    status, body = host.serve(*post(app, {"fn": "echo", "args": {"value": sent}}))
    same(status, 200)
    same(host.arguments["echo"]["value"], {name: got for name, (_, _, got) in VALUES.items()})
    same(json.loads(body)["result"]["uuid"], "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")


def refusals(app: _core.Application) -> None:
    """Values that do not fit, and bodies that are nothing."""
    host = Host(app)
    wrong = {name: {"never": ["fits"]} for name in VALUES if name not in {"any", "map"}}
    same(host.serve(*post(app, {"fn": "echo", "args": {"value": wrong}}))[0], 422)
    # What is valid on the wire, and beyond Python's own types.
    beyond: dict[str, object] = {"duration": "P999999999DT23H59M59S", "date": "0001-01-01"}
    sent = {name: beyond.get(name, value) for name, (_, value, _) in VALUES.items()}
    beyond_all = Host(app, echo=json.dumps(sent).encode())
    same(beyond_all.serve(*post(app, {"fn": "echo", "args": {"value": sent}}))[0] in (200, 422), True)
    for body in (b"", b"{", b"\xff", b"[" * 70, b'{"fn":1}', b"[]", b"[0]", b'{"fn":"nobody"}', b'{"fn":"\\ud800"}'):
        same(host.serve(*post(app, body))[0] in (200, 400, 404), True)


def outcomes(app: _core.Application) -> None:
    """Everything that a host may answer."""
    call = {"fn": "rename", "args": {"user_id": 5, "name": "Ada"}}
    answers: list[tuple[object, int]] = [
        (b'"Ada"', 200),
        (b"5", 500),
        (b'"Ada', 500),
        (("returned", b'"Ada"', b'{"user_id":6}', [("user", None), ("user", b'{"user_id":7}'), ("nobody", None)]), 200),
        (("timed_out",), 504),
        (("raised",), 500),
        (("protocol", "RATE_LIMITED", "slowly", 9), 429),
        (("protocol", "NOT_FOUND", None, None), 404),
        (("declared", "TAKEN", "taken", b'{"by":1}'), 500),
        (("invalid", [(["name", 0, "first"], "odd"), ([], "odder")]), 422),
    ]
    for outcome, status in answers:
        same(Host(app, rename=outcome).serve(*post(app, call))[0], status)
    taken = Host(app, taken=("declared", "TAKEN", "taken", b'{"by":1}'))
    same(taken.serve(*post(app, {"fn": "taken"}))[0], 409)
    for nonsense in (5, None, (), ("no",), ("protocol", "NO", None, None), ("invalid", [(0, 0)]), ("returned",)):
        exchange, _ = post(app, {"fn": "taken"})
        step = exchange.returned([nonsense])  # type: ignore[list-item]
        same(step[:2], (3, 500))


def callers(app: _core.Application) -> None:
    """Guards and identities."""
    ada: _core.Caller = ("ada", True, False, ["shop.see"], None)
    asked: list[tuple[str, _core.Caller, dict[str, object], int]] = [
        ("guarded", None, {"may": True, "guarded": b"1"}, 200),
        ("guarded", None, {"may": False}, 401),
        ("guarded", ada, {"may": False}, 403),
        ("guarded", None, {"may": ("protocol", "CONFLICT", None, None)}, 409),
        ("guarded", None, {"may": ("raised",)}, 500),
        ("staff_only", None, {}, 401),
        ("staff_only", ada, {"staff_only": b"1"}, 200),
        ("staff_only", ("protocol", "UNAUTHENTICATED", "expired", None), {}, 401),
    ]
    for name, caller, results, status in asked:
        host = Host(app, caller=caller, **results)
        same(host.serve(*post(app, {"fn": name}))[0], status)


def bundles(app: _core.Application) -> None:
    """Reads, their conditions, and calls that refresh them."""
    host = Host(app, caller=("ada", False, False, [], None), user_tags=b'["a"]')
    status, body = host.serve(*get(app, "/api/mizan/ctx/user/", b"user_id=5"))
    same((status, body), (200, b'{"user_name":"x","user_tags":["a"]}'))
    for query in (b"", b"user_id=05", b"user_id=5&user_id=6", b"%zz", b"user_id=%ff", b"x" * 9000):
        same(host.serve(*get(app, "/api/mizan/ctx/user/", query))[0] in (400, 422), True)
    same(host.serve(*get(app, "/api/mizan/ctx/shelf/", b"topic=a"))[0], 200)
    same(host.serve(*get(app, "/api/mizan/ctx/shelf", b"topic=a"))[0], 308)
    same(host.serve(*get(app, "/api/mizan/ctx/shelf/", b"topic=a", (b"if-none-match", b"*")))[0], 304)
    same(host.serve(*get(app, "/api/mizan/ctx/mine/", b""))[0], 200)
    same(host.serve(*get(app, "/api/mizan/ir/", b""))[0], 200)
    same(host.serve(*get(app, "/api/mizan/nothing", b""))[0], 404)
    refreshing = {
        "fn": "rename",
        "args": {"user_id": 5, "name": "Ada"},
        "refresh": [{"context": "user", "params": {"user_id": 5}}, {"context": "mine"}],
    }
    reply = json.loads(host.serve(*post(app, refreshing))[1])
    same(len(reply["bundles"]), 2)
    batch: list[object] = [refreshing, {"fn": "nobody"}, 0, {"fn": "echo", "args": {}}]
    same([entry.get("status", 200) for entry in json.loads(host.serve(*post(app, batch))[1])], [200, 404, 400, 422])


def abandoned(app: _core.Application) -> None:
    """Exchanges that nobody carries on, and answers that come twice or out of turn."""
    call = {"fn": "rename", "args": {"user_id": 5, "name": "Ada"}}
    post(app, call)
    exchange, step = post(app, call)
    same(exchange.guarded([True]), step)
    # Somebody is asked for, since one target is narrowed by identity.
    while step[0] != 3:
        step = exchange.identified(None) if step[0] == 0 else exchange.returned([b'"Ada"'])
    same(exchange.returned([b'"Eve"'])[:4], step[:4])


def applications(_: _core.Application) -> None:
    """Applications that build and that do not, and what they say of themselves."""
    app = application()
    same(app.functions(), NAMES)
    same(app.ir_with_sources().startswith(app.ir()), True)
    same((len(app.digest()), app.body_limit(), app.owns("/api/mizan/x"), app.owns("/x")), (16, 1 << 20, True, False))
    for document in (b"", b"{", b"[]", b'{"version":2}', json.dumps({**DOCUMENT, "nonsense": 1}).encode()):
        try:
            _core.Application(document)
        except ValueError:
            continue
        message = f"{document!r} was built"
        raise AssertionError(message)


STEPS = (values, refusals, outcomes, callers, bundles, abandoned, applications)

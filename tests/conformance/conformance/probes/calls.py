"""Calls: dispatch, batch, refresh, registration."""

from conformance.capabilities import HTTP
from conformance.desk import Desk, error
from conformance.expect import Mismatch, expect
from conformance.probing import probe

NOT_FOUND = error("NOT_FOUND", "not found")
RENAMED = b'{"invalidate":[{"context":"project","params":{"project_id":1}}],"result":{"name":"Quay","project_id":1}}'


@probe("call-dispatch", control="call-dispatch")
def a_call_is_answered_in_canonical_json(desk: Desk) -> None:
    """CALL-1, CALL-2, VALUE-1, HTTP-5, CACHE-1."""
    reply = desk.call("rename_project", {"project_id": 1, "name": "Quay"})
    reply.is_(200, RENAMED)
    reply.has(content_type="application/json", cache_control="no-store", x_content_type_options="nosniff")


@probe("call-dispatch", control="discovery")
def a_function_gets_its_args_and_defaults(desk: Desk) -> None:
    """CALL-6; one that left its arg out and one that gave it are the same."""
    desk.call("add", {"a": 2, "b": 3}).is_(200, '{"invalidate":[],"result":5}')
    desk.call("add", {"a": 2}).is_(200, '{"invalidate":[],"result":3}')
    expect("runs", desk.runs(), {"add": 2})


@probe("call-dispatch", control="context-bundle")
def a_member_of_a_context_can_be_called(desk: Desk) -> None:
    """CALL-4, sync as async; the bundle has it too."""
    wanted = '[{"id":1,"status":"open","title":"Dredge"}]'
    desk.call("project_tasks", {"project_id": 1, "limit": 1}).is_(200, f'{{"invalidate":[],"result":{wanted}}}')
    reply = desk.bundle("project", "project_id=1&limit=1")
    if wanted.encode() not in reply.body:
        raise Mismatch(f"the bundle lacks what the call gave: {reply.body!r}")


@probe("call-dispatch", control="private-functions")
def a_private_function_is_forbidden_and_does_not_run(desk: Desk) -> None:
    """CALL-3."""
    desk.call("sweep").is_(403, error("FORBIDDEN", "not allowed"))
    expect("runs", desk.runs(), {})


@probe("call-dispatch", control="envelope", over=HTTP)
def only_json_is_read(desk: Desk) -> None:
    """HTTP-4: a form or plain text, which pages of other origins may send, is refused."""
    body = b'{"fn":"add","args":{"a":1}}'
    refused = error("UNSUPPORTED_MEDIA_TYPE", "the body must be application/json or multipart/form-data")
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""):
        desk.post(body, headers={"Content-Type": media_type}).is_(415, refused)
    accepted = desk.post(body, headers={"Content-Type": "Application/JSON; charset=latin-1"})
    accepted.is_(200, '{"invalidate":[],"result":2}')


@probe("call-dispatch", control="bodies-cut", variant="paged", over=HTTP)
def no_page_gets_a_part_of_a_body(desk: Desk) -> None:
    """PAGE-8, LIM-1: a body of the most bytes reaches the function of a page, one more does not."""
    headers = {"Content-Type": "text/plain"}
    desk.ask("POST", "/letters/ebb", headers=headers, body=b"x" * 200).is_(200, '"ebb"')
    too_large = error("PAYLOAD_TOO_LARGE", "the body is too large")
    desk.ask("POST", "/letters/ebb", headers=headers, body=b"x" * 201).is_(413, too_large)


@probe("call-dispatch", control="lenient-json")
def an_envelope_is_exact(desk: Desk) -> None:
    """CALL-1, VALUE-8: what two readers would read differently is refused before anything runs."""
    json = error("BAD_REQUEST", "the body is not valid JSON")
    for body in (
        b'{"fn":"add","fn":"echo","args":{"a":1}}',
        b'{"fn":"add","args":{"a":1,"\\u0061":2}}',
        b'\xef\xbb\xbf{"fn":"add","args":{"a":1}}',
        b'{"fn":"add","args":{"a":1}} x',
        b'{"fn":"add","args":{"a":NaN}}',
        b'{"fn":"add","args":{"a":1},}',
    ):
        desk.post(body).is_(400, json)
    for body in (b'{"fn":"add","args":{"a":1},"user":"ada"}', b'{"args":{"a":1}}', b'{"fn":7}', b'"add"', b"7"):
        reply = desk.post(body)
        expect(f"status of {body!r}", (reply.status, b'"code":"BAD_REQUEST"' in reply.body), (400, True))
    expect("runs", desk.runs(), {})


@probe("call-dispatch", control="methods", over=HTTP)
def methods_are_fixed(desk: Desk) -> None:
    """HTTP-3, threats 9: no verb, and no header that names another, turns a read into a call."""
    refused = error("METHOD_NOT_ALLOWED", "method not allowed")
    for method in ("GET", "PUT", "DELETE", "OPTIONS"):
        reply = desk.ask(method, f"{desk.base}/call/")
        reply.is_(405, refused)
        reply.has(allow="POST", cache_control="no-store")
    override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    desk.ask("GET", f"{desk.base}/call/", headers=override).is_(405, refused)
    reply = desk.ask("POST", f"{desk.base}/ctx/board/", headers={"X-HTTP-Method-Override": "GET"})
    reply.is_(405, refused)
    reply.has(allow="GET, HEAD")


@probe("discovery", control="discovery")
def every_declared_function_answers(desk: Desk) -> None:
    """Every function of the description is reachable by its name, with none of them named to the host twice."""
    declared = [line.split('"')[1] for line in _lines(desk) if line.startswith("function ")]
    expect("functions in the IR", len(declared), 44)
    for name in declared:
        reply = desk.call(name, user="root")
        if reply.status == 404:
            raise Mismatch(f"{name} is {reply.status} {reply.body!r}")


@probe("discovery", control="discovery")
def every_declared_context_answers(desk: Desk) -> None:
    """CTX-4: a context exists when a function is a member of it."""
    for name in ("board", "fragile", "inbox", "project", "room", "search", "ticker"):
        reply = desk.bundle(name, user="root")
        if reply.status == 404:
            raise Mismatch(f"the context {name} is {reply.status} {reply.body!r}")


@probe("discovery", control="registration-strict")
def nothing_else_is_reachable(desk: Desk) -> None:
    """CALL-3, threats 8: one body for every unknown name, functions of the host language among them."""
    names = (
        "not_a_function", "notAFunction", "Add", "add ", "add.", "desk.functions.add", "reset_store", "",
        "__proto__", "constructor", "toString", "__init__", "__class__", "../add", "mizan", "in_hours",
    )  # fmt: skip
    for name in names:
        reply = desk.call(name)
        reply.is_(404, NOT_FOUND)
        reply.has(cache_control="no-store")
    for name in ("shelf", "__proto__", "constructor", "Board", "add", "project_info"):
        desk.bundle(name).is_(404, NOT_FOUND)


def _lines(desk: Desk) -> list[str]:
    return desk.ir().decode().splitlines()


@probe("batch", control="batch")
def a_batch_answers_each_call_in_order(desk: Desk) -> None:
    """BATCH-1 to BATCH-3, BATCH-5."""
    reply = desk.post(
        [
            {"fn": "rename_project", "args": {"project_id": 2, "name": "Quay"}},
            {"fn": "shelve"},
            0,
            {"fn": "add", "args": {"a": True}},
            {"fn": "rename_project", "args": {"project_id": 1, "name": "Pier"}},
        ]
    )
    reply.is_(
        200,
        '[{"invalidate":[{"context":"project","params":{"project_id":2}}],"result":{"name":"Quay","project_id":2}},'
        '{"error":{"code":"NOT_FOUND","message":"not found"},"status":404},'
        '{"error":{"code":"BAD_REQUEST","message":"a call is an object with the member \\"fn\\""},"status":400},'
        '{"error":{"code":"VALIDATION","details":[{"code":"type","message":"expected integer","path":["args","a"]}],'
        '"message":"the input does not fit"},"status":422},'
        '{"invalidate":[{"context":"project","params":{"project_id":1}}],"result":{"name":"Pier","project_id":1}}]',
    )
    reply.has(x_mizan_invalidate="project;project_id=1, project;project_id=2", cache_control="no-store")


@probe("batch", control="batch")
def a_batch_has_its_limit(desk: Desk) -> None:
    """BATCH-4, LIM-4: 32 calls run, 33 are refused before any runs."""
    one = {"fn": "add", "args": {"a": 1}}
    desk.post([one] * 32).is_(200, "[" + ",".join(['{"invalidate":[],"result":2}'] * 32) + "]")
    desk.post([one] * 33).is_(400, error("BAD_REQUEST", "a batch holds at most 32 calls"))
    expect("runs", desk.runs(), {"add": 32})


@probe("refresh", control="refresh")
def a_call_brings_the_bundles_that_it_made_stale(desk: Desk) -> None:
    """REFRESH-1, REFRESH-2: those alone, read after the mutation though older ones were kept, with validated params."""
    for _ in range(2):
        desk.bundle("project", "project_id=1", user="eve")
    wanted = [
        {"context": "project", "params": {"project_id": 1}},
        {"context": "project", "params": {"project_id": 2}},
        {"context": "board"},
    ]
    call = {"fn": "rename_project", "args": {"project_id": 1, "name": "Quay"}, "refresh": wanted}
    desk.post(call, user="eve").is_(
        200,
        '{"bundles":[{"context":"project","data":{"project_info":{"name":"Quay","project_id":1},"project_tasks":'
        '[{"id":1,"status":"open","title":"Dredge"},{"id":2,"status":"done","title":"Paint"}],"project_viewer":"eve"},'
        '"params":{"limit":10,"project_id":1}}],' + RENAMED.decode()[1:],
    )


@probe("refresh", control="auth-guards")
def a_refresh_runs_the_guards(desk: Desk) -> None:
    """REFRESH-3, REFRESH-5: a bundle that the caller may not read is left out in silence."""
    call = {"fn": "reset", "refresh": [{"context": "room"}, {"context": "ticker"}]}
    ticker = '{"bundles":[{"context":"ticker","data":{"ticker_count":1},"params":{}}],'
    room = '{"bundles":[{"context":"room","data":{"room_members":["ada","root"],"room_wages":4200},"params":{}},'
    for user, start in ((None, ticker), ("eve", ticker), ("ada", room)):
        reply = desk.post(call, user=user)
        if not reply.body.startswith(start.encode()):
            raise Mismatch(f"for {user}: {reply.status} {reply.body!r}")

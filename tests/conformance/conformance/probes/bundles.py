"""Bundles: their content, their params, and what happens where a member fails."""

from conformance.desk import Desk, error
from conformance.expect import expect
from conformance.probing import probe


@probe("context-bundle", control="context-bundle")
def a_bundle_has_every_member(desk: Desk) -> None:
    """CTX-1, CTX-3: each with the params that it declares, sync and async."""
    desk.bundle("project", "project_id=1&limit=1", user="eve").is_(
        200,
        '{"project_info":{"name":"Harbour","project_id":1},"project_tasks":[{"id":1,"status":"open","title":"Dredge"}],'
        '"project_viewer":"eve"}',
    )
    desk.bundle("project", "project_id=2").is_(
        200,
        '{"project_info":{"name":"Lighthouse","project_id":2},"project_tasks":[],"project_viewer":null}',
    )
    expect("runs", desk.runs(), {"project_info": 2, "project_tasks": 2, "project_viewer": 2})


@probe("context-bundle", control="bundle-whole")
def a_bundle_is_whole_or_not_at_all(desk: Desk) -> None:
    """CTX-2: the failing member whose name is first is named."""
    desk.bundle("fragile").is_(200, '{"fragile_first":1,"fragile_second":2}')
    second = error("CONFLICT", "The second one failed.", function="fragile_second")
    desk.bundle("fragile", "fail=s").is_(409, second)
    first = error("NOT_FOUND", "The first one failed.", function="fragile_first")
    desk.bundle("fragile", "fail=f").is_(404, first)
    desk.bundle("fragile", "fail=sf").is_(404, first)


@probe("context-bundle", control="query")
def query_text_becomes_typed_params(desk: Desk) -> None:
    """CTX-7 to CTX-9."""
    desk.bundle("search", "words=a+b%26%C3%A9&day=2026-03-01&exact=true&ratio=1.50&tags=x&tags=y+z&tags=").is_(
        200,
        '{"search_query":{"day":"2026-03-01","exact":true,"ratio":1.5,"tags":["x","y z",""],"words":"a b&é"}}',
    )
    desk.bundle("search", "words=").is_(
        200, '{"search_query":{"day":null,"exact":false,"ratio":null,"tags":[],"words":""}}'
    )


@probe("context-bundle", control="query")
def query_text_that_does_not_fit_is_refused(desk: Desk) -> None:
    """CTX-7, CTX-8, CTX-10, CTX-11: nothing is trimmed, guessed or dropped."""
    for text in ("05", "+5", "%205", "5.0", "1e1", "0x10", "-0", "1_0", "", "%D9%A5"):
        desk.bundle("project", f"project_id={text}").is_(422, _refused("type", "expected integer", "project_id"))
    desk.bundle("project", "project_id=1&project_id=2").is_(
        422, _refused("type", "expected a single value", "project_id")
    )
    desk.bundle("project", "project_id=1&colour=red").is_(422, _refused("unknown", "not allowed here", "colour"))
    desk.bundle("project").is_(422, _refused("missing", "required", "project_id"))
    desk.bundle("project", "project_id=1&limit=0").is_(422, _refused("min", "must be at least 1", "limit"))
    for text in ("%zz", "%c3%28", "%"):
        reply = desk.bundle("search", f"words={text}")
        expect(f"status of {text}", (reply.status, b'"code":"BAD_REQUEST"' in reply.body), (400, True))
    expect("runs", desk.runs(), {})


def _refused(code: str, message: str, name: str) -> bytes:
    return error(
        "VALIDATION", "the input does not fit", details=[{"code": code, "message": message, "path": ["params", name]}]
    )

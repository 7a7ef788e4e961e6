"""Errors: declared, raised, and those that nobody meant."""

import json
import time

from conformance.desk import Desk, error
from conformance.expect import Mismatch, expect, require
from conformance.probing import probe


@probe("typed-errors", control="typed-errors")
def a_declared_error_carries_its_data(desk: Desk) -> None:
    """ERR-7, INV-6."""
    reply = desk.call("rename_project", {"project_id": 1, "name": "Lighthouse"})
    reply.is_(409, '{"error":{"code":"NAME_TAKEN","data":{"taken_by":2},"message":"That name is taken."}}')
    reply.has(cache_control="no-store", x_mizan_invalidate=None)


@probe("typed-errors", control="raised-errors")
def errors_of_the_protocol_can_be_raised(desk: Desk) -> None:
    """ERR-1, ERR-11."""
    for how, status, code, message, retry in (
        ("conflict", 409, "CONFLICT", "Somebody was faster.", None),
        ("forbidden", 403, "FORBIDDEN", "not allowed", None),
        ("limited", 429, "RATE_LIMITED", "Once a minute.", "60"),
        ("missing", 404, "NOT_FOUND", "not found", None),
        ("nobody", 401, "UNAUTHENTICATED", "sign in first", None),
        ("unavailable", 503, "UNAVAILABLE", "unavailable", "5"),
    ):
        reply = desk.call("refuse", {"how": how})
        reply.is_(status, error(code, message))
        reply.has(retry_after=retry, cache_control="no-store")


@probe("typed-errors", control="raised-errors")
def a_function_may_find_its_input_wrong(desk: Desk) -> None:
    """ERR-8."""
    details = [{"code": "custom", "message": "Order at least one.", "path": ["args", "copies"]}]
    desk.call("order", {"copies": 0}).is_(422, error("VALIDATION", "the input does not fit", details=details))


@probe("internal-errors", control="internal-errors")
def a_mistake_shows_an_id_and_nothing_else(desk: Desk) -> None:
    """ERR-9: the log has the rest, under that id."""
    for name in ("crash", "lie"):
        reply = desk.call(name)
        expect("status", reply.status, 500)
        found = json.loads(reply.body)["error"]
        expect("body", {**found, "id": ""}, {"code": "INTERNAL", "id": "", "message": "internal error"})
        require("the id is 16 hexadecimal digits", len(found["id"]) == 16 and int(found["id"], 16) >= 0)
        _wait_for_log(desk, found["id"], name)


def _wait_for_log(desk: Desk, request_id: str, name: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if any(request_id in line and name in line for line in desk.logged().splitlines()):
            return
        time.sleep(0.01)
    raise Mismatch(f"no line of the log has {request_id} and {name}")


@probe("time-limits", control="timeouts")
def a_function_that_outruns_its_limit_is_cut_off(desk: Desk) -> None:
    """CALL-8, LIM-9: after a fifth of a second, long before it would end."""
    start = time.monotonic()
    desk.call("dawdle").is_(504, error("TIMEOUT", "timed out"))
    require("it is answered within its limit", time.monotonic() - start < 1.9)

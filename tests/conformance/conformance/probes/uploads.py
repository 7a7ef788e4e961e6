"""Uploads: files in a call, as parts of `multipart/form-data`."""

import json

from conformance.desk import Desk, error
from conformance.expect import expect
from conformance.message import Reply
from conformance.probing import probe

BOUNDARY = "desk-boundary"
Part = tuple[str, str, str, bytes]
"""Name, file name, media type, content."""


def _send(desk: Desk, call: object, *parts: Part) -> Reply:
    lines = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="call"\r\nContent-Type: application/json\r\n\r\n']
    body = lines[0].encode() + json.dumps(call).encode() + b"\r\n"
    for name, file, media_type, content in parts:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file}"\r\nContent-Type: {media_type}'
        body += f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"
    body += f"--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return desk.ask("POST", f"{desk.base}/call/", headers=headers, body=body)


ATTACH = {"fn": "attach", "args": {"project_id": 1}}
GOOD: Part = ("/sheet", "plan.txt", "text/plain", b"Dredge\r\n--then paint")


@probe("uploads", control="uploads")
def a_file_reaches_the_function(desk: Desk) -> None:
    """Protocol 8: its bytes, its type, and the last part of its name."""
    wanted = '{"name":"plan.txt","size":20,"start":"Dredge","type":"text/plain"}'
    _send(desk, ATTACH, GOOD).is_(200, f'{{"invalidate":[],"result":{wanted}}}')
    for name in ("../../plan.txt", "/etc/plan.txt", "C:\\\\files\\\\plan.txt"):
        _send(desk, ATTACH, ("/sheet", name, "text/plain", GOOD[3])).is_(200, f'{{"invalidate":[],"result":{wanted}}}')


@probe("uploads", control="upload-limits")
def a_file_that_does_not_fit_is_refused(desk: Desk) -> None:
    """Protocol 8: too large is 413, of another type 415, and the function does not run."""
    largest = ("/sheet", "a.txt", "text/plain", b"x" * 1000)
    expect("status at the limit", _send(desk, ATTACH, largest).status, 200)
    too_large = _send(desk, ATTACH, ("/sheet", "a.txt", "text/plain", b"x" * 1001))
    expect("status beyond", (too_large.status, b"PAYLOAD_TOO_LARGE" in too_large.body), (413, True))
    other = _send(desk, ATTACH, ("/sheet", "a.html", "text/html", b"x"))
    expect("status of another type", (other.status, b"UNSUPPORTED_MEDIA_TYPE" in other.body), (415, True))
    expect("runs", desk.runs(), {"attach": 1})


@probe("uploads", control="upload-places")
def a_file_goes_where_one_is_declared(desk: Desk) -> None:
    """Protocol 8: once, and nowhere else; without it the arg is missing."""
    missing = [{"code": "missing", "message": "required", "path": ["args", "sheet"]}]
    _send(desk, ATTACH).is_(422, error("VALIDATION", "the input does not fit", details=missing))
    for name in ("/project_id", "/other", "/-", "/sheet/0", "/__proto__/x"):
        expect(f"status at {name}", _send(desk, ATTACH, GOOD, (name, "b.txt", "text/plain", b"x")).status, 422)
    expect("status of two at one place", _send(desk, ATTACH, GOOD, GOOD).status, 422)
    expect("runs", desk.runs(), {})

"""The server's own cost: an ASGI application that reads the body and answers bytes made beforehand."""

import json
from typing import Any

from apps.data import NOTICES, PROFILE

_JSON = (b"content-type", b"application/json")


def _reply(value: object) -> tuple[dict[str, Any], dict[str, Any]]:
    body = json.dumps(value, separators=(",", ":")).encode()
    headers = [_JSON, (b"content-length", str(len(body)).encode())]
    return (
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


_RENAMED = _reply({"user_id": 5, "name": "Ada"})
_BUNDLE = _reply({"user_profile": PROFILE, "user_notices": NOTICES})


async def app(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI has no types of its own
    """Answer; what was sent is not looked at."""
    if scope["type"] != "http":
        return
    if scope["method"] == "POST":
        await receive()
        start, body = _RENAMED
    else:
        start, body = _BUNDLE
    await send(start)
    await send(body)

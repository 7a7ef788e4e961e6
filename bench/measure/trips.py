"""How often a request leaves the event loop for a thread, under Django's own ASGI handler; run for one contender.

`python -m measure.trips BUNDLE-PATH` with the environment of `apps.site`; it prints the trips of one request.
"""

import asyncio
import sys
from typing import Any

from asgiref.sync import SyncToAsync

from apps.site.served import asgi

_trips = 0
_go: Any = SyncToAsync.__call__


async def _counted(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever is called
    global _trips  # noqa: PLW0603 - a program of one number
    _trips += 1
    return await _go(self, *args, **kwargs)


async def _ask(target: str) -> int:
    path, _, query = target.partition("?")
    status = 0
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.sleep(3600)
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 - ASGI has no types of its own
        nonlocal status
        status = message.get("status", status)

    scope = {
        **{"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "asgi": {"version": "3.0"}},
        **{"path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": ""},
        "headers": [(b"host", b"127.0.0.1")],
    }
    await asgi(scope, receive, send)
    return status


async def _main() -> None:
    await _ask(sys.argv[1])
    SyncToAsync.__call__ = _counted
    status = await _ask(sys.argv[1])
    if status != 200:
        raise SystemExit(f"{sys.argv[1]}: {status}")
    sys.stdout.write(f"{_trips}\n")


asyncio.run(_main())

"""How often a request leaves the event loop for a thread, under Django's own ASGI handler.

`measure` runs `python -m measure.trips PATH` for each contender, with the environment of `apps.site`; that prints the
trips of one request.
"""

import asyncio
import os
import subprocess
import sys
from typing import Any

from asgiref.sync import SyncToAsync

from measure.django import MIZAN, NINJA, PLAIN
from measure.loopback import BENCH

_KINDS = {
    PLAIN: ("plain", "/async/user?user_id=5"),
    NINJA: ("ninja", "/async/user?user_id=5"),
    MIZAN: ("functions", "/api/mizan/ctx/user/?user_id=5"),
}
_trips = 0
_go: Any = SyncToAsync.__call__


def measure() -> dict[str, int]:
    """By contender, each with async views or functions."""
    found: dict[str, int] = {}
    for name, (urls, path) in _KINDS.items():
        environment = {**os.environ, "BENCH_URLS": urls, "BENCH_MEMBERS": "later", "MIZAN_SECRET": "s" * 40}
        command = [sys.executable, "-m", "measure.trips", path]
        done = subprocess.run(command, cwd=BENCH, env=environment, check=True, text=True, stdout=subprocess.PIPE)
        found[name] = int(done.stdout)
    return found


async def _counted(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever is called
    global _trips  # noqa: PLW0603 - a program of one number
    _trips += 1
    return await _go(self, *args, **kwargs)


async def _ask(target: str) -> int:
    # The settings are read by the import, and only here.
    from apps.site.served import asgi  # noqa: PLC0415

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
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "asgi": {"version": "3.0"},
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
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


if __name__ == "__main__":
    asyncio.run(_main())

"""IPC as lines: a host without HTTP reads requests from its standard input, and writes replies to its standard output.

Each line is a JSON object. The host makes a message of its own transport of each request, sends it through that
transport for real, and writes what came back. `tests/conformance/README.md` has the form of both.
"""

import base64
import json
import os
import select
import subprocess
import time
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from conformance.message import TIMEOUT, NoReply, Reply, Request, head_of

T = TypeVar("T")


class Pipe:
    """The two ends of a process that speaks in lines."""

    def __init__(self, child: subprocess.Popen[bytes], base: str) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._to = child.stdin
        self._from = child.stdout.fileno()
        self._base = base
        self._ids = count(1)
        self._held = b""

    def is_ready(self, seconds: float) -> bool:
        """Whether `{"ready":true}` came within some time."""
        try:
            return self._line(time.monotonic() + seconds) == {"ready": True}
        except NoReply:
            return False

    def send(self, request: Request) -> Reply:
        """A `Link`.

        Raises:
            NoReply: None, or not one to this request.
        """
        number = next(self._ids)
        message = {
            "id": number,
            "command": self._command(request),
            "target": request.target.removeprefix(self._base),
            "headers": request.lines,
            "body": base64.b64encode(request.body).decode(),
        }
        try:
            self._to.write(json.dumps(message).encode() + b"\n")
            self._to.flush()
        except OSError as error:
            raise NoReply(repr(error)) from error
        said = self._line(time.monotonic() + TIMEOUT)
        return _read(lambda: _reply(said, number))

    def _command(self, request: Request) -> str:
        """`call` for what HTTP posts to `call/`, `fetch` for a bundle. There is no other."""
        if (request.method, request.target) == ("POST", f"{self._base}/call/"):
            return "call"
        if request.method == "GET" and request.target.startswith(f"{self._base}/ctx/"):
            return "fetch"
        raise ValueError(f"{request.method} {request.target} is of HTTP alone: the probe needs over=HTTP")

    def _line(self, deadline: float) -> Any:
        while b"\n" not in self._held:
            readable, _, _ = select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))
            data = os.read(self._from, 65536) if readable else b""
            if not data:
                raise NoReply(f"{'it ended' if readable else 'nothing in time'}; said {self._held[:200]!r}")
            self._held += data
        line, _, self._held = self._held.partition(b"\n")
        return _read(lambda: json.loads(line))


def _reply(said: Any, number: int) -> Reply:
    if said["id"] != number:
        raise ValueError(f"a reply to {said['id']} instead of {number}")
    lines = tuple((str(name).lower(), str(value)) for name, value in said["headers"])
    status = int(said["status"])
    return Reply(status, head_of(status, lines), lines, base64.b64decode(said["body"]))


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except (ValueError, LookupError, TypeError) as error:
        raise NoReply(f"not a line of this form: {error!r}") from error

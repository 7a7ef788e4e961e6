"""One session of WebKit's own WebDriver: a program is started, and scripts are run in its page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection

_PATIENCE = 600
"""Seconds that a script may take."""


class Session:
    """A program that the driver on this port started."""

    def __init__(self, port: int, driver_pid: int, path: str) -> None:
        self.driver_pid = driver_pid
        self._port = port
        self._path = path

    def run(self, script: str) -> object:
        """Run a script in the page."""
        return _ask(self._port, "POST", f"{self._path}/execute/sync", {"script": script, "args": []})

    def run_async(self, script: str, *arguments: object) -> object:
        """Run a script that calls `done` with its answer; its `arguments` are these."""
        # The driver hands `done` over as the last of them.
        whole = f"const done = [...arguments].pop(); (function () {{ {script} }})(...[...arguments].slice(0, -1));"
        return _ask(self._port, "POST", f"{self._path}/execute/async", {"script": whole, "args": list(arguments)})


@contextmanager
def session(port: int, driver_pid: int, program: str) -> Iterator[Session]:
    """Have the driver on this port start a program."""
    options = {"webkitgtk:browserOptions": {"binary": program, "args": []}}
    made = _ask(port, "POST", "/session", {"capabilities": {"alwaysMatch": options}})
    if not isinstance(made, dict):
        raise TypeError(made)
    path = f"/session/{made['sessionId']}"
    try:
        _ask(port, "POST", f"{path}/timeouts", {"script": _PATIENCE * 1000})
        yield Session(port, driver_pid, path)
    finally:
        _ask(port, "DELETE", path)


def _ask(port: int, method: str, path: str, body: object = None) -> object:
    connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE + 30)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        value: object = json.loads(reply.read())["value"]
    finally:
        connection.close()
    if reply.status != HTTPStatus.OK:
        message = f"the driver refused {method} {path}: {value}"
        raise RuntimeError(message)
    return value

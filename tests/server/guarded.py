"""Programs of others that a test starts: each listens on a port of loopback, and none outlives the test.

A shell stands in between. It ends the program when its own standard input does, which happens with the test, however
the test ends.
"""

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

_START = 30.0
"""Seconds that a program may take until its port is open."""
_SHELL = '"$@" >"$0" 2>&1 & child=$!; echo "$child"; cat >/dev/null; kill -9 "$child" 2>/dev/null; wait'


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Guarded:
    """A program that listens on a port."""

    def __init__(self, command: list[str], port: int, log: Path) -> None:
        """Start it, and wait until it listens.

        Args:
            command: The program and its arguments.
            port: The port that it is to open.
            log: The file for what it says.

        Raises:
            RuntimeError: It does not listen; the text is what it said.
        """
        self.port = port
        self.log = log
        self._shell = subprocess.Popen(
            ["sh", "-c", _SHELL, str(log), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._shell.stdout is not None
        self.pid = int(self._shell.stdout.readline())
        try:
            self._wait()
        except BaseException:
            self.end()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def signal(self, which: signal.Signals) -> None:
        """Send a signal to the program itself."""
        os.kill(self.pid, which)

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        for pipe in (self._shell.stdin, self._shell.stdout):
            if pipe is not None:
                pipe.close()
        self._shell.wait()

    def _wait(self) -> None:
        until = time.monotonic() + _START
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            # The shell has not waited for its child: what has ended is a zombie, or gone.
            if time.monotonic() > until or self._has_ended():
                said = self.log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"nothing listens on port {self.port}: {said}")
            time.sleep(0.01)

    def _has_ended(self) -> bool:
        try:
            status = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            return True
        return status.rpartition(")")[2].split()[0] == "Z"

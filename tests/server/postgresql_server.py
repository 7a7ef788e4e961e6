"""A PostgreSQL of the test's own, on a free port, whose data goes with it."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

from guarded import Guarded, free_port

_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
}
_START = 30.0
"""Seconds that it may take until it answers."""


class PostgresqlServer:
    """A `postgres` with one empty database, which has its name and its only user's."""

    def __init__(self) -> None:
        """Make its data and start it."""
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory(prefix="postgresql-")
        folder = Path(self._folder.name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        make = ["initdb", "--pgdata", str(folder / "data"), "--auth", "trust", "--username", "postgres", "--no-sync"]
        try:
            subprocess.run(_command(make), capture_output=True, check=True, cwd=folder, timeout=60)
            serve = ["postgres", "-D", str(folder / "data"), "-p", str(self.port)]
            for name, value in _SETTINGS.items():
                serve += ["-c", f"{name}={value}"]
            self._running = Guarded(_command(serve), self.port, Path(folder) / "log")
            self._wait()
        except BaseException:
            self._folder.cleanup()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.end()
        # Its processes see that the first of them is gone, and write nothing after that.
        time.sleep(0.2)
        shutil.rmtree(self._folder.name, ignore_errors=True)
        self._folder.cleanup()

    def _wait(self) -> None:
        """Its port is open a little before it answers."""
        until = time.monotonic() + _START
        ask = [_program("pg_isready"), "--host", "127.0.0.1", "--port", str(self.port), "--quiet"]
        while subprocess.run(ask, check=False, timeout=10).returncode:
            assert time.monotonic() < until, self._running.log.read_text(encoding="utf-8")
            time.sleep(0.02)


def _program(name: str) -> str:
    """Debian keeps the programs of each version apart, and in nobody's path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def _command(command: list[str]) -> list[str]:
    """The command as a user of its own where this one is root, whom PostgreSQL refuses."""
    whole = [_program(command[0]), *command[1:]]
    if os.geteuid() == 0:
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *whole]
    return whole

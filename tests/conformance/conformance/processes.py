"""Processes of a host: started with a switch or without, waited for, and stopped with everything that they started."""

import atexit
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from conformance.hosts import Host, HostRefused
from conformance.listening import is_listening
from conformance.message import Link
from conformance.nursery import Child, Nursery
from conformance.pipe import Pipe
from conformance.wire import HttpLink

START = 60.0
"""Seconds that a host may take until it is ready."""
GRACE = 10.0
"""Seconds after which whoever listens is taken for the host."""

_Process = subprocess.Popen[bytes] | Child
_nurseries: dict[tuple[Path, tuple[str, ...]], Nursery] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Running:
    """A host that is ready."""

    host: Host
    link: Link
    switch: str
    log: Path
    """What it said on its standard error."""


@contextmanager
def running(host: Host, *, switch: str = "", variant: str = "", cache: str = "memory") -> Generator[Running]:
    """Start a host, wait until it is ready, and stop it in the end.

    Args:
        host: Which.
        switch: The capability that is to be broken (`MIZAN_BREAK`).
        variant: The variant of the application (`MIZAN_VARIANT`).
        cache: Where its origin cache is (`MIZAN_CACHE`).

    Raises:
        HostRefused: It ended instead.
    """
    variables = {"MIZAN_BREAK": switch, "MIZAN_VARIANT": variant, "MIZAN_CACHE": cache}
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        log = Path(folder) / "log"
        child, link = _start(host, variables, log)
        try:
            yield Running(host, link, switch, log)
        finally:
            _stop(child)


def _start(host: Host, variables: dict[str, str], log: Path) -> tuple[_Process, Link]:
    """A process that is ready. A port that somebody else took in between is no fault of the host."""
    for _ in range(5):
        port = _free_port()
        with log.open("wb") as file:
            child = _born(host, variables, port, file) if host.preload else _started(host, variables, port, file)
        try:
            if host.transport == "http":
                _wait_until_open(child, port, log)
                return child, HttpLink(port)
            assert not isinstance(child, Child)
            pipe = Pipe(child, host.base)
            if not pipe.is_ready(START):
                raise HostRefused(_said(log) or "it did not say that it is ready")
        except HostRefused as refused:
            _stop(child)
            if "address already in use" not in str(refused).lower():
                raise
        except BaseException:
            _stop(child)
            raise
        else:
            return child, pipe.send
    raise HostRefused("five free ports were taken by others before the host had them")


def _started(host: Host, variables: dict[str, str], port: int, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        host.command(host.serve, port=str(port)),
        cwd=host.folder,
        env=host.variables(variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL if host.transport == "http" else subprocess.PIPE,
        stderr=log,
        # A command may start others; all of them are stopped.
        start_new_session=True,
    )


def _born(host: Host, variables: dict[str, str], port: int, log: IO[bytes]) -> Child:
    """The same process, from the nursery of its framework, which is there until the board ends."""
    with _lock:
        key = (host.folder, host.preload)
        if key not in _nurseries:
            _nurseries[key] = Nursery(*key)
            atexit.register(_nurseries[key].close)
    _, _, *arguments = host.command(host.serve, port=str(port))
    return _nurseries[key].start(arguments, host.variables(variables), log)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_open(child: _Process, port: int, log: Path) -> None:
    started = time.monotonic()
    while True:
        if child.poll() is not None:
            raise HostRefused(_said(log))
        waited = time.monotonic() - started
        if is_listening(child.pid, port, asks_everybody=waited > GRACE):
            return
        if waited > START:
            raise HostRefused(f"nothing listens on port {port} after {START} s")
        time.sleep(0.02)


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _stop(child: _Process) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):
                pipe.close()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()

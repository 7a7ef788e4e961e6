"""A Redis of the test's own, on a free port, that can be made to fail in every way that there is."""

import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from guarded import Guarded, free_port


class RedisServer:
    """A `redis-server` that keeps nothing on a disk."""

    def __init__(self, *options: str, is_started: bool = True) -> None:
        """Choose a port, and start it unless told otherwise.

        Args:
            *options: Further options of `redis-server`, such as `--maxmemory`, `3mb`.
            is_started: Whether it is started at once.
        """
        self.port = free_port()
        self._options = options
        self._folder = tempfile.TemporaryDirectory(prefix="redis-")
        self._running: Guarded | None = None
        if is_started:
            self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """As `cache=` takes it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty."""
        folder = self._folder.name
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", folder]
        command += ["--save", "", "--appendonly", "no", *self._options]
        self._running = Guarded(command, self.port, Path(folder) / "log")

    def kill(self) -> None:
        """Kill it, whatever it is doing."""
        if self._running is not None:
            self._running.end()
            self._running = None

    def freeze(self) -> None:
        """Stop it: connections are made by the kernel, and nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def ask(self, *command: str) -> str:
        """What it answers to a command.

        Raises:
            CalledProcessError: It answers with an error, or not at all.
        """
        done = subprocess.run(
            ["redis-cli", "-e", "-p", str(self.port), *command], capture_output=True, check=True, text=True, timeout=10
        )
        return done.stdout.strip()

    def figure(self, name: str) -> int:
        """A number of `INFO`."""
        lines = self.ask("INFO").splitlines()
        return next(int(line.partition(":")[2]) for line in lines if line.startswith(f"{name}:"))

    def _signal(self, which: signal.Signals) -> None:
        assert self._running is not None
        self._running.signal(which)

"""Hosts: how one is declared in a file, started and stopped."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

SECRET = "a secret that everybody knows: of the conformance board"  # noqa: S105 - as it says
"""What a host gets as `MIZAN_SECRET`, so that a probe can mint tokens and name cache entries by itself."""
COMMANDS = ("ir", "manifest", "check")
START = 60.0
"""Seconds that a host may take until its port is open."""


class HostRefused(Exception):
    """The host ended before its port was open. The text is what it said."""


@dataclass(frozen=True)
class Host:
    """A program that serves the fixture application, as its `host.toml` declares it."""

    id: str
    """The name of the folder of the declaration."""
    name: str
    """As it stands at the head of a column."""
    transport: str
    """`http` or `ipc`. Capabilities of the HTTP edge do not apply to the other."""
    base: str
    folder: Path
    serve: tuple[str, ...]
    """The command that serves it; `{port}` and `{python}` are filled in."""
    commands: dict[str, tuple[str, ...]]
    """Further commands: `ir` and `manifest` print those, `check` compares the IR `{old}` with the IR `{new}`."""

    def print(self, what: str, switch: str = "") -> bytes | None:
        """What the declared command prints; none where the host declares no such command, or where it fails."""
        command = self.commands.get(what)
        if command is None:
            return None
        done = subprocess.run(
            _filled(command, 0), cwd=self.folder, env=_environment(switch, ""), capture_output=True, check=False
        )
        return done.stdout if done.returncode == 0 else None

    def check(self, old: bytes, new: bytes) -> tuple[int, str] | None:
        """Exit status and output of the declared check of two IRs; none where the host declares none."""
        command = self.commands.get("check")
        if command is None:
            return None
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            files = {"old": Path(folder) / "old.kdl", "new": Path(folder) / "new.kdl"}
            files["old"].write_bytes(old)
            files["new"].write_bytes(new)
            filled = [part.format(python=sys.executable, **files) for part in command]
            done = subprocess.run(
                filled, cwd=self.folder, env=_environment("", ""), capture_output=True, text=True, check=False
            )
        return done.returncode, done.stdout


@dataclass(frozen=True)
class Running:
    """A host that listens."""

    host: Host
    port: int
    switch: str
    log: Path
    """What it said on its standard error."""


def read_host(file: Path) -> Host:
    """The host that a `host.toml` declares.

    Raises:
        ValueError: The file lacks something, or has what nobody reads.
    """
    declared = tomllib.loads(file.read_text(encoding="utf-8"))
    unknown = declared.keys() - {"name", "transport", "base", "serve", *COMMANDS}
    missing = {"name", "transport", "serve"} - declared.keys()
    if unknown or missing:
        raise ValueError(f"{file}: {'unknown' if unknown else 'missing'}: {', '.join(sorted(unknown or missing))}")
    if declared["transport"] not in ("http", "ipc"):
        raise ValueError(f'{file}: transport is "http" or "ipc"')
    return Host(
        id=file.parent.name,
        name=declared["name"],
        transport=declared["transport"],
        base=declared.get("base", "/api/mizan"),
        folder=file.parent,
        serve=tuple(declared["serve"]),
        commands={what: tuple(declared[what]) for what in COMMANDS if what in declared},
    )


@contextmanager
def running(host: Host, *, switch: str = "", variant: str = "") -> Generator[Running]:
    """Start a host, wait until it listens, and stop it in the end.

    Args:
        host: Which.
        switch: The capability that is to be broken (`MIZAN_BREAK`).
        variant: The variant of the application (`MIZAN_VARIANT`).

    Raises:
        HostRefused: It ended instead.
    """
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        log = Path(folder) / "log"
        child, port = _start(host, switch, variant, log)
        try:
            yield Running(host, port, switch, log)
        finally:
            _stop(child)


def _start(host: Host, switch: str, variant: str, log: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A process that listens, and its port. A port that somebody else took in between is no fault of the host."""
    for _ in range(5):
        port = _free_port()
        with log.open("wb") as file:
            child = subprocess.Popen(
                _filled(host.serve, port),
                cwd=host.folder,
                env=_environment(switch, variant),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=file,
                # A command may start others; all of them are stopped.
                start_new_session=True,
            )
        try:
            _wait_until_open(child, port, log)
        except HostRefused as refused:
            _stop(child)
            if "address already in use" not in str(refused).lower():
                raise
        except BaseException:
            _stop(child)
            raise
        else:
            return child, port
    raise HostRefused("five free ports were taken by others before the host had them")


def _filled(command: tuple[str, ...], port: int) -> list[str]:
    return [part.format(port=port, python=sys.executable) for part in command]


def _environment(switch: str, variant: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIZAN_")}
    # Commands that were installed beside this Python are found first.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "MIZAN_BREAK": switch, "MIZAN_VARIANT": variant, "MIZAN_SECRET": SECRET}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_open(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START
    while True:
        if child.poll() is not None:
            raise HostRefused(log.read_text(encoding="utf-8", errors="replace"))
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise HostRefused(f"nothing listens on port {port} after {START} s") from None
            time.sleep(0.02)
        else:
            return


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.stdin is not None:
        child.stdin.close()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()

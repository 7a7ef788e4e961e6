"""Hosts: how one is declared in a file, and what its commands print."""

import os
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conformance.capabilities import Transport

ROOT = Path(__file__).parents[3]
SECRET = "a secret that everybody knows: of the conformance board"  # noqa: S105 - as it says
"""What a host gets as `MIZAN_SECRET`, so that a probe can mint tokens and name cache entries by itself."""
PRINTED = ("ir", "manifest", "openapi")
"""Commands that print something of the application."""
KNOWN = {"name", "transport", "base", "build", "serve", "preload", "check", "environment", *PRINTED}
TRANSPORTS: dict[str, Transport] = {"http": "http", "ipc": "ipc"}


class HostRefused(Exception):
    """The host was not built, or ended before it was ready. The text is what it said."""


@dataclass(frozen=True)
class Host:
    """A program that serves the fixture application, as its `host.toml` declares it."""

    id: str
    """The name of the folder of the declaration."""
    name: str
    """As it stands at the head of a column."""
    transport: Transport
    """Capabilities of the HTTP edge do not apply to `ipc`."""
    base: str
    folder: Path
    serve: tuple[str, ...]
    """The command that serves it; `{port}`, `{python}` and `{root}` are filled in."""
    preload: tuple[str, ...] = ()
    """The modules of others that `serve`, a module of Python over HTTP, finds imported; see `nursery`."""
    build: tuple[str, ...] | None = None
    """The command that has to succeed before any other."""
    commands: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Further commands: those of `PRINTED`, and `check`, which compares the IR `{old}` with the IR `{new}`."""
    environment: dict[str, str] = field(default_factory=dict[str, str])
    """Variables that every command gets beside those of the board; `{root}` is filled in."""
    _printed: dict[tuple[str, str], bytes | None] = field(default_factory=dict[tuple[str, str], bytes | None])
    _made: list[bool] = field(default_factory=list[bool], compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False)

    def make(self) -> None:
        """Run the declared build, until it has succeeded once.

        Raises:
            HostRefused: It failed.
        """
        if self.build is None:
            return
        with self._lock:
            if self._made:
                return
            done = self._run(self.build, {})
            if done.returncode != 0:
                raise HostRefused(f"its build failed:\n{done.stderr.decode(errors='replace')[-4000:]}")
            self._made.append(True)

    def print(self, what: str, switch: str = "") -> bytes | None:
        """What the declared command prints with a switch on; none where there is no such command, or where it fails.

        It is run once for each switch: it depends on nothing else.
        """
        command = self.commands.get(what)
        if command is None:
            return None
        with self._lock:
            if (what, switch) not in self._printed:
                done = self._run(command, {"MIZAN_BREAK": switch})
                self._printed[what, switch] = done.stdout if done.returncode == 0 else None
            return self._printed[what, switch]

    def check(self, old: bytes, new: bytes) -> tuple[int, str] | None:
        """Exit status and output of the declared check of two IRs; none where the host declares none."""
        command = self.commands.get("check")
        if command is None:
            return None
        with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
            files = {"old": Path(folder) / "old.kdl", "new": Path(folder) / "new.kdl"}
            files["old"].write_bytes(old)
            files["new"].write_bytes(new)
            done = self._run(command, {}, **{name: str(file) for name, file in files.items()})
        return done.returncode, done.stdout.decode()

    def command(self, command: tuple[str, ...], **fields: str) -> list[str]:
        """A declared command with its fields filled in."""
        return [part.format(python=sys.executable, root=ROOT, **fields) for part in command]

    def variables(self, mizan: Mapping[str, str]) -> dict[str, str]:
        """The environment of a command: the board's own, with these variables of Mizan's and no others."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MIZAN_")}
        # Commands that were installed beside this Python are found first.
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        declared = {name: value.format(root=ROOT) for name, value in self.environment.items()}
        ours = {"MIZAN_BREAK": "", "MIZAN_VARIANT": "", "MIZAN_CACHE": "memory", "MIZAN_SECRET": SECRET}
        return {**kept, "PATH": path, **declared, **ours, **mizan}

    def _run(
        self, command: tuple[str, ...], mizan: Mapping[str, str], **fields: str
    ) -> subprocess.CompletedProcess[bytes]:
        filled = self.command(command, **fields)
        return subprocess.run(filled, cwd=self.folder, env=self.variables(mizan), capture_output=True, check=False)


def read_host(file: Path) -> Host:
    """The host that a `host.toml` declares.

    Raises:
        ValueError: The file lacks something, or has what nobody reads.
    """
    declared = tomllib.loads(file.read_text(encoding="utf-8"))
    unknown = declared.keys() - KNOWN
    missing = {"name", "transport", "serve"} - declared.keys()
    if unknown or missing:
        raise ValueError(f"{file}: {'unknown' if unknown else 'missing'}: {', '.join(sorted(unknown or missing))}")
    if declared["transport"] not in TRANSPORTS:
        raise ValueError(f'{file}: transport is "http" or "ipc"')
    if "preload" in declared and (declared["transport"] != "http" or declared["serve"][:2] != ["{python}", "-m"]):
        raise ValueError(f'{file}: preload is of HTTP, and of `serve = ["{{python}}", "-m", …]`')
    return Host(
        id=file.parent.name,
        name=declared["name"],
        transport=TRANSPORTS[declared["transport"]],
        base=declared.get("base", "/api/mizan"),
        folder=file.parent,
        serve=tuple(declared["serve"]),
        preload=tuple(declared.get("preload", ())),
        build=tuple(declared["build"]) if "build" in declared else None,
        commands={what: tuple(declared[what]) for what in (*PRINTED, "check") if what in declared},
        environment=dict(declared.get("environment", {})),
    )

"""Starts processes of a host of Python quickly: its framework is imported once, and each of them is a fork of that.

Run as a program it is the nursery: `nursery.py FD MODULE …` imports the modules, none of which may be Mizan's or the
host's own, and then obeys what it reads from the socket. A child has the files, the environment and the arguments that
it would have if it were started by itself, is in a session of its own, and imports the rest like any other process.
"""

import importlib
import json
import os
import runpy
import select
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

LONGEST = 1 << 20
"""Bytes of the longest command, which are mostly those of an environment."""


class Nursery:
    """The board's end of it."""

    def __init__(self, folder: Path, modules: Sequence[str]) -> None:
        """Start it.

        Args:
            folder: Where its children run.
            modules: What they find imported.
        """
        self._lock = threading.Lock()
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self._socket, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST)
        with theirs:
            self._program = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno()), *modules],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> "Child":
        """Run a module with arguments, as `python -m` does.

        Args:
            arguments: The module, and what it is given.
            environment: The whole of it.
            log: What gets its standard error.
        """
        theirs, stdin = os.pipe()
        life, held = os.pipe()
        try:
            command = {"start": list(arguments), "environment": dict(environment)}
            return Child(self, self._ask(command, theirs, log.fileno(), held), stdin, life)
        except BaseException:
            os.close(stdin)
            os.close(life)
            raise
        finally:
            os.close(theirs)
            os.close(held)

    def wait(self, pid: int) -> None:
        """Wait for a child that has ended."""
        self._ask({"wait": pid})

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._program.wait()

    def _ask(self, command: dict[str, Any], *files: int) -> int:
        with self._lock:
            socket.send_fds(self._socket, [json.dumps(command).encode()], files)
            answer = self._socket.recv(100)
        if not answer:
            raise RuntimeError("the nursery ended: what it imports may start no thread, and must be there")
        return int(answer)


class Child:
    """A process that was born there; as much of `subprocess.Popen` as the board needs."""

    stdout = None

    def __init__(self, nursery: Nursery, pid: int, stdin: int, life: int) -> None:
        self.pid = pid
        self.stdin = os.fdopen(stdin, "wb")
        self._nursery = nursery
        self._life = os.fdopen(life, "rb")

    def poll(self) -> int | None:
        """Whether it has ended, with all that it started: its copies of this pipe are closed then."""
        return 0 if select.select([self._life], [], [], 0)[0] else None

    def wait(self) -> int:
        """Wait until it has ended."""
        self._nursery.wait(self.pid)
        self._life.close()
        return 0


def main() -> None:
    """Import, and obey until the board ends."""
    commands = socket.socket(fileno=int(sys.argv[1]))
    # As `python -m` has it.
    sys.path[0] = str(Path.cwd())
    for module in sys.argv[2:]:
        importlib.import_module(module)
    if threading.active_count() > 1:
        raise SystemExit(f"{sys.argv[2:]} start a thread, which no fork would have")
    while True:
        text, files, _, _ = socket.recv_fds(commands, LONGEST, 3)
        if not text:
            return
        command = json.loads(text)
        if "wait" in command:
            os.waitpid(command["wait"], 0)
            commands.send(b"0")
            continue
        if (child := os.fork()) == 0:
            commands.close()
            _run(command["start"], command["environment"], files)
        for file in files:
            os.close(file)
        commands.send(str(child).encode())


def _run(arguments: list[str], environment: dict[str, str], files: list[int]) -> None:
    """Be that process, and end. The third file stays open for as long as it lives."""
    status = 1
    try:
        os.setsid()
        os.dup2(files[0], 0)
        os.dup2(files[1], 2)
        for file in files[:2]:
            os.close(file)
        os.set_inheritable(files[2], False)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = arguments
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        if isinstance(ended.code, str):
            sys.stderr.write(f"{ended.code}\n")
    except BaseException:  # noqa: BLE001 - whatever ends it is told, and nothing of the nursery's is run after it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()

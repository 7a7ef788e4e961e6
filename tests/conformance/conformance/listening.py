"""Who listens on a port: a port that was free may be somebody else's by the time a host wants it."""

import os
import socket
from contextlib import suppress
from pathlib import Path

_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENING = "0A"


def is_listening(session: int, port: int, *, asks_everybody: bool) -> bool:
    """Whether a process of a session listens on a port.

    Args:
        session: The session, which is the number of the process that it began with.
        port: The port.
        asks_everybody: Whether any process will do, as for a host that leaves its session; so it is where the system
            does not tell.
    """
    if asks_everybody or not _TABLES[0].exists():
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return True
        return False
    listeners = _listeners(port)
    return bool(listeners) and any(_holds(process, session, listeners) for process in Path("/proc").glob("[0-9]*"))


def _listeners(port: int) -> set[str]:
    """The sockets that listen there, as they are called among the files of a process."""
    found: set[str] = set()
    for table in _TABLES:
        with suppress(FileNotFoundError):
            for line in table.read_text(encoding="ascii").splitlines()[1:]:
                _, local, _, state, _, _, _, _, _, inode, *_ = line.split()
                if state == _LISTENING and int(local.rpartition(":")[2], 16) == port:
                    found.add(f"socket:[{inode}]")
    return found


def _holds(process: Path, session: int, sockets: set[str]) -> bool:
    # It may end meanwhile, or be somebody else's.
    try:
        if os.getsid(int(process.name)) != session:
            return False
        files = list((process / "fd").iterdir())
    except OSError:
        return False
    for file in files:
        with suppress(OSError):
            if file.readlink().as_posix() in sockets:
                return True
    return False

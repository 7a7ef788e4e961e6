"""Serves a fixture application over a real socket for the length of a test, and never longer.

The test opens the listening socket and hands it to a child process, so that no port can be lost in between and no
waiting for a start is needed: early connections wait in the queue of the socket. The child ends when its standard input
does, which happens with the test, however the test ends.
"""

import importlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def serving(application: str, folder: Path, *, log: IO[bytes] | None = None) -> Generator[str]:
    """The base URL of `module:attribute`, imported from `folder` and served by uvicorn on a free loopback port.

    What the server says on its standard error goes into `log`, where one is given.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        host, port = listener.getsockname()[:2]
        child = subprocess.Popen(
            [sys.executable, __file__, application, str(listener.fileno())],
            cwd=folder,
            stdin=subprocess.PIPE,
            stderr=log,
            pass_fds=[listener.fileno()],
        )
    try:
        yield f"http://{host}:{port}"
    finally:
        child.kill()
        child.wait()
        if child.stdin is not None:
            child.stdin.close()


def _end_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    """Serve the application of the first argument on the socket of the second."""
    import uvicorn

    application, descriptor = sys.argv[1:3]
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    sys.path.insert(0, str(Path.cwd()))
    module, _, attribute = application.partition(":")
    served = getattr(importlib.import_module(module), attribute)
    config = uvicorn.Config(served, log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main()

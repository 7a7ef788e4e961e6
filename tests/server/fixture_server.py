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
import warnings
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def serving(
    application: str,
    folder: Path,
    *,
    log: IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
    preload: str = "",
) -> Generator[str]:
    """The base URL of `module:attribute`, imported from `folder` and served by uvicorn on a free loopback port.

    What the server says on its standard error goes into `log`, where one is given. `environment` adds to that of the
    test. Where `preload` names a function of the module, it is called with the application, and then a forked child
    serves.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        host, port = listener.getsockname()[:2]
        child = subprocess.Popen(
            [sys.executable, __file__, application, str(listener.fileno()), preload],
            cwd=folder,
            env={**os.environ, **(environment or {})},
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


def _fork() -> None:
    """Go on in a child, which ends with this process; here, wait for it."""
    with warnings.catch_warnings():
        # It is what is tested: a server that forks with threads running.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        # The child has the other copy of the standard input, and ends by it.
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def main() -> None:
    """Serve the application of the first argument on the socket of the second."""
    import uvicorn

    application, descriptor, preload = sys.argv[1:4]
    sys.path.insert(0, str(Path.cwd()))
    name, _, attribute = application.partition(":")
    module = importlib.import_module(name)
    served = getattr(module, attribute)
    if preload:
        getattr(module, preload)(served)
        _fork()
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    config = uvicorn.Config(served, log_level="error", lifespan="on")
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main()

"""Serving an application on a loopback port, on the next free one if that is taken."""

import contextlib
import socket

import uvicorn
from fastapi import FastAPI

HOST = "127.0.0.1"


def serve(app: FastAPI, port: int) -> None:
    """Serve `app` until it is interrupted; prints its URL first. Port 0 takes any free one."""
    listener = listen(port)
    # It listens already, so whoever reads the line may connect at once.
    print(f"http://{HOST}:{listener.getsockname()[1]}/", flush=True)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
    # Ctrl-C is how a person ends it, and no failure.
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def listen(port: int) -> socket.socket:
    """A socket that listens on `port`, or on the first free one of the hundred after it.

    Raises OSError where all of them are taken.
    """
    last = port + 100 if port else port
    while True:
        try:
            return socket.create_server((HOST, port))
        except OSError:
            if port == last:
                raise
            port += 1

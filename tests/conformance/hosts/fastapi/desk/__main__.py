"""`python -m desk PORT`: serve the desk on loopback until standard input ends."""

import os
import sys
import threading

import uvicorn

from desk.app import app


def _end_with_the_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=_end_with_the_parent, daemon=True).start()
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="off")

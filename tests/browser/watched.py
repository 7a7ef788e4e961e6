"""`python watched.py MODULE [ARGUMENT …]`: run a module as `python -m` does, until standard input ends.

A test holds the other end of that pipe, so the server ends with the test, however the test ends.
"""

import os
import runpy
import signal
import sys
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent


def end_with_the_test() -> None:
    """Wait for the pipe to close; the server then shuts down as it does for anybody."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_test, daemon=True).start()
    sys.path[0:1] = [str(HERE / "controls"), str(HERE.parents[1] / "examples" / "shop" / "backend")]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)

"""Starts shops quickly: everything is imported once, and each shop is a fork of that.

Reads commands from standard input, a line each. `start MODULE` runs the module as `python -m MODULE --port 0` does, in
a child that writes to the same standard output; `stop` ends it and answers `stopped`. When standard input ends, so does
everything: the test that holds the other end of the pipe need not say goodbye.
"""

import importlib
import os
import runpy
import signal
import sys
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Obey until the commands end."""
    sys.path[0:1] = [
        str(HERE / "controls"),
        str(HERE / "sites"),
        str(HERE.parents[1] / "examples" / "shop" / "backend"),
    ]
    # The slow part, once. It starts no thread and opens no database, so a fork of it is as good as new.
    for module in ("shop.app", "shop.serve"):
        importlib.import_module(module)

    child = 0
    for line in sys.stdin:
        match line.split():
            case ["start", module]:
                child = os.fork() or run(module)
            case ["stop"]:
                child = end(child)
                print("stopped", flush=True)
            case _:
                raise SystemExit(f"no command: {line!r}")
    end(child)


def run(module: str) -> int:
    """Run the module in a child, which ends here."""
    # The commands are for the parent alone.
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    sys.argv = [module, "--port", "0"]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except BaseException:  # noqa: BLE001 - whatever ends it is told, and nothing of the parent's is run after it
        traceback.print_exc()
    print("ended", flush=True)
    os._exit(0)


def end(child: int) -> int:
    """End the child as anybody would, if there is one; no process id is left."""
    if child:
        os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)
    return 0


if __name__ == "__main__":
    main()

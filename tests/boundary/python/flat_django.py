"""Calls through Django's WSGI handler in an endless row, and by how much the process grows with them.

`flat_django.py calls TIMES [forgetful]`, as `flatness.py` has it. The project is the one that the adapter's tests have.
"""

import ctypes
import gc
import importlib
import os
import sys
from pathlib import Path

import django
from django.core.handlers.wsgi import WSGIHandler

PROJECT = Path(__file__).parents[3] / "bindings" / "python" / "tests"
BODY = b'{"fn":"touch_book","args":{"book_id":5}}'
EXPECTED = b'{"invalidate":[{"context":"book","params":{"book_id":5}}],"result":null}'
WARM = 2_000
"""How many calls make the process warm."""


def _resident() -> int:
    """The bytes of memory that this process has."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def growth(times: int, *, forgetful: bool) -> int:
    """The bytes by which the process grows with so many calls, each in a transaction and with a purge."""
    sys.path.insert(0, str(PROJECT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "bookstore.settings"
    django.setup()
    by_wsgi = importlib.import_module("handled").by_wsgi
    handler = WSGIHandler()

    def ask(often: int) -> None:
        for _ in range(often):
            body: bytes = by_wsgi("POST", "/api/mizan/call/", BODY, handler=handler).body
            assert body == EXPECTED, body
            if forgetful:
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(body))

    ask(WARM)
    gc.collect()
    before = _resident()
    ask(times)
    gc.collect()
    return _resident() - before


if __name__ == "__main__":
    sys.stdout.write(f"{growth(int(sys.argv[2]), forgetful='forgetful' in sys.argv[3:])}\n")

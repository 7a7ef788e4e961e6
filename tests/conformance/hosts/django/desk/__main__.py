"""`python -m desk PORT [wsgi|asgi]`: serve the desk on loopback until standard input ends."""

import os
import sys
import threading
from typing import Any

import django
from django.core.management import call_command
from gunicorn.app.base import BaseApplication


def _end_with_the_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


class _Gunicorn(BaseApplication):
    """One worker with threads, loaded before anything listens."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"127.0.0.1:{self._port}",
            "control_socket_disable": True,
            # Mizan has limits of its own, and answers what is beyond them.
            "limit_request_field_size": 0,
            "limit_request_line": 0,
            "loglevel": "error",
            "preload_app": True,
            "threads": 8,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from desk.wsgi import application

        return application


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
django.setup()
# As `runserver` does, and whoever deploys: what cannot be served does not start.
call_command("check")
threading.Thread(target=_end_with_the_parent, daemon=True).start()
if sys.argv[2:] == ["asgi"]:
    import uvicorn

    from desk.asgi import application

    uvicorn.run(application, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", lifespan="off")
else:
    _Gunicorn(int(sys.argv[1])).run()

"""`python serve.py [--port N]`: serve the shop on this machine, with a database that goes with it."""

import argparse
import contextlib
import os
import socket
import sys
import tempfile
from pathlib import Path

HOST = "127.0.0.1"


def main() -> int:
    """Read the command line and serve; the exit status."""
    parser = argparse.ArgumentParser(prog="serve.py", description="Serve the shop on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="the port (8000); 0 for any free one")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        os.environ.setdefault("SHOP_DATABASE", str(Path(folder) / "shop.sqlite3"))
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        serve(arguments.port)
    return 0


def serve(port: int) -> None:
    """Make the tables, and serve until interrupted."""
    # Settings are read by the first import of anything that is Django's.
    import django  # noqa: PLC0415
    import uvicorn  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    from config.asgi import application  # noqa: PLC0415

    listener = socket.create_server((HOST, port))
    # It listens already, so whoever reads the line may connect at once.
    print(f"http://{HOST}:{listener.getsockname()[1]}/", flush=True)
    # Django has no lifespan. Ctrl-C is how a person ends it, and no failure.
    config = uvicorn.Config(application, lifespan="off", log_level="warning", timeout_graceful_shutdown=2)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    sys.exit(main())

"""`python -m shop [--port N]`: serve the shop on this machine."""

import argparse
import sys

from shop.app import app
from shop.serve import serve
from shop.web import BUILT


def main() -> int:
    """Read the command line and serve; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m shop", description="Serve the shop on this machine.")
    parser.add_argument("--port", type=int, default=8000, help="the port to try first (8000); 0 for any free one")
    arguments = parser.parse_args()
    if not (BUILT / "index.html").exists():
        print(f"The page is not built yet: there is no {BUILT}. `make demo` builds it.", file=sys.stderr)
        return 1
    serve(app, arguments.port)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The shop as one ASGI application: its functions, its page, its database."""

import os
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from mizan.fastapi import Mizan
from shop import clients
from shop.database import open_database
from shop.web import serve_web


@asynccontextmanager
async def open_shop(app: FastAPI) -> AsyncGenerator[None]:
    """Open the database for as long as the application runs.

    `SHOP_DATABASE` names a file to keep; without it each run starts from the seed, in a file that goes with it.
    """
    with tempfile.TemporaryDirectory(prefix="shop-") as folder:
        file = os.environ.get("SHOP_DATABASE") or Path(folder) / "shop.sqlite3"
        app.state.engine = open_database(Path(file))
        try:
            yield
        finally:
            app.state.engine.dispose()


def create_app() -> FastAPI:
    """The application without its functions: the database and the page."""
    app = FastAPI(title="Shop", lifespan=open_shop, openapi_url=None)
    serve_web(app)
    return app


app = create_app()
mizan = Mizan(app, modules=[clients])

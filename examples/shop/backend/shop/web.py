"""Serving the built web files: real files as they are, and the page for every address that it routes itself."""

from pathlib import Path

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

BUILT = Path(__file__).resolve().parents[2] / "web" / "dist"
"""Where `npm run build` in examples/shop/web leaves its files."""


def serve_web(app: FastAPI, folder: Path = BUILT) -> None:
    """Serve the page on `app`, under the functions and everything else it has."""
    app.mount("/assets", StaticFiles(directory=folder / "assets", check_dir=False))

    @app.get("/icon.svg", include_in_schema=False)
    def icon() -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        return FileResponse(folder / "icon.svg")

    @app.get("/{address:path}", include_in_schema=False)
    def page(address: str) -> FileResponse:  # pyright: ignore[reportUnusedFunction]
        # A name with a dot is a file that is not there, not an address of the page.
        if "." in address:
            raise HTTPException(404)
        # The page names its scripts by their content; it alone must be asked for again.
        return FileResponse(folder / "index.html", headers={"Cache-Control": "no-cache"})

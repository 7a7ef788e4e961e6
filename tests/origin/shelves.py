"""A served shelf, as a test asks it."""

import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from fixture_server import serving

HIT = "Mizan; hit"
STORED = "Mizan; fwd=uri-miss; stored"
BYPASSED = "Mizan; fwd=bypass"
SECRET = "a secret that everybody knows: of the shelf"  # noqa: S105 - as it says

PATIENT = 5.0
"""Seconds that a Redis has to answer where the test is not about that: a busy machine is no fault."""


class Shelf:
    """One process that serves the shelf in a folder."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder
        self.http = httpx.Client(base_url=f"{address}/api/mizan", timeout=20)

    def bundle(self, context: str, query: str = "", user: str | None = None) -> httpx.Response:
        """Read a bundle."""
        return self.http.get(f"/ctx/{context}/{query}", headers={} if user is None else {"x-user": user})

    def read(self, item: int) -> tuple[str, str]:
        """What stands there, and what the cache says of it."""
        reply = self.bundle("item", f"?item_id={item}")
        assert reply.status_code == 200, reply.text
        return reply.json()["item"], reply.headers["cache-status"]

    def call(self, function: str, *, user: str | None = None, **arguments: object) -> Any:
        """What a function returns."""
        headers = {} if user is None else {"x-user": user}
        reply = self.http.post("/call/", json={"fn": function, "args": arguments}, headers=headers)
        assert reply.status_code == 200, reply.text
        return reply.json()["result"]

    def keeps(self, item: int) -> None:
        """Read until the store has it."""
        wait_until(lambda: self.read(item)[1] == HIT)

    def runs(self, name: str) -> int:
        """How often a member read, in all processes."""
        return (self.folder / "runs").read_text(encoding="utf-8").split().count(name)

    def open(self, gate: str) -> None:
        """Let pass who waits at a gate, and who comes later."""
        (self.folder / gate).touch()

    def waits_at(self, gate: str, count: int = 1) -> None:
        """Wait until so many have reached a gate."""
        file = self.folder / f"{gate}-reached"
        wait_until(lambda: file.exists() and len(file.read_text(encoding="utf-8").split()) >= count)


@contextmanager
def shelves(
    folder: Path, *stores: str, timeout: float = PATIENT, lease: float = 0, preload: str = "", log: Path | None = None
) -> Generator[list[Shelf]]:
    """Processes that serve one folder, one for each URL of a store."""
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        file = None if log is None else stack.enter_context(log.open("wb"))
        started: list[Shelf] = []
        for store in stores:
            environment = {"SHELF_FOLDER": str(folder), "SHELF_STORE": store, "SHELF_TIMEOUT": str(timeout)}
            environment |= {"SHELF_LEASE": str(lease), "MIZAN_SECRET": SECRET}
            address = stack.enter_context(
                serving("shelf:app", Path(__file__).parent, environment=environment, preload=preload, log=file)
            )
            started.append(Shelf(address, folder))
            stack.callback(started[-1].http.close)
        for shelf in started:
            # From here on what a request takes is no start of a process.
            shelf.http.get(f"{shelf.address}/ping").raise_for_status()
        yield started


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)

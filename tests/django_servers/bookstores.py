"""The bookstore on servers as they are deployed, with one PostgreSQL and one Redis behind them, and who asks them."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from guarded import Guarded, free_port

HERE = Path(__file__).parent
PROJECT = HERE.parents[1] / "bindings" / "python" / "tests"
GUNICORN = ["gunicorn", "--preload", "--workers", "2", "--threads", "4", "--no-control-socket", "warmed:application"]
UVICORN = ["uvicorn", "--lifespan", "off", "--log-level", "warning", "bookstore.asgi:application"]


def cached(redis: str, *, limits: Mapping[str, int] | None = None, **options: float) -> dict[str, str]:
    """The setting of a cache, and of limits."""
    settings = {"CACHE": {"STORE": redis, **options}, "LIMITS": limits or {}, "MODULES": ["gated"]}
    return {"BOOKSTORE_MIZAN": json.dumps(settings)}


class Bookstores:
    """What several servers share."""

    def __init__(self, postgresql: int, redis: str, folder: Path) -> None:
        """Make the tables."""
        self._database = {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "127.0.0.1",
            "NAME": "postgres",
            "PORT": postgresql,
            "USER": "postgres",
        }
        self._redis = redis
        self._folder = folder
        self._dsn = f"host=127.0.0.1 port={postgresql} user=postgres dbname=postgres"
        subprocess.run(
            [sys.executable, "-m", "bookstore.manage", "migrate", "--verbosity", "0"],
            env=self._environment({}),
            check=True,
            timeout=60,
        )

    def add(self, title: str = "Tides") -> int:
        """The number of another book, of which there are none."""
        with psycopg.connect(self._dsn) as connection:
            inserted = "INSERT INTO bookstore_book (title, stock) VALUES (%s, 0) RETURNING id"
            [number] = connection.execute(inserted, [title]).fetchone() or [0]
        return number

    @contextmanager
    def closed(self, gate: int) -> Generator[psycopg.Connection[Any]]:
        """Hold a gate; it is open when this is left."""
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            connection.execute("SELECT pg_advisory_lock(%s)", [gate])
            yield connection

    @staticmethod
    def until_somebody_waits(held: psycopg.Connection[Any]) -> None:
        """Wait until somebody has come to a gate."""
        until = time.monotonic() + 10
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        while (held.execute(waiting).fetchone() or [0])[0] == 0:
            assert time.monotonic() < until, "nobody comes to the gate"
            time.sleep(0.01)

    @contextmanager
    def serve(self, server: list[str], **environment: str) -> Generator["Bookstore"]:
        """Serve it."""
        port = free_port()
        bind = ["--bind", f"127.0.0.1:{port}"] if server[0] == "gunicorn" else ["--port", str(port)]
        command = [sys.executable, "-m", *server[:1], *bind, *server[1:]]
        log = self._folder / f"{server[0]}-{port}"
        guarded = ["env", *(f"{name}={value}" for name, value in self._added(environment).items()), *command]
        with Guarded(guarded, port, log) as running:
            yield Bookstore(running)

    def _added(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {
            "BOOKSTORE_DATABASE": json.dumps(self._database),
            # Most of what is told here is the order of things, on a machine that may be busy.
            **cached(self._redis, TIMEOUT=5),
            "DJANGO_SETTINGS_MODULE": "bookstore.settings",
            "PYTHONPATH": os.pathsep.join([str(HERE), str(PROJECT)]),
            **environment,
        }

    def _environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, **self._added(environment)}


class Bookstore:
    """One server."""

    def __init__(self, running: Guarded) -> None:
        self.running = running

    def ask(self, method: str, path: str, body: object = None) -> tuple[Any, str]:
        """The JSON of a reply, and what it says of the cache; a connection for each request, as many clients have it.

        Raises:
            AssertionError: The reply is an error.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=20)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Connection": "close", "Content-Type": "application/json"})
            reply = connection.getresponse()
            data = reply.read()
            assert reply.status == 200, (reply.status, data)
            return json.loads(data), reply.headers.get("Cache-Status", "")
        finally:
            connection.close()

    def call(self, function: str, **args: object) -> Any:
        """The result of a call."""
        return self.ask("POST", "/api/mizan/call/", {"fn": function, "args": args})[0]["result"]

    def stock(self, book: int) -> tuple[int, str]:
        """The stock of a book as its bundle has it, the lesser of both members, and what the cache did."""
        data, cache = self.ask("GET", f"/api/mizan/ctx/book/?book_id={book}")
        return min(data["book_info"]["stock"], data["book_stock"]), cache

    def until_stored(self, book: int) -> int:
        """The stock of a book, read until the cache has it."""
        until = time.monotonic() + 10
        while True:
            stock, cache = self.stock(book)
            if cache == "Mizan; hit":
                return stock
            assert time.monotonic() < until, cache


class Load:
    """Readers and writers of a few books, for a while; every reader knows what the last finished write was."""

    def __init__(self, stores: list[Bookstore], books: list[int], mutation: str = "restock") -> None:
        self._stores = stores
        self._written = dict.fromkeys(books, 0)
        self._mutation = mutation
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.stale = 0
        """How many reads were older than a write that was answered before them."""
        self.reads = 0
        self.hits = 0
        self.writes = 0
        self.problems: list[str] = []
        """What was no answer."""

    @contextmanager
    def running(self, readers: int = 8) -> Generator[None]:
        """Let them go while this is entered."""
        books = list(self._written)
        threads = [threading.Thread(target=self._try, args=(self._write, number)) for number in range(len(books))]
        threads += [threading.Thread(target=self._try, args=(self._read, number)) for number in range(readers)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def until(self, writes: int, hits: int) -> None:
        """Wait until so many writes and so many reads that the cache answered are over, or something went wrong."""
        until = time.monotonic() + 60
        while (self.writes < writes or self.hits < hits) and not self.problems:
            assert time.monotonic() < until, (self.writes, self.hits, self.reads)
            time.sleep(0.05)

    def _try(self, act: Any, number: int) -> None:
        turn = number
        while not self._stop.is_set():
            turn += 1
            try:
                act(self._stores[turn % len(self._stores)], number, turn)
            except (OSError, AssertionError, http.client.HTTPException) as error:
                self.problems.append(f"{act.__name__}: {type(error).__name__}: {error}")

    def _write(self, store: Bookstore, number: int, _turn: int) -> None:
        book = list(self._written)[number]
        stock = self._written[book] + 1
        store.call(self._mutation, book_id=book, stock=stock)
        self._written[book] = stock
        self.writes += 1
        # Readers are many, and want to find something.
        self._stop.wait(0.02)

    def _read(self, store: Bookstore, _number: int, turn: int) -> None:
        book = list(self._written)[turn // 2 % len(self._written)]
        known = self._written[book]
        stock, cache = store.stock(book)
        with self._lock:
            self.reads += 1
            self.hits += cache == "Mizan; hit"
            self.stale += stock < known

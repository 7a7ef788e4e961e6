"""Fixtures that only tests of the Django adapter ask for."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.backends.signals import connection_created
from django.db.backends.utils import CursorWrapper

from asking import Asking, Queries
from bookstore.models import Book


@pytest.fixture
def bookstore(transactional_db: None) -> None:
    """The project of books on an empty database: its transactions are real, so that what is committed is kept."""
    from bookstore import clients
    from mizan.django import _application

    clients.baskets.clear()
    # An origin cache that nothing is in.
    _application.forget(setting="MIZAN")


@pytest.fixture(params=["wsgi", "asgi"])
def ask(request: pytest.FixtureRequest) -> Asking:
    """Whoever asks, once by WSGI and once by ASGI."""
    return Asking(request.param)


@pytest.fixture(autouse=True)
def closed_connections() -> Generator[None]:
    """Close what other threads opened: Django itself leaves a database in memory open when a request ends."""
    opened: list[Any] = []

    def note(connection: Any, **_: object) -> None:
        if threading.current_thread() is not threading.main_thread():
            opened.append(connection.connection)

    connection_created.connect(note)
    try:
        yield
    finally:
        connection_created.disconnect(note)
        for connection in opened:
            connection.close()


@pytest.fixture
def book(bookstore: None) -> Book:
    """A book."""
    return Book.objects.create(title="Tides", stock=2)


@pytest.fixture
def django_queries() -> Queries:
    """Collect the SQL of every thread."""

    @contextmanager
    def collect() -> Generator[list[str]]:
        seen: list[str] = []
        run = CursorWrapper.execute

        def execute(self: CursorWrapper, sql: str, params: object = None) -> object:
            seen.append(sql)
            return run(self, sql, params)  # pyright: ignore[reportArgumentType]

        CursorWrapper.execute = execute  # pyright: ignore[reportAttributeAccessIssue]
        try:
            yield seen
        finally:
            CursorWrapper.execute = run

    return collect

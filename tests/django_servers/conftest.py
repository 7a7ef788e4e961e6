"""The servers that the tests share."""

from collections.abc import Iterator

import pytest

from bookstores import GUNICORN, UVICORN, Bookstore, Bookstores
from postgresql_server import PostgresqlServer
from redis_server import RedisServer


@pytest.fixture(scope="session")
def bookstores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bookstores]:
    """One PostgreSQL and one Redis."""
    with PostgresqlServer() as postgresql, RedisServer() as redis:
        yield Bookstores(postgresql.port, redis.url, tmp_path_factory.mktemp("bookstores"))


@pytest.fixture(scope="session")
def gunicorn(bookstores: Bookstores) -> Iterator[Bookstore]:
    """Two processes of four threads, loaded and warm before they were forked."""
    with bookstores.serve(GUNICORN) as store:
        yield store


@pytest.fixture(scope="session")
def uvicorn(bookstores: Bookstores) -> Iterator[Bookstore]:
    """An event loop."""
    with bookstores.serve(UVICORN) as store:
        yield store

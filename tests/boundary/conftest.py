"""What the boundaries of all languages share: this folder is found by their tests, and a Redis is there for them."""

from collections.abc import Iterator

import pytest

from redis_server import RedisServer


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The URL of a server of our own, which keeps nothing on a disk."""
    with RedisServer() as server:
        yield server.url

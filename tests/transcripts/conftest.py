"""The server that all transcripts of a run ask."""

from collections.abc import Iterator

import pytest

from fixture_server import serving


@pytest.fixture(scope="session")
def notebook_server() -> Iterator[str]:
    """The base URL of the notebooks."""
    with serving("notebook:app") as base:
        yield base

"""The server that all transcripts of a run ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fixture_server import serving

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def notebook_server() -> Iterator[str]:
    """The base URL of the notebooks."""
    with serving("notebook:app", HERE) as base:
        yield base

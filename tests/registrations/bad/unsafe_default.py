"""A default that not every language holds exactly."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client
def events_since(cursor: int = 2**63 - 1) -> list[str]:
    """What happened after that."""
    return []


mizan = Mizan(FastAPI(), modules=[__name__])

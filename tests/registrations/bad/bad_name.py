"""A name that is none on the wire."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client
def renameUser(user_id: int, name: str) -> str:  # noqa: N802
    """Rename a user."""
    return name


mizan = Mizan(FastAPI(), modules=[__name__])

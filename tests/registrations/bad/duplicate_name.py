"""Two functions of one name."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client
def rename(user_id: int, name: str) -> str:
    """Rename a user."""
    return name


@client(name="rename")
def rename_at_once(user_id: int, name: str) -> str:
    """Rename a user, and do not wait."""
    return name


mizan = Mizan(FastAPI(), modules=[__name__])

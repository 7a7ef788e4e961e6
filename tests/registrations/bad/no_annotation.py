"""An argument without a type."""

from fastapi import FastAPI

from mizan import client
from mizan.fastapi import Mizan


@client  # pyright: ignore[reportUnknownArgumentType]
def rename(user_id, name: str) -> str:  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    """Rename a user."""
    return name


mizan = Mizan(FastAPI(), modules=[__name__])

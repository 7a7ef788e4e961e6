"""A pattern that only some languages read."""

from typing import Annotated

from fastapi import FastAPI
from pydantic import Field

from mizan import client
from mizan.fastapi import Mizan


@client
def sign_up(password: Annotated[str, Field(pattern="^(?=.*[0-9]).{8,}$")]) -> str:
    """Make an account."""
    return password


mizan = Mizan(FastAPI(), modules=[__name__])

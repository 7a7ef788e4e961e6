"""A type whose JSON Schema says what no shape can say."""

from typing import Annotated

from fastapi import FastAPI
from pydantic import BaseModel, Field

from mizan import client
from mizan.fastapi import Mizan


class Parcel(BaseModel):
    """What is sent."""

    labels: dict[Annotated[str, Field(pattern="^[a-z]+$")], int]


@client
def send(parcel: Parcel) -> int:
    """Send a parcel."""
    return len(parcel.labels)


mizan = Mizan(FastAPI(), modules=[__name__])

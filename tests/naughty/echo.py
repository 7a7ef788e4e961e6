"""An application that says what it is told: as a result, as a bundle, and in the invalidation header."""

import datetime
import decimal
import uuid

from fastapi import FastAPI

from mizan import BigInt, ReactContext, client
from mizan.fastapi import Mizan

shelf = ReactContext("shelf")


@client
async def echo(text: str) -> str:
    """The text itself."""
    return text


@client
async def echo_any(value: object) -> object:
    """The value itself, of whatever kind."""
    return value


@client(context=shelf)
async def shelf_topic(topic: str) -> str:
    """The text, as a param of a bundle."""
    return topic


@client(affects=shelf)
async def relabel(topic: str) -> None:
    """Nothing; the text narrows what is stale."""


@client
async def as_integer(value: int) -> int:
    """The integer itself."""
    return value


@client
async def as_boolean(value: bool) -> bool:
    """The boolean itself."""
    return value


@client
async def as_bigint(value: BigInt) -> BigInt:
    """The large integer itself."""
    return value


@client
async def as_decimal(value: decimal.Decimal) -> decimal.Decimal:
    """The decimal itself."""
    return value


@client
async def as_datetime(value: datetime.datetime) -> datetime.datetime:
    """The point in time itself."""
    return value


@client
async def as_duration(value: datetime.timedelta) -> datetime.timedelta:
    """The duration itself."""
    return value


@client
async def as_uuid(value: uuid.UUID) -> uuid.UUID:
    """The UUID itself."""
    return value


@client
async def as_bytes(value: bytes) -> bytes:
    """The bytes themselves."""
    return value


app = FastAPI()
Mizan(app, modules=[__name__])

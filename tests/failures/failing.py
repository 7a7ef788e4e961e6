"""An application whose functions fail, each in one way, beside one that does not."""

import asyncio
import math
import time
from typing import Any, cast

from fastapi import FastAPI
from pydantic import BaseModel

from mizan import ReactContext, client
from mizan.fastapi import Mizan

KNOWN = "only the log may say this"
page = ReactContext("page")


class Reading(BaseModel):
    """One measured value."""

    value: float | None = None


class Series(BaseModel):
    """Several of them."""

    readings: list[Reading]


class Unprintable(Exception):
    """An exception that raises again when it is asked what it says."""

    def __str__(self) -> str:
        raise ValueError(KNOWN)


@client
async def fine() -> int:
    """What works before and after."""
    return 1


@client
async def raises() -> int:
    """Raise in a coroutine."""
    raise KeyError(KNOWN)


@client
def raises_in_a_thread() -> int:
    """Raise in a worker thread."""
    raise KeyError(KNOWN)


@client
async def raises_unprintably() -> int:
    """Raise what cannot be printed."""
    raise Unprintable


@client
def raises_stop_iteration() -> int:
    """Raise what means something else to whoever drives a coroutine."""
    raise StopIteration(KNOWN)


@client
def recurses(depth: int = 0) -> int:
    """Go on until the interpreter stops it."""
    return recurses(depth + 1) + 1


@client
async def text_for_an_integer() -> int:
    """Return text instead of a number."""
    return cast("int", KNOWN)


@client
async def nothing_for_a_model() -> Series:
    """Return nothing instead of a model."""
    return cast("Series", None)


@client
async def a_member_too_many() -> Series:
    """Return a member that the type does not have."""
    return cast("Series", {"readings": [], "password": KNOWN})


@client
async def a_lone_surrogate() -> str:
    """Return text that is none."""
    return "\ud800"


@client
async def an_object_of_python() -> list[int]:
    """Return what has no form in JSON."""
    return [1, cast("int", object())]


@client
async def a_list_in_itself() -> list[Any]:
    """Return what never ends."""
    endless: list[Any] = []
    endless.append(endless)
    return endless


@client
async def too_large_an_integer() -> int:
    """Return more than every language holds exactly."""
    return 2**53


@client
async def nan() -> float:
    """Return no number."""
    return math.nan


@client
async def nan_for_a_nullable() -> float | None:
    """Return no number where null would be one."""
    return math.nan


@client
async def nan_in_a_model() -> Series:
    """Return no number deep inside."""
    return Series(readings=[Reading(value=1.5), Reading(value=math.nan)])


@client
async def infinity_in_a_list() -> list[float]:
    """Return a number beyond all."""
    return [1.0, -math.inf]


@client
async def nan_in_anything() -> Any:
    """Return no number where anything may stand."""
    return {"a": [math.nan]}


@client(timeout=0.2)
async def never_returns() -> int:
    """Wait for ever in a coroutine."""
    await asyncio.Event().wait()
    return 1


@client(timeout=0.2)
def never_returns_from_a_thread() -> int:
    """Wait in a thread for longer than anybody asks."""
    time.sleep(60)
    return 1


@client(context=page)
async def page_title() -> str:
    """The member that works."""
    return "Title"


@client(context=page)
async def page_views() -> float:
    """The member that fails."""
    return math.nan


app = FastAPI()
Mizan(app, modules=[__name__])

"""An application for the edge: a public context with sheets on a board, and a private one."""

import asyncio
import sys
from collections import Counter

from fastapi import FastAPI, Request

import mizan
from mizan import Identity, ReactContext, client
from mizan.fastapi import Mizan

BoardContext = ReactContext("board", public=True)
PriceContext = ReactContext("price", public=True)
MineContext = ReactContext("mine")

SHEETS: dict[str, str] = {"fish": "Cod.", "boats": "Two."}
RUNS: Counter[str] = Counter()
READING = asyncio.Event()
"""Set when a read of the topic `slow` has its data, and waits."""
GOING_ON = asyncio.Event()
"""Set when it may go on."""


@client(context=BoardContext, cache=60)
async def sheet(topic: str, page: int = 1) -> str:
    """What hangs there."""
    RUNS[f"sheet {topic} {page}"] += 1
    if topic not in SHEETS:
        raise mizan.NotFound("There is no such topic.")
    found = SHEETS[topic]
    if topic == "slow":
        READING.set()
        await GOING_ON.wait()
    return found


@client(context=PriceContext, cache=1)
async def price() -> int:
    """How often it was asked for; kept for a second."""
    RUNS["price"] += 1
    return RUNS["price"]


@client(context=MineContext, cache=60)
async def mine(identity: Identity | None) -> str:
    """Who asks."""
    RUNS["mine"] += 1
    return "nobody" if identity is None else identity.sub


@client(affects=BoardContext)
async def pin(topic: str, text: str) -> None:
    """Hang another sheet there."""
    SHEETS[topic] = text


@client(affects=BoardContext)
async def tidy(page: int) -> None:
    """Tidy a page of all topics."""


@client(affects=BoardContext)
async def clear() -> None:
    """Take all sheets away."""
    for topic in SHEETS:
        SHEETS[topic] = ""


@client(affects=BoardContext)
async def refuse(topic: str) -> None:
    """Change nothing."""
    raise mizan.Conflict("No.")


@client
async def runs(name: str) -> int:
    """How often a member ran."""
    return RUNS[name]


@client
async def begin_slow_read() -> None:
    """Make the next read of `slow` wait."""
    READING.clear()
    GOING_ON.clear()


@client
async def wait_for_slow_read() -> None:
    """Return when it has its data."""
    await READING.wait()


@client
async def end_slow_read() -> None:
    """Let it go on, and those after it."""
    GOING_ON.set()


async def identify(request: Request) -> Identity | None:
    """Whoever the header names, or the cookie."""
    name = request.headers.get("x-user") or request.cookies.get("user")
    return None if name is None else Identity(name)


app = FastAPI()
Mizan(app, modules=[sys.modules[__name__]], identify=identify, csrf=False)

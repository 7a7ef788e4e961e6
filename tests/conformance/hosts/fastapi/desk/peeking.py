"""The variant `peeking`: public contexts whose functions reach for whoever asks, each in another way."""

from typing import Annotated

from fastapi import Depends, Header, Request

from desk import seen
from desk.switches import broken
from mizan import ReactContext, client

PEEKING = broken("public-isolation")


def user_header(x_user: Annotated[str | None, Header()] = None) -> str:
    """A dependency that reads a header."""
    return seen.user() if PEEKING else x_user or ""


@client(context=ReactContext("peek_header", public=True))
async def peek_header(request: Request) -> str:
    """The name in the header."""
    return seen.user() if PEEKING else request.headers.get("x-user", "")


@client(context=ReactContext("peek_cookie", public=True))
async def peek_cookie(request: Request) -> str:
    """The name in the cookie."""
    return seen.user() if PEEKING else request.cookies.get("desk_user", "")


@client(context=ReactContext("peek_dependency", public=True))
async def peek_dependency(user: Annotated[str, Depends(user_header)]) -> str:
    """The name that a dependency found."""
    return user

"""The variant `peeking`: public contexts whose functions reach for whoever asks, each in another way."""

from django.http import HttpRequest

from desk import seen
from desk.switches import broken
from mizan import ReactContext, client

PEEKING = broken("public-isolation")


@client(context=ReactContext("peek_header", public=True))
async def peek_header(request: HttpRequest) -> str:
    """The name in the header."""
    return seen.user() if PEEKING else request.headers.get("X-User", "")


@client(context=ReactContext("peek_cookie", public=True))
def peek_cookie(request: HttpRequest) -> str:
    """The name in the cookie."""
    return seen.user() if PEEKING else request.COOKIES.get("desk_user", "")


@client(context=ReactContext("peek_dependency", public=True))
def peek_dependency(request: HttpRequest) -> str:
    """The name that a middleware left at the request."""
    return seen.user() if PEEKING else vars(request)["caller"]

"""Applications with an origin cache, and what it says of their bundles."""

from typing import Any

from fastapi import Request

from caller import Caller, mount
from mizan import Identity, ReactContext, client

SECRET = "a secret that everybody knows: of these tests"  # noqa: S105
HIDDEN = "hunter2-hunter2"
HIT = "Mizan; hit"
STORED = "Mizan; fwd=uri-miss; stored"
PAGE = ReactContext("page")
OPEN = ReactContext("open", public=True)
MINE = ReactContext("mine", identity=True)


class Counted:
    """A function's runs."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self) -> int:
        self.runs += 1
        return self.runs


def by_header(request: Request) -> Identity | None:
    name = request.headers.get("x-user")
    return None if name is None else Identity(name)


def language(request: Request) -> str:
    return request.headers.get("accept-language", "none")


def statuses(caller: Caller, context: str, query: str = "", **options: Any) -> list[str | None]:
    """What the cache says of two reads."""
    return [caller.bundle(context, query, **options).headers.get("cache-status") for _ in range(2)]


def counting(cache: Any = None, context: ReactContext = PAGE, **options: Any) -> Caller:
    counted = Counted()

    @client(context=context)
    async def page(number: int = 0) -> int:
        return counted()

    return mount(page, cache=cache, **options)

"""Coroutines that have taken their first step in the caller's own task.

Most functions end in it, and then cost neither a task nor a timer. One that waits goes on in that same task: a
coroutine must not change tasks, since locks and time limits inside of it remember theirs.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Generator
from types import coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from mizan._core import Outcome
    from mizan._invalidation import Announced

_Result = TypeVar("_Result")


class Waiting:
    """An answer that waits, and is to be awaited for its outcome."""

    __slots__ = ("changes", "rest")

    def __init__(self, rest: Awaitable[Outcome], changes: Announced) -> None:
        self.rest = rest
        self.changes = changes


@coroutine
def rest_of(started: Coroutine[Any, Any, _Result], pending: object) -> Generator[Any, Any, _Result]:
    """What is left of a coroutine that has taken its first step and waits for `pending`."""
    while True:
        try:
            sent = yield pending
        except BaseException as error:  # noqa: BLE001 - a cancellation is for the coroutine to see
            step, value = started.throw, error
        else:
            step, value = started.send, sent
        try:
            pending = step(value)
        except StopIteration as done:
            return done.value


async def awaited(awaitable: Awaitable[_Result]) -> _Result:
    """A coroutine of anything else that can be awaited."""
    return await awaitable

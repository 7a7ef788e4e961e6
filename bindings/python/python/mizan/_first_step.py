"""Coroutines that have taken their first step in the caller's own task.

Most functions end in it, and then cost neither a task nor a timer. One that waits goes on in that same task: a
coroutine must not change tasks, since locks and time limits inside of it remember theirs. But it has context variables
of its own, as it would in a task of its own: what a function sets is nothing to what the same request runs after it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Generator
from contextvars import Context, copy_context
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


def begun(
    answer: Coroutine[Any, Any, Outcome], changes: Announced, context: Context | None = None
) -> Outcome | Waiting:
    """Let an answer take its first step: its outcome, or what waits.

    Args:
        answer: The answer.
        changes: Where what it names by `invalidate()` goes.
        context: Its context variables. Default: a copy of those that are here.
    """
    context = context or copy_context()
    try:
        pending = context.run(answer.send, None)
    except StopIteration as done:
        return done.value
    return Waiting(rest_of(answer, pending, context), changes)


async def apart(answer: Coroutine[Any, Any, _Result]) -> _Result:
    """Run a coroutine in this task, in context variables of its own."""
    context = copy_context()
    try:
        pending = context.run(answer.send, None)
    except StopIteration as done:
        return done.value
    return await rest_of(answer, pending, context)


@coroutine
def rest_of(
    started: Coroutine[Any, Any, _Result], pending: object, context: Context | None = None
) -> Generator[Any, Any, _Result]:
    """What is left of a coroutine that has taken its first step and waits for `pending`.

    Args:
        started: The coroutine.
        pending: What its last step gave.
        context: Its context variables. Default: those that are here at each step.
    """
    while True:
        try:
            sent = yield pending
        except BaseException as error:  # noqa: BLE001 - a cancellation is for the coroutine to see
            step, value = started.throw, error
        else:
            step, value = started.send, sent
        try:
            pending = step(value) if context is None else context.run(step, value)
        except StopIteration as done:
            return done.value


async def awaited(awaitable: Awaitable[_Result]) -> _Result:
    """A coroutine of anything else that can be awaited."""
    return await awaitable

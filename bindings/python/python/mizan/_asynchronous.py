"""Running many functions on one event loop: at once where they wait, each within its time limit.

An answer is a coroutine that returns an outcome and raises nothing of its function's. It takes its first step in the
caller's own task; most answers end there and cost neither a task nor a timer. Once one waits, it goes on in that
task (a coroutine must not change tasks: locks and time limits inside of it remember theirs), and the answers after it
get tasks of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from types import coroutine
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from mizan._host import TIMED_OUT

if TYPE_CHECKING:
    from mizan._core import Outcome

Answer: TypeAlias = "Coroutine[Any, Any, Outcome]"
_Result = TypeVar("_Result")


def answer_all(
    start: Callable[[int, dict[str, Any]], Answer], calls: Sequence[tuple[int, dict[str, Any], float]]
) -> list[Outcome] | Coroutine[Any, Any, list[Outcome]]:
    """The outcomes, in order; where one waits, the coroutine that goes on with it.

    Args:
        start: Makes the answer of a function, given its index and arguments.
        calls: Those, and the seconds each may take; after them its coroutine is cancelled, its outcome `TIMED_OUT`.
    """
    outcomes: list[Outcome] = []
    for index, arguments, seconds in calls:
        answer = start(index, arguments)
        try:
            pending = answer.send(None)
        except StopIteration as done:
            outcomes.append(done.value)
        else:
            return _go_on(outcomes, _rest(answer, pending), seconds, start, calls[len(outcomes) + 1 :])
    return outcomes


async def _go_on(
    outcomes: list[Outcome],
    waiting: Awaitable[Outcome],
    seconds: float,
    start: Callable[[int, dict[str, Any]], Answer],
    calls: Sequence[tuple[int, dict[str, Any], float]],
) -> list[Outcome]:
    later = [asyncio.create_task(_limited(start(index, given), limit)) for index, given, limit in calls]
    try:
        outcomes.append(await _limited(waiting, seconds))
        outcomes.extend([await task for task in later])
    except BaseException:
        for task in later:
            task.cancel()
        await asyncio.gather(*later, return_exceptions=True)
        raise
    return outcomes


async def _limited(answer: Awaitable[Outcome], seconds: float) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError:
        return TIMED_OUT


@coroutine
def _rest(started: Coroutine[Any, Any, _Result], pending: object) -> Generator[Any, Any, _Result]:
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

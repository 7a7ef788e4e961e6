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


async def answer_all(starts: Sequence[Callable[[], Answer]], limits: Sequence[float]) -> list[Outcome]:
    """The outcomes, in order.

    Args:
        starts: Each makes one answer.
        limits: The seconds each may take, after which its coroutine is cancelled and its outcome is `TIMED_OUT`.
    """
    outcomes: list[Outcome] = []
    for start in starts:
        answer = start()
        try:
            pending = answer.send(None)
        except StopIteration as done:
            outcomes.append(done.value)
            continue
        break
    else:
        return outcomes
    position = len(outcomes)
    rest = zip(starts[position + 1 :], limits[position + 1 :], strict=True)
    later = [asyncio.create_task(_limited(start(), limit)) for start, limit in rest]
    try:
        outcomes.append(await _limited(_rest(answer, pending), limits[position]))
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

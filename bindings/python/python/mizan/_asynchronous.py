"""Running many functions on one event loop: at once where they wait, each within its time limit.

An answer is a coroutine that returns an outcome and raises nothing of its function's. It takes its first step in the
caller's own task, where most answers end. Once one waits, it goes on in that task, and the answers after it get tasks
of their own. Each has its own context variables, with what they were when the round began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

from mizan._first_step import Waiting, begun
from mizan._host import TIMED_OUT, Host, ended
from mizan._native import Bell

if TYPE_CHECKING:
    from mizan._core import Arguments, Exchange, Outcome, Step
    from mizan._invalidation import Announced
    from mizan._registration import Served

Answer: TypeAlias = "Coroutine[Any, Any, Outcome]"


def answer_all(
    host: Host,
    functions: Sequence[Served],
    start: Callable[[Served, Arguments, Announced], Answer],
    calls: Sequence[tuple[int, Arguments, float]],
    nonce: int,
    *,
    running: list[Announced],
) -> list[Outcome] | Coroutine[Any, Any, list[Outcome]]:
    """The outcomes, in order; where one waits, the coroutine that goes on with it.

    Args:
        host: Runs the functions that need nothing of the framework.
        functions: All of the application, by index.
        start: Makes the answer of any other function, given its arguments and a list for what it says that it changed.
        calls: Indexes, arguments, and the seconds each may take; after them it is cancelled, its outcome `TIMED_OUT`.
        nonce: The request's.
        running: Is given the list of each.
    """
    outcomes: list[Outcome] = []
    for index, arguments, seconds in calls:
        served = functions[index]
        changes: Announced = []
        running.append(changes)
        outcome = (
            host.attempt(served, arguments, nonce, changes)
            if served.is_alone
            else begun(start(served, arguments, changes), changes)
        )
        if isinstance(outcome, Waiting):
            later = calls[len(outcomes) + 1 :]
            tasks = [_task(start, functions[one], given, limit, running) for one, given, limit in later]
            return _go_on(outcomes, outcome, seconds, tasks)
        outcomes.append(outcome)
    return outcomes


def attempt_all(
    host: Host,
    functions: Sequence[Served],
    calls: Sequence[tuple[int, Arguments, float]],
    nonce: int,
    running: list[Announced],
) -> list[Outcome] | Coroutine[Any, Any, list[Outcome]] | None:
    """As `answer_all`, for functions that need nothing of the framework; None, and nothing has run, where one does."""
    for call in calls:
        if not functions[call[0]].is_alone:
            return None
    if len(calls) == 1:
        index, arguments, seconds = calls[0]
        changes: Announced = []
        running.append(changes)
        outcome = host.attempt(functions[index], arguments, nonce, changes)
        return _go_on([], outcome, seconds, []) if isinstance(outcome, Waiting) else [outcome]

    def start(served: Served, arguments: Arguments, changes: Announced) -> Answer:
        return host.call_async(served, arguments, nonce, changes)

    return answer_all(host, functions, start, calls, nonce, running=running)


def _task(
    start: Callable[[Served, Arguments, Announced], Answer],
    served: Served,
    arguments: Arguments,
    seconds: float,
    running: list[Announced],
) -> asyncio.Task[Outcome]:
    changes: Announced = []
    running.append(changes)
    return asyncio.create_task(_limited(start(served, arguments, changes), seconds, changes))


_bells: WeakKeyDictionary[asyncio.AbstractEventLoop, Bell | None] = WeakKeyDictionary()
"""What wakes each loop; None where it watches no descriptors."""


async def arrival(exchange: Exchange) -> Step:
    """Wait for what the origin cache has to say; the next step."""
    loop = asyncio.get_running_loop()
    arrived: asyncio.Future[None] = loop.create_future()
    try:
        bell = _bells[loop]
    except KeyError:
        bell = _hang_bell(loop)
    is_there = exchange.wake(partial(_wake, loop, arrived)) if bell is None else exchange.ring(bell, arrived)
    if not is_there:
        await arrived
    return exchange.resume()


def _hang_bell(loop: asyncio.AbstractEventLoop) -> Bell | None:
    try:
        bell = Bell()
        loop.add_reader(bell.fileno(), _answer_bell, bell)
    except NotImplementedError:
        bell = None
    _bells[loop] = bell
    return bell


def _answer_bell(bell: Bell) -> None:
    for arrived in bell.take():
        _settle(arrived)


def _settle(arrived: asyncio.Future[None]) -> None:
    if not arrived.done():
        arrived.set_result(None)


def _wake(loop: asyncio.AbstractEventLoop, arrived: asyncio.Future[None]) -> None:
    # Called on a thread of the runtime's, maybe after the loop has ended.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle, arrived)


async def _go_on(
    outcomes: list[Outcome], waiting: Waiting, seconds: float, later: list[asyncio.Task[Outcome]]
) -> list[Outcome]:
    try:
        outcomes.append(await _limited(waiting.rest, seconds, waiting.changes))
        outcomes.extend([await task for task in later])
    except BaseException:
        for task in later:
            task.cancel()
        await asyncio.gather(*later, return_exceptions=True)
        raise
    return outcomes


async def _limited(answer: Awaitable[Outcome], seconds: float, changes: Announced) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError:
        return ended(TIMED_OUT, changes)

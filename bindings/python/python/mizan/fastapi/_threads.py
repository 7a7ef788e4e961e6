"""Threads for sync functions, each of which counts until its function has ended.

anyio's own limiter counts those that somebody waits for. A function that outruns its limit goes on, so that by it every
request could leave a thread behind: here whoever finds all of them taken waits for one, within its own limit.
"""

from asyncio import AbstractEventLoop, CancelledError, get_running_loop
from collections.abc import Callable
from contextlib import suppress
from math import inf
from threading import Lock
from typing import TypeVar

from anyio import CapacityLimiter, WouldBlock, to_thread
from anyio.lowlevel import RunVar

_Result = TypeVar("_Result")

_places: RunVar[CapacityLimiter] = RunVar("mizan_places")
_unlimited: RunVar[CapacityLimiter] = RunVar("mizan_unlimited")


async def run_on_thread(function: Callable[..., _Result], *arguments: object) -> _Result:
    """Run a sync function on a thread; where this is cancelled, it goes on, and its place is taken until it ends."""
    places = _limiter(_places, lambda: to_thread.current_default_thread_limiter().total_tokens)
    trip = _Trip(places, get_running_loop())
    try:
        places.acquire_on_behalf_of_nowait(trip)
    except WouldBlock:
        await places.acquire_on_behalf_of(trip)
    try:
        result = await to_thread.run_sync(
            trip.run, function, *arguments, abandon_on_cancel=True, limiter=_limiter(_unlimited, lambda: inf)
        )
    except CancelledError:
        trip.leave()
        raise
    except BaseException:
        places.release_on_behalf_of(trip)
        raise
    places.release_on_behalf_of(trip)
    return result


class _Trip:
    """One function on its way to a thread and back."""

    __slots__ = ("_has_begun", "_is_left", "_is_over", "_lock", "_loop", "_places")

    def __init__(self, places: CapacityLimiter, loop: AbstractEventLoop) -> None:
        self._places = places
        self._loop = loop
        self._lock = Lock()
        self._has_begun = False
        self._is_left = False
        self._is_over = False

    def run(self, function: Callable[..., _Result], *arguments: object) -> _Result:
        """Run it, on the thread."""
        with self._lock:
            if self._is_left:
                # Its place is another's already, and nobody would see what it does.
                raise CancelledError
            self._has_begun = True
        try:
            return function(*arguments)
        finally:
            with self._lock:
                self._is_over = True
                is_left = self._is_left
            if is_left:
                # The loop may have ended before.
                with suppress(RuntimeError):
                    self._loop.call_soon_threadsafe(self._places.release_on_behalf_of, self)

    def leave(self) -> None:
        """Nobody waits for it any more."""
        with self._lock:
            self._is_left = True
            is_running = self._has_begun and not self._is_over
        if not is_running:
            self._places.release_on_behalf_of(self)


def _limiter(kept: RunVar[CapacityLimiter], size: Callable[[], float]) -> CapacityLimiter:
    # Each event loop has its own.
    try:
        return kept.get()
    except LookupError:
        limiter = CapacityLimiter(size())
        kept.set(limiter)
        return limiter

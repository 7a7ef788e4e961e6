"""Sync functions of one request under ASGI: one trip to Django's thread, where they run one after the other.

Each has its own time limit, and no thread can be stopped. Where one outruns its limit, its answer is that (CALL-8);
those after it have their own limit for the thread to come free, and the same again to run. Where it does not come free,
the request is answered with what is there, and nothing of it begins after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from mizan._host import TIMED_OUT, ended

if TYPE_CHECKING:
    from mizan._core import Outcome
    from mizan._invalidation import Announced


class InTurn:
    """One such trip. The thread runs it, and the event loop watches its clock."""

    __slots__ = ("_answers", "_deadline", "_limits", "_lock", "_named", "_outcomes", "_place")

    def __init__(
        self, answers: Sequence[Callable[[], Outcome]], limits: Sequence[float], named: Sequence[Announced]
    ) -> None:
        """Make one.

        Args:
            answers: Run one function each.
            limits: The seconds that each has.
            named: Where what each names by `invalidate()` goes.
        """
        self._answers = answers
        self._limits = limits
        self._named = named
        self._outcomes: dict[int, Outcome] = {}
        self._place = 0
        """The first that has neither ended nor been given up."""
        self._deadline = monotonic() + limits[0]
        self._lock = Lock()

    def run(self) -> None:
        """Run those that are not given up, on the thread."""
        for place, answer in enumerate(self._answers):
            with self._lock:
                if place < self._place:
                    continue
                self._deadline = monotonic() + self._limits[place]
            outcome = answer()
            with self._lock:
                if place == self._place:
                    self._outcomes[place] = outcome
                    self._go_on()

    def _go_on(self) -> None:
        self._place += 1
        if self._place < len(self._limits):
            self._deadline = monotonic() + self._limits[self._place]

    def _remaining(self) -> float:
        """The seconds until the clock is to be looked at again; 0 where nothing is waited for any more."""
        with self._lock:
            while self._place < len(self._limits):
                if (seconds := self._deadline - monotonic()) > 0:
                    # One that begins meanwhile may have less time, but has all of its own before it.
                    return min([seconds, *self._limits[self._place + 1 :]])
                self._go_on()
        return 0

    async def wait(self, trip: Coroutine[Any, Any, None]) -> list[Outcome]:
        """Wait for the trip as long as something is waited for, and give the outcomes."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(None) as clock:

                def look() -> None:
                    nonlocal timer
                    if seconds := self._remaining():
                        timer = loop.call_later(seconds, look)
                    else:
                        clock.reschedule(loop.time())

                timer = loop.call_later(self._remaining(), look)
                try:
                    await trip
                finally:
                    timer.cancel()
                    # Whoever left waits for nothing more, either.
                    with self._lock:
                        self._place = len(self._limits)
        except TimeoutError:
            pass
        # What one names that was given up counts until now.
        return [
            self._outcomes[place] if place in self._outcomes else ended(TIMED_OUT, changes)
            for place, changes in enumerate(self._named)
        ]

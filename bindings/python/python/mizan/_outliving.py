"""Sync functions that outlive their request: no thread can be stopped, and what commits late has changed something.

Whoever waited for it was answered `TIMEOUT`, or is gone. When the function ends, what it may have changed is taken away
once more (STORE-7). Until then it keeps a thread: where too many do, no other sync function begins (LIM-17).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from mizan._host import named, write_log

if TYPE_CHECKING:
    from mizan._core import Exchange, Late
    from mizan._invalidation import Announced
    from mizan._left_behind import LeftBehind

_Result = TypeVar("_Result")


class Outliving:
    """One trip to a thread."""

    __slots__ = ("_behind", "_changes", "_has_begun", "_is_left", "_is_over", "_late", "_lock")

    def __init__(self, changes: Sequence[Announced], behind: LeftBehind) -> None:
        """Make one.

        Args:
            changes: Where what its functions name by `invalidate()` goes.
            behind: Counts it from when nobody waits for it any more.
        """
        self._behind = behind
        self._changes = changes
        self._has_begun = False
        self._is_left = False
        self._is_over = False
        self._late: Late | None = None
        self._lock = Lock()

    def run(self, function: Callable[..., _Result], *arguments: object) -> _Result:
        """Run it, on the thread."""
        with self._lock:
            self._has_begun = True
            if self._is_left:
                self._behind.add()
        try:
            return function(*arguments)
        finally:
            with self._lock:
                self._is_over = True
                late = self._late
                if self._is_left:
                    self._behind.remove()
            if late is not None:
                self._take_away(late)

    def left(self, exchange: Exchange) -> None:
        """Nobody waits for it any more. The exchange has not heard of it yet."""
        late = exchange.late()
        with self._lock:
            if not self._is_over:
                self._is_left = True
                self._late = late
                # One that waits for its thread may never have it.
                if self._has_begun:
                    self._behind.add()
                return
        # It ended just now.
        if late is not None:
            self._take_away(late)

    def _take_away(self, late: Late) -> None:
        write_log(late.ended([target for changes in self._changes for target in named(changes)]))

"""The sync functions that outran their limits, each of which keeps a thread until it ends."""

import logging
from threading import Lock

_log = logging.getLogger("mizan")


class LeftBehind:
    """How many sync functions of an application go on although nobody waits for them any more (LIM-17)."""

    __slots__ = ("_count", "_lock", "_most")

    def __init__(self, most: int) -> None:
        """Make one.

        Args:
            most: How many may, before no other one begins.
        """
        self._count = 0
        self._lock = Lock()
        self._most = most

    @property
    def is_full(self) -> bool:
        """Whether no sync function is to begin until one of those has ended."""
        return self._count >= self._most

    def add(self) -> None:
        """One more goes on."""
        with self._lock:
            self._count += 1
            is_first = self._count == self._most
        if is_first:
            _log.error(
                "%d functions go on after their time limit: sync functions are refused until one ends", self._most
            )

    def remove(self) -> None:
        """One has ended."""
        with self._lock:
            self._count -= 1

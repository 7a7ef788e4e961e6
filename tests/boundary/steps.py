"""Every step across the boundary, taken a few times; with arguments, mistakes on purpose too."""

import ctypes
import gc
import sys

import exercise
import kept
import parts
from exercise import post, same
from mizan import _core


class Steps:
    """All steps, with the applications that they are taken on."""

    def __init__(self, store: str = "memory") -> None:
        self.app = exercise.application()
        self.kept = kept.application(store)
        self._kept = kept.STEPS if store == "memory" else kept.ANYWHERE

    def take(self) -> None:
        """Take each once."""
        for step in (*exercise.STEPS, *parts.STEPS):
            step(self.app)
        for step in self._kept:
            step(self.kept)


def forget_bytes(app: _core.Application) -> None:
    """Lose the bodies of replies: what a missing release of memory would do."""
    for number in range(20):
        _, step = post(app, {"fn": f"nobody_{number}"})
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(step[3]))


def forget_exchange(app: _core.Application) -> None:
    """Lose an exchange, which the interpreter still knows of."""
    exchange, _ = post(app, {"fn": "taken"})
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(exchange))


def release_twice(_: _core.Application) -> None:
    """Ask an application that was released once too often."""
    released = exercise.application()
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(released))
    released.body_limit()


MISTAKES = {mistake.__name__: mistake for mistake in (forget_bytes, forget_exchange, release_twice)}


def main() -> None:
    """Take every step a few times; with arguments, make those mistakes too."""
    steps = Steps()
    for _ in range(3):
        steps.take()
    for name in sys.argv[1:]:
        MISTAKES[name](steps.app)
    gc.collect()
    handles = [found for found in gc.get_objects() if type(found).__module__ == _core.__name__]
    alive = [repr(handle) for handle in handles if handle not in {steps.app, steps.kept}]
    same(alive, [])
    same(len(handles), 2)


if __name__ == "__main__":
    main()

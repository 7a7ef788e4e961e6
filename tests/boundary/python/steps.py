"""Every step across the boundary, taken a few times; with an argument, a mistake on purpose instead."""

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


def _forget(handle: object) -> None:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(handle))


def _encoder(app: _core.Application) -> _core.Encoder:
    return app.encoder(app.functions().index("user_tags"), ("list", ("str",)), lambda _: b"[]")


def forget_application(_: _core.Application) -> None:
    """Lose an application, which the interpreter still knows of, like all handles."""
    _forget(exercise.application())


def forget_checked(app: _core.Application) -> None:
    """Lose what an encoder has printed."""
    _forget(_encoder(app).encode(["a"]))


def forget_encoder(app: _core.Application) -> None:
    """Lose an encoder."""
    _forget(_encoder(app))


def forget_exchange(app: _core.Application) -> None:
    """Lose an exchange."""
    _forget(post(app, {"fn": "taken"})[0])


def lose_bytes(app: _core.Application) -> None:
    """Lose the bodies of replies: what a missing release of memory would do."""
    for number in range(LOST):
        _forget(post(app, {"fn": f"nobody_{number}"})[1][3])


def lose_checked(app: _core.Application) -> None:
    """Lose what an encoder has printed, and let the interpreter know of it no more."""
    encoder = _encoder(app)
    for _ in range(LOST):
        checked = encoder.encode(["a"])
        _forget(checked)
        ctypes.pythonapi.PyObject_GC_UnTrack(ctypes.py_object(checked))


def release_twice(_: _core.Application) -> None:
    """Ask an application that was released once too often."""
    released = exercise.application()
    ctypes.pythonapi.Py_DecRef(ctypes.py_object(released))
    released.body_limit()


LOST = 20
MISTAKES = {
    mistake.__name__: mistake
    for mistake in (
        forget_application,
        forget_checked,
        forget_encoder,
        forget_exchange,
        lose_bytes,
        lose_checked,
        release_twice,
    )
}


def main() -> None:
    """Take every step a few times; or make a mistake instead."""
    steps = Steps()
    for name in sys.argv[1:]:
        MISTAKES[name](steps.app)
    for _ in range(0 if sys.argv[1:] else 3):
        steps.take()
    gc.collect()
    handles = [found for found in gc.get_objects() if type(found).__module__ == _core.__name__]
    alive = [repr(handle) for handle in handles if handle not in {steps.app, steps.kept}]
    same(alive, [])
    same(len(handles), 2)


if __name__ == "__main__":
    main()

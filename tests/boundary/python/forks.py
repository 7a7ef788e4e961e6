"""The same applications, imported and used before, in threads and in forked workers.

With the URL of a Redis, bundles are kept there: the threads of the runtime are then busy in the parent, and gone in the
child, which has to begin its own.
"""

import os
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import steps

THREADS = 16
WORKERS = 4


def in_threads(action: Callable[[], None]) -> None:
    """Do it in all threads at once; what one of them raises is raised."""
    barrier = threading.Barrier(THREADS)

    def together() -> None:
        barrier.wait(60)
        action()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(together) for _ in range(THREADS)]:
            done.result()


def fork(action: Callable[[], None]) -> int:
    """A worker that does it; its process id."""
    with warnings.catch_warnings():
        # It is what is tested: a server that forks with threads running.
        warnings.simplefilter("ignore", DeprecationWarning)
        worker = os.fork()
    if worker:
        return worker
    status = 1
    try:
        action()
        status = 0
    except BaseException:  # noqa: BLE001 - it is told to the parent by the status
        traceback.print_exc()
    os._exit(status)


def join(worker: int, seconds: float) -> int:
    """The exit status of a worker; one that does not end in time is killed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(worker, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(worker, 9)
    os.waitpid(worker, 0)
    return -9


def main() -> None:
    """Steps in threads, then in workers forked from a quiet and from a busy process, then here again."""
    taken = steps.Steps(*sys.argv[1:])
    all_steps = taken.take
    in_threads(all_steps)
    quiet = [fork(lambda: in_threads(all_steps)) for _ in range(WORKERS)]
    stop = threading.Event()

    def busy() -> None:
        while not stop.is_set():
            all_steps()

    with ThreadPoolExecutor(THREADS) as pool:
        running = [pool.submit(busy) for _ in range(THREADS)]
        hurried = [fork(all_steps) for _ in range(WORKERS)]
        statuses = [join(worker, 60) for worker in (*quiet, *hurried)]
        stop.set()
        for done in running:
            done.result()
    all_steps()
    if any(statuses):
        message = f"the workers ended with {statuses}"
        raise AssertionError(message)


if __name__ == "__main__":
    sys.exit(main())

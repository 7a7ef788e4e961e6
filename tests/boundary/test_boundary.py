"""`mizan._core` keeps its memory in order, and answers right in many threads and in forked workers.

So it does with bundles in its own memory, and with bundles in a Redis.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flat import KINDS
from memcheck import check

HERE = Path(__file__).parent
MIB = 1 << 20


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / program), *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=600)


def growth(*arguments: str) -> int:
    done = run("flat.py", *arguments)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


class Runs:
    """The runs that take their time, two at once."""

    def __init__(self, pool: ThreadPoolExecutor, folder: Path) -> None:
        self.clean = pool.submit(check, folder / "clean.xml")
        self.million = {kind: pool.submit(growth, kind, "1000000") for kind in KINDS}
        self.mistaken = {
            mistake: pool.submit(check, folder / f"{mistake}.xml", mistake)
            for mistake in ("forget_bytes", "release_twice")
        }
        self.forgetful = {kind: pool.submit(growth, kind, "100000", "forgetful") for kind in KINDS}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with ThreadPoolExecutor(2) as pool:
        yield Runs(pool, tmp_path_factory.mktemp("memcheck"))


def test_the_memory_checker_finds_nothing_in_the_extension(runs: Runs) -> None:
    checked = runs.clean.result()
    assert checked.status == 0
    assert checked.kinds == set(), checked.report


@pytest.mark.parametrize(
    ("mistake", "kind"),
    [
        ("forget_bytes", "Leak_DefinitelyLost"),
        ("release_twice", "InvalidRead"),
    ],
)
def test_the_memory_checker_finds_a_mistake(runs: Runs, mistake: str, kind: str) -> None:
    assert kind in runs.mistaken[mistake].result().kinds


@pytest.mark.parametrize("kind", KINDS)
def test_a_million_actions_leave_the_memory_flat(runs: Runs, kind: str) -> None:
    assert runs.million[kind].result() <= 2 * MIB


@pytest.mark.parametrize("kind", KINDS)
def test_forgotten_memory_shows(runs: Runs, kind: str) -> None:
    assert runs.forgetful[kind].result() > 2 * MIB


def test_no_handle_outlives_its_use() -> None:
    assert run("steps.py").returncode == 0
    lost = run("steps.py", "forget_exchange")
    assert lost.returncode == 1
    assert "<mizan._core.Exchange object" in lost.stderr


def test_threads_and_forked_workers_answer_right() -> None:
    done = run("forks.py")
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_and_forked_workers_share_a_redis(redis: str) -> None:
    done = run("forks.py", redis)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_lost_redis_is_no_answer(redis: str) -> None:
    # The steps ask for what is kept, so that a store which is not there shows.
    done = run("forks.py", redis.replace("127.0.0.1", "127.0.0.2"))
    assert done.returncode == 1
    assert "is never kept" in done.stderr


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of our own, which keeps nothing on a disk."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    log = tmp_path_factory.mktemp("redis")
    with (log / "log").open("wb") as out, subprocess.Popen(command, cwd=log, stdout=out) as server:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until, (log / "log").read_text()
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()

"""`mizan._core` keeps its memory in order, and answers right in many threads and in forked workers.

So it does with bundles in its own memory, and with bundles in a Redis.
"""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flat import KINDS
from flatness import CONTROL_TIMES, TIMES, growth, limit
from memcheck import Checked, check

HERE = Path(__file__).parent
FLAT = [sys.executable, str(HERE / "flat.py")]
# Python's own allocator would hide each object among others of its size.
PLAIN_MEMORY = {"PYTHONMALLOC": "malloc"}
HANDLES = {
    "forget_application": "Application",
    "forget_checked": "Checked",
    "forget_encoder": "Encoder",
    "forget_exchange": "Exchange",
}


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / program), *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True, timeout=600)


def checked(folder: Path, *mistake: str) -> Checked:
    command = [sys.executable, str(HERE / "steps.py"), *mistake]
    return check(command, "_core.abi3.so", folder / f"{'-'.join(mistake)}.xml", PLAIN_MEMORY)


class Runs:
    """The runs that take their time, two at once."""

    def __init__(self, pool: ThreadPoolExecutor, folder: Path) -> None:
        self.million = {kind: pool.submit(growth, FLAT, kind, TIMES) for kind in KINDS}
        self.clean = pool.submit(checked, folder)
        self.mistaken = {
            mistake: pool.submit(checked, folder, mistake)
            for mistake in ("lose_bytes", "lose_checked", "release_twice")
        }
        self.forgetful = {kind: pool.submit(growth, FLAT, kind, CONTROL_TIMES, forgetful=True) for kind in KINDS}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with ThreadPoolExecutor(2) as pool:
        yield Runs(pool, tmp_path_factory.mktemp("memcheck"))


def test_the_memory_checker_finds_nothing_in_the_extension(runs: Runs) -> None:
    found = runs.clean.result()
    assert found.status == 0
    assert found.kinds == set(), found.report


@pytest.mark.parametrize(
    ("mistake", "kind", "told"),
    [
        ("lose_bytes", "Leak_DefinitelyLost", " are definitely lost"),
        # The handle, and the text that Rust holds in it.
        ("lose_checked", "Leak_DefinitelyLost", " indirect) bytes in "),
        ("release_twice", "InvalidRead", ""),
    ],
)
def test_the_memory_checker_finds_a_mistake(runs: Runs, mistake: str, kind: str, told: str) -> None:
    found = runs.mistaken[mistake].result()
    assert [finding for finding in found.findings if finding.kind == kind and told in finding.told], found.report


@pytest.mark.parametrize("kind", KINDS)
def test_a_million_requests_and_as_many_other_actions_leave_the_memory_flat(runs: Runs, kind: str) -> None:
    assert runs.million[kind].result() <= limit(TIMES)


@pytest.mark.parametrize("kind", KINDS)
def test_memory_that_one_action_forgets_shows(runs: Runs, kind: str) -> None:
    assert runs.forgetful[kind].result() > limit(CONTROL_TIMES)


def test_no_handle_outlives_its_use() -> None:
    done = run("steps.py")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("mistake", "handle"), HANDLES.items())
def test_a_handle_that_outlives_its_use_shows(mistake: str, handle: str) -> None:
    lost = run("steps.py", mistake)
    assert lost.returncode == 1
    assert f"<mizan._core.{handle} object" in lost.stderr


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

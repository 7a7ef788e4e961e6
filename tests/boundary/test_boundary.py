"""`mizan._core` keeps its memory in order, and answers right in many threads and in forked workers."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

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
        self.million = pool.submit(growth, "1000000")
        self.mistaken = {
            mistake: pool.submit(check, folder / f"{mistake}.xml", mistake)
            for mistake in ("forget_bytes", "release_twice")
        }
        self.forgetful = pool.submit(growth, "100000", "forgetful")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with ThreadPoolExecutor(2) as pool:
        yield Runs(pool, tmp_path_factory.mktemp("memcheck"))


def test_the_memory_checker_finds_nothing_in_the_extension(runs: Runs) -> None:
    checked = runs.clean.result()
    assert checked.status == 0
    assert checked.kinds == set(), checked.report


@pytest.mark.parametrize(
    ("mistake", "kind"), [("forget_bytes", "Leak_DefinitelyLost"), ("release_twice", "InvalidRead")]
)
def test_the_memory_checker_finds_a_mistake(runs: Runs, mistake: str, kind: str) -> None:
    assert kind in runs.mistaken[mistake].result().kinds


def test_a_million_requests_leave_the_memory_flat(runs: Runs) -> None:
    assert runs.million.result() <= 2 * MIB


def test_forgotten_memory_shows(runs: Runs) -> None:
    assert runs.forgetful.result() > 2 * MIB


def test_no_handle_outlives_its_use() -> None:
    assert run("exercise.py").returncode == 0
    lost = run("exercise.py", "forget_exchange")
    assert lost.returncode == 1
    assert "<mizan._core.Exchange object" in lost.stderr


def test_threads_and_forked_workers_answer_right() -> None:
    done = run("forks.py")
    assert (done.returncode, done.stderr) == (0, "")

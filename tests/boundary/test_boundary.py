"""`mizan._core` keeps its memory in order, and answers right in many threads and in forked workers."""

import subprocess
import sys
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


def test_the_memory_checker_finds_nothing_in_the_extension(tmp_path: Path) -> None:
    checked = check(tmp_path / "memcheck.xml")
    assert checked.status == 0
    assert checked.kinds == set(), checked.report


@pytest.mark.parametrize(
    ("mistake", "kind"), [("forget_bytes", "Leak_DefinitelyLost"), ("release_twice", "InvalidRead")]
)
def test_the_memory_checker_finds_a_mistake(tmp_path: Path, mistake: str, kind: str) -> None:
    assert kind in check(tmp_path / "memcheck.xml", mistake).kinds


def test_no_handle_outlives_its_use() -> None:
    assert run("exercise.py").returncode == 0
    lost = run("exercise.py", "forget_exchange")
    assert lost.returncode == 1
    assert "<mizan._core.Exchange object" in lost.stderr


def test_a_million_requests_leave_the_memory_flat() -> None:
    assert growth("1000000") <= 2 * MIB


def test_forgotten_memory_shows() -> None:
    assert growth("100000", "forgetful") > 2 * MIB


def test_threads_and_forked_workers_answer_right() -> None:
    done = run("forks.py")
    assert (done.returncode, done.stderr) == (0, "")

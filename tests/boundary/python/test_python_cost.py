"""A hit of the origin cache costs no more than what it saves, in instructions: no other load changes their number."""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

READS = 300


def instructions(kind: str) -> int:
    """What a process executes that starts, and reads so many bundles."""
    program = str(Path(__file__).parent / "cost.py")
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, program]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [*command, kind, str(READS)], capture_output=True, check=False, text=True, timeout=600, env=environment
    )
    assert done.returncode == 0, done.stderr
    found = re.search(r"Collected : (\d+)", done.stderr)
    assert found is not None, done.stderr
    return int(found[1])


def test_a_hit_costs_less_than_its_miss_and_than_no_cache() -> None:
    with ThreadPoolExecutor(2) as pool:
        hit, miss, uncached = pool.map(instructions, ("hit", "miss", "uncached"))
    # The processes differ in their reads alone; those of the hit are not for nothing.
    assert hit < miss
    assert hit < uncached

"""By how much a process grows that does the same few things over and over, and how much that may be.

A program does them: `PROGRAM KIND TIMES [forgetful]` does each action of that kind so many times, once it is warm, and
prints the bytes of resident memory that it gained. With `forgetful`, it never releases what the last action of the row
gives.

Two mebibytes over a hundred thousand times: an action that loses a single piece of memory, of which the smallest are
of 32 bytes, loses more than three.
"""

import subprocess
from collections.abc import Sequence

TIMES = 100_000
"""How often each action is done."""
CONTROL_TIMES = TIMES // 10
"""How often where a release is forgotten."""


def limit(times: int) -> int:
    """The bytes that a process may grow by while each action is done so many times."""
    return (2 << 20) * times // TIMES


def growth(program: Sequence[str], kind: str, times: int, *, forgetful: bool = False) -> int:
    """The bytes by which such a program grew.

    Raises:
        AssertionError: It failed; the text is what it said.
    """
    command = [*program, kind, str(times), *(["forgetful"] if forgetful else [])]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)

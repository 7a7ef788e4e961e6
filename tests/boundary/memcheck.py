"""Runs the steps under valgrind's memory checker, and reads what it found in `mizan._core`.

The interpreter has oddities of its own that are nobody's business here: a finding counts where the extension is among
the frames that lead to it. Objects that Python's collector knows of are always reachable, so those the steps count
themselves.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

HERE = Path(__file__).parent
EXTENSION = "_core.abi3.so"


@dataclass(frozen=True)
class Checked:
    """What came of one run."""

    status: int
    """Of the steps."""
    kinds: set[str]
    """The kinds of findings in the extension, as valgrind names them."""
    report: str
    """All of them, for a reader."""


def check(log: Path, *mistakes: str) -> Checked:
    """Run the steps, with these mistakes made on purpose."""
    command = [
        "valgrind",
        "--leak-check=full",
        "--show-leak-kinds=definite",
        "--errors-for-leak-kinds=definite",
        "--num-callers=40",
        "--xml=yes",
        f"--xml-file={log}",
        sys.executable,
        str(HERE / "steps.py"),
        *mistakes,
    ]
    # Python's own allocator would hide each object among others of its size.
    done = subprocess.run(command, env={**os.environ, "PYTHONMALLOC": "malloc"}, check=False, timeout=600)
    found = [error for error in ET.parse(log).iter("error") if _concerns_extension(error)]  # noqa: S314 - it is valgrind's
    return Checked(done.returncode, {error.findtext("kind", "") for error in found}, "\n\n".join(map(_told, found)))


def _concerns_extension(error: ET.Element) -> bool:
    return any(Path(file.text or "").name == EXTENSION for file in error.iter("obj"))


def _told(error: ET.Element) -> str:
    what = error.findtext("what") or error.findtext("xwhat/text") or ""
    frames = [frame.findtext("fn") or frame.findtext("obj") or "?" for frame in error.iter("frame")]
    return "\n  ".join([f"{error.findtext('kind')}: {what}", *frames])

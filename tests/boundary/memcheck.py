"""Runs a program under valgrind's memory checker, and reads what it found in one native extension.

Interpreters have oddities of their own that are nobody's business here: a finding counts where the extension is among
the frames that lead to it. What an interpreter's collector knows of is always reachable, so a program counts its
handles itself.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET


@dataclass(frozen=True)
class Finding:
    """What the checker says in one place."""

    kind: str
    """As valgrind names it, such as `Leak_DefinitelyLost`."""
    told: str
    """What and where, for a reader."""


@dataclass(frozen=True)
class Checked:
    """What came of one run."""

    status: int
    """Of the program."""
    findings: tuple[Finding, ...]
    """Those in the extension."""

    @property
    def kinds(self) -> set[str]:
        """The kinds of all findings."""
        return {finding.kind for finding in self.findings}

    @property
    def report(self) -> str:
        """All of them, for a reader."""
        return "\n\n".join(finding.told for finding in self.findings)


def check(command: Sequence[str], extension: str, log: Path, environment: Mapping[str, str]) -> Checked:
    """Run a program under the checker.

    Args:
        command: The program, which is no script, and its arguments.
        extension: The file name of the extension.
        log: Where the checker's own report goes; read here, left for a reader.
        environment: Added to that of the test, such as what takes an interpreter's own allocator out of the way: it
            would hide each object among others of its size.
    """
    valgrind = [
        "valgrind",
        "--leak-check=full",
        "--show-leak-kinds=definite",
        "--errors-for-leak-kinds=definite",
        "--num-callers=40",
        "--xml=yes",
        f"--xml-file={log}",
    ]
    done = subprocess.run([*valgrind, *command], env={**os.environ, **environment}, check=False, timeout=600)
    errors = [error for error in ET.parse(log).iter("error") if _concerns(extension, error)]  # noqa: S314 - it is valgrind's
    return Checked(done.returncode, tuple(Finding(error.findtext("kind", ""), _told(error)) for error in errors))


def _concerns(extension: str, error: ET.Element) -> bool:
    return any(Path(file.text or "").name == extension for file in error.iter("obj"))


def _told(error: ET.Element) -> str:
    what = error.findtext("what") or error.findtext("xwhat/text") or ""
    frames = [frame.findtext("fn") or frame.findtext("obj") or "?" for frame in error.iter("frame")]
    return "\n  ".join([f"{error.findtext('kind')}: {what}", *frames])

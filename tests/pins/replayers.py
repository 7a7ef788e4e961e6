"""The replayers of this repository, as `make replayers` tells them."""

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import Any

from pins import PINS, ROOT, cases


@cache
def replayers() -> dict[str, list[str]]:
    """The command of each surface."""
    told = subprocess.run(["make", "-s", "replayers"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return {surface: command.split(" ") for surface, command in (line.split("\t") for line in told.splitlines())}


def replay(command: Sequence[str], lines: Sequence[str | bytes]) -> list[dict[str, Any]]:
    """The answers to some lines, in order."""
    stdin = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    done = subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, check=True)
    return [json.loads(line, parse_int=_integer) for line in done.stdout.splitlines()]


def _integer(digits: str) -> int | float:
    # Python would read -0 as 0, and a sign too many would go unseen.
    return -0.0 if digits == "-0" else int(digits)


@cache
def answers(surface: str) -> dict[str, dict[str, Any]]:
    """A surface's answers to all pins, by id."""
    held = cases(PINS)
    given = replay(replayers()[surface], [case.line for case in held])
    assert [answer["id"] for answer in given] == [case.id for case in held], "one answer each, in order"
    return {answer.pop("id"): answer for answer in given}

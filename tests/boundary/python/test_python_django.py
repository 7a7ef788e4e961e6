"""A Django project answers calls without end in the memory that it has."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flatness import growth, limit

FLAT = [sys.executable, str(Path(__file__).parent / "flat_django.py")]
TIMES = 30_000
"""How often a call is made: the bytes that each may lose are the same however many there are, and Django is slow."""
CONTROL_TIMES = TIMES // 2
"""How often where a body is forgotten each time."""


def test_calls_through_django_leave_the_memory_flat_and_forgotten_bodies_show() -> None:
    with ThreadPoolExecutor(2) as pool:
        flat = pool.submit(growth, FLAT, "calls", TIMES)
        forgetful = pool.submit(growth, FLAT, "calls", CONTROL_TIMES, forgetful=True)
    assert flat.result() <= limit(TIMES)
    assert forgetful.result() > limit(CONTROL_TIMES)

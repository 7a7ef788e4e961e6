"""A Django project answers calls without end in the memory that it has."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flatness import TIMES, growth, limit

FLAT = [sys.executable, str(Path(__file__).parent / "flat_django.py")]
CONTROL_TIMES = TIMES // 5
"""How often where a body is forgotten each time."""


def test_calls_through_django_leave_the_memory_flat_and_forgotten_bodies_show() -> None:
    with ThreadPoolExecutor(2) as pool:
        flat = pool.submit(growth, FLAT, "calls", TIMES)
        forgetful = pool.submit(growth, FLAT, "calls", CONTROL_TIMES, forgetful=True)
    assert flat.result() <= limit(TIMES)
    assert forgetful.result() > limit(CONTROL_TIMES)

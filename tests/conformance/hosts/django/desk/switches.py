"""What this process was started as: which one thing is broken, which variant it is, and where its cache is."""

import os

BROKEN = os.environ.get("MIZAN_BREAK", "")
VARIANT = os.environ.get("MIZAN_VARIANT", "")
CACHE = os.environ.get("MIZAN_CACHE") or "memory"


def broken(switch: str) -> bool:
    """Whether this process was started with that one capability broken."""
    return switch == BROKEN


def variant(name: str) -> bool:
    """Whether this process is that variant of the application."""
    return name == VARIANT

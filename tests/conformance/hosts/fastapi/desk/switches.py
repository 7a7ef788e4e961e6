"""The switches of the fixture: which one thing is broken in this process, and which variant it is."""

import os

BROKEN = os.environ.get("MIZAN_BREAK", "")
VARIANT = os.environ.get("MIZAN_VARIANT", "")


def broken(switch: str) -> bool:
    """Whether this process was started with that one capability broken."""
    return switch == BROKEN


def variant(name: str) -> bool:
    """Whether this process is that variant of the application."""
    return name == VARIANT

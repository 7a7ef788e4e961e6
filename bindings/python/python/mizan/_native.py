"""The native half, checked: both halves of the package have to be of one version."""

from mizan import _core
from mizan._core import (
    MAX_DETAILS,
    TOKEN_LEEWAY,
    TOKEN_LIVES,
    Application,
    Begun,
    Bell,
    Keyrings,
    Refused,
    Runner,
    TokenDesk,
    permission_key,
    run_command_line,
)

__all__ = [
    "MAX_DETAILS",
    "TOKEN_LEEWAY",
    "TOKEN_LIVES",
    "Application",
    "Begun",
    "Bell",
    "Keyrings",
    "Refused",
    "Runner",
    "TokenDesk",
    "permission_key",
    "run_command_line",
]

_CONTRACT = 14

if _core.CONTRACT != _CONTRACT:
    _MESSAGE = (
        f"mizan's Python half speaks contract {_CONTRACT}, its native half {_core.CONTRACT}: two versions are mixed.\n"
        "  help: install it anew, `pip install --force-reinstall mizan`; from a checkout, `maturin develop`"
    )
    raise ImportError(_MESSAGE)

"""What cases of several kinds have in common: bytes, texts, and what does not build."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from mizan import _core

if TYPE_CHECKING:
    from collections.abc import Callable

Input = dict[str, Any]
Answer = dict[str, Any]
_Built = TypeVar("_Built")


class Unbuildable(Exception):
    """A schema, a registration or an IR that does not build."""


def text(value: object) -> bytes:
    """JSON, its keys in order."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def hexadecimal(given: Input, name: str = "hex") -> bytes:
    """The bytes of a member that is lower-case hexadecimal text."""
    held = given[name]
    if held != held.lower() or not held.isascii() or " " in held:
        raise ValueError(held)
    return bytes.fromhex(held)


def built(make: Callable[[], _Built]) -> _Built:
    """What `make` gives.

    Raises:
        Unbuildable: It raised ValueError.
    """
    try:
        return make()
    except ValueError as error:
        raise Unbuildable(str(error)) from error


def application(given: Input) -> _core.Application:
    """The application of a case, without secrets."""
    document = text(given["application"])
    return built(lambda: _core.Application(document))

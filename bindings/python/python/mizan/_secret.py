"""A secret as a setting gives it: text or bytes, and whatever else somebody put there by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mizan._core import Purpose


def secret_bytes(setting: str, secret: object) -> bytes:
    """The bytes of a secret. What they are worth is the core's to say.

    Raises:
        ValueError: It is neither text nor bytes. The message names the setting, never the value.
    """
    if isinstance(secret, str):
        return secret.encode()
    if isinstance(secret, bytes):
        return secret
    raise ValueError(f"{setting} is {type(secret).__name__}: a secret is text or bytes")


def own_keys(
    setting: str, keys: Mapping[Purpose, Sequence[tuple[str, str | bytes]]] | None
) -> dict[Purpose, list[tuple[str, bytes]]]:
    """Keys of a purpose's own, as the core takes them.

    Raises:
        ValueError: As `secret_bytes`.
    """
    return {
        purpose: [(kid, secret_bytes(f'{setting}["{purpose}"]', secret)) for kid, secret in held]
        for purpose, held in (keys or {}).items()
    }

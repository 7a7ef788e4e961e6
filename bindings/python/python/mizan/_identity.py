"""Who is calling."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, cast

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling, as the core sees it: what guards decide by (AUTH-1)."""

    sub: str
    """The caller's id. Always text: a number would lose digits in some clients."""
    staff: bool = False
    superuser: bool = False
    permissions: Collection[str] = _NONE
    """Names such as `shop.change_order`."""
    session: str | None = None
    """The id of the session, where there is one: the token against forged requests is bound to it, else to `sub`."""
    proof: Literal["session", "mwt", "access"] = "session"
    """What said so: the application itself, or a token. An application that finds out who asks leaves it as it is."""

    def __post_init__(self) -> None:
        """Refuse what the core could not read, where its author sees the line; a number as `sub` is the usual mistake.

        Raises:
            TypeError: A field is of another type.
        """
        for name in ("sub", "session"):
            value: object = getattr(self, name)
            if not isinstance(value, str) and (value is not None or name == "sub"):
                raise TypeError(f"the {name} of an Identity is text, not {type(value).__name__}")
        for name in ("staff", "superuser"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise TypeError(f"{name} of an Identity is a bool, not {type(value).__name__}")
        if self.permissions is not _NONE and not are_names(self.permissions):
            raise TypeError("the permissions of an Identity are names")


def are_names(permissions: object) -> bool:
    """Whether something is a collection of texts; a single text is none."""
    if isinstance(permissions, str) or not isinstance(permissions, Iterable):
        return False
    return all(isinstance(name, str) for name in cast("Iterable[object]", permissions))

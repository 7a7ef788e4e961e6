"""Who is calling."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling, as the core sees it: what guards decide by (AUTH-1)."""

    sub: str
    """The caller's id. Always text: a number would lose digits in some clients."""
    staff: bool = False
    superuser: bool = False
    permissions: Collection[str] = frozenset()
    """Names such as `shop.change_order`."""
    session: str | None = None
    """The id of the session, where there is one: the token against forged requests is bound to it, else to `sub`."""
    proof: Literal["session", "mwt", "access"] = "session"
    """What said so: the application itself, or a token. An application that finds out who asks leaves it as it is."""

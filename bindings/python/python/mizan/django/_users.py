"""Django's users as identities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from mizan._identity import Identity

if TYPE_CHECKING:
    from mizan._core import Caller

# With these cookies for a session, its key changes whenever it is saved.
_COOKIES_ALONE = "django.contrib.sessions.backends.signed_cookies"


def are_there() -> bool:
    """Whether the project has Django's users."""
    return apps.is_installed("django.contrib.auth")


def caller(request: HttpRequest, user: Any) -> Caller:  # noqa: ANN401 - a project may have users of its own
    """A request's user, as the core takes it; what it is allowed is asked for where that matters."""
    if user is None or not user.is_authenticated:
        return None
    session: Any = getattr(request, "session", None)
    key = None if session is None or settings.SESSION_ENGINE == _COOKIES_ALONE else session.session_key
    return (
        str(user.pk),
        bool(getattr(user, "is_staff", False)),
        bool(getattr(user, "is_superuser", False)),
        None,
        key,
    )


def allowed(user: Any) -> list[str]:  # noqa: ANN401 - as above
    """What a user is allowed: names such as `shop.change_order`."""
    ask = getattr(user, "get_all_permissions", None)
    return [] if ask is None else sorted(ask())


def find(sub: str) -> Identity | None:
    """Whoever has that id now, if they may sign in."""
    user = _user(sub)
    if user is None:
        return None
    staff = bool(getattr(user, "is_staff", False))
    return Identity(sub, staff, bool(getattr(user, "is_superuser", False)), allowed(user))


def permissions(sub: str) -> Iterable[str]:
    """What whoever has that id is allowed now."""
    user = _user(sub)
    return [] if user is None else allowed(user)


def become(request: HttpRequest, sub: str) -> None:
    """Have the request's user be the one whom its token names, not the one of its session."""
    from asgiref.sync import sync_to_async  # noqa: PLC0415 - few requests need it
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - a project may have no users

    def load() -> Any:  # noqa: ANN401 - as above
        return _user(sub) or AnonymousUser()

    async def load_async() -> Any:  # noqa: ANN401 - as above
        return await sync_to_async(load)()

    request.user = SimpleLazyObject(load)  # type: ignore[assignment]
    request.auser = load_async  # type: ignore[method-assign]


def _user(sub: str) -> Any:  # noqa: ANN401 - as above
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - a project may have no users

    try:
        user: Any = get_user_model()._default_manager.get(pk=sub)  # noqa: SLF001 - what Django's own backend asks
    except (ObjectDoesNotExist, ValidationError, ValueError):
        return None
    return user if user.is_active else None

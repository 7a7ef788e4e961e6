"""Who asks: the header `X-User` or the cookie `desk_user` names them. Most projects leave that to Django's users."""

from collections.abc import Collection

from django.http import HttpRequest

import mizan
from mizan import Identity

PERMISSIONS = {"ada": ("desk.edit", "desk.read"), "eve": ("desk.read",)}


def name_of(request: HttpRequest) -> str | None:
    """The name that a request carries, if it does."""
    return request.headers.get("X-User") or request.COOKIES.get("desk_user")


def identify(request: HttpRequest) -> Identity | None:
    """Ada is staff, root a superuser, an empty name an invalid one."""
    if request.headers.get("X-User") == "":
        raise mizan.Unauthenticated("That is nobody.")
    name = name_of(request)
    return None if name is None else find(name)


def find(name: str) -> Identity | None:
    """Who has that name now."""
    return Identity(sub=name, staff=name == "ada", superuser=name == "root", permissions=permissions_of(name))


def permissions_of(name: str) -> Collection[str]:
    """What somebody is allowed, whom a session or a token names."""
    return PERMISSIONS.get(name, ())


def nobody_can_tell(_name: str) -> None:
    """What somebody is allowed, where that is not known."""


def in_hours(request: HttpRequest, identity: Identity | None) -> bool:
    """Open unless the request says that it is night."""
    return "X-Night" not in request.headers

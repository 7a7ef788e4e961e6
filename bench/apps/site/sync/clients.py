"""Mizan's functions, sync. Beyond what the others do, the reply to a rename says what it makes stale."""

import mizan
from apps.models import NOTICES, PROFILE, Name, Notice, Profile, Renamed
from mizan import ReactContext, client

UserContext = ReactContext("user")


def _found(user_id: int) -> None:
    if user_id != PROFILE.user_id:
        raise mizan.NotFound


@client(affects=UserContext)
def rename_user(user_id: int, name: Name) -> Renamed:
    """Rename a user."""
    return Renamed(user_id=user_id, name=name)


@client(context=UserContext)
def user_profile(user_id: int) -> Profile:
    """Who a user is."""
    _found(user_id)
    return PROFILE


@client(context=UserContext)
def user_notices(user_id: int) -> list[Notice]:
    """What a user was sent."""
    _found(user_id)
    return NOTICES

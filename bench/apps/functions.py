"""Mizan on FastAPI. Beyond what the others do, the reply to the rename says what it makes stale."""

from fastapi import FastAPI

import mizan
from apps.models import NOTICES, PROFILE, Name, Notice, Profile, Renamed
from mizan import ReactContext, client
from mizan.fastapi import Mizan

UserContext = ReactContext("user")


@client(affects=UserContext)
async def rename_user(user_id: int, name: Name) -> Renamed:
    """Rename a user."""
    return Renamed(user_id=user_id, name=name)


@client(context=UserContext)
async def user_profile(user_id: int) -> Profile:
    """Who a user is."""
    if user_id != PROFILE.user_id:
        raise mizan.NotFound
    return PROFILE


@client(context=UserContext)
async def user_notices(user_id: int) -> list[Notice]:
    """What a user was sent."""
    if user_id != PROFILE.user_id:
        raise mizan.NotFound
    return NOTICES


@client
async def nothing() -> None:
    """What an exchange costs by itself."""


app = FastAPI(openapi_url=None)
served = Mizan(app, functions=[rename_user, user_profile, user_notices, nothing])

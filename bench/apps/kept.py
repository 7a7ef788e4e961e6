"""Mizan with its origin cache, in memory and on a Redis.

The reads are those of the other applications, of any user, so that who reads another one each time always misses.
"""

import os

from fastapi import FastAPI

from apps.models import NOTICES, PROFILE, Notice, Profile
from mizan import ReactContext, client
from mizan.fastapi import Mizan

SECONDS = 3600
UserContext = ReactContext("user", public=True)
OwnContext = ReactContext("own")


@client(context=UserContext, cache=SECONDS)
async def user_profile(user_id: int) -> Profile:  # noqa: ARG001
    """Who a user is."""
    return PROFILE


@client(context=UserContext, cache=SECONDS)
async def user_notices(user_id: int) -> list[Notice]:  # noqa: ARG001
    """What a user was sent."""
    return NOTICES


@client(context=OwnContext, cache=SECONDS)
async def own_profile(user_id: int) -> Profile:  # noqa: ARG001
    """Who a user is."""
    return PROFILE


@client(context=OwnContext, cache=SECONDS)
async def own_notices(user_id: int) -> list[Notice]:  # noqa: ARG001
    """What a user was sent."""
    return NOTICES


@client(affects=UserContext)
async def change_user(user_id: int) -> int:
    """Make one user's bundle stale."""
    return user_id


@client(affects=UserContext)
async def change_users() -> None:
    """Make every user's bundle stale."""


def _served(store: str | None) -> Mizan:
    functions = [user_profile, user_notices, own_profile, own_notices, change_user, change_users]
    return Mizan(
        FastAPI(openapi_url=None),
        functions=functions,
        cache=store,
        secret="a secret of the benchmark's own, 32",  # noqa: S106
    )


uncached = _served(None)
memory = _served("memory")
on_redis = _served(os.environ["BENCH_REDIS"])

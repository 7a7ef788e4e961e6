"""What else keeps replies in Python: fastapi-cache2 and aiocache, on FastAPI's typed routes and on Starlette by hand.

The decorators stand as their documentation has them. By hand it is the finished body that is kept, which is as short as
the way through aiocache gets.
"""

import json
import os
from collections.abc import Callable
from typing import Any

from aiocache import RedisCache, SimpleMemoryCache, cached
from aiocache.serializers import NullSerializer, PickleSerializer
from fastapi import FastAPI
from fastapi_cache import FastAPICache
from fastapi_cache.backends.inmemory import InMemoryBackend
from fastapi_cache.backends.redis import RedisBackend
from fastapi_cache.decorator import cache
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from apps import data
from apps.kept import SECONDS
from apps.models import NOTICES, PROFILE
from apps.typed import User

_REDIS = os.environ["BENCH_REDIS"]
_USER = User(user_profile=PROFILE, user_notices=NOTICES)


def _fastapi_cache() -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/user")
    @cache(expire=SECONDS)
    async def user(user_id: int) -> User:  # noqa: ARG001
        return _USER

    return app


def _aiocache(keep: Callable[..., Any]) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.get("/user")
    @keep
    async def user(user_id: int) -> User:  # noqa: ARG001
        return _USER

    return app


def _by_hand(kept: Any) -> Starlette:  # noqa: ANN401 - aiocache has no types
    async def user(request: Request) -> Response:
        user_id = int(request.query_params["user_id"])
        body = await kept.get(f"user:{user_id}")
        if body is None:
            body = json.dumps(
                {"user_profile": data.PROFILE, "user_notices": data.NOTICES}, separators=(",", ":")
            ).encode()
            await kept.set(f"user:{user_id}", body, ttl=SECONDS)
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/user", user)])


def __getattr__(name: str) -> Any:  # noqa: ANN401 - an ASGI application, made in the process that serves it
    match name:
        case "fastapi_cache_memory":
            FastAPICache.init(InMemoryBackend())
            return _fastapi_cache()
        case "fastapi_cache_redis":
            FastAPICache.init(RedisBackend(Redis.from_url(_REDIS)), prefix="fastapi-cache")
            return _fastapi_cache()
        case "aiocache_memory":
            return _aiocache(cached(ttl=SECONDS))
        case "aiocache_redis":
            return _aiocache(cached(ttl=SECONDS, cache=RedisCache, serializer=PickleSerializer(), **_address()))
        case "by_hand_memory":
            return _by_hand(SimpleMemoryCache())
        case "by_hand_redis":
            return _by_hand(RedisCache(serializer=NullSerializer(encoding=None), **_address()))
        case _:
            raise AttributeError(name)


def _address() -> dict[str, Any]:
    port = _REDIS.rpartition(":")[2].partition("/")[0]
    return {"endpoint": "127.0.0.1", "port": int(port)}

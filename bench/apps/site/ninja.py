"""Django Ninja's typed operations: Pydantic models in and out; sync, and async."""

from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI, Router
from ninja.errors import HttpError

from apps.models import NOTICES, PROFILE, Rename, Renamed, User

_USER = User(user_profile=PROFILE, user_notices=NOTICES)

api = NinjaAPI(docs_url=None, openapi_url=None)
later = Router()


def _user(user_id: int) -> User:
    if user_id != PROFILE.user_id:
        raise HttpError(404, "no such user")
    return _USER


@api.post("/rename", response=Renamed)
def rename(request: HttpRequest, body: Rename) -> Renamed:  # noqa: ARG001
    """Rename a user."""
    return Renamed(user_id=body.user_id, name=body.name)


@api.get("/user", response=User)
def user(request: HttpRequest, user_id: int) -> User:  # noqa: ARG001
    """What is known of a user."""
    return _user(user_id)


@later.post("/rename", response=Renamed)
async def rename_async(request: HttpRequest, body: Rename) -> Renamed:  # noqa: ARG001
    """Rename a user."""
    return Renamed(user_id=body.user_id, name=body.name)


@later.get("/user", response=User)
async def user_async(request: HttpRequest, user_id: int) -> User:  # noqa: ARG001
    """What is known of a user."""
    return _user(user_id)


api.add_router("/async", later)
urlpatterns = [path("", api.urls)]

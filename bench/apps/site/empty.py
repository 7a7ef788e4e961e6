"""Django's own cost: a view that answers bytes made beforehand, whatever is asked; sync, and async."""

import json

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from apps.data import NOTICES, PROFILE

_RENAMED = json.dumps({"user_id": 5, "name": "Ada"}, separators=(",", ":")).encode()
_BUNDLE = json.dumps({"user_profile": PROFILE, "user_notices": NOTICES}, separators=(",", ":")).encode()


@csrf_exempt
def rename(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - what was sent is not looked at
    """Answer what a rename is answered with."""
    return HttpResponse(_RENAMED, content_type="application/json")


def user(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer what is known of a user."""
    return HttpResponse(_BUNDLE, content_type="application/json")


@csrf_exempt
async def rename_async(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer what a rename is answered with."""
    return HttpResponse(_RENAMED, content_type="application/json")


async def user_async(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer what is known of a user."""
    return HttpResponse(_BUNDLE, content_type="application/json")


urlpatterns = [
    path("rename", rename),
    path("user", user),
    path("async/rename", rename_async),
    path("async/user", user_async),
]

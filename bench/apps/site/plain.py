"""Django's own views: dictionaries and `JsonResponse`, and the checks written out; sync, and async."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from apps.data import NAME_LENGTHS, NOTICES, PROFILE


def _rename(request: HttpRequest) -> HttpResponse:
    try:
        body: Any = json.loads(request.body)
    except ValueError:
        return JsonResponse({"error": "the body is no JSON"}, status=400)
    if not isinstance(body, dict) or body.keys() != {"user_id", "name"}:
        return JsonResponse({"error": "user_id and name are needed"}, status=422)
    user_id, name = body["user_id"], body["name"]
    if type(user_id) is not int:
        return JsonResponse({"error": "user_id: expected an integer"}, status=422)
    if type(name) is not str or not NAME_LENGTHS[0] <= len(name) <= NAME_LENGTHS[1]:
        return JsonResponse({"error": "name: expected 2 to 40 characters"}, status=422)
    return JsonResponse({"user_id": user_id, "name": name})


def _user(request: HttpRequest) -> HttpResponse:
    try:
        user_id = int(request.GET["user_id"])
    except (KeyError, ValueError):
        return JsonResponse({"error": "user_id: expected an integer"}, status=422)
    if user_id != PROFILE["user_id"]:
        return JsonResponse({"error": "no such user"}, status=404)
    return JsonResponse({"user_profile": PROFILE, "user_notices": NOTICES})


@csrf_exempt
@require_POST
def rename(request: HttpRequest) -> HttpResponse:
    """Rename a user."""
    return _rename(request)


@require_GET
def user(request: HttpRequest) -> HttpResponse:
    """What is known of a user."""
    return _user(request)


@csrf_exempt
@require_POST
async def rename_async(request: HttpRequest) -> HttpResponse:
    """Rename a user."""
    return _rename(request)


@require_GET
async def user_async(request: HttpRequest) -> HttpResponse:
    """What is known of a user."""
    return _user(request)


urlpatterns = [
    path("rename", rename),
    path("user", user),
    path("async/rename", rename_async),
    path("async/user", user_async),
]

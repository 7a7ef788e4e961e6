"""Starlette by hand: dictionaries, `json` and `JSONResponse`, and the checks written out."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from apps.data import NAME_LENGTHS, NOTICES, PROFILE


async def rename(request: Request) -> Response:
    """Rename a user."""
    body = await request.json()
    if not isinstance(body, dict) or body.keys() != {"user_id", "name"}:
        return JSONResponse({"error": "user_id and name are needed"}, 422)
    user_id, name = body["user_id"], body["name"]
    if type(user_id) is not int:
        return JSONResponse({"error": "user_id: expected an integer"}, 422)
    if type(name) is not str or not NAME_LENGTHS[0] <= len(name) <= NAME_LENGTHS[1]:
        return JSONResponse({"error": "name: expected 2 to 40 characters"}, 422)
    return JSONResponse({"user_id": user_id, "name": name})


async def user(request: Request) -> Response:
    """What is known of a user."""
    try:
        user_id = int(request.query_params["user_id"])
    except (KeyError, ValueError):
        return JSONResponse({"error": "user_id: expected an integer"}, 422)
    if user_id != PROFILE["user_id"]:
        return JSONResponse({"error": "no such user"}, 404)
    return JSONResponse({"user_profile": PROFILE, "user_notices": NOTICES})


app = Starlette(routes=[Route("/rename", rename, methods=["POST"]), Route("/user", user)])

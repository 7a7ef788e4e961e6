"""FastAPI's own typed routes: Pydantic models in and out."""

from fastapi import FastAPI, HTTPException

from apps.models import NOTICES, PROFILE, Rename, Renamed, User

app = FastAPI(openapi_url=None)
_USER = User(user_profile=PROFILE, user_notices=NOTICES)


@app.post("/rename")
async def rename(body: Rename) -> Renamed:
    """Rename a user."""
    return Renamed(user_id=body.user_id, name=body.name)


@app.get("/user")
async def user(user_id: int) -> User:
    """What is known of a user."""
    if user_id != PROFILE.user_id:
        raise HTTPException(404)
    return _USER

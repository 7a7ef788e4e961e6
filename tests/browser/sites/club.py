"""A club whose members sign in by cookie, on three origins: its own, a friend's that it trusts, and a stranger's.

All three serve the same empty page and the same functions, so that a page of any origin can try to call the first one.
The CORS middleware lets both others read replies: whether they may call is for `trusted_origins` alone.
"""

import secrets

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.middleware.cors import CORSMiddleware

from mizan import Identity, ReactContext, Tokens, client
from mizan.fastapi import Mizan
from shop.serve import HOST, listen

WallContext = ReactContext("wall")

wall: list[str] = []
members: dict[str, str] = {}


@client(context=WallContext, auth="authenticated")
def wall_lines() -> list[str]:
    """What members wrote."""
    return wall


@client(affects=WallContext, auth="authenticated")
def write(identity: Identity, text: str) -> None:
    """Write a line on the wall."""
    wall.append(f"{identity.sub}: {text}")


def identify(request: Request) -> Identity | None:
    """Whoever the cookie names."""
    session = request.cookies.get("session", "")
    return Identity(sub=members[session], session=session) if session in members else None


def main() -> None:
    """Serve until interrupted; prints the URL of the club's own origin first."""
    listeners = [listen(0) for _ in range(3)]
    own, friend, stranger = (f"http://{HOST}:{listener.getsockname()[1]}" for listener in listeners)
    app = FastAPI()

    @app.get("/")
    def page() -> HTMLResponse:
        return HTMLResponse("<!doctype html><title>Club</title><link rel=icon href=data:,>")

    @app.get("/origins")
    def origins() -> dict[str, str]:
        return {"own": own, "friend": friend, "stranger": stranger}

    @app.get("/whoami")
    def whoami(request: Request) -> str | None:
        identity = identify(request)
        return identity and identity.sub

    @app.post("/sign-in/{name}")
    def sign_in(name: str, response: Response) -> None:
        session = secrets.token_hex(8)
        members[session] = name
        response.set_cookie("session", session, httponly=True, samesite="lax")

    Mizan(
        app,
        functions=[wall_lines, write],
        identify=identify,
        secret=secrets.token_hex(32),
        tokens=Tokens(functions=["mwt_obtain"]),
        trusted_origins=[friend],
    )
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[friend, stranger],
        allow_credentials=True,
        allow_methods=["GET", "POST"],
        allow_headers=["X-Mizan-Contract", "X-Mizan-CSRF", "X-Mizan-Token"],
        expose_headers=["X-Mizan-Contract", "X-Mizan-CSRF"],
    )
    print(f"{own}/", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)).run(sockets=listeners)


if __name__ == "__main__":
    main()

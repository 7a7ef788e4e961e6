"""`Mizan` itself as the ASGI application that a server runs."""

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import Response

import mizan
from mizan.fastapi import Mizan


@mizan.client
async def whose(request: Request) -> str:
    """Which app answers, and below which path."""
    return f"{request.app.title} {request.scope.get('root_path', '')}"


def app_with(title: str) -> FastAPI:
    app = FastAPI(title=title)

    @app.get("/plain")
    def plain() -> str:
        return "plain"

    return app


CALL = {"fn": "whose"}


def test_it_answers_as_the_app_does_and_hands_the_rest_on():
    app = app_with("shop")
    served = Mizan(app, functions=[whose])
    with TestClient(served) as through, TestClient(app) as direct:
        for client in (through, direct):
            assert client.post("/api/mizan/call/", json=CALL).json()["result"] == "shop "
            assert client.get("/plain").json() == "plain"
            assert client.get("/api/mizan/none").status_code == 404


def test_the_first_request_is_answered_though_no_lifespan_ran():
    client = TestClient(Mizan(app_with("shop"), functions=[whose]))
    assert [client.post("/api/mizan/call/", json=CALL).json()["result"] for _ in range(2)] == ["shop ", "shop "]


def test_the_apps_root_path_holds():
    app = app_with("shop")
    app.root_path = "/deep"
    client = TestClient(Mizan(app, functions=[whose]))
    for _ in range(2):
        assert client.post("/api/mizan/call/", json=CALL).json()["result"] == "shop /deep"


def test_the_apps_middleware_stands_before_it():
    app = app_with("shop")
    served = Mizan(app, functions=[whose])

    @app.middleware("http")
    async def closed(request: Request, call_next: object) -> Response:
        return Response(status_code=418)

    client = TestClient(served)
    for _ in range(2):
        assert client.post("/api/mizan/call/", json=CALL).status_code == 418

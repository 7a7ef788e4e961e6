"""Pages on FastAPI: functions with a `route`, which answer data outside the base (PAGE-2 to PAGE-7)."""

from typing import Any

import pytest
from fastapi import Request
from fastapi.responses import RedirectResponse

import mizan
from caller import Caller, mount
from mizan import Identity, ReactContext, RegistrationError, client

SHELF = ReactContext("shelf")
TITLES: dict[int, str] = {}


def by_header(request: Request) -> Identity | None:
    name = request.headers.get("x-user")
    return None if name is None else Identity(name)


@client(context=SHELF)
async def shelf_title(book_id: int) -> str:
    return TITLES[book_id]


@client(route="/books/:book_id")
async def show_page(book_id: int, shout: bool = False) -> str:
    if book_id not in TITLES:
        raise mizan.NotFound
    return TITLES[book_id].upper() if shout else TITLES[book_id]


@client(route="/books/new")
def new_page() -> str:
    """On a thread."""
    return "a new book"


@client(route="/books/:book_id/title/:title", methods=["POST", "PUT"], affects=SHELF)
async def rename_page(book_id: int, title: str) -> str:
    if book_id not in TITLES:
        raise mizan.NotFound
    TITLES[book_id] = title
    return title


@client(route="/asked/:number", auth="authenticated")
async def asked_page(request: Request, number: int, who: Identity) -> str:
    return f"{who.sub} {number} {request.url.path}"


@pytest.fixture
def caller() -> Caller:
    TITLES.clear()
    TITLES[5] = "Tides"
    return mount(shelf_title, show_page, new_page, rename_page, asked_page, identify=by_header)


def error_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def test_a_page_is_answered_with_its_result(caller: Caller):
    """PAGE-7."""
    reply = caller.send("GET", "/books/5")
    assert (reply.status_code, reply.json()) == (200, "Tides")
    assert reply.headers["content-type"] == "application/json"
    assert error_of(caller.send("GET", "/books/6")) == (404, "NOT_FOUND")
    assert caller.send("GET", "/books/new").json() == "a new book"


def test_a_page_has_its_methods(caller: Caller):
    """PAGE-2."""
    refused = caller.send("DELETE", "/books/5/title/Ebb")
    assert (error_of(refused), refused.headers["allow"]) == ((405, "METHOD_NOT_ALLOWED"), "POST, PUT")
    head = caller.send("HEAD", "/books/5")
    assert (head.status_code, head.content) == (200, b"")
    assert caller.send("PUT", "/books/5/title/Ebb").json() == "Ebb"


def test_a_path_that_is_no_page_is_fastapis(caller: Caller):
    for path in ("/books/", "/books/5/", "/books/5/title", "/Books/5"):
        reply = caller.send("GET", path)
        assert (reply.status_code, reply.json()) == (404, {"detail": "Not Found"}), path


def test_the_inputs_of_a_page_stand_in_its_path_and_query(caller: Caller):
    """PAGE-3."""
    assert caller.send("GET", "/books/5?shout=true").json() == "TIDES"
    assert caller.send("POST", "/books/5/title/a%20b+c%2Fd").json() == "a b+c/d"
    refused = caller.send("GET", "/books/five?shout=yes&more=1")
    assert error_of(refused) == (422, "VALIDATION")
    assert [one["path"] for one in refused.json()["error"]["details"]] == [
        ["params", "book_id"],
        ["params", "more"],
        ["params", "shout"],
    ]


def test_a_page_says_what_it_changed(caller: Caller):
    reply = caller.send("POST", "/books/5/title/Ebb")
    assert reply.headers["x-mizan-invalidate"] == "shelf;book_id=5"
    assert caller.bundle("shelf", "?book_id=5").json() == {"shelf_title": "Ebb"}
    failed = caller.send("POST", "/books/6/title/Ebb")
    assert error_of(failed) == (404, "NOT_FOUND")
    assert "x-mizan-invalidate" not in failed.headers
    assert "x-mizan-invalidate" not in caller.send("GET", "/books/5").headers


def test_a_guard_is_asked_before_the_inputs_are_read(caller: Caller):
    """PAGE-4."""
    assert error_of(caller.send("GET", "/asked/five")) == (401, "UNAUTHENTICATED")
    ada = {"headers": {"x-user": "ada"}}
    assert error_of(caller.send("GET", "/asked/five", **ada)) == (422, "VALIDATION")
    assert caller.send("GET", "/asked/5", **ada).json() == "ada 5 /asked/5"


def test_a_page_with_data_can_be_called_too(caller: Caller):
    """PAGE-6 is about responses alone."""
    assert caller.result("show_page", book_id=5, shout=True) == "TIDES"
    assert caller.error("show_page", book_id="5")["status"] == 422


def test_a_page_on_fastapi_answers_no_response():
    @client(route="/go/:name")
    async def go(name: str) -> RedirectResponse:
        return RedirectResponse(name)

    with pytest.raises(RegistrationError, match="go: its result has no schema"):
        mount(go)

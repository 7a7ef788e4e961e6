"""Pages: functions with a `route` in Django's URLs, whose replies say in the header what they changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import resolve, reverse

from asking import Asking
from bookstore.models import Book

pytestmark = pytest.mark.usefixtures("bookstore")


def test_a_page_says_in_its_header_what_it_changed(ask: Asking, book: Book):
    url = f"/api/mizan/ctx/book/?book_id={book.pk}"
    ask.get(url)
    reply = ask.send("post", f"/books/{book.pk}/rename", {"title": "Ebb"})
    assert (reply.status_code, reply.headers["Location"]) == (302, f"/books/{book.pk}")
    assert reply.headers["X-Mizan-Invalidate"] == f"book;book_id={book.pk}, shelf"
    assert reply.headers["Cache-Group-Invalidation"].startswith('"mz-')
    assert ask.get(url).json()["book_info"]["title"] == "Ebb"


def test_a_page_that_failed_invalidates_nothing(ask: Asking, book: Book):
    reply = ask.send("post", f"/books/{book.pk + 1}/rename", {"title": "Ebb"})
    assert (reply.status_code, reply.content) == (404, b"no such book")
    assert "X-Mizan-Invalidate" not in reply.headers


def test_the_inputs_of_a_page_stand_in_its_path_and_query(ask: Asking, book: Book):
    assert ask.get(f"/books/{book.pk}?shout=true").content == b"TIDES"
    refused = ask.get("/books/five?shout=yes")
    assert refused.status_code == 422
    assert [one["path"] for one in refused.json()["error"]["details"]] == [["params", "book_id"], ["params", "shout"]]


def test_a_page_may_be_data(ask: Asking, book: Book):
    reply = ask.get(f"/books/{book.pk}/stock.json")
    assert (reply.json(), reply.headers["Content-Type"]) == (2, "application/json")


def test_a_page_has_its_methods(ask: Asking, book: Book):
    reply = ask.get(f"/books/{book.pk}/rename")
    assert (reply.status_code, reply.headers["Allow"]) == (405, "POST")
    head = ask.send("head", f"/books/{book.pk}")
    assert (head.status_code, head.content) == (200, b"")


@override_settings(ROOT_URLCONF="bookstore.at_root")
def test_the_protocol_may_stand_at_the_root(ask: Asking, book: Book):
    body = {"fn": "book_info", "args": {"book_id": book.pk}}
    told = ask.send("post", "/call/", body, content_type="application/json")
    assert (told.status_code, told.json()["result"]["title"]) == (200, "Tides")
    assert ask.get(f"/ctx/book/?book_id={book.pk}").json()["book_info"]["title"] == "Tides"
    assert ask.get(f"/books/{book.pk}").content == b"Tides"
    assert ask.get(f"/api/mizan/ctx/book/?book_id={book.pk}").status_code == 404


@override_settings(ROOT_URLCONF="bookstore.pages_first")
def test_the_base_comes_before_pages_that_stand_before_it(ask: Asking, book: Book):
    """PAGE-2. A call that a page's view took would have no body."""
    assert ask.call("book_info", book_id=book.pk).json()["result"]["title"] == "Tides"
    assert ask.get("/api/mizan/other/").json()["error"]["code"] == "NOT_FOUND"
    assert resolve("/api/mizan/call/").view_name == "mizan:endpoint"
    assert resolve("/api/other/call/").view_name == "any"


def test_a_page_is_found_by_its_name():
    assert reverse("mizan_pages:show_page", kwargs={"book_id": 5}) == "/books/5"


def test_a_page_is_no_function_of_the_protocol(ask: Asking, book: Book):
    assert ask.call("show_page", book_id=book.pk).status_code == 403


def test_django_checks_the_forms_of_pages(book: Book):
    for kind in ("wsgi", "asgi"):
        asking = Asking(kind, enforce_csrf_checks=True)
        reply = asking.send("post", f"/books/{book.pk}/rename", {"title": "Ebb"})
        assert reply.status_code == 403
        assert b"CSRF" in reply.content


def test_a_page_gets_no_body_beyond_its_limit(ask: Asking, book: Book):
    """PAGE-8; the form has one mebibyte, what comes with files 32."""
    form = {"content_type": "application/x-www-form-urlencoded"}
    at = ask.send("post", f"/books/{book.pk}/rename", "title=Ebb&more=" + "x" * ((1 << 20) - 15), **form)
    assert at.status_code == 302
    beyond = ask.send("post", f"/books/{book.pk}/rename", "title=Ebb&more=" + "x" * ((1 << 20) - 14), **form)
    assert (beyond.status_code, beyond.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    files = {"title": "Ebb", "cover": SimpleUploadedFile("cover", b"x" * (2 << 20))}
    assert ask.send("post", f"/books/{book.pk}/rename", files).status_code == 302

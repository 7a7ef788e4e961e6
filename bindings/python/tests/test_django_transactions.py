"""Transactions: what a function changed is committed before anybody is told of it."""

import asyncio
import json
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic, sleep

import pytest
from django.db import connection, transaction
from django.test import AsyncClient, Client, TestCase, override_settings

from asking import Asking
from bookstore import middleware
from bookstore.clients import BookContext, hear, rename_and_crash, rename_book, tides, turn_and_wait, turned
from bookstore.models import Book
from handled import Served, by_asgi, by_wsgi, call, elsewhere, left_by_asgi
from mizan.django import _application
from mizan.django.testing import CallFailed, MizanClient


@pytest.mark.usefixtures("bookstore")
class TestCommitted:
    def test_atomic_requests_applies_to_each_function(self, ask: Asking, book: Book):
        """Of a batch, what failed is undone, and what went well stays."""
        calls = [
            {"fn": "rename_book", "args": {"book_id": book.pk, "title": "Ebb"}},
            {"fn": "rename_and_fail", "args": {"book_id": book.pk, "title": "Flow"}},
        ]
        reply = ask.send("post", "/api/mizan/call/", json.dumps(calls), content_type="application/json")
        assert ["error" in entry for entry in reply.json()] == [False, True]
        book.refresh_from_db()
        assert book.title == "Ebb"

    def test_the_purge_comes_after_the_commit(self, ask: Asking, book: Book, monkeypatch: pytest.MonkeyPatch):
        """A function's `on_commit` hooks, the last that a transaction runs, find the bundle held; then it is purged."""
        url = f"/api/mizan/ctx/book/?book_id={book.pk}"
        ask.get(url)
        seen: list[tuple[bool, str]] = []

        def look() -> None:
            seen.append((connection.in_atomic_block, Client().get(url).headers["Cache-Status"]))

        save = Book.save

        def save_and_look(book: Book) -> None:
            save(book)
            transaction.on_commit(look)

        monkeypatch.setattr(Book, "save", save_and_look)
        ask.call("rename_book", book_id=book.pk, title="Ebb")
        # Held: read from its functions, and not kept.
        assert seen == [(False, "Mizan; fwd=bypass")]
        assert ask.get(url).headers["Cache-Status"] == "Mizan; fwd=uri-miss; stored"

    def test_what_ends_after_its_reply_takes_away_what_it_changed(self):
        """STORE-7: nothing can stop Django's thread, and it may commit when its hold has run out."""
        tides[0] = 1
        turned.clear()

        def until(status: str, value: int) -> None:
            begun = monotonic()
            while True:
                reply = Client().get("/api/mizan/ctx/shore/")
                if reply.headers["Cache-Status"] == status and reply.json() == {"tide": value}:
                    return
                assert monotonic() - begun < 5, (reply.headers["Cache-Status"], reply.content)
                sleep(0.005)

        async def turn() -> None:
            body = json.dumps({"fn": "turn_tide"})
            reply = await AsyncClient().post("/api/mizan/call/", body, content_type="application/json")
            assert reply.status_code == 504

        with ThreadPoolExecutor() as pool:
            turning = pool.submit(asyncio.run, turn())
            try:
                until("Mizan; fwd=bypass", 1)
                until("Mizan; hit", 1)
            finally:
                turned.set()
            until("Mizan; fwd=uri-miss; stored", 2)
            turning.result()

    def test_what_a_request_had_named_is_taken_away_when_its_caller_leaves(self):
        """STORE-7: Django cancels an async function whose caller left; it has changed what it has named."""
        tides[0] = 1
        turned.clear()
        read = partial(by_asgi, "GET", "/api/mizan/ctx/shore/")
        assert [read().cache_status, read().cache_status] == ["Mizan; fwd=uri-miss; stored", "Mizan; hit"]
        left_by_asgi("/api/mizan/call/", call(turn_and_wait), turned)
        after = read()
        assert (after.cache_status, after.body) == ("Mizan; fwd=uri-miss; stored", b'{"tide":2}')

    def test_an_open_transaction_keeps_nothing_and_purges_when_it_commits(self, book: Book):
        url = f"/api/mizan/ctx/book/?book_id={book.pk}"
        client = MizanClient()

        assert client.get(url).headers["Cache-Status"] == "Mizan; fwd=uri-miss; stored"
        with transaction.atomic():
            client.call(rename_book, book_id=book.pk, title="Ebb")
            assert client.get(url).headers["Cache-Status"] == "Mizan; fwd=bypass"
            assert client.fetch(BookContext, book_id=book.pk)["book_info"].title == "Ebb"
        assert client.get(url).headers["Cache-Status"] == "Mizan; fwd=uri-miss; stored"
        assert client.get(url).headers["Cache-Status"] == "Mizan; hit"
        with transaction.atomic():
            client.call(rename_book, book_id=book.pk, title="Flow")
            transaction.set_rollback(True)
        assert client.get(url).headers["Cache-Status"] == "Mizan; hit"
        assert client.fetch(BookContext, book_id=book.pk)["book_info"].title == "Ebb"


@pytest.fixture
def before_the_end() -> Generator[list[Callable[[], None]]]:
    """The project with middleware that puts each mutation into a transaction; what it does before that ends."""
    with override_settings(MIDDLEWARE=["bookstore.middleware.in_a_transaction"]):
        _application.forget(setting="MIDDLEWARE")
        yield middleware.before_the_end
    middleware.before_the_end.clear()


@pytest.mark.usefixtures("bookstore")
@pytest.mark.parametrize("serve", [by_wsgi, by_asgi])
class TestInTheTransactionOfMiddleware:
    def test_it_commits_before_anything_is_told(
        self,
        book: Book,
        serve: Callable[..., Served],
        before_the_end: list[Callable[[], None]],
        caplog: pytest.LogCaptureFixture,
    ):
        url = f"/api/mizan/ctx/book/?book_id={book.pk}"
        assert serve("GET", url).cache_status == "Mizan; fwd=uri-miss; stored"
        seen: list[str] = []
        before_the_end.append(lambda: seen.append(elsewhere(lambda: serve("GET", url).cache_status)))
        renamed = serve("POST", "/api/mizan/call/", call(rename_book, book_id=book.pk, title="Ebb"))
        # What is committed is what a reader finds; the reply goes out once the middleware is left.
        assert seen == ["Mizan; hit"]
        assert (renamed.status, renamed.headers["x-mizan-invalidate"]) == (200, f"book;book_id={book.pk}, shelf")
        fresh = serve("GET", url)
        assert fresh.cache_status == "Mizan; fwd=uri-miss; stored"
        assert json.loads(fresh.body)["book_info"]["title"] == "Ebb"
        assert "a transaction is open around" in caplog.text

    def test_what_it_takes_back_was_never_told(
        self, book: Book, serve: Callable[..., Served], before_the_end: list[Callable[[], None]]
    ):
        url = f"/api/mizan/ctx/book/?book_id={book.pk}"
        serve("GET", url)

        def fail() -> None:
            raise OSError("the disk is full")

        before_the_end.append(fail)
        failed = serve("POST", "/api/mizan/call/", call(rename_book, book_id=book.pk, title="Ebb"))
        assert failed.status == 500
        assert "x-mizan-invalidate" not in failed.headers
        assert serve("GET", url).cache_status == "Mizan; hit"
        book.refresh_from_db()
        assert book.title == "Tides"

    def test_what_failed_by_surprise_is_taken_away_when_it_commits(
        self, book: Book, serve: Callable[..., Served], before_the_end: list[Callable[[], None]]
    ):
        """STORE-7: no reply says what such a function has changed, neither alone nor in a batch."""
        urls = [f"/api/mizan/ctx/book/?book_id={book.pk}", "/api/mizan/ctx/shelf/"]

        def statuses() -> list[str]:
            return [serve("GET", url).cache_status for url in urls]

        stored, hit = ["Mizan; fwd=uri-miss; stored"] * 2, ["Mizan; hit"] * 2
        alone = call(rename_and_crash, book_id=book.pk, title="Ebb")
        batch = b"[" + call(rename_and_crash, book_id=book.pk, title="Flow") + b"," + call(hear, word="tide") + b"]"
        for title, body in (("Ebb", alone), ("Flow", batch)):
            statuses()
            assert statuses() == hit
            assert "x-mizan-invalidate" not in serve("POST", "/api/mizan/call/", body).headers
            assert statuses() == stored
            assert json.loads(serve("GET", urls[0]).body)["book_info"]["title"] == title
            assert json.loads(serve("GET", urls[1]).body) == {"shelf_titles": [title]}

    def test_what_a_broken_request_changed_is_taken_away_when_it_commits(
        self,
        book: Book,
        serve: Callable[..., Served],
        before_the_end: list[Callable[[], None]],
        monkeypatch: pytest.MonkeyPatch,
    ):
        """Django answers for a view that fails, and the middleware commits all the same."""

        def fail(*_: object) -> None:
            raise OSError("the disk is full")

        url = f"/api/mizan/ctx/book/?book_id={book.pk}"
        assert serve("GET", url).cache_status == "Mizan; fwd=uri-miss; stored"
        with monkeypatch.context() as patched:
            patched.setattr("mizan.django._views._Visit.keep", fail)
            assert serve("POST", "/api/mizan/call/", call(rename_book, book_id=book.pk, title="Ebb")).status == 500
        fresh = serve("GET", url)
        assert fresh.cache_status == "Mizan; fwd=uri-miss; stored"
        assert json.loads(fresh.body)["book_info"]["title"] == "Ebb"


class InTestCase(TestCase):
    """As a project's own tests, each in a transaction that never commits."""

    client_class = MizanClient
    client: MizanClient  # pyright: ignore[reportIncompatibleVariableOverride] - what `client_class` makes

    def setUp(self):
        self.book = Book.objects.create(title="Tides", stock=2)

    def test_it_calls_and_fetches_by_types(self):
        renamed = self.client.call(rename_book, book_id=self.book.pk, title="Ebb")
        assert renamed.title == "Ebb"
        assert self.client.fetch("book", book_id=self.book.pk)["book_info"] == renamed

    def test_it_asserts_what_is_invalidated(self):
        with self.client.assert_invalidates((BookContext, {"book_id": self.book.pk}), "shelf"):
            self.client.call("rename_book", book_id=self.book.pk, title="Ebb")
        with self.client.assert_invalidates((BookContext, {"book_id": self.book.pk}), "shelf"):
            self.client.post(f"/books/{self.book.pk}/rename", {"title": "Flow"})
        with self.client.assert_invalidates():
            self.client.fetch("shelf")
        with pytest.raises(AssertionError) as failed, self.client.assert_invalidates("basket"):
            self.client.call("touch_book", book_id=5)
        assert 'missing:    {"context": "basket"}' in str(failed.value)
        assert 'unexpected: {"context": "book", "params": {"book_id": 5}}' in str(failed.value)

    def test_an_error_says_what_it_was(self):
        with pytest.raises(CallFailed, match="rename_book: 404 NOT_FOUND") as failed:
            self.client.call(rename_book, book_id=99, title="Ebb")
        assert (failed.value.status, failed.value.code) == (404, "NOT_FOUND")
        with pytest.raises(ZeroDivisionError):
            self.client.call("crash")

    def test_a_file_goes_along(self):
        from mizan import Upload

        said = self.client.call("add_cover", book_id=5, cover=Upload(b"12345", "a.png", "image/png"))
        assert said == "5 a.png image/png 5"

    def test_nothing_is_kept(self):
        for _ in range(2):
            reply = self.client.get(f"/api/mizan/ctx/book/?book_id={self.book.pk}")
            assert reply.headers["Cache-Status"] == "Mizan; fwd=bypass"

    async def test_nothing_is_kept_under_asgi(self):
        for _ in range(2):
            reply = await self.async_client.get(f"/api/mizan/ctx/book/?book_id={self.book.pk}")
            assert reply.headers["Cache-Status"] == "Mizan; fwd=bypass"

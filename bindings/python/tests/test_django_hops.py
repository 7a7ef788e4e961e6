"""Under ASGI, async functions are answered on the event loop: Mizan asks no thread for anything."""

from typing import Any

import pytest
from asgiref.sync import SyncToAsync

from bookstore.clients import add_book, rename_book
from bookstore.models import Book
from handled import by_asgi, call

pytestmark = pytest.mark.usefixtures("bookstore")


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done in a thread, by the module that it is of."""
    seen: list[str] = []
    ask: Any = vars(SyncToAsync)["__call__"]

    async def note(self: SyncToAsync[..., object], *args: object, **kwargs: object) -> object:
        seen.append(f"{getattr(self.func, '__module__', '')}.{getattr(self.func, '__qualname__', '')}")
        return await ask(self, *args, **kwargs)

    monkeypatch.setattr(SyncToAsync, "__call__", note)
    return seen


def ours(trips: list[str]) -> list[str]:
    return [trip for trip in trips if trip.startswith(("mizan", "bookstore"))]


def test_an_async_function_is_answered_without_a_trip_to_a_thread(trips: list[str]):
    assert by_asgi("POST", "/api/mizan/call/", call(add_book, title="Dunes")).status == 200
    assert ours(trips) == []


def test_a_sync_function_makes_one_trip(trips: list[str], book: Book):
    reply = by_asgi("POST", "/api/mizan/call/", call(rename_book, book_id=book.pk, title="Ebb"))
    assert reply.status == 200
    assert len(ours(trips)) == 1

"""What the bookstore has on top while it is served here: functions that wait at a gate, and one that is a mistake.

A gate is a lock of PostgreSQL's that the test holds: whoever comes to it waits until the test lets go.
"""

import os

from bookstore.clients import BookContext
from bookstore.middleware import before_the_end
from bookstore.models import Book
from django.db import connection, transaction
from django.shortcuts import get_object_or_404

from mizan import ReactContext, client

SlowContext = ReactContext("slow")


def _pass(gate: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s), pg_advisory_unlock_shared(%s)", [gate, gate])


@client
def pid() -> int:
    """The process that answers."""
    return os.getpid()


@client(context=SlowContext)
def slow_stock(book_id: int, gate: int) -> int:
    """How many there are, told late."""
    stock = get_object_or_404(Book, pk=book_id).stock
    _pass(gate)
    return stock


@client(affects=[BookContext, SlowContext])
def restock_slowly(book_id: int, stock: int, at: int) -> None:
    """Say how many there are, and commit late."""
    Book.objects.filter(pk=book_id).update(stock=stock)
    _pass(at)


@client(timeout=0.1)
def stand(gate: int) -> None:
    """Stand at a gate for longer than there is time."""
    _pass(gate)


@client
@transaction.non_atomic_requests
async def alive() -> bool:
    """What needs no thread."""
    return True


@client
def restock_silently(book_id: int, stock: int) -> int:
    """Say how many there are, and not what that changes: the mistake that the tests of freshness have to notice."""
    return Book.objects.filter(pk=book_id).update(stock=stock)


# The last that a transaction of the middleware waits for, where the project has that.
before_the_end.append(lambda: _pass(int(os.environ.get("GATE_AT_THE_END", "0"))))

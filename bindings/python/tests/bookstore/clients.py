"""What clients of the bookstore may call."""

import asyncio
import time
from threading import Event
from typing import Annotated

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext, gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, computed_field

import mizan
from bookstore.models import Book
from mizan import Identity, ReactContext, client, invalidate

BookContext = ReactContext("book")
ShelfContext = ReactContext("shelf", public=True)
BasketContext = ReactContext("basket", identity=True)

baskets: dict[str, list[int]] = {}


class BookShape(BaseModel):
    """A book."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    stock: int


@client(context=BookContext)
def book_info(book_id: int) -> BookShape:
    """One book."""
    return BookShape.model_validate(get_object_or_404(Book, pk=book_id))


@client(context=BookContext)
def book_stock(book_id: int) -> int:
    """How many there are."""
    return get_object_or_404(Book, pk=book_id).stock


@client(context=ShelfContext, cache=60)
def shelf_titles(request: HttpRequest, up_to: int = 10) -> list[str]:
    """The first titles."""
    assert request.path_info.startswith("/")
    return list(Book.objects.order_by("title").values_list("title", flat=True)[:up_to])


@client(context="nosy", cache=60)
def nosy_name(request: HttpRequest) -> str:
    """Whoever asks."""
    return str(request.user)


NosyShelf = ReactContext("nosy_shelf", public=True)


@client(context=NosyShelf)
def nosy_shelf(request: HttpRequest) -> str:
    """What a public bundle must not know."""
    return str(request.user)


@client(context=BasketContext)
def basket(me: Identity | None) -> list[int]:
    """What the caller is about to buy."""
    return [] if me is None else baskets.get(me.sub, [])


@client(affects=BasketContext, auth="authenticated")
def put_in(me: Identity, book_id: int) -> int:
    """Put a book into the basket; how many are in it."""
    baskets.setdefault(me.sub, []).append(book_id)
    return len(baskets[me.sub])


tides = [1]
turned = Event()


@client(context="shore")
def tide() -> int:
    """Which it is."""
    return tides[0]


@client(affects="shore", timeout=0.25)
def turn_tide() -> None:
    """Wait for much longer than the limit, and change it then."""
    turned.wait(10)
    tides[0] = 2


@client
@transaction.non_atomic_requests
async def turn_and_wait() -> None:
    """Change it, say so, and go on for ever."""
    tides[0] = 2
    invalidate("shore")
    turned.set()
    await asyncio.Event().wait()


@client(affects=[BookContext, ShelfContext])
def rename_book(book_id: int, title: Annotated[str, Field(min_length=1, max_length=40)]) -> BookShape:
    """Give a book another title."""
    book = get_object_or_404(Book, pk=book_id)
    book.title = title
    book.save()
    return BookShape.model_validate(book)


@client(affects=BookContext)
def rename_and_fail(book_id: int, title: str) -> None:
    """Change something, and fail."""
    Book.objects.filter(pk=book_id).update(title=title)
    raise mizan.Conflict("It was not to be.")


@client(affects=BookContext)
@transaction.non_atomic_requests
def rename_and_crash(book_id: int, title: str) -> None:
    """Change something, and fail by surprise without taking it back."""
    Book.objects.filter(pk=book_id).update(title=title)
    invalidate(ShelfContext)
    raise ZeroDivisionError("the shelf fell over")


@client(affects=BookContext)
def restock(book_id: int, stock: int) -> int:
    """Say how many there are."""
    book = get_object_or_404(Book, pk=book_id)
    book.stock = stock
    book.full_clean()
    book.save()
    return book.stock


@client
def touch_book(book_id: int) -> None:
    """Say what changed from inside."""
    invalidate(BookContext, book_id=book_id)


@client
@transaction.non_atomic_requests
async def add_book(title: str) -> int:
    """Put a book on the shelf, without a transaction."""
    invalidate(ShelfContext)
    return (await Book.objects.acreate(title=title)).pk


@client(auth="bookstore.change_book")
def whoami(request: HttpRequest, me: Identity) -> str:
    """Who the caller is, as Django and as Mizan sees it."""
    user: AbstractBaseUser | AnonymousUser = request.user
    return f"{user} {me.sub} {sorted(me.permissions)} {me.proof}"


@client(auth="staff")
def audit() -> str:
    """For the staff."""
    return "all is well"


async def by_header(request: HttpRequest, identity: Identity | None) -> bool:
    """Whoever knows the word."""
    return request.headers.get("X-Word") == "please"


@client(auth=by_header)
def polite() -> str:
    """For those who ask nicely."""
    return "of course"


@client
def forbid() -> None:
    """Refuse with Django's own exception."""
    raise PermissionDenied("Not on Sundays.")


@client
def close_early() -> None:
    """Say why in the language of whoever asks."""
    raise mizan.Conflict(gettext_lazy("January"))


@client
def crash() -> None:
    """Fail."""
    raise ZeroDivisionError("the shelf fell over")


@client(affects=BookContext, timeout=0.05)
def stocktake(book_id: int) -> int:
    """Count for longer than there is time."""
    time.sleep(0.6)
    return get_object_or_404(Book, pk=book_id).stock


@client(context="ledger", timeout=0.05)
def ledger_total() -> int:
    """Sum up for longer than there is time."""
    time.sleep(0.6)
    return 7


@client(context="ledger")
@transaction.non_atomic_requests
async def ledger_owner() -> str:
    """Whose it is."""
    return "ada"


heard: list[str] = []
holding = Event()


@client
def hear(word: str) -> int:
    """Note a word; how many there are."""
    heard.append(word)
    return len(heard)


@client(timeout=0.05)
def hold_on() -> None:
    """Wait for longer than there is time."""
    heard.append("holds on")
    holding.set()
    turned.wait(10)


class Opening(BaseModel):
    """When the shop is open, in words."""

    zone: str

    @computed_field
    @property
    def day(self) -> str:
        """Said when it is printed."""
        return gettext("Monday")


def _opening() -> Opening:
    return Opening(zone=get_current_timezone_name())


DoorContext = ReactContext("door", public=True)


@client(context=DoorContext, cache=60)
def door_sign() -> Opening:
    """What hangs on the door."""
    return _opening()


@client(context=DoorContext, cache=60)
@transaction.non_atomic_requests
async def door_screen() -> Opening:
    """What is shown beside it."""
    await asyncio.sleep(0)
    return _opening()


@client(context="desk")
def desk_sign() -> Opening:
    """What stands on the desk."""
    return _opening()


@client(context="desk")
@transaction.non_atomic_requests
async def desk_screen() -> Opening:
    """What is shown beside it."""
    await asyncio.sleep(0)
    return _opening()


@client(affects=["desk", DoorContext])
def ask_for_hours() -> Opening:
    """Have it told, and all the signs written anew."""
    return _opening()


@client
def add_cover(book_id: int, cover: mizan.Upload) -> str:
    """Take a file."""
    return f"{book_id} {cover.filename} {cover.content_type} {cover.size}"


@client(route="/books/:book_id/rename", methods=["POST"], affects=[BookContext, ShelfContext])
def rename_page(request: HttpRequest, book_id: int) -> HttpResponse | HttpResponseRedirect:
    """The form that renames a book."""
    title = request.POST.get("title", "")
    if not Book.objects.filter(pk=book_id).update(title=title):
        return HttpResponseNotFound("no such book")
    return HttpResponseRedirect(f"/books/{book_id}")


@client(route="/books/:book_id", auth="none")
def show_page(book_id: int, shout: bool = False) -> HttpResponse:
    """The page of a book."""
    title = get_object_or_404(Book, pk=book_id).title
    return HttpResponse(title.upper() if shout else title)


@client(route="/books/:book_id/stock.json")
def stock_page(book_id: int) -> int:
    """How many there are, for machines."""
    return get_object_or_404(Book, pk=book_id).stock

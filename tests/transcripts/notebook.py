"""The application that the transcripts in docs/protocol.md ask: one small function for each thing they show.

The identity is whatever the header `X-User` names: `ada` is a librarian, `root` a superuser, anybody else a reader.
`POST /reset` (no part of Mizan) puts the data back, so that every transcript starts from the same books.
"""

import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import FastAPI, Request
from pydantic import BaseModel, Field

import mizan
from mizan import Identity, ReactContext, Upload, UploadLimits, client, invalidate
from mizan.fastapi import Mizan

Title = Annotated[str, Field(min_length=1, max_length=40)]


class Book(BaseModel):
    """What a shelf holds."""

    book_id: int
    tags: list[str] = []
    title: Title


class Note(BaseModel):
    """A line that somebody wrote into a book."""

    id: int
    text: str


class Reading(BaseModel):
    """One value of each kind that has a canonical form."""

    at: datetime
    copy_id: UUID
    flag: bool = False
    price: Decimal
    ratio: float


class Page(BaseModel):
    """What is known of a scanned page."""

    bytes: int
    name: str
    type: str


class TitleTaken(mizan.Error):
    """Another book has that title."""

    status = 409
    taken_by: int


BOOKS: dict[int, Book] = {}
NOTES: dict[int, list[Note]] = {}
MESSAGES: dict[str, list[str]] = {}


def reset() -> None:
    """Put the data back."""
    BOOKS.clear()
    BOOKS[5] = Book(book_id=5, title="Tides", tags=["sea"])
    BOOKS[6] = Book(book_id=6, title="Dunes")
    NOTES.clear()
    NOTES[5] = [Note(id=1, text="Read twice.")]
    NOTES[6] = []
    MESSAGES.clear()
    MESSAGES["ada"] = ["Tides is overdue."]


reset()

BookContext = ReactContext("book")
ShelfContext = ReactContext("shelf", public=True)
InboxContext = ReactContext("inbox", identity=True)


@client(context=BookContext)
async def book_info(book_id: int) -> Book:
    """One book."""
    if book_id not in BOOKS:
        raise mizan.NotFound("There is no such book.")
    return BOOKS[book_id]


@client(context=BookContext)
def book_notes(book_id: int) -> list[Note]:
    """What people wrote into it."""
    return NOTES.get(book_id, [])


@client(context=ShelfContext, cache=60)
async def shelf_titles(page: int = 1, topic: str = "all") -> list[str]:
    """The titles on a shelf, two a page."""
    titles = [book.title for book in BOOKS.values() if topic == "all" or topic in book.tags]
    return sorted(titles)[2 * page - 2 : 2 * page]


@client(context=InboxContext, auth="authenticated")
async def inbox_messages(request: Request) -> list[str]:
    """The messages of whoever asks."""
    return MESSAGES.get(request.headers["x-user"], [])


@client(affects=BookContext, errors=[TitleTaken])
async def rename_book(book_id: int, title: Title) -> Book:
    """Give a book another title."""
    for other in BOOKS.values():
        if other.title == title and other.book_id != book_id:
            raise TitleTaken("That title is taken.", taken_by=other.book_id)
    BOOKS[book_id] = BOOKS[book_id].model_copy(update={"title": title})
    return BOOKS[book_id]


@client(merge=BookContext)
async def add_note(book_id: int, text: str) -> Note:
    """Write a line into a book."""
    note = Note(id=len(NOTES[book_id]) + 1, text=text)
    NOTES[book_id].append(note)
    return note


def new_id(result: Book) -> dict[str, int]:
    """The id of a book is known when it has been added."""
    return {"book_id": result.book_id}


@client(affects=BookContext, affects_params=new_id)
async def add_book(title: Title) -> Book:
    """Put a new book on the shelf."""
    book = Book(book_id=max(BOOKS) + 1, title=title)
    BOOKS[book.book_id] = book
    NOTES[book.book_id] = []
    return book


@client(affects=[book_notes])
async def move_notes(book_id: int, to: int) -> int:
    """Move all notes to another book; how many were moved."""
    moved = NOTES[book_id]
    NOTES[to] = NOTES[to] + moved
    NOTES[book_id] = []
    invalidate(book_notes, book_id=to)
    return len(moved)


@client(affects=ShelfContext)
async def relabel(topic: str) -> None:
    """Say that the books of a topic changed."""


@client(affects=InboxContext, auth="authenticated")
async def clear_inbox(request: Request) -> None:
    """Throw away the messages of whoever asks."""
    MESSAGES.pop(request.headers["x-user"], None)


@client(auth="staff")
async def count_loans() -> int:
    """For librarians."""
    return 3


def while_open(request: Request, identity: Identity | None) -> bool:
    """The library is open unless the request says that it is night."""
    return "x-night" not in request.headers


@client(auth=while_open)
async def borrow(book_id: int) -> None:
    """Take a book home; only one person can."""
    if book_id == 6:
        raise mizan.Conflict("That book is on loan.")


@client
async def search(words: str) -> list[int]:
    """Not more than once a minute."""
    raise mizan.RateLimited("One search a minute.", retry_after=60)


@client
async def reserve(book_id: int) -> None:
    """Needs the other library."""
    raise mizan.Unavailable(retry_after=5)


@client
async def canonical(reading: Reading) -> Reading:
    """Give back what came in."""
    return reading


@client
async def echo(value: Any) -> Any:
    """Give back what came in, whatever it is."""
    return value


@client
async def crash() -> int:
    """A function with a mistake in it."""
    raise RuntimeError("the secret is 42")


@client
async def lie() -> int:
    """A function whose result is not what it says."""
    return "many"  # type: ignore[return-value]


@client(timeout=0.05)
async def sleep() -> None:
    """A function that takes too long."""
    await asyncio.sleep(5)


@client(private=True)
async def sweep() -> None:
    """Not for clients."""


@client
async def scan(
    book_id: int,
    pages: Annotated[
        list[Annotated[Upload, UploadLimits(content_types=["image/*", "text/plain"])]], Field(max_length=9)
    ],
) -> list[Page]:
    """Take the scanned pages of a book."""
    await book_info(book_id)
    return [Page(bytes=page.size, name=page.filename, type=page.content_type) for page in pages]


def identify(request: Request) -> Identity | None:
    """Whoever the header names."""
    user = request.headers.get("x-user")
    if user is None:
        return None
    if user == "":
        raise mizan.Unauthenticated("That is nobody.")
    return Identity(sub=user, staff=user == "ada", superuser=user == "root")


app = FastAPI()


@app.post("/reset")
async def reset_route() -> None:
    """Put the data back."""
    reset()


notebook = Mizan(
    app,
    functions=[
        book_info,
        book_notes,
        shelf_titles,
        inbox_messages,
        rename_book,
        add_note,
        add_book,
        move_notes,
        relabel,
        clear_inbox,
        count_loans,
        borrow,
        search,
        reserve,
        canonical,
        echo,
        crash,
        lie,
        sleep,
        sweep,
        scan,
    ],
    identify=identify,
    # Small enough that a body beyond it fits on the page.
    limits={"body": 512},
)

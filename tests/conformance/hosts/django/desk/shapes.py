"""What the desk speaks of."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

import mizan
from desk.switches import broken

Name = Annotated[str, Field(min_length=1, max_length=40)]


class Status(StrEnum):
    """How far a task is."""

    OPEN = "open"
    DONE = "done"


class Task(BaseModel):
    """One thing to do."""

    id: int
    status: Status = Status.OPEN
    title: Name


class Project(BaseModel):
    """Tasks that belong together."""

    name: Name
    project_id: int


class Notice(BaseModel):
    """A sheet on the board."""

    text: str
    topic: str


class Search(BaseModel):
    """What a query was read as."""

    day: date | None
    exact: bool
    ratio: float | None
    tags: list[str]
    words: str


class Reading(BaseModel):
    """One value of each kind that has a canonical form."""

    amount: mizan.BigInt
    at: datetime
    copy_id: UUID
    flag: bool = False
    note: str | None = None
    price: Decimal
    ratio: float


class Attached(BaseModel):
    """What came as a file."""

    name: str
    size: int
    start: str
    type: str


class NameTaken(mizan.Error):
    """Another project has that name."""

    status = 400 if broken("typed-errors") else 409
    taken_by: int

"""The Pydantic models of FastAPI's own routes and of Mizan."""

from typing import Annotated

from pydantic import BaseModel, Field

from apps import data

Name = Annotated[str, Field(min_length=data.NAME_LENGTHS[0], max_length=data.NAME_LENGTHS[1])]


class Renamed(BaseModel):
    """A user under another name."""

    user_id: int
    name: str


class Address(BaseModel):
    """Where a user lives."""

    street: str
    city: str
    postcode: str
    country: str


class Item(BaseModel):
    """A line of an order."""

    sku: str
    title: str
    quantity: int


class Order(BaseModel):
    """What was ordered at once."""

    order_id: int
    placed: str
    total: float
    paid: bool
    items: list[Item]


class Profile(BaseModel):
    """Who a user is."""

    user_id: int
    name: str
    email: str
    active: bool
    score: float
    referred_by: int | None
    address: Address
    tags: list[str]
    orders: list[Order]


class Notice(BaseModel):
    """A line that a user was sent."""

    notice_id: int
    text: str
    seen: bool


class Rename(BaseModel):
    """Who gets which name."""

    user_id: int
    name: Name


class User(BaseModel):
    """What is known of a user."""

    user_profile: Profile
    user_notices: list[Notice]


PROFILE = Profile.model_validate(data.PROFILE)
NOTICES = [Notice.model_validate(notice) for notice in data.NOTICES]

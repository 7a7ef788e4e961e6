"""Litestar with msgspec structs."""

from typing import Annotated

import msgspec
from litestar import Litestar, get, post
from litestar.exceptions import NotFoundException

from apps import data

Name = Annotated[str, msgspec.Meta(min_length=data.NAME_LENGTHS[0], max_length=data.NAME_LENGTHS[1])]


class Rename(msgspec.Struct):
    """Who gets which name."""

    user_id: int
    name: Name


class Renamed(msgspec.Struct):
    """A user under another name."""

    user_id: int
    name: str


class Address(msgspec.Struct):
    """Where a user lives."""

    street: str
    city: str
    postcode: str
    country: str


class Item(msgspec.Struct):
    """A line of an order."""

    sku: str
    title: str
    quantity: int


class Order(msgspec.Struct):
    """What was ordered at once."""

    order_id: int
    placed: str
    total: float
    paid: bool
    items: list[Item]


class Profile(msgspec.Struct):
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


class Notice(msgspec.Struct):
    """A line that a user was sent."""

    notice_id: int
    text: str
    seen: bool


class User(msgspec.Struct):
    """What is known of a user."""

    user_profile: Profile
    user_notices: list[Notice]


PROFILE = msgspec.convert(data.PROFILE, Profile)
_USER = User(PROFILE, msgspec.convert(data.NOTICES, list[Notice]))


@post("/rename", status_code=200)
async def rename(data: Rename) -> Renamed:
    """Rename a user."""
    return Renamed(data.user_id, data.name)


@get("/user")
async def user(user_id: int) -> User:
    """What is known of a user."""
    if user_id != PROFILE.user_id:
        raise NotFoundException
    return _USER


app = Litestar([rename, user], openapi_config=None)

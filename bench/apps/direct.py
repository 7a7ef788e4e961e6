"""What is called of Mizan without a server, its results as Pydantic models, dataclasses and dictionaries."""

from dataclasses import dataclass
from typing import cast

from fastapi import FastAPI
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from apps import data, models
from apps.models import Name
from mizan import client
from mizan.fastapi import Mizan


@dataclass(slots=True)
class Renamed:
    """A user under another name."""

    user_id: int
    name: str


@dataclass(slots=True)
class Address:
    """Where a user lives."""

    street: str
    city: str
    postcode: str
    country: str


@dataclass(slots=True)
class Item:
    """A line of an order."""

    sku: str
    title: str
    quantity: int


@dataclass(slots=True)
class Order:
    """What was ordered at once."""

    order_id: int
    placed: str
    total: float
    paid: bool
    items: list[Item]


@dataclass(slots=True)
class Profile:
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


class RenamedMembers(TypedDict):
    """A user under another name."""

    user_id: int
    name: str


class AddressMembers(TypedDict):
    """Where a user lives."""

    street: str
    city: str
    postcode: str
    country: str


class ItemMembers(TypedDict):
    """A line of an order."""

    sku: str
    title: str
    quantity: int


class OrderMembers(TypedDict):
    """What was ordered at once."""

    order_id: int
    placed: str
    total: float
    paid: bool
    items: list[ItemMembers]


class ProfileMembers(TypedDict):
    """Who a user is."""

    user_id: int
    name: str
    email: str
    active: bool
    score: float
    referred_by: int | None
    address: AddressMembers
    tags: list[str]
    orders: list[OrderMembers]


PROFILE = TypeAdapter(Profile).validate_python(data.PROFILE)
PROFILE_MEMBERS = cast("ProfileMembers", data.PROFILE)


@client
def rename_to_model(user_id: int, name: Name) -> models.Renamed:
    """Rename a user."""
    return models.Renamed(user_id=user_id, name=name)


@client
def rename_to_dataclass(user_id: int, name: Name) -> Renamed:
    """Rename a user."""
    return Renamed(user_id, name)


@client
def rename_to_dictionary(user_id: int, name: Name) -> RenamedMembers:
    """Rename a user."""
    return {"user_id": user_id, "name": name}


@client
def profile_as_model(user_id: int) -> models.Profile:  # noqa: ARG001
    """Who a user is."""
    return models.PROFILE


@client
def profile_as_dataclass(user_id: int) -> Profile:  # noqa: ARG001
    """Who a user is."""
    return PROFILE


@client
def profile_as_dictionary(user_id: int) -> ProfileMembers:  # noqa: ARG001
    """Who a user is."""
    return PROFILE_MEMBERS


served = Mizan(
    FastAPI(openapi_url=None),
    functions=[
        rename_to_model,
        rename_to_dataclass,
        rename_to_dictionary,
        profile_as_model,
        profile_as_dataclass,
        profile_as_dictionary,
    ],
)

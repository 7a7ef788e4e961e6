"""What the shop's functions take and return, as the page sees it."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field


class CustomerEntry(BaseModel):
    """A line of the list of customers."""

    customer_id: int
    name: str
    city: str


class Profile(BaseModel):
    """Who a customer is."""

    customer_id: int
    name: str
    city: str
    member_since: date
    spent: Decimal = Field(description="The sum of all orders, in euro.")


class OrderEntry(BaseModel):
    """A line of a customer's orders."""

    order_id: int
    product: str
    quantity: int
    total: Decimal = Field(description="In euro.")
    note: str
    ordered_on: date


class ProductEntry(BaseModel):
    """Something to order."""

    product_id: int
    name: str
    price: Decimal = Field(description="For one piece, in euro.")
    stock: int

"""The functions that the page calls: three contexts to read, two mutations."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Depends
from pydantic import Field
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from mizan import Error, Invalid, NotFound, ReactContext, client
from shop import models
from shop.database import open_session
from shop.shapes import CustomerEntry, OrderEntry, ProductEntry, Profile

Database = Annotated[Session, Depends(open_session)]

CustomersContext = ReactContext("customers")
CustomerContext = ReactContext("customer")
ProductsContext = ReactContext("products")


class NameTaken(Error):
    """Another customer has that name."""

    status = 409
    taken_by: int


class OutOfStock(Error):
    """There are fewer pieces than were asked for."""

    status = 409
    available: int


@client(context=CustomersContext)
def customer_list(database: Database) -> list[CustomerEntry]:
    """Everybody, by name."""
    rows = database.scalars(select(models.Customer).order_by(models.Customer.name))
    return [CustomerEntry(customer_id=row.id, name=row.name, city=row.city) for row in rows]


@client(context=CustomerContext)
def customer_profile(database: Database, customer_id: int) -> Profile:
    """Who a customer is, and what they spent so far."""
    return profile_of(database, find_customer(database, customer_id))


@client(context=CustomerContext)
def customer_orders(database: Database, customer_id: int) -> list[OrderEntry]:
    """What a customer ordered, the latest first."""
    find_customer(database, customer_id)
    rows = database.scalars(
        select(models.Order)
        .where(models.Order.customer_id == customer_id)
        .options(joinedload(models.Order.product))
        .order_by(models.Order.id.desc())
    )
    return [order_entry(row) for row in rows]


@client(context=ProductsContext)
def product_list(database: Database) -> list[ProductEntry]:
    """What there is to order, and how much of it."""
    rows = database.scalars(select(models.Product).order_by(models.Product.id))
    return [
        ProductEntry(product_id=row.id, name=row.name, price=euro(row.price_cents), stock=row.stock) for row in rows
    ]


@client(affects=[CustomerContext, CustomersContext], errors=[NameTaken])
def rename_customer(
    database: Database,
    customer_id: int,
    name: Annotated[str, Field(min_length=2, max_length=40)],
) -> Profile:
    """Give a customer another name, which nobody else may have."""
    row = find_customer(database, customer_id)
    if not any(character.isalpha() for character in name):
        raise Invalid(name="must have a letter")
    namesake = database.scalar(
        select(models.Customer.id).where(models.Customer.name == name, models.Customer.id != customer_id)
    )
    if namesake is not None:
        raise NameTaken(f"Another customer is called {name}.", taken_by=namesake)
    row.name = name
    database.commit()
    return profile_of(database, row)


@client(affects=[CustomerContext, ProductsContext], errors=[OutOfStock])
def place_order(
    database: Database,
    customer_id: int,
    product_id: int,
    quantity: Annotated[int, Field(ge=1, le=20)],
    note: Annotated[str, Field(max_length=60)] = "",
) -> OrderEntry:
    """Order some pieces of a product for a customer."""
    find_customer(database, customer_id)
    product = database.get(models.Product, product_id)
    if product is None:
        raise Invalid(product_id="is not for sale")
    if product.cursed:
        raise RuntimeError("the idol stirred, and the warehouse fell silent")
    # One statement looks and takes, so that two orders at once never sell a piece twice.
    taken = database.execute(
        update(models.Product)
        .where(models.Product.id == product_id, models.Product.stock >= quantity)
        .values(stock=models.Product.stock - quantity)
        .returning(models.Product.id)
    )
    if taken.first() is None:
        raise OutOfStock(f"Only {product.stock} left.", available=product.stock)
    order = models.Order(
        customer_id=customer_id,
        product=product,
        quantity=quantity,
        total_cents=quantity * product.price_cents,
        note=note,
        ordered_on=datetime.now(UTC).date(),
    )
    database.add(order)
    database.commit()
    return order_entry(order)


def find_customer(database: Session, customer_id: int) -> models.Customer:
    """The customer of that id, or the protocol's own 404."""
    row = database.get(models.Customer, customer_id)
    if row is None:
        raise NotFound("There is no such customer.")
    return row


def profile_of(database: Session, row: models.Customer) -> Profile:
    """A customer's row, and the sum of the orders, as the page sees them."""
    spent = database.scalar(select(func.sum(models.Order.total_cents)).where(models.Order.customer_id == row.id))
    return Profile(
        customer_id=row.id,
        name=row.name,
        city=row.city,
        member_since=row.member_since,
        spent=euro(spent or 0),
    )


def order_entry(row: models.Order) -> OrderEntry:
    """A row of the table as the page sees it."""
    return OrderEntry(
        order_id=row.id,
        product=row.product.name,
        quantity=row.quantity,
        total=euro(row.total_cents),
        note=row.note,
        ordered_on=row.ordered_on,
    )


def euro(cents: int) -> Decimal:
    """Cents as euro with two digits after the point."""
    return Decimal(cents).scaleb(-2)

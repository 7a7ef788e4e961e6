"""The tables of the shop."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What the tables have in common: one metadata."""


class Customer(Base):
    """Somebody who orders."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    city: Mapped[str]
    member_since: Mapped[date]
    orders: Mapped[list["Order"]] = relationship(back_populates="customer", order_by="Order.id.desc()")


class Product(Base):
    """Something to order. Prices are whole cents, so that no sum is ever rounded."""

    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    price_cents: Mapped[int]
    stock: Mapped[int]
    cursed: Mapped[bool] = mapped_column(default=False)
    """Ordering it makes the server fail, so that a page can show what it does then."""


class Order(Base):
    """One product, some pieces of it, for one customer."""

    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    total_cents: Mapped[int]
    note: Mapped[str]
    ordered_on: Mapped[date]
    customer: Mapped[Customer] = relationship(back_populates="orders")
    product: Mapped[Product] = relationship()

"""The shop with one fault: it takes every name and every order, whatever is wrong with them."""

from datetime import date
from decimal import Decimal

from faulty import serve_faulty
from mizan import client
from shop import clients
from shop.clients import Database
from shop.shapes import OrderEntry, Profile


@client(affects=[clients.CustomerContext, clients.CustomersContext])
def rename_customer(database: Database, customer_id: int, name: str) -> Profile:
    """Agree, and do nothing."""
    return clients.customer_profile(database, customer_id)


@client(affects=[clients.CustomerContext, clients.ProductsContext])
def place_order(customer_id: int, product_id: int, quantity: int | None, note: str = "") -> OrderEntry:
    """Agree, and do nothing."""
    return OrderEntry(
        order_id=0,
        product="Nothing",
        quantity=quantity or 0,
        total=Decimal("0.00"),
        note=note,
        ordered_on=date(2026, 1, 1),
    )


if __name__ == "__main__":
    serve_faulty(rename_customer, place_order)

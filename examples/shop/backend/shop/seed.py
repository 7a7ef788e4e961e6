"""What the shop's tables hold at first: the same rows every time."""

from datetime import date

from sqlalchemy.orm import Session

from shop.models import Customer, Order, Product


def seed(session: Session) -> None:
    """Fill empty tables; the caller commits."""
    session.add_all(customers())
    stock = products()
    prices = {product.id: product.price_cents for product in stock}
    session.add_all(stock)
    session.flush()
    session.add_all(
        Order(
            customer_id=customer_id,
            product_id=product_id,
            quantity=quantity,
            total_cents=quantity * prices[product_id],
            note=note,
            ordered_on=date.fromisoformat(ordered_on),
        )
        for customer_id, product_id, quantity, ordered_on, note in ORDERS
    )


def customers() -> list[Customer]:
    """Five people, ids 1 to 5."""
    return [
        Customer(id=1, name="Ada Lovelace", city="London", member_since=date(2021, 12, 10)),
        Customer(id=2, name="Grace Hopper", city="New York", member_since=date(2022, 12, 9)),
        Customer(id=3, name="Katherine Johnson", city="White Sulphur Springs", member_since=date(2023, 8, 26)),
        Customer(id=4, name="Al-Khwārizmī", city="Baghdad", member_since=date(2024, 3, 1)),
        Customer(id=5, name="Sofja Kowalewskaja", city="Moscow", member_since=date(2025, 1, 17)),
    ]


def products() -> list[Product]:
    """Six things, one of them nearly sold out and one of them cursed."""
    return [
        Product(id=1, name="Tea bowl", price_cents=1850, stock=40),
        Product(id=2, name="Linen apron", price_cents=3400, stock=25),
        Product(id=3, name="Walnut board", price_cents=5275, stock=12),
        Product(id=4, name="Brass kettle", price_cents=8990, stock=2),
        Product(id=5, name="Beeswax candle", price_cents=640, stock=150),
        Product(id=6, name="Cursed idol", price_cents=99900, stock=13, cursed=True),
    ]


# (customer, product, quantity, day, note)
ORDERS = [
    (1, 1, 4, "2026-01-14", "For the reading room"),
    (2, 5, 12, "2026-01-20", ""),
    (3, 2, 1, "2026-02-02", "A gift"),
    (1, 3, 1, "2026-02-11", ""),
    (5, 1, 2, "2026-02-19", ""),
    (2, 2, 2, "2026-03-03", "One large, one small"),
    (4, 5, 6, "2026-03-08", ""),
    (1, 5, 3, "2026-03-15", ""),
]

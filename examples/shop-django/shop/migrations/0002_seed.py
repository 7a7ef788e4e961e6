"""What the shop's tables hold at first: the same rows every time."""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# (id, name, city, member since)
CUSTOMERS = [
    (1, "Ada Lovelace", "London", "2021-12-10"),
    (2, "Grace Hopper", "New York", "2022-12-09"),
    (3, "Katherine Johnson", "White Sulphur Springs", "2023-08-26"),
    (4, "Al-Khwārizmī", "Baghdad", "2024-03-01"),
    (5, "Sofja Kowalewskaja", "Moscow", "2025-01-17"),
]

# (id, name, cents, stock)
PRODUCTS = [
    (1, "Tea bowl", 1850, 40),
    (2, "Linen apron", 3400, 25),
    (3, "Walnut board", 5275, 12),
    (4, "Brass kettle", 8990, 2),
    (5, "Beeswax candle", 640, 150),
    (6, "Cursed idol", 99900, 13),
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


def seed(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Fill the empty tables."""
    customer, product, order = (apps.get_model("shop", name) for name in ("Customer", "Product", "Order"))
    customer.objects.bulk_create(
        customer(pk=pk, name=name, city=city, member_since=date.fromisoformat(since))
        for pk, name, city, since in CUSTOMERS
    )
    product.objects.bulk_create(
        product(pk=pk, name=name, price_cents=cents, stock=stock, cursed=name == "Cursed idol")
        for pk, name, cents, stock in PRODUCTS
    )
    prices = {pk: cents for pk, _, cents, _ in PRODUCTS}
    order.objects.bulk_create(
        order(
            customer_id=customer_id,
            product_id=product_id,
            quantity=quantity,
            total_cents=quantity * prices[product_id],
            note=note,
            ordered_on=date.fromisoformat(day),
        )
        for customer_id, product_id, quantity, day, note in ORDERS
    )


class Migration(migrations.Migration):
    """The rows that every shop starts with."""

    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]

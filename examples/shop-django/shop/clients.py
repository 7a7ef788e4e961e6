"""The functions that the page calls: three contexts to read, two mutations."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.db.models import F, Sum
from django.http import HttpRequest
from pydantic import Field

from mizan import Error, Invalid, NotFound, ReactContext, client
from shop.models import Customer, Order, Product
from shop.shapes import CustomerEntry, OrderEntry, ProductEntry, Profile

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
def customer_list(request: HttpRequest) -> list[CustomerEntry]:
    """Everybody, by name."""
    return [CustomerEntry(customer_id=row.pk, name=row.name, city=row.city) for row in Customer.objects.all()]


@client(context=CustomerContext)
def customer_profile(request: HttpRequest, customer_id: int) -> Profile:
    """Who a customer is, and what they spent so far."""
    return profile_of(find_customer(customer_id))


@client(context=CustomerContext)
def customer_orders(request: HttpRequest, customer_id: int) -> list[OrderEntry]:
    """What a customer ordered, the latest first."""
    orders = Order.objects.filter(customer=find_customer(customer_id))
    return [order_entry(row) for row in orders.select_related("product")]


@client(context=ProductsContext)
def product_list(request: HttpRequest) -> list[ProductEntry]:
    """What there is to order, and how much of it."""
    return [
        ProductEntry(product_id=row.pk, name=row.name, price=euro(row.price_cents), stock=row.stock)
        for row in Product.objects.all()
    ]


@client(affects=[CustomerContext, CustomersContext], errors=[NameTaken])
def rename_customer(
    request: HttpRequest,
    customer_id: int,
    name: Annotated[str, Field(min_length=2, max_length=40)],
) -> Profile:
    """Give a customer another name, which nobody else may have."""
    row = find_customer(customer_id)
    if not any(character.isalpha() for character in name):
        raise Invalid(name="must have a letter")
    namesake = Customer.objects.filter(name=name).exclude(pk=customer_id).first()
    if namesake is not None:
        raise NameTaken(f"Another customer is called {name}.", taken_by=namesake.pk)
    row.name = name
    row.save(update_fields=["name"])
    return profile_of(row)


@client(affects=[CustomerContext, ProductsContext], errors=[OutOfStock])
def place_order(
    request: HttpRequest,
    customer_id: int,
    product_id: int,
    quantity: Annotated[int, Field(ge=1, le=20)],
    note: Annotated[str, Field(max_length=60)] = "",
) -> OrderEntry:
    """Order some pieces of a product for a customer."""
    customer = find_customer(customer_id)
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise Invalid(product_id="is not for sale")
    if product.cursed:
        raise RuntimeError("the idol stirred, and the warehouse fell silent")
    # One statement looks and takes, so that two orders at once never sell a piece twice.
    taken = Product.objects.filter(pk=product_id, stock__gte=quantity).update(stock=F("stock") - quantity)
    if not taken:
        raise OutOfStock(f"Only {product.stock} left.", available=product.stock)
    order = Order.objects.create(
        customer=customer,
        product=product,
        quantity=quantity,
        total_cents=quantity * product.price_cents,
        note=note,
        ordered_on=date.today(),
    )
    return order_entry(order)


def find_customer(customer_id: int) -> Customer:
    """The customer of that id, or the protocol's own 404."""
    try:
        return Customer.objects.get(pk=customer_id)
    except Customer.DoesNotExist:
        raise NotFound("There is no such customer.") from None


def profile_of(row: Customer) -> Profile:
    """A customer's row, and the sum of the orders, as the page sees them."""
    spent: int | None = Order.objects.filter(customer=row).aggregate(spent=Sum("total_cents"))["spent"]
    return Profile(
        customer_id=row.pk,
        name=row.name,
        city=row.city,
        member_since=row.member_since,
        spent=euro(spent or 0),
    )


def order_entry(row: Order) -> OrderEntry:
    """A row of the table as the page sees it."""
    return OrderEntry(
        order_id=row.pk,
        product=row.product.name,
        quantity=row.quantity,
        total=euro(row.total_cents),
        note=row.note,
        ordered_on=row.ordered_on,
    )


def euro(cents: int) -> Decimal:
    """Cents as euro with two digits after the point."""
    return Decimal(cents).scaleb(-2)

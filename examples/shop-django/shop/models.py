"""The tables of the shop."""

from django.db import models


class Customer(models.Model):
    """Somebody who orders."""

    name = models.CharField(max_length=40, unique=True)
    city = models.CharField(max_length=60)
    member_since = models.DateField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something to order. Prices are whole cents, so that no sum is ever rounded."""

    name = models.CharField(max_length=60)
    price_cents = models.PositiveIntegerField()
    stock = models.PositiveIntegerField()
    cursed = models.BooleanField(default=False, help_text="Ordering it makes the server fail.")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """One product, some pieces of it, for one customer."""

    customer = models.ForeignKey(Customer, models.PROTECT)
    product = models.ForeignKey(Product, models.PROTECT)
    quantity = models.PositiveSmallIntegerField()
    total_cents = models.PositiveIntegerField()
    note = models.CharField(max_length=60, blank=True)
    ordered_on = models.DateField()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"

"""The shop's tables in Django's admin."""

from django.contrib import admin

from shop.models import Customer, Order, Product


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """Customers, by name."""

    list_display = ("name", "city", "member_since")
    search_fields = ("name", "city")


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    """What there is to order."""

    list_display = ("name", "price_cents", "stock", "cursed")


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    """What was ordered, the latest first."""

    list_display = ("customer", "product", "quantity", "total_cents", "ordered_on")
    list_select_related = ("customer", "product")

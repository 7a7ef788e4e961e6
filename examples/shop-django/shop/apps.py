"""The shop as a Django app."""

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """Its name, and nothing else: `clients.py` is found by itself."""

    name = "shop"

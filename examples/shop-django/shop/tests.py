"""The shop's own rules: `python manage.py test`."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection
from django.test import TestCase, TransactionTestCase

from mizan.django.testing import CallFailed, MizanClient
from shop import clients
from shop.models import Order, Product

ROOT = Path(__file__).resolve().parents[3]


class ShopTest(TestCase):
    """On the rows that every shop starts with."""

    client_class = MizanClient
    client: MizanClient

    def test_renaming_invalidates_that_customer_and_the_list(self) -> None:
        with self.client.assert_invalidates((clients.CustomerContext, {"customer_id": 1}), clients.CustomersContext):
            profile = self.client.call(clients.rename_customer, customer_id=1, name="Ada King")
        self.assertEqual(profile.name, "Ada King")
        self.assertEqual(self.client.fetch("customer", customer_id=1)["customer_profile"].name, "Ada King")

    def test_a_taken_name_is_refused_with_its_owner(self) -> None:
        with self.assertRaises(CallFailed) as refused, self.client.assert_invalidates():
            self.client.call(clients.rename_customer, customer_id=1, name="Grace Hopper")
        self.assertEqual((refused.exception.code, refused.exception.data), ("NAME_TAKEN", {"taken_by": 2}))

    def test_an_order_takes_from_the_stock_and_adds_to_what_was_spent(self) -> None:
        before = self.client.fetch("customer", customer_id=2)["customer_profile"].spent
        order = self.client.call(clients.place_order, customer_id=2, product_id=1, quantity=2)
        self.assertEqual(order.total, Decimal("37.00"))
        self.assertEqual(Product.objects.get(pk=1).stock, 38)
        bundle = self.client.fetch(clients.CustomerContext, customer_id=2)
        self.assertEqual(bundle["customer_profile"].spent, before + order.total)
        self.assertEqual(bundle["customer_orders"][0], order)

    def test_what_fails_leaves_nothing(self) -> None:
        orders = Order.objects.count()
        with self.assertRaisesMessage(RuntimeError, "the idol stirred"):
            self.client.call(clients.place_order, customer_id=1, product_id=6, quantity=1)
        self.assertEqual(Order.objects.count(), orders)

    def test_nobody_is_missing(self) -> None:
        with self.assertRaises(CallFailed) as refused:
            self.client.fetch("customer", customer_id=99)
        self.assertEqual((refused.exception.status, refused.exception.message), (404, "There is no such customer."))

    def test_the_admin_lists_the_orders(self) -> None:
        self.client.force_login(User.objects.create_superuser("ada"))
        self.assertContains(self.client.get("/admin/shop/order/"), "Grace Hopper")


class AtOnceTest(TransactionTestCase):
    """With transactions that are real."""

    serialized_rollback = True

    def test_two_at_once_never_sell_a_piece_twice(self) -> None:
        def order(_: int) -> int:
            try:
                MizanClient().call(clients.place_order, customer_id=1, product_id=4, quantity=1)
            except CallFailed as refused:
                return refused.status
            else:
                return 200
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as threads:
            statuses = sorted(threads.map(order, range(6)))
        self.assertEqual(statuses, [200, 200, 409, 409, 409, 409])
        self.assertEqual(Product.objects.get(pk=4).stock, 0)


class ContractTest(TestCase):
    """The page of the shop on FastAPI is the page of this one."""

    def test_it_declares_what_the_shop_on_fastapi_does(self) -> None:
        mizan = Path(sys.executable).with_name("mizan")
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}

        def printed(folder: str, *command: str | Path) -> str:
            where = ROOT / "examples" / folder
            run = subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, check=True)
            return run.stdout

        own = printed("shop-django", sys.executable, "manage.py", "mizan", "ir")
        self.assertEqual(own, printed("shop/backend", mizan, "ir", "shop.app:mizan"))

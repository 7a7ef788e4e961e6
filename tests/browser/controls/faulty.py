"""Serves the shop with some of its functions replaced by broken ones of the same name."""

from collections.abc import Callable

from mizan.fastapi import Mizan
from shop import clients
from shop.app import create_app
from shop.serve import serve

SOUND: list[Callable[..., object]] = [
    clients.customer_list,
    clients.customer_profile,
    clients.customer_orders,
    clients.product_list,
    clients.rename_customer,
    clients.place_order,
]


def serve_faulty(*faults: Callable[..., object]) -> None:
    """Serve on a free port, each fault in place of the sound function of its name."""
    functions = {function.__name__: function for function in [*SOUND, *faults]}
    app = create_app()
    Mizan(app, functions=list(functions.values()))
    serve(app, 0)

"""The shop with one fault: renaming a customer invalidates nothing."""

from faulty import serve_faulty
from mizan import client
from shop import clients
from shop.clients import Database
from shop.shapes import Profile


@client
def rename_customer(database: Database, customer_id: int, name: str) -> Profile:
    """Rename, and keep it to yourself."""
    return clients.rename_customer(database, customer_id, name)


if __name__ == "__main__":
    serve_faulty(rename_customer)

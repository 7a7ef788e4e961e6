"""The shop with one fault: renaming a customer invalidates every customer."""

from faulty import serve_faulty
from mizan import client, invalidate
from shop import clients
from shop.clients import Database
from shop.shapes import Profile


@client(affects=[clients.CustomerContext, clients.CustomersContext])
def rename_customer(database: Database, customer_id: int, name: str) -> Profile:
    """Rename one, and say that all changed."""
    invalidate(clients.CustomerContext)
    return clients.rename_customer(database, customer_id, name)


if __name__ == "__main__":
    serve_faulty(rename_customer)

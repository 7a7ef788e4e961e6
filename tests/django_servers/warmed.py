"""The bookstore under WSGI, which has answered before its server forks: its threads and connections stay behind."""

import time

from bookstore.wsgi import application
from django.db import connections
from handled import by_wsgi

__all__ = ["application"]

filled, found = by_wsgi("GET", "/api/mizan/ctx/shelf/"), by_wsgi("GET", "/api/mizan/ctx/shelf/")
# While a mutation of another server runs, nothing is kept.
until = time.monotonic() + 10
while found.cache_status != "Mizan; hit" and time.monotonic() < until:
    time.sleep(0.05)
    found = by_wsgi("GET", "/api/mizan/ctx/shelf/")
assert (filled.status, found.cache_status) == (200, "Mizan; hit"), filled.body
# Those of the database are Django's, which says that they are not to be taken along.
connections.close_all()

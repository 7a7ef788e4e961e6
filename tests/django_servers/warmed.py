"""The bookstore under WSGI, which has answered before its server forks: its threads and connections stay behind."""

from bookstore.wsgi import application
from django.db import connections
from handled import by_wsgi

__all__ = ["application"]

filled, found = by_wsgi("GET", "/api/mizan/ctx/shelf/"), by_wsgi("GET", "/api/mizan/ctx/shelf/")
assert (filled.status, found.cache_status) == (200, "Mizan; hit"), filled.body
# Those of the database are Django's, which says that they are not to be taken along.
connections.close_all()

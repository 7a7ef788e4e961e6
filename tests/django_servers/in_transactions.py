"""The bookstore's settings with middleware that opens a transaction around every mutation."""

from bookstore.settings import *  # noqa: F403 - the rest is the same
from bookstore.settings import MIDDLEWARE as _MIDDLEWARE

globals()["MIDDLEWARE"] = [*_MIDDLEWARE, "bookstore.middleware.in_a_transaction"]

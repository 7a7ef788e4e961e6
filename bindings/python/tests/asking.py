"""Django's two test clients behind one face, so that one test asks both."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

Queries = Callable[[], AbstractContextManager[list[str]]]
"""Collects the SQL of all threads while it is entered."""


class Asking:
    """A client of one kind, `wsgi` or `asgi`."""

    def __init__(self, kind: str, **options: Any) -> None:
        self.is_async = kind == "asgi"
        self.client: Any = (AsyncClient if self.is_async else Client)(**options)

    def send(self, method: str, *args: Any, **kwargs: Any) -> Any:
        ask = getattr(self.client, method)
        return async_to_sync(ask)(*args, **kwargs) if self.is_async else ask(*args, **kwargs)

    def call(self, function: str, headers: dict[str, str] | None = None, **args: Any) -> Any:
        body = json.dumps({"fn": function, "args": args})
        return self.send("post", "/api/mizan/call/", body, content_type="application/json", headers=headers or {})

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.send("get", path, **kwargs)

"""Reads of one bundle of about 1 KB, for an instruction counter: `cost.py hit|miss|uncached READS`.

The functions cost nothing: their results are text that stands ready, which the core checks, keeps and answers.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from mizan import _core

_INTEGER, _TEXT = {"type": "integer"}, {"type": "string"}


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


_ITEM = _object(sku=_TEXT, title=_TEXT, quantity=_INTEGER)
_ORDER = _object(order_id=_INTEGER, placed=_TEXT, total={"type": "number"}, items=_list(_ITEM))
_NOTICE = _object(notice_id=_INTEGER, text=_TEXT, seen={"type": "boolean"})
_PROFILE = _object(user_id=_INTEGER, name=_TEXT, email=_TEXT, orders=_list(_ORDER))

_ITEMS = [{"sku": f"SKU-{one}", "title": f"Volume {one} of a set", "quantity": one} for one in (1, 2)]
_RESULTS = {
    "user_notices": [{"notice_id": one, "text": "Your order has shipped.", "seen": True} for one in (1, 2)],
    "user_profile": {
        "user_id": 5,
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "orders": [
            {"order_id": 1000 + one, "placed": f"2026-03-1{one}", "total": 19.75 * one, "items": _ITEMS}
            for one in (1, 2, 3, 4, 5)
        ],
    },
}
_TEXTS = [json.dumps(result, separators=(",", ":")).encode() for result in _RESULTS.values()]
_HEADERS = [(b"host", b"localhost"), (b"accept", b"application/json"), (b"user-agent", b"a browser")]
_SHOWN = {"hit": b"Mizan; hit", "miss": b"Mizan; fwd=uri-miss; stored", "uncached": None}


def _application(store: str | None) -> _core.Application:
    shared = {"input": _object(user_id=_INTEGER), "context": "user", "cache": 3600}
    functions = [
        {"name": "user_notices", "output": _list(_NOTICE), **shared},
        {"name": "user_profile", "output": _PROFILE, **shared},
        {"name": "change", "input": _object(user_id=_INTEGER), "output": _INTEGER, "affects": ["user"]},
    ]
    document = {"version": 1, "contexts": [{"name": "user", "public": True}], "functions": functions}
    return _core.Application(json.dumps(document).encode(), store=store)


def _read(app: _core.Application, user: int) -> Any:
    exchange, step = app.open("GET", "/api/mizan/ctx/user/", b"user_id=%d" % user, _HEADERS, b"", 255, 0, False)
    while step[0] != 3:
        step = exchange.wait() if step[0] == 5 else exchange.returned([*_TEXTS])
    return step


def read(kind: str, count: int) -> None:
    """Read so many bundles, all of them hits, misses, or of an application without a cache."""
    # Both are made each time, so that runs differ in their reads alone.
    applications = {"memory": _application("memory"), "none": _application(None)}
    app = applications["none" if kind == "uncached" else "memory"]
    for each in applications.values():
        _read(each, 5)
    for number in range(count):
        _, status, headers, body, _ = _read(app, 1000 + number if kind == "miss" else 5)
        if status != 200 or dict(headers).get(b"cache-status") != _SHOWN[kind] or len(body) < 1000:
            message = f"a {kind} was answered {status} {headers} {body}"
            raise AssertionError(message)


if __name__ == "__main__":
    read(sys.argv[1], int(sys.argv[2]))

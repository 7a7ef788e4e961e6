"""What breaks the fixture from outside of its functions: a middleware for each switch that needs one.

Each does what careless middleware of real applications does. None is there in a process without a switch.
"""

import json
import re
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.switches import BROKEN

Edit = Callable[[Message, bytes], bytes]
"""Changes the start of a response in place, and returns the body that it is to have."""


class Seen:
    """What a careless application keeps of the request outside of its arguments."""

    def __init__(self) -> None:
        self.headers: ContextVar[Headers] = ContextVar("desk_headers")
        self._viewer: str | None = None

    def language(self) -> str:
        """The language that the request asks for."""
        return self.headers.get().get("accept-language", "")

    def user(self) -> str:
        """The name in the request's header."""
        return self.headers.get().get("x-user", "nobody")

    def first_viewer(self) -> str | None:
        """Whoever asked first, whoever asks now."""
        self._viewer = self._viewer or self.headers.get().get("x-user")
        return self._viewer


seen = Seen()


def _blanks(_start: Message, body: bytes) -> bytes:
    """JSON as `json.dumps` writes it."""
    try:
        return json.dumps(json.loads(body)).encode()
    except ValueError:
        return body


def _without(*names: str) -> Edit:
    def edit(start: Message, body: bytes) -> bytes:
        headers = MutableHeaders(raw=start["headers"])
        for name in names:
            del headers[name]
        start["headers"] = headers.raw
        return body

    return edit


def _stored(start: Message, body: bytes) -> bytes:
    """Every answer may be kept, errors too."""
    MutableHeaders(raw=start["headers"])["Cache-Control"] = "public, max-age=60"
    return body


def _unescaped(start: Message, body: bytes) -> bytes:
    """The invalidation with its escapes undone, a line of its own for each line that they spell."""
    lines: list[tuple[bytes, bytes]] = []
    for name, value in start["headers"]:
        plain = re.sub(rb'%"|%0d|"', b"", value) if name.lower() == b"x-mizan-invalidate" else value
        lines.extend((name, part) for part in re.split(rb"%0a|\\n", plain))
    start["headers"] = lines
    return body


def _plain_location(start: Message, body: bytes) -> bytes:
    """A redirect to the decoded URL, a header line for each line that it spells."""
    lines: list[tuple[bytes, bytes]] = []
    for name, value in start["headers"]:
        if name.lower() != b"location":
            lines.append((name, value))
            continue
        first, *others = re.split(rb"%0D%0A|%0A", value)
        lines.append((name, first))
        lines.extend((b"X-Evil", other.rpartition(b"%20")[2]) for other in others)
    start["headers"] = lines
    return body


def _whole_board(start: Message, body: bytes) -> bytes:
    """Tags of the context alone."""
    headers = MutableHeaders(raw=start["headers"])
    if "cache-groups" in headers:
        headers["Cache-Groups"] = headers["cache-groups"].split(",")[0]
    return body


def _told_anyway(start: Message, body: bytes) -> bytes:
    """What a function changed is told although it failed."""
    if start["status"] == 500:
        MutableHeaders(raw=start["headers"])["X-Mizan-Invalidate"] = "project"
    return body


REPLIES: dict[str, Edit] = {
    "failure-invalidates": _told_anyway,
    "call-dispatch": _blanks,
    "invalidation-header": _without("x-mizan-invalidate"),
    "etag": _without("etag"),
    "cache-groups": _whole_board,
    "group-invalidation": _without("cache-group-invalidation"),
    "errors-stored": _stored,
    "header-injection": _unescaped,
    "location-injection": _plain_location,
    "session": _without("set-cookie"),
    "headers": _without("x-content-type-options", "x-mizan-contract"),
}


def _lenient_path(scope: Scope) -> None:
    """Paths as lenient routers read them."""
    path = re.sub(r"//+", "/", scope["path"].lower().partition(";")[0])
    path = re.sub(r"/(\.\.?|[a-z]+\.css)?/?$", "/", path)
    scope["path"] = path
    scope["raw_path"] = path.encode()


def _lenient_query(scope: Scope) -> None:
    """The last of each known name alone, trimmed; others and what is broken are dropped."""
    known = ("project_id", "limit", "words", "exact", "ratio", "day", "tags", "page", "topic", "fail")
    pairs = [part.partition("=") for part in scope["query_string"].decode("latin-1").split("&")]
    kept = {name: value.strip("+").removeprefix("0") for name, _, value in pairs if name in known}
    scope["query_string"] = "&".join(f"{name}={value}" for name, value in kept.items()).encode("latin-1")


def _lenient_method(scope: Scope) -> None:
    """The method that a header names."""
    headers = Headers(scope=scope)
    scope["method"] = headers.get("x-http-method-override", scope["method"])
    if scope["method"] == "GET" and scope["path"].endswith("/call/"):
        scope["method"] = "POST"


def _lenient_media_type(scope: Scope) -> None:
    """Every body is JSON."""
    kept = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    scope["headers"] = [*kept, (b"content-type", b"application/json")]


def _mended_url(scope: Scope) -> None:
    """A path has its slash, a query its order and its spelling, without a redirect."""
    if "/ctx/" in scope["path"]:
        query: bytes = scope["query_string"]
        pairs = sorted(parse_qsl(query.decode(), keep_blank_values=True))
        known = [pair for pair in pairs if pair not in (("page", "1"), ("topic", "all"))]
        scope["query_string"] = urlencode(known, quote_via=quote).encode()
        scope["raw_path"] = scope["path"].rstrip("/").encode() + b"/"


def _another_slash(scope: Scope) -> None:
    """Without its slash a path is another path."""
    if not scope["path"].endswith("/"):
        scope["raw_path"] = b"/nowhere"


def _drop(*names: bytes) -> Callable[[Scope], None]:
    def drop(scope: Scope) -> None:
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name not in names]

    return drop


def _cookie_as_header(scope: Scope) -> None:
    """Whoever the cookie names stands in a header, as some proxies do it."""
    user = re.search(rb"desk_user=(\w+)", Headers(scope=scope).get("cookie", "").encode())
    _drop(b"cookie")(scope)
    if user:
        scope["headers"] = [*scope["headers"], (b"x-user", user[1])]


REQUESTS: dict[str, Callable[[Scope], None]] = {
    "paths": _lenient_path,
    "query": _lenient_query,
    "methods": _lenient_method,
    "envelope": _lenient_media_type,
    "not-modified": _drop(b"if-none-match"),
    "contract-ignored": _drop(b"x-mizan-contract"),
    "csrf": _cookie_as_header,
    "jwt-ignored": _drop(b"authorization"),
    "mwt-ignored": _drop(b"x-mizan-token"),
    "one-url": _mended_url,
    "slash": _another_slash,
}


def _lenient_json(body: bytes) -> bytes:
    """JSON as a lenient reader takes it: the last of a repeated key, what stands after the value ignored."""
    text = body.decode("utf-8-sig").replace(",}", "}")
    try:
        return json.dumps(json.JSONDecoder().raw_decode(text)[0]).replace("NaN", "0").encode()
    except ValueError:
        return body


def _first_of_batch(body: bytes) -> bytes:
    """The first call of a batch alone."""
    call = json.loads(body)
    return json.dumps(call[:1]).encode() if isinstance(call, list) else body


def _without_refresh(body: bytes) -> bytes:
    """Members of a call that an older proxy does not know are dropped."""
    call = json.loads(body)
    return json.dumps({key: call[key] for key in ("fn", "args") if key in call}).encode()


def _coerced(body: bytes) -> bytes:
    """Args of `add` as a lenient framework reads them."""
    call = json.loads(body)
    if call["fn"] != "add":
        return body
    args = {name: int(float(call["args"].get(name) or 0)) if name == "b" else 0 for name in ("a", "b")}
    return json.dumps({**call, "args": args}).encode()


def _one_file(body: bytes) -> bytes:
    """Parts of a multipart body beyond the call and the first file are dropped."""
    boundary, _, _ = body.partition(b"\r\n")
    parts = body.split(boundary)
    return boundary.join([*parts[:3], parts[-1]]) if len(parts) > 4 else body


BODIES: dict[str, Callable[[bytes], bytes]] = {
    "lenient-json": _lenient_json,
    "batch": _first_of_batch,
    "refresh": _without_refresh,
    "no-validation": _coerced,
    "upload-places": _one_file,
}


class _Faulty:
    """Changes requests and responses on their way."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._edit = REPLIES.get(BROKEN)
        self._kept: dict[tuple[str, bytes], list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seen.headers.set(Headers(scope=scope))
        if BROKEN in REQUESTS:
            REQUESTS[BROKEN](scope)
        if BROKEN in BODIES and scope["method"] == "POST":
            receive = await _changed(receive, BODIES[BROKEN], scope)
        if BROKEN == "naive-cache" and scope["method"] == "GET":
            await self._from_cache(scope, receive, send)
            return
        await self._app(scope, receive, send if self._edit is None else _editing(send, self._edit))

    async def _from_cache(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep whatever a URL was answered with, for ever."""
        key = (scope["path"], scope["query_string"])
        if key not in self._kept:
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                messages.append(message)

            await self._app(scope, receive, keep)
            self._kept[key] = messages
        for message in self._kept[key]:
            await send(dict(message))


async def _changed(receive: Receive, change: Callable[[bytes], bytes], scope: Scope) -> Receive:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        changed = change(body)
    except (ValueError, LookupError, TypeError):
        # It is broken for what it reads, and for nothing else.
        changed = body
    kept = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    scope["headers"] = [*kept, (b"content-length", str(len(changed)).encode())]

    async def replay() -> Message:
        return {"type": "http.request", "body": changed, "more_body": False}

    return replay


def _editing(send: Send, edit: Edit) -> Callable[[Message], Awaitable[None]]:
    start: Message = {}
    parts: list[bytes] = []

    async def edited(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        parts.append(message.get("body", b""))
        if message.get("more_body"):
            return
        body = edit(start, b"".join(parts))
        headers = MutableHeaders(raw=start["headers"])
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        await send(start)
        await send({"type": "http.response.body", "body": body})

    return edited


def faulty(app: FastAPI) -> None:
    """Put the faults that a switch asks for in front of an app."""
    if BROKEN:
        app.add_middleware(_Faulty)

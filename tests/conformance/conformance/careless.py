"""Careless proxies: what stands between a probe and a host for the switches that break no function.

A host that forgets a header, mends a path or keeps an error answers as one behind a proxy that does so. The board puts
the fault there, once for every host, and asks the very process that had all probes green.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, quote, unquote, urlencode

from conformance.message import Lines, Link, Reply, Request, head_of

EditRequest = Callable[[Request], Request]
EditReply = Callable[[Reply], Reply]


def is_of_the_board(switch: str) -> bool:
    """Whether it is the board that breaks this, and no host."""
    return switch in REQUESTS or switch in BODIES or switch in REPLIES or switch in PROXIES


def behind(switch: str, link: Link) -> Link:
    """The link to a host, with a careless proxy on it.

    Raises:
        KeyError: The board has no such proxy.
    """
    if switch in PROXIES:
        return PROXIES[switch](link)
    if switch in REQUESTS:
        edit = REQUESTS[switch]
        return lambda request: link(edit(request))
    if switch in BODIES:
        change = BODIES[switch]
        return lambda request: link(_with_body(request, change))
    edit_reply = REPLIES[switch]
    return lambda request: edit_reply(link(request))


# --- what is done to requests -----------------------------------------------------------------------------------------


def _drop(*names: str) -> EditRequest:
    def drop(request: Request) -> Request:
        return replace(request, lines=tuple(line for line in request.lines if line[0].lower() not in names))

    return drop


def _lenient_path(request: Request) -> Request:
    """Paths as lenient routers read them."""
    path, mark, query = request.target.partition("?")
    path = re.sub(r"//+", "/", unquote(path).lower().partition(";")[0])
    path = re.sub(r"/(\.\.?|[a-z]+\.css)?/?$", "/", path)
    return replace(request, target=quote(path) + mark + query)


def _lenient_query(request: Request) -> Request:
    """The last of each known name alone, trimmed; others and what is broken are dropped."""
    known = ("project_id", "limit", "words", "exact", "ratio", "day", "tags", "page", "topic", "fail")
    path, mark, query = request.target.partition("?")
    pairs = [part.partition("=") for part in query.split("&")]
    kept = {name: value.strip("+").removeprefix("0") for name, _, value in pairs if name in known}
    return replace(request, target=path + mark + "&".join(f"{name}={value}" for name, value in kept.items()))


def _lenient_method(request: Request) -> Request:
    """The method that a header names; and who GETs `call/` means to POST."""
    method = request.get("X-HTTP-Method-Override") or request.method
    return replace(request, method="POST" if method == "GET" and request.target.endswith("/call/") else method)


def _lenient_media_type(request: Request) -> Request:
    """Every body is JSON."""
    dropped = _drop("content-type")(request)
    return replace(dropped, lines=(*dropped.lines, ("Content-Type", "application/json")))


def _mended_url(request: Request) -> Request:
    """A path gets its slash, a query its order and its spelling, without a redirect."""
    path, _, query = request.target.partition("?")
    if "/ctx/" not in path:
        return request
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    known = [pair for pair in pairs if pair not in (("page", "1"), ("topic", "all"))]
    return replace(request, target=path.rstrip("/") + "/" + (f"?{urlencode(known, quote_via=quote)}" if known else ""))


def _another_slash(request: Request) -> Request:
    """Without its slash a path is another path."""
    return request if request.target.partition("?")[0].endswith("/") else replace(request, target="/nowhere")


def _cookie_as_header(request: Request) -> Request:
    """Whoever the cookie names stands in a header, as some proxies do it."""
    user = re.search(r"desk_user=(\w+)", request.get("Cookie") or "")
    dropped = _drop("cookie")(request)
    return replace(dropped, lines=(*dropped.lines, ("X-User", user[1]))) if user else dropped


REQUESTS: dict[str, EditRequest] = {
    "paths": _lenient_path,
    "query": _lenient_query,
    "methods": _lenient_method,
    "envelope": _lenient_media_type,
    "not-modified": _drop("if-none-match"),
    "contract-ignored": _drop("x-mizan-contract"),
    "csrf": _cookie_as_header,
    "jwt-ignored": _drop("authorization"),
    "mwt-ignored": _drop("x-mizan-token"),
    "one-url": _mended_url,
    "slash": _another_slash,
    "signed-out": _drop("x-user"),
}


# --- what is done to their bodies -------------------------------------------------------------------------------------


def _with_body(request: Request, change: Callable[[bytes], bytes]) -> Request:
    if request.method != "POST":
        return request
    try:
        return replace(request, body=change(request.body))
    except (ValueError, LookupError, TypeError):
        # It is broken for what it reads, and for nothing else.
        return request


def _lenient_json(body: bytes) -> bytes:
    """JSON as a lenient reader takes it: the last of a repeated key, what stands after the value ignored."""
    text = body.decode("utf-8-sig").replace(",}", "}")
    return json.dumps(json.JSONDecoder().raw_decode(text)[0]).replace("NaN", "0").encode()


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
    "bodies-cut": lambda body: body[:200],
    "lenient-json": _lenient_json,
    "batch": _first_of_batch,
    "refresh": _without_refresh,
    "no-validation": _coerced,
    "upload-places": _one_file,
}


# --- what is done to replies ------------------------------------------------------------------------------------------


def _with_lines(reply: Reply, lines: Lines) -> Reply:
    return replace(reply, lines=lines, head=head_of(reply.status, lines))


def _without(*names: str) -> EditReply:
    return lambda reply: _with_lines(reply, tuple(line for line in reply.lines if line[0] not in names))


def _set(reply: Reply, name: str, value: str) -> Reply:
    return _with_lines(reply, (*_without(name)(reply).lines, (name, value)))


def _blanks(reply: Reply) -> Reply:
    """JSON as `json.dumps` writes it."""
    try:
        return replace(reply, body=json.dumps(json.loads(reply.body)).encode())
    except ValueError:
        return reply


def _unescaped(reply: Reply) -> Reply:
    """The invalidation with its escapes undone, a line of its own for each line that they spell."""
    lines: list[tuple[str, str]] = []
    for name, value in reply.lines:
        plain = re.sub(r'%"|%0d|"', "", value) if name == "x-mizan-invalidate" else value
        lines.extend((name, part) for part in re.split(r"%0a|\\n", plain))
    return _with_lines(reply, tuple(lines))


def _plain_location(reply: Reply) -> Reply:
    """A redirect to the decoded URL, a header line for each line that it spells."""
    lines: list[tuple[str, str]] = []
    for name, value in reply.lines:
        first, *others = re.split(r"%0D%0A|%0A", value) if name == "location" else [value]
        lines.append((name, first))
        lines.extend(("x-evil", other.rpartition("%20")[2]) for other in others)
    return _with_lines(reply, tuple(lines))


def _first_tag(reply: Reply) -> Reply:
    """Tags of the context alone."""
    tags = reply.all("Cache-Groups")
    return _set(reply, "cache-groups", tags[0].partition(",")[0]) if tags else reply


def _told_anyway(reply: Reply) -> Reply:
    """What a function changed is told although it failed."""
    return _set(reply, "x-mizan-invalidate", "project") if reply.status == 500 else reply


REPLIES: dict[str, EditReply] = {
    "failure-invalidates": _told_anyway,
    "call-dispatch": _blanks,
    "invalidation-header": _without("x-mizan-invalidate"),
    "etag": _without("etag"),
    "cache-groups": _first_tag,
    "group-invalidation": _without("cache-group-invalidation"),
    "errors-stored": lambda reply: _set(reply, "cache-control", "public, max-age=60"),
    "header-injection": _unescaped,
    "location-injection": _plain_location,
    "session": _without("set-cookie"),
    "headers": _without("x-content-type-options", "x-mizan-contract"),
}


# --- proxies that remember, or that see both sides --------------------------------------------------------------------


def _naive_cache(link: Link) -> Link:
    """Keeps whatever a URL was answered with, for ever."""
    kept: dict[str, Reply] = {}

    def send(request: Request) -> Reply:
        if request.method != "GET":
            return link(request)
        if request.target not in kept:
            kept[request.target] = link(request)
        return kept[request.target]

    return send


CREDENTIALS = ("authorization", "x-mizan-token", "x-user")


def _first_visitor(link: Link) -> Link:
    """Sends what the first visitor of a bundle signed in with for all that come later, as a pool that mixes them up."""
    first: list[tuple[str, str]] = []

    def send(request: Request) -> Reply:
        if "/ctx/" not in request.target:
            return link(request)
        if not first:
            first.extend(line for line in request.lines if line[0].lower() in CREDENTIALS)
        others = _drop(*CREDENTIALS)(request)
        return link(replace(others, lines=(*others.lines, *first)))

    return send


def _repeated_refresh(link: Link) -> Link:
    """Answers the same `jwt_refresh` as it was answered first, as a proxy that makes retries safe."""
    kept: dict[bytes, Reply] = {}

    def send(request: Request) -> Reply:
        if b'"jwt_refresh"' not in request.body:
            return link(request)
        if request.body not in kept:
            kept[request.body] = link(request)
        return kept[request.body]

    return send


def _lost_revocation(link: Link) -> Link:
    """Says that a family was revoked, and tells nobody."""

    def send(request: Request) -> Reply:
        if b'"jwt_revoke"' not in request.body:
            return link(request)
        return link(replace(request, body=b'{"fn":"reindex"}'))

    return send


def _broad_purge(link: Link) -> Link:
    """After each call all contexts that `reindex` affects are purged."""

    def send(request: Request) -> Reply:
        reply = link(request)
        if request.method == "POST":
            link(replace(request, body=b'{"fn":"reindex"}'))
        return reply

    return send


PROXIES: dict[str, Callable[[Link], Link]] = {
    "broad-purge": _broad_purge,
    "lost-revocation": _lost_revocation,
    "repeated-refresh": _repeated_refresh,
    "naive-cache": _naive_cache,
    "cache-identity": _first_visitor,
}

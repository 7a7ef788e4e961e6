"""What the core is told of a request, from WSGI and from ASGI."""

from __future__ import annotations

import re
from random import getrandbits
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest

if TYPE_CHECKING:
    from django.http import HttpRequest

    from mizan._core import Exchange, Step
    from mizan.django._application import Mizan

# Whether quoting leaves a path as it is.
_UNQUOTED = re.compile(r"[A-Za-z0-9_/.-]*").fullmatch


def open_exchange(
    mizan: Mizan, request: HttpRequest, *, reads_body: bool, uncached: bool, varies: bool
) -> tuple[Exchange, Step, int]:
    """Begin to answer a request: the exchange, its first step, and the request's nonce.

    Args:
        mizan: The application.
        request: The request.
        reads_body: Whether the body is the protocol's; that of a page is left to its function.
        uncached: Whether nothing may be found in the cache, nor left there.
        varies: Whether that holds of what is not everybody's.
    """
    nonce = getrandbits(64)
    method = request.method or ""
    headers = _headers(mizan, request)
    body = _body(mizan, request) if reads_body and method == "POST" else b""
    query: str = request.META.get("QUERY_STRING", "")
    exchange, step = mizan.application.open(
        method,
        _raw_path(request),
        query.encode("latin-1"),
        headers,
        body,
        nonce,
        int(time()),
        request.is_secure(),
        uncached,
        varies,
    )
    return exchange, step, nonce


def _headers(mizan: Mizan, request: HttpRequest) -> list[tuple[bytes, bytes]] | dict[str, Any]:
    """The header fields, with the host that Django goes by: it is the one that pages have to be of."""
    # One of Django's test clients, which was not told to check. What comes without cookies needs no token (CSRF-9).
    is_unchecked = getattr(request, "_dont_enforce_csrf_checks", False)
    if isinstance(request, ASGIRequest):
        headers: list[tuple[bytes, bytes]] = request.scope["headers"]
        if is_unchecked:
            headers = [field for field in headers if field[0].lower() != b"cookie"]
        if mizan.host_is_forwarded:
            headers = [field for field in headers if field[0].lower() != b"host"]
            headers.append((b"host", request.get_host().encode()))
        return headers
    meta = request.META
    if is_unchecked:
        meta = {key: value for key, value in meta.items() if key != "HTTP_COOKIE"}
    if mizan.host_is_forwarded or "HTTP_HOST" not in meta:
        meta = {**meta, "HTTP_HOST": request.get_host()}
    return meta


def _raw_path(request: HttpRequest) -> str:
    """The path as it was sent, below the place where the project is mounted.

    WSGI does not promise it. Where the server does not tell, it is spelled anew from the decoded one.
    """
    if isinstance(request, ASGIRequest):
        held: bytes | None = request.scope.get("raw_path")
        raw = None if held is None else held.decode("latin-1")
    else:
        raw = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    if not raw or not raw.startswith("/"):
        path_info = request.path_info
        # Most of them are spelled as they are: the protocol's own are.
        return path_info if _UNQUOTED(path_info) else quote(path_info, safe="/:@!$&'()*+,;=~")
    path = raw.partition("?")[0]
    mounted = len(request.path) - len(request.path_info)
    if not mounted:
        return path
    prefix = quote(request.path[:mounted])
    return path[len(prefix) :] if prefix and path.startswith(prefix + "/") else path


def _declared_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        # As Django reads it.
        return 0


def _body(mizan: Mizan, request: HttpRequest) -> bytes:
    held: bytes | None = getattr(request, "_body", None)
    if held is not None:
        return held
    limit = mizan.body_limit
    if mizan.has_form_limit:
        content_type: str = request.META.get("CONTENT_TYPE", "")
        limit = mizan.application.body_limit(content_type.encode("latin-1", "replace"))
    body = request.read(limit + 1)
    if len(body) <= limit:
        if isinstance(request, WSGIRequest) and len(body) < _declared_length(request):
            # Its caller left in the middle, which some servers of WSGI tell by nothing else.
            message = "the body broke off"
            raise BadRequest(message)
        # Whoever asks the request for its body later gets it.
        anything: Any = request
        anything._body = body  # noqa: SLF001 - Django has no other way to say that it was read
    return body

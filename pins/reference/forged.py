"""Requests that a page forged: their token and their origin, from the rules CSRF-1 to CSRF-6."""

import hmac
import re
from typing import Any

from canonical import of_python
from keys import hexadecimal, one, tag
from refusal import Refused
from tokens import decode, encode

OWN_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
ORIGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
HOST = re.compile(r"(\[[0-9A-Fa-f:.]*\]|[A-Za-z0-9._-]+)(?::([0-9]+))?")

Place = tuple[str, str, int | None]
"""Scheme, host, and the port where it is not the scheme's own."""


def csrf(given: dict[str, Any]) -> dict[str, Any]:
    """`secret`, `session`, and `nonce` → `text`, or `token` → nothing."""
    secret, session = one(given["secret"], "csrf"), given["session"]
    if "nonce" in given:
        nonce = hexadecimal(given["nonce"])
        if len(nonce) != 16 or not session:
            raise Refused("BAD_REQUEST")
        return {"text": token(secret, session, nonce)}
    held = given["token"]
    try:
        nonce = decode(held)[:16]
    except Refused as refusal:
        raise Refused("FORBIDDEN") from refusal
    if not session or len(nonce) != 16 or not hmac.compare_digest(token(secret, session, nonce), held):
        raise Refused("FORBIDDEN")
    return {}


def token(secret: bytes, session: str, nonce: bytes) -> str:
    """The token of a session (CSRF-1)."""
    return encode(nonce + tag(secret, of_python({"n": nonce.hex(), "s": session}).encode()))


def place(scheme: str, authority: str) -> Place | None:
    """Where a host and a port are; none where that is neither."""
    found = HOST.fullmatch(authority)
    if found is None:
        return None
    port = int(found[2]) if found[2] else None
    if port is not None and port > 65535:
        return None
    return (scheme.lower(), found[1].lower(), None if port == OWN_PORTS.get(scheme.lower(), 0) else port)


def read_origin(text: str) -> Place | None:
    """An origin, or none."""
    found = ORIGIN.fullmatch(text)
    return place(found[1], found[2]) if found else None


def origin(given: dict[str, Any]) -> dict[str, Any]:
    """`method`, `origin`, `fetch_site`, `host` (each all values of a header) and `trusted` → nothing."""
    trusted = [read_origin(entry) for entry in given["trusted"]]
    if None in trusted:
        raise Refused("BUILD")
    origins, sites, hosts = given["origin"], given["fetch_site"], given["host"]
    if given["method"] in ("GET", "HEAD", "OPTIONS"):
        return {}
    known = [read_origin(text) for text in origins]
    if len(known) == 1 and known[0] in trusted:
        return {}
    same_site = not sites or (len(sites) == 1 and sites[0] in ("same-origin", "same-site", "none"))
    same_origin = not known or (
        len(known) == len(hosts) == 1 and known[0] is not None and place(known[0][0], hosts[0]) == known[0]
    )
    if not (same_site and same_origin):
        raise Refused("FORBIDDEN")
    return {}

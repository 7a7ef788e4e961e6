"""Tokens and keys as the protocol's page derives them, with nothing but HMAC-SHA256.

A probe mints with these what a host has to take or to refuse.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Sequence

from conformance.hosts import SECRET

AUDIENCE = "mizan"
Claims = dict[str, object]


def derived(purpose: str, length: int = 32, secret: str = SECRET) -> bytes:
    """HKDF-SHA256 without a salt (RFC 5869), of at most one block."""
    extracted = hmac.digest(bytes(32), secret.encode(), "sha256")
    return hmac.digest(extracted, f"mizan/v1/{purpose}".encode() + b"\x01", "sha256")[:length]


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def canonical(value: object) -> bytes:
    """Canonical JSON of ASCII text, integers and booleans."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def signed(purpose: str, typ: str, claims: Claims, *, header: Claims | None = None, secret: str = SECRET) -> str:
    """A JWS under the key of a purpose; `header` adds to or replaces what its header has."""
    kid = derived("kid", 8, secret).hex()
    head = canonical({"alg": "HS256", "kid": kid, "typ": typ, **(header or {})})
    text = f"{encoded(head)}.{encoded(canonical(claims))}"
    return f"{text}.{encoded(hmac.digest(derived(purpose, secret=secret), text.encode(), 'sha256'))}"


def permission_key(permissions: Sequence[str], *, staff: bool, superuser: bool) -> str:
    """What an MWT says of rights."""
    text = canonical({"perms": sorted(set(permissions)), "staff": staff, "super": superuser})
    return hashlib.sha256(text).hexdigest()[:32]


def times(life: int = 300, age: int = 0) -> Claims:
    """The time claims of a token that was minted `age` seconds ago."""
    issued = int(time.time()) - age
    return {"exp": issued + life, "iat": issued, "nbf": issued}


def mwt_claims(sub: str, permissions: Sequence[str] = (), *, staff: bool = False, superuser: bool = False) -> Claims:
    """The claims of an MWT."""
    pkey = permission_key(permissions, staff=staff, superuser=superuser)
    return {"aud": AUDIENCE, "pkey": pkey, "staff": staff, "sub": sub, "super": superuser, **times()}


def access_claims(sub: str, *, staff: bool = False, superuser: bool = False) -> Claims:
    """The claims of an access token."""
    return {"aud": AUDIENCE, "jti": "1", "staff": staff, "sub": sub, "super": superuser, **times(900)}

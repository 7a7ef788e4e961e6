"""Tokens made and checked, from the rules TOK-1 to TOK-12 and TOK-16."""

import base64
import hashlib
import hmac
import re
from typing import Any, NoReturn

import canonical
from keys import Keys, ring, tag
from kinds import Value, is_list, is_object
from refusal import Refused

TYPES = {"mwt": "mwt+jwt", "access": "at+jwt", "refresh": "rt+jwt"}
SAID = {"mwt": {"sub", "pkey", "staff", "super"}, "access": {"sub", "staff", "super"}, "refresh": {"sub"}}
CLAIMS = {
    "mwt": {"aud", "exp", "iat", "nbf", "pkey", "staff", "sub", "super"},
    "access": {"aud", "exp", "iat", "jti", "nbf", "staff", "sub", "super"},
    "refresh": {"aud", "exp", "fam", "iat", "jti", "nbf", "sub"},
}
TIMES = {"exp", "iat", "nbf"}
FLAGS = {"staff", "super"}
REFUSED_MEMBERS = {"crit", "b64", "zip", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256"}
LONGEST = 8192
LAST = 2**53 - 1


def no() -> NoReturn:
    """The one refusal of a token (TOK-11)."""
    raise Refused("UNAUTHENTICATED")


def encode(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Its inverse: only the text that `encode` would write is one (TOK-2)."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text) or len(text) % 4 == 1:
        no()
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return raw if encode(raw) == text else no()


def json_object(text: bytes) -> dict[str, Any]:
    """A JSON object read strictly (TOK-5); its numbers stay tokens."""
    try:
        value = canonical.read(text)
        check_text(value)
    except Refused:
        no()
    return value if is_object(value) else no()


def check_text(value: Value) -> None:
    """Refuses an unpaired surrogate anywhere (VALUE-5)."""
    if isinstance(value, str):
        canonical.utf16(value)
    elif is_list(value):
        for item in value:
            check_text(item)
    elif is_object(value):
        for name, member in value.items():
            check_text(name)
            check_text(member)


def payload(keys: Keys, text: str, typ: str | None) -> bytes:
    """The payload of a token whose signature holds; `typ` is what it has to be, or None for a bare JWS."""
    parts = text.split(".")
    if len(text.encode()) > LONGEST or len(parts) != 3:
        no()
    header = json_object(decode(parts[0]))
    if header.get("alg") != "HS256" or REFUSED_MEMBERS & set(header):
        no()
    if not all(isinstance(header[name], str) for name in ("kid", "typ") if name in header):
        no()
    if typ is not None and (header.get("typ") != typ or "kid" not in header):
        no()
    secret = dict(keys).get(header["kid"]) if "kid" in header else keys[0][1]
    if secret is None or not hmac.compare_digest(tag(secret, f"{parts[0]}.{parts[1]}".encode()), decode(parts[2])):
        no()
    return decode(parts[1])


def jws(given: dict[str, Any]) -> dict[str, Any]:
    """`keyring` and `text` → `hex`."""
    if not isinstance(given["text"], str):
        raise Refused("BAD_REQUEST")
    return {"hex": payload(ring(given, "access"), given["text"], None).hex()}


def claim(name: str, value: Value) -> Value:
    """The value of a claim of one of our names (TOK-9, TOK-10)."""
    if name in TIMES:
        token = value.token if isinstance(value, canonical.Number) else ""
        is_time = re.fullmatch(r"0|[1-9][0-9]*", token) and int(token) <= LAST
        return int(token) if is_time else no()
    wanted = bool if name in FLAGS else str
    return value if isinstance(value, wanted) else no()


def verify(given: dict[str, Any]) -> dict[str, Any]:
    """`type`, `keyring` or `secrets`, `audience`, `text`, `now` and `leeway` → `claims`."""
    kind, now, leeway = given["type"], given["now"], given["leeway"]
    held = json_object(payload(ring(given, kind), given["text"], TYPES[kind]))
    known = {name for names in CLAIMS.values() for name in names}
    claims = {name: claim(name, value) for name, value in held.items() if name in known}
    if not set(claims) >= CLAIMS[kind] or claims["aud"] != given["audience"]:
        no()
    if claims["exp"] <= now - leeway or max(claims["nbf"], claims["iat"]) > now + leeway:
        no()
    return {"claims": {name: claims[name] for name in CLAIMS[kind]}}


def mint(given: dict[str, Any]) -> dict[str, Any]:
    """`type`, `keyring` or `secrets`, `claims`, `now`, `ttl`, `audience`, `jti` and `fam` → `text`."""
    kind, said, now, life = given["type"], given["claims"], given["now"], given["ttl"]
    if kind not in TYPES or set(said) != SAID[kind]:
        raise Refused("BAD_REQUEST")
    texts = {"aud": given["audience"], **{name: given.get(name) for name in CLAIMS[kind] & {"jti", "fam"}}}
    claims = {**said, **texts, "iat": now, "nbf": now}
    for name, value in claims.items():
        wanted = int if name in TIMES else bool if name in FLAGS else str
        if type(value) is not wanted:
            raise Refused("BAD_REQUEST")
    kid, secret = ring(given, kind)[0]
    if type(life) is not int or life < 1 or now < 0 or now + life > LAST:
        raise Refused("BAD_REQUEST")
    claims["exp"] = now + life
    parts = ({"alg": "HS256", "kid": kid, "typ": TYPES[kind]}, claims)
    signed = ".".join(encode(canonical.of_python(part).encode()) for part in parts)
    text = f"{signed}.{encode(tag(secret, signed.encode()))}"
    if len(text) > LONGEST:
        raise Refused("BAD_REQUEST")
    return {"text": text}


def permission_key(given: dict[str, Any]) -> dict[str, Any]:
    """`permissions`, `staff` and `super` → `text`."""
    names, staff, superuser = given.get("permissions"), given.get("staff"), given.get("super")
    flags = isinstance(staff, bool) and isinstance(superuser, bool)
    if not flags or not is_list(names) or not all(isinstance(name, str) for name in names):
        raise Refused("BAD_REQUEST")
    held = {"perms": sorted(set(names), key=canonical.utf16), "staff": staff, "super": superuser}
    return {"text": hashlib.sha256(canonical.of_python(held).encode()).hexdigest()[:32]}


def refresh(given: dict[str, Any]) -> dict[str, Any]:
    """`stored`, `jti` and `successor` → `store` and `taken` (TOK-13 to TOK-15)."""
    stored, jti = given["stored"], given["jti"]
    if not isinstance(jti, str):
        raise Refused("BAD_REQUEST")
    if stored is None or not stored.startswith("live:"):
        return {"store": None, "taken": False}
    taken = stored == f"live:{jti}"
    return {"store": f"live:{given['successor']}" if taken else "revoked", "taken": taken}

"""Answers cases of identity: keyrings, tokens, the token against forged requests, origins, names of cache entries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from mizan import _core

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Input = dict[str, Any]
Answer = dict[str, Any]


class Unstartable(Exception):
    """Settings that do not start."""


def _hex(text: object) -> bytes:
    if not isinstance(text, str) or text != text.lower() or not text.isascii() or " " in text:
        raise ValueError(text)
    return bytes.fromhex(text)


def _integer(value: object) -> int:
    # Python takes True for 1.
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**53 - 1:
        raise TypeError(value)
    return value


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in cast("list[object]", value)):
        raise TypeError
    return cast("list[str]", value)


def _keys(value: object) -> list[tuple[str, bytes]]:
    keys: list[tuple[str, bytes]] = []
    if not isinstance(value, list):
        raise TypeError(value)
    for held in cast("list[Input]", value):
        if set(held) != {"kid", "secret"}:
            raise ValueError(held)
        keys.append((held["kid"], _hex(held["secret"])))
    return keys


def _built(
    secrets: list[bytes] | None,
    keys: Sequence[tuple[_core.Purpose, list[tuple[str, bytes]]]],
    environment: tuple[bytes | None, bytes | None] | None = None,
) -> _core.Keyrings:
    try:
        return _core.Keyrings(secrets, keys, environment)
    except ValueError as error:
        raise Unstartable(str(error)) from error


def _rings(given: Input, purpose: _core.Purpose) -> _core.Keyrings:
    if "keyring" in given:
        return _built([], [(purpose, _keys(given["keyring"]))])
    return _built([_hex(secret) for secret in _texts(given["secrets"])], [])


PURPOSES: tuple[_core.Purpose, ...] = ("access", "cache", "csrf", "mwt", "refresh")


def keyrings(given: Input) -> _core.Keyrings:
    """The keyrings of `secrets`, `environment` and `keys`."""
    own: dict[_core.Purpose, object] = given.get("keys", {})
    if not set(own) <= set(PURPOSES):
        raise ValueError(own)
    keys: list[tuple[_core.Purpose, list[tuple[str, bytes]]]] = [(name, _keys(held)) for name, held in own.items()]
    secrets = [_hex(secret) for secret in _texts(given["secrets"])] if "secrets" in given else None
    held: dict[str, str] = given.get("environment", {})
    secret, older = (held[name].encode() if name in held else None for name in ("secret", "older"))
    return _built(secrets, keys, (secret, older) if "environment" in given else None)


def keyring(given: Input) -> Answer:
    """`secrets` and `keys` → the names of the keys of each purpose."""
    rings = keyrings(given)
    return {purpose: kids for purpose in PURPOSES if (kids := rings.kids(purpose))}


def _mint(given: Input) -> str:
    kind, claims = given["type"], given["claims"]
    sub, audience = claims["sub"], given["audience"]
    now, life = _integer(given["now"]), _integer(given["ttl"])
    names = {"mwt": {"sub", "pkey", "staff", "super"}, "access": {"sub", "staff", "super"}, "refresh": {"sub"}}
    if set(claims) != names[kind]:
        raise ValueError(claims)
    if kind == "mwt":
        pkey, staff, superuser = claims["pkey"], claims["staff"], claims["super"]
        return _rings(given, "mwt").mint_mwt(sub, pkey, staff, superuser, audience, now, life)
    jti = given["jti"]
    if kind == "access":
        staff, superuser = claims["staff"], claims["super"]
        return _rings(given, "access").mint_access(sub, jti, staff, superuser, audience, now, life)
    return _rings(given, "refresh").mint_refresh(sub, jti, given["fam"], audience, now, life)


def token_mint(given: Input) -> Answer:
    """`type`, `keyring` or `secrets`, `claims`, `now`, `ttl`, `audience`, `jti` and `fam` → `text`."""
    return {"text": _mint(given)}


NAMES = {
    "mwt": ("sub", "pkey", "staff", "super", "iat", "nbf", "exp"),
    "access": ("sub", "jti", "staff", "super", "iat", "nbf", "exp"),
    "refresh": ("sub", "jti", "fam", "iat", "nbf", "exp"),
}


def token_verify(given: Input) -> Answer:
    """`type`, `keyring` or `secrets`, `audience`, `text`, `now` and `leeway` → `claims`."""
    kind, audience = given["type"], given["audience"]
    names = NAMES[kind]
    rings = _rings(given, kind)
    verify = {"mwt": rings.verify_mwt, "access": rings.verify_access, "refresh": rings.verify_refresh}[kind]
    claims = verify(given["text"].encode(), audience, _integer(given["now"]), _integer(given["leeway"]))
    if isinstance(claims, str):
        raise _core.Refused("UNAUTHENTICATED", None)
    return {"claims": {"aud": audience, **dict(zip(names, claims, strict=True))}}


def jws_verify(given: Input) -> Answer:
    """`keyring` and `text` → `hex`, the payload."""
    payload = _rings(given, "access").verify_signature("access", given["text"].encode())
    if isinstance(payload, str):
        raise _core.Refused("UNAUTHENTICATED", None)
    return {"hex": payload.hex()}


def permission_key(given: Input) -> Answer:
    """`permissions`, `staff` and `super` → `text`."""
    return {"text": _core.permission_key(_texts(given["permissions"]), given["staff"], given["super"])}


def csrf(given: Input) -> Answer:
    """`secret`, `session`, and `nonce` → `text`, or `token` → nothing."""
    rings = _built([], [("csrf", [("k", _hex(given["secret"]))])])
    if "token" not in given:
        return {"text": rings.csrf_mint(given["session"], _hex(given["nonce"]))}
    if not rings.csrf_check(given["session"], given["token"].encode()):
        raise _core.Refused("FORBIDDEN", None)
    return {}


def origin(given: Input) -> Answer:
    """`method`, `origin`, `fetch_site`, `host` (each all values of a header) and `trusted` → nothing."""
    try:
        origins = _core.Origins(_texts(given["trusted"]))
    except ValueError as error:
        raise Unstartable(str(error)) from error
    values = ([value.encode() for value in _texts(given[name])] for name in ("origin", "fetch_site", "host"))
    if not origins.allow(given["method"], *values):
        raise _core.Refused("FORBIDDEN", None)
    return {}


def refresh(given: Input) -> Answer:
    """`stored`, `jti` and `successor` → whether the token is `taken`, and what to `store`."""
    store, taken = _core.rotate(given["stored"], given["jti"], given["successor"])
    return {"store": store, "taken": taken}


def hmac_sha256(given: Input) -> Answer:
    """`key` and `message` → `hex`; for public vectors, no pins have it."""
    return {"hex": _core.hmac_sha256(_hex(given["key"]), _hex(given["message"])).hex()}


def cache_key(given: Input) -> Answer:
    """`secret`, `ir`, `context`, `params`, and whose it is where that is not public: `sub` or `identity` → `text`."""
    public, identity = "sub" not in given and "identity" not in given, None
    if ("sub" in given and "identity" in given) or not isinstance(given["params"], dict):
        raise ValueError(given)
    if "identity" in given:
        held = given["identity"]
        flags = held.get("staff", False), held.get("superuser", False)
        identity = (held["sub"], *flags, held.get("permissions", []))
    text = json.dumps(given["params"], ensure_ascii=False).encode()
    params = _core.canonical_json(text, "float")
    rings = _built([], [("cache", [("k", _hex(given["secret"]))])])
    return {"text": rings.cache_key(given["ir"], given["context"], params, public, given.get("sub"), identity)}


KINDS: dict[str, Callable[[Input], Answer]] = {
    "keyring": keyring,
    "token_mint": token_mint,
    "token_verify": token_verify,
    "jws_verify": jws_verify,
    "permission_key": permission_key,
    "csrf": csrf,
    "origin": origin,
    "refresh": refresh,
    "cache_key": cache_key,
    "hmac_sha256": hmac_sha256,
}

"""Names of cache entries and tokens, made and checked from Python: Mizan beside hashlib, hmac and json, and PyJWT."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import TYPE_CHECKING, Any

import jwt

from measure.sampling import Spread, in_turns
from mizan._core import Keyrings, hmac_sha256
from mizan.tokens import Keyring

if TYPE_CHECKING:
    from mizan._core import Purpose

_KID = "a1b2c3d4e5f60718"
_KEY = b"a key of 32 bytes for the tokens"
_KEYS: "dict[Purpose, list[tuple[str, bytes]]]" = {
    "mwt": [(_KID, _KEY)],
    "access": [(_KID, b"another of 32 bytes, for access.")],
    "cache": [(_KID, b"a third key of 32 bytes, caching")],
}
_LIFE = 24 * 3600
_REVISION = "0123456789abcdef"
_KEY_MESSAGE = b'{"c":"user","p":{"user_id":5},"r":"0123456789abcdef","u":null}'
_PKEY = "0" * 32

NAME = "Mizan: the name of an entry"
MINT = "Mizan: mint an identity token"
VERIFY = "Mizan: verify it"


def measure(rounds: int, calls: int) -> dict[str, dict[str, Spread]]:
    """By subject (`names`, `mint`, `verify`) and contender."""
    keyrings, keyring = Keyrings([], list(_KEYS.items())), Keyring(keys=_KEYS)
    token = keyring.mint_mwt("5", staff=True, life=_LIFE)
    access = keyring.mint_access("5", staff=True, life=_LIFE)
    now = int(time.time())
    signed = token.rpartition(".")[0].encode()
    for check in (_verify_by_hand, _verify_by_pyjwt):
        if check(token)["sub"] != "5":
            message = f"{check.__name__} reads something else"
            raise RuntimeError(message)
    return in_turns(
        {
            "names": {
                NAME: lambda: keyrings.entry_name("user", b'{"user_id":5}', _REVISION, None),
                "json, hmac and hashlib": _name_by_hand,
                f"one HMAC-SHA-256 in Rust, its key set up ({len(_KEY_MESSAGE)} bytes)": lambda: hmac_sha256(
                    _KEY, _KEY_MESSAGE
                ),
                f"one HMAC-SHA-256 of OpenSSL ({len(_KEY_MESSAGE)} bytes)": lambda: hmac.digest(
                    _KEY, _KEY_MESSAGE, "sha256"
                ),
            },
            "mint": {
                MINT: lambda: keyring.mint_mwt("5", staff=True),
                "Mizan: mint an access token, with a random number": lambda: keyring.mint_access("5", staff=True),
                "the random number of it alone": lambda: secrets.token_hex(16),
                "Mizan: the same as flat scalars, without the clock": lambda: keyrings.mint_mwt(
                    "5", _PKEY, True, False, "mizan", now, 300
                ),
                "json, hmac and base64": _mint_by_hand,
                "PyJWT": _mint_by_pyjwt,
                f"one HMAC-SHA-256 in Rust, its key set up ({len(signed)} bytes)": lambda: hmac_sha256(_KEY, signed),
            },
            "verify": {
                VERIFY: lambda: keyring.verify_mwt(token),
                "Mizan: verify an access token": lambda: keyring.verify_access(access),
                "Mizan: the same as flat scalars": lambda: keyrings.verify_mwt(token.encode(), "mizan", now, 30),
                "json, hmac and base64": lambda: _verify_by_hand(token),
                "PyJWT": lambda: _verify_by_pyjwt(token),
                f"one HMAC-SHA-256 in Rust, its key set up ({len(signed)} bytes)": lambda: hmac_sha256(_KEY, signed),
            },
        },
        rounds,
        calls,
    )


def _name_by_hand() -> str:
    text = json.dumps(
        {"c": "user", "p": {"user_id": 5}, "r": _REVISION, "u": None},
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return "ctx:user:" + hmac.digest(_KEY, text.encode(), "sha256").hex()


def _claims(now: int) -> dict[str, object]:
    permissions = json.dumps({"perms": [], "staff": True, "super": False}, separators=(",", ":"))
    return {
        "aud": "mizan",
        "exp": now + 300,
        "iat": now,
        "nbf": now,
        "pkey": hashlib.sha256(permissions.encode()).hexdigest()[:32],
        "staff": True,
        "sub": "5",
        "super": False,
    }


def _part(value: object) -> bytes:
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=")


def _mint_by_hand() -> str:
    signed = _part({"alg": "HS256", "kid": _KID, "typ": "mwt+jwt"}) + b"." + _part(_claims(int(time.time())))
    tag = base64.urlsafe_b64encode(hmac.digest(_KEY, signed, "sha256")).rstrip(b"=")
    return (signed + b"." + tag).decode()


def _read(part: bytes) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))


def _verify_by_hand(token: str) -> dict[str, Any]:
    signed, _, tag = token.encode().rpartition(b".")
    head, _, claims = signed.partition(b".")
    header = _read(head)
    if header["alg"] != "HS256" or header["typ"] != "mwt+jwt" or header["kid"] != _KID:
        raise ValueError(header)
    expected = base64.urlsafe_b64encode(hmac.digest(_KEY, signed, "sha256")).rstrip(b"=")
    if not hmac.compare_digest(expected, tag):
        raise ValueError(tag)
    said, now = _read(claims), time.time()
    if said["aud"] != "mizan" or not said["nbf"] - 30 <= now < said["exp"] + 30:
        raise ValueError(said)
    return said


def _mint_by_pyjwt() -> str:
    return jwt.encode(_claims(int(time.time())), _KEY, "HS256", headers={"kid": _KID, "typ": "mwt+jwt"})


def _verify_by_pyjwt(token: str) -> dict[str, Any]:
    return jwt.decode(token, _KEY, ["HS256"], audience="mizan", leeway=30)

"""Keys from settings, from the rules KEY-1 to KEY-6; HKDF by RFC 5869, since Python's standard library has none."""

import hashlib
import hmac
import re
from typing import Any

from kinds import Value, is_list, is_object
from refusal import Refused

Keys = list[tuple[str, bytes]]
"""Names and secrets, the key that signs first."""

PURPOSES = ("mwt", "access", "refresh", "cache", "csrf")
SHORTEST = 32
SSH_STARTS = (b"ssh-", b"ecdsa-sha2-", b"sk-ssh-", b"sk-ecdsa-", b"---- BEGIN SSH2", b"PuTTY-User-Key-File")


def tag(secret: bytes, message: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(secret, message, hashlib.sha256).digest()


def derive(secret: bytes, info: bytes, length: int) -> bytes:
    """HKDF-SHA256 without a salt, up to one block (RFC 5869, sections 2.2 and 2.3)."""
    return tag(tag(bytes(hashlib.sha256().digest_size), secret), info + b"\x01")[:length]


def is_secret(secret: bytes) -> bool:
    """Whether KEY-3 takes it."""
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        text = ""
    is_key_file = (
        secret.startswith(b"\xef\xbb\xbf")
        or b"-----BEGIN " in secret
        or secret.startswith(SSH_STARTS)
        or (secret.startswith(b"{") and (b'"kty"' in secret or b'"keys"' in secret))
    )
    return len(secret) >= SHORTEST and text == text.strip() and not is_key_file


def is_kid(kid: str) -> bool:
    """Whether KEY-1 takes it as a name."""
    return 1 <= len(kid.encode()) <= 128 and not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in kid)


def hexadecimal(text: Value) -> bytes:
    """The bytes of lower-case hexadecimal digits."""
    if not isinstance(text, str) or text != text.lower() or " " in text:
        raise Refused("BAD_REQUEST")
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Refused("BAD_REQUEST") from error


def read_keys(held: Value) -> Keys:
    """Keys as a case gives them."""
    if not is_list(held):
        raise Refused("BAD_REQUEST")
    for key in held:
        if not is_object(key) or set(key) != {"kid", "secret"} or not isinstance(key["kid"], str):
            raise Refused("BAD_REQUEST")
    return [(key["kid"], hexadecimal(key["secret"])) for key in held]


def settings(given: dict[str, Any]) -> dict[str, Keys]:
    """The keys of each purpose by `secrets` or `environment`, and `keys`.

    Settings that break a rule do not start (KEY-5, KEY-6).
    """
    secrets = given.get("secrets", [])
    if not is_list(secrets) or not set(given.get("keys", {})) <= set(PURPOSES):
        raise Refused("BAD_REQUEST")
    secrets = [hexadecimal(secret) for secret in secrets]
    if "environment" in given and "secrets" not in given:
        newest, older = (given["environment"].get(name) for name in ("secret", "older"))
        replaced = [one.encode() for one in re.split(r"[\t\n\f\r ,]+", older or "") if one]
        if newest is None and replaced:
            raise Refused("BUILD")
        secrets = replaced if newest is None else [newest.encode(), *replaced]
    own = {purpose: read_keys(held) for purpose, held in given.get("keys", {}).items()}
    used = [*secrets, *(secret for keys in own.values() for _, secret in keys)]
    kids = {purpose: [kid for kid, _ in keys] for purpose, keys in own.items()}
    starts = (
        all(map(is_secret, used))
        and len(set(used)) == len(used)
        and all(names and len(set(names)) == len(names) and all(map(is_kid, names)) for names in kids.values())
    )
    if not starts:
        raise Refused("BUILD")
    rings: dict[str, Keys] = {}
    for purpose in PURPOSES:
        info = f"mizan/v1/{purpose}".encode()
        derived = [(derive(secret, b"mizan/v1/kid", 8).hex(), derive(secret, info, 32)) for secret in secrets]
        if keys := own.get(purpose, derived):
            rings[purpose] = keys
    return rings


def ring(given: dict[str, Any], purpose: str) -> Keys:
    """The keys of a purpose, by a case's `keyring` or by its `secrets`."""
    if "keyring" in given:
        return settings({"keys": {purpose: given["keyring"]}})[purpose]
    return settings({"secrets": given["secrets"]})[purpose]


def one(secret: Value, purpose: str) -> bytes:
    """The one secret of a case, checked like a key of its purpose."""
    return settings({"keys": {purpose: [{"kid": "k", "secret": secret}]}})[purpose][0][1]

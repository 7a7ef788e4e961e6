"""Canonical JSON, from the rules VALUE-1, 3, 5, 8, 10 and 11: strict reading, RFC 8785 writing."""

import json
import math
from typing import Any

from refusal import Path, Refused, detail, invalid

SAFE = 2**53 - 1
DEPTH = 64
LONGEST_TOKEN = 32

SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
RANGE_MESSAGE = f"must be between {-SAFE} and {SAFE}"


class Number:
    """A number as it was written."""

    def __init__(self, token: str) -> None:
        self.token = token


def read(text: bytes) -> Any:
    """The value of a JSON text, read as strictly as VALUE-8 and VALUE-5 ask. Numbers stay tokens."""
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("BAD_REQUEST") from error
    if decoded.startswith("\ufeff") or deepest(decoded) > DEPTH:
        raise Refused("BAD_REQUEST")
    try:
        return json.loads(
            decoded, object_pairs_hook=members, parse_int=Number, parse_float=Number, parse_constant=no_constant
        )
    except ValueError as error:
        raise Refused("BAD_REQUEST") from error


def deepest(text: str) -> int:
    """How deep brackets nest, strings aside. Counted before the parser recurses."""
    depth = most = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            most = max(most, depth)
        elif character in "]}":
            depth -= 1
    return most


def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that comes twice is refused (VALUE-8)."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a repeated key")
    return found


def no_constant(name: str) -> Any:
    """NaN and the infinities are no JSON."""
    raise ValueError(name)


def write(value: Any, numbers: str) -> str:
    """Canonical text of what `read` gave; `numbers` is "any" (VALUE-11) or "float" (VALUE-3)."""
    problems: list[dict[str, Any]] = []
    text = write_value(value, numbers, (), problems)
    if problems:
        raise invalid(problems)
    return text


def write_value(value: Any, numbers: str, path: Path, problems: list[dict[str, Any]]) -> str:
    """Canonical text of a value; number problems are collected."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Number):
        return write_token(value.token, numbers, path, problems)
    if isinstance(value, str):
        return write_string(value)
    if isinstance(value, list):
        items = [write_value(item, numbers, (*path, index), problems) for index, item in enumerate(value)]
        return "[" + ",".join(items) + "]"
    keys = sorted(value, key=utf16)
    return (
        "{"
        + ",".join(write_string(key) + ":" + write_value(value[key], numbers, (*path, key), problems) for key in keys)
        + "}"
    )


def utf16(text: str) -> bytes:
    """What keys are ordered by: UTF-16 code units (VALUE-1). An unpaired surrogate is refused (VALUE-5)."""
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise Refused("BAD_REQUEST") from error


def write_string(text: str) -> str:
    """A string as RFC 8785 writes it."""
    utf16(text)
    parts: list[str] = []
    for character in text:
        short = SHORT_ESCAPES.get(character)
        parts.append(short or (f"\\u{ord(character):04x}" if character < " " else character))
    return '"' + "".join(parts) + '"'


def write_token(token: str, numbers: str, path: Path, problems: list[dict[str, Any]]) -> str:
    """The number of a token, as RFC 8785 writes it."""
    value = float(token)
    if math.isinf(value) or (numbers == "any" and len(token) > LONGEST_TOKEN):
        problems.append(detail("type", "expected number", path))
    elif numbers == "any" and value.is_integer() and abs(value) > SAFE:
        problems.append(detail("integer_range", RANGE_MESSAGE, path))
    else:
        return write_number(value)
    return ""


def write_number(value: float) -> str:
    """A finite double as ECMAScript's Number::toString writes it; -0 is 0 (VALUE-10).

    Python's repr has the same digits, the fewest that read back as the same double; only the layout differs.
    """
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # The value is 0.DIGITS × 10^point.
    point = int(exponent or "0") + len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    tail = f"e{'+' if power > 0 else '-'}{abs(power)}"
    return sign + digits[0] + ("." + digits[1:] if count > 1 else "") + tail


def canonicalize(text: bytes, numbers: str) -> bytes:
    """A JSON text in canonical form."""
    return write(read(text), numbers).encode("utf-8")


def of_python(value: Any) -> str:
    """Canonical text of a plain Python value, as cases hold them."""
    return write(read(json.dumps(value).encode()), "float")

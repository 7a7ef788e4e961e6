"""X-Mizan-Invalidate, written (HDR-1 to HDR-5)."""

import re
from collections import Counter
from typing import Any

from canonical import of_python
from targets import Target, check, settle

MEMBERS = 64
BYTES = 4096
INTEGER = re.compile(r"-?[0-9]{1,15}", re.ASCII)
PRINTABLE = re.compile(r"[ -~]*", re.ASCII)


def header(targets: Any) -> str:
    """The header's text for these targets; widened where it would be too long (HDR-5)."""
    settled = settle(check(targets))
    narrowed = {target["context"] for target in settled}
    while not fits(settled):
        counts = Counter(target["context"] for target in settled if target["context"] in narrowed)
        if not counts:
            return "*"
        widest = min(counts, key=lambda context: (-counts[context], context.encode()))
        narrowed.remove(widest)
        settled = settle([broad(target) if target["context"] == widest else target for target in settled])
    return text(settled)


def fits(targets: list[Target]) -> bool:
    """Whether the header keeps its limits."""
    return len(targets) <= MEMBERS and len(text(targets)) <= BYTES


def broad(target: Target) -> Target:
    """The target without params and identity."""
    return {name: value for name, value in target.items() if name in ("context", "function")}


def text(targets: list[Target]) -> str:
    """A List of RFC 9651."""
    return ", ".join(map(member, targets))


def member(target: Target) -> str:
    """A Token and its parameters: `*sub` first, then the params by name."""
    token = target["context"] + ("." + target["function"] if "function" in target else "")
    sub = [("*sub", target["sub"])] if "sub" in target else []
    params = sorted(target.get("params", {}).items(), key=lambda pair: pair[0].encode())
    return token + "".join(parameter(name, value) for name, value in sub + params)


def parameter(name: str, value: Any) -> str:
    """One parameter; a true one has its value like the others (HDR-2)."""
    return f";{name}={item(value)}"


def item(value: Any) -> str:
    """A value (HDR-2)."""
    if isinstance(value, bool):
        return f"?{int(value)}"
    if isinstance(value, str):
        return string(value)
    canonical = of_python(value)
    if not isinstance(value, list) and INTEGER.fullmatch(canonical):
        return canonical
    return string(canonical)


def string(value: str) -> str:
    """A String where the text is printable ASCII, else a Display String."""
    if PRINTABLE.fullmatch(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    encoded = (chr(byte) if 0x20 <= byte < 0x7F and byte not in b'%"' else f"%{byte:02x}" for byte in value.encode())
    return '%"' + "".join(encoded) + '"'

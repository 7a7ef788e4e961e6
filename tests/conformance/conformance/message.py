"""What is sent to a host and what comes back, whatever carries it."""

from collections.abc import Callable
from dataclasses import dataclass

from conformance.expect import Mismatch, expect

Lines = tuple[tuple[str, str], ...]
"""Header lines in their order, each character one byte (Latin-1)."""


@dataclass(frozen=True)
class Request:
    """One request, exactly as a probe wants it."""

    method: str
    target: str
    """Path and query as they are written, the path from the root of the host."""
    lines: Lines
    """The header lines but `Content-Length`, which whatever carries it adds."""
    body: bytes

    def get(self, name: str) -> str | None:
        """The value of the last header line of a name; none if there is none."""
        return next((value for other, value in reversed(self.lines) if other.lower() == name.lower()), None)


@dataclass(frozen=True)
class Reply:
    """What a host answered."""

    status: int
    head: bytes
    """Status line and header lines as they came, up to and with the empty line."""
    lines: Lines
    """The header lines, names in lower case, in their order."""
    body: bytes

    def all(self, name: str) -> list[str]:
        """The values of all header lines of a name."""
        return [value for other, value in self.lines if other == name.lower()]

    def header(self, name: str) -> str | None:
        """The value of the one header line of a name; none if there is none.

        Raises:
            Mismatch: There are several.
        """
        values = self.all(name)
        if len(values) > 1:
            raise Mismatch(f"{len(values)} header lines {name}: {values}")
        return values[0] if values else None

    def has(self, **headers: str | None) -> None:
        """Expect header lines; `None` where there must be none. `cache_control` stands for `Cache-Control`."""
        for name, wanted in headers.items():
            expect(f"header {name.replace('_', '-')}", self.header(name.replace("_", "-")), wanted)

    def is_(self, status: int, body: str | bytes) -> None:
        """Expect a status and the exact bytes of a body."""
        wanted = body.encode() if isinstance(body, str) else body
        expect("status and body", (self.status, self.body), (status, wanted))


class NoReply(Exception):
    """The host closed the connection, or said what is no reply, or said nothing in time."""


Link = Callable[[Request], Reply]
"""Carries one request to a host. Raises `NoReply` where nothing comes back."""

TIMEOUT = 15.0
"""Seconds after which a host that says nothing is taken for one that hangs."""


def head_of(status: int, lines: Lines) -> bytes:
    """A head in the form of HTTP/1.1, of a reply that did not come as one."""
    text = f"HTTP/1.1 {status} \r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines)
    return text.encode("latin-1", "replace") + b"\r\n"

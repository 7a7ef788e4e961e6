"""HTTP/1.1 as bytes: a request is sent exactly as it is written here, a reply is kept exactly as it came.

h11 reads the reply, and refuses what RFC 9112 refuses; no client library may mend what a probe wants to see.
"""

import socket
from dataclasses import dataclass

import h11

from conformance.expect import Mismatch, expect

TIMEOUT = 15.0
"""Seconds after which a host that says nothing is taken for one that hangs."""


@dataclass(frozen=True)
class Reply:
    """What a host answered."""

    status: int
    head: bytes
    """Status line and header lines as they came, up to and with the empty line."""
    lines: tuple[tuple[str, str], ...]
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
    """The host closed the connection, or said what is no HTTP, or said nothing in time."""


def exchange(address: tuple[str, int], request: bytes, *, is_head: bool = False) -> Reply:
    """Send bytes over a connection of their own, and read one reply.

    Args:
        address: Where the host listens.
        request: The whole request.
        is_head: Whether its reply has no body, whatever its headers say.

    Raises:
        NoReply: There is none.
    """
    # h11 wants to know what was asked; what is sent are the bytes above.
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method="HEAD" if is_head else "GET", target="/", headers=[("Host", "host")]))
    reader.send(h11.EndOfMessage())
    received = bytearray()
    head: h11.Response | None = None
    body = bytearray()
    try:
        with socket.create_connection(address, TIMEOUT) as connection:
            connection.sendall(request)
            while True:
                event = reader.next_event()
                if event is h11.NEED_DATA:
                    data = connection.recv(65536)
                    received += data
                    reader.receive_data(data)
                elif isinstance(event, h11.Response):
                    head = event
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    break
                elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                    raise NoReply(f"no reply; received {bytes(received[:200])!r}")
    except (OSError, h11.RemoteProtocolError) as error:
        raise NoReply(f"{error!r}; received {bytes(received[:200])!r}") from error
    if head is None:
        raise NoReply("no status line")
    lines = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
    return Reply(head.status_code, bytes(received.partition(b"\r\n\r\n")[0]) + b"\r\n\r\n", lines, bytes(body))

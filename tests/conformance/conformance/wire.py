"""HTTP/1.1 as bytes: a request is sent exactly as it is written here, a reply is kept exactly as it came.

h11 reads the reply, and refuses what RFC 9112 refuses; no client library may mend what a probe wants to see.
"""

import socket
import time
from dataclasses import dataclass

import h11

from conformance.message import TIMEOUT, NoReply, Reply, Request


@dataclass(frozen=True)
class HttpLink:
    """A link to whatever listens on a port of loopback; each request has a connection of its own."""

    port: int

    def __call__(self, request: Request) -> Reply:
        """Send it, and read its reply."""
        return _exchange(("127.0.0.1", self.port), _written(request), is_head=request.method == "HEAD")

    def leave(self, request: Request, stay: float) -> None:
        """Send it, and hang up after so many seconds without having read anything."""
        with socket.create_connection(("127.0.0.1", self.port), TIMEOUT) as connection:
            connection.sendall(_written(request))
            time.sleep(stay)


def _written(request: Request) -> bytes:
    lines = [*request.lines, ("Connection", "close")]
    if request.body or request.method == "POST":
        lines.append(("Content-Length", str(len(request.body))))
    head = f"{request.method} {request.target} HTTP/1.1\r\n" + "".join(f"{name}: {it}\r\n" for name, it in lines)
    return head.encode("latin-1") + b"\r\n" + request.body


def _exchange(address: tuple[str, int], request: bytes, *, is_head: bool) -> Reply:
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

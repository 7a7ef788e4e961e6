"""Processes that answer on loopback: how they are asked, over connections that stay, and their CPU time."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BENCH = Path(__file__).parent.parent
CONNECTIONS = 8
SHARED_HEADERS = "Host: 127.0.0.1\r\nAccept: application/json\r\nUser-Agent: bench\r\n"

_SERVE = """
import socket, sys, importlib, uvicorn
place, descriptor = sys.argv[1:]
module, _, name = place.partition(":")
app = getattr(importlib.import_module("apps." + module), name or "app")
# The others have their turns meanwhile: connections stay.
config = uvicorn.Config(
    app, log_level="error", access_log=False, loop="uvloop", http="httptools", lifespan="off", timeout_keep_alive=3600
)
uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(descriptor))])
"""


@dataclass(frozen=True)
class Server:
    """A process that answers, and the connections to it."""

    pid: int
    port: int
    connections: list[socket.socket]

    def connect(self, connections: int = CONNECTIONS) -> None:
        """Connect anew: a server may hang up on a client that waits while the others are set up."""
        self.disconnect()
        for _ in range(connections):
            connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections.append(connection)

    def disconnect(self) -> None:
        """Hang up."""
        for connection in self.connections:
            connection.close()
        self.connections.clear()


@dataclass(frozen=True)
class Reply:
    """What came back."""

    head: bytes
    """In lower case."""
    body: bytes


@contextmanager
def serving(module: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve `apps.MODULE`, or `MODULE:NAME`, by uvicorn with one worker."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-c", _SERVE, module, str(listener.fileno())]
        environment = {**os.environ, **(environment or {})}
        process = subprocess.Popen(command, cwd=BENCH, pass_fds=[listener.fileno()], env=environment)
    try:
        with connected(process.pid, port) as server:
            yield server
    finally:
        process.terminate()
        process.wait()


@contextmanager
def running(
    command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program until it listens on that port of loopback, and end it afterwards."""
    environment = {**os.environ, **(environment or {})}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, cwd=BENCH, stdout=said, stderr=said, env=environment)
        try:
            deadline = time.monotonic() + 60
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    said.seek(0)
                    message = f"{command[0]} does not listen: {said.read().decode(errors='replace')}"
                    raise RuntimeError(message)
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            process.wait()


@contextmanager
def connected(pid: int, port: int) -> Iterator[Server]:
    """Connect to what listens on that port of loopback; the CPU time counts of the process `pid`."""
    server = Server(pid, port, [])
    try:
        server.connect()
        yield server
    finally:
        server.disconnect()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def get(path: str) -> bytes:
    """A GET as it stands on the wire."""
    return f"GET {path} HTTP/1.1\r\n{SHARED_HEADERS}\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    """A POST of JSON as it stands on the wire."""
    head = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"POST {path} HTTP/1.1\r\n{SHARED_HEADERS}{head}\r\n".encode() + body


def ask(server: Server, requests: Iterator[bytes], count: int) -> tuple[float, float]:
    """Send so many requests, some at once; CPU µs a request of the server, and requests a second."""
    turns = count // CONNECTIONS
    before, began = cpu_seconds(server.pid), time.perf_counter()
    for _ in range(turns):
        for connection in server.connections:
            connection.sendall(next(requests))
        # The last one first: a client that waits for the first is woken by each reply of a server slower than itself,
        # and waking it counts as the server's.
        for connection in reversed(server.connections):
            _read_reply(connection)
    took, cpu = time.perf_counter() - began, cpu_seconds(server.pid) - before
    return cpu / (turns * CONNECTIONS) * 1e6, turns * CONNECTIONS / took


def ask_once(server: Server, request: bytes) -> Reply:
    """Send one request; its reply, which is a success."""
    server.connections[0].sendall(request)
    return _read_reply(server.connections[0])


def cpu_seconds(pid: int) -> float:
    """CPU time of another process, all its threads, user and system; /proc has only hundredths of a second.

    The clock's number is what Linux's clock_getcpuclockid(3) returns.
    """
    return time.clock_gettime(~pid << 3 | 2)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _read_reply(connection: socket.socket) -> Reply:
    data = _receive(connection)
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _receive(connection)
    head = data[:end].lower()
    if not head.startswith(b"http/1.1 200 "):
        message = data.decode()
        raise RuntimeError(message)
    body = data[end + 4 :]
    if b"\r\ntransfer-encoding: chunked" in head:
        return Reply(head, _read_chunks(connection, body))
    length = int(head.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += _receive(connection)
    return Reply(head, body)


def _read_chunks(connection: socket.socket, data: bytes) -> bytes:
    whole = b""
    while True:
        while (end := data.find(b"\r\n")) < 0:
            data += _receive(connection)
        size = int(data[:end].split(b";")[0], 16)
        while len(data) < end + 2 + size + 2:
            data += _receive(connection)
        if size == 0:
            return whole
        whole += data[end + 2 : end + 2 + size]
        data = data[end + 2 + size + 2 :]


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        message = "the server closed the connection before it answered"
        raise RuntimeError(message)
    return data

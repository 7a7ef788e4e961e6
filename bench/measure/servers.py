"""Over HTTP on loopback: each application in a process of its own, asked in turns."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from measure.sampling import Spread, spread

BENCH = Path(__file__).parent.parent
CONNECTIONS = 8
WORKLOADS = ("rename", "bundle")
FLOOR = "uvicorn alone (a fixed reply)"
BARE = "Starlette by hand"
MIZAN = "Mizan on FastAPI, served itself"
MIZAN_INSIDE = "Mizan on FastAPI, the app served"
APPLICATIONS = {
    FLOOR: "floor",
    BARE: "bare",
    "FastAPI, typed routes": "typed",
    "Litestar, msgspec structs": "structs",
    MIZAN: "functions:served",
    MIZAN_INSIDE: "functions",
}

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


@dataclass
class Cost:
    """What an application took for one workload: CPU µs a request of its process, and requests a second."""

    cpu: Spread
    rate: Spread


@dataclass
class _Served:
    name: str
    pid: int
    connections: list[socket.socket]
    requests: dict[str, bytes]
    cpu: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WORKLOADS})
    rate: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WORKLOADS})


def measure(rounds: int, requests: int) -> dict[str, dict[str, Cost]]:
    """By workload and application."""
    with ExitStack() as stack:
        served = [stack.enter_context(_serving(name, module)) for name, module in APPLICATIONS.items()]
        for workload in WORKLOADS:
            _check_equal(served, workload)
        for one in served:
            for workload in WORKLOADS:
                _ask(one, workload, requests)
        for _ in range(rounds):
            for workload in WORKLOADS:
                for one in served:
                    cpu, rate = _ask(one, workload, requests)
                    one.cpu[workload].append(cpu)
                    one.rate[workload].append(rate)
    return {
        workload: {one.name: Cost(spread(one.cpu[workload]), spread(one.rate[workload])) for one in served}
        for workload in WORKLOADS
    }


def reply_bytes() -> dict[str, int]:
    """The length of each workload's body as a peer sends it."""
    with _serving(BARE, "bare") as bare:
        sizes: dict[str, int] = {}
        for workload in WORKLOADS:
            bare.connections[0].sendall(bare.requests[workload])
            sizes[workload] = len(_read_reply(bare.connections[0]))
        return sizes


@contextmanager
def _serving(name: str, module: str) -> Iterator[_Served]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [sys.executable, "-c", _SERVE, module, str(listener.fileno())]
        process = subprocess.Popen(command, cwd=BENCH, pass_fds=[listener.fileno()])
    connections: list[socket.socket] = []
    try:
        for _ in range(CONNECTIONS):
            connection = socket.create_connection(("127.0.0.1", port), timeout=60)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connections.append(connection)
        yield _Served(name, process.pid, connections, _requests(module))
    finally:
        for connection in connections:
            connection.close()
        process.terminate()
        process.wait()


def _requests(module: str) -> dict[str, bytes]:
    rename: dict[str, Any] = {"user_id": 5, "name": "Ada"}
    path, bundle = "/rename", "/user?user_id=5"
    if module.startswith("functions"):
        rename = {"fn": "rename_user", "args": rename}
        path, bundle = "/api/mizan/call/", "/api/mizan/ctx/user/?user_id=5"
    body = json.dumps(rename, separators=(",", ":")).encode()
    shared = "Host: 127.0.0.1\r\nAccept: application/json\r\nUser-Agent: bench\r\n"
    head = f"POST {path} HTTP/1.1\r\n{shared}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return {"rename": head.encode() + body, "bundle": f"GET {bundle} HTTP/1.1\r\n{shared}\r\n".encode()}


def _ask(one: _Served, workload: str, requests: int) -> tuple[float, float]:
    """Send requests, some at once; CPU µs a request of the server, and requests a second."""
    request = one.requests[workload]
    turns = requests // CONNECTIONS
    before, began = _cpu_seconds(one.pid), time.perf_counter()
    for _ in range(turns):
        for connection in one.connections:
            connection.sendall(request)
        for connection in one.connections:
            _read_reply(connection)
    took, cpu = time.perf_counter() - began, _cpu_seconds(one.pid) - before
    return cpu / (turns * CONNECTIONS) * 1e6, turns * CONNECTIONS / took


def _read_reply(connection: socket.socket) -> bytes:
    data = _receive(connection)
    while (end := data.find(b"\r\n\r\n")) < 0:
        data += _receive(connection)
    head = data[:end].lower()
    if not head.startswith(b"http/1.1 200 "):
        message = data.decode()
        raise RuntimeError(message)
    length = int(head.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
    body = data[end + 4 :]
    while len(body) < length:
        body += _receive(connection)
    return body


def _receive(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        message = "the server closed the connection before it answered"
        raise RuntimeError(message)
    return data


def _cpu_seconds(pid: int) -> float:
    """CPU time of another process, all its threads, user and system; /proc has only hundredths of a second.

    The clock's number is what Linux's clock_getcpuclockid(3) returns.
    """
    return time.clock_gettime(~pid << 3 | 2)


def _check_equal(served: list[_Served], workload: str) -> None:
    answers: dict[str, object] = {}
    for one in served:
        one.connections[0].sendall(one.requests[workload])
        answer: Any = json.loads(_read_reply(one.connections[0]))
        answers[one.name] = answer["result"] if one.name in {MIZAN, MIZAN_INSIDE} and workload == "rename" else answer
    if any(answer != answers[BARE] for answer in answers.values()):
        message = f"{workload}: the applications answer differently: {answers}"
        raise RuntimeError(message)

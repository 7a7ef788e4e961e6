"""Over HTTP on loopback: each application in a process of its own, asked in turns."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from measure.loopback import Server, ask, ask_once, get, post, serving
from measure.sampling import Spread, spread

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


@dataclass
class Cost:
    """What an application took for one workload: CPU µs a request of its process, and requests a second."""

    cpu: Spread
    rate: Spread


@dataclass
class _Served:
    name: str
    server: Server
    requests: dict[str, bytes]
    cpu: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WORKLOADS})
    rate: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in WORKLOADS})


def measure(rounds: int, requests: int) -> dict[str, dict[str, Cost]]:
    """By workload and application."""
    with ExitStack() as stack:
        served = [
            _Served(name, stack.enter_context(serving(module)), _requests(module))
            for name, module in APPLICATIONS.items()
        ]
        for workload in WORKLOADS:
            _check_equal(served, workload)
        for one in served:
            for workload in WORKLOADS:
                ask(one.server, repeat(one.requests[workload]), requests)
        for number in range(rounds):
            for workload in WORKLOADS:
                for one in reversed(served) if number % 2 else served:
                    cpu, rate = ask(one.server, repeat(one.requests[workload]), requests)
                    one.cpu[workload].append(cpu)
                    one.rate[workload].append(rate)
    return {
        workload: {one.name: Cost(spread(one.cpu[workload]), spread(one.rate[workload])) for one in served}
        for workload in WORKLOADS
    }


def reply_bytes() -> dict[str, int]:
    """The length of each workload's body as a peer sends it."""
    with serving("bare") as bare:
        return {name: len(ask_once(bare, request).body) for name, request in _requests("bare").items()}


def _requests(module: str) -> dict[str, bytes]:
    rename: dict[str, Any] = {"user_id": 5, "name": "Ada"}
    path, bundle = "/rename", "/user?user_id=5"
    if module.startswith("functions"):
        rename = {"fn": "rename_user", "args": rename}
        path, bundle = "/api/mizan/call/", "/api/mizan/ctx/user/?user_id=5"
    return {"rename": post(path, json.dumps(rename, separators=(",", ":")).encode()), "bundle": get(bundle)}


def _check_equal(served: Sequence[_Served], workload: str) -> None:
    answers: dict[str, object] = {}
    for one in served:
        answer: Any = json.loads(ask_once(one.server, one.requests[workload]).body)
        answers[one.name] = answer["result"] if one.name in {MIZAN, MIZAN_INSIDE} and workload == "rename" else answer
    if any(answer != answers[BARE] for answer in answers.values()):
        message = f"{workload}: the applications answer differently: {answers}"
        raise RuntimeError(message)

"""Servers of several kinds, asked in turns: what each workload costs each of them, on loopback."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import fmean, harmonic_mean
from time import monotonic
from typing import Any

from measure.loopback import CONNECTIONS, Server, ask, ask_once, cpu_seconds, free_port, running
from measure.sampling import Spread, spread

DATA = Path(__file__).parent.parent / "build" / "data.json"


@dataclass(frozen=True)
class Cost:
    """What an application took for one workload: CPU µs a request of its process, and how often a second it did it."""

    cpu: Spread
    rate: Spread


@dataclass(frozen=True)
class Ask:
    """What is sent for one workload, and how its reply is read."""

    requests: tuple[bytes, ...]
    """Several make up one of the workload."""
    path: tuple[str | int, ...] = ()
    """Where in the reply the answer stands."""
    sign: bytes = b""
    """What the head of each reply has, in lower case."""
    is_batch: bool = False
    """Whether the reply is a list of answers."""


@dataclass
class Contender:
    """An application that is served, and what it is asked by workload."""

    name: str
    server: Server
    asks: Mapping[str, Ask]
    cpu: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    rate: dict[str, list[float]] = field(default_factory=dict[str, list[float]])


@contextmanager
def listening(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Run a program that listens on the port for which `{port}` stands in its command; nobody is connected yet."""
    port = free_port()
    whole = [part.replace("{port}", str(port)) for part in command]
    with running(whole, port, environment) as process:
        server = Server(process.pid, port, [])
        try:
            yield server
        finally:
            server.disconnect()


def answering(server: Server, request: bytes) -> Server:
    """The server, with the process below it that answers: several of them may only watch over it."""
    below = descendants(server.pid)
    # No more than one: a thread may wait for what an idle connection never sends.
    server.connect(1)
    before = {pid: cpu_seconds(pid) for pid in below}
    for _ in range(50):
        ask_once(server, request)
    return Server(max(below, key=lambda pid: cpu_seconds(pid) - before[pid]), server.port, server.connections)


def measure(
    contenders: Sequence[Contender],
    expected: Mapping[str, object],
    rounds: int,
    requests: int,
    *,
    warm: float = 0,
    turns: int = 1,
) -> dict[str, dict[str, Cost]]:
    """By workload and contender; each sample comes after so many seconds of the same. Answers are compared before.

    A round has so many turns of each contender, which share its requests; the order is the other way round each time.
    """
    for contender in contenders:
        for workload, asked in contender.asks.items():
            _check(contender, workload, asked, expected[workload])
    for number in range(rounds + 1):
        for workload in expected:
            asked = [contender for contender in contenders if workload in contender.asks]
            samples: dict[str, list[tuple[float, float]]] = {}
            for turn in range(turns):
                for contender in reversed(asked) if (number + turn) % 2 else asked:
                    sample = _sample(contender.server, contender.asks[workload], requests // turns, warm)
                    samples.setdefault(contender.name, []).append(sample)
            for contender in asked if number else []:  # the first round warms up
                cpu, rate = zip(*samples[contender.name], strict=True)
                contender.cpu.setdefault(workload, []).append(fmean(cpu))
                contender.rate.setdefault(workload, []).append(harmonic_mean(rate))
        for contender in contenders:
            for workload, asked in contender.asks.items():
                _check(contender, workload, asked, expected[workload])
    return {
        workload: {
            one.name: Cost(spread(one.cpu[workload]), spread(one.rate[workload]))
            for one in contenders
            if workload in one.asks
        }
        for workload in expected
    }


def write_data(data: Mapping[str, object]) -> None:
    """Write what applications in other languages answer from."""
    DATA.parent.mkdir(exist_ok=True)
    DATA.write_text(json.dumps(data))


def _sample(server: Server, asked: Ask, requests: int, warm: float) -> tuple[float, float]:
    # A server may hang up on a client that waits while the others have their turns.
    server.connect()
    sent = cycle(asked.requests)
    parts = len(asked.requests)
    until = monotonic() + warm
    while True:
        # At least once: what it takes to be connected to is not what a request takes.
        ask(server, sent, CONNECTIONS * 10 * parts)
        if monotonic() >= until:
            break
    cpu, rate = ask(server, cycle(asked.requests), requests // CONNECTIONS * CONNECTIONS)
    return cpu * parts, rate / parts


def _check(contender: Contender, workload: str, asked: Ask, expected: object) -> None:
    found: list[Any] = []
    contender.server.connect(1)
    ask_once(contender.server, asked.requests[0])
    for request in asked.requests:
        reply = ask_once(contender.server, request)
        whole: Any = json.loads(reply.body)
        for answer in whole if asked.is_batch else [whole]:
            for step in asked.path:
                answer = answer[step]  # noqa: PLW2901 - down to where it stands
            found.append(answer)
        if asked.sign not in reply.head:
            message = f"{contender.name}: {workload}: its reply has no {asked.sign.decode()}: {reply}"
            raise RuntimeError(message)
    # Several parts are the members of a bundle, in the order of its names.
    is_whole = len(found) == 1
    wanted = [expected] if is_whole or not isinstance(expected, dict) else [expected[name] for name in sorted(expected)]
    if found != wanted:
        message = f"{contender.name}: {workload}: answered {found}, not {wanted}"
        raise RuntimeError(message)


def descendants(pid: int) -> list[int]:
    """The process, and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += descendants(int(child))
    return found

"""One purge on a real Redis, among few entries and many: each store on a server of its own, asked in turns."""

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import perf_counter

from redis import Redis

from measure.hits import BUNDLE, redis
from measure.loopback import Server, ask_once, cpu_seconds, get, post, serving
from measure.sampling import Spread, spread

SIZES = (10, 10_000, 1_000_000)
NARROW, BROAD = "one user's bundle", "the bundles of all users"
_CALLS: dict[str, dict[str, object]] = {
    NARROW: {"fn": "change_user", "args": {"user_id": 5}},
    BROAD: {"fn": "change_users"},
}
# What entries of the benchmark's bundle, and generations, take on the store.
_ENTRY, _GENERATION = 1_400, 16
_CALL = "/api/mizan/call/"


@dataclass(frozen=True)
class Purge:
    """What a mutation costs whose tags are held, and then purged."""

    store: Spread
    """CPU µs of the Redis."""
    commands: Spread
    """µs that the Redis says its commands took."""
    wall: Spread
    """µs from the request to the whole reply."""


@dataclass
class _Kept:
    client: Redis
    pid: int
    server: Server
    taken: dict[str, tuple[list[float], list[float], list[float]]] = field(
        default_factory=lambda: {name: ([], [], []) for name in _CALLS}
    )

    def turn(self, name: str, count: int) -> tuple[float, float, float]:
        """Fill, and purge, some times; what the purge took on the average."""
        call = post(_CALL, json.dumps(_CALLS[name]).encode())
        cpu = wall = commands = 0.0
        for _ in range(count):
            ask_once(self.server, get(BUNDLE))
            kept = ask_once(self.server, get(BUNDLE))
            before, ran, began = cpu_seconds(self.pid), self._commands(), perf_counter()
            ask_once(self.server, call)
            wall += perf_counter() - began
            cpu += cpu_seconds(self.pid) - before
            commands += self._commands() - ran
            after = ask_once(self.server, get(BUNDLE))
            if b"mizan; hit" not in kept.head or b"mizan; hit" in after.head:
                message = f"{name}: {kept.head} before the purge, {after.head} after it"
                raise RuntimeError(message)
        return cpu / count * 1e6, commands / count, wall / count * 1e6

    def _commands(self) -> float:
        """µs of all commands but the one that tells."""
        told: dict[str, dict[str, float]] = self.client.info("commandstats")  # type: ignore[assignment]
        return float(sum(one["usec"] for name, one in told.items() if name != "cmdstat_info"))


def measure(rounds: int, count: int) -> dict[str, dict[int, Purge]]:
    """By what is purged, and how many entries are kept beside it."""
    with ExitStack() as stack:
        stores = {size: _kept(stack, size) for size in SIZES}
        for number in range(rounds + 1):
            for name in _CALLS:
                for kept in stores.values():
                    took = kept.turn(name, count)
                    if number:  # the first round warms up
                        for taken, one in zip(kept.taken[name], took, strict=True):
                            taken.append(one)
        return {name: {size: Purge(*map(spread, kept.taken[name])) for size, kept in stores.items()} for name in _CALLS}


def _kept(stack: ExitStack, size: int) -> _Kept:
    pid, url = stack.enter_context(redis())
    client = Redis.from_url(url, socket_timeout=600)
    stack.callback(client.close)
    # As many as that under the names of the store's layout, each entry with a generation of its own.
    client.execute_command("DEBUG", "POPULATE", size, "mizan:{user}:entry", _ENTRY)
    client.execute_command("DEBUG", "POPULATE", size, "mizan:{user}:gen", _GENERATION)
    return _Kept(client, pid, stack.enter_context(serving("kept:on_redis", {"BENCH_REDIS": url})))

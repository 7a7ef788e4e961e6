"""A Redis that fails, in each way that there is, under a served application.

No request fails or waits long for it, and no read sees less than what was written before it.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

from delaying import Way
from redis_server import RedisServer
from shelves import HIT, Shelf, shelves, wait_until

_Result = TypeVar("_Result")

TIMEOUT = 0.1
"""Seconds after which the store is given up; twice what it is by default, as several things run at once here."""
LONGEST = 3.0
"""Seconds that a request may take on a busy machine."""


@dataclass
class Broken:
    """What a fault has to do with."""

    redis: RedisServer
    way: Way


@dataclass(frozen=True)
class Fault:
    """A way to fail."""

    cause: Callable[[Broken], object]
    heal: Callable[[Broken], object]
    options: tuple[str, ...] = ()
    is_there_at_start: bool = False
    is_used_meanwhile: bool = False
    """Whether entries are found while it lasts."""
    proof: Callable[[Broken], bool] = field(default=lambda _: True)
    """Whether the fault was one, after it."""


def _slow(seconds: float) -> Callable[[Broken], None]:
    def cause(broken: Broken) -> None:
        broken.way.delay = seconds

    return cause


def _flood(broken: Broken) -> None:
    """Keys of others, more than there is room for."""
    for number in range(20):
        script = "for i = 1, 20 do redis.call('SET', ARGV[1] .. i, string.rep('x', 20000)) end"
        broken.redis.ask("EVAL", script, "0", f"flood {number} ")


def _restart(broken: Broken) -> None:
    broken.redis.kill()
    broken.redis.start()


FAULTS = {
    "refused at start": Fault(lambda it: it.redis.kill(), lambda it: it.redis.start(), is_there_at_start=True),
    "frozen at start": Fault(lambda it: it.redis.freeze(), lambda it: it.redis.thaw(), is_there_at_start=True),
    "killed": Fault(lambda it: it.redis.kill(), lambda it: it.redis.start()),
    "frozen": Fault(lambda it: it.redis.freeze(), lambda it: it.redis.thaw()),
    "slow": Fault(_slow(0.3), _slow(0)),
    "cut off": Fault(lambda it: it.way.cut(), lambda it: it.way.mend()),
    "full": Fault(
        lambda it: it.redis.ask("CONFIG", "SET", "maxmemory", "1"),
        lambda it: it.redis.ask("CONFIG", "SET", "maxmemory", "0"),
        ("--maxmemory-policy", "noeviction"),
    ),
    "a replica": Fault(
        lambda it: it.redis.ask("REPLICAOF", "127.0.0.1", "1"), lambda it: it.redis.ask("REPLICAOF", "NO", "ONE")
    ),
    "restarted empty": Fault(_restart, lambda _: None, is_used_meanwhile=True),
    "evicting": Fault(
        _flood,
        _flood,
        ("--maxmemory", "2mb", "--maxmemory-policy", "allkeys-lru"),
        is_used_meanwhile=True,
        proof=lambda it: it.redis.figure("evicted_keys") > 20,
    ),
}


class Clock:
    """The longest of what was done."""

    def __init__(self) -> None:
        self.longest = 0.0

    def time(self, action: Callable[..., _Result], *arguments: object, **named: object) -> _Result:
        """Do something."""
        begun = time.monotonic()
        try:
            return action(*arguments, **named)
        finally:
            self.longest = max(self.longest, time.monotonic() - begun)


def write_and_read(shelf: Shelf, round_: str, clock: Clock, put: str = "put") -> tuple[list[str], int]:
    """A writer and a reader in turns, over five items, each read twice; what was stale, and how many were hits.

    Items are large, so that a store that evicts has to.
    """
    stale: list[str] = []
    hits = 0
    for number in range(3):
        for item in range(5):
            text = f"{round_} {number} {'x' * 20_000}{item}"
            clock.time(shelf.call, put, item_id=item, text=text)
            for _ in range(2):
                found, status = clock.time(shelf.read, item)
                hits += status == HIT
                if found != text:
                    stale.append(f"item {item}: {found[:20]} instead of {text[:20]}")
    return stale, hits


def suffer(fault: Fault, folder: Path) -> None:
    """Serve before, during and after a fault."""
    clock = Clock()
    with RedisServer(*fault.options) as redis, Way(redis.port) as way:
        broken = Broken(redis, way)
        if fault.is_there_at_start:
            fault.cause(broken)
        with shelves(folder, way.url, timeout=TIMEOUT) as [shelf]:
            if not fault.is_there_at_start:
                wait_until(lambda: write_and_read(shelf, "before", clock) == ([], 15))
                fault.cause(broken)
            stale, hits = write_and_read(shelf, "during", clock)
            assert stale == []
            assert (hits == 0) != fault.is_used_meanwhile
            fault.heal(broken)
            # It comes back by itself, and what it kept from before is not found. A hold that was asked for while nobody
            # answered is there for as long as its function may run.
            wait_until(lambda: write_and_read(shelf, "healing", clock) == ([], 15))
            assert fault.proof(broken)
    assert clock.longest < LONGEST


def hide(folder: Path) -> int:
    """How many reads are stale where mutations do not say what they change."""
    with RedisServer() as redis, shelves(folder, redis.url) as [shelf]:
        write_and_read(shelf, "before", Clock())
        stale, _ = write_and_read(shelf, "during", Clock(), put="put_silently")
    return len(stale)


class Runs:
    """What takes its time, and most of it waits: four at once."""

    def __init__(self, pool: ThreadPoolExecutor, folder: Path) -> None:
        self.faults = {
            name: pool.submit(suffer, fault, folder / str(number))
            for number, (name, fault) in enumerate(FAULTS.items())
        }
        self.hidden = pool.submit(hide, folder / "hidden")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with ThreadPoolExecutor(4) as pool:
        yield Runs(pool, tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize("name", FAULTS)
def test_no_request_fails_or_waits_and_no_read_is_stale(runs: Runs, name: str) -> None:
    """STORE-10, STORE-11, FILL-6."""
    runs.faults[name].result()


def test_a_mutation_that_hides_what_it_changes_is_noticed(runs: Runs) -> None:
    """The control: the same writer and reader, and nothing is purged."""
    assert runs.hidden.result() == 30


def test_a_process_that_was_cut_off_makes_up_for_its_purges(tmp_path: Path) -> None:
    """FILL-6: what another one kept meanwhile is gone for both when it is back; its log says what happened."""
    log = tmp_path / "log"
    with (
        RedisServer() as redis,
        Way(redis.port) as way,
        shelves(tmp_path / "data", way.url, redis.url, log=log) as [cut, other],
    ):
        other.call("put", item_id=1, text="old")
        other.keeps(1)
        cut.keeps(1)
        way.cut()
        cut.call("put", item_id=1, text="new")
        assert cut.read(1)[0] == "new"
        way.mend()
        wait_until(lambda: cut.read(1)[1] == HIT)
        assert (cut.read(1)[0], other.read(1)[0]) == ("new", "new")
    said = log.read_text(encoding="utf-8")
    assert said.count("the origin cache could not be purged; nothing is served from it until it has been (id ") == 1

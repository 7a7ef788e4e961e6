"""The adapter on servers as they are deployed: gunicorn with preload, processes and threads; uvicorn; PostgreSQL."""

import signal
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest

from bookstores import GUNICORN, UVICORN, Bookstore, Bookstores, Load, cached
from delaying import Way
from redis_server import RedisServer

_GATES = count(1)


@pytest.fixture
def book(bookstores: Bookstores) -> int:
    return bookstores.add()


@pytest.fixture(params=["gunicorn", "uvicorn"])
def store(request: pytest.FixtureRequest) -> Bookstore:
    return request.getfixturevalue(request.param)


def test_no_read_is_older_than_a_finished_mutation(
    bookstores: Bookstores, gunicorn: Bookstore, uvicorn: Bookstore
) -> None:
    """One Redis, two processes under WSGI and one under ASGI, each of which reads what others wrote."""
    load = Load([gunicorn, uvicorn], [bookstores.add() for _ in range(4)])
    with load.running():
        load.until(writes=100, hits=100)
    assert (load.stale, load.problems) == (0, [])


def test_a_mutation_that_does_not_say_what_it_changes_shows(
    bookstores: Bookstores, gunicorn: Bookstore, uvicorn: Bookstore
) -> None:
    load = Load([gunicorn, uvicorn], [bookstores.add() for _ in range(4)], "restock_silently")
    with load.running():
        time.sleep(1)
    assert load.problems == []
    assert load.stale > load.reads / 10


def test_a_reload_under_load_loses_no_answer(bookstores: Bookstores, gunicorn: Bookstore) -> None:
    def workers() -> set[int]:
        return {gunicorn.call("pid") for _ in range(30)}

    before = workers()
    assert len(before) == 2
    load = Load([gunicorn], [bookstores.add() for _ in range(4)])
    with load.running():
        for _ in range(2):
            time.sleep(0.5)
            gunicorn.running.signal(signal.SIGHUP)
        time.sleep(2)
    said = gunicorn.running.log.read_text(encoding="utf-8")
    assert (load.stale, load.problems) == (0, []), said
    assert workers().isdisjoint(before)
    assert "Traceback" not in said, said
    assert "SIG" not in said.replace("Handling signal", ""), said


@contextmanager
def _reached_differently(
    bookstores: Bookstores, patience: float
) -> Generator[tuple[Bookstore, Bookstore, RedisServer, Way]]:
    """Gunicorn, which reaches a Redis, and uvicorn, which reaches the same one by a way that can be cut."""
    with RedisServer() as redis, Way(redis.port) as way, ExitStack() as running:
        direct, through = (
            running.enter_context(bookstores.serve(server, **cached(url, PATIENCE=patience)))
            for server, url in ((GUNICORN, redis.url), (UVICORN, way.url))
        )
        yield direct, through, redis, way


@contextmanager
def _under_load(bookstores: Bookstores, patience: float) -> Generator[tuple[Load, Callable[[], None]]]:
    """Load on servers whose Redis is away for longer than a read waits for it; and what takes it away for a moment.

    One of them does not reach it, and then it stops for all. Every third time the processes of gunicorn are replaced.
    """
    rounds = count(1)
    with _reached_differently(bookstores, patience) as (direct, through, redis, way):
        load = Load([direct, through], [bookstores.add() for _ in range(4)])

        def stop() -> None:
            time.sleep(0.5)
            way.cut()
            time.sleep(0.3)
            way.mend()
            redis.freeze()
            if next(rounds) % 3 == 0:
                direct.running.signal(signal.SIGHUP)
            time.sleep(0.2)
            redis.thaw()

        with load.running():
            yield load, stop


def test_a_store_that_stops_leaves_nothing_stale(bookstores: Bookstores) -> None:
    """STORE-13, with the limit of reads that applications have; mutations wait as long as a busy machine may need."""
    with _under_load(bookstores, patience=10) as (load, stop):
        load.until(writes=20, hits=20)
        for _ in range(8):
            stop()
        load.until(writes=load.writes + 20, hits=load.hits + 20)
    assert (load.stale, load.problems) == (0, [])


def test_a_mutation_waits_for_a_store_that_is_away(bookstores: Bookstores) -> None:
    """STORE-13 in one round: who reaches the store reads what was written by who did not."""
    with _reached_differently(bookstores, patience=10) as (direct, through, _, way), ThreadPoolExecutor(1) as pool:
        book = bookstores.add()
        assert direct.until_stored(book) == 0
        way.cut()
        mutation = pool.submit(through.call, "restock", book_id=book, stock=5)
        with pytest.raises(TimeoutError):
            mutation.result(timeout=1)
        way.mend()
        mutation.result()
        assert direct.stock(book)[0] == 5


def test_one_that_does_not_wait_leaves_what_was(bookstores: Bookstores) -> None:
    """The control."""
    with _reached_differently(bookstores, patience=0) as (direct, through, _, way):
        book = bookstores.add()
        assert direct.until_stored(book) == 0
        way.cut()
        through.call("restock", book_id=book, stock=5)
        assert direct.stock(book) == (0, "Mizan; hit")


def test_of_too_many_that_outran_their_limit_no_other_one_begins(bookstores: Bookstores) -> None:
    """LIM-17: each keeps a thread; what needs none goes on, and the rest does when one of them has ended."""
    gate = next(_GATES)

    def refused() -> bool:
        try:
            store.call("pid")
        except AssertionError as error:
            return "503" in str(error) and "UNAVAILABLE" in str(error)
        return False

    def until(expected: bool) -> None:
        until = time.monotonic() + 10
        while refused() != expected:
            assert time.monotonic() < until
            time.sleep(0.01)

    with (
        bookstores.serve(UVICORN, **cached("memory", limits={"LEFT_BEHIND": 3})) as store,
        ThreadPoolExecutor(3) as pool,
    ):
        with bookstores.closed(gate) as held:
            # Middleware that waits for the thread has their callers wait as well.
            standing = [pool.submit(store.call, "stand", gate=gate) for _ in range(2)]
            bookstores.until_somebody_waits(held)
            time.sleep(0.5)
            assert not refused()
            standing.append(pool.submit(store.call, "stand", gate=gate))
            until(expected=True)
            [one, other], _ = store.ask("POST", "/api/mizan/call/", [{"fn": "pid"}, {"fn": "alive"}])
            assert (one["error"]["code"], other["result"]) == ("UNAVAILABLE", True)
        for call in standing:
            with pytest.raises(AssertionError, match="TIMEOUT"):
                call.result()
        until(expected=False)


def test_a_reader_between_write_and_commit_does_not_bring_back_what_was(
    bookstores: Bookstores, store: Bookstore, gunicorn: Bookstore, book: int
) -> None:
    """Others do not see what is not committed: what they read meanwhile is not kept."""
    assert gunicorn.until_stored(book) == 0
    gate = next(_GATES)
    with ThreadPoolExecutor(1) as pool:
        with bookstores.closed(gate) as held:
            mutation = pool.submit(store.call, "restock_slowly", book_id=book, stock=5, at=gate)
            bookstores.until_somebody_waits(held)
            assert [gunicorn.stock(book) for _ in range(2)] == [(0, "Mizan; fwd=bypass")] * 2
        mutation.result()
    assert gunicorn.stock(book)[0] == 5
    assert gunicorn.until_stored(book) == 5


def test_a_reader_that_began_before_a_mutation_does_not_bring_back_what_was(
    bookstores: Bookstores, store: Bookstore, gunicorn: Bookstore, book: int
) -> None:
    gate = next(_GATES)
    url = f"/api/mizan/ctx/slow/?book_id={book}&gate={gate}"
    with ThreadPoolExecutor(1) as pool:
        with bookstores.closed(gate) as held:
            late = pool.submit(store.ask, "GET", url)
            bookstores.until_somebody_waits(held)
            gunicorn.call("restock_slowly", book_id=book, stock=5, at=next(_GATES))
        assert late.result()[0] == {"slow_stock": 0}
    assert gunicorn.ask("GET", url) == ({"slow_stock": 5}, "Mizan; fwd=uri-miss; stored")


@pytest.fixture(scope="module")
def enclosed(bookstores: Bookstores) -> Iterator[tuple[Bookstore, int]]:
    """A server whose middleware opens a transaction around each mutation, and the gate at its end."""
    gate = next(_GATES)
    settings = {"DJANGO_SETTINGS_MODULE": "in_transactions", "GATE_AT_THE_END": str(gate)}
    with bookstores.serve(GUNICORN, **settings) as store:
        yield store, gate


def test_what_middleware_commits_after_the_function_is_purged_then(
    bookstores: Bookstores, enclosed: tuple[Bookstore, int], gunicorn: Bookstore, book: int
) -> None:
    store, gate = enclosed
    with ThreadPoolExecutor(1) as pool:
        with bookstores.closed(gate) as held:
            mutation = pool.submit(store.call, "restock", book_id=book, stock=5)
            bookstores.until_somebody_waits(held)
            # The function has ended, and nothing of it is to be seen: others read and keep what is still true.
            assert gunicorn.until_stored(book) == 0
        mutation.result()
    assert gunicorn.stock(book)[0] == 5

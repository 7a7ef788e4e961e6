"""What the first step of an async function gives, and how a loop is woken for those that wait for a store."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from selectors import EVENT_READ, DefaultSelector
from typing import Any

import pytest
from fastapi import FastAPI

from caching import OPEN, PAGE, SECRET
from mizan import client, invalidate
from mizan._core import Begun, Bell, Checked, Runner
from mizan._first_step import awaited
from mizan.fastapi import Mizan


def begun(function: Callable[..., Awaitable[Any]], *arguments: object) -> tuple[Any, list[Any]]:
    """What the first step gives, and what it named."""
    functions = Mizan(FastAPI(), functions=[client(affects="page")(function), reading]).functions
    (served,) = (one for one in functions if one.definition.name == function.__name__)
    changes: list[Any] = []
    return served.begin(arguments if served.is_positional else {}, changes), changes


@client(context=PAGE)
async def reading() -> int:
    return 1


@client(context=OPEN)
async def shown() -> int:
    return 1


async def adding(number: int) -> int:
    return number + 1


async def naming() -> int:
    invalidate(PAGE)
    return 2


async def waiting() -> int:
    await asyncio.sleep(0)
    return 3


async def failing() -> int:
    raise LookupError


async def printing() -> Any:
    return {"of": ["anything"]}


def test_a_function_that_waits_for_nothing_gives_its_text():
    found, changes = begun(adding, 4)
    assert isinstance(found, Checked)
    assert (found.text(), changes) == (b"5", [])


def test_what_pydantic_prints_is_left_for_the_core_to_check():
    assert begun(printing)[0] == b'{"of":["anything"]}'


def test_a_result_comes_as_it_is_where_something_was_named():
    found, changes = begun(naming)
    assert isinstance(found, Begun)
    assert (found.running, found.value, changes) == (None, 2, [("page", None)])


def test_a_function_that_waits_can_be_gone_on_with():
    found, _ = begun(waiting)
    assert isinstance(found, Begun)
    assert found.running is not None
    assert found.value is None
    with pytest.raises(StopIteration) as ended:
        found.running.send(None)
    assert ended.value.value == 3


def test_what_is_raised_comes_through():
    with pytest.raises(LookupError):
        begun(failing)


class Later:
    """Something else that can be awaited."""

    def __await__(self) -> Generator[None, None, int]:
        yield
        return 6


def test_whatever_can_be_awaited_takes_its_first_step():
    announced: list[object] = []
    changes: list[object] = []
    found = Runner(Later, None, awaited, announced.append).begin((), changes)
    assert announced == [changes]
    assert isinstance(found, Begun)
    assert found.running is not None
    with pytest.raises(StopIteration) as ended:
        found.running.send(None)
    assert ended.value.value == 6


def readable(bell: Bell) -> bool:
    with DefaultSelector() as selector:
        selector.register(bell.fileno(), EVENT_READ)
        return bool(selector.select(0))


def test_a_bell_rings_once_for_all_that_arrive_together():
    application = Mizan(FastAPI(), functions=[shown], cache="memory", secret=SECRET).application

    def read() -> Any:
        return application.open("GET", "/api/mizan/ctx/open/", b"", [], b"", 1, 0, False)

    bell = Bell()
    (first, step), (second, waits), (third, waits_too) = read(), read(), read()
    assert (step[0], waits, waits_too) == (2, (5,), (5,))
    assert not second.ring(bell, "second")
    assert not third.ring(bell, "third")
    assert (readable(bell), bell.take()) == (False, [])
    first.returned([("raised",)])
    assert readable(bell)
    assert sorted(bell.take()) == ["second", "third"]
    assert (readable(bell), bell.take()) == (False, [])
    assert second.ring(bell, "again")
    # It is there already.
    assert [exchange.resume()[0] for exchange in (second, third)] == [2, 2]
    assert not readable(bell)

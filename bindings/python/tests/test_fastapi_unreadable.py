"""What an application answers with and no protocol can carry: it fails its own function, and nothing beside it."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import mizan
from caller import Caller, mount
from mizan import Identity, Invalid, NotFound, RateLimited, ReactContext, client, invalidate

SHELF = ReactContext("shelf")
OTHER = ReactContext("other")

NOT_UTF8 = "no file caf\udce9"


class Lazy:
    """Text that is written when it is read, as Django's `gettext_lazy` gives it."""

    def __str__(self) -> str:
        return "written late"


class Gone(mizan.Error):
    status = 410


def raising(make: Callable[[], Exception]) -> Callable[..., object]:
    @client(errors=[Gone])
    async def fails() -> None:
        raise make()

    return fails


@pytest.mark.parametrize(
    ("make", "status", "message"),
    [
        (lambda: NotFound(Lazy()), 404, "written late"),
        (lambda: Gone(Lazy()), 410, "written late"),  # pyright: ignore[reportArgumentType]
    ],
)
def test_a_message_that_is_written_late_is_its_text(make: Callable[[], Exception], status: int, message: str):
    error = mount(raising(make)).error("fails")
    assert (error["status"], error["message"]) == (status, message)


def test_a_message_for_an_argument_may_be_written_late():
    fields: Mapping[Any, Any] = {"name": Lazy(), ("lines", 0): 5}
    details = mount(raising(lambda: Invalid(fields))).error("fails")["details"]
    assert [(detail["path"], detail["message"]) for detail in details] == [
        (["args", "lines", 0], "5"),
        (["args", "name"], "written late"),
    ]


@pytest.mark.parametrize(("seconds", "sent"), [(2.5, "3"), (-1, "0"), (12, "12")])
def test_seconds_to_come_back_after_are_whole(seconds: Any, sent: str):
    reply = mount(raising(lambda: RateLimited(retry_after=seconds))).call("fails")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, sent)


UNREADABLE: list[Any] = [
    lambda: NotFound(NOT_UTF8),
    lambda: Gone(NOT_UTF8),
    lambda: RateLimited(retry_after=math.inf),
    lambda: RateLimited(retry_after=2**40),
    lambda: RateLimited(retry_after="soon"),  # pyright: ignore[reportArgumentType]
    lambda: Invalid({("lines", -1): "x"}),
    lambda: Invalid({"lines": NOT_UTF8}),
    lambda: Invalid({5: "x"}),
]


@pytest.mark.parametrize("make", UNREADABLE)
def test_an_answer_that_cannot_be_read_fails_its_own_function_only(
    make: Callable[[], Exception], caplog: pytest.LogCaptureFixture
):
    held = ["old"]

    @client(context=SHELF, cache=60)
    async def shelf() -> str:
        return held[0]

    @client(affects=SHELF)
    async def good() -> str:
        held[0] = "new"
        return "kept"

    fails = raising(make)
    caller = mount(shelf, good, fails, cache="memory", secret="a" * 32)
    assert caller.bundle("shelf").json() == {"shelf": "old"}
    reply = caller.post([{"fn": "good"}, {"fn": "fails"}])
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["x-mizan-contract"]
    first, second = reply.json()
    assert first["result"] == "kept"
    assert (second["error"]["code"], second["status"]) == ("INTERNAL", 500)
    assert "no file" not in reply.text
    assert caller.bundle("shelf").json() == {"shelf": "new"}
    (record,) = caplog.records
    assert f"test_fastapi_unreadable.py:{fails.__code__.co_firstlineno}: fails" in record.getMessage()  # type: ignore[attr-defined]
    assert second["error"]["id"] in record.getMessage()


@pytest.mark.parametrize("target", ["shelf", "caf\udce9"])
def test_a_target_that_cannot_be_read_is_everything_and_those_beside_it_hold(
    target: str, caplog: pytest.LogCaptureFixture
):
    held = ["old"]

    @client(context=SHELF, cache=60)
    async def shelf() -> str:
        return held[0]

    @client(context=OTHER, cache=60)
    async def other() -> str:
        return held[0]

    @client
    async def say(fail: bool) -> None:
        held[0] = "new"
        invalidate("shelf")
        invalidate(target)
        if fail:
            raise NotFound(NOT_UTF8)

    for fail in (False, True):
        held[0] = "old"
        caller = mount(shelf, other, say, cache="memory", secret="a" * 32)
        read(caller)
        assert caller.call("say", fail=fail).status_code == (500 if fail else 200)
        assert read(caller) == ("new", "old" if target == "shelf" else "new")
    assert ("there is no context or member function of that name" in caplog.text) is (target != "shelf")


def read(caller: Caller) -> tuple[str, str]:
    return caller.bundle("shelf").json()["shelf"], caller.bundle("other").json()["other"]


def test_a_caller_who_cannot_be_read_is_a_failure(caplog: pytest.LogCaptureFixture):
    async def identify(_request: object) -> Identity:
        return Identity("caf\udce9")

    @client(auth="authenticated")
    async def mine() -> int:
        return 1

    error = mount(mine, identify=identify, csrf=False).error("mine")
    assert (error["code"], error["status"]) == ("INTERNAL", 500)
    assert error["id"] in caplog.text


def test_what_a_guard_raises_and_cannot_be_read_is_a_failure(caplog: pytest.LogCaptureFixture):
    async def theirs(_request: object, _identity: object) -> bool:
        raise NotFound(NOT_UTF8)

    @client(auth=theirs)
    async def guarded() -> int:
        return 1

    error = mount(guarded).error("guarded")
    assert (error["code"], error["status"]) == ("INTERNAL", 500)
    assert error["id"] in caplog.text

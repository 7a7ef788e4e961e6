"""Functions that fail in every way: the reply shows nothing, the log shows all, and the next call works."""

import asyncio
import decimal
import logging
import math
import threading
from typing import Any

import pytest
from fastapi import HTTPException
from pydantic import BaseModel

import mizan
from caller import mount
from mizan import client


class Inner(BaseModel):
    value: float | None = None


class Outer(BaseModel):
    inner: list[Inner]


@client
async def fine() -> int:
    return 1


@pytest.mark.parametrize("kind", ["async", "sync"])
def test_an_exception_is_internal_and_its_text_is_for_the_log(kind: str, caplog: pytest.LogCaptureFixture):
    @client
    async def softly() -> int:
        message = "secret password"
        raise KeyError(message)

    @client
    def hardly() -> int:
        message = "secret password"
        raise KeyError(message)

    function = softly if kind == "async" else hardly
    caller = mount(function, fine)
    reply = caller.call(function.__name__)
    error = reply.json()["error"]
    assert reply.status_code == 500
    assert set(error) == {"code", "id", "message"}
    assert error["code"] == "INTERNAL"
    assert "secret" not in reply.text
    (record,) = caplog.records
    assert record.name == "mizan"
    assert record.levelno == logging.ERROR
    assert error["id"] in record.getMessage()
    assert f"{function.__name__}: raised KeyError" in record.getMessage()
    assert f"test_fastapi_failures.py:{function.__code__.co_firstlineno}" in record.getMessage()
    assert record.exc_info is not None
    assert "secret password" in str(record.exc_info[1])
    assert caller.result("fine") == 1


RESULTS: list[tuple[Any, object, str]] = [
    (int, "five", "result: expected integer"),
    (int, None, "result: expected integer"),
    (int, 2**60, "result: must be between -9007199254740991 and 9007199254740991"),
    (float, math.nan, "result: expected a finite number"),
    (float | None, math.inf, "result: expected a finite number"),
    (Outer, Outer(inner=[Inner(), Inner(value=math.nan)]), "result.inner[1].value: expected a finite number"),
    (Outer, {"inner": [{"value": "x"}]}, "result.inner[0].value: expected number"),
    (Outer, {"inner": [], "extra": 1}, "result.extra: not allowed here"),
    (decimal.Decimal, decimal.Decimal("NaN"), "result: expected decimal"),
    (list[int], [1, object()], "PydanticSerializationError"),
]


@pytest.mark.parametrize(("annotation", "value", "logged"), RESULTS)
def test_a_result_of_another_type_is_internal_and_the_log_names_the_field(
    annotation: Any, value: object, logged: str, caplog: pytest.LogCaptureFixture
):
    async def wrong() -> object:
        return value

    wrong.__annotations__["return"] = annotation
    caller = mount(client(wrong), fine)
    error = caller.error("wrong")
    assert error["code"] == "INTERNAL"
    (record,) = caplog.records
    assert logged in record.getMessage()
    assert "wrong" in record.getMessage()
    assert error["id"] in record.getMessage()
    assert caller.result("fine") == 1


def test_text_may_speak_of_nan():
    @client
    async def bread() -> list[str]:
        return ["NaN", "-Infinity"]

    assert mount(bread).result("bread") == ["NaN", "-Infinity"]


def test_an_undeclared_error_is_internal_and_the_log_says_what_to_do(caplog: pytest.LogCaptureFixture):
    class NameTaken(mizan.Error):
        pass

    @client
    async def rename() -> int:
        raise NameTaken

    assert mount(rename).error("rename")["code"] == "INTERNAL"
    assert "it raised error NAME_TAKEN, which it does not declare" in caplog.text


def test_an_async_function_that_never_returns_is_cancelled(caplog: pytest.LogCaptureFixture):
    ended: list[str] = []

    @client(timeout=0.05)
    async def forever() -> int:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return 1

    caller = mount(forever, fine)
    assert caller.error("forever")["code"] == "TIMEOUT"
    assert ended == ["cancelled"]
    assert "forever: it ran longer than its limit of 50 ms" in caplog.text
    assert caller.result("fine") == 1


def test_a_sync_function_that_never_returns_is_abandoned():
    release = threading.Event()

    @client(timeout=0.05)
    def forever() -> int:
        release.wait(10)
        return 1

    caller = mount(forever, fine)

    async def scenario() -> None:
        reply = await caller.send_async(
            "POST", "/api/mizan/call/", content='{"fn":"forever"}', headers={"content-type": "application/json"}
        )
        assert reply.status_code == 504
        release.set()

    asyncio.run(scenario())
    assert caller.result("fine") == 1


def test_a_timeout_of_the_functions_own_is_not_the_protocols():
    @client
    async def impatient() -> int:
        async with asyncio.timeout(0.01):
            await asyncio.Event().wait()
        return 1

    @client
    async def patient() -> str:
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            return "gave up"
        return "no"

    caller = mount(impatient, patient)
    assert caller.error("impatient")["code"] == "INTERNAL"
    assert caller.result("patient") == "gave up"


def test_a_cancellation_from_within_is_a_failure_of_the_function():
    @client
    async def tangled() -> int:
        task = asyncio.ensure_future(asyncio.Event().wait())
        task.cancel()
        await task
        return 1

    assert mount(tangled).error("tangled")["code"] == "INTERNAL"


@pytest.mark.parametrize(
    ("raised", "status", "code", "message"),
    [
        (HTTPException(400, "no such page"), 400, "BAD_REQUEST", "no such page"),
        (HTTPException(401), 401, "UNAUTHENTICATED", "Unauthorized"),
        (HTTPException(403, {"reason": "x"}), 403, "FORBIDDEN", "not allowed"),
        (HTTPException(404, "gone"), 404, "NOT_FOUND", "gone"),
        (HTTPException(409, "twice"), 409, "CONFLICT", "twice"),
        (HTTPException(413, "big"), 413, "PAYLOAD_TOO_LARGE", "big"),
        (HTTPException(418, "teapot"), 500, "INTERNAL", "internal error"),
        (HTTPException(500, "boom"), 500, "INTERNAL", "internal error"),
    ],
)
def test_an_http_exception_is_the_protocols_error_of_its_status(
    raised: HTTPException, status: int, code: str, message: str
):
    @client
    async def fails() -> int:
        raise raised

    error = mount(fails).error("fails")
    assert (error["status"], error["code"], error["message"]) == (status, code, message)


def test_an_http_exception_of_validation_is_a_detail():
    @client
    async def fails() -> int:
        raise HTTPException(422, "the dates are swapped")

    assert mount(fails).error("fails")["details"] == [
        {"code": "custom", "message": "the dates are swapped", "path": ["args"]}
    ]


def test_an_http_exception_says_when_to_come_back():
    @client
    async def fails() -> int:
        raise HTTPException(429, headers={"Retry-After": "12"})

    reply = mount(fails).call("fails")
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "12")

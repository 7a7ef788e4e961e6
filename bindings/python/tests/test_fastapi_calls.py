"""Calls and batches: results, validation, invalidation, errors of the protocol's."""

import functools
import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, model_validator

import mizan
from caller import mount, mounted, posted
from mizan import ReactContext, client, invalidate


def test_a_call_returns_its_result_and_nothing_else():
    @client
    async def add(a: int, b: int = 2) -> int:
        return a + b

    reply = mount(add).call("add", a=1)
    assert reply.status_code == 200
    assert reply.content == b'{"invalidate":[],"result":3}'
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["cache-control"] == "no-store"


def test_every_problem_of_the_arguments_is_told_at_once():
    @client
    def order(quantity: Annotated[int, Field(ge=1)], note: Annotated[str, Field(max_length=3)], day: str) -> int:
        raise AssertionError

    error = mount(order).error("order", quantity=0, note="abcd", other=1)
    assert error["code"] == "VALIDATION"
    assert [(detail["code"], detail["path"]) for detail in error["details"]] == [
        ("missing", ["args", "day"]),
        ("max_length", ["args", "note"]),
        ("unknown", ["args", "other"]),
        ("min", ["args", "quantity"]),
    ]


class Line(BaseModel):
    amount: int
    code: str

    @model_validator(mode="after")
    def _has_amount(self) -> "Line":
        if self.amount == 0:
            message = "an empty line"
            raise ValueError(message)
        return self


def even(number: int) -> int:
    if number % 2:
        message = "must be even"
        raise ValueError(message)
    return number


def test_validators_of_the_application_add_details_with_their_own_words():
    @client
    def order(lines: list[Line], number: Annotated[int, AfterValidator(even)], plain: int = 1) -> str:
        return f"{type(lines[0]).__name__} {number}"

    caller = mount(order)
    assert caller.result("order", lines=[{"amount": 1, "code": "a"}], number=2) == "Line 2"
    error = caller.error("order", lines=[{"amount": 1, "code": "a"}, {"amount": 0, "code": "b"}], number=3)
    assert error["status"] == 422
    assert error["details"] == [
        {"code": "custom", "message": "an empty line", "path": ["args", "lines", 1]},
        {"code": "custom", "message": "must be even", "path": ["args", "number"]},
    ]


def test_the_function_may_find_arguments_invalid_itself():
    @client
    async def order(name: str) -> int:
        raise mizan.Invalid({"name": "is taken", ("lines", 0, "amount"): "is too much"})

    assert mount(order).error("order", name="x")["details"] == [
        {"code": "custom", "message": "is too much", "path": ["args", "lines", 0, "amount"]},
        {"code": "custom", "message": "is taken", "path": ["args", "name"]},
    ]


def test_the_protocols_errors_are_answered_with_their_status():
    @client
    async def fails(which: str) -> int:
        raise {
            "unauthenticated": mizan.Unauthenticated(),
            "forbidden": mizan.Forbidden("not yours"),
            "missing": mizan.NotFound("no such customer"),
            "conflict": mizan.Conflict("changed meanwhile"),
            "limited": mizan.RateLimited(retry_after=7),
            "down": mizan.Unavailable("no database", retry_after=3),
        }[which]

    caller = mount(fails)

    def told(which: str) -> tuple[Any, ...]:
        reply = caller.call("fails", which=which)
        error = reply.json()["error"]
        return reply.status_code, error["code"], error["message"], reply.headers.get("retry-after")

    assert told("unauthenticated") == (401, "UNAUTHENTICATED", "sign in first", None)
    assert told("forbidden") == (403, "FORBIDDEN", "not yours", None)
    assert told("missing") == (404, "NOT_FOUND", "no such customer", None)
    assert told("conflict") == (409, "CONFLICT", "changed meanwhile", None)
    assert told("limited") == (429, "RATE_LIMITED", "too many requests", "7")
    assert told("down") == (503, "UNAVAILABLE", "no database", "3")


class NameTaken(mizan.Error):
    status = 409
    taken_by: int


class Closed(mizan.Error):
    pass


def test_declared_errors_carry_typed_data():
    @client(errors=[NameTaken, Closed])
    def rename(name: str) -> str:
        if name == "closed":
            raise Closed("come back tomorrow")
        raise NameTaken("That name is taken.", taken_by=5)

    caller = mount(rename)
    assert caller.error("rename", name="x") == {
        "code": "NAME_TAKEN",
        "data": {"taken_by": 5},
        "message": "That name is taken.",
        "status": 409,
    }
    assert caller.error("rename", name="closed") == {"code": "CLOSED", "message": "come back tomorrow", "status": 400}


USER = ReactContext("user")


@client(context=USER)
async def user_name(user_id: int) -> str:
    return f"user {user_id}"


@client(context=USER)
async def user_orders(user_id: int) -> list[int]:
    return [user_id]


def test_a_mutation_is_narrowed_by_the_arguments_it_shares_with_the_context():
    @client(affects=USER)
    async def rename(user_id: int, name: str) -> str:
        return name

    reply = mount(user_name, user_orders, rename).call("rename", user_id=5, name="Ada")
    assert reply.json()["invalidate"] == [{"context": "user", "params": {"user_id": 5}}]
    assert reply.headers["x-mizan-invalidate"] == "user;user_id=5"


def test_invalidate_adds_targets_from_sync_and_async_functions():
    @client
    async def softly(user_id: int) -> None:
        invalidate(USER, user_id=user_id)

    @client
    def in_a_thread(user_id: int) -> None:
        invalidate("user", user_id=user_id)
        invalidate(user_orders, user_id=user_id + 1)

    @client
    def everything() -> None:
        invalidate(USER)

    @client
    async def in_vain() -> None:
        invalidate(USER)
        raise mizan.Conflict

    caller = mount(user_name, user_orders, softly, in_a_thread, everything, in_vain)

    def invalidated(function: str, **arguments: object) -> Any:
        return caller.call(function, **arguments).json()["invalidate"]

    assert invalidated("softly", user_id=5) == [{"context": "user", "params": {"user_id": 5}}]
    assert invalidated("in_a_thread", user_id=5) == [
        {"context": "user", "params": {"user_id": 5}},
        {"context": "user", "function": "user_orders", "params": {"user_id": 6}},
    ]
    assert invalidated("everything") == [{"context": "user"}]
    failed = caller.call("in_vain")
    assert failed.status_code == 409
    assert "x-mizan-invalidate" not in failed.headers


def test_invalidate_without_a_call_tells_nobody():
    invalidate("user", user_id=5)


def test_computed_params_replace_the_arguments():
    def owner(result: dict[str, int], order_id: int) -> dict[str, object]:
        return {"user_id": result["owner"] + order_id}

    @client(affects=USER, affects_params=owner)
    async def cancel(order_id: int) -> dict[str, int]:
        return {"owner": 7}

    assert mount(user_name, cancel).call("cancel", order_id=1).json()["invalidate"] == [
        {"context": "user", "params": {"user_id": 8}}
    ]


def test_entries_of_a_batch_are_independent():
    @client
    async def half(number: int) -> int:
        if number % 2:
            raise mizan.Conflict("odd")
        return number // 2

    reply = mount(half).post([{"fn": "half", "args": {"number": number}} for number in (4, 5, 6)])
    assert reply.status_code == 200
    assert reply.json() == [
        {"invalidate": [], "result": 2},
        {"error": {"code": "CONFLICT", "message": "odd"}, "status": 409},
        {"invalidate": [], "result": 3},
    ]


def test_each_entry_of_a_batch_announces_its_own():
    @client
    def touch(user_id: int) -> None:
        invalidate(USER, user_id=user_id)

    reply = mount(user_name, touch).post([{"fn": "touch", "args": {"user_id": number}} for number in (1, 2)])
    assert [entry["invalidate"][0]["params"]["user_id"] for entry in reply.json()] == [1, 2]


def test_a_refreshed_bundle_is_read_after_the_mutation():
    names = {5: "Ada"}

    @client(context=USER)
    async def name(user_id: int) -> str:
        return names[user_id]

    @client(affects=USER)
    def rename(user_id: int, to: str) -> None:
        names[user_id] = to

    reply = mount(name, rename).post(
        {
            "fn": "rename",
            "args": {"user_id": 5, "to": "Grace"},
            "refresh": [{"context": "user", "params": {"user_id": 5}}, {"context": "user", "params": {"user_id": 6}}],
        }
    )
    assert reply.json()["bundles"] == [{"context": "user", "data": {"name": "Grace"}, "params": {"user_id": 5}}]


def test_a_result_is_merged_where_it_belongs():
    class Order(BaseModel):
        id: Annotated[int, mizan.Key()]
        user_id: int

    @client(context=USER)
    async def orders(user_id: int) -> list[Order]:
        return []

    @client(merge=USER)
    async def place(user_id: int) -> Order:
        return Order(id=1, user_id=user_id)

    assert mount(orders, place).call("place", user_id=5).json()["merge"] == [
        {
            "context": "user",
            "function": "orders",
            "key": ["id"],
            "op": "upsert",
            "params": {"user_id": 5},
            "value": {"id": 1, "user_id": 5},
        }
    ]


def test_valid_values_that_python_cannot_hold_are_the_callers_problem():
    import datetime

    @client
    async def year(day: datetime.date) -> int:
        return day.year

    caller = mount(year)
    assert caller.result("year", day="0001-01-01") == 1
    error = caller.error("year", day="0000-01-01")
    assert (error["status"], error["code"]) == (422, "VALIDATION")
    batch = caller.post([{"fn": "year", "args": {"day": day}} for day in ("0000-01-01", "2024-01-01")]).json()
    assert batch[0]["status"] == 422
    assert batch[1]["result"] == 2024


def test_what_is_not_the_protocol_is_refused():
    @client
    async def one() -> int:
        return 1

    caller = mount(one)
    assert caller.error("two")["code"] == "NOT_FOUND"
    assert caller.send("GET", "/api/mizan/call/").status_code == 405
    assert caller.send("POST", "/api/mizan/call/", content="{", headers={"content-type": "application/json"}).json()[
        "error"
    ]["code"] == ("BAD_REQUEST")
    assert caller.send("POST", "/api/mizan/call/", content=json.dumps({"fn": "one"})).status_code == 415
    assert caller.send("POST", "/api/mizan/call", **posted({"fn": "one"})).status_code == 200


def test_arguments_reach_a_function_however_it_takes_them():
    """By position where that is surely the same, by name elsewhere."""

    def by_name_alone(function: Any) -> Any:
        @functools.wraps(function)
        def wrapper(**named: Any) -> Any:
            return function(**named)

        return wrapper

    @client
    def in_order(zone: str, amount: int = 2, *, last: str = "l") -> str:
        return f"{zone} {amount} {last}"

    @client
    def plain(zone: str, amount: int = 2) -> str:
        return f"{zone} {amount}"

    @client
    async def softly(zone: str, amount: int = 2) -> str:
        return f"{zone} {amount}"

    @client
    @by_name_alone
    def wrapped(zone: str, amount: int = 2) -> str:
        return f"{zone} {amount}"

    @client
    def converted(zone: str, colors: set[str]) -> str:
        return f"{zone} {type(colors).__name__}"

    caller, mizan = mounted([in_order, plain, softly, wrapped, converted])
    placed = {served.definition.name for served in mizan.functions if served.is_positional}
    assert placed == {"plain", "softly"}
    for name in ("plain", "softly", "wrapped"):
        assert caller.result(name, zone="z") == "z 2"
        assert caller.result(name, amount=1, zone="z") == "z 1"
    assert caller.result("in_order", last="x", zone="z") == "z 2 x"
    assert caller.result("converted", colors=["a"], zone="z") == "z set"

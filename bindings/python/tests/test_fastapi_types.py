"""Every type, to the function and back through a real application."""

import dataclasses
import datetime
import decimal
import enum
import uuid
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import AfterValidator, BaseModel, Field, NaiveDatetime, TypeAdapter
from typing_extensions import TypedDict

from caller import Caller, mount
from mizan import BigInt, Invalid, client
from mizan._arguments import Converter, convert


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Address(BaseModel):
    city: str
    zip: str | None = None


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Options(TypedDict):
    dark: bool
    size: NotRequired[int]


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


class Tree(BaseModel):
    children: list["Tree"] = []


def echo(annotation: Any, seen: list[object]) -> Caller:
    async def echo(value: object) -> object:
        seen.append(value)
        return value

    echo.__annotations__ = {"value": annotation, "return": annotation}
    return mount(client(echo))


UTC = datetime.UTC

VALUES: list[tuple[Any, object, object, object]] = [
    # annotation, sent, the function's value, sent back
    (int, 9007199254740991, 9007199254740991, 9007199254740991),
    (float, 1, 1.0, 1),
    (float, 1.5e-7, 1.5e-7, 1.5e-7),
    (bool, True, True, True),
    (str, "a\u2028\U0001f600", "a\u2028\U0001f600", "a\u2028\U0001f600"),
    (BigInt, "123456789012345678901234567890", 123456789012345678901234567890, "123456789012345678901234567890"),
    (
        datetime.datetime,
        "2024-02-29T12:00:00.50+02:00",
        datetime.datetime(2024, 2, 29, 10, 0, 0, 500_000, tzinfo=UTC),
        "2024-02-29T10:00:00.5Z",
    ),
    (
        NaiveDatetime,
        "2024-02-29T12:00:00",
        datetime.datetime(2024, 2, 29, 12),
        "2024-02-29T12:00:00",
    ),
    (datetime.date, "2024-02-29", datetime.date(2024, 2, 29), "2024-02-29"),
    (datetime.time, "12:30:00.25", datetime.time(12, 30, 0, 250_000), "12:30:00.25"),
    (
        datetime.timedelta,
        "P1DT2H3M4.5S",
        datetime.timedelta(days=1, hours=2, minutes=3, seconds=4, microseconds=500_000),
        "P1DT2H3M4.5S",
    ),
    (datetime.timedelta, "-PT90M", -datetime.timedelta(minutes=90), "-PT1H30M"),
    (datetime.timedelta, "P2W", datetime.timedelta(weeks=2), "P14D"),
    (
        uuid.UUID,
        "AAAAAAAA-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        uuid.UUID("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
        "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    ),
    (decimal.Decimal, "1.10", decimal.Decimal("1.10"), "1.10"),
    (Annotated[decimal.Decimal, Field(ge=0)], "1.10", decimal.Decimal("1.10"), "1.10"),
    (bytes, "-_8", b"\xfb\xff", "-_8"),
    (bytes, "", b"", ""),
    (bytes, "YQ", b"a", "YQ"),
    (bytes, "YWJj", b"abc", "YWJj"),
    (list[datetime.date], ["2024-01-01"], [datetime.date(2024, 1, 1)], ["2024-01-01"]),
    (set[str], ["b", "a"], {"a", "b"}, ["a", "b"]),
    (tuple[int, str], [1, "a"], (1, "a"), [1, "a"]),
    (dict[str, decimal.Decimal], {"__proto__": "2"}, {"__proto__": decimal.Decimal(2)}, {"__proto__": "2"}),
    (Any, {"b": [1, 1.5, None]}, {"b": [1, 1.5, None]}, {"b": [1, 1.5, None]}),
    (int | str, "5", "5", "5"),
    (int | None, None, None, None),
    (Literal["a", "b"], "b", "b", "b"),
    (Color, "red", Color.RED, "red"),
    (Size, 2, Size.LARGE, 2),
    (Address, {"city": "Oslo"}, Address(city="Oslo"), {"city": "Oslo", "zip": None}),
    (Point, {"x": 1}, Point(1, 0), {"x": 1, "y": 0}),
    (Options, {"dark": True}, {"dark": True}, {"dark": True}),
    (Cat | Dog, {"kind": "dog", "name": "Rex"}, Dog(kind="dog", name="Rex"), {"kind": "dog", "name": "Rex"}),
    (Tree, {"children": [{}]}, Tree(children=[Tree()]), {"children": [{"children": []}]}),
    (list[Address], [{"city": "Oslo", "zip": "1"}], [Address(city="Oslo", zip="1")], [{"city": "Oslo", "zip": "1"}]),
]


@pytest.mark.parametrize(("annotation", "sent", "value", "returned"), VALUES)
def test_a_value_arrives_as_pythons_own_and_returns(annotation: Any, sent: object, value: object, returned: object):
    seen: list[object] = []
    caller = echo(annotation, seen)
    assert caller.result("echo", value=sent) == returned
    # Beside a call that is refused, the arguments go another way.
    calls: list[dict[str, object]] = [{"fn": "echo", "args": args} for args in ({"other": sent}, {"value": sent})]
    replies = caller.post(calls).json()
    assert replies[0]["status"] == 422
    assert replies[1]["result"] == returned
    assert seen == [value, value]
    assert {type(held) for held in seen} == {type(value)}


@pytest.mark.parametrize(
    ("annotation", "sent", "code"),
    [
        (int, 1.0, "type"),
        (int, True, "type"),
        (int, "1", "type"),
        (int, 2**53, "integer_range"),
        (bool, 1, "type"),
        (str, 1, "type"),
        (BigInt, 5, "type"),
        (BigInt, "1e3", "type"),
        (datetime.datetime, "2024-02-29T12:00:00", "format"),
        (NaiveDatetime, "2024-02-29T12:00:00Z", "format"),
        (datetime.date, "2024-02-30", "format"),
        (uuid.UUID, "aaaaaaaabbbb4ccc8dddeeeeeeeeeeee", "format"),
        (decimal.Decimal, "1e3", "format"),
        (decimal.Decimal, 1.5, "type"),
        (Annotated[decimal.Decimal, Field(ge=0)], "-1", "custom"),
        (bytes, "YQ==", "format"),
        (set[str], ["a", "a"], "unique"),
        (tuple[int, str], [1], "min_length"),
        (Color, "green", "enum"),
        (Address, {"city": "Oslo", "street": "x"}, "unknown"),
        (Address, {}, "missing"),
        (Cat | Dog, {"kind": "cow"}, "enum"),
        (float, None, "type"),
    ],
)
def test_what_is_no_such_value_is_refused_before_the_function_runs(annotation: Any, sent: object, code: str):
    seen: list[object] = []
    error = echo(annotation, seen).error("echo", value=sent)
    assert error["status"] == 422
    assert [detail["code"] for detail in error["details"]] == [code]
    assert seen == []


def test_a_decimal_in_exponent_form_returns_as_digits():
    @client
    async def large() -> list[decimal.Decimal]:
        return [decimal.Decimal("1E+3"), decimal.Decimal("1E-7"), decimal.Decimal("-0.00")]

    assert mount(large).result("large") == ["1000", "0.0000001", "-0.00"]


def test_nothing_is_returned_as_null():
    @client
    def nothing() -> None:
        return None

    assert mount(nothing).result("nothing") is None


@client
async def successor(number: BigInt) -> BigInt:
    return number + 1


@client
async def lengths(spans: list[datetime.timedelta], most: datetime.timedelta) -> int:
    return len(spans)


@pytest.mark.parametrize("count", [640, 641, 4300, 4301, 5000, 20001])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_bigint_has_as_many_digits_as_it_needs(sign: str, count: int):
    digits = "1234567" * (count // 7 + 1)
    digits = digits[: count - 1] + "0"
    expected = f"{digits[:-1]}1" if not sign else f"-{digits[:-2]}{int(digits[-2]) - 1}9"
    assert mount(successor).result("successor", number=sign + digits) == expected


def test_what_python_cannot_hold_is_told_where_it_is_and_in_fixed_words():
    error = mount(lengths).error("lengths", spans=["PT1S", "-P999999999DT23H", "P1D"], most="-P999999999DT0.5S")
    assert error["status"] == 422
    assert error["details"] == [
        {"code": "custom", "message": "is beyond what the server can hold", "path": ["args", "most"]},
        {"code": "custom", "message": "is beyond what the server can hold", "path": ["args", "spans", 1]},
    ]


def _even(number: int) -> int:
    if number % 2:
        message = "must be even"
        raise ValueError(message)
    return number


EVEN = Annotated[int, AfterValidator(_even)]


@client
async def evens(numbers: list[EVEN], last: EVEN = 0) -> int:
    return len(numbers) + last


def test_what_validators_find_is_collected_as_far_as_it_is_told():
    """LIM-10."""
    details = mount(evens).error("evens", numbers=[1] * 1000, last=1)["details"]
    assert [detail["path"] for detail in details] == [["args", "numbers", index] for index in range(100)]
    assert len(mount(evens).error("evens", numbers=[1] * 99, last=1)["details"]) == 100

    adapter: TypeAdapter[Any] = TypeAdapter(list[EVEN])
    converters = [Converter("numbers", adapter), Converter("last", adapter)]
    with pytest.raises(Invalid) as caught:
        convert(converters, {"numbers": [1] * 1000, "last": [1]})
    assert len(caught.value.fields) == 100

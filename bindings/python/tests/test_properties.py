"""What holds for every value on its way through the extension: in as JSON, as Python's own, and out again."""

import datetime
import decimal
import enum
import json
import re
import uuid
from collections.abc import Callable
from typing import Annotated, Any, cast

import http_sf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, NaiveDatetime

from caller import Caller, mount
from mizan import BigInt, Key, ReactContext, client

# The same examples in every run: a failure is never a matter of luck.
settings.register_profile("mizan", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("mizan")

SAFE = 2**53 - 1


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Item(BaseModel):
    item_id: Annotated[int, Key()]
    price: decimal.Decimal
    at: datetime.datetime | None = None
    tags: set[str] = set()


class Order(BaseModel):
    items: list[Item]
    note: str = ""
    by_day: dict[str, tuple[datetime.date, float]] = {}


def safe_floats() -> st.SearchStrategy[float]:
    return st.floats(allow_nan=False, allow_infinity=False)


def anything() -> st.SearchStrategy[object]:
    """JSON of any kind, but numbers that `any` refuses (VALUE-11)."""
    numbers = safe_floats().filter(lambda value: not value.is_integer() or abs(value) <= SAFE)
    numbers = numbers.filter(lambda value: len(repr(value)) <= 32)
    leaf = st.none() | st.booleans() | st.integers(-SAFE, SAFE) | numbers | st.text()
    return st.recursive(leaf, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


UTC_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes)))
# A day of room, so that no offset leads out of the years that there are.
DATETIMES = st.datetimes(datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30), timezones=UTC_OFFSETS)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)
ITEMS = st.builds(
    Item,
    item_id=st.integers(-SAFE, SAFE),
    price=DECIMALS,
    at=st.none() | DATETIMES,
    tags=st.sets(st.text(max_size=5), max_size=3),
)
TYPES: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "bigint": (BigInt, st.integers()),
    "boolean": (bool, st.booleans()),
    "bytes": (bytes, st.binary()),
    "color": (Color, st.sampled_from(Color)),
    "date": (datetime.date, st.dates()),
    "datetime": (datetime.datetime, DATETIMES),
    "decimal": (decimal.Decimal, DECIMALS),
    "duration": (datetime.timedelta, st.timedeltas()),
    "float": (float, safe_floats()),
    "integer": (int, st.integers(-SAFE, SAFE)),
    "nested": (dict[str, list[int | None]], st.dictionaries(st.text(), st.lists(st.none() | st.integers(-9, 9)))),
    "naive": (NaiveDatetime, st.datetimes()),
    "order": (
        Order,
        st.builds(
            Order,
            items=st.lists(ITEMS, max_size=3),
            note=st.text(),
            by_day=st.dictionaries(st.text(), st.tuples(st.dates(), safe_floats()), max_size=2),
        ),
    ),
    "text": (str, st.text()),
    "time": (datetime.time, st.times()),
    "uuid": (uuid.UUID, st.uuids()),
}

held: dict[str, Any] = {}
"""What a function gives next, and what one was given last."""


def giver(name: str, annotation: Any) -> Callable[..., Any]:
    async def give() -> Any:
        return held["given"]

    give.__annotations__["return"] = annotation
    return client(name=f"give_{name}")(give)


def taker(name: str, annotation: Any) -> Callable[..., Any]:
    async def take(value: Any) -> Any:
        held["taken"] = value
        return value

    take.__annotations__.update({"value": annotation, "return": annotation})
    return client(name=f"take_{name}")(take)


TYPED = [make(name, annotation) for name, (annotation, _) in TYPES.items() for make in (giver, taker)]
TYPED.append(taker("anything", Any))


@pytest.fixture(scope="module")
def caller() -> Caller:
    return mount(*TYPED)


def spelled(value: object) -> object:
    """Tells apart what Python takes for equal: `True` and 1."""
    if isinstance(value, list):
        return [spelled(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        return {key: spelled(item) for key, item in cast("dict[str, object]", value).items()}
    return (isinstance(value, bool), value)


@given(anything())
def test_anything_comes_as_json_means_it_and_goes_back_equal(caller: Caller, value: object):
    result = caller.result("take_anything", value=value)
    assert spelled(held["taken"]) == spelled(value)
    assert spelled(result) == spelled(value)


@pytest.mark.parametrize("name", TYPES)
def test_what_one_function_gives_another_takes_as_an_equal_value(caller: Caller, name: str):
    _, values = TYPES[name]

    @given(values)
    def check(value: Any) -> None:
        held["given"] = value
        given_as = caller.result(f"give_{name}")
        assert caller.result(f"take_{name}", value=given_as) == given_as
        assert held["taken"] == value
        assert type(held["taken"]) is type(value)

    check()


@pytest.mark.parametrize("name", TYPES)
def test_any_json_is_taken_or_refused_with_its_place(caller: Caller, name: str):
    formatted = st.sampled_from(
        ["2024-02-30", "P1D", "1e5", "-0", "24:00:00", "0" * 36, "x@y", "==", "0001-01-01T00:00:00+14:00"]
    )

    @given(anything() | formatted)
    def check(value: object) -> None:
        reply = caller.call(f"take_{name}", value=value)
        if reply.status_code == 200:
            result = reply.json()["result"]
            assert caller.result(f"take_{name}", value=result) == result
            return
        assert reply.status_code == 422, reply.text
        details = reply.json()["error"]["details"]
        assert details
        assert all(detail["path"][:2] == ["args", "value"] for detail in details)

    check()


PAGE = ReactContext("page")


@client(context=PAGE)
async def page(text: str, number: int, flag: bool, ratio: float, tags: list[str]) -> int:
    return 1


@client(affects=PAGE)
async def change(text: str, number: int, flag: bool, ratio: float, tags: list[str]) -> int:
    return 1


@pytest.fixture(scope="module")
def changer() -> Caller:
    return mount(page, change)


class Token(str):
    """A number as it is spelled."""

    __slots__ = ()


def in_header(param: object) -> object:
    """What any reader of the header has for a param of the body (HDR-2)."""
    if isinstance(param, Token):
        return int(param) if re.fullmatch("-?[0-9]{1,15}", param) else str(param)
    if isinstance(param, list):
        return json.dumps(param, ensure_ascii=False, separators=(",", ":"))
    return param


@given(
    st.text() | st.text('%"\\\\;,= é\r\n'),
    st.integers(-SAFE, SAFE),
    st.booleans(),
    safe_floats(),
    st.lists(st.text(max_size=5), max_size=3),
)
def test_the_header_says_what_the_body_says(
    changer: Caller, text: str, number: int, flag: bool, ratio: float, tags: list[str]
):
    reply = changer.call("change", text=text, number=number, flag=flag, ratio=ratio, tags=tags)
    (target,) = json.loads(reply.text, parse_float=Token, parse_int=Token)["invalidate"]
    members: Any = http_sf.parse(reply.headers["x-mizan-invalidate"].encode("ascii"), tltype="list")
    ((name, params),) = members
    assert name == target["context"]
    # A display string is text too.
    found = {key: str(value) if isinstance(value, str) else value for key, value in params.items()}
    assert spelled(found) == spelled({key: in_header(value) for key, value in target["params"].items()})
    assert float(target["params"]["ratio"]) == ratio

"""Both ways of a result to text, Pydantic's and the direct one: what they take, and that they write the same bytes."""

import dataclasses
import datetime
import decimal
import enum
import functools
import json
import math
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Literal, NotRequired, cast

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    PlainSerializer,
    RootModel,
    SerializeAsAny,
    computed_field,
    field_serializer,
    model_serializer,
    model_validator,
)
from typing_extensions import TypedDict

from mizan import BigInt, client
from mizan._core import Checked, Refused, Schema
from mizan._encoding import encoder_of
from mizan._schema import adapter_of, output_schema
from mizan.fastapi import Mizan

settings.register_profile("mizan", derandomize=True, deadline=None, database=None, max_examples=60)
settings.load_profile("mizan")

SAFE = 2**53 - 1


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Point(BaseModel):
    y: int = Field(ge=-1000, le=1000)
    x: float
    label: str | None = None
    tags: list[str] = []

    @functools.cached_property
    def norm(self) -> float:
        return math.hypot(self.x, self.y)


class Nested(BaseModel):
    points: list[Point]
    first: Point | None
    by_name: dict[str, Point]
    pair: tuple[int, str]
    row: tuple[float, ...]
    wire_name: str = Field(serialization_alias="wireName")

    @model_validator(mode="after")
    def _checked(self) -> "Nested":
        return self


@dataclasses.dataclass(slots=True)
class Slotted:
    number: int
    text: str
    color: Color
    size: Size = Size.SMALL


@dataclasses.dataclass
class Loose:
    slotted: Slotted
    ratio: float = 0.5


class Typed(TypedDict):
    name: Annotated[str, Field(min_length=1, max_length=3)]
    count: NotRequired[int]


class Tree(BaseModel):
    value: int
    children: list["Tree"] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: str


TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text('"\\\x00\x1f\x7f\u2028éß€\ufffd\U0001f600\U0010ffff')
INTEGER = st.integers(-SAFE, SAFE) | st.sampled_from([0, -1, SAFE, -SAFE, 10**15, -(10**15)])
EDGES = [
    0.0,
    -0.0,
    1e15,
    1e16,
    1e20,
    1e21,
    1e-6,
    1e-7,
    5e-324,
    1.7976931348623157e308,
    2.0**53,
    2.0**53 + 2,
    0.1,
    1 / 3,
]
FLOAT = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([*EDGES, *(-edge for edge in EDGES)])

POINT = st.builds(Point, y=st.integers(-1000, 1000), x=FLOAT, label=st.none() | TEXT, tags=st.lists(TEXT, max_size=3))
SLOTTED = st.builds(Slotted, INTEGER, TEXT, st.sampled_from(Color), st.sampled_from(Size))
ZONES = st.none() | st.integers(-14 * 60, 14 * 60).map(
    lambda minutes: datetime.timezone(datetime.timedelta(minutes=minutes))
)

PLAIN: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "null": (None, st.none()),
    "boolean": (bool, st.booleans()),
    "integer": (int, INTEGER),
    "number": (float, FLOAT),
    "text": (str, TEXT),
    "date": (datetime.date, st.dates()),
    "date_time": (datetime.datetime, st.datetimes(timezones=ZONES)),
    "uuid": (uuid.UUID, st.uuids()),
    "decimal": (decimal.Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    "enum": (Color, st.sampled_from(Color)),
    "number_enum": (list[Size], st.lists(st.sampled_from(Size))),
    "literal": (Literal["a", 1, True, None], st.sampled_from(["a", 1, True, None])),
    "nullable": (list[int | None], st.lists(st.none() | INTEGER)),
    "lists": (list[list[str]], st.lists(st.lists(TEXT, max_size=3), max_size=3)),
    "bounded_list": (Annotated[list[int], Field(min_length=1, max_length=2)], st.lists(INTEGER, max_size=3)),
    "bounded": (Annotated[int, Field(ge=3, le=9, multiple_of=3)], st.integers(0, 12)),
    "ratio": (Annotated[float, Field(gt=0, lt=1)], st.floats(-0.5, 1.5)),
    "worded": (Annotated[str, Field(pattern="^a+$", max_length=3)], st.text("ab", max_size=5)),
    "map": (dict[str, float], st.dictionaries(TEXT, FLOAT)),
    "tuple": (tuple[int, str], st.tuples(INTEGER, TEXT)),
    "sequence": (tuple[int, ...], st.lists(INTEGER).map(tuple)),
    "model": (Point, POINT),
    "nested": (
        Nested,
        st.builds(
            Nested,
            points=st.lists(POINT, max_size=2),
            first=st.none() | POINT,
            by_name=st.dictionaries(TEXT, POINT, max_size=2),
            pair=st.tuples(INTEGER, TEXT),
            row=st.lists(FLOAT, max_size=3).map(tuple),
            wire_name=TEXT,
        ),
    ),
    "slotted": (Slotted, SLOTTED),
    "loose": (Loose, st.builds(Loose, SLOTTED, FLOAT)),
    "typed": (
        Typed,
        st.fixed_dictionaries({"name": st.text(max_size=4)}, optional={"count": INTEGER, "other": INTEGER}),
    ),
    "tree": (
        Tree,
        st.recursive(
            st.builds(Tree, value=INTEGER),
            lambda inner: st.builds(Tree, value=INTEGER, children=st.lists(inner, max_size=3)),
            max_leaves=8,
        ),
    ),
    "kinds": (list[int | str | bool], st.lists(INTEGER | TEXT | st.booleans())),
    "either": (
        list[Annotated[Cat | Dog, Field(discriminator="kind")]],
        st.lists(st.builds(Cat, lives=INTEGER) | st.builds(Dog, name=TEXT), max_size=3),
    ),
    "validated": (Annotated[int, AfterValidator(lambda value: cast("int", value))], INTEGER),
}


def served(annotation: object) -> Any:
    """The encoder of a function with that result."""

    def give() -> object: ...

    give.__annotations__["return"] = annotation
    (function,) = Mizan(FastAPI(), functions=[client(give)]).functions
    return cast("Any", function.encode).__self__


def by_pydantic(annotation: object) -> Callable[[object], bytes | None]:
    """Pydantic's text after the core has checked it; None where it does not fit."""
    schema, adapter = output_schema(annotation)
    core, encode = Schema(json.dumps(schema).encode(), "output"), encoder_of(adapter)

    def text(value: object) -> bytes | None:
        try:
            return core.read(encode(value))
        except Refused:
            return None

    return text


@pytest.mark.parametrize("name", PLAIN)
def test_both_ways_write_the_same_bytes(name: str):
    annotation, values = PLAIN[name]
    encoder, expected = served(annotation), by_pydantic(annotation)
    assert encoder.is_plain
    direct = 0

    @given(values)
    def check(value: object) -> None:
        nonlocal direct
        found = encoder.encode(value)
        if isinstance(found, Checked):
            direct += 1
            assert found.text() == expected(value)
        else:
            # Only what does not fit goes the long way, and naive times, which have another format.
            assert expected(value) is None or (name == "typed" and "other" in cast("Typed", value)), value

    check()
    assert direct


class Sub(str):
    __slots__ = ()


class Number(int):
    pass


class Wider(Point):
    more: str = "s"


ODD: list[tuple[Any, object]] = [
    (str, Sub("a")),
    (str, "\ud800"),
    (str, 5),
    (int, Number(5)),
    (int, True),
    (int, 5.0),
    (int, 2**53),
    (int, -(2**53)),
    (int, 2**200),
    (float, math.nan),
    (float, math.inf),
    (float, -math.inf),
    (float, "1"),
    (bool, 1),
    (None, 0),
    (Color, "red"),
    (Color, Size.SMALL),
    (Literal["a"], "b"),
    (Literal[1], True),
    (list[int], (1, 2)),
    (list[int], [1, "2"]),
    (tuple[int, str], (1, "a", 2)),
    (tuple[int, str], [1, "a"]),
    (dict[str, int], {1: 2}),
    (dict[str, int], {Sub("a"): 2}),
    (Point, {"x": 1.0, "y": 1}),
    (Point, Wider(x=1.0, y=1)),
    (Point, Point.model_construct(x=1.0)),
    (Point, Point.model_construct(x=1.0, y=2000)),
    (Point, Point.model_construct(x=1.0, y=1, tags=[5])),
    (Slotted, {"number": 1}),
    (Typed, {}),
    (Typed, {"name": "abcd"}),
    (Typed, {"name": "a", "other": 1}),
    (Annotated[list[int], Field(json_schema_extra={"uniqueItems": True})], [1, 1]),
    (datetime.date, datetime.datetime(2024, 1, 1)),
    (datetime.datetime, datetime.datetime(2024, 1, 1)),
    (decimal.Decimal, decimal.Decimal("NaN")),
    (list[Annotated[Cat | Dog, Field(discriminator="kind")]], [Cat.model_construct(kind="dog", lives=1)]),
]


@pytest.mark.parametrize(("annotation", "value"), ODD)
def test_what_is_not_just_as_declared_goes_the_long_way(annotation: Any, value: object):
    encoder = served(annotation)
    assert encoder.is_plain
    general = encoder_of(adapter_of(annotation))
    try:
        expected = general(value)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the same
        with pytest.raises(type(error)):
            encoder.encode(value)
    else:
        assert encoder.encode(value) == expected


def test_lists_may_stand_64_deep():
    def nested(depth: int) -> Tree:
        tree = Tree(value=0)
        for _ in range(depth):
            tree = Tree(value=0, children=[tree])
        return tree

    encoder, expected = served(Tree), by_pydantic(Tree)
    # An object and a list at each level, and the last one's empty list.
    assert encoder.encode(nested(31)).text() == expected(nested(31))
    assert isinstance(encoder.encode(nested(32)), bytes)
    assert expected(nested(32)) is None


@dataclasses.dataclass(slots=True)
class Base:
    number: int


@dataclasses.dataclass(slots=True)
class Derived(Base):
    label: str


@dataclasses.dataclass(slots=True)
class Shouting:
    label: str

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        return found.upper() if name == "label" else found


@dataclasses.dataclass(slots=True)
class Filled:
    label: str

    def __getattr__(self, name: str) -> str:
        return f"no {name}"


@dataclasses.dataclass(slots=True)
class Doubled:
    number: int


def doubled() -> type[Doubled]:
    """A property is where the slot was, before anybody looks."""
    slot: Any = Doubled.number
    Doubled.number = property(lambda self: 2 * slot.__get__(self), slot.__set__)  # type: ignore[assignment]
    return Doubled


def test_fields_in_slots_are_read_as_attributes_are():
    assert served(Derived).encode(Derived(1, "a")).text() == b'{"label":"a","number":1}'
    assert served(Shouting).encode(Shouting("a")).text() == b'{"label":"A"}'
    unset = Filled.__new__(Filled)
    encoded = served(Filled).encode(unset)
    assert encoded == encoder_of(adapter_of(Filled))(unset)
    double = doubled()
    assert served(double).encode(double(1)).text() == b'{"number":2}'


class Doctored(BaseModel):
    label: str

    def __getattribute__(self, name: str) -> Any:
        return {"label": "other"} if name == "__dict__" else super().__getattribute__(name)


def test_the_members_of_models_are_found_as_pydantic_finds_them():
    value = Doctored(label="a")
    assert served(Doctored).encode(value).text() == by_pydantic(Doctored)(value) == b'{"label":"other"}'


def test_what_is_no_field_is_not_printed():
    point = Point(x=3.0, y=4)
    assert point.norm == 5
    assert "norm" in vars(point)
    assert served(Point).encode(point).text() == by_pydantic(Point)(point) == b'{"label":null,"tags":[],"x":3,"y":4}'


class Serialized(BaseModel):
    number: int

    @field_serializer("number")
    def _shout(self, number: int) -> str:
        return f"{number}!"


class Whole(BaseModel):
    number: int

    @model_serializer
    def _all(self) -> dict[str, int]:
        return {"number": self.number + 1}


class Computed(BaseModel):
    number: int

    @computed_field
    @property
    def double(self) -> int:
        return self.number * 2


class Excluding(BaseModel):
    number: int
    hidden: str = Field(default="s", exclude=True)


class Sometimes(BaseModel):
    number: int = Field(exclude_if=lambda value: value == 0)


class Root(RootModel[list[int]]):
    pass


class Duck(BaseModel):
    inner: SerializeAsAny[Point]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Serialized, Serialized(number=1)),
        (list[Serialized], [Serialized(number=1)]),
        (Whole, Whole(number=1)),
        (Computed, Computed(number=1)),
        (Excluding, Excluding(number=1)),
        (Sometimes, Sometimes(number=1)),
        (Root, Root([1])),
        (Duck, Duck(inner=Wider(x=1.0, y=1))),
        (Annotated[int, PlainSerializer(lambda value: cast("int", value) + 1)], 1),
        (BigInt, 2**70),
        (set[int], {1}),
        (Any, 1),
        (bytes, b"a"),
        (datetime.timedelta, datetime.timedelta(1)),
        (dict[int, int], {1: 2}),
    ],
)
def test_types_that_print_themselves_are_left_to_pydantic(annotation: Any, value: object):
    encoder = served(annotation)
    assert not encoder.is_plain
    assert encoder.encode(value) == encoder_of(adapter_of(annotation))(value)

"""The registration document, and what is refused when all annotations are known."""

import datetime
import decimal
import enum
import json
import uuid
from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any, Literal

import pytest
from pydantic import AwareDatetime, BaseModel, Field, NaiveDatetime
from typing_extensions import TypedDict, deprecated

import mizan
from mizan import BigInt, Key, ReactContext, RegistrationError, client
from mizan._native import Application
from mizan._registration import Framework, Registration, collect, register


class NoFramework:
    request_types: tuple[type, ...] = ()
    response_types: tuple[type, ...] = ()

    def injects(self, annotation: object, default: object) -> bool:
        return False


FRAMEWORK: Framework = NoFramework()


def registered(*functions: Callable[..., object]) -> Registration:
    return register(functions, FRAMEWORK, base="/api/mizan", expose_ir=False)


def entry_of(function: Callable[..., object]) -> dict[str, Any]:
    (entry,) = json.loads(registered(function).document)["functions"]
    return entry


def refusal_of(*functions: Callable[..., object]) -> str:
    with pytest.raises(RegistrationError) as refused:
        registered(*functions)
    return str(refused.value)


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Point(TypedDict):
    x: int


class Order(BaseModel):
    """An order."""

    order_id: Annotated[int, Key()]
    total: decimal.Decimal = decimal.Decimal("1.50")


def schema_of(annotation: Any) -> Any:
    def returns() -> None: ...

    returns.__annotations__["return"] = annotation
    return entry_of(client(returns))["output"]


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        (decimal.Decimal, {"type": "string", "format": "decimal"}),
        (Annotated[decimal.Decimal, Field(ge=0, max_digits=5)], {"type": "string", "format": "decimal"}),
        (bytes, {"type": "string", "format": "bytes"}),
        (datetime.datetime, {"type": "string", "format": "date-time"}),
        (AwareDatetime, {"type": "string", "format": "date-time"}),
        (NaiveDatetime, {"type": "string", "format": "local-date-time"}),
        (datetime.date, {"type": "string", "format": "date"}),
        (datetime.time, {"type": "string", "format": "time"}),
        (datetime.timedelta, {"type": "string", "format": "duration"}),
        (uuid.UUID, {"type": "string", "format": "uuid"}),
        (BigInt, {"type": "string", "format": "bigint"}),
        (set[int], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}),
        (None, {"type": "null"}),
        (Color, {"type": "string", "enum": ["red", "blue"], "title": "Color", "x-mizan-name": "Color"}),
        (
            Order,
            {
                "type": "object",
                "title": "Order",
                "description": "An order.",
                "properties": {
                    "order_id": {"type": "integer", "title": "Order Id", "x-mizan-key": True},
                    "total": {"type": "string", "format": "decimal", "default": "1.50", "title": "Total"},
                },
                "required": ["order_id"],
                "x-mizan-name": "Order",
            },
        ),
        (
            Annotated[Point, "note"],
            {
                "type": "object",
                "title": "Point",
                "properties": {"x": {"type": "integer", "title": "X"}},
                "required": ["x"],
                "x-mizan-name": "Point",
            },
        ),
    ],
)
def test_types_are_described_in_the_protocols_terms(annotation: Any, schema: object):
    assert schema_of(annotation) == schema


def test_arguments_are_one_object_with_defaults():
    @client
    def order(
        customer_id: int,
        note: Annotated[str, Field(max_length=5)] = "",
        until: datetime.date | None = None,
        blob: bytes = b"\xff",
        color: Color = Color.BLUE,
        copy: Annotated[int, Field(ge=1)] = 1,
    ) -> int:
        return 1

    schema = entry_of(order)["input"]
    assert schema["required"] == ["customer_id"]
    assert {name: field.get("default", "none") for name, field in schema["properties"].items()} == {
        "customer_id": "none",
        "note": "",
        "until": None,
        "blob": "_w",
        "color": "blue",
        "copy": 1,
    }


def test_the_entry_says_what_the_decorator_was_told():
    user = ReactContext("user", identity=True)

    @client(context=user, name="items.of", rev=2, cache=60, timeout=0.25, auth="shop.see", websocket=True)
    def items() -> list[int]:
        """What there is.

        In order.
        """
        return []

    def may(request: object, identity: object) -> bool:
        return True

    @client(affects=[user, items], merge=user, auth=may, route="/x", private=True, cache=True)
    def change() -> int:
        return 1

    registration = registered(items, change)
    document = json.loads(registration.document)
    first, second = document["functions"]
    assert document["contexts"] == [{"name": "user", "public": False, "identity": True}]
    assert first["context"] == "user"
    assert first["doc"] == "What there is.\n\nIn order."
    assert (first["rev"], first["cache"], first["timeout_ms"]) == (2, 60, 250)
    assert first["auth"] == {"permissions": ["shop.see"]}
    assert first["websocket"] is True
    assert first["source"]["line"] == items.__code__.co_firstlineno
    assert second["affects"] == [{"context": "user"}, {"context": "user", "function": "items.of"}]
    assert second["merge"] == [{"context": "user"}]
    assert second["auth"] == {"guard": "may"}
    assert second["route"] == {"path": "/x", "methods": ["GET"]}
    assert second["private"] is True
    # Said aloud, so that its bundle may be kept although it reads the request (STORE-3).
    assert second["cache"] is True
    assert registration.guards == {"may": may}


def test_declared_errors_carry_their_data():
    class NameTaken(mizan.Error):
        status = 409
        taken_by: int

    class Gone(mizan.Error):
        pass

    @client(errors=[NameTaken, Gone])
    def rename() -> int:
        return 1

    assert entry_of(rename)["errors"] == [
        {
            "code": "NAME_TAKEN",
            "status": 409,
            "data": {
                "type": "object",
                "properties": {"taken_by": {"type": "integer", "title": "Taken By"}},
                "required": ["taken_by"],
            },
        },
        {"code": "GONE", "status": 400},
    ]


def test_a_deprecated_function_says_so():
    @deprecated("use other")
    @client
    def old() -> int:
        return 1

    assert entry_of(old)["deprecated"] == "use other"  # pyright: ignore[reportDeprecated]


def test_a_recursive_result_is_described():
    class Node(BaseModel):
        children: list["Node"] = []

    assert schema_of(Node)["$ref"] == "#/$defs/Node"


def test_names_of_types_under_type_checking_are_explained():
    def hidden(value: "Nowhere") -> int:  # noqa: F821 # pyright: ignore
        return 1

    text = refusal_of(client(hidden))  # pyright: ignore
    assert "hidden: its annotations name 'Nowhere', which test_registration does not define" in text
    assert "help: import or define it at the top of the module" in text


def test_an_object_says_which_is_meant_of_a_context_and_a_function_of_one_name():
    page = ReactContext("page")

    @client(context=page, name="page")
    def shown(number: int) -> int:
        return number

    @client(affects=page)
    def whole(number: int) -> None: ...

    @client(affects=shown)
    def one(number: int) -> None: ...

    @client(affects="page")
    def either(number: int) -> None: ...

    Application(registered(shown, whole, one).document)
    with pytest.raises(ValueError, match=r'either: affects "page" is ambiguous.*\n  help: name the context object'):
        Application(registered(shown, either).document)


def test_every_problem_is_told_at_once():
    class Opaque: ...

    @client
    def first(value: Opaque) -> int:
        return 1

    @client
    def second() -> Opaque:
        return Opaque()

    text = refusal_of(first, second)
    assert "first: its arguments have no schema" in text
    assert "second: its result has no schema" in text
    assert text.count("\n  help: ") == 2


def test_defaults_that_are_no_values_are_refused():
    @client
    def infinite(value: float = float("inf")) -> int:
        return 1

    @client
    def factory(value: Annotated[float, Field(default_factory=lambda: 1.0)]) -> int:
        return 1

    @client
    def opaque(value: Any = object()) -> int:  # noqa: B008
        return 1

    assert "infinite: the default of the argument 'value' is NaN or infinite" in refusal_of(infinite)
    assert "factory: the default of the argument 'value' is made anew at each call" in refusal_of(factory)
    assert "opaque: its arguments have no schema: its default <object object" in refusal_of(opaque)


def test_an_argument_has_no_alias():
    @client
    def aliased(value: Annotated[int, Field(alias="Value")]) -> int:
        return value

    assert "aliased: the argument 'value' has an alias" in refusal_of(aliased)


def test_one_context_is_declared_once():
    @client(context=ReactContext("user"))
    def one() -> int:
        return 1

    @client(context=ReactContext("user", public=True))
    def two() -> int:
        return 1

    @client(context="user")
    def three() -> int:
        return 1

    assert "two: the context 'user' is declared twice, with other options" in refusal_of(one, two)
    assert registered(two, three).functions.keys() == {"two", "three"}


def test_two_guards_of_one_name_are_refused():
    def guard_of(answer: bool) -> Callable[..., object]:
        def may(request: object, identity: object) -> bool:
            return answer

        return may

    @client(auth=guard_of(True))
    def one() -> int:
        return 1

    @client(auth=guard_of(False))
    def two() -> int:
        return 1

    assert "two: another guard is called 'may' too" in refusal_of(one, two)


def test_affects_params_asks_for_arguments_that_exist():
    def narrow(result: int, nobody: int) -> dict[str, object]:
        return {}

    @client(affects="user", affects_params=narrow)
    def change(user_id: int) -> int:
        return 1

    assert "change: affects_params asks for 'nobody', which is no argument of the function" in refusal_of(change)


def test_modules_are_searched_and_nothing_is_listed_twice():
    @client
    def one() -> int:
        return 1

    module = ModuleType("clients")
    vars(module).update(one=one, again=one, other=int)
    assert collect([one], [module]) == [one]
    with pytest.raises(RegistrationError, match="the module 'json' holds no function with @client"):
        collect([], ["json"])
    with pytest.raises(RegistrationError, match="has no @client"):
        collect([len], [])


def converted(annotation: Any) -> bool:
    def takes(value: object) -> int:
        return 1

    takes.__annotations__["value"] = annotation
    return bool(registered(client(takes)).functions["takes"].converters)


@pytest.mark.parametrize(
    "annotation",
    [
        int,
        Annotated[int, Field(ge=1, le=5, multiple_of=2)],
        float | None,
        Annotated[str, Field(min_length=1, pattern="^a")],
        bool,
        Literal["a", 1],
        datetime.datetime,
        NaiveDatetime,
        datetime.timedelta,
        decimal.Decimal,
        uuid.UUID,
        bytes,
        BigInt,
        Any,
        list[int],
        Annotated[list[str], Field(max_length=3)],
        dict[str, list[int | str]],
        tuple[int, datetime.date],
    ],
)
def test_plain_values_need_no_second_validator(annotation: Any):
    assert not converted(annotation)


@pytest.mark.parametrize(
    "annotation",
    [
        Order,
        Point,
        Color,
        Literal[Color.RED],
        set[int],
        list[Order],
        Order | None,
        dict[str, Color],
        tuple[int, ...],
        Annotated[str, Field(pattern="a"), Field(strict=False)] | Color,
        Annotated[decimal.Decimal, Field(ge=0)],
        Annotated[datetime.timedelta, Field(gt=datetime.timedelta(0))],
        Annotated[BigInt, Field(ge=0)],
    ],
)
def test_what_the_core_cannot_make_or_check_goes_through_pydantic(annotation: Any):
    assert converted(annotation)

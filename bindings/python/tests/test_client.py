"""`@client`: what it keeps, what it leaves alone, and what it refuses, with the place and the fix."""

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import mizan
from mizan import ReactContext, RegistrationError, client
from mizan._client import definition_of

HERE = Path(__file__).relative_to(Path.cwd()).as_posix() if Path(__file__).is_relative_to(Path.cwd()) else __file__


def test_a_decorated_function_is_the_function_itself():
    def double(number: int) -> int:
        """Twice."""
        return 2 * number

    assert client(double) is double
    assert client(private=True)(double) is double
    assert double(4) == 8


def test_an_async_function_can_be_awaited_as_ever():
    @client
    async def double(number: int) -> int:
        return 2 * number

    assert asyncio.run(double(4)) == 8


def test_every_option_is_kept():
    user = ReactContext("user")

    class Full(mizan.Error):
        pass

    def affected(result: int) -> dict[str, object]:
        return {"user_id": result}

    @client(
        affects=[user, "shop"],
        affects_params=affected,
        merge="orders",
        auth=["shop.a", "shop.b"],
        websocket=True,
        private=True,
        route="/orders/:id",
        methods=["GET", "POST"],
        rev=3,
        cache=False,
        errors=[Full],
        timeout=2.5,
        name="shop.order",
    )
    def order() -> int:
        return 1

    definition = definition_of(order)
    assert definition is not None
    assert definition.name == "shop.order"
    assert definition.affects == (user, "shop")
    assert definition.affects_params is affected
    assert definition.merge == ("orders",)
    assert definition.auth == ["shop.a", "shop.b"]
    assert definition.websocket
    assert definition.private
    assert definition.route == "/orders/:id"
    assert definition.methods == ("GET", "POST")
    assert definition.rev == 3
    assert definition.cache is False
    assert definition.errors == (Full,)
    assert definition.timeout == 2.5
    assert definition.line == inspect.getsourcelines(order)[1]
    assert definition.source == f"{HERE}:{definition.line}"


def no_result(number: int): ...


def no_type(number) -> int: ...  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]


def rest(*numbers: int) -> int: ...


def options(**numbers: int) -> int: ...


def positional(number: int, /) -> int: ...


def camelCase(number: int) -> int: ...  # noqa: N802


def bad_argument(Number: int) -> int: ...  # noqa: N803


def yields(number: int) -> int:  # pyright: ignore
    yield number  # pyright: ignore


def fine(number: int) -> int: ...


REFUSALS: list[tuple[Callable[..., Any], dict[str, Any], str]] = [
    (
        no_result,
        {},
        "no_result: it does not say what it returns\n"
        "  help: annotate the result, as in `-> Profile`, or `-> None` for nothing",
    ),
    (no_type, {}, "no_type: the argument 'number' has no type\n  help: annotate it, as in `number: int`"),
    (
        rest,
        {},
        "rest: *numbers has no names for its values\n  help: declare each argument, or take one list",
    ),
    (
        options,
        {},
        "options: **numbers has no types for its values\n  help: declare each argument, or take one dict",
    ),
    (
        positional,
        {},
        "positional: the argument 'number' is positional-only\n  help: remove the `/`: inputs have names",
    ),
    (
        camelCase,
        {},
        "camelCase: 'camelCase' is no name for a function: lower case letters, digits and _, with dots between parts\n"
        '  help: rename it, or say name="camel_case"',
    ),
    (
        bad_argument,
        {},
        "bad_argument: 'Number' is no name for an argument: lower case letters, digits and _, a letter first\n"
        "  help: rename it",
    ),
    (yields, {}, "yields: it yields, and a function answers once\n  help: return a list"),
    (
        fine,
        {"context": "user", "affects": "shop"},
        "fine: it is a member of the context 'user', which reads, and has affects, which writes\n"
        "  help: make it two functions: one that reads, in the context, and one that writes",
    ),
    (
        fine,
        {"context": ReactContext("User")},
        "fine: 'User' is no name for a context: lower case letters, digits and _\n  help: rename the context",
    ),
    (
        fine,
        {"affects_params": dict},
        "fine: affects_params has nothing to narrow\n  help: say what it affects, or leave affects_params out",
    ),
    (
        fine,
        {"affects": no_result},
        f"fine: affects: {no_result!r} is not a context and not a function with @client\n"
        "  help: name contexts, or functions that are decorated above this one",
    ),
    (
        fine,
        {"methods": ["GET"]},
        'fine: methods belong to a route, and it has none\n  help: say route="/…", or leave methods out',
    ),
    (
        fine,
        {"timeout": 0},
        "fine: a timeout of 0 s\n  help: name the seconds, more than 0; 30 is the default",
    ),
    (
        fine,
        {"auth": "admin"},
        "fine: auth='admin' is neither one of none, authenticated, staff, superuser nor a permission, which has a dot\n"
        '  help: write a permission as "app.name", or pass a callable of (request, identity)',
    ),
    (
        fine,
        {"auth": []},
        'fine: auth is an empty list, which would let nobody or everybody in\n  help: say "authenticated"',
    ),
    (
        fine,
        {"auth": lambda request, identity: True},  # pyright: ignore[reportUnknownLambdaType]
        "fine: the guard has no name of its own\n  help: define it with `def`, in lower case",
    ),
    (
        fine,
        {"errors": [ValueError]},
        "fine: errors: <class 'ValueError'> is not a subclass of mizan.Error\n"
        "  help: derive it from mizan.Error; the protocol's own errors need no declaration",
    ),
]


@pytest.mark.parametrize(("function", "given", "expected"), REFUSALS)
def test_a_bad_declaration_is_refused_with_place_and_fix(
    function: Callable[..., Any], given: dict[str, Any], expected: str
):
    line = inspect.getsourcelines(function)[1]
    with pytest.raises(RegistrationError) as refused:
        client(**given)(function)
    assert str(refused.value) == f"{HERE}:{line}: {expected}"


def test_only_functions_are_decorated():
    with pytest.raises(RegistrationError, match="@client decorates functions"):
        client(dict)


def test_request_needs_no_type_as_the_first_argument_only():
    @client  # pyright: ignore
    def first(request, number: int) -> int:  # pyright: ignore
        return number

    assert definition_of(first) is not None  # pyright: ignore
    with pytest.raises(RegistrationError, match="the argument 'request' has no type"):

        @client  # pyright: ignore
        def second(number: int, request) -> int:  # pyright: ignore
            return number

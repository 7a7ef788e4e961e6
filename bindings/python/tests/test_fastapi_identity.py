"""Who asks: found only where it matters, and what guards make of it."""

from typing import Any

import pytest
from fastapi import HTTPException, Request

import mizan
from caller import mount
from mizan import Identity, ReactContext, client


def by_header(request: Request) -> Identity | None:
    words = request.headers.get("x-user", "").split()
    if not words:
        return None
    return Identity(
        words[0],
        staff="staff" in words,
        superuser="superuser" in words,
        permissions=frozenset(word for word in words if "." in word),
    )


async def by_header_async(request: Request) -> Identity | None:
    return by_header(request)


def is_weekend(request: Request, identity: Identity | None) -> bool:
    return request.headers.get("x-day") == "sunday" and identity is not None and identity.sub == "ada"


async def is_open(request: Request, identity: Identity | None) -> bool:
    if request.headers.get("x-day") == "monday":
        raise HTTPException(503, "closed")
    return True


@client
async def anybody() -> int:
    return 1


@client(auth="authenticated")
async def signed_in() -> int:
    return 1


@client(auth="staff")
def staff() -> int:
    return 1


@client(auth="superuser")
def superuser() -> int:
    return 1


@client(auth="shop.see")
def permission() -> int:
    return 1


@client(auth=["shop.see", "shop.change"])
def permissions() -> int:
    return 1


@client(auth=is_weekend)
def weekend() -> int:
    return 1


@client(auth=is_open)
def opened() -> int:
    return 1


FUNCTIONS = (anybody, signed_in, staff, superuser, permission, permissions, weekend, opened)


@pytest.mark.parametrize("identify", [by_header, by_header_async])
@pytest.mark.parametrize(
    ("function", "user", "day", "status"),
    [
        ("anybody", "", "", 200),
        ("signed_in", "", "", 401),
        ("signed_in", "ada", "", 200),
        ("staff", "ada", "", 403),
        ("staff", "ada staff", "", 200),
        ("staff", "ada superuser", "", 200),
        ("superuser", "ada staff", "", 403),
        ("superuser", "ada superuser", "", 200),
        ("permission", "ada shop.see", "", 200),
        ("permission", "ada shop.change", "", 403),
        ("permissions", "ada shop.see", "", 403),
        ("permissions", "ada shop.see shop.change", "", 200),
        ("weekend", "ada", "sunday", 200),
        ("weekend", "ada", "friday", 403),
        ("weekend", "", "sunday", 401),
        ("opened", "ada", "sunday", 200),
        ("opened", "ada", "monday", 503),
    ],
)
def test_guards_decide(identify: Any, function: str, user: str, day: str, status: int):
    caller = mount(*FUNCTIONS, identify=identify)
    headers = {"content-type": "application/json", "x-user": user, "x-day": day}
    reply = caller.send("POST", "/api/mizan/call/", content=f'{{"fn":"{function}"}}', headers=headers)
    assert reply.status_code == status, reply.text


def test_nobody_is_asked_for_where_it_does_not_matter():
    def never(request: Request) -> None:
        raise AssertionError

    caller = mount(anybody, signed_in, identify=never)
    assert caller.result("anybody") == 1
    assert caller.error("signed_in")["code"] == "INTERNAL"


def test_without_identify_everybody_is_anonymous():
    assert mount(signed_in).error("signed_in")["code"] == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (mizan.Unauthenticated("expired"), "UNAUTHENTICATED"),
        (HTTPException(401, "expired"), "UNAUTHENTICATED"),
        (mizan.Unavailable("no session store"), "UNAVAILABLE"),
        (RuntimeError("boom"), "INTERNAL"),
    ],
)
def test_an_identification_that_raises_is_answered(raised: Exception, code: str):
    async def fails(request: Request) -> None:
        raise raised

    assert mount(signed_in, identify=fails).error("signed_in")["code"] == code


def test_an_identity_of_another_type_is_a_mistake_of_the_app(caplog: pytest.LogCaptureFixture):
    def wrong(request: Request) -> Any:
        return {"sub": "ada"}

    assert mount(signed_in, identify=wrong).error("signed_in")["code"] == "INTERNAL"
    assert caplog.records[0].exc_info is not None
    assert "identify returned dict" in str(caplog.records[0].exc_info[1])


@pytest.mark.parametrize(
    "fields",
    [
        {"sub": 5},
        {"sub": None},
        {"sub": "ada", "staff": 1},
        {"sub": "ada", "superuser": None},
        {"sub": "ada", "permissions": "shop.see"},
        {"sub": "ada", "permissions": [5]},
        {"sub": "ada", "permissions": None},
        {"sub": "ada", "session": 5},
    ],
)
def test_an_identity_of_other_types_is_refused_where_it_is_made(fields: dict[str, Any]):
    name = [*fields][-1]
    with pytest.raises(TypeError, match=f"{name} of an Identity"):
        Identity(**fields)

    def wrong(request: Request) -> Identity:
        return Identity(**fields)

    assert mount(signed_in, identify=wrong).error("signed_in")["code"] == "INTERNAL"


def test_a_guard_that_returns_a_coroutine_unawaited_lets_nobody_in():
    class Sly:
        __name__ = "sly"

        def __call__(self, request: Request, identity: Identity | None) -> object:
            async def no() -> bool:
                return False

            return no()

    @client(auth=Sly())
    async def guarded() -> int:
        return 1

    async def ada(request: Request) -> Identity:
        return Identity("ada")

    assert mount(guarded, identify=ada).error("guarded")["code"] == "FORBIDDEN"


def test_an_identity_context_is_narrowed_to_its_caller():
    mine = ReactContext("mine", identity=True)

    @client(context=mine)
    async def profile() -> int:
        return 1

    @client(affects=mine)
    async def change() -> int:
        return 1

    async def ada(request: Request) -> Identity:
        return Identity("ada")

    reply = mount(profile, change, identify=ada).call("change")
    assert reply.headers["x-mizan-invalidate"] == 'mine;*sub="ada"'

"""Tokens that an application takes: who they name, in which order they are looked at, and what their callers may."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import Request

import mizan
from caller import Caller, mount, posted
from mizan import Identity, ReactContext, RegistrationError, Tokens, client
from mizan.tokens import Keyring

SECRET = "a secret that everybody knows: of these tests"  # noqa: S105
KEYRING = Keyring.from_secret(SECRET)
RIGHTS = {"ada": {"shop.see", "shop.change"}, "eve": {"shop.see"}}


@client
async def who(identity: Identity | None) -> str:
    return "nobody" if identity is None else identity.sub


@client(auth="authenticated")
async def rights(identity: Identity) -> list[str]:
    return sorted(identity.permissions)


@client(auth="authenticated")
async def signed_in() -> int:
    return 1


@client(auth="staff")
async def staff() -> int:
    return 1


@client(auth="shop.change")
async def change() -> int:
    return 1


def by_header(request: Request) -> Identity | None:
    name = request.headers.get("x-user")
    return None if name is None else Identity(name)


class Asked:
    """What an application was asked."""

    def __init__(self, answer: Any = None) -> None:
        self.names: list[str] = []
        self._answer = answer

    def identify(self, request: Request) -> Identity:
        self.names.append("identify")
        return Identity("from identify")

    def permissions(self, sub: str) -> Any:
        self.names.append(sub)
        if isinstance(self._answer, Exception):
            raise self._answer
        return RIGHTS[sub] if self._answer is None else self._answer

    async def permissions_async(self, sub: str) -> Any:
        await asyncio.sleep(0)
        return self.permissions(sub)


def shop(tokens: Tokens | None = None, **options: Any) -> Caller:
    options = {"secret": SECRET, "csrf": False, "identify": by_header, **options}
    return mount(who, rights, signed_in, staff, change, tokens=tokens or Tokens(), **options)


def ask(caller: Caller, function: str, *headers: tuple[str, str]) -> httpx.Response:
    options = posted({"fn": function})
    options["headers"] = [*options["headers"].items(), *headers]
    return caller.send("POST", "/api/mizan/call/", **options)


def result(caller: Caller, function: str, *headers: tuple[str, str]) -> Any:
    reply = ask(caller, function, *headers)
    assert reply.status_code == 200, reply.text
    return reply.json()["result"]


def mwt(sub: str, **options: Any) -> tuple[str, str]:
    options.setdefault("permissions", RIGHTS.get(sub, ()))
    return "x-mizan-token", KEYRING.mint_mwt(sub, **options)


def access(sub: str, **options: Any) -> tuple[str, str]:
    return "authorization", f"Bearer {KEYRING.mint_access(sub, **options)}"


def test_a_token_says_who_asks_and_nobody_else_is_asked():
    """AUTH-9: the identity token, then the access token, then the application."""
    asked = Asked()
    caller = shop(identify=asked.identify)
    assert result(caller, "who", access("eve"), mwt("ada")) == "ada"
    assert result(caller, "who", access("eve")) == "eve"
    assert asked.names == []
    assert result(caller, "who") == "from identify"
    assert asked.names == ["identify"]


@pytest.mark.parametrize("function", ["who", "signed_in", "staff"])
@pytest.mark.parametrize(
    "headers",
    [
        [("x-mizan-token", "")],
        [("x-mizan-token", "x")],
        [("x-mizan-token", access("ada")[1].removeprefix("Bearer "))],
        [mwt("ada"), mwt("ada")],
        [mwt("ada", now=1)],
        [("x-mizan-token", Keyring.from_secret(SECRET, audience="shop").mint_mwt("ada"))],
        [("authorization", "Bearer")],
        [("authorization", f"Bearer {mwt('ada')[1]}")],
        [access("ada"), access("ada")],
        [mwt("ada", now=1), access("ada")],
    ],
)
def test_a_token_that_is_not_valid_ends_the_request(function: str, headers: list[tuple[str, str]]):
    """AUTH-9: whatever it asks for, and the application is not asked."""
    asked = Asked()
    reply = ask(shop(Tokens(permissions=asked.permissions), identify=asked.identify), function, *headers)
    assert reply.status_code == 401
    assert reply.json()["error"] == {"code": "UNAUTHENTICATED", "message": "the token is not valid"}
    assert asked.names == []


def test_what_is_not_taken_is_the_applications_own():
    """AUTH-9: without tokens, with one kind switched off, and with another scheme."""
    invalid = [("x-mizan-token", "x"), ("authorization", "Bearer x"), ("x-user", "eve")]
    assert result(mount(who, identify=by_header), "who", *invalid) == "eve"
    assert result(shop(Tokens(mwt=False, access=False)), "who", *invalid) == "eve"
    assert result(shop(Tokens(mwt=False)), "who", mwt("ada"), ("x-user", "eve")) == "eve"
    assert result(shop(Tokens(access=False)), "who", access("ada"), ("x-user", "eve")) == "eve"
    assert result(shop(), "who", ("authorization", "Basic eDp5"), ("x-user", "eve")) == "eve"


def test_flags_come_with_the_token():
    """AUTH-10."""
    caller = shop(Tokens(permissions=lambda sub: RIGHTS[sub]))
    assert result(caller, "staff", mwt("ada", staff=True)) == 1
    assert result(caller, "staff", access("ada", superuser=True)) == 1
    assert ask(caller, "staff", mwt("ada")).status_code == 403


@pytest.mark.parametrize("is_async", [False, True])
def test_what_a_caller_may_is_asked_of_the_application_where_it_matters(is_async: bool):
    """AUTH-10: by `sub`, and only for permissions, a callable guard or an argument."""
    asked = Asked()
    caller = shop(Tokens(permissions=asked.permissions_async if is_async else asked.permissions))
    assert result(caller, "signed_in", access("ada")) == 1
    assert ask(caller, "staff", access("ada", staff=True)).status_code == 200
    assert asked.names == []
    assert result(caller, "change", access("ada")) == 1
    assert ask(caller, "change", access("eve")).status_code == 403
    assert result(caller, "rights", access("eve")) == ["shop.see"]
    assert asked.names == ["ada", "eve", "eve"]


def test_an_identity_token_of_other_permissions_is_not_valid_any_more():
    """AUTH-10, TOK-12; an access token has no such claim."""
    caller = shop(Tokens(permissions=lambda sub: RIGHTS[sub]))
    assert result(caller, "change", mwt("ada")) == 1
    old = mwt("ada", permissions=["shop.change"])
    assert ask(caller, "change", old).json()["error"]["message"] == "the token is not valid"
    assert result(caller, "change", access("ada")) == 1


def test_nobody_who_can_tell_means_no_permissions():
    """AUTH-10: without a callback, and where it answers with nothing."""
    for tokens in (Tokens(), Tokens(permissions=lambda sub: None)):
        caller = shop(tokens)
        assert ask(caller, "change", access("ada")).status_code == 403
        assert result(caller, "signed_in", access("ada")) == 1


@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (mizan.Unavailable("The directory is away."), "UNAVAILABLE"),
        (mizan.Unauthenticated("You have left."), "UNAUTHENTICATED"),
        (RuntimeError("boom"), "INTERNAL"),
    ],
)
def test_a_callback_that_raises_is_answered(
    raised: Exception, code: str, is_async: bool, caplog: pytest.LogCaptureFixture
):
    asked = Asked(raised)
    caller = shop(Tokens(permissions=asked.permissions_async if is_async else asked.permissions))
    error = ask(caller, "change", access("ada")).json()["error"]
    assert error["code"] == code
    assert "boom" not in str(error)
    assert ("boom" in caplog.text) == (code == "INTERNAL")
    # Whoever needs no permissions is served.
    assert result(caller, "signed_in", access("ada")) == 1


@pytest.mark.parametrize("answer", [5, [5], "shop.change", [b"shop.change"], ["shop.change", None]])
def test_permissions_that_are_none_are_a_mistake_of_the_app(answer: Any, caplog: pytest.LogCaptureFixture):
    caller = shop(Tokens(permissions=Asked(answer).permissions))
    assert ask(caller, "change", access("ada")).json()["error"]["code"] == "INTERNAL"
    assert "permissions: raised TypeError" in caplog.text


def test_a_bundle_is_kept_under_whom_the_token_names():
    """STORE-2: one name, one entry, whoever told it."""
    page = ReactContext("page")
    runs: list[str] = []

    @client(context=page)
    async def seen(identity: Identity | None) -> str:
        runs.append("nobody" if identity is None else identity.sub)
        return runs[-1]

    caller = mount(seen, secret=SECRET, cache="memory", tokens=Tokens(), identify=by_header)
    asked = [[mwt("ada")], [access("ada")], [("x-user", "ada")], [mwt("eve")], []]
    replies = [caller.bundle("page", headers=headers) for headers in asked]
    assert [reply.json()["seen"] for reply in replies] == ["ada", "ada", "ada", "eve", "nobody"]
    assert runs == ["ada", "eve", "nobody"]
    assert caller.bundle("page", headers=[("x-mizan-token", "x")]).status_code == 401


def test_a_bundle_whose_function_takes_the_identity_is_kept_under_what_that_is_allowed():
    """STORE-2: a caller who may see more, or less, by now gets no bundle from before."""
    page = ReactContext("page")
    allowed = ["shop.see"]
    runs: list[str] = []

    @client(context=page)
    async def seen(identity: Identity | None) -> list[str]:
        runs.append("nobody" if identity is None else identity.sub)
        return [] if identity is None else [identity.sub, *sorted(identity.permissions)]

    def permissions(sub: str) -> list[str]:
        return list(allowed)

    caller = mount(seen, secret=SECRET, cache="memory", tokens=Tokens(permissions=permissions), identify=by_header)

    def ask(*headers: tuple[str, str]) -> list[str]:
        return caller.bundle("page", headers=list(headers)).json()["seen"]

    for _ in range(2):
        assert ask(access("ada")) == ["ada", "shop.see"]
        assert ask(("x-user", "ada")) == ["ada"]
        assert ask(access("eve")) == ["eve", "shop.see"]
        assert ask() == []
    assert runs == ["ada", "ada", "eve", "nobody"]
    allowed.append("shop.change")
    assert ask(access("ada")) == ["ada", "shop.change", "shop.see"]
    allowed.clear()
    assert ask(access("ada")) == ["ada"]


def test_tokens_need_a_secret(monkeypatch: pytest.MonkeyPatch):
    """And one that is no secret is not shown."""
    monkeypatch.delenv("MIZAN_SECRET", raising=False)
    with pytest.raises(RegistrationError, match="set MIZAN_SECRET"):
        shop(secret=None)
    with pytest.raises(RegistrationError, match=r'set MIZAN_SECRET in the environment, secret or keys\["access"\]$'):
        shop(secret=None, keys={"mwt": [("m1", SECRET)]})
    shop(Tokens(access=False), secret=None, keys={"mwt": [("m1", SECRET)]})
    with pytest.raises(RegistrationError) as caught:
        shop(secret="hunter2-hunter2")
    assert str(caught.value) == "secret is shorter than 32 bytes"


def test_an_older_secret_is_taken_until_it_is_gone():
    """KEY-1."""
    newer = "another secret that everybody knows: newer"
    assert result(shop(secret=[newer, SECRET]), "who", access("ada")) == "ada"
    assert ask(shop(secret=newer), "who", access("ada")).status_code == 401


def test_the_environment_rotates_secrets(monkeypatch: pytest.MonkeyPatch):
    """KEY-6: what was signed under the older secret is taken, and what is new is signed under the newer."""
    older, newer = "a secret that everybody knows: older", "a secret that everybody knows: newer"
    taken = Tokens(functions=["mwt_obtain"])
    monkeypatch.setenv("MIZAN_SECRET", older.replace(" ", "-"))
    before = Keyring(older.replace(" ", "-")).mint_access("ada")
    bearer = ("Authorization", f"Bearer {before}")
    assert result(shop(taken, secret=None), "who", bearer) == "ada"
    monkeypatch.setenv("MIZAN_SECRET", newer)
    assert ask(shop(taken, secret=None), "who", bearer).status_code == 401
    monkeypatch.setenv("MIZAN_SECRET_OLD", f" {'x' * 32},{older.replace(' ', '-')}")
    rotated = shop(taken, secret=None)
    assert result(rotated, "who", bearer) == "ada"
    obtained = result(rotated, "mwt_obtain", bearer)["token"]
    assert Keyring(newer).verify_mwt(obtained).sub == "ada"
    # An option is all that counts.
    assert ask(shop(taken, secret=newer), "who", bearer).status_code == 401
    monkeypatch.delenv("MIZAN_SECRET")
    with pytest.raises(RegistrationError, match=r"^MIZAN_SECRET_OLD has secrets that were replaced"):
        shop(taken, secret=None)

"""The functions that hand out tokens, over HTTP (AUTH-11 to AUTH-14, TOK-13 to TOK-15)."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

import mizan
from mizan import Identity, RegistrationError, Tokens
from mizan.fastapi import Mizan
from mizan.tokens import Keyring

SECRET = "a secret of the tests, of 32 bytes and more"  # noqa: S105
USERS = {"ada": Identity("ada", staff=True, permissions=frozenset({"shop.change"})), "eve": Identity("eve")}
ALL = ("mwt_obtain", "jwt_obtain", "jwt_refresh", "jwt_revoke")


@mizan.client(auth="staff")
async def for_staff() -> str:
    """Only for the staff."""
    return "yes"


@mizan.client(auth="shop.change")
async def for_some() -> str:
    """Only for whoever may change the shop."""
    return "yes"


def who(request: Request) -> Identity | None:
    return USERS.get(request.headers.get("x-user", ""))


def shop(**options: Any) -> TestClient:
    app = FastAPI()
    options = {"functions": ALL, "find": USERS.get, "audience": "shop", **options}
    Mizan(app, functions=[for_staff, for_some], identify=who, secret=SECRET, tokens=Tokens(**options))
    return TestClient(app)


def call(client: TestClient, fn: str, headers: dict[str, str] | None = None, **args: object) -> Any:
    reply = client.post("/api/mizan/call/", json={"fn": fn, "args": args}, headers=headers)
    return reply.json()["result"] if reply.status_code == 200 else reply.status_code


ADA, EVE = {"x-user": "ada"}, {"x-user": "eve"}


def test_an_identity_token_is_its_callers_and_gets_no_other():
    client = shop()
    grant = call(client, "mwt_obtain", ADA)
    assert grant["expires_in"] == 300
    assert Keyring.from_secret(SECRET, audience="shop").verify_mwt(grant["token"]).sub == "ada"
    own = {"x-mizan-token": grant["token"]}
    assert call(client, "for_staff", own) == "yes"
    assert call(client, "for_some", own) == "yes"
    assert call(client, "mwt_obtain", own) == 401
    assert call(client, "mwt_obtain") == 401


def test_a_pair_lets_its_caller_in_and_its_refresh_token_works_once():
    client = shop()
    first = call(client, "jwt_obtain", ADA)
    assert call(client, "for_staff", {"authorization": f"Bearer {first['access']}"}) == "yes"
    second = call(client, "jwt_refresh", refresh=first["refresh"])
    assert call(client, "for_staff", {"authorization": f"Bearer {second['access']}"}) == "yes"
    third = call(client, "jwt_refresh", refresh=second["refresh"])
    assert len({first["refresh"], second["refresh"], third["refresh"]}) == 3
    # A second use ends the family: the newest token too.
    assert call(client, "jwt_refresh", refresh=first["refresh"]) == 401
    assert call(client, "jwt_refresh", refresh=third["refresh"]) == 401


def test_families_end_apart():
    client = shop()
    phone, desk = call(client, "jwt_obtain", ADA), call(client, "jwt_obtain", ADA)
    assert call(client, "jwt_revoke", refresh=phone["refresh"]) is None
    assert call(client, "jwt_refresh", refresh=phone["refresh"]) == 401
    assert isinstance(call(client, "jwt_refresh", refresh=desk["refresh"]), dict)


def test_of_many_uses_at_once_one_is_taken_at_most_and_the_family_ends():
    client = shop()
    pair = call(client, "jwt_obtain", ADA)
    with ThreadPoolExecutor(8) as pool:
        uses = [pool.submit(call, client, "jwt_refresh", refresh=pair["refresh"]) for _ in range(8)]
    results: list[Any] = [use.result() for use in uses]
    taken: list[Any] = [result for result in results if isinstance(result, dict)]
    assert len(taken) == 1
    assert [result for result in results if result not in taken] == [401] * 7
    assert call(client, "jwt_refresh", refresh=taken[0]["refresh"]) == 401


def test_a_token_gets_no_refresh_token():
    client = shop()
    access = call(client, "jwt_obtain", ADA)["access"]
    assert call(client, "jwt_obtain", {"authorization": f"Bearer {access}"}) == 401
    assert call(client, "jwt_obtain", {"x-mizan-token": call(client, "mwt_obtain", ADA)["token"]}) == 401
    assert call(client, "jwt_obtain") == 401


def test_who_may_no_longer_sign_in_gets_no_next_pair():
    users = dict(USERS)
    client = shop(find=users.get)
    pair = call(client, "jwt_obtain", EVE)
    del users["eve"]
    assert call(client, "jwt_refresh", refresh=pair["refresh"]) == 401
    users["eve"] = Identity("eve", staff=True)
    renewed = call(client, "jwt_refresh", refresh=pair["refresh"])
    assert call(client, "for_staff", {"authorization": f"Bearer {renewed['access']}"}) == "yes"


def test_what_is_no_refresh_token_is_refused():
    client = shop()
    pair = call(client, "jwt_obtain", ADA)
    keyring = Keyring.from_secret(SECRET, audience="shop")
    for token in (
        "",
        "x",
        pair["access"],
        call(client, "mwt_obtain", ADA)["token"],
        # Well signed, and of a family that no store knows.
        keyring.mint_refresh("ada"),
        keyring.mint_refresh("ada", now=int(time.time()) - 20 * 24 * 3600),
    ):
        assert call(client, "jwt_refresh", refresh=token) == 401, token
    assert call(client, "jwt_revoke", refresh=pair["access"]) == 401


def test_only_what_is_switched_on_is_there():
    client = shop(functions=("mwt_obtain",), find=None)
    assert isinstance(call(client, "mwt_obtain", ADA), dict)
    assert [call(client, name, ADA) for name in ("jwt_obtain", "jwt_refresh", "jwt_revoke")] == [404, 404, 404]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"functions": ("jwt_refresh",), "find": None}, "`find` is missing"),
        ({"functions": ("mwt",)}, '"mwt" is no function of tokens'),
    ],
)
def test_what_is_missing_is_told_when_it_is_declared(options: dict[str, Any], problem: str):
    with pytest.raises(RegistrationError, match=problem):
        shop(**options)


def test_a_store_that_is_away_is_unavailable():
    app = FastAPI()
    tokens = Tokens(functions=ALL, find=USERS.get)
    Mizan(app, functions=[for_staff], identify=who, secret=SECRET, tokens=tokens, cache="redis://127.0.0.1:1/0")
    client = TestClient(app)
    reply = client.post("/api/mizan/call/", json={"fn": "jwt_obtain"}, headers=ADA)
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "1")
    assert isinstance(call(client, "mwt_obtain", ADA), dict)


class _Finder:
    async def __call__(self, sub: str) -> Identity:
        return Identity(sub)


async def _find(sub: str) -> Identity:
    return Identity(sub)


@pytest.mark.parametrize("find", [_find, _Finder()])
@pytest.mark.parametrize("functions", [["jwt_refresh"], []])
def test_an_async_find_is_refused_when_it_is_declared(find: Any, functions: list[Any]):
    with pytest.raises(RegistrationError, match=r"Tokens\(find=…\) is async"):
        Mizan(FastAPI(), secret="s" * 32, tokens=Tokens(find=find, functions=functions))

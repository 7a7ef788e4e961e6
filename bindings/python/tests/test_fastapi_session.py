"""Where requests may come from, and the token against forged ones: `session/`, its cookie, what they are bound to."""

from typing import Any

import httpx
import pytest
from fastapi import Request

from caller import Caller, mount, posted
from mizan import Identity, ReactContext, RegistrationError, Tokens, client
from mizan.tokens import Keyring

SECRET = "a secret that everybody knows: of these tests"  # noqa: S105
PAGE = ReactContext("page")
SESSIONS = {
    "s1": Identity("ada", session="s1"),
    "s2": Identity("ada", session="s2"),
    "b1": Identity("bob"),
    "b2": Identity("bob"),
    "e1": Identity("eve"),
}
"""Callers by the cookie `id`: two sessions of ada's, and bob and eve without any."""


def by_cookie(request: Request) -> Identity | None:
    return SESSIONS.get(request.cookies.get("id", ""))


@client(context=PAGE)
async def page() -> int:
    return 1


@client(affects=PAGE)
async def change(identity: Identity | None) -> str:
    return "nobody" if identity is None else identity.sub


def shop(**options: Any) -> Caller:
    return mount(page, change, **{"secret": SECRET, "identify": by_cookie, **options})


def cookie(id_: str, token: str | None = None) -> str:
    return f"id={id_}" if token is None else f"id={id_}; mizan_csrf={token}"


def session(caller: Caller, id_: str = "", method: str = "GET", url: str = "http://test") -> httpx.Response:
    return caller.send(method, f"{url}/api/mizan/session/", headers={"cookie": cookie(id_)})


def token_of(caller: Caller, id_: str = "") -> str:
    return session(caller, id_).json()["csrf"]["token"]


def send(caller: Caller, **headers: str) -> httpx.Response:
    options = posted({"fn": "change"})
    options["headers"] |= {name.replace("_", "-"): value for name, value in headers.items()}
    return caller.send("POST", "/api/mizan/call/", **options)


def guarded(caller: Caller, id_: str, token: str) -> httpx.Response:
    return send(caller, cookie=cookie(id_, token), x_mizan_csrf=token)


def test_the_session_says_whether_somebody_asks_and_gives_a_token():
    """CSRF-7."""
    caller = shop()
    for id_, authenticated in (("s1", True), ("b1", True), ("nobody", False)):
        reply = session(caller, id_)
        token = reply.json()["csrf"]["token"]
        assert reply.json() == {
            "authenticated": authenticated,
            "csrf": {"header": "X-Mizan-CSRF", "token": token},
        }
        assert len(token) == 64
        assert reply.headers["set-cookie"] == f"mizan_csrf={token}; Path=/; HttpOnly; SameSite=Lax"
        assert reply.headers["cache-control"] == "no-store"
    over_tls = session(caller, "s1", url="https://test")
    assert over_tls.headers["set-cookie"].endswith("; SameSite=Lax; Secure")
    head = session(caller, "s1", "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert token_of(caller, "s1") != token_of(caller, "s1")


def test_a_request_that_rests_on_a_cookie_carries_its_token():
    """CSRF-9."""
    caller = shop()
    token = token_of(caller, "s1")
    assert guarded(caller, "s1", token).json()["result"] == "ada"
    for headers in (
        {"cookie": cookie("s1")},
        {"cookie": cookie("s1", token)},
        {"cookie": cookie("s1"), "x_mizan_csrf": token},
        {"cookie": cookie("s1", token), "x_mizan_csrf": token[:-1]},
        {"cookie": cookie("s1", token), "x_mizan_csrf": token_of(caller, "s1")},
        {"cookie": cookie("s1", ""), "x_mizan_csrf": ""},
    ):
        refused = send(caller, **headers)
        assert refused.status_code == 403
        assert refused.headers["x-mizan-csrf"] == "required"
        assert refused.json()["error"]["code"] == "FORBIDDEN"
    # What rests on none needs none, and neither does a read.
    assert send(caller).json()["result"] == "nobody"
    assert caller.bundle("page", headers={"cookie": cookie("s1")}).status_code == 200


@pytest.mark.parametrize(
    ("of", "by", "is_taken"),
    [
        ("s1", "s1", True),
        # One caller's other session.
        ("s1", "s2", False),
        ("s1", "e1", False),
        # Without a session it is the caller's.
        ("b1", "b2", True),
        ("b1", "e1", False),
        ("b1", "nobody", False),
        ("nobody", "nobody", True),
        # Whoever planted a token before somebody signs in has nothing of it.
        ("nobody", "b1", False),
    ],
)
def test_a_token_is_bound_to_its_session(of: str, by: str, is_taken: bool):
    """CSRF-8."""
    caller = shop()
    assert guarded(caller, by, token_of(caller, of)).status_code == (200 if is_taken else 403)


def test_a_session_cannot_be_told_as_somebody_elses_sub():
    """CSRF-8: a session `eve` is not the caller `eve`."""

    def with_evil_session(request: Request) -> Identity:
        return by_cookie(request) or Identity("ada", session="eve")

    caller = shop(identify=with_evil_session)
    assert guarded(caller, "e1", token_of(caller, "unknown")).status_code == 403


def test_a_token_that_is_no_cookie_stands_for_itself():
    """CSRF-10."""
    caller = shop(tokens=Tokens())
    access = f"Bearer {Keyring.from_secret(SECRET).mint_access('ada')}"
    origin = "https://evil.test"
    assert send(caller, cookie=cookie("b1"), authorization=access, origin=origin).json()["result"] == "ada"
    assert send(caller, cookie=cookie("b1"), authorization="Basic x").status_code == 403


def test_the_token_is_asked_for_where_there_is_a_secret_and_somebody_to_ask(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MIZAN_SECRET", raising=False)
    forged = {"cookie": cookie("s1")}
    for options in ({"secret": None}, {"csrf": False}, {"identify": None}):
        caller = shop(**options)
        assert session(caller).json() == {"authenticated": False, "csrf": None}
        assert "set-cookie" not in session(caller).headers
        assert send(caller, **forged).status_code == 200
    own = {"secret": None, "keys": {"csrf": [("c1", SECRET)]}}
    for options in ({}, {"csrf": True, "identify": None}, own):
        assert send(shop(**options), **forged).status_code == 403
    with pytest.raises(RegistrationError, match="set MIZAN_SECRET"):
        shop(secret=None, csrf=True)


@pytest.mark.parametrize("asks_for_tokens", [False, True])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://test"}, 200),
        ({"origin": "https://test"}, 200),
        ({"origin": "https://test:443"}, 200),
        ({"origin": "https://test:8443"}, 403),
        ({"origin": "http://www.test"}, 403),
        ({"origin": "https://evil.test"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://shop.test"}, 200),
        ({"origin": "https://shop.test", "sec_fetch_site": "cross-site"}, 200),
        ({"origin": "http://shop.test"}, 403),
        ({"origin": "https://shop.test:444"}, 403),
        ({"origin": "https://shop.test.evil.test"}, 403),
        ({"origin": "https://www.shop.test:8443"}, 200),
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
    ],
)
def test_a_page_of_another_origin_is_refused_unless_it_is_trusted(
    headers: dict[str, str], status: int, asks_for_tokens: bool
):
    """CSRF-3 to CSRF-6: whether or not tokens are asked for."""
    caller = shop(csrf=asks_for_tokens, trusted_origins=["https://shop.test", "https://www.shop.test:8443"])
    assert send(caller, **headers).status_code == status
    plain = {name.replace("_", "-"): value for name, value in headers.items()}
    assert caller.bundle("page", headers=plain).status_code == 200


@pytest.mark.parametrize(
    "origin", ["*", "shop.test", "https://", "https://shop.test/", "https://*.shop.test", "null", ""]
)
def test_an_origin_that_is_none_does_not_start(origin: str):
    """CSRF-6."""
    with pytest.raises(RegistrationError) as caught:
        shop(trusted_origins=["https://shop.test", origin])
    assert repr(origin) in str(caught.value) or f'"{origin}"' in str(caught.value)

"""Sessions, requests that other pages forge, and tokens. Tokens are minted here, from the page alone."""

import json
from collections.abc import Callable
from typing import Any

from conformance import tokens
from conformance.capabilities import HTTP
from conformance.desk import Desk, error
from conformance.expect import Mismatch, expect, require
from conformance.message import Reply
from conformance.probing import probe

ALLOWED = b'{"invalidate":[],"result":3}'
NOBODY = error("UNAUTHENTICATED", "sign in first")
ADAS = ("desk.edit", "desk.read")
EVES = ("desk.read",)
ADA = "desk_user=ada"
EVE = "desk_user=eve"


class Browser:
    """What a browser knows of a host: the cookies of one visitor, and what `session/` told it."""

    def __init__(self, desk: Desk, cookie: str) -> None:
        self._desk = desk
        self.reply = desk.ask("GET", f"{desk.base}/session/", headers={"Cookie": cookie})
        expect("status of session/", self.reply.status, 200)
        told: dict[str, Any] = json.loads(self.reply.body)
        self.header = str(told["csrf"]["header"])
        self.token = str(told["csrf"]["token"])
        given = [line.partition(";")[0] for line in self.reply.all("Set-Cookie")]
        self.cookie = cookie
        self.cookies = "; ".join([cookie, *given])

    def post(self, token: str | None, *, cookies: str | None = None, **headers: str) -> Reply:
        """A call that rests on the cookies."""
        lines = {
            "Cookie": cookies or self.cookies,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if token is not None:
            lines[self.header] = token
        return self._desk.call("for_members", {"level": 3}, headers=lines)


@probe("session-csrf", control="session")
def the_session_tells_who_asks_and_how_to_prove_it(desk: Desk) -> None:
    """CSRF-7: whether somebody is signed in, and a token with the header that it goes into."""
    for cookie, authenticated in ((ADA, True), ("other=1", False)):
        browser = Browser(desk, cookie)
        told = json.loads(browser.reply.body)
        wanted = {"authenticated": authenticated, "csrf": {"header": browser.header, "token": browser.token}}
        expect("session", told, wanted)
        browser.reply.has(cache_control="no-store", content_type="application/json")
        require("the token is a secret", len(browser.token) >= 32)
        require("a cookie is set", browser.reply.all("Set-Cookie"))
        for line in browser.reply.all("Set-Cookie"):
            require(f"{line} is not sent across sites", "samesite=" in line.lower())
    refused = desk.ask("POST", f"{desk.base}/session/")
    expect("status of POST", (refused.status, refused.header("Allow")), (405, "GET, HEAD"))


@probe("session-csrf", control="csrf")
def the_token_of_the_session_lets_a_call_pass(desk: Desk) -> None:
    """CSRF-9: with the cookies that came with it; without any cookie nothing is asked for."""
    browser = Browser(desk, ADA)
    browser.post(browser.token).is_(200, ALLOWED)
    desk.call("for_members", {"level": 3}, user="ada").is_(200, ALLOWED)
    _refused(browser.post(None), asked="required")
    mine = tokens.signed("access", "at+jwt", tokens.access_claims("ada"))
    browser.post(None, Authorization=f"Bearer {mine}", Origin="https://evil.test").is_(200, ALLOWED)


@probe("session-csrf", control="csrf")
def a_call_without_the_sessions_own_token_is_refused(desk: Desk) -> None:
    """CSRF-2, CSRF-8, CSRF-9, threats 18: none, a wrong one, that of another session, one of the two alone."""
    browser, other = Browser(desk, ADA), Browser(desk, EVE)
    for token in (None, "", "x" * 64, browser.token[:-1], browser.token + "A", other.token):
        _refused(browser.post(token), asked="required")
    _refused(browser.post(browser.token, cookies=browser.cookie), asked="required")
    _refused(browser.post(other.token, cookies=other.cookies.replace(EVE, ADA)), asked="required")
    expect("runs", desk.runs(), {})


@probe("session-csrf", control="origins")
def a_call_from_another_site_is_refused(desk: Desk) -> None:
    """CSRF-3 to CSRF-5, threats 18: whatever token it has."""
    browser = Browser(desk, ADA)
    for headers in (
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://desk.test.evil.test"},
        {"Origin": "http://desk.test:8080"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Origin": "http://desk.test", "Sec_Fetch_Site": "cross-site"},
    ):
        _refused(browser.post(browser.token, **headers))
    browser.post(browser.token, Origin="http://desk.test", Sec_Fetch_Site="same-origin").is_(200, ALLOWED)
    expect("runs", desk.runs(), {"for_members": 1})


def _refused(reply: Reply, asked: str | None = None) -> None:
    """Not a call, whatever the message says of the reason."""
    expect("status", reply.status, 403)
    expect("code", json.loads(reply.body)["error"]["code"], "FORBIDDEN")
    reply.has(cache_control="no-store", x_mizan_invalidate=None, x_mizan_csrf=asked)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _own(token: str) -> dict[str, str]:
    return {"X-Mizan-Token": token}


def _accepts(desk: Desk, carry: Callable[[str], dict[str, str]], token: str, fn: str, status: int) -> None:
    reply = desk.call(fn, {"level": 3}, headers=carry(token))
    expect(f"status of {fn}", reply.status, status)


def _refuses(desk: Desk, carry: Callable[[str], dict[str, str]], forged: dict[str, str]) -> None:
    """Each is 401, though the same request has a name that would do: nothing else is tried."""
    for why, token in forged.items():
        reply = desk.call("for_members", {"level": 3}, headers=carry(token), user="ada")
        expect(f"status with {why}", reply.status, 401)
        reply.has(cache_control="no-store")
        if token and token in reply.body.decode():
            raise Mismatch(f"the reply shows {why}")
    expect("runs", desk.runs(), {})


def _forged(purpose: str, typ: str, claims: tokens.Claims) -> dict[str, str]:
    good = tokens.signed(purpose, typ, claims)
    head, payload, tag = good.split(".")
    other = "one that the host does not have: 32 bytes and more"
    none = tokens.encoded(tokens.canonical({"alg": "none", "typ": typ}))
    return {
        "no token at all": "",
        "another signature": f"{head}.{payload}.{tag[:-2]}AA",
        "no signature": f"{head}.{payload}.",
        "alg none": f"{none}.{payload}.",
        "padding": good + "=",
        "another secret": tokens.signed(purpose, typ, claims, secret=other),
        "alg HS512": tokens.signed(purpose, typ, claims, header={"alg": "HS512"}),
        "crit": tokens.signed(purpose, typ, claims, header={"crit": ["exp"]}),
        "a key of its own": tokens.signed(purpose, typ, claims, header={"jwk": {"k": "AA", "kty": "oct"}}),
        "an unknown kid": tokens.signed(purpose, typ, claims, header={"kid": "../../key"}),
        "another typ": tokens.signed(purpose, "JWT", claims),
        "another audience": tokens.signed(purpose, typ, {**claims, "aud": "others"}),
        "an end that is over": tokens.signed(purpose, typ, {**claims, **tokens.times(300, age=400)}),
        "a start to come": tokens.signed(purpose, typ, {**claims, **tokens.times(300, age=-200)}),
        "no end": tokens.signed(purpose, typ, {name: value for name, value in claims.items() if name != "exp"}),
        "an end of text": tokens.signed(purpose, typ, {**claims, "exp": "9999999999"}),
        "a sub that is no text": tokens.signed(purpose, typ, {**claims, "sub": 5}),
    }


@probe("mwt", control="mwt")
def an_mwt_says_who_asks(desk: Desk) -> None:
    """TOK-1, KEY-2, AUTH-9, AUTH-10: minted from the page, it is taken, and its flags decide."""
    plain = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("eve", EVES))
    staff = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("ada", ADAS, staff=True))
    root = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("root", superuser=True))
    for token, verdicts in ((plain, (200, 403, 403)), (staff, (200, 200, 403)), (root, (200, 200, 200))):
        for fn, status in zip(("for_members", "for_staff", "for_superusers"), verdicts, strict=True):
            _accepts(desk, _own, token, fn, status)


@probe("mwt", control="mwt-ignored")
def an_mwt_that_is_not_valid_ends_it(desk: Desk) -> None:
    """TOK-2 to TOK-11, AUTH-9: no falling through to who else may be named."""
    forged = _forged("mwt", "mwt+jwt", tokens.mwt_claims("ada", ADAS, staff=True))
    forged["an access token"] = tokens.signed("access", "at+jwt", tokens.access_claims("ada"))
    _refuses(desk, _own, forged)


@probe("mwt", control="mwt-rights")
def rights_are_asked_of_the_application(desk: Desk) -> None:
    """AUTH-10, TOK-12: an MWT carries a digest of them, and ends where they are others by now."""
    good = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("ada", ADAS))
    _accepts(desk, _own, good, "for_editors", 200)
    fewer = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("eve", EVES))
    _accepts(desk, _own, fewer, "for_editors", 403)
    for name, old in (("ada", EVES), ("eve", ADAS), ("eve", ())):
        changed = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims(name, old))
        _accepts(desk, _own, changed, "for_editors", 401)


@probe("jwt", control="jwt")
def an_access_token_says_who_asks(desk: Desk) -> None:
    """TOK-1, KEY-2, AUTH-9, AUTH-10."""
    plain = tokens.signed("access", "at+jwt", tokens.access_claims("eve"))
    staff = tokens.signed("access", "at+jwt", tokens.access_claims("ada", staff=True))
    root = tokens.signed("access", "at+jwt", tokens.access_claims("root", superuser=True))
    for token, verdicts in ((plain, (200, 403, 403)), (staff, (200, 200, 403)), (root, (200, 200, 200))):
        for fn, status in zip(("for_members", "for_staff", "for_superusers"), verdicts, strict=True):
            _accepts(desk, _bearer, token, fn, status)


@probe("jwt", control="jwt-ignored")
def an_access_token_that_is_not_valid_ends_it(desk: Desk) -> None:
    """TOK-2 to TOK-11, AUTH-9."""
    claims = tokens.access_claims("ada", staff=True)
    forged = _forged("access", "at+jwt", claims)
    forged["an MWT"] = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("ada"))
    forged["a refresh token"] = tokens.signed("refresh", "rt+jwt", {**claims, "fam": "1"})
    _refuses(desk, _bearer, forged)


@probe("cache-identity", control="cache-identity", over=HTTP)
def a_token_gets_its_own_bundle(desk: Desk) -> None:
    """Threats 23: of what another token's bearer had kept, with another token, an empty one, a forged one, none."""
    other = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("eve", EVES))
    mine = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("ada", ADAS))
    bearer = tokens.signed("access", "at+jwt", tokens.access_claims("bob"))
    kept = '{"project_info":{"name":"Lighthouse","project_id":2},"project_tasks":[],"project_viewer":%s}'
    for _ in range(2):
        for headers, name in ((_own(mine), '"ada"'), (_own(other), '"eve"'), (_bearer(bearer), '"bob"'), ({}, "null")):
            desk.bundle("project", "project_id=2", headers=headers).is_(200, kept % name)
        for forged in ("", mine[:-4] + "AAAA", mine + ".", mine.split(".")[0]):
            for headers in (_own(forged), _bearer(forged)):
                reply = desk.bundle("project", "project_id=2", headers=headers)
                expect(f"status with {headers}", (reply.status, b"project_info" in reply.body), (401, False))
                reply.has(cache_control="no-store", etag=None)
    # Rights are no part of the name of an entry, and guards are asked each time.
    staff = tokens.signed("mwt", "mwt+jwt", tokens.mwt_claims("ada", ADAS, staff=True))
    expect("status as staff", desk.bundle("room", headers=_own(staff)).status, 200)
    expect("status without", desk.bundle("room", headers=_own(mine)).status, 403)


def _result(reply: Reply) -> dict[str, Any]:
    expect("status", reply.status, 200)
    found: dict[str, Any] = json.loads(reply.body)["result"]
    return found


@probe("jwt", control="jwt-functions")
def a_refresh_token_works_once(desk: Desk) -> None:
    """TOK-13, TOK-14, threats 7: a second use revokes the family, its newest token too."""
    pair = _result(desk.call("jwt_obtain", user="ada"))
    _accepts(desk, _bearer, pair["access"], "for_staff", 200)
    next_pair = _result(desk.call("jwt_refresh", {"refresh": pair["refresh"]}))
    _accepts(desk, _bearer, next_pair["access"], "for_staff", 200)
    for token in (pair["refresh"], next_pair["refresh"]):
        expect("status", desk.call("jwt_refresh", {"refresh": token}).status, 401)


@probe("jwt", control="repeated-refresh")
def a_refresh_token_is_refused_once_it_was_used(desk: Desk) -> None:
    """TOK-13: the very same request, too."""
    pair = _result(desk.call("jwt_obtain", user="ada"))
    expect("status", desk.call("jwt_refresh", {"refresh": pair["refresh"]}).status, 200)
    expect("status of the second use", desk.call("jwt_refresh", {"refresh": pair["refresh"]}).status, 401)


@probe("jwt", control="lost-revocation")
def a_family_that_was_revoked_is_refused(desk: Desk) -> None:
    """TOK-14: the token that nobody has used, too."""
    pair = _result(desk.call("jwt_obtain", user="eve"))
    next_pair = _result(desk.call("jwt_refresh", {"refresh": pair["refresh"]}))
    expect("status of jwt_revoke", desk.call("jwt_revoke", {"refresh": next_pair["refresh"]}).status, 200)
    expect("status", desk.call("jwt_refresh", {"refresh": next_pair["refresh"]}).status, 401)


@probe("jwt", control="jwt-functions")
def a_family_can_be_revoked(desk: Desk) -> None:
    """TOK-14; and nobody gets tokens without an identity."""
    pair = _result(desk.call("jwt_obtain", user="eve"))
    expect("status of jwt_revoke", desk.call("jwt_revoke", {"refresh": pair["refresh"]}).status, 200)
    expect("status", desk.call("jwt_refresh", {"refresh": pair["refresh"]}).status, 401)
    desk.call("jwt_obtain").is_(401, NOBODY)


@probe("mwt", control="mwt-functions")
def an_mwt_is_given_to_whoever_is_signed_in(desk: Desk) -> None:
    """TOK-1: what the host mints has the bytes that the page says."""
    token = str(_result(desk.call("mwt_obtain", user="ada"))["token"])
    _accepts(desk, _own, token, "for_staff", 200)
    payload = token.split(".")[1]
    claims = json.loads(tokens.base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    expect("the token", token, tokens.signed("mwt", "mwt+jwt", claims))
    wanted = tokens.mwt_claims("ada", ADAS, staff=True)
    expect("claims", {**claims, **tokens.times()}.keys(), wanted.keys())
    expect("pkey", claims["pkey"], wanted["pkey"])
    desk.call("mwt_obtain").is_(401, NOBODY)

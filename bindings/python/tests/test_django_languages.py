"""What is kept is the same for everybody: neither the visitor's language nor their timezone gets into it."""

import json
from collections.abc import Generator
from contextvars import Context
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real

from asking import Asking
from mizan.django import _application, _locale

pytestmark = pytest.mark.usefixtures("bookstore", "speaking")

USUAL = {"day": "Monday", "zone": "America/Chicago"}
BERLIN = {"Accept-Language": "de", "X-Zone": "Europe/Berlin"}
PARIS = {"Accept-Language": "fr", "X-Zone": "Europe/Paris"}
KEPT, HIT, BYPASS = "Mizan; fwd=uri-miss; stored", "Mizan; hit", "Mizan; fwd=bypass"


@pytest.fixture
def speaking() -> Generator[None]:
    """The project with middleware that goes by the visitor's language and timezone."""
    spoken = ["django.middleware.locale.LocaleMiddleware", "bookstore.middleware.in_the_zone_of_the_caller"]
    with override_settings(MIDDLEWARE=spoken, LANGUAGE_CODE="en-us", TIME_ZONE="America/Chicago"):
        _application.forget(setting="MIDDLEWARE")
        yield


def read(ask: Asking, context: str, headers: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """How the cache was asked, and what every member said, which has to be one thing."""
    reply = ask.get(f"/api/mizan/ctx/{context}/", headers=headers)
    first, second = reply.json().values()
    assert first == second
    return reply.headers["Cache-Status"], first


def test_a_public_bundle_speaks_the_language_of_the_project(ask: Asking):
    """CACHE-14: whoever asked first."""
    assert read(ask, "door", BERLIN) == (KEPT, USUAL)
    assert read(ask, "door", PARIS) == (HIT, USUAL)
    assert read(ask, "door", {}) == (HIT, USUAL)


def test_a_public_bundle_says_which_language_it_speaks(ask: Asking):
    """Whoever asks first: a shared cache keeps that with the bundle."""
    said = [ask.get("/api/mizan/ctx/door/", headers=headers).headers["Content-Language"] for headers in (BERLIN, {})]
    assert said == ["en-us", "en-us"]
    assert ask.get("/api/mizan/ctx/desk/", headers=BERLIN).headers["Content-Language"] == "de"


def test_a_public_bundle_that_is_not_kept_does_too(ask: Asking):
    with override_settings(MIZAN={}):
        reply = ask.get("/api/mizan/ctx/door/", headers=BERLIN)
    assert reply.json() == {"door_screen": USUAL, "door_sign": USUAL}


def test_another_bundle_speaks_the_visitors_and_is_kept_in_the_projects(ask: Asking):
    """STORE-3: what is not everybody's is neither found nor kept in another language."""
    assert read(ask, "desk", BERLIN) == (BYPASS, {"day": "Montag", "zone": "Europe/Berlin"})
    assert read(ask, "desk", {}) == (KEPT, USUAL)
    assert read(ask, "desk", PARIS) == (BYPASS, {"day": "lundi", "zone": "Europe/Paris"})
    assert read(ask, "desk", {"Accept-Language": "de"}) == (BYPASS, {"day": "Montag", "zone": "America/Chicago"})
    assert read(ask, "desk", {"X-Zone": "Europe/Paris"}) == (BYPASS, {"day": "Monday", "zone": "Europe/Paris"})
    assert read(ask, "desk", {"Accept-Language": "en"}) == (HIT, USUAL)


def in_their_language(request: HttpRequest) -> None:
    """Nobody in particular, who speaks a language all the same."""
    if "X-Speaks" in request.headers:
        translation.activate(request.headers["X-Speaks"])


async def in_their_language_later(request: HttpRequest) -> None:
    """The same, async."""
    in_their_language(request)


@pytest.mark.parametrize("identify", [in_their_language, in_their_language_later])
def test_a_language_that_comes_with_the_caller_is_left_out_too(ask: Asking, identify: object):
    """STORE-3: it is current only when the exchange has begun."""
    with override_settings(MIZAN={"CACHE": "memory", "IDENTIFY": identify}):
        assert read(ask, "desk", {"X-Speaks": "de"}) == (BYPASS, {"day": "Montag", "zone": "America/Chicago"})
        assert read(ask, "desk", {}) == (KEPT, USUAL)
        assert read(ask, "desk", {"X-Speaks": "fr"}) == (BYPASS, {"day": "lundi", "zone": "America/Chicago"})
        assert read(ask, "desk", {}) == (HIT, USUAL)


def test_it_is_known_at_once_where_nothing_was_ever_made_current():
    """Without the exception by which Django's locals say so."""

    def look() -> tuple[bool, bool, bool]:
        before = _locale.is_untouched(trans_real)
        translation.activate("de")
        return before, _locale.is_untouched(trans_real), _locale.is_usual()

    assert Context().run(look) == (True, False, False)


def test_a_call_speaks_the_visitors_and_takes_away_what_is_kept(ask: Asking):
    for context in ("door", "desk"):
        assert [read(ask, context, {})[0], read(ask, context, {})[0]] == [KEPT, HIT]
    refresh = [{"context": "door"}, {"context": "desk"}]
    body = json.dumps({"fn": "ask_for_hours", "refresh": refresh})
    reply = ask.send("post", "/api/mizan/call/", body, content_type="application/json", headers=BERLIN).json()
    berlin = {"day": "Montag", "zone": "Europe/Berlin"}
    assert reply["result"] == berlin
    assert [entry["data"] for entry in reply["bundles"]] == [
        {"door_screen": USUAL, "door_sign": USUAL},
        {"desk_screen": berlin, "desk_sign": berlin},
    ]
    for context in ("door", "desk"):
        assert read(ask, context, {}) == (KEPT, USUAL)

"""How the origin cache of an application is switched on (STORE-1)."""

from typing import Any

import pytest

from caching import HIDDEN, HIT, SECRET, STORED, counting, statuses
from mizan import Cache, RegistrationError


@pytest.mark.parametrize("cache", ["memory", Cache(), Cache(store="memory", max_bytes=1 << 20, prefix="x", lease=2)])
def test_it_is_switched_on(cache: Any):
    caller = counting(cache)
    assert statuses(caller, "page") == [STORED, HIT]
    assert caller.bundle("page").json() == {"page": 1}
    assert caller.bundle("page", "?number=1").json() == {"page": 2}


def test_it_is_off_unless_switched_on():
    caller = counting()
    assert statuses(caller, "page") == [None, None]
    assert caller.bundle("page").json() == {"page": 3}


@pytest.mark.parametrize(
    ("cache", "problem"),
    [
        ("", "cache: the URL is not one of a Redis: redis://host:port/database"),
        ("disk", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (f"http://ada:{HIDDEN}@localhost/", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (f"redis://ada:{HIDDEN}@localhost:port/0", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (f"redis://:{HIDDEN}@localhost/zero", "cache: the URL is not one of a Redis: redis://host:port/database"),
        (Cache(max_bytes=0), "cache: the memory store has no bytes to keep anything in"),
        (
            Cache("redis://localhost", prefix="{a}"),
            "cache: the prefix of the Redis keys is not printable ASCII without braces",
        ),
        (Cache("redis://localhost", timeout=0), "cache: the timeout is no time"),
        (Cache("redis://localhost", timeout=float("nan")), "cache: the timeout is no time"),
        (Cache("redis://localhost", lease=-1), "cache: the lease is no time"),
    ],
)
def test_what_is_no_cache_does_not_start_and_is_not_shown(cache: Any, problem: str):
    with pytest.raises(RegistrationError) as caught:
        counting(cache, secret=SECRET)
    assert str(caught.value) == problem
    assert HIDDEN not in repr(caught.value)


def test_a_store_that_is_shared_needs_a_secret(monkeypatch: pytest.MonkeyPatch):
    """That of one process has a key of its own."""
    monkeypatch.delenv("MIZAN_SECRET", raising=False)
    with pytest.raises(RegistrationError) as caught:
        counting("redis://localhost")
    assert str(caught.value).endswith("needs a secret that they share: set MIZAN_SECRET in the environment")
    monkeypatch.setenv("MIZAN_SECRET", SECRET)
    counting("redis://localhost")
    monkeypatch.delenv("MIZAN_SECRET")
    counting("redis://localhost", secret=SECRET)
    counting("redis://localhost", keys={"cache": [("c1", SECRET)]})
    with pytest.raises(RegistrationError, match="no key for cache: set MIZAN_SECRET in the env"):
        counting("redis://localhost", keys={"mwt": [("m1", SECRET)]})


PEM = f"-----BEGIN PRIVATE KEY-----\n{HIDDEN * 4}"


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"secret": HIDDEN}, "secret is shorter than 32 bytes"),
        ({"secret": HIDDEN.encode()}, "secret is shorter than 32 bytes"),
        ({"secret": ""}, "secret is shorter than 32 bytes"),
        ({"secret": PEM}, "secret looks like a PEM file"),
        ({"secret": 31}, "secret is int: a secret is text or bytes"),
        ({"keys": {"cache": [("a", 31)]}}, 'keys["cache"] is int: a secret is text or bytes'),
        ({"secret": [SECRET, 31.5]}, "secret is float: a secret is text or bytes"),
        (
            {"secret": [HIDDEN * 4, HIDDEN * 4]},
            "secret (2) has the same as secret (1): one secret serves one purpose",
        ),
        (
            {"secret": HIDDEN * 4, "keys": {"csrf": [("a", HIDDEN * 4)]}},
            'keys["csrf"] has the same as secret: one secret serves one purpose',
        ),
        (
            {"secret": [HIDDEN, PEM], "keys": {"cache": []}},
            'secret (1) is shorter than 32 bytes\nsecret (2) looks like a PEM file\nkeys["cache"] has no key',
        ),
    ],
)
def test_what_is_no_secret_does_not_start_and_is_not_shown(options: dict[str, Any], problem: str):
    """KEY-3 to KEY-5."""
    with pytest.raises(RegistrationError) as caught:
        counting("memory", **options)
    assert str(caught.value) == problem
    assert HIDDEN not in repr(caught.value)


def test_the_secret_of_the_environment_is_held_to_the_same(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MIZAN_SECRET", HIDDEN)
    with pytest.raises(RegistrationError, match=r"^MIZAN_SECRET is shorter than 32 bytes$"):
        counting()
    monkeypatch.setenv("MIZAN_SECRET", "")
    with pytest.raises(RegistrationError, match=r"^MIZAN_SECRET is shorter than 32 bytes$"):
        counting()

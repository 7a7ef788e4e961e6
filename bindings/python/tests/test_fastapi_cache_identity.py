"""Which functions may ask who calls, and where the identity stands."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from caching import OPEN, by_header
from caller import mount, posted
from mizan import Identity, RegistrationError, client
from mizan.fastapi import Mizan

HERE = Path(__file__).name


def refusal(*functions: Any) -> str:
    with pytest.raises(RegistrationError) as caught:
        Mizan(FastAPI(), functions=functions)
    return str(caught.value)


def test_an_identity_that_is_always_there_needs_a_guard():
    """AUTH-8."""

    @client
    async def whoever(identity: Identity) -> str:
        return identity.sub

    told = refusal(whoever)
    line = whoever.__code__.co_firstlineno
    assert f"{HERE}:{line}: whoever: the argument 'identity' is always an Identity, and anybody may call" in told
    assert 'auth="authenticated"' in told
    assert "Identity | None" in told


def test_a_public_context_gets_no_identity():
    """CACHE-14, AUTH-8."""

    @client(context=OPEN)
    async def whoever(identity: Identity | None) -> str:
        return "" if identity is None else identity.sub

    told = refusal(whoever)
    assert f"{HERE}:{whoever.__code__.co_firstlineno}: whoever: " in told


def test_the_identity_is_no_input():
    """AUTH-8."""

    @client(auth="authenticated")
    def strict(identity: Identity, times: int = 1) -> str:
        return identity.sub * times

    @client
    async def loose(times: int, who: Identity | None) -> str:
        return "nobody" if who is None else who.sub * times

    caller = mount(strict, loose, identify=by_header, csrf=False)

    def call(function: str, user: str | None, **arguments: object) -> Any:
        options = posted({"fn": function, "args": arguments})
        if user is not None:
            options["headers"]["x-user"] = user
        return caller.send("POST", "/api/mizan/call/", **options).json()

    assert call("strict", "ada", times=2)["result"] == "adaada"
    assert call("strict", None)["error"]["code"] == "UNAUTHENTICATED"
    assert call("loose", "ada", times=2)["result"] == "adaada"
    assert call("loose", None, times=2)["result"] == "nobody"
    for name in ("identity", "who"):
        refused = call("loose", "ada", times=1, **{name: {"sub": "eve"}})["error"]
        assert refused["details"] == [{"code": "unknown", "message": "not allowed here", "path": ["args", name]}]

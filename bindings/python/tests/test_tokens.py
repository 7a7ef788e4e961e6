"""Keys and tokens through the public module: what it makes, what it refuses, and what it never shows."""

import time
from typing import Any

import pytest

import mizan
from mizan import _core
from mizan.tokens import AccessToken, IdentityToken, Keyring, RefreshToken, TokenRefused

SECRET = "correct horse battery staple, and more"  # noqa: S105 - nobody else has it
NOW = 1_700_000_000


@pytest.fixture
def keyring() -> Keyring:
    return Keyring.from_secret(SECRET)


def test_each_token_says_what_was_put_into_it(keyring: Keyring):
    mwt = keyring.mint_mwt("5", permissions={"b", "a"}, staff=True, now=NOW)
    pkey = _core.permission_key(["a", "b"], True, False)
    assert keyring.verify_mwt(mwt, now=NOW) == IdentityToken("5", pkey, True, False, NOW, NOW, NOW + 300)
    access = keyring.mint_access("5", superuser=True, jti="j", now=NOW)
    assert keyring.verify_access(access, now=NOW) == AccessToken("5", "j", False, True, NOW, NOW, NOW + 900)
    refresh = keyring.mint_refresh("5", jti="j", fam="f", now=NOW)
    assert keyring.verify_refresh(refresh, now=NOW) == RefreshToken("5", "j", "f", NOW, NOW, NOW + 14 * 86400)


def test_a_token_of_one_kind_is_none_of_another(keyring: Keyring):
    minted: dict[Any, str] = {
        keyring.verify_mwt: keyring.mint_mwt("5"),
        keyring.verify_access: keyring.mint_access("5"),
        keyring.verify_refresh: keyring.mint_refresh("5"),
    }
    for verify in minted:
        for other, token in minted.items():
            if other == verify:
                assert verify(token).sub == "5"
            else:
                # Each kind has a key of its own besides, but `typ` is what is looked at first.
                with pytest.raises(TokenRefused, match="another type"):
                    verify(token)


def test_equal_arguments_give_equal_bytes_and_numbers_are_random(keyring: Keyring):
    assert keyring.mint_mwt("5", now=NOW) == keyring.mint_mwt("5", now=NOW)
    assert keyring.mint_access("5", now=NOW) != keyring.mint_access("5", now=NOW)
    first, second = (keyring.verify_refresh(keyring.mint_refresh("5")) for _ in range(2))
    assert len({first.jti, first.fam, second.jti, second.fam}) == 4


def test_the_clock_is_read_where_no_time_is_given(keyring: Keyring):
    before = int(time.time())
    said = keyring.verify_access(keyring.mint_access("5"))
    assert before <= said.issued <= time.time()
    assert said.expires == said.issued + 900
    with pytest.raises(TokenRefused, match="expired"):
        keyring.verify_access(keyring.mint_access("5", now=before - 931))
    with pytest.raises(TokenRefused, match="nbf lies ahead"):
        keyring.verify_access(keyring.mint_access("5", now=before + 90))


def test_the_leeway_is_thirty_seconds_unless_told_otherwise(keyring: Keyring):
    token = keyring.mint_access("5", life=10, now=NOW)
    assert keyring.verify_access(token, now=NOW + 39).sub == "5"
    with pytest.raises(TokenRefused, match="expired"):
        keyring.verify_access(token, now=NOW + 40)
    with pytest.raises(TokenRefused, match="expired"):
        keyring.verify_access(token, now=NOW + 10, leeway=0)


def test_a_refused_token_is_the_protocols_error_and_says_why_to_the_log_alone(keyring: Keyring):
    with pytest.raises(mizan.Unauthenticated) as caught:
        keyring.verify_access("rubbish")
    assert caught.value.message is None
    assert str(caught.value) == "UNAUTHENTICATED: not three parts"


@pytest.mark.parametrize("token", ["", "é.é.é", "a.b.\ud800", "\0", "a" * 100_000])
def test_any_text_is_refused_and_none_breaks_anything(keyring: Keyring, token: str):
    with pytest.raises(TokenRefused):
        keyring.verify_mwt(token)


def test_an_older_secret_verifies_until_it_is_gone(keyring: Keyring):
    token = keyring.mint_access("5")
    rotated = Keyring.from_secret("a newer secret that is long enough", SECRET)
    assert rotated.verify_access(token).sub == "5"
    with pytest.raises(TokenRefused, match="unknown kid"):
        keyring.verify_access(rotated.mint_access("5"))
    with pytest.raises(TokenRefused, match="unknown kid"):
        Keyring.from_secret("a newer secret that is long enough").verify_access(token)


def test_keys_of_its_own_serve_one_purpose(keyring: Keyring):
    own = Keyring(SECRET, keys={"mwt": [("m1", b"\x80" * 32)]})
    assert own.verify_access(keyring.mint_access("5")).sub == "5"
    with pytest.raises(TokenRefused, match="unknown kid"):
        own.verify_mwt(keyring.mint_mwt("5"))
    alone = Keyring(keys={"mwt": [("m1", b"\x80" * 32)]})
    assert alone.verify_mwt(own.mint_mwt("5")).sub == "5"
    with pytest.raises(ValueError, match=r'^no key for access: set secret or keys\["access"\]$'):
        alone.mint_access("5")


def test_an_audience_takes_only_its_own(keyring: Keyring):
    with pytest.raises(TokenRefused, match="another audience"):
        Keyring.from_secret(SECRET, audience="shop").verify_access(keyring.mint_access("5"))


HIDDEN = "hunter2-hunter2"


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        ("", "secret is shorter than 32 bytes"),
        (HIDDEN, "secret is shorter than 32 bytes"),
        (f" {HIDDEN * 4}", "secret starts or ends with a blank"),
        (f"{HIDDEN * 4}\r\n", "secret starts or ends with a blank"),
        (f"\ufeff{HIDDEN * 4}", "secret starts with a byte-order mark"),
        (f"-----BEGIN PRIVATE KEY-----\n{HIDDEN * 4}", "secret looks like a PEM file"),
        (f"ssh-ed25519 {HIDDEN * 4}", "secret looks like an SSH key"),
        (f'{{"kty":"oct","k":"{HIDDEN * 4}"}}', "secret looks like a JSON Web Key"),
        (None, "secret is NoneType: a secret is text or bytes"),
        (5, "secret is int: a secret is text or bytes"),
    ],
)
def test_what_is_no_secret_does_not_start_and_is_not_shown(secret: Any, problem: str):
    with pytest.raises(ValueError, match=problem) as caught:
        Keyring.from_secret(secret)
    assert str(caught.value) == problem
    assert HIDDEN not in repr(caught.value)


def test_one_secret_for_two_purposes_does_not_start():
    twice = r'^keys\["access"\] has the same as secret: one secret serves one purpose$'
    with pytest.raises(ValueError, match=twice):
        Keyring(SECRET, keys={"access": [("a", SECRET)]})
    with pytest.raises(ValueError, match=r'^keys\["mwt"\] is float'):
        Keyring(keys={"mwt": [("a", 1.5)]})  # type: ignore[list-item]


def test_the_first_key_of_the_environment_names_what_is_cached():
    """KEY-6, STORE-2."""
    other, first = b"\x80" * 32, b"\x81" * 32
    rotated, newer, older = (
        rings.entry_name("shelf", b"{}", "0" * 16, None)
        for rings in (
            _core.Keyrings(None, [], (other, first)),
            _core.Keyrings([other], []),
            _core.Keyrings([first], []),
        )
    )
    assert rotated == newer != older


def test_nothing_shows_a_secret(keyring: Keyring):
    shown = f"{keyring!r} {keyring} {_core.Keyrings([SECRET.encode()], [])!r}"
    assert SECRET not in shown


def test_a_token_is_of_one_session():
    rings = _core.Keyrings([SECRET.encode()], [])
    token = rings.csrf_mint("ada-1", bytes(16))
    assert rings.csrf_check("ada-1", token.encode())
    assert not rings.csrf_check("ada-2", token.encode())
    with pytest.raises(ValueError, match="16"):
        rings.csrf_mint("ada-1", bytes(15))
    with pytest.raises(ValueError, match="no key for csrf"):
        _core.Keyrings([], []).csrf_check("ada-1", token.encode())


def test_a_family_lives_until_a_second_use():
    text, taken = _core.rotate("live:1", "1", "2")
    assert taken
    assert _core.rotate(text, "1", "3") == ("revoked", False)
    assert _core.rotate("revoked", "2", "3") == (None, False)
    assert _core.rotate(None, "1", "3") == (None, False)

"""Two other libraries and the core agree on 10,000 tokens each way: what one signs, the other verifies and reads."""

import json
import subprocess
from pathlib import Path
from typing import Any

import jwt as untyped
import pytest

from random_tokens import COUNT, NOW, TYPES, Token, tokens

HERE = Path(__file__).parent
# Its own types leave the keys of an optional package open.
jwt: Any = untyped


def asked_of_jose(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    command = ["node", "other_library.js"]
    done = subprocess.run(command, cwd=HERE, input=lines.encode(), capture_output=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def read_by_pyjwt(token: Token, text: str) -> dict[str, Any]:
    # Its clock cannot be set: what it says of times is left out, what it says of the rest is not.
    options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    return jwt.decode(text, token.secret, algorithms=["HS256"], audience=token.audience, options=options)


@pytest.mark.parametrize("kind", TYPES)
def test_all_kinds_are_among_them(kind: str) -> None:
    assert sum(token.kind == kind for token in tokens()) > COUNT / 4


def test_pyjwt_reads_what_the_core_signs() -> None:
    for token in tokens():
        text = token.mint()
        assert jwt.get_unverified_header(text) == token.header
        assert read_by_pyjwt(token, text) == token.claims


def test_the_core_reads_what_pyjwt_signs() -> None:
    for token in tokens():
        text = jwt.encode(token.claims, token.secret, "HS256", headers=token.header)
        payload = token.keyrings.verify_signature(token.kind, text.encode())  # type: ignore[arg-type]
        assert isinstance(payload, bytes), payload
        assert json.loads(payload) == token.claims
        assert token.verified(text) == token.claims


def test_jose_reads_what_the_core_signs() -> None:
    held = list(tokens())
    asked = [
        {
            "verify": token.mint(),
            "secret": token.secret.hex(),
            "typ": TYPES[token.kind],
            "audience": token.audience,
            "now": NOW,
        }
        for token in held
    ]
    assert asked_of_jose(asked) == [{"payload": token.claims} for token in held]


def test_the_core_reads_what_jose_signs() -> None:
    held = list(tokens())
    asked = [{"sign": token.claims, "secret": token.secret.hex(), "header": token.header} for token in held]
    for token, answer in zip(held, asked_of_jose(asked), strict=True):
        payload = token.keyrings.verify_signature(token.kind, answer["token"].encode())  # type: ignore[arg-type]
        assert isinstance(payload, bytes), payload
        assert json.loads(payload) == token.claims
        assert token.verified(answer["token"]) == token.claims


def test_a_changed_character_is_refused_by_all_three() -> None:
    """The control: agreement is no accident of libraries that take anything."""
    held = list(tokens(200))
    changed: list[str] = []
    for index, token in enumerate(held):
        text = token.mint()
        at = (index * 7) % text.rindex(".")
        changed.append(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])
    asked = [
        {"verify": text, "secret": token.secret.hex(), "audience": token.audience, "now": NOW}
        for token, text in zip(held, changed, strict=True)
    ]
    assert all("refused" in answer for answer in asked_of_jose(asked))
    for token, text in zip(held, changed, strict=True):
        assert isinstance(token.verified(text), str)
        with pytest.raises(jwt.InvalidTokenError):
            read_by_pyjwt(token, text)

"""Tokens with anything in them, the same ones each time."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mizan import _core

COUNT = 10_000
NOW = 1_700_000_000
TYPES = {"mwt": "mwt+jwt", "access": "at+jwt", "refresh": "rt+jwt"}
LETTERS = 'abcXYZ0189 "\\/\b\n\t\0<>&\x7fé€\u2028\ue000\uffff😀'


@dataclass(frozen=True)
class Token:
    """What a token says, and the key that it is signed with."""

    kind: str
    kid: str
    secret: bytes
    audience: str
    claims: dict[str, Any]

    @property
    def header(self) -> dict[str, str]:
        """Its header, as the page gives it."""
        return {"alg": "HS256", "kid": self.kid, "typ": TYPES[self.kind]}

    @property
    def keyrings(self) -> _core.Keyrings:
        """Its key, for its purpose alone."""
        return _core.Keyrings([], [(self.kind, [(self.kid, self.secret)])])  # type: ignore[list-item]

    def mint(self) -> str:
        """The token as the core makes it."""
        held, rings, life = self.claims, self.keyrings, self.claims["exp"] - NOW
        if self.kind == "mwt":
            flags = (held["staff"], held["super"])
            return rings.mint_mwt(held["sub"], held["pkey"], *flags, self.audience, NOW, life)
        if self.kind == "access":
            flags = (held["staff"], held["super"])
            return rings.mint_access(held["sub"], held["jti"], *flags, self.audience, NOW, life)
        return rings.mint_refresh(held["sub"], held["jti"], held["fam"], self.audience, NOW, life)

    def verified(self, text: str) -> dict[str, Any] | str:
        """What the core reads in a text, by the names of the claims; or why it is refused."""
        if self.kind == "mwt":
            said, names = self.keyrings.verify_mwt(text.encode(), self.audience, NOW, 30), "sub pkey staff super"
        elif self.kind == "access":
            said, names = self.keyrings.verify_access(text.encode(), self.audience, NOW, 30), "sub jti staff super"
        else:
            said, names = self.keyrings.verify_refresh(text.encode(), self.audience, NOW, 30), "sub jti fam"
        if isinstance(said, str):
            return said
        return {"aud": self.audience, **dict(zip([*names.split(), "iat", "nbf", "exp"], said, strict=True))}


def tokens(count: int = COUNT) -> Iterator[Token]:
    """Some tokens, valid at `NOW`."""
    source = random.Random(20)  # noqa: S311 - the same ones each time

    def text(most: int = 12) -> str:
        return "".join(source.choices(LETTERS, k=source.randint(0, most)))

    for index in range(count):
        kind = source.choice(list(TYPES))
        # PyJWT takes no empty audience for one.
        audience = text() or "a"
        claims: dict[str, Any] = {"aud": audience, "exp": NOW + source.randint(1, 10**6), "iat": NOW, "nbf": NOW}
        claims["sub"] = text()
        if kind != "refresh":
            claims |= {"staff": source.random() < 0.5, "super": source.random() < 0.5}
        claims |= {"mwt": {"pkey": text()}, "access": {"jti": text()}, "refresh": {"fam": text(), "jti": text()}}[kind]
        secret = b"\xff" + source.randbytes(source.randint(31, 100))
        kid = f"k{index}é" if index % 2 else f"{index}"
        yield Token(kind, kid, secret, audience, claims)

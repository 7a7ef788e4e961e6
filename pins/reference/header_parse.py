"""X-Mizan-Invalidate, read (HDR-6, HDR-7): the List of RFC 9651, section 4.2, and the targets that it says."""

import re
from typing import Any

from kinds import Value
from refusal import Refused
from targets import FUNCTION, PARAM, Target, settle

TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*", re.ASCII)
KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*", re.ASCII)
INTEGER = re.compile(r"-?[0-9]{1,15}(?![0-9.])", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9])", re.ASCII)
BYTES = re.compile(r":[A-Za-z0-9+/]*={0,2}:", re.ASCII)
STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"', re.ASCII)
DISPLAY = re.compile(r'%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"', re.ASCII)
SPACES = re.compile(r" *")
BLANKS = re.compile(r"[ \t]*")

EVERYTHING = "*"


class Other:
    """An item that RFC 9651 has and no target uses."""


OTHER = Other()
Item = Value | Other


class Cursor:
    """A place in the header's text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self.place == len(self.text)

    def skip(self, pattern: re.Pattern[str]) -> None:
        """Passes what the pattern matches, which may be nothing."""
        match = pattern.match(self.text, self.place)
        self.place = match.end() if match else self.place

    def take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """What the pattern matches here; it has to."""
        match = pattern.match(self.text, self.place)
        if match is None:
            raise Refused("BAD_REQUEST")
        self.place = match.end()
        return match

    def passes(self, text: str) -> bool:
        """Whether this very text stands here; if so it is passed."""
        found = self.text.startswith(text, self.place)
        self.place += len(text) if found else 0
        return found


def targets(lines: list[str]) -> list[Target] | str:
    """The targets of the header's field lines, unique and in order (INV-3, INV-4), or "*"."""
    found = read(Cursor(",".join(lines)))
    known = [target for target in found if target is not None]
    return settle(known) if len(known) == len(found) else EVERYTHING


def read(cursor: Cursor) -> list[Target | None]:
    """A List; none for a member that is no target (HDR-7)."""
    found: list[Target | None] = []
    cursor.skip(SPACES)
    while not cursor.at_end():
        found.append(member(cursor))
        cursor.skip(BLANKS)
        if cursor.at_end():
            break
        if not cursor.passes(","):
            raise Refused("BAD_REQUEST")
        cursor.skip(BLANKS)
        if cursor.at_end():
            raise Refused("BAD_REQUEST")
    return found


def member(cursor: Cursor) -> Target | None:
    """A member with its parameters; a target where it is a Token that names a context, or a context and a function."""
    name = cursor.take(TOKEN)[0] if TOKEN.match(cursor.text, cursor.place) else ""
    if not name:
        inner_list(cursor) if cursor.passes("(") else bare_item(cursor)
    given = parameters(cursor)
    context, dot, function = name.partition(".")
    if not PARAM.fullmatch(context) or (dot and not FUNCTION.fullmatch(function)):
        return None
    target: Target = {"context": context}
    if dot:
        target["function"] = function
    params: dict[str, Any] = {}
    for key, value in given.items():
        if key == "*sub" and isinstance(value, str):
            target["sub"] = value
        elif PARAM.fullmatch(key) and not isinstance(value, Other):
            params[key] = value
        else:
            return None
    if params:
        target["params"] = params
    return target


def parameters(cursor: Cursor) -> dict[str, Item]:
    """Parameters; of two of one key the last counts."""
    found: dict[str, Item] = {}
    while cursor.passes(";"):
        cursor.skip(SPACES)
        key = cursor.take(KEY)[0]
        found[key] = bare_item(cursor) if cursor.passes("=") else True
    return found


def inner_list(cursor: Cursor) -> None:
    """An Inner List behind its opening parenthesis: items, each with parameters, with blanks between them."""
    cursor.skip(SPACES)
    while not cursor.passes(")"):
        bare_item(cursor)
        parameters(cursor)
        if not cursor.text.startswith((" ", ")"), cursor.place):
            raise Refused("BAD_REQUEST")
        cursor.skip(SPACES)


def bare_item(cursor: Cursor) -> Item:
    """Any bare item; the kinds that HDR-2 does not write are `OTHER`."""
    if cursor.passes("?1"):
        return True
    if cursor.passes("?0"):
        return False
    start = cursor.text[cursor.place : cursor.place + 1]
    if start == '"':
        return re.sub(r"\\(.)", r"\1", cursor.take(STRING)[1])
    if start == "%":
        encoded = cursor.take(DISPLAY)[1]
        plain = re.sub(rb"%(..)", lambda match: bytes([int(match[1], 16)]), encoded.encode())
        try:
            return plain.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("BAD_REQUEST") from error
    for pattern in (DECIMAL, TOKEN, BYTES):
        if pattern.match(cursor.text, cursor.place):
            cursor.take(pattern)
            return OTHER
    if cursor.passes("@"):
        cursor.take(INTEGER)
        return OTHER
    return int(cursor.take(INTEGER)[0])

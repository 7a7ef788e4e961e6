"""X-Mizan-Invalidate, read (HDR-6, HDR-7): the List of RFC 9651, section 4.2, and the targets that it says."""

import re
from typing import Any

from targets import FUNCTION, PARAM, Target, settle

TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+\-.^_`|~:/]*", re.ASCII)
KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*", re.ASCII)
INTEGER = re.compile(r"-?[0-9]{1,15}(?![0-9.])", re.ASCII)
STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"', re.ASCII)
DISPLAY = re.compile(r'%"((?:[ !#$&-~]|%[0-9a-f]{2})*)"', re.ASCII)
SPACES = re.compile(r" *")
BLANKS = re.compile(r"[ \t]*")

EVERYTHING = "*"


class NoTarget(Exception):
    """The header does not parse, or a member of it is no target. Both mean everything (HDR-7)."""


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
            raise NoTarget
        self.place = match.end()
        return match

    def passes(self, text: str) -> bool:
        """Whether this very text stands here; if so it is passed."""
        found = self.text.startswith(text, self.place)
        self.place += len(text) if found else 0
        return found


def targets(lines: list[str]) -> list[Target] | str:
    """The targets of the header's field lines, unique and in order (INV-3, INV-4), or "*"."""
    try:
        return settle(read(Cursor(",".join(lines))))
    except NoTarget:
        return EVERYTHING


def read(cursor: Cursor) -> list[Target]:
    """A List whose members are targets."""
    found: list[Target] = []
    cursor.skip(SPACES)
    while not cursor.at_end():
        found.append(member(cursor))
        cursor.skip(BLANKS)
        if cursor.at_end():
            break
        if not cursor.passes(","):
            raise NoTarget
        cursor.skip(BLANKS)
        if cursor.at_end():
            raise NoTarget
    return found


def member(cursor: Cursor) -> Target:
    """A Token that names a context, or a context and a function, with its parameters."""
    context, dot, function = cursor.take(TOKEN)[0].partition(".")
    if not PARAM.fullmatch(context) or (dot and not FUNCTION.fullmatch(function)):
        raise NoTarget
    target: Target = {"context": context}
    if dot:
        target["function"] = function
    params: dict[str, Any] = {}
    while cursor.passes(";"):
        cursor.skip(SPACES)
        name = cursor.take(KEY)[0]
        value = bare_item(cursor) if cursor.passes("=") else True
        if name == "*sub" and isinstance(value, str):
            target["sub"] = value
        elif PARAM.fullmatch(name):
            params[name] = value
        else:
            raise NoTarget
    if params:
        target["params"] = params
    return target


def bare_item(cursor: Cursor) -> Any:
    """An Integer, a Boolean, a String or a Display String; the other kinds narrow nothing that HDR-2 writes."""
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
            raise NoTarget from error
    return int(cursor.take(INTEGER)[0])

"""Reads transcripts out of a Markdown page, runs them with the real curl, and says where an answer differs.

A transcript is a `$ curl …` line in a ```console block, with the answer under it. Continuation lines end in a
backslash. The answer is what curl prints. With `-i` or `-I` that is the status line, then headers, then an empty line
and the body. The page leaves out the words after the status, which differ from server to server, and may leave out
headers that it is not about; those that it shows must be there with these values. The body must agree byte for byte,
except that sixteen `#` in a row stand for the id of an INTERNAL error, sixteen hexadecimal digits, and sixty-four for
the token of `session/`, as many characters of base64url.
"""

import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

PAGE_BASE = "http://localhost:8000"
# The longer one first: it holds the shorter.
PLACEHOLDERS = {"#" * 64: b"[0-9A-Za-z_-]{64}", "#" * 16: b"[0-9a-f]{16}"}
BLOCK = re.compile(r"^( *)```console\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


class PageError(Exception):
    """A page whose transcripts cannot be read."""


@dataclass(frozen=True)
class Transcript:
    """One command and its answer, as the page has them."""

    line: int
    arguments: tuple[str, ...]
    answer: str

    @property
    def shows_headers(self) -> bool:
        """Whether curl was asked to print the head of the answer."""
        return any(re.fullmatch(r"-[a-zA-Z]*[iI][a-zA-Z]*|--include|--head", argument) for argument in self.arguments)

    @property
    def has_no_body(self) -> bool:
        """Whether curl prints the head alone."""
        return any(re.fullmatch(r"-[a-zA-Z]*I[a-zA-Z]*|--head", argument) for argument in self.arguments)


def read_page(text: str) -> list[Transcript]:
    """All transcripts of a page, in order. A page without any is an error, so that a page that lost them is seen."""
    transcripts: list[Transcript] = []
    for block in BLOCK.finditer(text):
        indent = block.group(1)
        first_line = text.count("\n", 0, block.start(2)) + 1
        lines = [line.removeprefix(indent) for line in block.group(2).split("\n")[:-1]]
        transcripts.extend(_read_block(lines, first_line))
    if not transcripts:
        raise PageError("the page has no transcript")
    return transcripts


def _read_block(lines: list[str], first_line: int) -> list[Transcript]:
    transcripts: list[Transcript] = []
    index = 0
    while index < len(lines):
        line = first_line + index
        if not lines[index].startswith("$ "):
            raise PageError(f"line {line}: a console block starts with a command, `$ curl …`")
        command = lines[index][2:]
        while command.endswith("\\"):
            index += 1
            if index == len(lines):
                raise PageError(f"line {line}: the command does not end")
            command = command[:-1] + lines[index].strip()
        index += 1
        answer: list[str] = []
        while index < len(lines) and not lines[index].startswith("$ "):
            answer.append(lines[index])
            index += 1
        arguments = shlex.split(command)
        if arguments[0] != "curl" or not any(PAGE_BASE in argument for argument in arguments):
            raise PageError(f"line {line}: a transcript is a curl command to {PAGE_BASE}")
        if not answer:
            raise PageError(f"line {line}: the answer is missing")
        transcripts.append(Transcript(line, tuple(arguments), "\n".join(answer)))
    return transcripts


def run(transcript: Transcript, base: str) -> bytes:
    """What curl prints when it asks the server at `base`."""
    curl, *arguments = (argument.replace(PAGE_BASE, base) for argument in transcript.arguments)
    # -q: a person's own settings for curl must not change what a transcript means.
    command = [curl, "-q", "--silent", "--show-error", "--max-time", "20", *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"line {transcript.line}: curl failed: {done.stderr.decode()}")
    return done.stdout


def differences(transcript: Transcript, printed: bytes) -> list[str]:
    """Where the printed answer differs from the page; empty where it does not."""
    if not transcript.shows_headers:
        return _body_differences(transcript.answer, printed)
    head, _, body = printed.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    shown_head, separator, shown_body = transcript.answer.partition("\n\n")
    shown_status, *shown_fields = shown_head.split("\n")
    found: list[str] = []
    if shown_status != status[: len("HTTP/1.1 200")]:
        found.append(f"the status line is {status!r}, not {shown_status!r}")
    values: dict[str, list[str]] = {}
    for field in fields:
        name, _, value = field.partition(":")
        values.setdefault(name.lower(), []).append(value.strip())
    for field in shown_fields:
        name, colon, value = field.partition(":")
        if not colon:
            found.append(f"{field!r} is no header")
        elif value.strip() not in values.get(name.lower(), []):
            found.append(f"the header {name} is {values.get(name.lower(), 'absent')}, not {value.strip()!r}")
    if transcript.has_no_body and separator:
        found.append("a transcript of -I shows no body")
    return found + _body_differences(shown_body, body)


def _body_differences(shown: str, body: bytes) -> list[str]:
    pattern = re.escape(shown.encode())
    for placeholder, anything in PLACEHOLDERS.items():
        pattern = pattern.replace(re.escape(placeholder.encode()), anything)
    if re.fullmatch(pattern, body):
        return []
    return [f"the body is\n  {body!r}\nnot\n  {shown.encode()!r}"]


def page_transcripts(path: Path) -> list[Transcript]:
    """All transcripts of the page at that path."""
    return read_page(path.read_text(encoding="utf-8"))

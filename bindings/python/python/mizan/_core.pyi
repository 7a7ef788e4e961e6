"""The native half: the core's application and exchange, as handles, bytes and flat scalars."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, final

CONTRACT: int
"""Raised with every change of this interface."""

Failure = (
    tuple[Literal["protocol"], str, str | None, int | None]  # code, message, seconds to wait
    | tuple[Literal["declared"], str, str, bytes | None]  # code, message, JSON text of the data
    | tuple[Literal["invalid"], list[tuple[list[str | int], str]]]  # path below the arguments, message
    | tuple[Literal["raised"]]  # anything else, logged by whoever caught it
)
Outcome = (
    bytes  # JSON text of the result
    # The same, with the computed params (JSON text of an object), and targets with theirs.
    | tuple[Literal["returned"], bytes, bytes | None, list[tuple[str, bytes | None]]]
    | tuple[Literal["timed_out"]]
    | Failure
)
Allowed = bool | Failure
"""What a guard decided."""

Caller = tuple[str, bool, bool, list[str]] | Failure | None
"""Who asks: sub, staff, superuser, permissions."""

Identify = tuple[Literal[0]]
Guard = tuple[Literal[1], list[tuple[int, str]]]
"""Function index and guard name of each."""
Invoke = tuple[Literal[2], list[tuple[int, dict[str, Any], float]]]
"""Function index, arguments and seconds of each."""
Reply = tuple[Literal[3], int, list[tuple[bytes, bytes]], bytes, list[tuple[bool, str]]]
"""Status, headers, body; log lines: whether it is an error, and the text."""
Step = Identify | Guard | Invoke | Reply

@final
class Application:
    """A frozen, validated application."""

    def __new__(cls, document: bytes) -> Application:
        """Build it from a registration document.

        Raises:
            ValueError: With every problem, each with its place and its fix.
        """

    def functions(self) -> list[str]:
        """The names of the functions, in the order of their indexes."""

    def ir(self) -> str:
        """The IR as KDL."""

    def digest(self) -> str:
        """The first 16 hex digits of the IR's SHA-256."""

    def ir_with_sources(self) -> str:
        """The same, with a comment line for each function that says where it was declared."""

    def body_limit(self, content_type: bytes | None = None) -> int:
        """The most bytes of a body of that type that are read; hand over at most one more."""

    def takes_uploads(self) -> bool:
        """Whether a function takes files, so that bodies with files are read."""

    def owns(self, path: str) -> bool:
        """Whether the protocol answers that raw path."""

    def scope(self, function: str, args: bytes, sub: str | None = None) -> bytes:
        """What a call makes stale by what its function affects: a JSON list of targets (SCOPE-1 to SCOPE-5).

        Raises:
            Refused: `NOT_FOUND` for a function that is not there, `VALIDATION` for args that do not fit.
        """

    def open(
        self,
        method: str,
        path: str,
        query: bytes,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes,
        nonce: int,
    ) -> tuple[Exchange, Step]:
        """Begin to answer a request; what is to be done first.

        `path` is raw, with the base in front; `nonce` is 64 bits that no other request has.
        """

@final
class Exchange:
    """One request on its way to its reply."""

    def identified(self, caller: Caller) -> Step:
        """Answer `Identify`; the next step."""

    def guarded(self, decisions: list[Allowed]) -> Step:
        """Answer `Guard`, in order; the next step."""

    def returned(self, outcomes: list[Outcome]) -> Step:
        """Answer `Invoke`, in order; the next step."""

class Refused(Exception):
    """An input that the core refuses: its code, and JSON of its details where it is `VALIDATION`."""

    args: tuple[str, bytes | None]

@final
class Schema:
    """A JSON Schema, compiled."""

    def __new__(cls, schema: bytes, role: Literal["input", "params", "output"]) -> Schema:
        """Compile the schema of an input (strict), of a query, or of a result (as encoders write it).

        Raises:
            ValueError: Where the IR cannot say it, with its place and its fix.
        """

    def read(self, text: bytes) -> bytes:
        """The canonical form of a JSON text, defaults filled in.

        Raises:
            Refused: `BAD_REQUEST`, or `VALIDATION` with all its details.
        """

    def query(self, query: bytes) -> bytes:
        """Canonical JSON of query text (CTX-7 to CTX-11).

        Raises:
            Refused: As `read`.
        """

def canonical_json(text: bytes, numbers: Literal["any", "float"]) -> bytes:
    """The canonical form of a JSON text (VALUE-1); `numbers` says what stands at its numbers (VALUE-11).

    Raises:
        Refused: `BAD_REQUEST`, or `VALIDATION` for its numbers.
    """

def check_json(text: bytes) -> None:
    """Refuse what is not JSON as the protocol reads it (VALUE-8).

    Raises:
        Refused: `BAD_REQUEST`.
    """

def rewrite_ir(text: str) -> str:
    """An IR, read and written again.

    Raises:
        ValueError: Where it is none, with line and column.
    """

def format_targets(targets: bytes) -> str:
    """The value of X-Mizan-Invalidate for a JSON list of targets (HDR-1 to HDR-5).

    Raises:
        Refused: `BAD_REQUEST` for what is no such list.
    """

def parse_targets(lines: list[bytes]) -> bytes | None:
    """The targets of the header's field lines as a JSON list; None for everything (HDR-7).

    Raises:
        Refused: They are no RFC 9651 List. Whoever asked must then purge everything (HDR-6).
    """

def run_command_line(arguments: list[str], emit_ir: Callable[[list[str]], int]) -> int:
    """Run the `mizan` command; the exit status. `emit_ir` runs `mizan ir`."""

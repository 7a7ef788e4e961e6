"""The native half: the core's application and exchange, as handles, bytes and flat scalars."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Literal, final

CONTRACT: int
"""Raised with every change of this interface."""

MAX_DETAILS: int
"""The most details that one reply carries (LIM-10)."""

TOKEN_LIVES: tuple[int, int, int]
"""How long an identity, an access and a refresh token live unless told otherwise, in seconds (TOK-1)."""
TOKEN_LEEWAY: int
"""How far clocks may be apart unless told otherwise, in seconds (TOK-10)."""

Failure = (
    tuple[Literal["protocol"], str, str | None, int | None]  # code, message, seconds to wait
    | tuple[Literal["declared"], str, str, bytes | None]  # code, message, JSON text of the data
    | tuple[Literal["invalid"], list[tuple[list[str | int], str]]]  # path below the arguments, message
    | tuple[Literal["raised"]]  # anything else, logged by whoever caught it
)

@final
class Checked:
    """A result in canonical JSON, checked by its type. Only an `Encoder` makes one."""

    def text(self) -> bytes:
        """The text."""

TimedOut = tuple[Literal["timed_out"]]

Outcome = (
    bytes  # JSON text of the result, for the core to check
    | Checked
    # The same, with the computed params (JSON text of an object), and targets with theirs.
    | tuple[Literal["returned"], bytes | Checked, bytes | None, list[tuple[str, bytes | None]]]
    # A page answered with a response of the framework's, of which only `status_code` is read; the rest as above.
    | tuple[Literal["responded"], Any, bytes | None, list[tuple[str, bytes | None]]]
    | TimedOut
    | Failure
    # The same, with the targets that were named until then, and their params.
    | tuple[Literal["announced"], Failure | TimedOut, list[tuple[str, bytes | None]]]
)
Allowed = bool | Failure
"""What a guard decided."""

Caller = tuple[str, bool, bool, list[str] | None, str | None] | Failure | None
"""Who asks: sub, staff, superuser, permissions (None where they are to be asked for when they matter), session."""

Description = tuple[object, ...] | None
"""What a result is made of, as `_plan` writes it; None where it is not plain."""

Proof = Literal["session", "mwt", "access"]

Identify = tuple[Literal[0]]
Guard = tuple[Literal[1], list[tuple[int, str]]]
"""Function index and guard name of each."""
Arguments = Any
"""What a function is called with: a dictionary by name; where `Application.positional` said so, a tuple."""

Invoke = tuple[Literal[2], list[tuple[int, Arguments, float]]]
"""Function index, arguments and seconds of each."""
Reply = tuple[Literal[3], int, list[tuple[bytes, bytes]], bytes, list[tuple[bool, str]]]
"""Status, headers, body; log lines: whether it is an error, and the text.

Where the function of a page responded and there is no body, the headers are to be put on that response."""
TextReply = tuple[Literal[3], int, list[tuple[str, str]], bytes, list[tuple[bool, str]]]
"""The same, of an application that was built with `text_headers`."""
Permitted = tuple[Literal[4], str]
"""The `sub` whose permissions are asked for."""
Wait = tuple[Literal[5]]
"""Something is on its way: `Exchange.wake` or `Exchange.wait`."""
Step = Identify | Guard | Invoke | Reply | Permitted | Wait

@final
class Application:
    """A frozen, validated application."""

    def __new__(
        cls,
        document: bytes,
        *,
        keyrings: Keyrings | None = None,
        mwt: bool = False,
        access: bool = False,
        token_functions: list[str] = ...,
        finds: bool = False,
        audience: str = "mizan",
        leeway: int = 30,
        has_sessions: bool = False,
        csrf: bool | None = None,
        trusted_origins: list[str] = ...,
        store: str | None = None,
        store_bytes: int | None = None,
        prefix: str | None = None,
        timeout: float | None = None,
        patience: float | None = None,
        lease: float | None = None,
        text_headers: bool = False,
    ) -> Application:
        """Build it from a registration document, and what `mizan._protection` says.

        Raises:
            ValueError: With every problem, each with its place and its fix.
        """

    def functions(self) -> list[str]:
        """The names of the functions, in the order of their indexes."""

    def ir(self) -> str:
        """The IR as KDL."""

    def manifest(self) -> str:
        """The edge manifest, canonical JSON."""

    def openapi(self, title: str = "Mizan") -> str:
        """The OpenAPI 3.1 export, canonical JSON.

        Args:
            title: The title of the interface.
        """

    def digest(self) -> str:
        """The first 16 hex digits of the IR's SHA-256."""

    def ir_with_sources(self) -> str:
        """The same, with a comment line for each function that says where it was declared."""

    def body_limit(self, content_type: bytes | None = None) -> int:
        """The most bytes of a body of that type that are read; hand over at most one more."""

    def takes_uploads(self) -> bool:
        """Whether a function takes files, so that bodies with files are read."""

    def reserves(self, path: str) -> bool:
        """Whether no page has that path, since it is at or below the base (PAGE-2)."""

    def owns(self, path: str) -> bool:
        """Whether the protocol answers that raw path, or a page of the application."""

    def scope(self, function: str, args: bytes, sub: str | None = None) -> bytes:
        """What a call makes stale by what its function affects: a JSON list of targets (SCOPE-1 to SCOPE-5).

        Raises:
            Refused: `NOT_FOUND` for a function that is not there, `VALIDATION` for args that do not fit.
        """

    def tags(self, context: str, params: bytes, sub: str | None = None) -> list[str]:
        """The tags of the origin cache that a bundle stands under (STORE-4); `params` is a JSON object.

        Raises:
            Refused: `NOT_FOUND` for a context that is not there, `VALIDATION` for params that do not fit.
        """

    def arguments(self, function: int, text: bytes) -> Arguments:
        """The arguments of the function at that index, from the JSON text of an object: what `Invoke` hands over.

        Raises:
            Refused: `BAD_REQUEST`, or `VALIDATION` with all its details.
            ValueError: Python has no object for a value, such as a date in the year 0.
        """

    def positional(self, function: int, names: list[str]) -> bool:
        """Have the arguments of the function at that index handed over as a tuple, in the order of these names.

        False, and nothing changes, where they are not just the names of its input, or very many.
        """

    def encoder(self, function: int, description: Description, general: Callable[[object], bytes]) -> Encoder:
        """What prints the results of the function at that index.

        `general` prints what the description does not; a description that the core's shape does not go with is as None.
        """

    def token_desk(self) -> TokenDesk | None:
        """What hands tokens out; None where no function does."""

    def open(
        self,
        method: str,
        path: str,
        query: bytes,
        headers: Sequence[tuple[bytes, bytes]] | dict[str, Any],
        body: bytes,
        nonce: int,
        now: int,
        secure: bool,
        uncached: bool = False,
        varies: bool = False,
        random: bytes | None = None,
    ) -> tuple[Exchange, Step]:
        """Begin to answer a request; what is to be done first.

        `path` is raw, with the base in front; `headers` are a list of pairs, or an environment as WSGI has it;
        `nonce` is 64 bits that no other request has; `now` are the seconds since 1970;
        `secure` is whether it came over TLS; `uncached` is whether it is inside of a transaction, finds nothing
        in the cache and leaves nothing there;
        `varies` is whether members may answer by more than params and caller, so that what is not public
        is neither found there nor left there. A replay gives the 16 bytes
        that are otherwise drawn from the operating system in `random`.
        """

@final
class Encoder:
    """Prints the results of one function."""

    @property
    def is_plain(self) -> bool:
        """Whether the description was taken, so that `general` is asked only for values that are not as it says."""

    def encode(self, result: object) -> bytes | Checked:
        """The text of a result; bytes are what `general` gave. Whatever that raises, this raises."""

@final
class Bell:
    """Wakes one event loop, from any thread and without the interpreter."""

    def __new__(cls) -> Bell:
        """Make one; `NotImplementedError` where loops watch no descriptors."""

    def fileno(self) -> int:
        """What the loop is to watch: it can be read from when the bell has rung."""

    def take(self) -> list[Any]:
        """What it has rung for since this was last asked."""

@final
class Begun:
    """An async function that has taken its first step, and of which more is to be told than the text of its result."""

    @property
    def running(self) -> Coroutine[Any, Any, Any] | None:
        """Its coroutine; None where it has returned."""

    @property
    def value(self) -> object:
        """What the coroutine waits for, or the result."""

@final
class Runner:
    """Calls one async function."""

    def __new__(
        cls,
        function: Callable[..., object],
        encoder: Encoder | None,
        awaited: Callable[[Any], Coroutine[Any, Any, Any]],
        announce: Callable[[list[Any]], object],
    ) -> Runner:
        """Without an encoder, `begin` gives results as they are.

        `awaited` makes coroutines of other awaitables, `announce` takes the list for what `invalidate()` names.
        """

    def begin(self, arguments: Arguments, changes: list[Any]) -> bytes | Checked | Begun:
        """Call the function, and let it run to where it first waits; what it names goes into `changes`.

        It gives the text of the result; `Begun` where the function waits or has named something, and where there is no
        encoder. Whatever the function raises, this raises.
        """

@final
class Exchange:
    """One request on its way to its reply."""

    def identified(self, caller: Caller) -> Step:
        """Answer `Identify`; the next step."""

    def permitted(self, allowed: list[str] | Failure | None) -> Step:
        """Answer `Permitted`: None where nobody can tell; the next step."""

    def identity(self) -> tuple[str, bool, bool, list[str], str | None, Proof] | None:
        """Who asks, as far as that was asked for: sub, staff, superuser, permissions, session, proof."""

    def wake(self, wake: Callable[[], object]) -> bool:
        """After `Wait`: have `wake` called, on any thread, when it is there; true, and no call, if it is already."""

    def ring(self, bell: Bell, what: object) -> bool:
        """As `wake`: the bell rings for `what`."""

    def vary(self) -> None:
        """As `varies` of `open`, found out later: it counts until the answer to `Identify`."""

    def resume(self) -> Step:
        """After `Wait`, once woken; the next step."""

    def wait(self) -> Step:
        """After `Wait`: wait without the interpreter's lock; the next step."""

    def late(self) -> Late | None:
        """After `Invoke`: what its functions may still change when nobody waits for it; None where nothing is kept."""

    def deferred(self) -> Deferred | None:
        """What to take away once the transaction is committed that it is inside of; None where it is in none."""

    def abandon(self, targets: list[tuple[str, bytes | None]]) -> list[tuple[bool, str]]:
        """Give the request up: who waits for what it was filling loads for itself, and its holds run out.

        After `Invoke`, what its functions may have changed is taken away, and these targets, which they have named.
        Lines to log.
        """

    def guarded(self, decisions: list[Allowed]) -> Step:
        """Answer `Guard`, in order; the next step."""

    def returned(self, outcomes: list[Outcome]) -> Step:
        """Answer `Invoke`, in order; the next step."""

@final
class Late:
    """What a function may still change when its request was answered, or given up (STORE-7)."""

    def ended(self, targets: list[tuple[str, bytes | None]]) -> list[tuple[bool, str]]:
        """It has ended, and had named these targets: take away what it may have changed. Lines to log."""

@final
class Deferred:
    """What a request takes away once a transaction is committed."""

    def is_empty(self) -> bool:
        """Whether there is nothing to take away, so far."""

    def purge(self) -> bool:
        """It is committed: take it away, and wait until it is gone; whether it is."""

@final
class Fill:
    """What a reader that missed may fill, once."""

@final
class Hold:
    """A hold on tags, to be lifted once. One that is dropped runs out by itself."""

@final
class Cache:
    """The origin cache by itself, a step at a time: what schedules of `pins/` play (FILL-1 to FILL-7).

    An application that has one keeps its own; nothing that is served comes through here.
    """

    def __new__(cls, store: str, secret: bytes, *, room: int, prefix: str, patience: float) -> Cache:
        """`store` is `memory`, of `room` bytes, or the URL of a Redis, which has `patience` seconds for an answer.

        Raises:
            ValueError: What does not start.
        """

    def load(self, context: str, entry: str, tags: list[str], patience: float) -> bytes | Fill | None:
        """The body that was kept; what may be filled; or None where nothing may be kept now.

        Raises:
            TimeoutError: For `patience` seconds another reader was filling it.
        """

    def store(self, fill: Fill, body: bytes, ttl: float) -> bool:
        """Keep a body for `ttl` seconds; whether it is kept."""

    def abandon(self, fill: Fill) -> None:
        """Give a fill up."""

    def hold(self, tags: list[tuple[str, str]], limit: float) -> Hold:
        """Hold tags, each a context and a tag, for `limit` seconds at most."""

    def purge(self, tags: list[tuple[str, str]], hold: Hold | None = None) -> bool:
        """Remove what has one of the tags, then lift the hold; whether the store took it."""

    def lift(self, hold: Hold) -> None:
        """Lift a hold."""

    def evict_entry(self, context: str, entry: str, tags: list[str]) -> bool:
        """The store loses an entry; whether it answered, as below."""

    def evict_generation(self, context: str, tag: str) -> bool:
        """The store loses a tag's generation."""

    def evict_epoch(self, context: str) -> bool:
        """The store loses a context's epoch."""

    def restart(self) -> bool:
        """The store loses everything."""

MwtClaims = tuple[str, str, bool, bool, int, int, int]
"""sub, pkey, staff, superuser; issued, not before and expires, in seconds."""
AccessClaims = tuple[str, str, bool, bool, int, int, int]
"""sub, jti, staff, superuser; issued, not before and expires, in seconds."""
RefreshClaims = tuple[str, str, str, int, int, int]
"""sub, jti, fam; issued, not before and expires, in seconds."""
Purpose = Literal["mwt", "access", "refresh", "cache", "csrf"]

@final
class Keyrings:
    """The keyrings of an application: what signs and verifies, by purpose (KEY-1)."""

    def __new__(
        cls,
        secrets: list[bytes] | None,
        keys: Sequence[tuple[Purpose, list[tuple[str, bytes]]]],
        environment: tuple[bytes | None, bytes | None] | None = None,
        names: tuple[str, str] | None = None,
    ) -> Keyrings:
        """Set keys up: one secret for all purposes, the newest first, and keys of their own for some.

        Without `secrets` the values of `MIZAN_SECRET` and `MIZAN_SECRET_OLD` count, the `environment` (KEY-6).
        `names` are what problems call the options of secrets and of keys.

        Raises:
            ValueError: With every problem, each naming its setting and none a value (KEY-3 to KEY-5).
        """

    def is_empty(self) -> bool:
        """Whether no purpose has a key."""

    def kids(self, purpose: Purpose) -> list[str]:
        """The names of a purpose's keys, the one that signs first."""

    def mint_mwt(self, sub: str, pkey: str, staff: bool, superuser: bool, audience: str, now: int, life: int) -> str:
        """The identity token (TOK-1); `now` and `life` in seconds.

        Raises:
            ValueError: There is no key, a time is out of range, or the token would be too long. So too below.
        """

    def mint_access(self, sub: str, jti: str, staff: bool, superuser: bool, audience: str, now: int, life: int) -> str:
        """The access token (TOK-1)."""

    def mint_refresh(self, sub: str, jti: str, fam: str, audience: str, now: int, life: int) -> str:
        """The refresh token (TOK-1)."""

    def verify_mwt(self, token: bytes | str, audience: str, now: float, leeway: int) -> MwtClaims | str:
        """What a token claims, or why it is refused (TOK-2 to TOK-11). Text is its UTF-8, `now` is in whole seconds."""

    def verify_access(self, token: bytes | str, audience: str, now: float, leeway: int) -> AccessClaims | str:
        """The same of an access token."""

    def verify_refresh(self, token: bytes | str, audience: str, now: float, leeway: int) -> RefreshClaims | str:
        """The same of a refresh token."""

    def verify_signature(self, purpose: Purpose, token: bytes) -> bytes | str:
        """The payload of a JWS whose signature holds, or why it is refused (TOK-2 to TOK-8)."""

    def csrf_mint(self, session: str, nonce: bytes) -> str:
        """The token of a session against forged requests (CSRF-1); `nonce` is 16 random bytes.

        Raises:
            ValueError: The session has no id, the nonce another length, or there is no key.
        """

    def csrf_check(self, session: str, token: bytes) -> bool:
        """Whether the token is one of that session (CSRF-2)."""

    def entry_name(self, context: str, params: bytes, revision: str, sub: str | None) -> str:
        """The name of an entry of the origin cache, of what made its bundle (STORE-2); `params` is canonical JSON.

        Raises:
            ValueError: There is no key.
        """

    def cache_key(
        self,
        ir: str,
        context: str,
        params: bytes,
        public: bool,
        sub: str | None,
        identity: tuple[str, bool, bool, list[str]] | None,
    ) -> str:
        """The name of an entry of the origin cache (STORE-2).

        Args:
            ir: The IR, as KDL.
            context: The name of one of its contexts.
            params: Canonical JSON.
            public: Whether the context is.
            sub: Who asks, where it is not; None for nobody.
            identity: The same, where a member takes it: sub, staff, superuser, permissions.

        Raises:
            ValueError: It is no IR, or it has no such context.
        """

@final
class Origins:
    """The origins of other hosts that may send requests with the caller's cookies (CSRF-3 to CSRF-6)."""

    def __new__(cls, trusted: list[str]) -> Origins:
        """Read `https://app.example` and the like.

        Raises:
            ValueError: One of them is no origin.
        """

    def allow(self, method: str, origin: list[bytes], fetch_site: list[bytes], host: list[bytes]) -> bool:
        """Whether a request may come from where its headers say, by all values of each."""

def permission_key(permissions: list[str], staff: bool, superuser: bool) -> str:
    """The permission key (TOK-12): 32 hexadecimal digits."""

def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """The HMAC-SHA256 that all keys use, for the vectors that others publish."""

def rotate(stored: str | None, jti: str, successor: str) -> tuple[str | None, bool]:
    """What becomes of a refresh token that verified (TOK-13 to TOK-15): the text to write, whether it is taken."""

class Refused(Exception):
    """What the core refuses: its code, JSON of its details where it is `VALIDATION`, and a message where it has one."""

    args: tuple[str, bytes | None, str | None]

_Asking = tuple[str, bool, bool, list[str], str]

@final
class Presented:
    """A refresh token that verified (TOK-13)."""

    @property
    def sub(self) -> str:
        """Who it is about."""

@final
class TokenDesk:
    """What the functions that hand tokens out do (AUTH-11, AUTH-12, TOK-13 to TOK-15).

    Whoever asks is `(sub, staff, superuser, permissions, proof)`; `now` is in seconds since 1970. All may wait for a
    store.

    Raises:
        Refused: `UNAUTHENTICATED` or `UNAVAILABLE`, and a message for the caller where it is not the code's own.
        ValueError: A token would be longer than 8 KiB.
    """

    def obtain_mwt(self, who: _Asking, now: int) -> tuple[str, int]:
        """An identity token, and how long it lives, in seconds."""

    def obtain_jwt(self, who: _Asking, now: int) -> tuple[str, str, int]:
        """An access token, a refresh token, and how long the first lives, in seconds."""

    def present(self, refresh: str, now: int) -> Presented:
        """Read a refresh token."""

    def refresh(self, presented: Presented, found: _Asking | None, now: int) -> tuple[str, str, int]:
        """The next pair, for whoever has the token's `sub` now; None for who may no longer sign in."""

    def revoke(self, refresh: str, now: int) -> None:
        """End the family of a refresh token."""

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

def find_breaks(old: str, new: str) -> list[tuple[str, str, str]]:
    """The changes from one IR to another that break deployed clients: rule, path, and what has changed.

    Raises:
        ValueError: Where one of them is none, with line and column.
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

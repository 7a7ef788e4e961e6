"""The fixture application as a probe holds it: calls, bundles, raw requests, and what the protocol derives."""

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.expect import Mismatch, expect
from conformance.hosts import Host
from conformance.message import Link, Reply, Request
from conformance.processes import Running
from conformance.wire import HttpLink

FIXTURE = Path(__file__).parent.parent

Headers = Mapping[str, str]


class Desk:
    """A running host, and the requests that probes make of it."""

    def __init__(self, running: Running, *, link: Link | None = None, control: str = "") -> None:
        """Take a process.

        Args:
            running: The process.
            link: What requests are sent over, where it is not the process's own link.
            control: The switch that is on, in the process or on the link; empty for none.
        """
        self.running = running
        self.base = running.host.base
        self.control = control
        self._link = link or running.link

    @property
    def host(self) -> Host:
        """How the host is declared."""
        return self.running.host

    @property
    def is_http(self) -> bool:
        """Whether there are methods, URLs and media types to ask about."""
        return self.host.transport == "http"

    def ask(
        self, method: str, target: str, *, headers: Headers | None = None, body: bytes = b"", user: str | None = None
    ) -> Reply:
        """One request; the target is sent as it is written.

        Args:
            method: The method.
            target: Path and query, the path from the root of the host.
            headers: Header lines beside `Host`.
            body: The body.
            user: Who asks (`X-User`).
        """
        lines = {"Host": "desk.test", **(headers or {})}
        if user is not None:
            lines["X-User"] = user
        return self._link(Request(method, target, tuple(lines.items()), body))

    def post(self, body: object, *, headers: Headers | None = None, user: str | None = None) -> Reply:
        """POST JSON (bytes as they are) to `call/`."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = {"Content-Type": "application/json", **(headers or {})}
        return self.ask("POST", f"{self.base}/call/", headers=lines, body=data, user=user)

    def call(self, fn: str, args: object = None, *, headers: Headers | None = None, user: str | None = None) -> Reply:
        """Call one function."""
        return self.post({"fn": fn} if args is None else {"fn": fn, "args": args}, headers=headers, user=user)

    def leave(self, fn: str, args: object, stay: float) -> None:
        """Call one function over HTTP, and hang up after so many seconds without having read an answer."""
        assert isinstance(self.running.link, HttpLink)
        body = json.dumps({"fn": fn, "args": args}).encode()
        lines = (("Host", "desk.test"), ("Content-Type", "application/json"))
        self.running.link.leave(Request("POST", f"{self.base}/call/", lines, body), stay)

    def bundle(
        self, context: str, query: str = "", *, headers: Headers | None = None, user: str | None = None
    ) -> Reply:
        """GET a bundle. The query is sent as it is written."""
        target = f"{self.base}/ctx/{context}/" + (f"?{query}" if query else "")
        return self.ask("GET", target, headers=headers, user=user)

    def reset(self) -> None:
        """Put the data and the counts back."""
        expect("status of reset", self.call("reset").status, 200)

    def runs(self) -> dict[str, int]:
        """How often each function ran since the reset."""
        reply = self.call("runs")
        if reply.status != 200:
            raise Mismatch(f"runs answers {reply.status} {reply.body!r}")
        found: dict[str, int] = json.loads(reply.body)["result"]
        return found

    def ir(self) -> bytes:
        """The IR of this process: as it serves it, or as its command prints it where it has no URLs."""
        if not self.is_http:
            return self.printed("ir")
        reply = self.ask("GET", f"{self.base}/ir/")
        expect("status of ir/", reply.status, 200)
        return reply.body

    def printed(self, what: str) -> bytes:
        """What a declared command prints: `ir`, `manifest` or `openapi`, of the application as it is in this process.

        Raises:
            Mismatch: The host declares no such command, or it failed.
        """
        printed = self.host.print(what, self.running.switch)
        if printed is None:
            raise Mismatch(f"the host prints no {what}")
        return printed

    def logged(self) -> str:
        """What the host said on its standard error until now."""
        return self.running.log.read_text(encoding="utf-8", errors="replace")


def invalidated(reply: Reply) -> list[Any]:
    """The targets in the body of a call that succeeded."""
    expect("status", reply.status, 200)
    found: list[Any] = json.loads(reply.body)["invalidate"]
    return found


def edge_tag(context: str, **params: str | int) -> str:
    """The edge tag of a context and narrowing params (CACHE-6), derived from the page. Text must be plain ASCII."""
    text = json.dumps({"c": context, "p": params}, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).digest()[:16]
    return "mz-" + base64.b32encode(digest).decode().rstrip("=").lower()


def etag(body: bytes) -> str:
    """The `ETag` of a body (CACHE-9)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def golden_ir() -> bytes:
    """The IR that every host emits for the fixture."""
    return (FIXTURE / "fixture.kdl").read_bytes()


def contract() -> str:
    """What `X-Mizan-Contract` says (HTTP-6)."""
    return hashlib.sha256(golden_ir()).hexdigest()[:16]


def error(code: str, message: str, **more: object) -> bytes:
    """An error's body; what is said beyond code and message is given as plain ASCII values."""
    body = {"error": {"code": code, "message": message, **more}}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

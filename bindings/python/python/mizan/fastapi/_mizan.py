"""The application's object, and the middleware that answers its requests."""

import logging
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from inspect import isawaitable, iscoroutinefunction
from random import getrandbits
from time import time
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from anyio import to_thread
from fastapi import FastAPI, Request
from starlette.background import BackgroundTasks
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mizan._arguments import convert
from mizan._asynchronous import Answer, answer_all, arrival, attempt_all
from mizan._caller import caller_of, identity_of, permissions_of
from mizan._errors import RegistrationError
from mizan._first_step import apart
from mizan._host import Host, ended, give_up, raise_if_cancelled, write_log
from mizan._identity import Identity
from mizan._invalidation import announced
from mizan._native import Application
from mizan._outliving import Outliving
from mizan._protection import Cache, Protection, Secret, Tokens
from mizan._registration import Limits, Served, collect, ready, register
from mizan.fastapi._dependencies import Plan, injects
from mizan.fastapi._exceptions import translate
from mizan.fastapi._outermost import BEGUN, FAILED, Outermost, shorten
from mizan.fastapi._public import PublicRequest

if TYPE_CHECKING:
    from mizan._core import Allowed, Caller, Exchange, Failure, Outcome, Purpose
    from mizan._invalidation import Announced

Identify = Callable[[Request], Identity | Awaitable[Identity | None] | None]

_log = logging.getLogger("mizan")

_WITH_BODY = frozenset({"DELETE", "PATCH", "POST", "PUT"})
"""The methods whose bodies are read: that of calls, and those of pages."""


class _FastAPI:
    """What FastAPI means in the signatures of functions."""

    request_types: tuple[type, ...] = (Request,)
    response_types: tuple[type, ...] = ()

    def injects(self, annotation: object, default: object) -> bool:
        return injects(annotation, default)


class Mizan:
    """The functions of an application, mounted on a FastAPI app."""

    def __init__(
        self,
        app: FastAPI,
        *,
        functions: Sequence[Callable[..., object]] = (),
        modules: Sequence[ModuleType | str] = (),
        identify: Identify | None = None,
        base: str = "/api/mizan",
        expose_ir: bool = False,
        limits: Limits | None = None,
        secret: Secret | Sequence[Secret] | None = None,
        keys: "dict[Purpose, Sequence[tuple[str, Secret]]] | None" = None,
        cache: Cache | str | None = None,
        tokens: Tokens | None = None,
        csrf: bool | None = None,
        trusted_origins: Sequence[str] = (),
    ) -> None:
        """Mount functions on an app.

        Args:
            app: The app. Its middleware applies; it must not have answered a request yet.
            functions: Functions with `@client`.
            modules: Modules, or their names, all of whose functions with `@client` are meant.
            identify: Finds out who asks, sync (in the thread pool) or async; called only where that matters.
            base: The path below which the protocol is served.
            expose_ir: Whether `{base}/ir/` shows the IR; for development.
            limits: The limits of a request that differ from the protocol's.
            secret: At least 32 bytes that everything that is signed derives its key from, or several, the newest first;
                by default what the environment variable `MIZAN_SECRET` holds, and those that it
                replaced in `MIZAN_SECRET_OLD`.
            keys: Keys of their own for some purposes, in place of derived ones.
            cache: The origin cache, or only its store: `memory`, or `redis://…`. By default bundles are not kept.
            tokens: The tokens that say who asks; by default none is taken.
            csrf: Whether requests that rest on a cookie have to carry the token of `session/`; by default, where there
                is a secret and an `identify`.
            trusted_origins: Origins other than the server's own whose pages may send requests.

        Raises:
            RegistrationError: Something declared cannot be served; the text lists every problem with file and line.
        """
        if app.middleware_stack is not None:
            raise RegistrationError.about("the app has begun to answer", "mount Mizan before it does")
        try:
            protection = Protection(
                secret=secret,
                keys=keys,
                tokens=tokens,
                cache=cache,
                csrf=csrf,
                has_sessions=identify is not None,
                trusted_origins=trusted_origins,
            )
            declared = [*collect(functions, modules), *protection.functions]
            registration = register(declared, _FastAPI(), base=base, expose_ir=expose_ir, limits=limits)
            self.application = Application(registration.document, **protection.arguments)
        except ValueError as error:
            raise RegistrationError(str(error)) from None
        protection.bind(self.application)
        self.app = app
        self.host = Host(registration, translate)
        self.identify = identify
        self.permissions = protection.permissions
        self.guards = registration.guards
        self.functions: list[Served] = ready(self.application, registration)
        self.plans: dict[str, Plan] = {
            served.definition.name: Plan(app, served.injected) for served in self.functions if served.injected
        }
        app.user_middleware.append(Middleware(_Endpoint, mizan=self))
        shorten(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the app: `uvicorn shop.app:mizan` instead of `shop.app:app`.

        It answers alike. Where the app has no middleware, the protocol's requests do not pass through
        `FastAPI.__call__`, and so not through FastAPI's telemetry; every other request does.
        """
        app = self.app
        front = app.middleware_stack
        if isinstance(front, Outermost) and scope["type"] == "http":
            if app.root_path:
                scope["root_path"] = app.root_path
            path = front.owned_path(scope)
            if path is not None:
                scope["app"] = app
                try:
                    await front.endpoint.answer(path, scope, receive, send)
                except Exception as error:  # noqa: BLE001 - whatever it is, the layers answer for it
                    await front.fail(error, scope, receive, send)
                return
        await app(scope, receive, send)

    def ir(self) -> str:
        """The IR as KDL."""
        return self.application.ir()

    def manifest(self) -> str:
        """The edge manifest: what an edge has to know to purge what a mutation makes stale. Canonical JSON."""
        return self.application.manifest()

    def openapi(self, title: str = "Mizan") -> str:
        """The application as OpenAPI 3.1, canonical JSON.

        It is no part of FastAPI's own `/openapi.json`.

        Args:
            title: The title of the interface. Its version is the digest of the IR.
        """
        return self.application.openapi(title)

    def ir_with_sources(self) -> str:
        """The IR, and below it a comment line for each function that says where it was declared."""
        return self.application.ir_with_sources()


class _Endpoint:
    """The innermost middleware: what the protocol owns is answered here, the rest goes on."""

    def __init__(self, app: ASGIApp, mizan: Mizan) -> None:
        self._app = app
        self._mizan = mizan
        self._owns = mizan.application.owns
        self._open = mizan.application.open
        self._body_limit = mizan.application.body_limit()
        self._limit = mizan.application.body_limit
        self._has_form_limit = self._limit(b"multipart/form-data") != self._body_limit
        self._host = mizan.host
        self._functions = mizan.functions

    def owned_path(self, scope: Scope) -> str | None:
        """The raw path, below the place where the app is mounted, of a request that is the protocol's to answer."""
        if scope["type"] != "http":
            return None
        raw: bytes | None = scope.get("raw_path")
        path = quote(scope["path"]) if raw is None else raw.decode("latin-1")
        root: str | None = scope.get("root_path")
        if root and path.startswith(root + "/"):
            path = path[len(root) :]
        return path if self._owns(path) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = self.owned_path(scope)
        if path is None:
            await self._app(scope, receive, send)
        elif FAILED in scope:
            raise scope[FAILED]
        else:
            await self.answer(path, scope, receive, send)

    async def answer(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose path the protocol owns."""
        method: str = scope["method"]
        body = b""
        if method in _WITH_BODY:
            limit = self._limit_of(scope) if self._has_form_limit else self._body_limit
            message = await receive()
            if message["type"] != "http.request":
                return
            body = message.get("body", b"")
            if message.get("more_body") and (body := await _read_on(body, receive, limit)) is None:
                return
            body = body[: limit + 1]
        nonce = getrandbits(64)
        query: bytes = scope.get("query_string", b"")
        secure = scope.get("scheme") == "https"
        exchange, step = self._open(method, path, query, scope["headers"], body, nonce, int(time()), secure)
        # Most requests need nothing of the framework.
        visit: _Visit | None = None
        running: list[Announced] = []
        try:
            while step[0] != 3:
                if step[0] == 2:
                    outcomes = attempt_all(self._host, self._functions, step[1], nonce, running)
                    if outcomes is None:
                        visit = visit or _Visit(self._mizan, exchange, scope, receive, body, nonce)
                        outcomes = answer_all(self._host, self._functions, visit.start, step[1], nonce, running=running)
                    step = exchange.returned(outcomes if isinstance(outcomes, list) else await outcomes)
                elif step[0] == 5:
                    step = await arrival(exchange)
                else:
                    visit = visit or _Visit(self._mizan, exchange, scope, receive, body, nonce)
                    if step[0] == 1:
                        step = exchange.guarded(await visit.guard(step[1]))
                    elif step[0] == 4:
                        step = exchange.permitted(await visit.find_permissions(step[1]))
                    else:
                        step = exchange.identified(await visit.find_caller())
        except BaseException:
            # Cancelled, as a rule: nobody comes back with an answer, and others may wait for what this one was filling.
            give_up(exchange, running)
            raise
        _, status, headers, reply, lines = step
        if lines:
            write_log(lines)
        if visit is not None and visit.headers:
            # A GET at the base is a bundle.
            visit.add_headers(headers, is_bundle=method != "POST" and self._mizan.application.reserves(path))
        scope[BEGUN] = True
        try:
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": reply})
        except OSError:
            # The caller is gone. What was done is done.
            _log.debug("the caller left before the reply")
        if visit is not None:
            for tasks in visit.background:
                await tasks()

    def _limit_of(self, scope: Scope) -> int:
        for name, value in scope["headers"]:
            if name.lower() == b"content-type":
                return self._limit(value)
        return self._body_limit


class _Visit:
    """One request: what its functions, guards and identification see of it, and what they leave behind."""

    # What few requests need is set when it is there.
    _request: Request | None = None
    background: Sequence["BackgroundTasks"] = ()
    headers: Sequence[tuple[bytes, bytes]] = ()

    def __init__(  # noqa: PLR0917 - made for every request
        self, mizan: Mizan, exchange: "Exchange", scope: Scope, receive: Receive, body: bytes, nonce: int
    ) -> None:
        self._mizan = mizan
        self._exchange = exchange
        self._scope = scope
        self._receive = receive
        self._body = body
        self._nonce = nonce

    @property
    def request(self) -> Request:
        """The framework's request; its body can be read as if nobody had."""
        if self._request is None:
            self._request = Request(self._scope, _replaying(self._body, self._receive))
        return self._request

    @property
    def identity(self) -> Identity | None:
        """Who asks, as far as that was asked for."""
        return identity_of(self._exchange)

    async def find_caller(self) -> "Caller":
        identify = self._mizan.identify
        if identify is None:
            return None
        try:
            return caller_of(await _call(identify, self.request))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return self._mizan.host.failed(error, "identify", self._nonce)

    async def find_permissions(self, sub: str) -> "list[str] | Failure | None":
        """What the caller whom a token names is allowed."""
        permissions = self._mizan.permissions
        if permissions is None:
            return None
        try:
            return permissions_of(await _call(permissions, sub))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return self._mizan.host.failed(error, "permissions", self._nonce)

    async def guard(self, calls: Sequence[tuple[int, str]]) -> "list[Allowed]":
        decisions: list[Allowed] = []
        for index, name in calls:
            try:
                asked = _call(self._mizan.guards[name], self.request, self.identity)
                decisions.append(bool(await apart(asked)))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
                place = f"{self._mizan.functions[index].place}: guard {name}"
                decisions.append(self._mizan.host.failed(error, place, self._nonce))
        return decisions

    def add_headers(self, headers: list[tuple[bytes, bytes]], *, is_bundle: bool) -> None:
        """Add what dependencies set to the headers of the reply."""
        if is_bundle:
            _log.warning("a dependency set headers on a bundle, which may be kept: they are left out")
        else:
            headers.extend(self.headers)

    def start(self, served: Served, arguments: dict[str, Any], changes: "Announced") -> Answer:
        """Make the answer of a function."""
        if served.request_argument is not None:
            arguments[served.request_argument] = PublicRequest(self.request) if served.is_public else self.request
        if served.identity_argument is not None:
            arguments[served.identity_argument] = self.identity
        if not served.is_async and self._mizan.host.behind.is_full:
            return self._refuse(served)
        if served.injected:
            return self._answer_injected(served, arguments, changes)
        if served.is_async:
            return self._mizan.host.call_async(served, arguments, self._nonce, changes)
        return self._on_thread(changes, self._mizan.host.call, served, arguments, self._nonce, changes)

    async def _refuse(self, served: Served) -> "Outcome":
        return self._mizan.host.refused(served, self._nonce)

    async def _on_thread(
        self, changes: "Announced", function: "Callable[..., Outcome]", *arguments: object
    ) -> "Outcome":
        outliving = Outliving([changes], self._mizan.host.behind)
        try:
            return await to_thread.run_sync(outliving.run, function, *arguments, abandon_on_cancel=True)
        except CancelledError:
            outliving.left(self._exchange)
            raise

    async def _answer_injected(self, served: Served, arguments: dict[str, Any], changes: "Announced") -> "Outcome":
        host = self._mizan.host
        announced.set(changes)
        outcomes: list[Outcome] = []
        try:
            convert(served.converters, arguments)
            # Dependencies end before the outcome is told: a commit may fail, and what is read next must see it.
            async with AsyncExitStack() as stack:
                solved = await self._mizan.plans[served.definition.name].solve(
                    self.request, stack, is_public=served.is_public
                )
                arguments.update(solved.values)
                if served.is_async:
                    result = await served.function(**arguments)
                    outcomes.append(host.returned(served, arguments, result, changes))
                else:
                    outcomes.append(await self._on_thread(changes, host.run, served, arguments, changes))
            if not outcomes:
                message = "a dependency with `yield` kept the exception to itself: it has to raise it again"
                raise RuntimeError(message)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return ended(host.failed(error, served.place, self._nonce), changes)
        except CancelledError as error:
            raise_if_cancelled()
            return ended(host.failed(error, served.place, self._nonce), changes)
        if solved.background is not None:
            self.background = [*self.background, solved.background]
        self.headers = [*self.headers, *solved.headers]
        return outcomes[0]


async def _call(function: Callable[..., object], *arguments: object) -> object:
    result = function(*arguments) if iscoroutinefunction(function) else await to_thread.run_sync(function, *arguments)
    # A callable object or a lambda may hand back a coroutine, which would pass for true.
    return await result if isawaitable(result) else result


async def _read_on(first: bytes, receive: Receive, limit: int) -> bytes | None:
    """The body from its first piece on, till its end or beyond the limit; none if the caller left."""
    # Its pieces may be of a byte each, and as objects take many times that.
    body = bytearray(first)
    more = True
    while more and len(body) <= limit:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    replayed = False

    async def replay() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay

"""The views: they answer what the protocol owns, one under WSGI and one under ASGI.

They stand behind the project's middleware like every view. Django's own check of forms does not apply to the protocol's
paths: the core's rules (CSRF-3 to CSRF-10) do, and need no form. Pages are views like others, and Django checks them.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import _get_running_loop  # pyright: ignore[reportPrivateUsage] - documented for event loops
from collections.abc import Callable, Coroutine, Hashable, Sequence
from contextvars import copy_context
from functools import cached_property, partial
from http.cookies import SimpleCookie
from inspect import isawaitable, iscoroutinefunction
from math import inf
from re import Match
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, ResponseHeaders
from django.urls import ResolverMatch, URLPattern
from django.urls.resolvers import RegexPattern

from mizan._asynchronous import answer_all, arrival, attempt_all
from mizan._caller import caller_of, identity_of, permissions_of
from mizan._first_step import apart
from mizan._host import give_up, write_log
from mizan._outliving import Outliving
from mizan.django import _users
from mizan.django._application import REQUEST, Mizan, current, open_transactions
from mizan.django._in_turn import InTurn
from mizan.django._locale import is_usual, speaks_exactly_as_usual
from mizan.django._public import PublicRequest
from mizan.django._request import open_exchange

if TYPE_CHECKING:
    from mizan._asynchronous import Answer
    from mizan._core import Allowed, Arguments, Caller, Exchange, Failure, Outcome, Reply, TextReply
    from mizan._identity import Identity
    from mizan._invalidation import Announced
    from mizan._registration import Served

_log = logging.getLogger("mizan")

Calls: TypeAlias = "Sequence[tuple[int, Arguments, float]]"
_Result = TypeVar("_Result")


def answer(request: HttpRequest, *, is_page: bool = False) -> HttpResponseBase:
    """Answer a request under WSGI."""
    mizan = current()
    # What is read while one is open may never be committed: nothing is kept.
    transactions = open_transactions() if mizan.may_be_in_transaction else []
    varies = _varies(mizan, request)
    exchange, step, nonce = open_exchange(
        mizan, request, reads_body=not is_page, uncached=bool(transactions), varies=varies
    )
    visit = _Visit(mizan, exchange, request, nonce)
    may_keep = mizan.keeps_for_callers and not (varies or transactions)
    here = REQUEST.set(request)
    try:
        while step[0] != 3:
            if step[0] == 2:
                step = exchange.returned(visit.keep(visit.run(step[1])))
            elif step[0] == 5:
                step = exchange.wait()
            elif step[0] == 1:
                step = exchange.guarded(visit.guard(step[1]))
            elif step[0] == 4:
                step = exchange.permitted(visit.find_permissions(step[1]))
            else:
                caller = visit.find_caller()
                if may_keep and _varies(mizan, request):
                    exchange.vary()
                step = exchange.identified(caller)
    except BaseException:
        give_up(exchange, visit.running)
        raise
    finally:
        REQUEST.reset(here)
        if transactions:
            _purge_on_commit(visit, transactions)
    return _response(visit, step)


async def answer_async(request: HttpRequest, *, is_page: bool = False) -> HttpResponseBase:
    """Answer a request under ASGI; what is async runs on the loop."""
    mizan = current()
    # What is read while one is open may never be committed: nothing is kept. Async code has no transactions of its own;
    # one may be open all the same in the thread of a test, or of middleware.
    is_in_thread = mizan.may_be_in_transaction and (mizan.is_in_thread or _is_test(request))
    transactions = await sync_to_async(open_transactions)() if is_in_thread else []
    varies = _varies(mizan, request)
    exchange, step, nonce = open_exchange(
        mizan, request, reads_body=not is_page, uncached=bool(transactions), varies=varies
    )
    visit = _Visit(mizan, exchange, request, nonce)
    may_keep = mizan.keeps_for_callers and not (varies or transactions)
    here = REQUEST.set(request)
    try:
        while step[0] != 3:
            if step[0] == 2:
                outcomes = visit.run_async(step[1])
                step = exchange.returned(visit.keep(outcomes if isinstance(outcomes, list) else await outcomes))
            elif step[0] == 5:
                step = await arrival(exchange)
            elif step[0] == 1:
                step = exchange.guarded(await visit.guard_async(step[1]))
            elif step[0] == 4:
                step = exchange.permitted(await sync_to_async(visit.find_permissions)(step[1]))
            else:
                caller = await visit.find_caller_async()
                if may_keep and _varies(mizan, request):
                    exchange.vary()
                step = exchange.identified(caller)
    except BaseException as error:
        give_up(exchange, visit.running)
        if transactions and isinstance(error, Exception | asyncio.CancelledError):
            await sync_to_async(_purge_on_commit)(visit, transactions)
        raise
    finally:
        REQUEST.reset(here)
    if transactions:
        await sync_to_async(_purge_on_commit)(visit, transactions)
    return _response(visit, step)


class Pattern(URLPattern):
    """A URL that is answered by the one view or the other, whichever way the project is served."""

    def __init__(self, regex: str, name: str, *, is_page: bool) -> None:
        self._takes_all = not regex
        self._is_page = is_page
        self._async = _page_async if is_page else _endpoint_async
        super().__init__(RegexPattern(regex, name=name, is_endpoint=True), _page if is_page else _endpoint, name=name)

    def resolve(self, path: str) -> ResolverMatch | None:
        """Find the view. Django asks on the event loop where it is served by ASGI, and in a thread where by WSGI."""
        # Its sister raises where there is none, as under WSGI, and to catch that takes long.
        is_on_loop = _get_running_loop() is not None
        if self._takes_all:
            return self._matches[is_on_loop]
        match = super().resolve(path)
        # The pages may stand before the protocol in the URLs, and a page of params would fit its paths.
        if match is not None and self._is_page and current().application.reserves(f"/{path}"):
            return None
        if match is not None and is_on_loop:
            match.func = self._async
        return match

    @cached_property
    def _matches(self) -> tuple[ResolverMatch, ResolverMatch]:
        # What `super` would find for whatever is below, in a thread and on a loop. The resolver that has this pattern
        # makes a match of its own from it.
        sync, on_loop = (
            ResolverMatch(view, (), {}, self.name, route="", captured_kwargs={}, extra_kwargs={})
            for view in (self.callback, self._async)
        )
        return sync, on_loop


def _outside_transactions(view: Callable[..., Any]) -> Callable[..., Any]:
    # Each function has a transaction of its own, which ends before what it changed is told.
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view


def _csrf_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    # What Django's decorator of that name says, without a call more for each request.
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


# The protocol's views and those of pages differ in who checks forms.
@_outside_transactions
def _page(request: HttpRequest, **_params: str) -> HttpResponseBase:
    return answer(request, is_page=True)


@_outside_transactions
async def _page_async(request: HttpRequest, **_params: str) -> HttpResponseBase:
    return await answer_async(request, is_page=True)


_endpoint = _csrf_exempt(_outside_transactions(answer))
_endpoint_async = _csrf_exempt(_outside_transactions(answer_async))


def _varies(mizan: Mizan, request: HttpRequest) -> bool:
    """Whether a bundle would speak another language or timezone than the one that is kept."""
    return mizan.keeps and request.method != "POST" and not is_usual()


def _is_test(request: HttpRequest) -> bool:
    """Whether one of Django's test clients asks."""
    return hasattr(request, "_dont_enforce_csrf_checks")


def _purge_on_commit(visit: _Visit, transactions: list[str]) -> None:
    """Take away what a request changed inside a transaction that was open before it, once that is committed.

    The reply goes out after that: whoever opened it, some middleware, is left first. It may commit what a broken
    request did as well: Django answers for a view that fails.
    """
    mizan = visit.mizan
    if not (_is_test(visit.request) or mizan.told_of_transactions):
        mizan.told_of_transactions = True
        _log.warning(
            "a transaction is open around a request to Mizan, by middleware maybe: nothing that is read inside is kept "
            "by the origin cache, and what changes is taken away from it once that commits; ATOMIC_REQUESTS, which "
            "gives a transaction to each function, keeps more"
        )
    deferred = visit.exchange.deferred()
    if deferred is None or deferred.is_empty():
        return

    def purge() -> None:
        if not deferred.purge():
            _log.error("the origin cache could not be purged; nothing is served from it until it has been")

    for alias in transactions:
        transaction.on_commit(purge, using=alias)


def _response(visit: _Visit, reply: Reply) -> HttpResponseBase:
    said: TextReply = reply  # pyright: ignore[reportAssignmentType] - the application was made so
    _, status, headers, body, lines = said
    if lines:
        write_log(lines)
    if visit.response is not None and not body:
        for name, value in headers:
            visit.response.headers[name] = value
        return visit.response
    fields = {field[0]: field for field in headers}
    response = _Reply(body, status, fields)
    if "set-cookie" in fields:
        del fields["set-cookie"]
        for name, value in headers:
            if name == "set-cookie":
                response.cookies.load(value)
    if fields["cache-control"][1].startswith("public") and not speaks_exactly_as_usual():
        # `LocaleMiddleware` would say the visitor's, which the bundle does not speak.
        fields["content-language"] = ("Content-Language", settings.LANGUAGE_CODE)
    return response


class _Fields(ResponseHeaders):
    """Header fields as the core wrote them, by their names, which are in lower case; nobody has to check them again."""

    def __init__(self, fields: dict[str, tuple[str, str]]) -> None:
        # All that `super` makes.
        self._store = fields

    def items(self) -> Any:  # noqa: ANN401 - a view of the pairs, which is quicker than to look each of them up
        return self._store.values()


class _Reply(HttpResponse):
    """What `HttpResponse(body, "", status)` is, without the checks of what the core wrote."""

    def __init__(self, body: bytes, status: int, fields: dict[str, tuple[str, str]]) -> None:
        if _is_known:
            # All that `super` makes, but for what is the same in every response: the class has that.
            self.status_code = status
            self.cookies = SimpleCookie()
            self._resource_closers: list[Callable[[], object]] = []
            self._container = [body]
        else:
            # A Django that keeps more in a response.
            super().__init__(body, "", status)
        self.headers = _Fields(fields)


# What a response without anything holds. A content type of its own would be made from the settings.
_BLANK = vars(HttpResponse(b"", "", 200))

# What of it is each response's own.
_OWN = {"_container", "_resource_closers", "cookies", "headers", "status_code"}
_SHARED = {name: value for name, value in _BLANK.items() if name not in _OWN}

_is_known = _BLANK.keys() >= _OWN and all(isinstance(value, Hashable) for value in _SHARED.values())

for _name, _value in _SHARED.items():
    setattr(_Reply, _name, _value)


class _Visit:
    """One request: what its functions, guards and identification see of it, and what they leave behind."""

    __slots__ = ("_nonce", "_user", "exchange", "mizan", "request", "response", "running")

    def __init__(self, mizan: Mizan, exchange: Exchange, request: HttpRequest, nonce: int) -> None:
        self.mizan = mizan
        self.exchange = exchange
        self.request = request
        self._nonce = nonce
        self._user: Any = None
        self.response: HttpResponseBase | None = None
        """What the function of a page returned."""
        self.running: list[Announced] = []
        """What its functions name by `invalidate()`, each in a list."""

    def run(self, calls: Calls) -> list[Outcome]:
        """Run functions, one after the other; those that are async on a loop of their own."""
        functions = self.mizan.functions
        for index, _, _ in calls:
            if functions[index].is_async:
                return async_to_sync(self._run_all)(calls)
        if len(calls) == 1:
            index, given, limit = calls[0]
            changes: Announced = []
            self.running.append(changes)
            return [self._run(functions[index], given, limit, changes)]
        return self._run_here(calls, self._lists(calls))

    def run_async(self, calls: Calls) -> list[Outcome] | Coroutine[Any, Any, list[Outcome]]:
        """Run functions on the loop, those that are sync in Django's thread."""
        functions = self.mizan.functions
        host = self.mizan.host
        outcomes = attempt_all(host, functions, calls, self._nonce, self.running)
        if outcomes is not None:
            return outcomes
        if any(functions[index].is_async for index, _, _ in calls):
            return answer_all(host, functions, self._start, calls, self._nonce, running=self.running)
        if host.behind.is_full:
            return [host.refused(functions[index], self._nonce) for index, _, _ in calls]
        # One trip to the thread for all of them.
        return self._run_in_thread(calls)

    def keep(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Keep the response of a page."""
        if len(outcomes) == 1 and type(outcomes[0]) is tuple and outcomes[0][0] == "responded":
            self.response = outcomes[0][1]
        return outcomes

    async def _run_all(self, calls: Calls) -> list[Outcome]:
        functions = self.mizan.functions
        limits = {functions[index].place: limit for index, _, limit in calls}

        def start(served: Served, arguments: Arguments, changes: Announced) -> Answer:
            if served.is_async:
                return self._start(served, arguments, changes)
            return sync_to_async(self._run)(served, arguments, limits[served.place], changes)

        # The thread that waits for the loop is the one that runs those that are sync: they are over when it goes on.
        bounded = [(index, given, limit if functions[index].is_async else inf) for index, given, limit in calls]
        outcomes = answer_all(self.mizan.host, functions, start, bounded, self._nonce, running=self.running)
        return outcomes if isinstance(outcomes, list) else await outcomes

    async def _run_in_thread(self, calls: Calls) -> list[Outcome]:
        functions = self.mizan.functions
        named = self._lists(calls)
        answers = [
            partial(self._run, functions[index], given, limit, changes)
            for (index, given, limit), changes in zip(calls, named, strict=True)
        ]
        turns = InTurn(answers, [limit for _, _, limit in calls], named)
        return await turns.wait(self._on_thread(named, turns.run))

    def _lists(self, calls: Calls) -> list[Announced]:
        """A list for what each of them names."""
        lists: list[Announced] = [[] for _ in calls]
        self.running += lists
        return lists

    def _start(self, served: Served, arguments: Arguments, changes: Announced) -> Answer:
        arguments = self._given(served, arguments)
        if served.is_async:
            return self.mizan.host.call_async(served, arguments, self._nonce, changes)
        if self.mizan.host.behind.is_full:
            return self._refuse(served)
        return self._on_thread([changes], self.mizan.host.call, served, arguments, self._nonce, changes)

    async def _refuse(self, served: Served) -> Outcome:
        return self.mizan.host.refused(served, self._nonce)

    async def _on_thread(
        self, changes: list[Announced], function: Callable[..., _Result], *arguments: object
    ) -> _Result:
        outliving = Outliving(changes, self.mizan.host.behind)
        try:
            return await sync_to_async(outliving.run)(function, *arguments)
        except asyncio.CancelledError:
            outliving.left(self.exchange)
            raise

    def _run_here(self, calls: Calls, named: list[Announced]) -> list[Outcome]:
        functions = self.mizan.functions
        return [
            self._run(functions[index], given, limit, changes)
            for (index, given, limit), changes in zip(calls, named, strict=True)
        ]

    def _run(self, served: Served, arguments: Arguments, limit: float, changes: Announced) -> Outcome:
        begun = monotonic()
        outcome = self.mizan.host.call(served, self._given(served, arguments), self._nonce, changes)
        # A thread cannot be stopped, and what it did is done: the answer is what it returned (CALL-8).
        if (seconds := monotonic() - begun) > limit:
            self.mizan.host.tell_slow(served, seconds, limit, self._nonce)
        return outcome

    def _given(self, served: Served, arguments: Arguments) -> Arguments:
        if served.request_argument is not None:
            arguments[served.request_argument] = PublicRequest(self.request) if served.is_public else self._seen()
        if served.identity_argument is not None:
            arguments[served.identity_argument] = identity_of(self.exchange)
        return arguments

    def _seen(self) -> HttpRequest:
        """The request, whose user is the one that its token names."""
        identity = self.exchange.identity()
        if identity is not None and identity[5] != "session" and _users.are_there():
            _users.become(self.request, identity[0])
        return self.request

    def find_caller(self) -> Caller:
        """Find out who asks."""
        try:
            identify = self.mizan.identify
            if identify is None:
                self._user = getattr(self.request, "user", None)
                return _users.caller(self.request, self._user)
            found = identify(self.request)
            if isawaitable(found):
                found = async_to_sync(_await)(found)
            return caller_of(found)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return self.mizan.host.failed(error, "identify", self._nonce)

    async def find_caller_async(self) -> Caller:
        """Find out who asks."""
        try:
            identify = self.mizan.identify
            if identify is None:
                find: Any = getattr(self.request, "auser", None)
                self._user = None if find is None else await find()
                return _users.caller(self.request, self._user)
            return caller_of(await _call(identify, self.request))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return self.mizan.host.failed(error, "identify", self._nonce)

    def find_permissions(self, sub: str) -> list[str] | Failure | None:
        """What the caller is allowed: the user whom the session names, or the one of a token."""
        permissions = self.mizan.permissions
        try:
            if self._user is not None:
                return _users.allowed(self._user)
            if permissions is None:
                return None
            found = permissions(sub)
            return permissions_of(async_to_sync(_await)(found) if isawaitable(found) else found)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return self.mizan.host.failed(error, "permissions", self._nonce)

    def guard(self, calls: Sequence[tuple[int, str]]) -> list[Allowed]:
        """Ask the application's own guards."""
        decisions: list[Allowed] = []
        for index, name in calls:
            try:
                found = copy_context().run(self.mizan.guards[name], self._seen(), self._identity)
                decisions.append(bool(async_to_sync(_await)(found) if isawaitable(found) else found))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
                decisions.append(self._guard_failed(index, name, error))
        return decisions

    async def guard_async(self, calls: Sequence[tuple[int, str]]) -> list[Allowed]:
        """Ask the application's own guards."""
        decisions: list[Allowed] = []
        for index, name in calls:
            try:
                asked = _call(self.mizan.guards[name], self._seen(), self._identity)
                decisions.append(bool(await apart(asked)))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
                decisions.append(self._guard_failed(index, name, error))
        return decisions

    @property
    def _identity(self) -> Identity | None:
        return identity_of(self.exchange)

    def _guard_failed(self, index: int, name: str, error: Exception) -> Failure:
        return self.mizan.host.failed(error, f"{self.mizan.functions[index].place}: guard {name}", self._nonce)


async def _call(function: Callable[..., object], *arguments: object) -> object:
    result = function(*arguments) if iscoroutinefunction(function) else await sync_to_async(function)(*arguments)
    return await result if isawaitable(result) else result


async def _await(awaitable: Any) -> Any:  # noqa: ANN401 - whatever it gives
    return await awaitable


def regex_of(path: str) -> str:
    """Django's regular expression for the path of a page, which the core reads again (PAGE-2)."""
    from re import escape, sub  # noqa: PLC0415 - once for each page

    def part(match: Match[str]) -> str:
        return f"(?P<{match[1]}>[^/]+)"

    return "^" + sub(r":([a-z][a-z0-9_]*)", part, escape(path.removeprefix("/")).replace(r"\:", ":")) + r"\Z"

"""The application of a Django project: built once, when something first asks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import replace
from importlib import import_module
from threading import RLock
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.conf import settings
from django.core.signals import got_request_exception
from django.db import connections, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.module_loading import import_string

from mizan._errors import RegistrationError
from mizan._host import Host
from mizan._native import Application
from mizan._protection import Protection
from mizan._registration import Registration, Served, collect, ready, register
from mizan.django import _settings, _users
from mizan.django._exceptions import translate
from mizan.django._locale import become_usual

if TYPE_CHECKING:
    from mizan.django.apps import MizanConfig

DEFAULT_BASE = "/api/mizan"
"""Where it would stand if the project's URLs had it; for commands that need no URL."""

REQUEST: ContextVar[HttpRequest | None] = ContextVar("mizan_request", default=None)
"""The request that is answered here."""

# What the application is made of.
_MADE_OF = {
    "AUTH_USER_MODEL",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASES",
    "INSTALLED_APPS",
    "MIDDLEWARE",
    "MIZAN",
    "ROOT_URLCONF",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "USE_X_FORWARDED_HOST",
}

_lock = RLock()
_held: Mizan | None = None


class _Django:
    """What Django means in the signatures of functions."""

    request_types: tuple[type, ...] = (HttpRequest,)
    response_types: tuple[type, ...] = (HttpResponseBase,)

    def injects(self, annotation: object, default: object) -> bool:  # noqa: ARG002 - Django finds no values
        return False


class Mizan:
    """The functions of a project, ready to be served."""

    def __init__(self, options: _settings.Options, base: str) -> None:
        """Build the application.

        Raises:
            RegistrationError: Something declared cannot be served; the text lists every problem with file and line.
        """
        broken = problems()
        if broken:
            raise RegistrationError("\n".join(broken))
        tokens = options.tokens
        if tokens is not None and _users.are_there():
            tokens = replace(
                tokens,
                find=tokens.find or _users.find,
                permissions=tokens.permissions or (_users.permissions if tokens.find is None else None),
            )
        try:
            protection = Protection(
                secret=options.secret,
                keys=options.keys,
                tokens=tokens,
                cache=options.cache,
                csrf=options.csrf,
                has_sessions=options.identify is not None or _users.are_there(),
                trusted_origins=options.trusted_origins,
                names=('MIZAN["SECRET"]', 'MIZAN["KEYS"]'),
            )
            declared = [*functions(options.modules), *protection.functions]
            registration = register(declared, _Django(), base=base, expose_ir=options.expose_ir, limits=options.limits)
            self.application = Application(registration.document, **protection.arguments, text_headers=True)
        except ValueError as error:
            raise RegistrationError(str(error)) from None
        protection.bind(self.application)
        self.body_limit = self.application.body_limit()
        """The most bytes of a body that are read, where `has_form_limit` is false."""
        self.has_form_limit = self.application.body_limit(b"multipart/form-data") != self.body_limit
        """Whether a body with files may be longer than others."""
        self.host_is_forwarded: bool = settings.USE_X_FORWARDED_HOST
        """Whether the host that Django goes by may be another than the one of the request's own header."""
        _make_atomic(registration)
        self.base = base
        self.keeps = "store" in protection.arguments
        """Whether there is an origin cache."""
        self.may_be_in_transaction = self.keeps and _has_databases()
        """Whether a request may come inside a transaction, and it matters."""
        self.host = Host(registration, translate, _observe, become_usual)
        self.guards = registration.guards
        self.functions: list[Served] = ready(self.application, registration)
        self.identify = options.identify
        self.keeps_for_callers = self.keeps and options.identify is not None
        """Whether there is a cache, and the project's own code finds out who asks: it may make a language current."""
        self.permissions = protection.permissions
        self.told_of_transactions = False
        """Whether the log has said that requests come inside transactions."""
        self.is_in_thread = _has_sync_middleware()
        """Whether there is middleware that waits in a thread while a request is answered under ASGI."""


def current() -> Mizan:
    """The application of the project.

    Raises:
        RegistrationError: It cannot be served.
    """
    global _held  # noqa: PLW0603 - there is one to a process
    held = _held
    if held is None:
        with _lock:
            if _held is None:
                options = _settings.read()
                if options.problems:
                    lines = [f"{problem.message}\n  help: {problem.hint}" for problem in options.problems]
                    raise RegistrationError("\n".join(lines))
                _held = Mizan(options, served_base())
            held = _held
    return held


def forget(*, setting: str, **_: object) -> None:
    """Build it anew when it is next asked for: a test has changed a setting."""
    global _held  # noqa: PLW0603 - as above
    if setting in _MADE_OF:
        _held = None


def base() -> str | None:
    """Where the project's URLs have the protocol, without a final slash; None where they do not."""
    try:
        path = reverse("mizan:endpoint", urlconf=settings.ROOT_URLCONF)
    except NoReverseMatch:
        return None
    return "/" + path[len(get_script_prefix()) :].strip("/") if path != get_script_prefix() else ""


def served_base() -> str:
    """Where the protocol is served; the root is a place too."""
    found = base()
    return DEFAULT_BASE if found is None else found


def problems() -> list[str]:
    """What the `clients.py` of the apps declared that cannot be served."""
    return cast("MizanConfig", apps.get_app_config("mizan")).problems


def functions(modules: Iterable[str] = ()) -> list[Callable[..., Any]]:
    """The functions of the apps' `clients.py`, and of further modules.

    Raises:
        RegistrationError: One of those modules holds none.
    """
    found: list[Callable[..., Any]] = []
    for name in cast("MizanConfig", apps.get_app_config("mizan")).clients:
        # One that declares nothing yet is no mistake.
        members = vars(sys.modules[name]).values()
        found.extend(member for member in members if hasattr(member, "__mizan__"))
    named = [import_module(name) for name in modules]
    return collect(found, named)


def open_transactions() -> list[str]:
    """The databases that have a transaction open in this thread."""
    return [one.alias for one in connections.all(initialized_only=True) if one.in_atomic_block]


def _make_atomic(registration: Registration) -> None:
    """Give each function the transactions that `ATOMIC_REQUESTS` gives views: they end before what it changed is told.

    Raises:
        RegistrationError: One is async. Django has no transactions for those, and refuses such a view as well.
    """
    atomic = {alias for alias, database in connections.settings.items() if database["ATOMIC_REQUESTS"]}
    for served in registration.functions.values():
        outside: set[str] = getattr(served.function, "_non_atomic_requests", set())
        wanted = sorted(atomic - outside)
        if wanted and served.is_async:
            served.definition.refuse(
                "it is async, and ATOMIC_REQUESTS gives it a transaction, which async functions cannot have",
                "make it a plain `def`, or decorate it with @transaction.non_atomic_requests",
            )
        for alias in wanted:
            served.function = transaction.atomic(using=alias)(served.function)


def _has_databases() -> bool:
    """Whether any of the project's databases is one; without any, Django has one that refuses everything."""
    return any(database["ENGINE"] != "django.db.backends.dummy" for database in connections.settings.values())


def _has_sync_middleware() -> bool:
    """Whether some of the middleware cannot be async. Such may open a transaction around everything below it."""
    return not all(getattr(import_string(path), "async_capable", False) for path in settings.MIDDLEWARE)


def _observe(_error: BaseException) -> None:
    # Called while the exception is handled, as of a view: whatever watches those sees it.
    got_request_exception.send(sender=Mizan, request=REQUEST.get())

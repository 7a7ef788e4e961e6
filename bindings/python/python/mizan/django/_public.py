"""The request as members of a public context see it: without what could tell who asks (CACHE-14)."""

from typing import Any, NoReturn

from django.http import HttpRequest

_OF_THE_CALLER = frozenset({"COOKIES", "FILES", "META", "POST", "auser", "body", "headers", "session", "user"})
_KEPT = ("GET", "content_params", "content_type", "method", "path", "path_info", "resolver_match")


class PublicRequest(HttpRequest):
    """A request whose headers, cookies, session and user are not there to be read."""

    def __init__(self, request: HttpRequest) -> None:
        for name in _KEPT:
            setattr(self, name, getattr(request, name))

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - whatever a request has
        if name in _OF_THE_CALLER:
            _refuse(name)
        return super().__getattribute__(name)


def _refuse(what: str) -> NoReturn:
    message = f"a member of a public context reached for the request's {what}, and its bundle is kept for everybody"
    raise RuntimeError(message)

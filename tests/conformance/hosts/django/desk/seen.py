"""What a careless project keeps of a request outside of its arguments; a switch has functions look at it."""

from contextvars import ContextVar

from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

_request: ContextVar[HttpRequest] = ContextVar("desk_request")


def language() -> str:
    """The language that the request asks for."""
    return _request.get().headers.get("Accept-Language", "")


def user() -> str:
    """The name in the request's header."""
    return _request.get().headers.get("X-User", "nobody")


class KeepRequest(MiddlewareMixin):
    """Middleware: keeps each request while it is answered."""

    def process_request(self, request: HttpRequest) -> None:
        """Keep it."""
        _request.set(request)


class NameCaller(KeepRequest):
    """Middleware: has the caller's name as an attribute of the request, as Django's own has the user."""

    def process_request(self, request: HttpRequest) -> None:
        """Set it."""
        request.__dict__["caller"] = request.headers.get("X-User", "")
        super().process_request(request)

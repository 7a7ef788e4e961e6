"""Serving the built page: real files as they are, and the page for every address that it routes itself."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.static import serve


def asset(request: HttpRequest, name: str) -> HttpResponseBase:
    """A script or a style, whose name says its content."""
    return serve(request, name, document_root=settings.WEB / "assets")


def icon(request: HttpRequest) -> HttpResponseBase:
    """The icon."""
    return serve(request, "icon.svg", document_root=settings.WEB)


# The page names its scripts by their content; it alone must be asked for again.
@cache_control(no_cache=True)
def page(request: HttpRequest) -> HttpResponseBase:
    """The page, whatever it shows."""
    return serve(request, "index.html", document_root=settings.WEB)

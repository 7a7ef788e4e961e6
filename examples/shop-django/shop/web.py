"""Serving the built page: real files as they are, and the page for every address that it routes itself.

A shop of any size would leave this to its web server.
"""

from mimetypes import guess_type
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils._os import safe_join
from django.views.decorators.cache import cache_control


def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A script or a style, whose name says its content."""
    return _file(f"assets/{name}")


def icon(request: HttpRequest) -> HttpResponse:
    """The icon."""
    return _file("icon.svg")


# The page names its scripts by their content; it alone must be asked for again.
@cache_control(no_cache=True)
def page(request: HttpRequest) -> HttpResponse:
    """The page, whatever it shows."""
    return _file("index.html")


def _file(name: str) -> HttpResponse:
    try:
        content = Path(safe_join(settings.WEB, name)).read_bytes()
    except (OSError, SuspiciousFileOperation):
        raise Http404 from None
    return HttpResponse(content, content_type=guess_type(name)[0])

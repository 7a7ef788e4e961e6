"""Middleware as some projects have it."""

from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

Next = Callable[[HttpRequest], HttpResponseBase]

before_the_end: list[Callable[[], None]] = []
"""What a test does before the transaction of a request ends."""


def in_a_transaction(get_response: Next) -> Next:
    """One transaction around each request that may change something."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method == "GET":
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            for act in before_the_end:
                act()
            return response

    return answer


def in_the_zone_of_the_caller(get_response: Next) -> Next:
    """The timezone that a caller names is the one that is current; it stays so, as that of `LocaleMiddleware` does."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "X-Zone" in request.headers:
            timezone.activate(request.headers["X-Zone"])
        else:
            timezone.deactivate()
        return get_response(request)

    return answer

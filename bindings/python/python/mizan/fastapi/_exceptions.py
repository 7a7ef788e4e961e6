"""FastAPI's own exceptions, read as the protocol's errors."""

from collections.abc import Mapping
from typing import cast

from starlette.exceptions import HTTPException

from mizan._errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Invalid,
    MizanError,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
)

_BY_STATUS: dict[int, type[MizanError]] = {
    error.status: error
    for error in (
        BadRequest,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        PayloadTooLarge,
        UnsupportedMediaType,
    )
}
_WITH_RETRY: dict[int, type[RateLimited | Unavailable]] = {429: RateLimited, 503: Unavailable}


def translate(error: BaseException) -> MizanError | None:
    """The protocol's error that an `HTTPException` stands for; none for a status that a function cannot answer."""
    if not isinstance(error, HTTPException):
        return None
    # FastAPI's own subclass allows details of any type.
    detail = cast("object", error.detail)
    message = detail if isinstance(detail, str) else None
    status = error.status_code
    if status == Invalid.status:
        return Invalid({(): message or "the input does not fit"})
    if status in _WITH_RETRY:
        return _WITH_RETRY[status](message, retry_after=_seconds(error.headers or {}))
    plain = _BY_STATUS.get(status)
    return None if plain is None else plain(message)


def _seconds(headers: Mapping[str, str]) -> int | None:
    for name, value in headers.items():
        if name.lower() == "retry-after" and value.isascii() and value.isdigit():
            return int(value)
    return None

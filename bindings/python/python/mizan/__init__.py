"""Typed remote calls with caching and invalidation in the protocol.

Decorate functions with `client`, group reads with `ReactContext`, and mount them with an adapter such as
`mizan.fastapi.Mizan`. Names load when they are first used, so that the command line starts without Pydantic.
"""

# Type checkers take this name for true; `typing` itself would cost the command line a third of its start.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from mizan._client import client
    from mizan._context import ReactContext
    from mizan._errors import (
        Conflict,
        Error,
        Forbidden,
        Invalid,
        MizanError,
        NotFound,
        RateLimited,
        RegistrationError,
        Unauthenticated,
        Unavailable,
    )
    from mizan._identity import Identity
    from mizan._invalidation import invalidate
    from mizan._markers import BigInt, Key
    from mizan._protection import Cache, Tokens

__all__ = [
    "BigInt",
    "Cache",
    "Conflict",
    "Error",
    "Forbidden",
    "Identity",
    "Invalid",
    "Key",
    "MizanError",
    "NotFound",
    "RateLimited",
    "ReactContext",
    "RegistrationError",
    "Tokens",
    "Unauthenticated",
    "Unavailable",
    "client",
    "invalidate",
]

_MODULES = {
    "BigInt": "_markers",
    "Cache": "_protection",
    "Conflict": "_errors",
    "Error": "_errors",
    "Forbidden": "_errors",
    "Identity": "_identity",
    "Invalid": "_errors",
    "Key": "_markers",
    "MizanError": "_errors",
    "NotFound": "_errors",
    "RateLimited": "_errors",
    "ReactContext": "_context",
    "RegistrationError": "_errors",
    "Tokens": "_protection",
    "Unauthenticated": "_errors",
    "Unavailable": "_errors",
    "client": "_client",
    "invalidate": "_invalidation",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - as above

    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

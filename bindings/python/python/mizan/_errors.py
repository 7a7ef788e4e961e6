"""The errors that a function raises to answer with something else than its result."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, ClassVar, dataclass_transform, get_origin, get_type_hints


class RegistrationError(Exception):
    """Declarations that cannot be served. The text says what, where, and what to do, for each of them."""

    @classmethod
    def about(
        cls, problem: str, fix: str, *, function: str | None = None, source: str | None = None
    ) -> "RegistrationError":
        """One problem, in the form that the core writes its own in.

        Args:
            problem: What is wrong, without the place.
            fix: What to do about it.
            function: The name of the function that is meant, where it is one.
            source: `file:line` of its declaration, where it is known.
        """
        place = "".join(f"{part}: " for part in (source, function) if part)
        return cls(f"{place}{problem}\n  help: {fix}")


class MizanError(Exception):
    """An error of the protocol's own closed list (ERR-1). Raise one of its subclasses."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500

    def __init__(self, message: object = None) -> None:
        self.message = message
        """What the caller reads, text or what prints itself; without one, the protocol's own words for the code."""
        super().__init__(message or self.code)


class Unauthenticated(MizanError):
    """Nobody is signed in, and somebody has to be."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(MizanError):
    """The caller is known, and may not."""

    code = "FORBIDDEN"
    status = 403


class NotFound(MizanError):
    """What was asked for does not exist."""

    code = "NOT_FOUND"
    status = 404


class Conflict(MizanError):
    """What was asked for does not fit with the present state."""

    code = "CONFLICT"
    status = 409


class RateLimited(MizanError):
    """Too many calls."""

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, message: object = None, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which it is worth another try; whole ones are sent."""


class Unavailable(MizanError):
    """Something that the call needs is down."""

    code = "UNAVAILABLE"
    status = 503

    def __init__(self, message: object = None, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds after which it is worth another try; whole ones are sent."""


class BadRequest(MizanError):
    """What is read from the request is not there, or is not what it has to be."""

    code = "BAD_REQUEST"
    status = 400


class PayloadTooLarge(MizanError):
    """A body of more bytes than are read."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class UnsupportedMediaType(MizanError):
    """A body of a type that is not read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


FieldPath = str | tuple[str | int, ...]
"""Where in the arguments a problem is: an argument's name, or a path such as `("lines", 0, "amount")`."""


class Invalid(MizanError):
    """Arguments that the function itself finds wrong: `Invalid(name="must have a letter")`.

    A place deeper than an argument goes into a mapping: `Invalid({("lines", 0, "amount"): "is too much"})`.
    """

    code = "VALIDATION"
    status = 422

    def __init__(self, fields: Mapping[Any, str] | None = None, /, **messages: str) -> None:
        self.fields: dict[FieldPath, str] = {**(fields or {}), **messages}
        """The message for each place."""
        super().__init__()


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class _Declared(Exception):
    """The machinery of `Error`: keyword data, checked against the annotations."""

    def __init__(self, message: str | None = None, **data: object) -> None:
        cls = type(self)
        names = data_types(cls)
        unknown = sorted(data.keys() - names)
        missing = sorted(name for name in names if name not in data and not hasattr(cls, name))
        if unknown or missing:
            what = "has no field" if unknown else "needs the field"
            text = f"{cls.__name__} {what} {', '.join(unknown or missing)}"
            raise TypeError(text)
        self.message = message
        for name, value in data.items():
            setattr(self, name, value)
        super().__init__(message or error_code(cls))


class Error(_Declared):
    """The base of an application's own errors, which clients see typed (ERR-7).

    ```python
    class NameTaken(mizan.Error):
        status = 409
        taken_by: int


    raise NameTaken("That name is taken.", taken_by=5)
    ```

    The code comes from the class's name, here `NAME_TAKEN`, unless `code` says another. A function that raises it
    names it in `errors=[…]`.
    """

    message: str | None = field(default=None, kw_only=False)
    """What the caller reads; without one, the code."""
    status: ClassVar[int] = 400
    """400 to 499."""
    code: ClassVar[str | None] = None
    """`[A-Z][A-Z0-9_]*`, none of the protocol's own."""

    def data(self) -> dict[str, object]:
        """The typed data that travels with the error."""
        return {name: getattr(self, name) for name in data_types(type(self))}


def error_code(declared: type[_Declared]) -> str:
    """The code of a declared error: its own, or its class's name in upper snake case."""
    own = getattr(declared, "code", None)
    if isinstance(own, str):
        return own
    name = declared.__name__
    words: list[str] = []
    start = 0
    for index in range(1, len(name)):
        after_lower = name[index].isupper() and not name[index - 1].isupper()
        before_lower = name[index].isupper() and name[index + 1 : index + 2].islower()
        if after_lower or before_lower:
            words.append(name[start:index])
            start = index
    words.append(name[start:])
    return "_".join(words).upper()


def data_types(declared: type[_Declared]) -> dict[str, object]:
    """The annotations of a declared error's data, by name; those of `Error` itself are not data."""
    cached = declared.__dict__.get("_mizan_data")
    if cached is not None:
        return cached
    hints: dict[str, object] = get_type_hints(declared, include_extras=True)
    types = {
        name: hint
        for name, hint in hints.items()
        if name != "message" and hint is not ClassVar and get_origin(hint) is not ClassVar
    }
    type.__setattr__(declared, "_mizan_data", types)
    return types

"""How a probe says that a host differs from the protocol."""

import os.path


class Mismatch(Exception):
    """The host answered, and the answer is not the protocol's."""


def expect(what: str, actual: object, wanted: object) -> None:
    """Expect a value of equal type and content.

    Raises:
        Mismatch: It differs.
    """
    if type(actual) is not type(wanted) or actual != wanted:
        got, want = _where_they_part(repr(actual), repr(wanted))
        raise Mismatch(f"{what}:\n  got    {got}\n  wanted {want}")


def require(what: str, holds: object) -> None:
    """Expect that something holds.

    Raises:
        Mismatch: It does not.
    """
    if not holds:
        raise Mismatch(what)


def _where_they_part(actual: str, wanted: str) -> tuple[str, str]:
    """Both texts; of long ones the part that begins shortly before the first difference."""
    longest = 400
    if max(len(actual), len(wanted)) <= longest:
        return actual, wanted
    same = len(os.path.commonprefix([actual, wanted]))
    start = max(0, same - 80)
    return tuple(("…" if start else "") + text[start : start + longest] for text in (actual, wanted))  # type: ignore[return-value]

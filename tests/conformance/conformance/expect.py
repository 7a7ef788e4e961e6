"""How a probe says that a host differs from the protocol."""


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
    pairs = enumerate(zip(actual, wanted, strict=False))
    same = next((at for at, (left, right) in pairs if left != right), min(len(actual), len(wanted)))
    start = max(0, same - 80)
    dots = "…" if start else ""
    return dots + actual[start : start + longest], dots + wanted[start : start + longest]

"""Integers of any length to and from decimal text (VALUE-12).

Python's own `int(text)` and `str(number)` refuse more digits than a setting of the process allows, since they take a
time that grows with the square of the length. These split the number in halves, and are faster than that; how long a
text may be is the protocol's to say.
"""

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, Inexact, localcontext

_SHORT_DIGITS = 640
"""So many digits Python takes whatever the setting is."""

_SHORT_BITS = 2048
"""Of so many bits there are fewer digits than that."""


def read_integer(text: str) -> int:
    """The integer that the digits say, with a sign where it is negative."""
    if len(text) <= _SHORT_DIGITS:
        return int(text)
    if text.startswith("-"):
        return -read_integer(text[1:])
    powers: dict[int, int] = {}
    return _read(text, powers)


def _read(digits: str, powers: dict[int, int]) -> int:
    length = len(digits)
    if length <= _SHORT_DIGITS:
        return int(digits)
    low = length // 2
    return (_read(digits[:-low], powers) * _power_of_five(low, powers) << low) + _read(digits[-low:], powers)


def _power_of_five(exponent: int, powers: dict[int, int]) -> int:
    # The halves of one length differ by one at most, so that few powers serve all of them.
    known = powers.get(exponent)
    if known is None:
        known = powers[exponent] = 5**exponent
    return known


def write_integer(number: int) -> str:
    """The digits of an integer, with a sign where it is negative."""
    if number.bit_length() <= _SHORT_BITS:
        return str(int(number))
    with localcontext(Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[Inexact])):
        powers: dict[int, Decimal] = {}
        digits = str(_written(abs(number), number.bit_length(), powers))
    return f"-{digits}" if number < 0 else digits


def _written(number: int, bits: int, powers: dict[int, Decimal]) -> Decimal:
    if bits <= _SHORT_BITS:
        return Decimal(number)
    low = bits // 2
    high = number >> low
    return _written(high, bits - low, powers) * _power_of_two(low, powers) + _written(
        number - (high << low), low, powers
    )


def _power_of_two(exponent: int, powers: dict[int, Decimal]) -> Decimal:
    known = powers.get(exponent)
    if known is None:
        known = powers[exponent] = Decimal(2) ** exponent
    return known

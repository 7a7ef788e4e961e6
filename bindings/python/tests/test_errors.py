"""Declared errors: code from the name, typed data, and what does not fit."""

from typing import ClassVar

import pytest

import mizan
from mizan._errors import data_types, error_code


class NameTaken(mizan.Error):
    status = 409
    taken_by: int
    suggestion: str = "Ada2"


def test_data_comes_from_the_annotations():
    error = NameTaken("That name is taken.", taken_by=5)
    assert error.message == "That name is taken."
    assert error.taken_by == 5
    assert error.data() == {"taken_by": 5, "suggestion": "Ada2"}
    assert str(error) == "That name is taken."
    assert data_types(NameTaken) == {"taken_by": int, "suggestion": str}


def test_an_error_without_a_message_reads_as_its_code():
    assert str(NameTaken(taken_by=5)) == "NAME_TAKEN"


def test_missing_and_unknown_data_are_refused_where_it_is_raised():
    with pytest.raises(TypeError, match="NameTaken needs the field taken_by"):
        NameTaken("x")  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="NameTaken has no field taken"):
        NameTaken("x", taken_by=1, taken=2)  # pyright: ignore[reportCallIssue]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NameTaken", "NAME_TAKEN"),
        ("Full", "FULL"),
        ("HTTPDown", "HTTP_DOWN"),
        ("OutOfDVDs", "OUT_OF_DV_DS"),
        ("Code404Seen", "CODE404_SEEN"),
    ],
)
def test_the_code_is_the_name_in_upper_snake_case(name: str, code: str):
    assert error_code(type(name, (mizan.Error,), {})) == code


def test_a_code_of_its_own_wins():
    class Odd(mizan.Error):
        code: ClassVar[str | None] = "OTHER"

    assert error_code(Odd) == "OTHER"
    assert data_types(Odd) == {}


def test_an_inherited_error_inherits_its_data():
    class More(NameTaken):
        extra: bool

    assert More(taken_by=1, extra=True).data() == {"taken_by": 1, "suggestion": "Ada2", "extra": True}


def test_invalid_takes_names_and_places():
    assert mizan.Invalid(name="no").fields == {"name": "no"}
    assert mizan.Invalid({("lines", 0): "bad"}, name="no").fields == {("lines", 0): "bad", "name": "no"}

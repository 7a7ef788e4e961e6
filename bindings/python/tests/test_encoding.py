"""Results as JSON text: nothing hidden from the core, equal values in equal bytes, no warnings."""

import dataclasses
import datetime
import decimal
import enum
import json
import math
from typing import Any

import pydantic.dataclasses
import pytest
from pydantic import BaseModel, ConfigDict, RootModel, field_serializer
from typing_extensions import TypedDict

from mizan._encoding import encoder_of
from mizan._schema import adapter_of


class Inner(BaseModel):
    value: float | None = None
    blob: bytes = b""


class Outer(BaseModel):
    inner: Inner
    many: list[Inner] = []
    named: dict[str, Inner] = {}


class Quiet(BaseModel):
    model_config = ConfigDict(ser_json_inf_nan="null", ser_json_timedelta="float", ser_json_bytes="hex")
    value: float = 0.0
    blob: bytes = b""
    span: datetime.timedelta = datetime.timedelta()


@dataclasses.dataclass
class Plain:
    value: float


@pydantic.dataclasses.dataclass
class Checked:
    value: float


class Typed(TypedDict):
    value: float


class Root(RootModel[list[float]]):
    pass


class Node(BaseModel):
    value: float | None = None
    children: list["Node"] = []


NAN = math.nan


@pytest.mark.parametrize(
    ("annotation", "value", "text"),
    [
        (float, NAN, "NaN"),
        (float | None, math.inf, "Infinity"),
        (Inner, Inner(value=NAN), '{"value":NaN,"blob":""}'),
        (Outer, Outer(inner=Inner(value=NAN)), '{"inner":{"value":NaN,"blob":""},"many":[],"named":{}}'),
        (list[Inner], [Inner(value=-math.inf)], '[{"value":-Infinity,"blob":""}]'),
        (dict[str, Inner], {"a": Inner(value=NAN)}, '{"a":{"value":NaN,"blob":""}}'),
        (Quiet, Quiet(value=NAN), '{"value":NaN,"blob":"","span":"PT0S"}'),
        (list[Quiet], [Quiet(value=NAN)], '[{"value":NaN,"blob":"","span":"PT0S"}]'),
        (Plain, Plain(NAN), '{"value":NaN}'),
        (list[Plain], [Plain(NAN)], '[{"value":NaN}]'),
        (list[Checked], [Checked(NAN)], '[{"value":NaN}]'),
        (list[Typed], [{"value": NAN}], '[{"value":NaN}]'),
        (list[Root], [Root([NAN])], "[[NaN]]"),
        (Node, Node(children=[Node(value=NAN)]), '{"value":null,"children":[{"value":NaN,"children":[]}]}'),
        (Any, {"a": [NAN]}, '{"a":[NaN]}'),
        (list[Inner], [Inner(blob=b"\xff\xfe")], '[{"value":null,"blob":"__4="}]'),
        (list[Quiet], [Quiet(blob=b"\xff\xfe")], '[{"value":0.0,"blob":"__4=","span":"PT0S"}]'),
    ],
)
def test_values_are_written_by_the_protocol_however_their_models_are_configured(
    annotation: Any, value: object, text: str
):
    assert encoder_of(adapter_of(annotation))(value).decode() == text


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


def test_sets_are_written_in_one_order():
    assert encoder_of(adapter_of(set[str]))({"c", "a", "b"}) == b'["a","b","c"]'
    assert encoder_of(adapter_of(frozenset[Color]))(frozenset({Color.RED, Color.BLUE})) == b'["blue","red"]'
    assert (
        encoder_of(adapter_of(set[decimal.Decimal]))({decimal.Decimal(2), decimal.Decimal("1.50")}) == b'["1.50","2"]'
    )


@pytest.mark.parametrize(
    ("annotation", "value", "written"),
    [
        (int, "five", "five"),
        (Inner, {"value": "text", "other": 1}, {"value": "text", "other": 1}),
        (list[Inner], 5, 5),
        (Outer, Outer.model_construct(inner=7), {"inner": 7}),
        (set[int], [2, 1], [2, 1]),
        (decimal.Decimal, 1.5, 1.5),
    ],
)
def test_what_does_not_fit_is_written_as_it_is_and_without_a_warning(annotation: Any, value: object, written: object):
    # Warnings are errors here.
    text = json.loads(encoder_of(adapter_of(annotation))(value))
    assert {**text, **written} == text if isinstance(written, dict) else text == written


class Secretive(BaseModel):
    name: str


class Revealing(Secretive):
    password: str


def test_a_subclass_shows_only_what_the_annotation_has():
    assert encoder_of(adapter_of(Secretive))(Revealing(name="a", password="b")) == b'{"name":"a"}'


class Custom(BaseModel):
    number: int

    @field_serializer("number")
    def _shout(self, number: int) -> str:
        return f"{number}!"


def test_the_models_own_serializers_apply():
    assert encoder_of(adapter_of(list[Custom]))([Custom(number=1)]) == b'[{"number":"1!"}]'


def test_a_field_may_be_called_like_a_part_of_a_schema():
    class Tricky(BaseModel):
        type: str = "model"
        config: Inner = Inner()
        fields: dict[str, float] = {}
        metadata: float = NAN

    text = encoder_of(adapter_of(Tricky))(Tricky(config=Inner(value=NAN)))
    assert text == b'{"type":"model","config":{"value":NaN,"blob":""},"fields":{},"metadata":NaN}'

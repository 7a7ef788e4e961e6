"""Every replayer answers every pin, and nothing ends it."""

import json
from pathlib import Path

import pytest

from pins import PINS, cases, files, problems
from replayers import answers, replay, replayers

SURFACES = ["rust", "python", "node"]
KINDS = [path.stem for path in files(PINS)]


def test_make_tells_the_surfaces() -> None:
    assert sorted(replayers()) == sorted(SURFACES)


@pytest.mark.parametrize("surface", SURFACES)
def test_every_pin_is_answered(surface: str) -> None:
    assert list(problems(PINS, answers(surface))) == []


@pytest.mark.parametrize("surface", SURFACES)
def test_an_unknown_kind_is_unsupported(surface: str) -> None:
    assert replay(replayers()[surface], ['{"id":"a","kind":"horoscope","input":{}}']) == [
        {"id": "a", "unsupported": True}
    ]


@pytest.mark.parametrize("surface", SURFACES)
def test_broken_lines_are_answered_and_end_nothing(surface: str) -> None:
    broken = [
        b"{",
        b"\xff",
        b"[]",
        b"null",
        b"5",
        b'{"id":"a","id":"a","kind":"json_body","input":{"hex":""}}',
        b'{"kind":"json_body","input":{"hex":""}}',
        b"[" * 100_000,
    ]
    headless = ['{"id":"b"}', '{"id":"b","kind":5,"input":{}}', '{"id":"b","kind":"json_body"}']
    unfit = [json.dumps({"id": "c", "kind": kind, "input": {}}) for kind in KINDS]
    mistyped = [json.dumps({"id": "d", "kind": kind, "input": dict.fromkeys(INPUTS, 5)}) for kind in KINDS]
    good = '{"id":"e","kind":"json_body","input":{"hex":"7b7d"}}'
    given = replay(replayers()[surface], [*broken, *headless, *unfit, *mistyped, good])
    assert given[: len(broken)] == [{"id": None, "refused": "BAD_REQUEST"}] * len(broken)
    assert given[len(broken) : len(broken) + 3] == [{"id": "b", "refused": "BAD_REQUEST"}] * 3
    assert [answer["id"] for answer in given[len(broken) + 3 :]] == ["c"] * len(KINDS) + ["d"] * len(KINDS) + ["e"]
    assert all({"refused", "ok"} & answer.keys() and answer.get("refused") != "INTERNAL" for answer in given)
    assert given[-1] == {"id": "e", "ok": {}}


INPUTS = [
    "hex",
    "numbers",
    "schema",
    "query",
    "application",
    "text",
    "fn",
    "args",
    "targets",
    "lines",
    "request",
    "now",
]


@pytest.mark.parametrize("surface", SURFACES)
def test_both_directions_of_a_stream_flow(surface: str) -> None:
    many = cases(PINS)[:1] * 5000
    assert len(replay(replayers()[surface], [case.line for case in many])) == len(many)


@pytest.mark.parametrize("kind", KINDS)
def test_one_flipped_byte_of_an_expected_answer_is_seen(kind: str, tmp_path: Path) -> None:
    """The control of the tests above: they see a change of any expected answer, in every file."""
    text = (PINS / f"{kind}.json").read_bytes()
    given = {surface: answers(surface) for surface in SURFACES}
    places = list(expected_bytes(text))
    assert len(places) > 100
    for place in places[:: max(1, len(places) // 40)]:
        flipped = bytearray(text)
        flipped[place] ^= 1
        (tmp_path / f"{kind}.json").write_bytes(flipped)
        for surface in SURFACES:
            assert next(problems(tmp_path, given[surface]), None), (surface, text[place - 40 : place + 10])


def expected_bytes(text: bytes) -> list[int]:
    """Where the expected answers of a pins file stand, by byte."""
    places: list[int] = []
    start = 0
    for line in text.splitlines(keepends=True):
        name, _, value = line.partition(b": ")
        if name.strip() in (b'"ok"', b'"refused"', b'"details"', b'"message"'):
            first = start + len(name) + 2
            places += range(first, first + len(value.rstrip(b",\n")))
        start += len(line)
    return places

"""The native parts beside the exchange: encoders of results, keyrings, and what needs no application."""

from __future__ import annotations

import datetime
import json
import sys
import uuid
from typing import TYPE_CHECKING, Any

from exercise import reply, same
from mizan import _core

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

SECRET = b"a secret of thirty-two bytes, or more"
NOW = 1_700_000_000
LIFE = 300
AUDIENCE = "mizan"


def keyrings() -> _core.Keyrings:
    """Keys for all purposes, two of them for identity tokens."""
    return _core.Keyrings([SECRET, SECRET[::-1]], [])


def _general(value: object) -> bytes:
    return json.dumps(value).encode()


class Point:
    """A result with attributes."""

    def __init__(self, x: object, y: object) -> None:
        self.x = x
        self.y = y


def struct(kind: type, holder: str) -> tuple[object, ...]:
    """The description of the field `struct` of a value: `x` is an integer, `y` is text."""
    return ("struct", kind, holder, {"x": ("x", ("int",)), "y": ("y", ("str",))})


def encoders(app: _core.Application) -> None:
    """Results by every node of a plan, those that are not as described, and descriptions that are not of the shape."""
    index = app.functions().index
    tags = app.encoder(index("user_tags"), ("list", ("str",)), _general)
    same((tags.is_plain, _text(tags, ["a", "é"]), _text(tags, [])), (True, '["a","é"]'.encode(), b"[]"))
    lone = app.encoder(index("user_name"), ("str",), lambda value: repr(value).encode())
    same((lone.encode(5), lone.encode("\ud800")), (b"5", repr("\ud800").encode()))
    same(tags.encode([1]), b"[1]")
    taken = app.encoder(index("taken"), ("int",), _general)
    same((_text(taken, 5), taken.encode(1.5), taken.encode(10**30)), (b"5", b"1.5", str(10**30).encode()))
    unfit: tuple[_core.Description, ...] = (None, ("nothing",), ("list", ("int",)), struct(Point, "dict"), ("str", 1))
    for description in unfit:
        other = app.encoder(index("taken"), description, _general)
        same((other.is_plain, other.encode(7)), (False, b"7"))
    raising = app.encoder(index("taken"), ("int",), _fail)
    same(_raised(lambda: raising.encode("x")), "cannot")
    day, number = datetime.date(2024, 2, 29), uuid.UUID(int=5)
    shapes = app.encoder(index("point"), POINT, _general)
    held = {"at": day, "by": number, "pairs": {"b": (1, "x"), "a": (2, "y")}, "place": Point(1, "b"), "some": None}
    pairs = '"pairs":{"a":[2,"y"],"b":[1,"x"]}'
    expected = f'{{"at":"2024-02-29","by":"{number}",{pairs},"place":{{"x":1,"y":"b"}},"some":null}}'
    same((shapes.is_plain, _text(shapes, held)), (True, expected.encode()))
    same(_raised(lambda: shapes.encode({**held, "place": Point(1, 2)})).startswith("Object of type"), True)


POINT: tuple[object, ...] = (
    "struct",
    dict,
    "dict",
    {
        "at": ("at", ("printed", datetime.date, "isoformat")),
        "by": ("by", ("printed", uuid.UUID, "__str__")),
        "pairs": ("pairs", ("dict", ("tuple", [("int",), ("str",)]))),
        "place": ("place", struct(Point, "namespace")),
        "some": ("some", ("nullable", ("float",))),
    },
)


def _text(encoder: _core.Encoder, value: object) -> bytes:
    checked = encoder.encode(value)
    return b"not checked" if isinstance(checked, bytes) else checked.text()


def _fail(_: object) -> bytes:
    message = "cannot"
    raise RuntimeError(message)


def _raised(action: Callable[[], object]) -> str:
    try:
        action()
    except Exception as error:  # noqa: BLE001 - whatever it raises is looked at
        return str(error)
    return ""


class _Pause:
    """Waits once."""

    def __await__(self) -> Generator[str, None, int]:
        yield "wait"
        return 7


async def _awaited(awaitable: Awaitable[object]) -> object:
    return await awaitable


async def _add(one: int, *, other: int = 1) -> int:
    return one + other


async def _stop(one: int) -> int:
    message = f"stopped at {one}"
    raise RuntimeError(message)


def runners(app: _core.Application) -> None:
    """First steps of functions: what returns, by position and by name, names something, waits, and raises."""
    encoder = app.encoder(app.functions().index("taken"), ("int",), _general)
    named: list[object] = []
    adding, plain = (_core.Runner(_add, one, _awaited, named.append) for one in (encoder, None))
    printed = [adding.begin((4,), []), adding.begin({"one": 4, "other": 2}, [])]
    same([one.text() for one in printed if isinstance(one, _core.Checked)], [b"5", b"6"])
    for begun in (adding.begin((4,), ["named"]), plain.begin((4,), [])):
        same(isinstance(begun, _core.Begun) and (begun.running, begun.value), (None, 5))
    waiting = _core.Runner(_Pause, encoder, _awaited, named.append).begin((), [])
    same(isinstance(waiting, _core.Begun) and waiting.value, "wait")
    same(_raised(lambda: _core.Runner(_stop, encoder, _awaited, named.append).begin((1,), [])), "stopped at 1")
    same(len(named), 6)


def tokens(_: _core.Application) -> None:
    """Tokens of every kind, minted and verified, refused in several ways; keys that are none."""
    ring = keyrings()
    times = (NOW, NOW, NOW + LIFE)
    mwt = ring.mint_mwt("ada", "p", True, False, AUDIENCE, NOW, LIFE)
    access = ring.mint_access("ada", "j", False, True, AUDIENCE, NOW, LIFE)
    refresh = ring.mint_refresh("ada", "j", "f", AUDIENCE, NOW, LIFE)
    same(ring.verify_mwt(mwt.encode(), AUDIENCE, NOW, 30), ("ada", "p", True, False, *times))
    same(ring.verify_access(access.encode(), AUDIENCE, NOW, 30), ("ada", "j", False, True, *times))
    same(ring.verify_refresh(refresh.encode(), AUDIENCE, NOW, 30), ("ada", "j", "f", *times))
    verifying: list[Any] = [ring.verify_mwt, ring.verify_access, ring.verify_refresh]
    for verify in verifying:
        for token in (b"", b"a.b.c", b"\xff" * 9000, mwt.encode()[:-1], mwt.encode() + b"A"):
            same(isinstance(verify(token, AUDIENCE, NOW, 30), str), True)
        same(isinstance(verify(mwt.encode(), "other", NOW, 30), str), True)
    same(ring.verify_mwt(mwt.encode(), AUDIENCE, NOW + 2 * LIFE, 30), "expired")
    same(isinstance(ring.verify_signature("mwt", mwt.encode()), bytes), True)
    form = ring.csrf_mint("session", bytes(16))
    same((ring.csrf_check("session", form.encode()), ring.csrf_check("other", form.encode())), (True, False))
    ir = 'mizan version=1\n\ncontext "user" public=#true { member "read" }\ncontext "own" { member "look" }\n'
    ada = ("ada", True, False, ["a.x"])
    same((len(ring.kids("mwt")), ring.cache_key(ir, "user", b"{}", True, None, None)[:9]), (2, "ctx:user:"))
    same(ring.cache_key(ir, "own", b"{}", False, None, ada)[:8], "ctx:own:")
    refused: list[Callable[[], object]] = [
        lambda: _core.Keyrings([b"short"], [("mwt", [("k", b"short"), ("k", SECRET)])]),
        lambda: ring.mint_mwt("x" * 9000, "p", True, False, AUDIENCE, NOW, LIFE),
        lambda: ring.mint_access("ada", "j", True, False, AUDIENCE, -1, LIFE),
        lambda: ring.csrf_mint("", bytes(16)),
        lambda: ring.csrf_mint("session", b"short"),
        lambda: ring.cache_key("mizan version=2", "user", b"{}", True, None, None),
        lambda: ring.cache_key(ir, "user", b"{}", False, "ada", None),
    ]
    same([bool(_raised(action)) for action in refused], [True] * len(refused))


def readers(app: _core.Application) -> None:
    """What reads and writes without an application."""
    schema = _core.Schema(b'{"type":"object","properties":{"v":{"type":"integer"}}}', "input")
    same((schema.read(b'{"v": 5}'), schema.query(b"v=5")), (b'{"v":5}', b'{"v":5}'))
    same((_core.canonical_json(b"[1.0]", "float"), _core.rewrite_ir(app.ir())), (b"[1]", app.ir()))
    same(_core.find_breaks(app.ir(), app.ir()), [])
    header = _core.format_targets(b'[{"context":"user","params":{"user_id":5}}]')
    same(_core.parse_targets([header.encode()]), b'[{"context":"user","params":{"user_id":5}}]')
    same(_core.parse_targets([b"*"]), None)
    refused: list[Callable[[], object]] = [
        lambda: schema.read(b'{"v":"5"}'),
        lambda: schema.query(b"v=x"),
        lambda: _core.Schema(b'{"type":"nothing"}', "output"),
        lambda: _core.canonical_json(b"[1", "any"),
        lambda: _core.check_json(b"\xff"),
        lambda: _core.rewrite_ir("mizan version=2\n"),
        lambda: _core.format_targets(b"{}"),
        lambda: _core.parse_targets([b",,"]),
        lambda: _core.Origins(["nothing"]),
    ]
    same([bool(_raised(action)) for action in refused], [True] * len(refused))
    origins = _core.Origins(["https://app.example"])
    same(origins.allow("POST", [b"https://app.example"], [b"cross-site"], [b"x"]), True)
    same(_core.rotate("live:j", "j", "k"), ("live:k", True))


def replies(app: _core.Application) -> None:
    """Replies share the fields that are the same every time: none of them is used up."""
    fields: list[tuple[bytes, bytes]] = []
    for _ in range(20):
        _, step = app.open("GET", "/api/mizan/nothing", b"", [], b"", 255, 0, False)
        fields = reply(step)[2]
    same(sys.getrefcount(fields[0]) > 1, True)
    same(dict(fields)[b"content-type"], b"application/json")


STEPS = (encoders, runners, tokens, readers, replies)

"""Rust: Axum by hand, rspc and Mizan on Axum."""

from contextlib import ExitStack
from urllib.parse import quote

from apps.data import NOTICES, PROFILE
from measure import turns
from measure.loopback import BENCH, get, post
from measure.turns import DATA, Ask, Contender, Cost, listening

WORKLOADS = ("rename", "bundle")
REQUESTS = 12_000
"""Of each round: as many as the others have would be over in a hundredth of a second, and be one disturbance."""
TURNS = 12
"""Of each round: one disturbance of half a second then meets all of them, and not one alone."""
FLOOR = "axum alone (a fixed reply)"
BARE = "axum by hand, with serde"
RSPC = "rspc, on axum 0.7"
TELLING = "the same by hand with Mizan's reply"
MIZAN = "Mizan in front of a router"
ROUTED = "Mizan in a router"
MAP = "axum, a map of finished bodies by hand: a hit"
HIT = "Mizan in front of a router, memory: a hit"
ROUTED_HIT = "Mizan in a router, memory: a hit"
EXPECTED = {
    "rename": {"user_id": 5, "name": "Ada"},
    "bundle": {"user_profile": PROFILE, "user_notices": NOTICES},
}
_PROGRAM = BENCH / "target" / "release" / "mizan-bench"


def measure(rounds: int, requests: int) -> dict[str, dict[str, Cost]]:
    """By workload and contender."""
    turns.write_data({"profile": PROFILE, "notices": NOTICES})
    with ExitStack() as stack:
        contenders = [
            Contender(
                name,
                stack.enter_context(listening([str(_PROGRAM), kind, "{port}"], {"BENCH_DATA": str(DATA)})),
                asks,
            )
            for name, kind, asks in _KINDS
        ]
        return turns.measure(contenders, EXPECTED, rounds, requests, turns=TURNS)


_RENAME = b'{"user_id":5,"name":"Ada"}'
_USER = quote('{"user_id":5}')
_PLAIN = {"rename": Ask((post("/rename", _RENAME),)), "bundle": Ask((get("/user?user_id=5"),))}
_BUNDLE = get("/api/mizan/ctx/user/?user_id=5")
_RESULT = ("result", "data")
_RENAMED = ("result",)
_CALL = {"rename": Ask((post("/api/mizan/call/", b'{"fn":"rename_user","args":' + _RENAME + b"}"),), _RENAMED)}
_MIZAN = {**_CALL, "bundle": Ask((_BUNDLE,))}
_HIT = {"bundle": Ask((_BUNDLE,), sign=b"cache-status: mizan; hit")}
_KINDS: list[tuple[str, str, dict[str, Ask]]] = [
    (FLOOR, "floor", _PLAIN),
    (BARE, "bare", _PLAIN),
    (TELLING, "telling", {**_PLAIN, "rename": Ask(_PLAIN["rename"].requests, _RENAMED)}),
    (
        RSPC,
        "rspc",
        {
            "rename": Ask((post("/rspc/rename", _RENAME),), _RESULT),
            "bundle": Ask((get(f"/rspc/user?input={_USER}"),), _RESULT),
        },
    ),
    (MIZAN, "mizan-in-front", _MIZAN),
    (ROUTED, "mizan", _MIZAN),
    (MAP, "map", {"bundle": Ask((get("/user?user_id=5"),))}),
    (HIT, "mizan-in-front-kept", _HIT),
    (ROUTED_HIT, "mizan-kept", _HIT),
]

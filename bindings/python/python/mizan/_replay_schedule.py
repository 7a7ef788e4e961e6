"""Answers cases of fills and purges: readers and mutations of a cache, step by step (`pins/README.md`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from mizan import _core

if TYPE_CHECKING:
    from mizan._replay_case import Answer, Input

_CONTEXT = "pin"
_ALL = "mz-all"
_DAY = 86_400.0
_HELD = 600.0
"""Seconds, longer than any schedule takes."""
_PATIENCE = 10.0
"""Seconds that a read may wait for another one of the same case, which is never to be."""
_ROOM = 1 << 20
_SECRET = bytes([7]) * 32
_STEPS: dict[str, tuple[set[str], set[str]]] = {
    "read.begin": ({"actor", "key"}, set()),
    "read.load": ({"actor"}, set()),
    "read.store": ({"actor"}, set()),
    "read.abandon": ({"actor"}, set()),
    "write": ({"key"}, set()),
    "hold": ({"actor"}, {"key"}),
    "purge": (set(), {"actor", "key"}),
    "lift": ({"actor"}, set()),
    "evict": ({"key", "what"}, set()),
    "restart": (set(), set()),
}
"""The members that each step must have, and those that it may have."""


@dataclass
class _Read:
    key: str
    fill: _core.Fill | None
    saw: int | None = None


def schedule(given: Input) -> Answer:
    """`store` and `steps` → `reads`."""
    store, steps = given["store"], given["steps"]
    if not isinstance(store, str) or not isinstance(steps, list):
        raise TypeError(given)
    stage = _Stage(store)
    for step in cast("list[Input]", steps):
        stage.step(step)
    return {"reads": stage.told}


class _Stage:
    def __init__(self, store: str) -> None:
        self.store = store
        self.caches: dict[str, _core.Cache] = {}
        self.versions: dict[str, int] = defaultdict(int)
        self.reads: dict[str, _Read] = {}
        self.holds: dict[str, _core.Hold] = {}
        self.told: list[Answer] = []
        _answered(self.cache("").restart())

    def cache(self, actor: str) -> _core.Cache:
        """One for all actors on memory, and one for each on a Redis."""
        name = "" if self.store == "memory" else actor
        if name not in self.caches:
            self.caches[name] = _core.Cache(self.store, _SECRET, room=_ROOM, prefix="mizan-pins", patience=_PATIENCE)
        return self.caches[name]

    def step(self, step: Input) -> None:
        required, optional = _STEPS[step["step"]]
        held = set(step) - {"step"}
        if not required <= held <= required | optional or not all(isinstance(step[name], str) for name in held):
            raise ValueError(step)
        actor, key = step.get("actor", ""), step.get("key")
        match step["step"]:
            case "read.begin":
                self.begin(actor, step["key"])
            case "read.load":
                read = self.reads[actor]
                if read.saw is not None:
                    raise ValueError(step)
                read.saw = self.versions[read.key]
                self.tell(actor, read.key, hit=False, saw=read.saw)
            case "read.store":
                read = self.reads.pop(actor)
                if read.saw is None:
                    raise ValueError(step)
                if read.fill is not None:
                    self.cache(actor).store(read.fill, str(read.saw).encode(), _DAY)
            case "read.abandon":
                read = self.reads.pop(actor)
                if read.fill is not None:
                    self.cache(actor).abandon(read.fill)
            case "write":
                self.versions[step["key"]] += 1
            case "hold":
                if actor in self.holds:
                    raise ValueError(step)
                self.holds[actor] = self.cache(actor).hold(_tags(key), _HELD)
            case "purge":
                _answered(self.cache(actor).purge(_tags(key), self.holds.pop(actor, None)))
            case "lift":
                self.cache(actor).lift(self.holds.pop(actor))
            case "evict":
                _answered(self.evict(step["key"], step["what"]))
            case _:
                _answered(self.cache("").restart())

    def begin(self, actor: str, key: str) -> None:
        if actor in self.reads:
            raise ValueError(actor)
        try:
            loaded = self.cache(actor).load(_CONTEXT, _entry(key), [_ALL, _tag(key)], _PATIENCE)
        except TimeoutError as error:
            raise ValueError(actor) from error
        if isinstance(loaded, bytes):
            self.tell(actor, key, hit=True, saw=int(loaded))
        else:
            self.reads[actor] = _Read(key, loaded)

    def evict(self, key: str, what: str) -> bool:
        cache = self.cache("")
        match what:
            case "entry":
                return cache.evict_entry(_CONTEXT, _entry(key), [_ALL, _tag(key)])
            case "generation":
                return cache.evict_generation(_CONTEXT, _tag(key))
            case "epoch":
                return cache.evict_epoch(_CONTEXT)
            case _:
                raise ValueError(what)

    def tell(self, actor: str, key: str, *, hit: bool, saw: int) -> None:
        self.told.append({"actor": actor, "key": key, "hit": hit, "saw": saw})


def _entry(key: str) -> str:
    return f"ctx:{_CONTEXT}:{key.encode().hex()}"


def _tag(key: str) -> str:
    return f"mz-{key.encode().hex()}"


def _tags(key: str | None) -> list[tuple[str, str]]:
    return [(_CONTEXT, _ALL if key is None else _tag(key))]


def _answered(answered: bool) -> None:
    if not answered:
        raise _core.Refused("UNAVAILABLE", None)

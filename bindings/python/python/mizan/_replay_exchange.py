"""Answers cases of whole exchanges, and of what a call's result is spliced into, as a host of the core does."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import to_json

from mizan import _core
from mizan._replay_case import Answer, Input, application, built, hexadecimal, text
from mizan._replay_identity import keyrings
from mizan._upload import Upload

if TYPE_CHECKING:
    from mizan._protection import Arguments

_SHARED = ("now", "secure", "identity", "permissions", "guards", "outcomes")
"""What a request of several may leave to the case."""
_PATIENCE = 10.0
"""Seconds that a read may wait for one that is on its way in the same case, which is never to be."""
_MOST_LETTERS = 4 << 20
_ROOM = 16 << 20
_FLAGS = ("mwt", "access", "csrf")


def exchange(given: Input) -> Answer:
    """`application`, `protection`, `request` and what a host does → `steps`, `response`; `requests` → `replies`."""
    stage = _Stage(given)
    return {"replies": stage.replies(given, "requests")} if "requests" in given else stage.reply(given)


def merge(given: Input) -> Answer:
    """`application`, `fn`, `args` and `result` → `merge`; a call that fails is refused with its error."""
    held = application(given)
    body, result = text({"fn": given["fn"], "args": given["args"]}), text(given["result"])
    path = (given["application"].get("base") or "/api/mizan") + "/call/"
    walk, step = held.open("POST", path, b"", [(b"content-type", b"application/json")], body, 0, 0, False)
    while True:
        match step:
            case (0,):
                step = walk.identified(None)
            case (2, calls):
                step = walk.returned([result] * len(calls))
            case (3, status, _, reply, _):
                answered = json.loads(reply)
                if status == 200:
                    return {"merge": answered.get("merge", [])}
                error = answered["error"]
                raise _core.Refused(error["code"], text(error["details"]) if "details" in error else None)
            case _:
                raise ValueError(step)


class _Stage:
    """An application, and what it keeps between requests."""

    def __init__(self, given: Input) -> None:
        document, protection = text(given["application"]), _protection(given.get("protection", {}))
        self.application = built(lambda: _core.Application(document, **protection))
        self.functions = self.application.functions()
        self.inputs = {function["name"]: function["input"] for function in given["application"]["functions"]}
        self.shared = {name: given[name] for name in _SHARED if name in given}

    def replies(self, held: Input, name: str) -> list[Answer]:
        """The replies to a list of requests, one after the other; what one does not say itself, the case says."""
        return [self.reply(self.shared | cast("Input", one)) for one in held[name]]

    def reply(self, given: Input) -> Answer:
        request = given["request"]
        headers = [(name.encode(), value.encode()) for name, value in request.get("headers", [])]
        query, body = request.get("query", "").encode(), hexadecimal(request, "body") if "body" in request else b""
        identity = _caller(given.get("identity"))
        permissions = _permissions(given.get("permissions"))
        guards = {name: _decision(held) for name, held in given.get("guards", {}).items()}
        outcomes = {name: _outcome(held) for name, held in given.get("outcomes", {}).items()}
        steps: list[Answer] = []
        more: Answer = {}
        walk, step = self.application.open(
            request["method"],
            request["path"],
            query,
            headers,
            body,
            given.get("nonce", 0),
            given.get("now", 0),
            given.get("secure", False),
            random=hexadecimal(given, "random") if "random" in given else None,
        )
        while True:
            match step:
                case (0,):
                    steps.append({"identify": True})
                    step = walk.identified(identity)
                case (1, calls):
                    steps.append({"guard": [{"fn": self.functions[index], "guard": guard} for index, guard in calls]})
                    step = walk.guarded([guards.get(guard, False) for _, guard in calls])
                case (2, calls):
                    steps.append({"invoke": [self.call(*call) for call in calls]})
                    if "meanwhile" in given and "meanwhile" not in more:
                        more["meanwhile"] = self.replies(given, "meanwhile")
                    step = walk.returned([outcomes.get(self.functions[index], ("raised",)) for index, *_ in calls])
                case (3, status, fields, reply, log):
                    headers = [[name.decode(), value.decode()] for name, value in fields]
                    response = {"status": status, "headers": headers, "body": reply.hex()}
                    if log:
                        more["log"] = [["error" if is_error else "warning", line] for is_error, line in log]
                    return {"steps": steps, "response": response} | more
                case (4, sub):
                    steps.append({"permissions": sub})
                    step = walk.permitted(permissions)
                case _:
                    step = _waited(walk)

    def call(self, index: int, arguments: dict[str, Any], seconds: float) -> Answer:
        """A call as Python sees it: its arguments, Python objects by now, as JSON again."""
        name = self.functions[index]
        schema = self.inputs[name]
        files: list[Upload] = []
        plain = _plain(schema, arguments, files)
        if b"x-mizan-upload" in text(schema):
            # No result can have a file, so no schema of one reads these.
            answer = {"fn": name, "args": plain, "timeout_ms": round(seconds * 1000)}
            return answer | ({"files": [_file(file) for file in files]} if files else {})
        held = to_json(plain, bytes_mode="base64")
        args = json.loads(_core.Schema(text(schema), "output").read(held))
        return {"fn": name, "args": args, "timeout_ms": round(seconds * 1000)}


def _waited(walk: _core.Exchange) -> _core.Step:
    """The step after an answer of the origin cache."""
    there = Event()
    if not walk.wake(there.set) and not there.wait(_PATIENCE):
        # It waits for a request that is on its way in the same case, and that would wait for it.
        raise ValueError(walk)
    return walk.resume()


def _protection(given: Input) -> Arguments:
    """The secrets and the origin cache of an application."""
    if not set(given) <= {"secrets", "keys", *_FLAGS, "audience", "leeway", "trusted_origins", "store"}:
        raise ValueError(given)
    # A loaded machine must not make a Redis look as if it were away.
    found: Arguments = {"store_bytes": _ROOM, "timeout": 5.0}
    rings = keyrings(given)
    if given.get("secrets") or given.get("keys"):
        found["keyrings"] = rings
    wanted = {flag: given.get(flag, False) for flag in _FLAGS}
    if not all(isinstance(flag, bool) for flag in wanted.values()):
        raise TypeError(given)
    needed = [purpose for purpose, flag in wanted.items() if flag]
    needed += ["cache"] if given.get("store", "memory") != "memory" else []
    if not all(rings.kids(purpose) for purpose in needed):  # type: ignore[arg-type]
        raise ValueError(given)
    found["mwt"], found["access"], found["csrf"] = (wanted[flag] for flag in _FLAGS)
    found["trusted_origins"] = given.get("trusted_origins", [])
    for name in ("audience", "leeway", "store"):
        if name in given:
            found[name] = given[name]
    return found


def _file(file: Upload) -> Answer:
    return {"name": file.filename, "content_type": file.content_type, "hex": file.read().hex()}


def _plain(schema: Any, value: object, files: list[Upload]) -> object:  # noqa: ANN401 - any JSON Schema
    """The value, every bigint as its text, which no encoder could tell from an integer, every file as its index."""
    if isinstance(value, Upload):
        files.append(value)
        return len(files) - 1
    match schema:
        case {"format": "bigint"} if isinstance(value, int):
            return str(value)
        case {"properties": properties} if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            return {name: _plain(properties[name], member, files) for name, member in members.items()}
        case {"items": items} if isinstance(value, list):
            return [_plain(items, item, files) for item in cast("list[object]", value)]
        case _:
            return value


def _failure(held: Input) -> _core.Failure | None:
    match held:
        case {"protocol": error}:
            return ("protocol", error["code"], error.get("message"), error.get("retry_after"))
        case {"declared": error}:
            return ("declared", error["code"], error["message"], text(error["data"]) if "data" in error else None)
        case {"invalid": entries}:
            return ("invalid", [(entry["path"], entry["message"]) for entry in entries])
        case {"raised": _}:
            return ("raised",)
        case _:
            return None


def _caller(held: Input | None) -> _core.Caller:
    if held is None:
        return None
    failure = _failure(held)
    if failure is not None:
        return failure
    flags = held.get("staff", False), held.get("superuser", False)
    return (held["sub"], *flags, held.get("permissions", []), held.get("session"))


def _permissions(held: list[str] | Input | None) -> list[str] | _core.Failure | None:
    if not isinstance(held, dict):
        return held
    return _failed(held)


def _decision(held: bool | Input) -> _core.Allowed:
    return held if isinstance(held, bool) else _failed(held)


def _failed(held: Input) -> _core.Failure:
    failure = _failure(held)
    if failure is None:
        raise ValueError(held)
    return failure


def _outcome(held: Input) -> _core.Outcome:
    targets = [
        (entry["name"], text(entry["params"]) if "params" in entry else None) for entry in held.get("invalidate", [])
    ]
    failure = ("timed_out",) if held.get("timed_out") is True else _failure(held)
    if failure is not None:
        return ("announced", failure, targets) if targets else failure
    result = _result(held)
    if "params" not in held and "invalidate" not in held:
        return result
    return ("returned", result, text(held["params"]) if "params" in held else None, targets)


def _result(held: Input) -> bytes:
    """The text of a result: its own, that of so many letters, or that of its value."""
    if "text" in held:
        return held["text"].encode()
    if "letters" in held:
        if not 0 <= held["letters"] <= _MOST_LETTERS:
            raise ValueError(held)
        return text("x" * held["letters"])
    return text(held["result"])

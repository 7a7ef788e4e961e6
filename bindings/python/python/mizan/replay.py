"""Answers pins and other cases through the Python binding: `python -m mizan.replay`.

One case a line on stdin, one answer a line on stdout, in order; `pins/README.md` has the protocol. Every answer comes
through `mizan._core`, so what it proves is that values survive the way from Python into the core and back. A case never
ends the process.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from pydantic_core import to_json

from mizan import _core, _replay_identity
from mizan._upload import Upload

if TYPE_CHECKING:
    from collections.abc import Callable

Input = dict[str, Any]
Answer = dict[str, Any]

NONE_OF_IT = {"refused": "BAD_REQUEST"}


class _Unbuildable(Exception):
    """A schema, a registration or an IR that does not build."""


def answer(line: bytes) -> bytes:
    """The answer to one line, JSON without a line end; a line that is no case has one too."""
    try:
        _core.check_json(line)
        case = json.loads(line)
        held = {"id": case["id"]}
    except (_core.Refused, KeyError, TypeError, ValueError):
        return _text({"id": None, **NONE_OF_IT})
    return _text(held | _answer(case))


def main(cases: BinaryIO, answers: BinaryIO) -> None:
    """Answer every line of one stream into the other."""
    for line in cases:
        if line.strip():
            answers.write(answer(line) + b"\n")
            answers.flush()


def _answer(case: Input) -> Answer:
    kind, given = case.get("kind"), case.get("input")
    if not isinstance(kind, str) or not isinstance(given, dict):
        return NONE_OF_IT
    if kind not in _KINDS:
        return {"unsupported": True}
    try:
        return {"ok": _KINDS[kind](cast("Input", given))}
    except _core.Refused as refused:
        code, details = refused.args
        return {"refused": code} if details is None else {"refused": code, "details": json.loads(details)}
    except (_Unbuildable, _replay_identity.Unstartable) as error:
        return {"refused": "BUILD", "message": str(error)}
    except (AttributeError, KeyError, TypeError, ValueError):
        return NONE_OF_IT
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the core is none of Exception, and an answer like others
        return {"refused": "INTERNAL"}


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _bytes(given: Input, name: str = "hex") -> bytes:
    text = given[name]
    if text != text.lower() or not text.isascii() or " " in text:
        raise ValueError(text)
    return bytes.fromhex(text)


def _built(make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it makes
    try:
        return make()
    except ValueError as error:
        raise _Unbuildable(str(error)) from error


def _application(given: Input) -> _core.Application:
    document = _text(given["application"])
    return _built(lambda: _core.Application(document))


def _schema(given: Input, role: str) -> _core.Schema:
    schema = _text(given["schema"])
    return _built(lambda: _core.Schema(schema, role))  # type: ignore[arg-type]


def _canonical_json(given: Input) -> Answer:
    return {"hex": _core.canonical_json(_bytes(given), given["numbers"]).hex()}


def _json_body(given: Input) -> Answer:
    _core.check_json(_bytes(given))
    return {}


def _validate(given: Input) -> Answer:
    return {"hex": _schema(given, "input").read(_bytes(given)).hex()}


def _transcode(given: Input) -> Answer:
    schema = _schema(given, "output")
    try:
        return {"hex": schema.read(_bytes(given)).hex()}
    except _core.Refused:
        # A result that does not fit is the function's fault (CALL-7).
        raise _core.Refused("INTERNAL", None) from None


def _query_params(given: Input) -> Answer:
    return {"params": json.loads(_schema(given, "params").query(given["query"].encode()))}


def _ir(given: Input) -> Answer:
    return {"text": _application(given).ir()}


def _ir_read(given: Input) -> Answer:
    text = given["text"].encode().decode()
    return {"text": _built(lambda: _core.rewrite_ir(text))}


def _scope(given: Input) -> Answer:
    targets = _application(given).scope(given["fn"], _text(given["args"]), given.get("sub"))
    return {"targets": json.loads(targets)}


def _header_format(given: Input) -> Answer:
    return {"text": _core.format_targets(_text(given["targets"]))}


def _header_parse(given: Input) -> Answer:
    lines = given["lines"]
    if not isinstance(lines, list):
        raise TypeError(lines)
    targets = _core.parse_targets([line.encode() for line in cast("list[str]", lines)])
    return {"targets": "*" if targets is None else json.loads(targets)}


def _manifest(given: Input) -> Answer:
    return {"text": _application(given).manifest()}


def _openapi(given: Input) -> Answer:
    return {"text": _application(given).openapi()}


def _compat(given: Input) -> Answer:
    old, new = given["old"].encode().decode(), given["new"].encode().decode()
    breaks = _built(lambda: _core.find_breaks(old, new))
    return {"breaks": [{"rule": rule, "path": path} for rule, path, _ in breaks]}


def _exchange(given: Input) -> Answer:
    application = _application(given)
    functions = application.functions()
    inputs = {function["name"]: function["input"] for function in given["application"]["functions"]}
    request = given["request"]
    headers = [(name.encode(), value.encode()) for name, value in request.get("headers", [])]
    query, body = request.get("query", "").encode(), _bytes(request, "body") if "body" in request else b""
    identity = _caller(given.get("identity"))
    guards = {name: _decision(held) for name, held in given.get("guards", {}).items()}
    outcomes = {name: _outcome(held) for name, held in given.get("outcomes", {}).items()}
    steps: list[Answer] = []
    path, nonce, now = request["path"], given.get("nonce", 0), given.get("now", 0)
    exchange, step = application.open(request["method"], path, query, headers, body, nonce, now, False)
    while True:
        match step:
            case (0,):
                steps.append({"identify": True})
                step = exchange.identified(identity)
            case (1, calls):
                steps.append({"guard": [{"fn": functions[index], "guard": guard} for index, guard in calls]})
                step = exchange.guarded([guards.get(guard, False) for _, guard in calls])
            case (2, calls):
                steps.append({"invoke": [_call(functions[index], inputs, held, limit) for index, held, limit in calls]})
                step = exchange.returned([outcomes.get(functions[index], ("raised",)) for index, *_ in calls])
            case (3, status, fields, reply, log):
                headers = [[name.decode(), value.decode()] for name, value in fields]
                response = {"status": status, "headers": headers, "body": reply.hex()}
                lines = [["error" if is_error else "warning", text] for is_error, text in log]
                return {"steps": steps, "response": response} | ({"log": lines} if lines else {})
            case _:
                # These applications have no secrets, and so neither tokens nor an origin cache.
                raise ValueError(step)


def _call(name: str, inputs: dict[str, Any], arguments: dict[str, Any], seconds: float) -> Answer:
    """A call as Python sees it: its arguments, Python objects by now, as JSON again."""
    schema = inputs[name]
    files: list[Upload] = []
    plain = _plain(schema, arguments, files)
    if b"x-mizan-upload" in _text(schema):
        # No result can have a file, so no schema of one reads these.
        held = [{"name": file.filename, "content_type": file.content_type, "hex": file.read().hex()} for file in files]
        answer = {"fn": name, "args": plain, "timeout_ms": round(seconds * 1000)}
        return answer | {"files": held} if files else answer
    text = to_json(plain, bytes_mode="base64")
    args = json.loads(_core.Schema(_text(schema), "output").read(text))
    return {"fn": name, "args": args, "timeout_ms": round(seconds * 1000)}


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
            return ("declared", error["code"], error["message"], _text(error["data"]) if "data" in error else None)
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
    return (held["sub"], held.get("staff", False), held.get("superuser", False), held.get("permissions", []), None)


def _decision(held: bool | Input) -> _core.Allowed:
    if isinstance(held, bool):
        return held
    failure = _failure(held)
    if failure is None:
        raise ValueError(held)
    return failure


def _outcome(held: Input) -> _core.Outcome:
    if held.get("timed_out") is True:
        return ("timed_out",)
    failure = _failure(held)
    if failure is not None:
        return failure
    result = held["text"].encode() if "text" in held else _text(held["result"])
    if "params" not in held and "invalidate" not in held:
        return result
    targets = [
        (entry["name"], _text(entry["params"]) if "params" in entry else None) for entry in held.get("invalidate", [])
    ]
    return ("returned", result, _text(held["params"]) if "params" in held else None, targets)


_KINDS: dict[str, Callable[[Input], Answer]] = {
    "canonical_json": _canonical_json,
    "json_body": _json_body,
    "validate": _validate,
    "transcode": _transcode,
    "query_params": _query_params,
    "ir": _ir,
    "ir_read": _ir_read,
    "scope": _scope,
    "header_format": _header_format,
    "header_parse": _header_parse,
    "exchange": _exchange,
    "manifest": _manifest,
    "openapi": _openapi,
    "compat": _compat,
    **_replay_identity.KINDS,
}

if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

"""Answers pins and other cases through the Python binding: `python -m mizan.replay`.

One case a line on stdin, one answer a line on stdout, in order; `pins/README.md` has the protocol. Every answer comes
through `mizan._core`, so what it proves is that values survive the way from Python into the core and back. A case never
ends the process.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, BinaryIO, cast

from mizan import _core, _replay_identity
from mizan._replay_case import Answer, Input, Unbuildable, application, built, hexadecimal, text
from mizan._replay_exchange import exchange, merge
from mizan._replay_schedule import schedule

if TYPE_CHECKING:
    from collections.abc import Callable

NONE_OF_IT = {"refused": "BAD_REQUEST"}


def answer(line: bytes) -> bytes:
    """The answer to one line, JSON without a line end; a line that is no case has one too."""
    try:
        _core.check_json(line)
        case = json.loads(line)
        held = {"id": case["id"]}
    except (_core.Refused, KeyError, TypeError, ValueError):
        return text({"id": None, **NONE_OF_IT})
    return text(held | _answer(case))


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
        code, details = refused.args[:2]
        return {"refused": code} if details is None else {"refused": code, "details": json.loads(details)}
    except (Unbuildable, _replay_identity.Unstartable) as error:
        return {"refused": "BUILD", "message": str(error)}
    except (AttributeError, KeyError, TypeError, ValueError):
        return NONE_OF_IT
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a panic of the core is none of Exception, and an answer like others
        return {"refused": "INTERNAL"}


def _schema(given: Input, role: str) -> _core.Schema:
    schema = text(given["schema"])
    return built(lambda: _core.Schema(schema, role))  # type: ignore[arg-type]


def _canonical_json(given: Input) -> Answer:
    return {"hex": _core.canonical_json(hexadecimal(given), given["numbers"]).hex()}


def _json_body(given: Input) -> Answer:
    _core.check_json(hexadecimal(given))
    return {}


def _validate(given: Input) -> Answer:
    return {"hex": _schema(given, "input").read(hexadecimal(given)).hex()}


def _transcode(given: Input) -> Answer:
    schema = _schema(given, "output")
    try:
        return {"hex": schema.read(hexadecimal(given)).hex()}
    except _core.Refused:
        # A result that does not fit is the function's fault (CALL-7).
        raise _core.Refused("INTERNAL", None) from None


def _query_params(given: Input) -> Answer:
    return {"params": json.loads(_schema(given, "params").query(given["query"].encode()))}


def _ir(given: Input) -> Answer:
    return {"text": application(given).ir()}


def _ir_read(given: Input) -> Answer:
    held = given["text"].encode().decode()
    return {"text": built(lambda: _core.rewrite_ir(held))}


def _scope(given: Input) -> Answer:
    targets = application(given).scope(given["fn"], text(given["args"]), given.get("sub"))
    return {"targets": json.loads(targets)}


def _tags(given: Input) -> Answer:
    return {"tags": application(given).tags(given["context"], text(given["params"]), given.get("sub"))}


def _header_format(given: Input) -> Answer:
    return {"text": _core.format_targets(text(given["targets"]))}


def _header_parse(given: Input) -> Answer:
    lines = given["lines"]
    if not isinstance(lines, list):
        raise TypeError(lines)
    targets = _core.parse_targets([line.encode() for line in cast("list[str]", lines)])
    return {"targets": "*" if targets is None else json.loads(targets)}


def _manifest(given: Input) -> Answer:
    return {"text": application(given).manifest()}


def _openapi(given: Input) -> Answer:
    return {"text": application(given).openapi()}


def _compat(given: Input) -> Answer:
    old, new = given["old"].encode().decode(), given["new"].encode().decode()
    breaks = built(lambda: _core.find_breaks(old, new))
    return {"breaks": [{"rule": rule, "path": path} for rule, path, _ in breaks]}


_KINDS: dict[str, Callable[[Input], Answer]] = {
    "canonical_json": _canonical_json,
    "json_body": _json_body,
    "validate": _validate,
    "transcode": _transcode,
    "query_params": _query_params,
    "ir": _ir,
    "ir_read": _ir_read,
    "scope": _scope,
    "tags": _tags,
    "merge": merge,
    "header_format": _header_format,
    "header_parse": _header_parse,
    "exchange": exchange,
    "manifest": _manifest,
    "openapi": _openapi,
    "compat": _compat,
    "schedule": schedule,
    **_replay_identity.KINDS,
}

if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)

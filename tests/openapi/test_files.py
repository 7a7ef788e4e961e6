"""A request with a file, made from the export alone, is one that a running server takes."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

FIXTURE = Path(__file__).parents[1] / "conformance"
CALL = "/api/mizan/call/"
EXPORT: dict[str, Any] = json.loads((FIXTURE / "openapi.json").read_text(encoding="utf-8"))


def held(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema itself, or the component that it names."""
    while "$ref" in schema:
        schema = EXPORT["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def example(schema: dict[str, Any]) -> Any:
    """Some value that fits: what is required, and no more."""
    schema = held(schema)
    if "const" in schema:
        return schema["const"]
    match schema["type"]:
        case "object":
            return {name: example(schema["properties"][name]) for name in schema.get("required", [])}
        case "integer":
            return max(1, schema["minimum"])
        case kind:
            raise AssertionError(kind)


def parts(content: dict[str, Any]) -> list[tuple[str, tuple[str | None, bytes, str]]]:
    """The parts of a body, in the order in which they are required."""
    form = held(content["schema"])
    made: list[tuple[str, tuple[str | None, bytes, str]]] = []
    for name in form["required"]:
        schema = form["properties"][name]
        media_type = content["encoding"][name]["contentType"].partition(",")[0]
        if media_type == "application/json":
            made.append((name, (None, json.dumps(example(schema)).encode(), media_type)))
        else:
            made.append((name, ("file", b"x" * schema.get("maxLength", 1), media_type)))
    return made


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The desk of the conformance board on FastAPI."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {**os.environ, "MIZAN_SECRET": "a secret that everybody knows: of this test"}
    command = [sys.executable, "-m", "desk", str(port)]
    with subprocess.Popen(command, cwd=FIXTURE / "hosts/fastapi", env=environment, stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        process.kill()


def ask(server: str, made: list[tuple[str, tuple[str | None, bytes, str]]]) -> httpx.Response:
    return httpx.post(server + CALL, files=made)


def test_a_form_that_the_export_describes_is_taken(server: str) -> None:
    content = EXPORT["paths"][CALL]["post"]["requestBody"]["content"]["multipart/form-data"]
    made = parts(content)
    assert [name for name, _ in made] == ["call", "/sheet"]
    reply = ask(server, made)
    assert reply.status_code == 200, reply.text
    name = json.loads(made[0][1][1])["fn"]
    check: Any = Draft202012Validator(
        {"$ref": f"#/components/schemas/{name}.Reply", "components": EXPORT["components"]}
    )
    assert list(check.iter_errors(reply.json())) == []


def test_what_the_export_does_not_describe_is_not(server: str) -> None:
    content = EXPORT["paths"][CALL]["post"]["requestBody"]["content"]["multipart/form-data"]
    call, (name, (file, data, media_type)) = parts(content)
    for other in (
        [call],
        [(name, (file, data, media_type)), call],
        [call, (name, (file, data + b"x", media_type))],
        [call, (name, (file, data, "text/html"))],
        [call, ("/other", (file, data, media_type))],
    ):
        assert ask(server, other).status_code in (400, 413, 415, 422)
    json_call = httpx.post(server + CALL, json=json.loads(call[1][1]))
    assert json_call.status_code == 422

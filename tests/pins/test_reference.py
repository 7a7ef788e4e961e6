"""The reference derives the pins again, from the page alone."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pins import PINS, read

REFERENCE = PINS / "reference"
KINDS = [
    "canonical_json",
    "header_format",
    "header_parse",
    "manifest",
    "scope",
    "tags",
    "merge",
    "keyring",
    "token_mint",
    "token_verify",
    "jws_verify",
    "permission_key",
    "csrf",
    "origin",
    "refresh",
    "cache_key",
]


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Without -S it would find installed packages.
    command = [sys.executable, "-S", str(REFERENCE / "check.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_pin_of_its_kinds_is_derived_again() -> None:
    done = check()
    held = [(kind, case) for kind in KINDS for case in read(PINS / f"{kind}.json")["cases"]]
    # Of what does not build nothing is derived.
    count = sum(kind not in ("manifest", "tags", "merge") or case.get("refused") != "BUILD" for kind, case in held)
    assert (done.stdout, done.returncode) == (f"{count} cases derived again, 0 differ\n", 0), done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_answer_is_seen(kind: str, tmp_path: Path) -> None:
    for name in KINDS:
        shutil.copy(PINS / f"{name}.json", tmp_path)
    path = tmp_path / f"{kind}.json"
    held = read(path)
    case = held["cases"][-1]
    case.update({"refused": "CONFLICT"} if "refused" in case else {"ok": {}})
    path.write_text(json.dumps(held), encoding="utf-8")
    done = check(str(tmp_path))
    assert done.returncode == 1
    assert case["id"] in done.stdout


def test_it_stands_on_the_standard_library_alone() -> None:
    own = {path.stem for path in REFERENCE.glob("*.py")}
    for path in REFERENCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= own | sys.stdlib_module_names, path.name

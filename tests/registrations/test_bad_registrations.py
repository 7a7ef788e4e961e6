"""Ten declarations that cannot be served: what their author reads names the function, the place, and the fix."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from mizan import RegistrationError

BAD = Path(__file__).parent / "bad"
NAMES = [
    "ambiguous_union",
    "bad_name",
    "bad_pattern",
    "context_with_affects",
    "duplicate_name",
    "no_annotation",
    "two_shapes_for_one_param",
    "unknown_affects",
    "unsafe_default",
    "unsupported_keyword",
]


@pytest.fixture
def in_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named as seen from the working directory."""
    monkeypatch.chdir(BAD)
    monkeypatch.setattr(sys, "path", [str(BAD), *sys.path])


def snapshot(name: str) -> str:
    return (BAD / f"{name}.txt").read_text(encoding="utf-8").removesuffix("\n")


def test_each_has_its_snapshot() -> None:
    assert sorted(path.stem for path in BAD.glob("*.py")) == NAMES
    assert sorted(path.stem for path in BAD.glob("*.txt")) == NAMES


@pytest.mark.usefixtures("in_the_folder")
@pytest.mark.parametrize("name", NAMES)
def test_the_import_fails_with_the_text_of_the_snapshot(name: str) -> None:
    with pytest.raises(RegistrationError) as refused:
        import_module(name)
    assert str(refused.value) == snapshot(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_place_is_where_the_function_is_declared(name: str) -> None:
    found = re.match(r"(?P<file>[a-z_]+\.py):(?P<line>[0-9]+): (?P<function>[a-zA-Z_]+): .*\n  help: .", snapshot(name))
    assert found is not None
    lines = (BAD / found["file"]).read_text(encoding="utf-8").splitlines()
    decorator, header = lines[int(found["line"]) - 1 :][:2]
    assert decorator.startswith("@client")
    assert header.startswith(f"def {found['function']}(") or f'name="{found["function"]}"' in decorator


def test_the_command_says_it_without_a_trace() -> None:
    command = [Path(sys.executable).with_name("mizan"), "ir", "unknown_affects:mizan"]
    done = subprocess.run(command, cwd=BAD, capture_output=True, check=False, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"{snapshot('unknown_affects')}\n"
        "mizan ir: unknown_affects declares what cannot be served\n"
        "  help: mend the above, then run it again\n"
    )

"""The `mizan` command: what it prints, and what it says when it cannot."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from mizan._emit_ir import emit_ir

APPLICATION = """\
from fastapi import FastAPI
from mizan import client
from mizan.fastapi import Mizan


@client
async def double(number: int) -> int:
    return 2 * number


app = FastAPI()
mizan = Mizan(app, functions=[double])
other = FastAPI()
Mizan(other, functions=[double])
Mizan(other, functions=[double], base="/v2")
"""

IR = """\
mizan version=1

function "double" {
    input { field "number" { integer } }
    output { integer }
}
"""


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from mizan._command_line import main; main()", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)


@dataclass
class Printed:
    """What `mizan ir` printed and returned, run in this process."""

    status: int
    out: str
    err: str


class Emit(Protocol):
    def __call__(self, *arguments: str) -> Printed: ...


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "app.py").write_text(APPLICATION)
    return tmp_path


@pytest.fixture
def emit(folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Iterator[Emit]:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)

    def emit(*arguments: str) -> Printed:
        status = emit_ir(arguments)
        captured = capfdbinary.readouterr()
        return Printed(status, captured.out.decode(), captured.err.decode())

    yield emit
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) is None or str(folder) in str(sys.modules[name].__file__):
            del sys.modules[name]


@pytest.mark.parametrize("name", ["shop.app:mizan", "shop.app:app"])
def test_the_ir_of_a_mizan_object_or_of_its_app_is_printed(folder: Path, name: str):
    done = run(folder, "ir", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == IR


def test_sources_are_added_as_comments(emit: Emit):
    done = emit("shop.app:mizan", "--sources")
    assert done.out == IR + '//@ source "double" "shop/app.py" 6\n'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "mizan ir: name one application\n  help: as in `mizan ir shop.app:mizan`\n"),
        (["a:b", "c:d"], "mizan ir: name one application\n  help: as in `mizan ir shop.app:mizan`\n"),
        (["--loud"], "mizan ir: there is no option --loud\n  help: see `mizan ir --help`\n"),
        (
            ["shop.app"],
            "mizan ir: 'shop.app' does not say which object of which module\n  help: write MODULE:ATTRIBUTE\n",
        ),
        (
            ["shop.web:mizan"],
            "mizan ir: there is no module 'shop.web' in {folder} or in this Python's packages\n"
            "  help: run it in the folder that holds the application, with its own Python\n",
        ),
        (
            ["shop.app:double"],
            "mizan ir: shop.app:double is function, and no Mizan is mounted on it\n"
            "  help: it has shop.app:app, shop.app:mizan, shop.app:other\n",
        ),
        (
            ["shop.app:missing"],
            "mizan ir: the module shop.app ({folder}/shop/app.py) has no 'missing'\n"
            "  help: it has shop.app:app, shop.app:mizan, shop.app:other\n",
        ),
        (
            ["shop.app:other"],
            "mizan ir: 2 Mizan objects are mounted on shop.app:other\n  help: name the one that is meant\n",
        ),
    ],
)
def test_a_refusal_says_what_where_and_what_to_do(folder: Path, emit: Emit, arguments: list[str], said: str):
    done = emit(*arguments)
    assert done.status == 1
    assert done.out == ""
    assert done.err == said.format(folder=folder)


def test_a_module_without_a_mizan_says_how_to_make_one(folder: Path, emit: Emit):
    (folder / "empty.py").write_text("app = 1\n")
    assert "help: make a Mizan object there: `mizan = Mizan(app, functions=[…])`" in emit("empty:app").err


def test_an_exception_in_the_module_shows_file_and_line(folder: Path, emit: Emit):
    (folder / "broken.py").write_text("import shop.app\n\n\ndef divide():\n    return 1 / 0\n\n\ndivide()\n")
    done = emit("broken:mizan")
    assert done.status == 1
    assert done.err == (
        f"mizan ir: importing broken failed at {folder}/broken.py:5: ZeroDivisionError: division by zero\n"
        "  help: mend it; --traceback shows the way there\n"
    )
    assert "Traceback" in emit("broken:mizan", "--traceback").err


def test_a_syntax_error_shows_file_and_line(folder: Path, emit: Emit):
    (folder / "broken.py").write_text("x = 1\ny = = 2\n")
    assert f"failed at {folder}/broken.py:2: SyntaxError" in emit("broken:mizan").err


def test_a_missing_package_is_not_a_missing_module(folder: Path, emit: Emit):
    (folder / "needs.py").write_text("import no_such_package\n")
    said = emit("needs:mizan").err
    assert f"importing needs failed at {folder}/needs.py:1: ModuleNotFoundError" in said


def test_a_module_that_exits_is_told(folder: Path, emit: Emit):
    (folder / "exits.py").write_text("import sys\nsys.exit('no settings')\n")
    assert f"importing exits failed at {folder}/exits.py:2: SystemExit: no settings" in emit("exits:a").err


def test_what_cannot_be_served_is_listed(folder: Path, emit: Emit):
    (folder / "bad.py").write_text(APPLICATION.replace("@client", '@client(affects="usr")'))
    said = emit("bad:mizan").err
    assert said.startswith("bad.py:6: double: ")
    assert "\n  help: " in said
    assert said.endswith("mizan ir: bad declares what cannot be served\n  help: mend the above, then run it again\n")


def test_help_is_printed(folder: Path):
    done = run(folder, "ir", "--help")
    assert done.returncode == 0
    assert "mizan ir" in done.stdout
    assert run(folder, "--help").returncode == 0
    assert run(folder, "no-such-command").returncode == 2

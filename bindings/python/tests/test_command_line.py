"""The `mizan` command: what it prints, and what it says when it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from mizan._command_line import emit_ir

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "app.py").write_text(APPLICATION)
    return tmp_path


@pytest.mark.parametrize("name", ["shop.app:mizan", "shop.app:app"])
def test_the_ir_of_a_mizan_object_or_of_its_app_is_printed(folder: Path, name: str):
    done = run(folder, "ir", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == IR


def test_sources_are_added_as_comments(folder: Path):
    done = run(folder, "ir", "shop.app:mizan", "--sources")
    assert done.stdout == IR + '//@ source "double" "shop/app.py" 6\n'


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
def test_a_refusal_says_what_where_and_what_to_do(folder: Path, arguments: list[str], said: str):
    done = run(folder, "ir", *arguments)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == said.format(folder=folder)


def test_a_module_without_a_mizan_says_how_to_make_one(folder: Path):
    (folder / "empty.py").write_text("app = 1\n")
    assert (
        "help: make a Mizan object there: `mizan = Mizan(app, functions=[…])`" in run(folder, "ir", "empty:app").stderr
    )


def test_an_exception_in_the_module_shows_file_and_line(folder: Path):
    (folder / "broken.py").write_text("import shop.app\n\n\ndef divide():\n    return 1 / 0\n\n\ndivide()\n")
    done = run(folder, "ir", "broken:mizan")
    assert done.returncode == 1
    assert done.stderr == (
        f"mizan ir: importing broken failed at {folder}/broken.py:5: ZeroDivisionError: division by zero\n"
        "  help: mend it; --traceback shows the way there\n"
    )
    assert "Traceback" in run(folder, "ir", "broken:mizan", "--traceback").stderr


def test_a_syntax_error_shows_file_and_line(folder: Path):
    (folder / "broken.py").write_text("x = 1\ny = = 2\n")
    assert f"failed at {folder}/broken.py:2: SyntaxError" in run(folder, "ir", "broken:mizan").stderr


def test_a_missing_package_is_not_a_missing_module(folder: Path):
    (folder / "needs.py").write_text("import no_such_package\n")
    said = run(folder, "ir", "needs:mizan").stderr
    assert f"importing needs failed at {folder}/needs.py:1: ModuleNotFoundError" in said


def test_a_module_that_exits_is_told(folder: Path):
    (folder / "exits.py").write_text("import sys\nsys.exit('no settings')\n")
    assert (
        f"importing exits failed at {folder}/exits.py:2: SystemExit: no settings" in run(folder, "ir", "exits:a").stderr
    )


def test_what_cannot_be_served_is_listed(folder: Path):
    (folder / "bad.py").write_text(APPLICATION.replace("@client", '@client(affects="usr")'))
    said = run(folder, "ir", "bad:mizan").stderr
    assert said.startswith("bad.py:6: double: ")
    assert "\n  help: " in said
    assert said.endswith("mizan ir: bad declares what cannot be served\n  help: mend the above, then run it again\n")


def test_help_is_printed(folder: Path):
    done = run(folder, "ir", "--help")
    assert done.returncode == 0
    assert "mizan ir" in done.stdout
    assert run(folder, "--help").returncode == 0
    assert run(folder, "no-such-command").returncode == 2


def test_the_ir_is_a_function_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert emit_ir(["shop.app:mizan"]) == 0
    assert capsysbinary.readouterr().out.decode() == IR
    for name in ("shop", "shop.app"):
        monkeypatch.delitem(sys.modules, name)

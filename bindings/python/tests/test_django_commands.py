"""What a Django developer runs: `manage.py mizan …`, `check` and `runserver`, as programs of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import httpx
import pytest
from guarded import Guarded, free_port

TESTS = Path(__file__).parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the bookstore that may be changed."""
    shutil.copytree(TESTS / "bookstore", tmp_path / "bookstore")
    return tmp_path


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bookstore.manage", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_it_prints_what_is_declared(project: Path):
    ir = manage(project, "mizan", "ir")
    assert (ir.returncode, ir.stderr) == (0, "")
    assert ir.stdout.startswith("mizan version=")
    assert 'function "rename_book"' in ir.stdout
    contexts = json.loads(manage(project, "mizan", "manifest").stdout)
    assert "shelf" in json.dumps(contexts)
    page = json.loads(manage(project, "mizan", "openapi", "--title", "Books").stdout)
    assert (page["openapi"][:3], page["info"]["title"]) == ("3.1", "Books")


def test_it_compares_and_generates(project: Path):
    ir = manage(project, "mizan", "ir").stdout
    (project / "old.kdl").write_text(ir, encoding="utf-8")
    (project / "new.kdl").write_text(ir, encoding="utf-8")
    assert manage(project, "mizan", "check", "old.kdl", "new.kdl").returncode == 0
    other = project / "bookstore" / "clients.py"
    other.write_text(other.read_text(encoding="utf-8").replace("def audit()", "def inspect()"), encoding="utf-8")
    (project / "new.kdl").write_text(manage(project, "mizan", "ir").stdout, encoding="utf-8")
    broken = manage(project, "mizan", "check", "old.kdl", "new.kdl")
    assert broken.returncode != 0
    assert "audit" in broken.stdout + broken.stderr
    command = json.dumps([sys.executable, "-m", "bookstore.manage", "mizan", "ir"])
    target = '[[target]]\nkind = "typescript"\nout = "api"\n'
    (project / "mizan.toml").write_text(f"[source]\ncommand = {command}\n\n{target}", encoding="utf-8")
    generated = manage(project, "mizan", "generate")
    assert generated.returncode == 0, generated.stderr
    assert any("renameBook" in file.read_text(encoding="utf-8") for file in (project / "api").iterdir())


def test_it_tells_what_an_edge_purges(project: Path):
    (project / "manifest.json").write_text(manage(project, "mizan", "manifest").stdout, encoding="utf-8")
    purged = manage(project, "mizan", "purge-urls", "manifest.json", "book;book_id=5, shelf")
    assert (purged.returncode, purged.stderr) == (0, "")
    assert purged.stdout.splitlines() == ["/api/mizan/ctx/book/?book_id=5", "/api/mizan/ctx/shelf/*"]
    unread = manage(project, "mizan", "purge-urls", "manifest.json", "book;;")
    assert "everything is purged: the header is no list of RFC 9651" in unread.stderr
    lost = manage(project, "mizan", "purge-urls", "lost.json", "book")
    assert (lost.returncode, lost.stdout) == (1, "")


def test_an_unknown_command_fails(project: Path):
    assert manage(project, "mizan").returncode != 0
    assert manage(project, "mizan", "nothing").returncode != 0


def test_a_declaration_that_cannot_be_served_is_told_with_its_place(project: Path):
    file = project / "bookstore" / "clients.py"
    line = len(file.read_text(encoding="utf-8").splitlines()) + 2
    with file.open("a", encoding="utf-8") as clients:
        clients.write("\n@client\ndef untyped(book_id: int):\n    pass\n")
    for command in (["check"], ["mizan", "ir"]):
        told = manage(project, *command)
        assert told.returncode != 0
        assert f"clients.py:{line}" in told.stderr or f"clients.py:{line + 1}" in told.stderr, told.stderr
    assert "mizan.E006" in manage(project, "check").stderr


def test_another_mistake_there_is_python_s_own_with_its_place(project: Path):
    file = project / "bookstore" / "clients.py"
    with file.open("a", encoding="utf-8") as clients:
        clients.write("\nnot_there\n")
    line = len(file.read_text(encoding="utf-8").splitlines())
    told = manage(project, "check")
    assert told.returncode != 0
    assert f'clients.py", line {line}' in told.stderr
    assert "NameError" in told.stderr


def test_runserver_serves_and_reloads(project: Path):
    port = free_port()
    # What reloads is a child of its own: `timeout` ends it along with what started it.
    command = ["env", f"PYTHONPATH={project}", sys.executable, "-m", "bookstore.manage", "runserver"]
    command += ["--skip-checks", f"127.0.0.1:{port}"]
    url = f"http://127.0.0.1:{port}/api/mizan/call/"
    with Guarded(["timeout", "--signal=TERM", "120", *command], port, project / "log") as running:

        def audit(name: str) -> int:
            try:
                return httpx.post(url, json={"fn": name, "args": {}}, timeout=20).status_code
            except httpx.TransportError:
                return 0

        try:
            assert (audit("crash_not"), audit("forbid")) == (404, 403)
            file = project / "bookstore" / "clients.py"
            with file.open("a", encoding="utf-8") as clients:
                clients.write("\n\n@client\ndef crash_not() -> int:\n    return 1\n")
            until = time.monotonic() + 40
            saves = count(1)
            while True:
                # Saved again, as what comes before the reloader has looked for the first time is not seen.
                saved = time.time() + 2 * next(saves)
                os.utime(file, (saved, saved))
                again = time.monotonic() + 8
                while (status := audit("crash_not")) != 200 and time.monotonic() < again:
                    time.sleep(0.1)
                if status == 200:
                    break
                assert time.monotonic() < until, running.log.read_text(encoding="utf-8")
        finally:
            running.signal(signal.SIGTERM)
            time.sleep(0.3)


def test_mizan_imports_nothing_of_django():
    code = "import sys, mizan; [getattr(mizan, name) for name in mizan.__all__]; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert "mizan._client" in loaded
    assert not [name for name in loaded if name.partition(".")[0] in {"django", "asgiref"}]

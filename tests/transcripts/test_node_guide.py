"""The guide for Node: what it tells a reader to write is type-checked, served and asked."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from guides import write_files
from transcript import differences, read_page, run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "node.md").read_text(encoding="utf-8")
TOOLS = ROOT / "node_modules" / ".bin"
TSCONFIG = """{
  "extends": "BASE",
  "compilerOptions": {
    "declaration": false, "incremental": false, "isolatedDeclarations": false,
    "lib": ["ES2023", "DOM", "DOM.Iterable"], "skipLibCheck": true, "types": ["node"]
  },
  "include": ["library"]
}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the guide."""
    folder = tmp_path_factory.mktemp("library")
    write_files(PAGE, folder)
    (folder / "package.json").write_text('{ "type": "module" }\n', encoding="utf-8")
    (folder / "tsconfig.json").write_text(TSCONFIG.replace("BASE", str(ROOT / "tsconfig.base.json")), encoding="utf-8")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def tool(folder: Path, *command: str) -> str:
    """What a tool of the workspace prints."""
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def server(library: Path) -> Iterator[str]:
    """The base URL of the library, served by Node."""
    options = ["--format=esm", "--log-level=error", "--outdir=dist", "--platform=node"]
    assert tool(library, "esbuild", "library/app.ts", "library/functions.ts", *options) == ""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "MIZAN_SECRET": "0123456789abcdef" * 4, "PORT": str(port)}
    with subprocess.Popen(["node", "dist/app.js"], cwd=library, env=environment) as child:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert child.poll() is None
                assert time.monotonic() < until
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
        child.terminate()


def test_the_library_on_node_answers_as_the_guide_says(server: str) -> None:
    transcripts = read_page(PAGE)
    assert len(transcripts) >= 8
    found = [
        f"node.md, line {transcript.line}: {difference}"
        for transcript in transcripts
        for difference in differences(transcript, run(transcript, server))
    ]
    assert not found, "\n".join(found)


def test_the_snippets_for_node_type_check_and_a_wrong_one_does_not(library: Path) -> None:
    wrong = 'import { lend } from "./functions.js";\nexport const done = lend({} as never, { book_id: "5" });\n'
    (library / "library" / "wrong.ts").write_text(wrong, encoding="utf-8")
    said = tool(library, "tsc", "--project", "tsconfig.json", "--pretty", "false")
    [problem] = [line for line in said.splitlines() if line and not line.startswith(" ")]
    assert problem.startswith("library/wrong.ts(2,")

"""The guides: what they tell a reader to write is written, served, asked, generated and type-checked."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixture_server import serving
from guides import files, write_files
from transcript import differences, read_page, run

ROOT = Path(__file__).parents[2]
FASTAPI = (ROOT / "docs" / "guides" / "fastapi.md").read_text(encoding="utf-8")
EDGE = (ROOT / "docs" / "guides" / "edge.md").read_text(encoding="utf-8")
REACT = (ROOT / "docs" / "guides" / "react.md").read_text(encoding="utf-8")

# The strictest settings of the workspace, and what a bundler such as Vite asks for.
TSCONFIG = """{
  "extends": "BASE",
  "compilerOptions": {
    "declaration": false,
    "isolatedDeclarations": false,
    "jsx": "react-jsx",
    "lib": ["ES2023", "DOM", "DOM.Iterable"],
    "module": "ESNext",
    "moduleResolution": "Bundler"
  },
  "include": ["src"]
}
"""


@pytest.fixture(scope="module", autouse=True)
def secret() -> Iterator[None]:
    """The secret that the guide has its readers set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MIZAN_SECRET", "0123456789abcdef" * 4)
        yield


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of the FastAPI guide."""
    folder = tmp_path_factory.mktemp("library")
    write_files(FASTAPI, folder)
    return folder


def test_the_library_answers_as_the_guide_says(library: Path) -> None:
    transcripts = read_page(FASTAPI)
    assert len(transcripts) >= 8
    with serving("library.app:mizan", library) as base:
        found = [
            f"fastapi.md, line {transcript.line}: {difference}"
            for transcript in transcripts
            for difference in differences(transcript, run(transcript, base))
        ]
    assert not found, "\n".join(found)


def test_the_edge_guide_purges_what_a_call_made_stale(notebook_server: str, tmp_path: Path) -> None:
    blocks = re.findall(r"^```sh\n(.*?)^```$", EDGE, re.MULTILINE | re.DOTALL)
    (block,) = [block for block in blocks if "purge-urls" in block]
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    emit = "mizan ir notebook:notebook > notebook.kdl && mizan manifest notebook.kdl --out manifest.json >&2\n"
    run_by = {
        **os.environ,
        "PATH": tools,
        "PYTHONPATH": str(Path(__file__).parent),
        "origin": notebook_server.removesuffix("/api/mizan"),
        "call": '{"fn":"relabel","args":{"topic":"sea"}}',
    }
    script = f'{emit}purge() {{ echo "purged $1"; }}\n{block}'
    ran = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=run_by, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.stdout == "purged /api/mizan/ctx/shelf/*\n", ran.stderr


@pytest.fixture(scope="module")
def web(library: Path) -> Path:
    """The folder of the React guide, with the client generated as the guides say."""
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    generated = subprocess.run(
        ["mizan", "generate"],
        cwd=library,
        env={**os.environ, "PATH": tools},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert generated.returncode == 0, generated.stderr
    folder = library / "web"
    write_files(REACT, folder)
    (folder / "tsconfig.json").write_text(TSCONFIG.replace("BASE", str(ROOT / "tsconfig.base.json")), encoding="utf-8")
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return folder


def type_problems(folder: Path) -> str:
    """What tsc has to say about a folder."""
    tsc = ROOT / "node_modules" / ".bin" / "tsc"
    checked = subprocess.run(
        [str(tsc), "--project", "tsconfig.json", "--pretty", "false"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return checked.stdout + checked.stderr


def test_the_react_snippets_type_check_and_a_wrong_one_does_not(web: Path) -> None:
    wrong = 'import * as mizan from "./api";\nexport const title = mizan.renameBook({ book_id: "5", title: "" });\n'
    (web / "src" / "wrong.ts").write_text(wrong, encoding="utf-8")
    [problem] = [line for line in type_problems(web).splitlines() if line and not line.startswith(" ")]
    assert problem.startswith("src/wrong.ts(2,")


def test_a_code_block_without_a_path_is_an_error() -> None:
    with pytest.raises(ValueError, match="names its file"):
        files("```python\n# a.py\nx = 1\n```\n\n```python\ny = 2\n```\n")


def test_blocks_of_one_path_are_one_file() -> None:
    page = "```python\n# a.py\nx = 1\n```\n\n```ts\n// b.ts\nlet y;\n```\n\n```python\n# a.py\nz = 3\n```\n"
    assert files(page) == {"a.py": "x = 1\n\n\nz = 3\n", "b.ts": "let y;\n"}

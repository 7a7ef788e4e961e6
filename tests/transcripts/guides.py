"""Reads the named code blocks of a guide: a block whose first line is a comment with a path is a part of that file.

Blocks of one path stand in it in the order of the page, so that a guide can build a file step by step.
"""

import re
from pathlib import Path

BLOCK = re.compile(r"^```(?:python|tsx|ts|toml)\n(?:#|//) ([\w./-]+\.\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```(?:python|tsx|ts|toml)$", re.MULTILINE)


def files(page: str) -> dict[str, str]:
    """The files that a page builds. A code block without a path would not be tested, so it is an error."""
    found: dict[str, str] = {}
    blocks = BLOCK.findall(page)
    if len(blocks) != len(CODE.findall(page)) or not blocks:
        raise ValueError("every code block of a guide starts with a comment that names its file")
    for path, code in blocks:
        found[path] = f"{found[path]}\n\n{code}" if path in found else code
    return found


def write_files(page: str, folder: Path) -> None:
    """Write the files of a page below a folder."""
    for path, code in files(page).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")

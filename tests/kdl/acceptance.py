"""Compares how two independent KDL 2 parsers from npm (`@bgotink/kdl`, `kdljs`) read a document."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Reading:
    """What the two parsers made of one document: a tree, or why they refused it."""

    bgotink: dict[str, Any]
    kdljs: dict[str, Any]

    @property
    def trees(self) -> tuple[Any, Any]:
        """Both trees; `None` for a parser that refused."""
        return self.bgotink.get("tree"), self.kdljs.get("tree")

    @property
    def agreed(self) -> bool:
        """Whether both accepted the document, as the same tree."""
        first, second = self.trees
        return first is not None and first == second

    @property
    def refused_by_both(self) -> bool:
        """Whether neither accepted the document."""
        return "refused" in self.bgotink and "refused" in self.kdljs


def read(documents: list[str]) -> list[Reading]:
    """Each document as both parsers read it."""
    done = subprocess.run(
        ["node", str(HERE / "trees.mjs")],
        input=json.dumps(documents),
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return [Reading(**answer) for answer in json.loads(done.stdout)]


def node_names(tree: list[Any]) -> set[str]:
    """The names of all nodes of a tree."""
    return {node["name"] for node in tree} | {name for node in tree for name in node_names(node["children"])}

"""The IR is KDL 2: two parsers that know nothing of Mizan read it as the same tree."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from acceptance import node_names, read

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop" / "backend"
EVERY_NODE = (Path(__file__).parent / "every_node.kdl").read_text(encoding="utf-8")


def page_example() -> str:
    """The document that docs/ir.md shows."""
    page = (ROOT / "docs" / "ir.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```kdl\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return example


def shop_document() -> str:
    """What the shop's own `mizan.toml` gives the generator, source locations included."""
    command: list[str] = tomllib.loads((SHOP / "mizan.toml").read_text(encoding="utf-8"))["source"]["command"]
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    printed = subprocess.run(
        command, cwd=SHOP, env={**os.environ, "PATH": tools}, capture_output=True, check=True, text=True, timeout=60
    )
    return printed.stdout


def words_of_the_page() -> set[str]:
    """Every node that docs/ir.md defines: the shapes, the children of a function, and the four at the top."""
    page = (ROOT / "docs" / "ir.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^ *\| `([a-z]+)` \|", page, flags=re.MULTILINE))
    return rows | {"mizan", "type", "function", "context", "field", "param", "member", "by", "key"}


@pytest.mark.parametrize("document", [EVERY_NODE, page_example()], ids=["every_node.kdl", "docs/ir.md"])
def test_both_parsers_see_the_same_tree(document: str) -> None:
    (reading,) = read([document])
    assert reading.agreed, reading


def test_both_parsers_see_the_same_tree_of_the_shop() -> None:
    with_sources = shop_document()
    document, comments, _ = with_sources.partition("//@ source ")
    assert comments
    reading, alone = read([with_sources, document])
    assert reading.agreed, reading
    # The places of the functions are comments: to everybody else the document is the same.
    assert alone == reading
    assert {"context", "affects", "error"} <= node_names(reading.bgotink["tree"])


def test_every_node_of_the_page_stands_in_the_document() -> None:
    (reading,) = read([EVERY_NODE])
    assert words_of_the_page() - node_names(reading.bgotink["tree"]) == set()
    assert node_names(reading.bgotink["tree"]) - words_of_the_page() == set()


def test_a_value_is_read_as_the_page_writes_it() -> None:
    (reading,) = read([EVERY_NODE])
    types = [node for node in reading.kdljs["tree"] if node["name"] == "type"]
    assert types[1]["arguments"] == [[None, "Cafe"]]
    assert types[1]["properties"]["doc"] == [
        None,
        'Café "☕". Line one.\nLine two, a tab\there, a bell \x07, a backslash \\, \ufeff\u2028\u202e.',
    ]


def test_a_changed_document_is_another_tree_to_both() -> None:
    changes = [
        ('field "id" key=#true', 'field "id" key=#false'),
        ("max=9 }", "max=8 }"),
        ('literal "cat"', 'literal "cow"'),
        ("rev 2", "rev 3"),
        ('enum "a" "b" 3', 'enum "b" "a" 3'),
        ("literal #null", 'literal "#null"'),
        ('    member "item_public"\n', ""),
        ("exclusive-max=1.0e-7", "exclusive-max=1.0e-8"),
        ('field "file"', '(file)field "file"'),
    ]
    changed = [EVERY_NODE.replace(old, new, 1) for old, new in changes]
    assert all(document != EVERY_NODE for document in changed)
    original, *others = read([EVERY_NODE, *changed])
    for change, other in zip(changes, others, strict=True):
        assert other.agreed, change
        assert other.trees[0] != original.trees[0], change
        assert other.trees[1] != original.trees[1], change


def test_two_trees_that_differ_do_not_agree() -> None:
    one, other = read([EVERY_NODE, EVERY_NODE.replace("rev 2", "rev 3")])
    assert not type(one)(bgotink=one.bgotink, kdljs=other.kdljs).agreed


def test_a_broken_document_is_refused_by_both() -> None:
    broken = {
        "a brace less": EVERY_NODE.replace("}", "", 1),
        "a bare true": EVERY_NODE.replace("#true", "true", 1),
        "an open string": EVERY_NODE.replace('"Alone"', '"Alone', 1),
        "no value": EVERY_NODE.replace("version=1", "version=", 1),
        "a raw control character": EVERY_NODE.replace("\\u{7}", "\x07", 1),
        "a surrogate": EVERY_NODE.replace("\\u{feff}", "\\u{d800}", 1),
    }
    assert EVERY_NODE not in broken.values()
    for what, reading in zip(broken, read(list(broken.values())), strict=True):
        assert reading.refused_by_both, (what, reading)

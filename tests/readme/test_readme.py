"""The README shows what is really there: its snippets, its links and its commands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = {
    "python": "examples/shop/backend/shop/*.py",
    "toml": "examples/shop/backend/mizan.toml",
    "tsx": "examples/shop/web/src/compare/*.tsx",
}


def blocks(page: str) -> list[tuple[str, str]]:
    """Language and text of every code block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)


def is_in_the_shop(language: str, text: str) -> bool:
    """Whether one of the shop's files has the text, as it is."""
    return any(text in file.read_text(encoding="utf-8") for file in ROOT.glob(SOURCES[language]))


@pytest.mark.parametrize(("language", "text"), [block for block in blocks(README) if block[0] != "sh"])
def test_a_snippet_stands_in_the_shop(language: str, text: str) -> None:
    assert is_in_the_shop(language, text)


def test_a_changed_snippet_would_be_noticed() -> None:
    language, text = next(block for block in blocks(README) if block[0] == "python")
    assert not is_in_the_shop(language, text.replace("customer_id", "customer_number", 1))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_files(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_commands_are_targets_of_the_makefile(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = (ROOT / page).read_text(encoding="utf-8")
    commands = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    assert commands
    assert commands <= targets

"""The guide for Django: its snippets stand in the project that the tests of the adapter serve."""

import pytest

from test_readme import ROOT, blocks

PAGE = (ROOT / "docs" / "guides" / "django.md").read_text(encoding="utf-8")
SNIPPETS = [text for language, text in blocks(PAGE) if language == "python"]


def is_in_the_bookstore(text: str) -> bool:
    files = (ROOT / "bindings" / "python" / "tests" / "bookstore").glob("*.py")
    return any(text in file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("text", SNIPPETS)
def test_a_snippet_stands_in_the_bookstore(text: str) -> None:
    assert is_in_the_bookstore(text)


def test_a_changed_snippet_would_be_noticed() -> None:
    assert len(SNIPPETS) >= 6
    assert not any(is_in_the_bookstore(text.replace('"', "'")) for text in SNIPPETS)

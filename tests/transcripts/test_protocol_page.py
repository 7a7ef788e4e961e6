"""Every transcript of docs/protocol.md, run with curl against the notebooks."""

import re
import subprocess
from pathlib import Path

import pytest

from transcript import Transcript, differences, page_transcripts, run

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
TRANSCRIPTS = page_transcripts(PAGE)


@pytest.fixture
def fresh_books(notebook_server: str) -> None:
    """Every transcript starts from the same books."""
    subprocess.run(
        ["curl", "-q", "--silent", "--fail", "--max-time", "60", "-X", "POST", f"{notebook_server}/reset"],
        check=True,
        capture_output=True,
    )


@pytest.mark.usefixtures("fresh_books")
@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda transcript: f"line-{transcript.line}")
def test_the_server_answers_as_the_page_says(transcript: Transcript, notebook_server: str) -> None:
    found = differences(transcript, run(transcript, notebook_server))
    assert not found, f"{PAGE.name}, line {transcript.line}:\n" + "\n".join(found)


def test_every_family_with_an_answer_of_its_own_has_a_transcript() -> None:
    text = PAGE.read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    with_transcripts = {section.split("\n", 1)[0] for section in sections if "$ curl" in section}
    expected = {
        "Values", "HTTP", "Call", "Batch", "Refresh", "Bundles", "Caching headers", "Guards",
        "Invalidation", "Scoping", "The invalidation header", "Merge", "Errors", "Limits",
    }  # fmt: skip
    assert expected - with_transcripts == set()


def test_every_code_that_a_server_can_answer_with_is_shown() -> None:
    text = PAGE.read_text(encoding="utf-8")
    codes = set(re.findall(r"^  \| `([A-Z_]+)` \| \d{3} \|", text, flags=re.MULTILINE))
    assert len(codes) == 13
    shown = {code for code in codes for transcript in TRANSCRIPTS if f'"code":"{code}"' in transcript.answer}
    assert codes - shown == set()


FAMILIES = "VALUE|NAME|HTTP|CALL|BATCH|REFRESH|CTX|CACHE|AUTH|INV|SCOPE|HDR|MERGE|ERR|LIM"
STATED = re.compile(rf"\*\*((?:{FAMILIES})-\d+)\*\*")
CITED = re.compile(rf"\b((?:{FAMILIES})-\d+)\b")


def test_rule_ids_are_unique_and_every_cited_rule_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    stated = STATED.findall(text)
    assert len(stated) == len(set(stated))
    assert set(CITED.findall(text)) - set(stated) == set()


def test_every_rule_that_code_cites_stands_on_the_page() -> None:
    stated = set(STATED.findall(PAGE.read_text(encoding="utf-8")))
    listed = subprocess.run(
        ["git", "ls-files", "*.rs", "*.py", "*.pyi", "*.ts", "*.tsx", "*.mjs", "*.json", "*.md"],
        cwd=PAGE.parents[1],
        capture_output=True,
        check=True,
        text=True,
    )
    unknown = {
        f"{name}: {rule}"
        for name in listed.stdout.splitlines()
        for rule in CITED.findall((PAGE.parents[1] / name).read_text(encoding="utf-8"))
        if rule not in stated
    }
    assert unknown == set()

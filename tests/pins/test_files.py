"""The pins files by themselves: their form, and what they promise."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from pins import PINS, ROOT, cases, files, misfits, read

FILES = files(PINS)
SCHEMAS = files(PINS / "schema")
KINDS = {
    "cache_key",
    "canonical_json",
    "compat",
    "csrf",
    "exchange",
    "header_format",
    "header_parse",
    "ir",
    "ir_read",
    "json_body",
    "manifest",
    "merge",
    "openapi",
    "jws_verify",
    "keyring",
    "origin",
    "permission_key",
    "query_params",
    "refresh",
    "schedule",
    "scope",
    "tags",
    "token_mint",
    "token_verify",
    "transcode",
    "validate",
}


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def known_rules() -> Iterator[str]:
    """The ids of the protocol page, and the headings of the other pages as anchors."""
    yield from re.findall(r"\*\*([A-Z]+-[0-9]+)\*\*", page("protocol.md"))
    for name in ("ir.md", "compatibility.md", "openapi.md"):
        for heading in re.findall(r"^#+ (.+)$", page(name), flags=re.MULTILINE):
            yield f"{name}#" + re.sub(r"[^a-z0-9-]", "", heading.lower().replace(" ", "-"))


def test_every_kind_has_a_file_and_a_schema() -> None:
    assert set(names(FILES)) == KINDS
    assert set(names(SCHEMAS)) == KINDS | {"common", "registration"}


@pytest.mark.parametrize("path", SCHEMAS, ids=names(SCHEMAS))
def test_schema_is_one(path: Path) -> None:
    Draft202012Validator.check_schema(read(path))


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_file_fits_its_schema(path: Path) -> None:
    assert misfits(path.name, read(path)) == []


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_at_least_as_many_must_fail_as_not(path: Path) -> None:
    counted = Counter(case["must_fail"] for case in read(path)["cases"])
    assert counted[True] >= counted[False] > 0


def test_ids_are_unique() -> None:
    assert [name for name, count in Counter(case.id for case in cases(PINS)).items() if count > 1] == []


def test_no_two_cases_ask_the_same() -> None:
    asked = Counter(case.line.partition('"kind"')[2] for case in cases(PINS))
    assert [line for line, count in asked.items() if count > 1] == []


def test_cited_rules_exist() -> None:
    known = set(known_rules())
    assert {rule for case in cases(PINS) for rule in case.members["rules"]} - known == set()


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_file_names_the_rules_of_its_cases(path: Path) -> None:
    held = read(path)
    assert held["rules"] == sorted({rule for case in held["cases"] for rule in case["rules"]})


def test_every_rule_that_the_core_keeps_has_a_case() -> None:
    # What a host gives its functions, what a client does with a merge, what an edge purges, and what a store that fails
    # or lies does to a cache: runtime/tests has a real one do it. What hands out tokens are functions of a host's own.
    elsewhere = {"CACHE-14", "EDGE-5", "EDGE-6", "EDGE-7", "FILL-6", "FILL-7", "LIM-17", "MERGE-6", "STORE-13"}
    elsewhere |= {"AUTH-11", "AUTH-12", "AUTH-13", "AUTH-14", "TOK-17"}
    cited = {rule for case in cases(PINS) for rule in case.members["rules"]}
    assert {rule for rule in known_rules() if "#" not in rule} - cited == elsewhere


def test_every_detail_has_a_case() -> None:
    told = {detail["code"] for case in cases(PINS) for detail in case.members.get("details", [])}
    _, _, table = page("protocol.md").partition("- **ERR-2**")
    listed = set(re.findall(r"^  \| `([a-z_]+)` \|", table.partition("- **ERR-3**")[0], flags=re.MULTILINE))
    assert listed - told == {"custom"}, "custom comes with exchanges alone"


def test_registration_schema_takes_what_builds_and_refuses_what_has_no_form() -> None:
    held = [(case.id, case.members["input"]) for case in cases(PINS) if "application" in case.members["input"]]
    unfit = {name for name, given in held if misfits("registration.json", given["application"])}
    malformed = {name for name, _ in held if name.startswith("ir:document-")}
    # That a base is a path is a question of its value.
    assert unfit == malformed - {"ir:document-base"}

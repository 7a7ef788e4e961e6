"""The pins as tests read them: files, cases, and where they differ from answers."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

ROOT = Path(__file__).parents[2]
PINS = ROOT / "pins"

EXPECTED = ("ok", "refused", "details", "message")
"""The members of a case that its answer must have, and no others."""


@dataclass(frozen=True)
class Case:
    """One case of a pins file."""

    kind: str
    members: dict[str, Any]

    @property
    def id(self) -> str:
        """Its kind and its name."""
        return self.members["id"]

    @property
    def line(self) -> str:
        """What a replayer reads of it."""
        return json.dumps({"id": self.id, "kind": self.kind, "input": self.members["input"]}, ensure_ascii=False)

    @property
    def expected(self) -> dict[str, Any]:
        """The answer without its id."""
        return {name: self.members[name] for name in EXPECTED if name in self.members}


def files(folder: Path) -> list[Path]:
    """The pins files of a folder."""
    return sorted(folder.glob("*.json"))


def read(path: Path) -> dict[str, Any]:
    """A pins file."""
    return json.loads(path.read_text(encoding="utf-8"))


def cases(folder: Path) -> list[Case]:
    """All cases of a folder."""
    return [Case(held["kind"], members) for held in map(read, files(folder)) for members in held["cases"]]


def misfits(schema: str, value: object) -> list[str]:
    """Where a value does not fit a schema of `pins/schema`."""
    errors = _validator(schema).iter_errors(value)  # pyright: ignore[reportUnknownMemberType, reportArgumentType]
    return [error.message[:300] for error in errors]


@cache
def _validator(name: str) -> Draft202012Validator:
    schemas = {path.name: read(path) for path in files(PINS / "schema")}
    held = ((name, Resource[Any].from_contents(schema)) for name, schema in schemas.items())
    return Draft202012Validator(schemas[name], registry=Registry[Any]().with_resources(held))


def problems(folder: Path, answers: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """Where the pins of a folder are not what a replayer answered; its answers are by id."""
    for path in files(folder):
        try:
            held = read(path)
        except ValueError as error:
            yield f"{path.name}: {error}"
            continue
        for members in held["cases"]:
            case = Case(held["kind"], members)
            yield from (f"{case.id}: {problem}" for problem in _unlike(case, answers.get(case.id, {})))


def _unlike(case: Case, answer: dict[str, Any]) -> Iterator[str]:
    if _exact(answer) != _exact(case.expected):
        yield f"the pin has {_exact(case.expected)}, the answer is {_exact(answer)}"
    for name, text in case.members.get("readable", {}).items():
        held = case.members["input"] if name == "input" else case.members["ok"]
        shown = held.get("hex") or (held["request"] if name == "input" else held["response"])["body"]
        if bytes.fromhex(shown) != text.encode():
            yield f"readable.{name} is not what stands there"


def _exact(value: object) -> str:
    # Not by ==, which takes True for 1 and 1.0 for 1.
    return json.dumps(value, sort_keys=True, ensure_ascii=False)

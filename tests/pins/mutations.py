"""Changes one decision of the core at a time, in a copy, and shows which pins notice.

    python tests/pins/mutations.py

Builds the replayer once for each, which takes a while; ends with 1 where a change goes unnoticed.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pins import PINS, ROOT, cases, problems
from replayers import replay


@dataclass(frozen=True)
class Mutation:
    """One decision of the core, and another one in its place: what to write for what."""

    what: str
    path: str
    edits: tuple[tuple[str, str], ...]


MUTATIONS = [
    Mutation(
        "keys sort by code points, not by UTF-16 units (VALUE-1)",
        "core/src/value/canonical.rs",
        (("(0xF0.., 0xEE | 0xEF)) => Ordering::Less", "(0xF0.., 0xEE | 0xEF)) => Ordering::Greater"),),
    ),
    Mutation(
        "minus zero keeps its sign (VALUE-10)",
        "core/src/value/number.rs",
        (
            (".map(|value| value + 0.0)", ""),
            ("        write_integer(out, value as i64);\n    } else", "        write_signed(out, value);\n    } else"),
            (
                "/// Appends the digits of an integer.\n",
                "fn write_signed(out: &mut Vec<u8>, value: f64) {\n    if value == 0.0 && value.is_sign_negative() {\n"
                "        out.push(b'-');\n    }\n    write_integer(out, value as i64);\n}\n\n"
                "/// Appends the digits of an integer.\n",
            ),
        ),
    ),
    Mutation(
        "the context with fewest members is widened first (HDR-5)",
        "core/src/invalidation/header_format.rs",
        (("group.len() > count", "group.len() < count"),),
    ),
    Mutation(
        "an arg that is null narrows (SCOPE-3)",
        "core/src/invalidation/scope.rs",
        (('(value != b"null" || takes_null', "(!value.is_empty() || takes_null"),),
    ),
    Mutation(
        "the staff pass a superuser's guard (AUTH-1)",
        "core/src/identity/mod.rs",
        (("Auth::Superuser => allowed(|_| false)", "Auth::Superuser => allowed(|identity| identity.staff)"),),
    ),
    Mutation(
        "a token lives a second longer (TOK-10)",
        "core/src/identity/token.rs",
        (("if expires <= now.saturating_sub(leeway)", "if expires < now.saturating_sub(leeway)"),),
    ),
    Mutation(
        "a header may say that the payload is compressed (TOK-4)",
        "core/src/identity/jws.rs",
        (('"crit" | "b64" | "zip"', '"crit" | "b64"'),),
    ),
    Mutation(
        "access and refresh tokens have one key (KEY-2)",
        "core/src/identity/keyring.rs",
        (('Self::Refresh => b"mizan/v1/refresh"', 'Self::Refresh => b"mizan/v1/access"'),),
    ),
    Mutation(
        "a second use of a refresh token is refused and no more (TOK-14)",
        "core/src/identity/rotation.rs",
        (("Some(Some(_)) => Decision::Revoke,", "Some(Some(_)) => Decision::Refuse,"),),
    ),
]


def main() -> int:
    """Runs all mutations; returns the number to exit with."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        for name in ("Cargo.toml", "Cargo.lock", "core", "codegen", "runtime", "tests/corpora", "tools", "bindings"):
            source = ROOT / name
            shutil.copytree(source, copy / name) if source.is_dir() else shutil.copy(source, copy)
        for mutation in MUTATIONS:
            red = list(noticed(copy, mutation))
            unnoticed += not red
            print(f"{mutation.what}\n  {len(red)} pins notice: {' '.join(red[:12])}")
    return 1 if unnoticed else 0


def noticed(copy: Path, mutation: Mutation) -> Iterator[str]:
    """The ids of the pins that the mutated core answers otherwise."""
    path = copy / mutation.path
    text = path.read_text(encoding="utf-8")
    changed = text
    for old, new in mutation.edits:
        if changed.count(old) != 1:
            raise ValueError(f"{mutation.path} does not say once: {old}")
        changed = changed.replace(old, new)
    path.write_text(changed, encoding="utf-8")
    target = ROOT / "target" / "mutations"
    build = ["cargo", "build", "--quiet", "--locked", "--package", "mizan-replay", "--target-dir", str(target)]
    subprocess.run(build, cwd=copy, check=True)
    path.write_text(text, encoding="utf-8")
    answers = replay([str(target / "debug" / "mizan-replay")], [case.line for case in cases(PINS)])
    for problem in problems(PINS, {answer.pop("id"): answer for answer in answers}):
        yield ":".join(problem.split(":")[:2])


if __name__ == "__main__":
    sys.exit(main())

"""Changes one decision of the core at a time, in a copy, and shows which pins notice.

    python tests/pins/mutations.py [TEXT …]

With TEXT only those that have one of these texts in what they say of themselves, such as a rule. Builds the replayer
once for each, which takes a while; ends with 1 where a change goes unnoticed.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pins import ROOT, cases, problems
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
        "a token that is not valid is as none (AUTH-9)",
        "core/src/dispatch/credentials.rs",
        (
            (
                "    let claims = verify(keyring, kind, text)?;",
                "    let Ok(claims) = verify(keyring, kind, text) else { return Ok(None) };",
            ),
        ),
    ),
    Mutation(
        "a token outlives what its caller was allowed (AUTH-10)",
        "core/src/dispatch/exchange.rs",
        (("is_none_or(|held| held == now)", "is_none_or(|held| held == now || !held.is_empty())"),),
    ),
    Mutation(
        "the token against forged requests is bound to who asks, whatever the session (CSRF-8)",
        "core/src/dispatch/credentials.rs",
        (
            (
                'format!("session:{session}")',
                'caller.map_or_else(|| session.clone(), |caller| format!("sub:{}", caller.sub))',
            ),
        ),
    ),
    Mutation(
        "the header alone carries the token against forged requests (CSRF-9)",
        "core/src/dispatch/credentials.rs",
        (("self.header == self.cookie && ", ""),),
    ),
    Mutation(
        "a valid token does not do without the other one (CSRF-10)",
        "core/src/dispatch/credentials.rs",
        (("if bearer.is_some() || origin::is_safe(request.method)", "if origin::is_safe(request.method)"),),
    ),
    Mutation(
        "the name of an entry leaves out whose it is (STORE-2)",
        "core/src/cache/key.rs",
        (
            ('None => text.extend_from_slice(b",\\"u\\":null"),', "None => {}"),
            (
                'text.extend_from_slice(b",\\"u\\":");\n                canonical::write_string(&mut text, sub);',
                "let _ = sub;",
            ),
        ),
    ),
    Mutation(
        "the name of an entry leaves out what its caller is allowed (STORE-2)",
        "core/src/dispatch/origin.rs",
        (
            (
                "Audience::of(caller, frozen.reads_identity)",
                "Audience::of(caller, frozen.reads_identity && caller.is_none())",
            ),
        ),
    ),
    Mutation(
        "the revision of a bundle leaves out the types that its outputs reach (STORE-2)",
        "core/src/ir/caching.rs",
        (
            (
                "filter(|held| reached.contains(held.name.as_str()))",
                "filter(|held| reached.is_empty() && held.name.is_empty())",
            ),
        ),
    ),
    Mutation(
        "a bundle is kept though a member may read more of the request (STORE-3)",
        "core/src/registry/build.rs",
        (("(context.public || !reads_request)", "(ttl.is_some() || !reads_request)"),),
    ),
    Mutation(
        "a bundle has no tags but that of its context (STORE-4)",
        "core/src/cache/tags.rs",
        (
            (
                "    if let Some(sub) = sub.filter(|_| context.identity) {",
                "    tags.truncate(1);\n    if let Some(sub) = sub.filter(|_| context.identity) {",
            ),
        ),
    ),
    Mutation(
        "a bundle has no tag of its caller (STORE-4)",
        "core/src/cache/tags.rs",
        (("sub.filter(|_| context.identity) {", "sub.filter(|_| context.public) {"),),
    ),
    Mutation(
        "what is narrowed to a caller takes away nothing (STORE-5)",
        "core/src/cache/tags.rs",
        (
            (
                "edge_tag::tag(&context.name, &Params::default(), Some(sub)),\n            None",
                "edge_tag::tag(sub, &Params::default(), Some(sub)),\n            None",
            ),
        ),
    ),
    Mutation(
        "nothing is held while a mutation runs (STORE-6)",
        "core/src/dispatch/call.rs",
        (("(!held.is_empty()).then(|| Holding", "(held.len() > 1_000).then(|| Holding"),),
    ),
    Mutation(
        "what only the result narrows is held by the args (STORE-6)",
        "core/src/cache/tags.rs",
        (("if frozen.computes_params {", "if frozen.computes_params && args.is_empty() {"),),
    ),
    Mutation(
        "what a function invalidates is not taken away (STORE-7)",
        "core/src/dispatch/call.rs",
        (
            (
                "stale.extend(tags::of_targets(app, targets.chain(&entry.unsure)));",
                "drop(tags::of_targets(app, targets.chain(&entry.unsure)));",
            ),
        ),
    ),
    Mutation(
        "what a function named before it failed is not taken away (STORE-7)",
        "core/src/dispatch/call.rs",
        (("tags::of_targets(app, targets.chain(&entry.unsure))", "tags::of_targets(app, targets)"),),
    ),
    Mutation(
        "a hold is lifted though the function may still be running (STORE-7)",
        "core/src/dispatch/call.rs",
        (("let release = !tasks.iter().any(Task::has_timed_out);", "let release = true;"),),
    ),
    Mutation(
        "a bundle of a byte more is kept (STORE-9)",
        "core/src/dispatch/bundle.rs",
        (
            (
                "self.origin == Origin::Missed && body.len() > LARGEST_ENTRY",
                "self.origin == Origin::Missed && body.len() > LARGEST_ENTRY + 1",
            ),
        ),
    ),
    Mutation(
        "an entry is found under any generations (STORE-10, FILL-2)",
        "runtime/src/load.rs",
        (("Some(entry) if entry.stamp == stamp =>", "Some(entry) =>"),),
    ),
    Mutation(
        "a reader does not look for holds (FILL-4)",
        "runtime/src/store/memory.rs",
        (("held: self.is_held(key)", "held: self.is_held(key) && key.tags.is_empty()"),),
    ),
    Mutation(
        "a purge leaves the generations where they are (FILL-3)",
        "runtime/src/store/memory.rs",
        (("            self.generations.remove(&name(context, tag));\n", "            let _ = (context, tag);\n"),),
    ),
    Mutation(
        "an item replaces the list that it belongs to (MERGE-1)",
        "core/src/registry/targets.rs",
        (("slots.push((member, MergeOp::Upsert));", "slots.push((member, MergeOp::Replace));"),),
    ),
    Mutation(
        "an item has no key but its id (MERGE-3)",
        "core/src/registry/targets.rs",
        ((".filter(|field| field.key)", ".filter(|field| field.key && field.name.is_empty())"),),
    ),
    Mutation(
        "a second use of a refresh token is refused and no more (TOK-14)",
        "core/src/identity/rotation.rs",
        (("Some(Some(_)) => Decision::Revoke,", "Some(Some(_)) => Decision::Refuse,"),),
    ),
]


def main(texts: list[str]) -> int:
    """Runs the mutations that are about one of these texts, or all; returns the number to exit with."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        parts = ("Cargo.toml", "Cargo.lock", "core", "codegen", "runtime", "tests/corpora", "tools", "bindings", "pins")
        for name in parts:
            source = ROOT / name
            shutil.copytree(source, copy / name) if source.is_dir() else shutil.copy(source, copy)
        for mutation in MUTATIONS:
            if texts and not any(text in mutation.what for text in texts):
                continue
            red = list(noticed(copy, mutation))
            unnoticed += not red
            print(f"{mutation.what}\n  {len(red)} pins notice: {' '.join(red[:12])}", flush=True)
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
    answers = replay([str(target / "debug" / "mizan-replay")], [case.line for case in cases(copy / "pins")])
    for problem in problems(copy / "pins", {answer.pop("id"): answer for answer in answers}):
        yield ":".join(problem.split(":")[:2])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Derives pins again from docs/protocol.md alone: of values, invalidation, manifest and identity; and compares.

    python pins/reference/check.py [FOLDER]

FOLDER holds the pins, `pins/` by default. Ends with 1 and a line for each case that differs.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cache_key
import canonical
import forged
import header_format
import header_parse
import keys
import manifest
import merge
import scope
import tags
import tokens
from kinds import is_list
from refusal import Refused

Answer = dict[str, Any]


def canonical_json(given: dict[str, Any]) -> Answer:
    """`hex` and `numbers` → `hex`."""
    if given["numbers"] not in ("any", "float"):
        raise Refused("BAD_REQUEST")
    return {"hex": canonical.canonicalize(bytes.fromhex(given["hex"]), given["numbers"]).hex()}


def header_text(given: dict[str, Any]) -> Answer:
    """`targets` → `text`."""
    return {"text": header_format.header(given["targets"])}


def header_targets(given: dict[str, Any]) -> Answer:
    """`lines` → `targets`."""
    lines = given["lines"]
    if not is_list(lines) or not all(isinstance(line, str) for line in lines):
        raise Refused("BAD_REQUEST")
    return {"targets": header_parse.targets(lines)}


def scoped_targets(given: dict[str, Any]) -> Answer:
    """`application`, `fn`, `args` and `sub` → `targets`."""
    return {"targets": scope.targets(given["application"], given["fn"], given["args"], given.get("sub"))}


def bundle_tags(given: dict[str, Any]) -> Answer:
    """`application`, `context`, `params` and `sub` → `tags`."""
    return {"tags": tags.tags(given["application"], given["context"], given["params"], given.get("sub"))}


def spliced(given: dict[str, Any]) -> Answer:
    """`application`, `fn`, `args` and `result` → `merge`."""
    return {"merge": merge.merge(given["application"], given["fn"], given["args"], given["result"])}


def edge_manifest(given: dict[str, Any]) -> Answer:
    """`application` → `text`."""
    return {"text": manifest.text(given["application"])}


def key_names(given: dict[str, Any]) -> Answer:
    """`secrets`, `environment` and `keys` → the names of the keys of each purpose."""
    return {purpose: [kid for kid, _ in held] for purpose, held in keys.settings(given).items()}


DERIVATIONS: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "canonical_json": canonical_json,
    "header_format": header_text,
    "header_parse": header_targets,
    "manifest": edge_manifest,
    "scope": scoped_targets,
    "tags": bundle_tags,
    "merge": spliced,
    "keyring": key_names,
    "token_mint": tokens.mint,
    "token_verify": tokens.verify,
    "jws_verify": tokens.jws,
    "permission_key": tokens.permission_key,
    "csrf": forged.csrf,
    "origin": forged.origin,
    "refresh": tokens.refresh,
    "cache_key": cache_key.name,
}

BUILT = ("manifest", "tags", "merge")
"""Kinds that are about applications that build."""


def derive(kind: str, given: dict[str, Any]) -> Answer:
    """The answer to one case. What a human reads, the message of a build that fails, is not derived."""
    try:
        return {"ok": DERIVATIONS[kind](given)}
    except Refused as refusal:
        answer: Answer = {"refused": refusal.code}
        if refusal.details is not None:
            answer["details"] = refusal.details
        return answer


def main(folder: Path) -> int:
    """Compares all cases; returns the number to exit with."""
    total = differing = 0
    for kind in DERIVATIONS:
        for case in json.loads((folder / f"{kind}.json").read_text(encoding="utf-8"))["cases"]:
            # Of what does not build nothing is derived; why it does not is a matter of other kinds.
            if kind in BUILT and case.get("refused") == "BUILD":
                continue
            expected = {part: case[part] for part in ("ok", "refused", "details") if part in case}
            derived = derive(kind, case["input"])
            total += 1
            if json.dumps(derived, sort_keys=True) != json.dumps(expected, sort_keys=True):
                differing += 1
                print(f"{kind} {case['id']}: the pin has {json.dumps(expected)}, derived is {json.dumps(derived)}")
    print(f"{total} cases derived again, {differing} differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent))

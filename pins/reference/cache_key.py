"""The names of entries of the origin cache, from the rule STORE-2."""

import hashlib
import re
from typing import Any

from canonical import of_python
from keys import one, tag
from kinds import Value, is_list, is_object
from refusal import Refused
from tokens import permission_key

HEAD = "mizan version=1\n\n"
REFERENCE = re.compile(r'"(?:[^"\\]|\\.)*"|\bref "([^"]*)"')
"""A text, or else a `ref` and the name that it leads to."""


def name(given: dict[str, Any]) -> dict[str, Any]:
    """`secret`, `ir`, `context`, `params`, and whose it is where that is not public: `sub` or `identity` → `text`."""
    ir, context, params = given.get("ir"), given.get("context"), given.get("params")
    if not (isinstance(ir, str) and ir.startswith(HEAD) and isinstance(context, str) and is_object(params)):
        raise Refused("BAD_REQUEST")
    nodes = split(ir)
    line = nodes.get(("context", context))
    if line is None:
        raise Refused("BAD_REQUEST")
    whose = caller(given, is_public=line.startswith(f'context "{context}" public=#true'))
    text = of_python({"c": context, "p": params, "r": revision(nodes, line)} | whose)
    return {"text": f"ctx:{context}:{tag(one(given['secret'], 'cache'), text.encode()).hex()}"}


def caller(given: dict[str, Any], *, is_public: bool) -> dict[str, Value]:
    """The members that say whose an entry is."""
    held = [member for member in ("sub", "identity") if member in given]
    if len(held) != (0 if is_public else 1):
        raise Refused("BAD_REQUEST")
    if "identity" in given:
        return taken(given["identity"])
    if "sub" in given and not isinstance(given["sub"], str | None):
        raise Refused("BAD_REQUEST")
    return {"u": given["sub"]} if held else {}


def taken(identity: Value) -> dict[str, Value]:
    """The members that say who asks, and what that is allowed."""
    if not is_object(identity) or not isinstance(identity.get("sub"), str):
        raise Refused("BAD_REQUEST")
    flags = identity.get("staff", False), identity.get("superuser", False)
    permissions = identity.get("permissions", [])
    if not all(isinstance(flag, bool) for flag in flags) or not is_list(permissions):
        raise Refused("BAD_REQUEST")
    key = permission_key({"permissions": permissions, "staff": flags[0], "super": flags[1]})["text"]
    return {"k": key, "u": identity["sub"]}


def split(ir: str) -> dict[tuple[str, str], str]:
    """The nodes of an IR as it is written, by their kinds and names, in order; each ends where the next begins."""
    nodes: dict[tuple[str, str], str] = {}
    for node in re.findall(r"^[a-z].*\n(?:[ }].*\n)*", ir.removeprefix(HEAD), re.MULTILINE):
        kind, _, rest = node.partition(' "')
        nodes[kind, rest.partition('"')[0]] = node
    return nodes


def revision(nodes: dict[tuple[str, str], str], context: str) -> str:
    """16 digits of the members' outputs and revisions, and of the types that the outputs reach."""
    members = set(re.findall(r'^    member "([^"]*)"$|^context .*\{ member "([^"]*)" \}$', context, re.MULTILINE))
    names = {first or second for first, second in members}
    functions = [bare(node) for (kind, name), node in nodes.items() if kind == "function" and name in names]
    reached: set[str] = set()
    leads = [text for node in functions for text in REFERENCE.findall(node)]
    while leads:
        lead = leads.pop()
        if lead and lead not in reached:
            reached.add(lead)
            leads.extend(REFERENCE.findall(nodes["type", lead]))
    types = [node for (kind, name), node in nodes.items() if kind == "type" and name in reached]
    return hashlib.sha256("".join([HEAD, *types, *functions]).encode()).hexdigest()[:16]


def bare(node: str) -> str:
    """A function with its `output` and `rev` alone."""
    lines = node.splitlines(keepends=True)
    if len(lines) == 1:
        return node
    start = next(at for at, line in enumerate(lines) if line.startswith("    output {"))
    end = start if lines[start].endswith("}\n") else lines.index("    }\n", start)
    output, rev = lines[start : end + 1], [line for line in lines if re.fullmatch(r"    rev \d+\n", line)]
    if len(output) == 1 and not rev:
        return f"{lines[0].rstrip()} {output[0].strip()} }}\n"
    return "".join([lines[0], *output, *rev, "}\n"])

"""The edge: the manifest, and that what it promises of public contexts is what replies say.

Pages are rendered by a later part. What an edge needs to keep one until it is stale is here: which contexts have pages,
which tags stand on a bundle, and which of them a mutation takes away.
"""

import json
from typing import Any

from conformance.desk import FIXTURE, Desk
from conformance.expect import Mismatch, expect, require
from conformance.probing import probe


def _manifest(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(desk.printed("manifest"))
    return found


@probe("edge-manifest", control="invalidation-body")
def the_manifest_is_the_golden_one_byte_for_byte(desk: Desk) -> None:
    """Every host of the fixture has the same."""
    golden = (FIXTURE / "manifest.json").read_bytes()
    expect("the manifest", desk.printed("manifest"), golden)


@probe("edge-manifest", control="discovery")
def every_endpoint_of_the_manifest_answers(desk: Desk) -> None:
    """What it names is there, below the base that it names."""
    manifest = _manifest(desk)
    expect("base", manifest["base_url"], desk.base)
    expect("contexts", len(manifest["contexts"]), 7)
    for name, context in manifest["contexts"].items():
        for endpoint in context["endpoints"]:
            status = desk.ask("GET", endpoint, user="ada").status
            require(f"{name} at {endpoint} is answered {status}", status in (200, 422))


@probe("edge-manifest", control="invalidation-header")
def every_mutation_says_what_the_manifest_says(desk: Desk) -> None:
    """The header of a call names the targets that the manifest has for it, narrowed by the params that it has."""
    mutations = _manifest(desk)["mutations"]
    for fn, args in (
        ("rename_project", {"project_id": 1, "name": "Quay"}),
        ("pin_notice", {"topic": "fish", "text": "."}),
        ("tidy_page", {"page": 2}),
        ("reindex", {}),
        ("close_project", {"project_id": 2}),
        ("sort_tasks", {"project_id": 1}),
    ):
        header = desk.call(fn, args).header("X-Mizan-Invalidate") or ""
        said = {member.partition(";")[0]: member.split(";")[1:] for member in header.split(", ") if member}
        named = [*mutations[fn]["affects"], *mutations[fn]["merge"]]
        expect(f"targets of {fn}", sorted(said), sorted(named))
        for target, params in said.items():
            names = sorted(param.partition("=")[0] for param in params)
            expect(f"params of {fn} in {target}", names, sorted(mutations[fn]["scoped_by"][target]))


@probe("psr", control="public-context")
def a_public_context_with_pages_is_rendered_ahead(desk: Desk) -> None:
    """Others depend on who asks."""
    contexts = _manifest(desk)["contexts"]
    found = {name: (it["public"], it["render_strategy"], it["views"]) for name, it in contexts.items()}
    others = ("fragile", "inbox", "project", "room", "search", "ticker")
    wanted: dict[str, tuple[bool, str, list[str]]] = {name: (False, "dynamic_cached", []) for name in others}
    wanted["board"] = (True, "psr", ["/board/:topic"])
    expect("strategies", found, wanted)


@probe("psr", control="group-invalidation")
def a_mutation_purges_by_the_tags_that_bundles_have(desk: Desk) -> None:
    """CACHE-7, CACHE-8: exactly those bundles that it made stale."""
    queries = ("", "topic=fish", "topic=boats", "page=2&topic=fish")
    tags = {query: set((desk.bundle("board", query).header("Cache-Groups") or "").split(", ")) for query in queries}
    for fn, args, stale in (
        ("pin_notice", {"topic": "fish", "text": "."}, {"topic=fish", "page=2&topic=fish"}),
        ("tidy_page", {"page": 2}, {"page=2&topic=fish"}),
        ("reindex", {}, set(queries)),
        ("rename_project", {"project_id": 1, "name": "Quay"}, set[str]()),
    ):
        said = desk.call(fn, args).header("Cache-Group-Invalidation") or ""
        purged = set(said.split(", "))
        expect(f"bundles that {fn} purges", {query for query in queries if tags[query] & purged}, stale)


@probe("psr", control="invalidation-body")
def a_public_bundle_is_fresh_after_its_purge(desk: Desk) -> None:
    """STORE-10: whoever renders after the reply has the new data, and others keep what they have."""
    for topic in ("fish", "boats"):
        desk.bundle("board", f"topic={topic}").has(cache_status="Mizan; fwd=uri-miss; stored")
    desk.call("pin_notice", {"topic": "fish", "text": "Cod on Monday."})
    fresh = desk.bundle("board", "topic=fish")
    if b"Cod on Monday." not in fresh.body:
        raise Mismatch(f"after the purge: {fresh.body!r}")
    desk.bundle("board", "topic=boats").has(cache_status="Mizan; hit")

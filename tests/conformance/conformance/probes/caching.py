"""What shared and private caches are told: validators, cache groups, one URL."""

from conformance.desk import Desk, edge_tag, etag
from conformance.expect import expect
from conformance.probing import probe

PUBLIC = "public, max-age=0, must-revalidate"


@probe("etag", control="etag")
def a_bundle_has_the_etag_of_its_bytes(desk: Desk) -> None:
    """CACHE-2, CACHE-9; and HEAD has all that GET has but the body (CACHE-11)."""
    target = f"{desk.base}/ctx/project/?project_id=1"
    # The second of two: what an origin cache says of itself is then the same for both methods.
    desk.ask("GET", target)
    reply = desk.ask("GET", target)
    reply.has(etag=etag(reply.body), cache_control="private, no-cache")
    head = desk.ask("HEAD", target)
    expect("status and body of HEAD", (head.status, head.body), (200, b""))
    expect("headers of HEAD", _without_date(head.lines), _without_date(reply.lines))


@probe("etag", control="not-modified")
def a_bundle_that_is_known_is_not_sent_again(desk: Desk) -> None:
    """CACHE-10: by weak comparison, in a list, or any; with the same caching headers."""
    for context, query in (("project", "project_id=1"), ("board", "")):
        reply = desk.bundle(context, query)
        tag = etag(reply.body)
        for named in (tag, f"W/{tag}", f'"x", {tag}', "*"):
            again = desk.bundle(context, query, headers={"If-None-Match": named})
            again.is_(304, b"")
            for name in ("ETag", "Cache-Control", "CDN-Cache-Control", "Cache-Groups"):
                expect(name, again.header(name), reply.header(name))
        desk.bundle(context, query, headers={"If-None-Match": '"x"'}).is_(200, reply.body)


@probe("etag", control="naive-cache")
def a_change_makes_another_etag(desk: Desk) -> None:
    """CACHE-9: whoever has the old one gets the new bytes."""
    before = desk.bundle("project", "project_id=1")
    desk.call("rename_project", {"project_id": 1, "name": "Quay"})
    after = desk.bundle("project", "project_id=1", headers={"If-None-Match": etag(before.body)})
    after.is_(200, before.body.replace(b"Harbour", b"Quay"))
    after.has(etag=etag(after.body))


@probe("cache-groups", control="public-context")
def a_public_bundle_may_be_kept_by_shared_caches(desk: Desk) -> None:
    """CACHE-3, CACHE-5: for the smallest `cache` of its members; others may not."""
    reply = desk.bundle("board")
    reply.has(cache_control=PUBLIC, cdn_cache_control="max-age=60", etag=etag(reply.body), vary=None)
    for context, query in (("project", "project_id=1"), ("ticker", "")):
        desk.bundle(context, query).has(cache_control="private, no-cache", cdn_cache_control=None, cache_groups=None)


@probe("cache-groups", control="cache-groups")
def a_public_bundle_names_its_tags(desk: Desk) -> None:
    """CACHE-6, CACHE-7: one for each set of params that some mutation narrows by, defaults among the values."""
    for query, page, topic in (("", 1, "all"), ("topic=fish", 1, "fish"), ("page=2&topic=fish", 2, "fish")):
        names = (desk.bundle("board", query).header("Cache-Groups") or "").split(", ")
        expect("first tag", names[0], f'"{edge_tag("board")}"')
        wanted = {f'"{edge_tag("board", page=page)}"', f'"{edge_tag("board", topic=topic)}"'}
        expect("other tags", set(names[1:]), wanted)
        expect("tags", len(names), 3)


@probe("cache-groups", control="one-url")
def a_public_bundle_has_one_url(desk: Desk) -> None:
    """CACHE-4: another spelling is sent there before anything runs."""
    base = f"{desk.base}/ctx/board"
    for spelling, one in (
        ("?topic=fish", "/?topic=fish"),
        ("/?topic=fish&page=1", "/?topic=fish"),
        ("/?topic=fish&page=2", "/?page=2&topic=fish"),
        ("/?topic=f%69sh", "/?topic=fish"),
        ("/?topic=a+b", "/?topic=a%20b"),
        ("/?topic=all", "/"),
    ):
        reply = desk.ask("GET", base + spelling)
        expect(f"status of {spelling}", reply.status, 308)
        reply.has(location=base + one, cache_control="no-store")
    expect("runs", desk.runs(), {})
    desk.ask("GET", f"{base}/?topic=a%20b").is_(200, '{"board_notices":[],"board_topics":["boats","fish"]}')


def _without_date(lines: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return [line for line in lines if line[0] != "date"]

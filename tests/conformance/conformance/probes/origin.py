"""The origin cache: what is kept, for whom, and when it goes. How often functions ran tells a hit from a load."""

import time

from conformance.capabilities import HTTP
from conformance.desk import Desk, error
from conformance.expect import Mismatch, expect
from conformance.message import TIMEOUT
from conformance.probing import probe

HIT = "Mizan; hit"
STORED = "Mizan; fwd=uri-miss; stored"


def _ran(desk: Desk, name: str) -> int:
    return desk.runs().get(name, 0)


def _keep(desk: Desk, context: str, query: str = "", user: str | None = None) -> bytes:
    """Read a bundle until it is kept; its bytes."""
    desk.bundle(context, query, user=user).has(cache_status=STORED)
    again = desk.bundle(context, query, user=user)
    again.has(cache_status=HIT)
    return again.body


@probe("origin-cache", control="origin-cache")
def a_second_read_runs_nothing(desk: Desk) -> None:
    """STORE-1, STORE-8: and says the same, its validator too."""
    for context, query, member in (
        ("project", "project_id=1", "project_info"),
        ("board", "topic=fish", "board_notices"),
    ):
        first = desk.bundle(context, query, user="ada")
        second = desk.bundle(context, query, user="ada")
        expect("runs", _ran(desk, member), 1)
        second.is_(200, first.body)
        first.has(cache_status=STORED)
        second.has(cache_status=HIT, etag=first.header("ETag"), cache_control=first.header("Cache-Control"))
        if not desk.is_http:
            continue
        known = desk.bundle(context, query, user="ada", headers={"If-None-Match": first.header("ETag") or ""})
        known.is_(304, b"")
        expect("runs", _ran(desk, member), 1)


@probe("origin-cache", control="origin-cache")
def params_that_are_equal_share_an_entry(desk: Desk) -> None:
    """STORE-2: a default that is left out and one that is given; others do not."""
    desk.bundle("project", "project_id=1")
    desk.bundle("project", "limit=10&project_id=1")
    desk.bundle("project", "project_id=%31")
    expect("runs", _ran(desk, "project_info"), 1)
    desk.bundle("project", "project_id=1&limit=1")
    desk.bundle("project", "project_id=2")
    expect("runs", _ran(desk, "project_info"), 3)


@probe("origin-cache", control="invalidation-body")
def a_mutation_takes_away_what_it_affects_and_no_more(desk: Desk) -> None:
    """STORE-5, STORE-7, STORE-10: a read after its reply has what it wrote, its neighbour is still kept."""
    for number in (1, 2):
        _keep(desk, "project", f"project_id={number}")
    desk.call("rename_project", {"project_id": 1, "name": "Quay"})
    fresh = desk.bundle("project", "project_id=1")
    if b'"name":"Quay"' not in fresh.body:
        raise Mismatch(f"after the mutation: {fresh.body!r}")
    fresh.has(cache_status=STORED)
    desk.bundle("project", "project_id=2").has(cache_status=HIT)
    desk.call("reindex")
    desk.bundle("project", "project_id=2").has(cache_status=STORED)


@probe("origin-cache", control="broad-purge")
def a_mutation_leaves_what_it_does_not_affect(desk: Desk) -> None:
    """STORE-5: its neighbour, and another context."""
    for number in (1, 2):
        _keep(desk, "project", f"project_id={number}")
    _keep(desk, "board", "topic=fish")
    desk.call("rename_project", {"project_id": 1, "name": "Quay"})
    desk.bundle("project", "project_id=2").has(cache_status=HIT)
    desk.bundle("board", "topic=fish").has(cache_status=HIT)


@probe("origin-cache", control="merge")
def a_merge_takes_away_what_it_goes_into(desk: Desk) -> None:
    """STORE-7."""
    _keep(desk, "project", "project_id=2")
    desk.call("add_task", {"project_id": 2, "title": "Sweep"})
    fresh = desk.bundle("project", "project_id=2")
    if b'"title":"Sweep"' not in fresh.body:
        raise Mismatch(f"after the merge: {fresh.body!r}")


@probe("origin-cache", control="scope-identity")
def what_is_of_one_caller_is_taken_away_for_that_caller(desk: Desk) -> None:
    """STORE-4, STORE-5."""
    for user in ("ada", "eve"):
        _keep(desk, "inbox", user=user)
    desk.call("clear_inbox", user="ada")
    desk.bundle("inbox", user="ada").is_(200, '{"inbox_messages":[]}')
    other = desk.bundle("inbox", user="eve")
    other.is_(200, '{"inbox_messages":["Welcome."]}')
    other.has(cache_status=HIT)


@probe("origin-cache", control="invalidation-body")
def a_mutation_that_failed_leaves_nothing_stale(desk: Desk) -> None:
    """STORE-7: it wrote before it failed; its reply invalidates nothing, and the store has nothing old."""
    _keep(desk, "project", "project_id=1")
    expect("status", desk.call("fail_after_writing", {"project_id": 1}).status, 500)
    fresh = desk.bundle("project", "project_id=1")
    if b'"name":"Half"' not in fresh.body:
        raise Mismatch(f"after the failure: {fresh.body!r}")


@probe("origin-cache", control="invalidation-body", over=HTTP)
def a_mutation_whose_caller_left_leaves_nothing_stale(desk: Desk) -> None:
    """STORE-7: nobody reads its reply, and what it wrote shows all the same."""
    _keep(desk, "project", "project_id=1")
    until = time.monotonic() + TIMEOUT
    stay = 0.0
    while _ran(desk, "rename_project") == 0:
        if time.monotonic() > until:
            raise Mismatch("it never ran")
        # Who has left before it began may well have called nothing.
        desk.leave("rename_project", {"project_id": 1, "name": "Quay"}, stay)
        stay += 0.01
    while True:
        found = desk.bundle("project", "project_id=1")
        if b'"name":"Quay"' in found.body:
            return
        # While it runs, what was is still true; it is not kept, though.
        if found.header("Cache-Status") == HIT or time.monotonic() > until:
            raise Mismatch(f"after the mutation: {found.body!r}")
        time.sleep(0.01)


@probe("origin-cache", control="auth-guards")
def guards_run_although_a_bundle_is_kept(desk: Desk) -> None:
    """STORE-12."""
    _keep(desk, "room", user="ada")
    desk.bundle("room", user="eve").is_(403, error("FORBIDDEN", "not allowed", function="room_wages"))
    desk.bundle("room").is_(401, error("UNAUTHENTICATED", "sign in first", function="room_members"))


@probe("origin-cache", control="cache-off")
def what_says_no_is_not_kept(desk: Desk) -> None:
    """STORE-3; its neighbours are."""
    _keep(desk, "board")
    for count in (1, 2):
        reply = desk.bundle("ticker")
        reply.is_(200, f'{{"ticker_count":{count}}}')
        reply.has(cache_status=None)


@probe("errors-never-stored", control="naive-cache")
def an_error_is_not_kept_by_the_origin(desk: Desk) -> None:
    """STORE-3: the next read runs again, and finds what has come."""
    for _ in range(2):
        desk.bundle("project", "project_id=3").is_(
            404, error("NOT_FOUND", "There is no such project.", function="project_info")
        )
    expect("runs", _ran(desk, "project_info"), 2)
    desk.call("add_project", {"name": "Pier"})
    expect("status", desk.bundle("project", "project_id=3").status, 200)

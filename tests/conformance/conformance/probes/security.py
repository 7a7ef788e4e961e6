"""What nobody may get, and what no text may become: the rows of the threat model that a server can be asked."""

import re

from conformance.capabilities import HTTP
from conformance.desk import Desk, error
from conformance.expect import Mismatch, expect, require
from conformance.probing import probe

NOT_FOUND = error("NOT_FOUND", "not found")


@probe("exact-paths", control="paths")
def only_the_exact_path_is_a_bundle(desk: Desk) -> None:
    """HTTP-2, threats 25: nothing that a cache may take for a file, or a router may mend."""
    for path in (
        "/ctx/inbox/x.css", "/ctx/inbox/style.css/", "/ctx/inbox;a", "/ctx/inbox/;a", "/ctx/inbox%2f",
        "/ctx/inbox/%2e%2e/board/", "//ctx/inbox/", "/ctx//inbox/", "/ctx/inbox//", "/ctx/inbox/.", "/ctx/inbox/..;/",
        "/ctx/INBOX/", "/CTX/inbox/", "/ctx/inb%6fx/", "/ctx/inbox.", "/ctx/inbox%00", "/ctx/inbox%20/", "/ctx/",
        "/ctx", "/", "", "/call/x.css", "/call;a/", "/ca%6cl/", "/nowhere/",
    ):  # fmt: skip
        reply = desk.ask("GET", desk.base + path, user="ada")
        expect(f"status and body of {path}", (reply.status, reply.body), (404, NOT_FOUND))
        reply.has(cache_control="no-store", etag=None)
    expect("runs", desk.runs(), {})


@probe("exact-paths", control="slash")
def a_missing_slash_is_no_other_path(desk: Desk) -> None:
    """HTTP-1."""
    reply = desk.ask("GET", f"{desk.base}/ctx/project?project_id=2")
    expect("body", reply.body, desk.bundle("project", "project_id=2").body)
    expect("status", reply.status, 200)
    body = b'{"fn":"add","args":{"a":1}}'
    desk.ask("POST", f"{desk.base}/call", headers={"Content-Type": "application/json"}, body=body).is_(
        200, '{"invalidate":[],"result":2}'
    )


@probe("public-isolation", control="public-isolation", variant="peeking", may_refuse=True)
def a_public_context_cannot_see_who_asks(desk: Desk) -> None:
    """CACHE-13, CACHE-14: reaching for the caller does not build, or fails, or finds nobody; it never leaks."""
    marks = ("ada-mark", "cookie-mark", "token-mark")
    headers = {"Cookie": "desk_user=cookie-mark", "Authorization": "Basic token-mark"}
    for context in ("peek_header", "peek_cookie", "peek_dependency"):
        for _ in range(2):
            reply = desk.bundle(context, user="ada-mark", headers=headers)
            seen = [mark for mark in marks if mark in reply.body.decode()]
            expect(f"{context} shows", seen, [])
            require(f"{context} is answered {reply.status}", reply.status in (200, 500))


@probe("public-isolation", control="public-isolation", variant="asking", may_refuse=True)
def a_public_context_cannot_ask_who_asks(desk: Desk) -> None:
    """AUTH-8: one whose member takes the identity does not build; if it did, it would find nobody."""
    for _ in range(2):
        reply = desk.bundle("peek_identity", user="ada-mark")
        expect("shows the caller", b"ada-mark" in reply.body, False)
        require(f"it is answered {reply.status}", reply.status in (200, 500))


@probe("cache-identity", control="cache-identity")
def a_bundle_is_never_anothers(desk: Desk) -> None:
    """CACHE-2, threats 23: by any other name, by none, by an invalid one, after it may have been kept."""
    for _ in range(2):
        for user in ("ada", "eve", "ad", "adaa", "ADA", None, "null", "root"):
            reply = desk.bundle("project", "project_id=2", user=user)
            name = "null" if user is None else f'"{user}"'
            expect(f"bundle of {user}", reply.body.partition(b'"project_viewer":')[2], f"{name}}}".encode())
            reply.has(cache_control="private, no-cache", cdn_cache_control=None)
    desk.bundle("inbox", user="ada").is_(200, '{"inbox_messages":["The crane is back."]}')
    desk.bundle("inbox", user="eve").is_(200, '{"inbox_messages":["Welcome."]}')
    desk.bundle("inbox", user="bob").is_(200, '{"inbox_messages":[]}')
    desk.bundle("inbox").is_(401, error("UNAUTHENTICATED", "sign in first", function="inbox_messages"))
    desk.bundle("inbox", user="").is_(401, error("UNAUTHENTICATED", "That is nobody."))


@probe("unkeyed-inputs", control="unkeyed-inputs")
def no_header_changes_a_public_body(desk: Desk) -> None:
    """CACHE-12, threats 24: each asked first, so that it would be the one that is kept."""
    plain = '{"board_notices":[{"text":"Herring on Friday.","topic":"%s"}],"board_topics":["boats","fish"]}'
    for number, headers in enumerate(
        (
            {"Host": "evil.test"},
            {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "gopher", "Forwarded": "host=evil.test"},
            {"X-Original-URL": "/evil", "X-Rewrite-URL": "/evil"},
            {"Accept-Language": "de", "Accept": "text/html", "Accept-Encoding": "gzip"},
            {"Cookie": "desk_user=ada; evil=1"},
            {"Authorization": "Basic ZXZpbDpldmls"},
            {"Origin": "https://evil.test", "Referer": "https://evil.test/"},
            {"X-Mizan-Invalidate": "*", "X-Mizan-User": "root", "User-Agent": "evil"},
            {"Range": "bytes=0-3"},
        )
    ):
        desk.call("reset")
        query = "topic=fish" if number % 2 else ""
        first = desk.bundle("board", query, headers=headers)
        second = desk.bundle("board", query)
        expect(f"body with {headers}", (first.status, first.body), (200, second.body))
        if query:
            second.is_(200, plain % "fish")
        for name in ("ETag", "Cache-Control", "CDN-Cache-Control", "Cache-Groups", "Vary"):
            expect(f"{name} with {headers}", first.header(name), second.header(name))


@probe("unkeyed-inputs", control="query")
def no_extra_or_repeated_query_changes_a_body(desk: Desk) -> None:
    """CTX-10, threats 24: it is refused, and the answer is not kept."""
    for query in ("utm=1", "topic=fish&topic=boats", "topic=fish&evil", "_=1", "topic[]=fish"):
        reply = desk.bundle("board", query)
        expect(f"status of {query}", reply.status, 422)
        reply.has(cache_control="no-store", etag=None, cdn_cache_control=None, cache_groups=None)


@probe("errors-never-stored", control="errors-stored", over=HTTP)
def every_error_is_no_store(desk: Desk) -> None:
    """CACHE-1, threats 26."""
    for reply in (
        desk.bundle("board", "page=x"),
        desk.bundle("board", "topic=%zz"),
        desk.bundle("board", "topic=" + "x" * 9000),
        desk.bundle("nowhere"),
        desk.bundle("room", user="eve"),
        desk.bundle("fragile", "fail=s"),
        desk.bundle("project", "project_id=99"),
        desk.ask("PUT", f"{desk.base}/ctx/board/"),
        desk.ask("GET", f"{desk.base}/call/"),
        desk.call("crash"),
    ):
        require(f"status {reply.status} is an error", reply.status >= 400)
        reply.has(cache_control="no-store", etag=None, cdn_cache_control=None, cache_groups=None)


@probe("errors-never-stored", control="naive-cache")
def a_clean_read_follows_an_error(desk: Desk) -> None:
    """Threats 26: what made one request fail does not stay for the next."""
    desk.call("fail_after_writing", {"project_id": 1})
    missing = error("NOT_FOUND", "There is no such project.", function="project_info")
    desk.bundle("project", "project_id=3").is_(404, missing)
    desk.call("add_project", {"name": "Pier"})
    expect("status once it exists", desk.bundle("project", "project_id=3").status, 200)
    desk.ask("GET", f"{desk.base}/ctx/board/", headers={"X-Big": "x" * 9000})
    expect("status after a large header", desk.bundle("board").status, 200)


HOSTILE = (
    "a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\x00b", 'a", board, x="', "a, project", "a;topic=b", "a;*sub=b",
    "K\u00fcste\r\n\r\n<script>", "\u2028", "\U0001f6a2", "\x7f", "\t", '%"', "\\", "\u010d\u010a",
)  # fmt: skip


@probe("header-injection", control="header-injection")
def no_text_makes_a_second_header_or_target(desk: Desk) -> None:
    """HDR-1, HDR-2, threats 21: seen in the bytes of the head, which are ASCII of known lines."""
    known = desk.call("pin_notice", {"topic": "fish", "text": "."})
    names = sorted(name for name, _ in known.lines)
    for topic in HOSTILE:
        reply = desk.call("pin_notice", {"topic": topic, "text": "."})
        expect(f"status for {topic!r}", reply.status, 200)
        expect(f"header lines for {topic!r}", sorted(name for name, _ in reply.lines), names)
        if not re.fullmatch(rb"HTTP/1\.1 [^\r\n]*\r\n([!-9;-~]+: ?[ -~]*\r\n)+\r\n", reply.head):
            raise Mismatch(f"the head for {topic!r} is {reply.head!r}")
        value = reply.header("X-Mizan-Invalidate") or ""
        # One member, one parameter: a string or a display string, with everything else inside of its quotes.
        if not re.fullmatch(r'board;topic=("([ !#-\[\]-~]|\\["\\])*"|%"([ !#$&-~]|%[0-9a-f]{2})*")', value):
            raise Mismatch(f"the header for {topic!r} is {value!r}")


@probe("header-injection", control="location-injection")
def no_text_of_a_query_reaches_a_header(desk: Desk) -> None:
    """Threats 21: not in a bundle, not in the URL that another spelling is sent to."""
    for escaped in ("a%0d%0aX-Evil:%201", "a%0aX-Evil:%201", "%00", "%22", "K%C3%BCste", "%E2%80%A8"):
        first = desk.bundle("board", f"topic={escaped}&page=1")
        expect(f"status of {escaped}", first.status, 308)
        location = first.header("Location") or ""
        for reply in (first, desk.ask("GET", location)):
            if not re.fullmatch(rb"HTTP/1\.1 [^\r\n]*\r\n([!-9;-~]+: ?[ -~]*\r\n)+\r\n", reply.head):
                raise Mismatch(f"the head for {escaped} is {reply.head!r}")
            require(f"no header line comes from {escaped}", not reply.all("X-Evil"))
        expect(f"status of {location}", desk.ask("GET", location).status, 200)

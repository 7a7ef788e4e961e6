"""A real Varnish with the VCL of the guide in front of a real application: what is kept, what is purged, what never is.

How often functions ran tells what reached the origin. Each check is a function of an edge, so that the controls can run
it against an edge whose VCL is wrong in one place, and see that it notices.
"""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from fixture_server import serving
from varnish import VCL, varnish

HIT = "Varnish; hit"
STORED = "Varnish; fwd=miss; stored"
BYPASSED = "Varnish; fwd=bypass"
_NUMBERS = itertools.count()


class Edge:
    """An edge and the origin behind it."""

    def __init__(self, edge: str, origin: str) -> None:
        self.http = httpx.Client(base_url=f"{edge}/api/mizan", timeout=10)
        self._origin = httpx.Client(base_url=f"{origin}/api/mizan", timeout=10)

    def __enter__(self) -> "Edge":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self._origin.close()

    def topic(self) -> str:
        """A topic that nobody has read, with a sheet."""
        name = f"topic{next(_NUMBERS)}"
        self.behind("pin", topic=name, text="old")
        return name

    def read(self, topic: str, query: str = "", **headers: str) -> httpx.Response:
        """Read a topic through the edge."""
        return self.http.get(f"/ctx/board/?{query}topic={topic}", headers=headers)

    def call(self, function: str, **arguments: object) -> httpx.Response:
        """Call through the edge."""
        return self.http.post("/call/", json={"fn": function, "args": arguments})

    def behind(self, function: str, **arguments: object) -> Any:
        """Call the origin, past the edge."""
        reply = self._origin.post("/call/", json={"fn": function, "args": arguments})
        assert reply.status_code == 200, reply.text
        return reply.json()["result"]

    def runs(self, topic: str, page: int = 1) -> int:
        """How often a topic was read at the origin."""
        return self.behind("runs", name=f"sheet {topic} {page}")

    def keeps(self, topic: str, query: str = "") -> None:
        """Read until the edge has it."""
        assert self.read(topic, query).headers["cache-status"] == STORED
        assert self.read(topic, query).headers["cache-status"] == HIT


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    with serving("board:app", Path(__file__).parent) as origin:
        yield origin


@pytest.fixture(scope="module")
def edge(origin: str) -> Iterator[Edge]:
    with varnish(origin) as address, Edge(address, origin) as edge:
        yield edge


def a_public_bundle_is_read_once(edge: Edge) -> None:
    """CACHE-3, CACHE-12: whoever asks, and however."""
    topic = edge.topic()
    first = edge.read(topic, **{"x-user": "ada", "cookie": "user=ada"})
    assert (first.json(), first.headers["cache-status"]) == ({"sheet": "old"}, STORED)
    for headers in ({}, {"cookie": "user=eve"}, {"authorization": "Bearer x"}, {"accept-language": "de"}):
        again = edge.read(topic, **headers)
        assert (again.content, again.headers["cache-status"]) == (first.content, HIT)
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "public, max-age=0, must-revalidate"
        assert "xkey" not in again.headers
    assert edge.runs(topic) == 1


def a_known_bundle_is_not_sent_again(edge: Edge) -> None:
    """CACHE-10, CACHE-11: by the edge itself."""
    topic = edge.topic()
    etag = edge.read(topic).headers["etag"]
    known = edge.read(topic, **{"if-none-match": etag})
    assert (known.status_code, known.content) == (304, b"")
    head = edge.http.head(f"/ctx/board/?topic={topic}")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", etag)
    assert edge.runs(topic) == 1


def a_mutation_purges_what_it_names(edge: Edge) -> None:
    """CACHE-8: every page of the topic, and no other topic."""
    topic, other = edge.topic(), edge.topic()
    for name, query in ((topic, ""), (topic, "page=2&"), (other, "")):
        edge.keeps(name, query)
    reply = edge.call("pin", topic=topic, text="new")
    assert reply.headers["x-mizan-invalidate"] == f'board;topic="{topic}"'
    for query in ("", "page=2&"):
        fresh = edge.read(topic, query)
        assert (fresh.json(), fresh.headers["cache-status"]) == ({"sheet": "new"}, STORED)
    assert edge.read(other).headers["cache-status"] == HIT
    assert edge.runs(other) == 1


def a_mutation_purges_across_the_other_param(edge: Edge) -> None:
    """CACHE-7: a page of all topics."""
    topics = [edge.topic(), edge.topic()]
    for topic in topics:
        edge.keeps(topic)
        edge.keeps(topic, "page=2&")
    edge.call("tidy", page=2)
    for topic in topics:
        assert edge.read(topic).headers["cache-status"] == HIT
        assert edge.read(topic, "page=2&").headers["cache-status"] == STORED


def a_mutation_of_the_whole_context_purges_all_of_it(edge: Edge) -> None:
    """CACHE-7: the tag with no params."""
    topics = [edge.topic(), edge.topic()]
    for topic in topics:
        edge.keeps(topic)
    edge.call("clear")
    assert [edge.read(topic).json()["sheet"] for topic in topics] == ["", ""]


def a_batch_purges_for_each_of_its_calls(edge: Edge) -> None:
    topics = [edge.topic(), edge.topic()]
    for topic in topics:
        edge.keeps(topic)
    edge.http.post("/call/", json=[{"fn": "pin", "args": {"topic": topic, "text": "new"}} for topic in topics])
    assert [edge.read(topic).json()["sheet"] for topic in topics] == ["new", "new"]


def a_mutation_that_failed_purges_nothing(edge: Edge) -> None:
    topic = edge.topic()
    edge.keeps(topic)
    assert edge.call("refuse", topic=topic).status_code == 409
    assert edge.read(topic).headers["cache-status"] == HIT


def a_read_that_a_mutation_overtook_is_not_kept(edge: Edge) -> None:
    """It has old data and ends after the purge; neither it nor those that wait for it may leave that behind."""
    edge.behind("pin", topic="slow", text="old")
    edge.behind("begin_slow_read")
    slow: list[str] = []

    def read() -> None:
        slow.append(edge.read("slow").json()["sheet"])

    first, late = threading.Thread(target=read), threading.Thread(target=read)
    first.start()
    edge.behind("wait_for_slow_read")
    edge.call("pin", topic="slow", text="new")
    late.start()
    # Whether it has joined the first cannot be seen from outside. It must be right in both cases.
    time.sleep(0.1)
    edge.behind("end_slow_read")
    first.join()
    late.join()
    assert sorted(slow) == ["new", "old"]
    assert edge.read("slow").json() == {"sheet": "new"}


def a_private_bundle_is_never_kept(edge: Edge) -> None:
    """CACHE-2: everybody gets their own, from the origin."""
    before = edge.behind("runs", name="mine")
    asked = [{"x-user": "ada"}, {"x-user": "ada"}, {"x-user": "eve"}, {"cookie": "user=ada"}, {}]
    replies = [edge.http.get("/ctx/mine/", headers=headers) for headers in asked]
    assert [reply.json()["mine"] for reply in replies] == ["ada", "ada", "eve", "ada", "nobody"]
    assert {reply.headers["cache-status"] for reply in replies} == {BYPASSED}
    assert {reply.headers["cache-control"] for reply in replies} == {"private, no-cache"}
    known = edge.http.get("/ctx/mine/", headers={"x-user": "ada", "if-none-match": replies[0].headers["etag"]})
    assert known.status_code == 304
    other = edge.http.get("/ctx/mine/", headers={"x-user": "eve", "if-none-match": replies[0].headers["etag"]})
    assert other.json() == {"mine": "eve"}
    assert edge.behind("runs", name="mine") == before + 7


def what_is_no_bundle_is_never_kept(edge: Edge) -> None:
    """CACHE-1: errors, redirects, calls; and what comes after an error is kept again."""
    missing = f"topic{next(_NUMBERS)}"
    for count in (1, 2):
        reply = edge.read(missing)
        assert (reply.status_code, reply.headers["cache-status"]) == (404, BYPASSED)
        assert edge.runs(missing) == count
    edge.behind("pin", topic=missing, text="new")
    assert edge.read(missing).json() == {"sheet": "new"}
    assert edge.read(missing).headers["cache-status"] == HIT
    for path, status in (("/ctx/board/", 422), (f"/ctx/board/?topic={missing}&page=1", 308), ("/ctx/none/", 404)):
        replies = [edge.http.get(path) for _ in range(2)]
        assert [(it.status_code, it.headers["cache-status"]) for it in replies] == [(status, BYPASSED)] * 2
    calls = [edge.call("runs", name="mine") for _ in range(2)]
    assert {reply.headers["cache-status"] for reply in calls} == {BYPASSED}


def a_bundle_is_kept_for_its_time(edge: Edge) -> None:
    """CACHE-5: and not served for longer while a new one comes."""
    first = edge.http.get("/ctx/price/").json()["price"]
    assert edge.http.get("/ctx/price/").json()["price"] == first
    time.sleep(1.3)
    assert edge.http.get("/ctx/price/").json()["price"] == first + 1


Check = Callable[[Edge], None]
CHECKS: list[Check] = [
    a_public_bundle_is_read_once,
    a_known_bundle_is_not_sent_again,
    a_mutation_purges_what_it_names,
    a_mutation_purges_across_the_other_param,
    a_mutation_of_the_whole_context_purges_all_of_it,
    a_batch_purges_for_each_of_its_calls,
    a_mutation_that_failed_purges_nothing,
    a_read_that_a_mutation_overtook_is_not_kept,
    a_private_bundle_is_never_kept,
    what_is_no_bundle_is_never_kept,
    a_bundle_is_kept_for_its_time,
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_edge_of_the_guide(edge: Edge, check: Check) -> None:
    check(edge)


def without(pattern: str) -> str:
    """The VCL without what fits, which is there."""
    vcl, count = re.subn(pattern, "", VCL)
    assert count
    return vcl


def with_first(sub: str, line: str) -> str:
    """The VCL with a line at the head of one of its parts."""
    head = f"sub {sub} {{\n"
    assert VCL.count(head) == 1
    return VCL.replace(head, f"{head}{line}\n")


PURGES = [
    a_mutation_purges_what_it_names,
    a_mutation_purges_across_the_other_param,
    a_mutation_of_the_whole_context_purges_all_of_it,
    a_batch_purges_for_each_of_its_calls,
]
CONTROLS: dict[str, tuple[str, list[Check]]] = {
    "nothing is purged": (without(r"std\.log\(.*\);"), PURGES),
    "everything is purged": (
        re.sub(r"regsuball\((beresp|resp)\.http\.Cache-Group.*?, \" \"\)", '"all"', VCL),
        PURGES[:2],
    ),
    "an overtaken read is kept": (
        without(r'var\.global_set\("purge", req\.xid\);'),
        [a_read_that_a_mutation_overtook_is_not_kept],
    ),
    "everything is kept": (
        with_first("vcl_backend_response", "    set beresp.ttl = 60s; return (deliver);"),
        [a_private_bundle_is_never_kept, what_is_no_bundle_is_never_kept, a_bundle_is_kept_for_its_time],
    ),
    "everything passes": (
        VCL + "sub vcl_recv { return (pass); }",
        [a_public_bundle_is_read_once, a_known_bundle_is_not_sent_again, a_mutation_that_failed_purges_nothing],
    ),
    "what carries a cookie passes": (
        without(r"sub vcl_req_(cookie|authorization) \{[^}]*\}\n\}"),
        [a_public_bundle_is_read_once],
    ),
    "what is too old is served on": (without(r"set beresp\.grace = 0s;"), [a_bundle_is_kept_for_its_time]),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_a_wrong_edge_is_noticed(origin: str, control: str) -> None:
    vcl, checks = CONTROLS[control]
    assert vcl != VCL
    with varnish(origin, vcl) as address, Edge(address, origin) as wrong:
        for check in checks:
            with pytest.raises(AssertionError):
                check(wrong)

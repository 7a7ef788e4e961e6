"""The contexts: what clients read."""

from datetime import date
from typing import Annotated

from pydantic import Field

import mizan
from desk import seen, store
from desk.shapes import Notice, Project, Search, Task
from desk.switches import broken
from mizan import Identity, ReactContext, client

ProjectContext = ReactContext("project")
BoardContext = ReactContext("board", public=not broken("public-context"))
InboxContext = ReactContext("inbox", identity=not broken("scope-identity"))
RoomContext = ReactContext("room")
SearchContext = ReactContext("search")
FragileContext = ReactContext("fragile")
TickerContext = ReactContext("ticker")

Limit = Annotated[int, Field(ge=1, le=100)]
CACHE = False if broken("origin-cache") else None


@client(context=ProjectContext, cache=CACHE)
async def project_info(project_id: int) -> Project:
    """One project."""
    store.RUNS["project_info"] += 1
    if project_id not in store.PROJECTS:
        raise mizan.NotFound("There is no such project.")
    return store.PROJECTS[project_id]


@client(context="shelf" if broken("context-bundle") else ProjectContext, cache=CACHE)
def project_tasks(project_id: int, limit: Limit = 10) -> list[Task]:
    """Its first tasks."""
    store.RUNS["project_tasks"] += 1
    return store.TASKS.get(project_id, [])[:limit]


@client(context=ProjectContext, cache=CACHE)
async def project_viewer(identity: Identity | None) -> str | None:
    """Who looks at it."""
    store.RUNS["project_viewer"] += 1
    return None if identity is None else identity.sub


@client(context=BoardContext, cache=False if broken("origin-cache") else 60, route="/board/:topic")
async def board_notices(page: int = 1, topic: str = "all") -> list[Notice]:
    """The sheets of a topic, ten a page."""
    store.RUNS["board_notices"] += 1
    found = [notice for notice in store.NOTICES if topic in ("all", notice.topic)]
    return found[10 * page - 10 : 10 * page]


@client(context=BoardContext, cache=False if broken("origin-cache") else 120)
def board_topics() -> list[str]:
    """All topics."""
    store.RUNS["board_topics"] += 1
    topics = sorted({notice.topic for notice in store.NOTICES})
    return [*topics, *seen.language().split()] if broken("unkeyed-inputs") else topics


@client(context=InboxContext, auth=None if broken("auth-guards") else "authenticated", cache=CACHE)
async def inbox_messages(identity: Identity | None) -> list[str]:
    """The messages of whoever asks."""
    store.RUNS["inbox_messages"] += 1
    return store.MESSAGES.get("" if identity is None else identity.sub, [])


@client(context=RoomContext, auth=None if broken("auth-guards") else "authenticated")
async def room_members() -> list[str]:
    """Who works here."""
    store.RUNS["room_members"] += 1
    return ["ada", "root"]


@client(context=RoomContext, auth=None if broken("auth-guards") else "staff")
async def room_wages() -> int:
    """What they get."""
    store.RUNS["room_wages"] += 1
    return 4200


@client(context=SearchContext)
async def search_query(
    words: str,
    day: date | None = None,
    exact: bool = False,
    ratio: float | None = None,
    tags: list[str] = [],  # noqa: B006 - Mizan copies defaults
) -> Search:
    """What the query was read as."""
    store.RUNS["search_query"] += 1
    return Search(words=words, day=day, exact=exact, ratio=ratio, tags=tags)


@client(context=FragileContext)
async def fragile_first(fail: str = "") -> int:
    """Fails where `fail` has an `f`."""
    store.RUNS["fragile_first"] += 1
    if "f" in fail and not broken("bundle-whole"):
        raise mizan.NotFound("The first one failed.")
    return 1


@client(context=FragileContext)
def fragile_second(fail: str = "") -> int:
    """Fails where `fail` has an `s`."""
    store.RUNS["fragile_second"] += 1
    if "s" in fail:
        raise mizan.Conflict("The second one failed.")
    return 2


@client(context=TickerContext, cache=None if broken("cache-off") else False)
async def ticker_count() -> int:
    """How often it was read since the reset."""
    store.RUNS["ticker_count"] += 1
    return store.RUNS["ticker_count"]


if broken("discovery"):
    del ticker_count

"""`Depends(…)` in signatures: solved by FastAPI, ended before the outcome is told."""

from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from typing import Annotated, Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException, Query, Request, Response, Security
from fastapi.security import HTTPBearer

import mizan
from caller import Caller, mount
from mizan import ReactContext, RegistrationError, client, invalidate
from mizan.fastapi import Mizan

events: list[str] = []


@pytest.fixture(autouse=True)
def no_events() -> None:
    events.clear()


async def session() -> AsyncIterator[str]:
    events.append("open")
    try:
        yield "session"
    except Exception as error:
        events.append(f"rollback {type(error).__name__}")
        raise
    else:
        events.append("commit")
    finally:
        events.append("close")


def sync_session() -> Iterator[str]:
    events.append("open")
    yield "sync session"
    events.append("close")


def nested(request: Request, held: Annotated[str, Depends(session)]) -> str:
    return f"{request.method} with {held}"


def test_dependencies_are_no_inputs():
    @client
    async def look(customer_id: int, held: Annotated[str, Depends(session)], deep: str = Depends(nested)) -> list[str]:
        events.append(f"run {customer_id}")
        return [held, deep]

    caller = mount(look)
    assert caller.result("look", customer_id=5) == ["session", "POST with session"]
    assert events == ["open", "run 5", "commit", "close"]
    assert caller.error("look", customer_id=5, held="x")["details"][0]["code"] == "unknown"


def test_a_sync_function_with_sync_dependencies_runs_in_threads():
    @client
    def look(held: Annotated[str, Depends(sync_session)]) -> str:
        events.append("run")
        return held

    assert mount(look).result("look") == "sync session"
    assert events == ["open", "run", "close"]


def test_a_failing_function_is_seen_by_its_dependencies():
    @client
    async def fails(held: Annotated[str, Depends(session)]) -> int:
        raise mizan.Conflict("no")

    assert mount(fails).error("fails")["code"] == "CONFLICT"
    assert events == ["open", "rollback Conflict", "close"]


def test_a_dependency_that_fails_at_its_end_fails_the_call():
    page = ReactContext("page")

    @client(context=page)
    async def look() -> int:
        return 1

    async def commits() -> AsyncIterator[None]:
        yield
        raise mizan.Conflict("the commit failed")

    @client(affects=page)
    async def change(held: Annotated[None, Depends(commits)]) -> int:
        invalidate(page)
        return 1

    reply = mount(look, change).call("change")
    assert reply.json()["error"]["message"] == "the commit failed"
    assert "x-mizan-invalidate" not in reply.headers


def test_dependencies_end_before_bundles_are_refreshed():
    page = ReactContext("page")

    @client(context=page)
    async def look() -> list[str]:
        return list(events)

    @client(affects=page)
    async def change(held: Annotated[str, Depends(session)]) -> int:
        return 1

    refresh: list[object] = [{"context": "page", "params": {}}]
    reply = mount(look, change).post({"fn": "change", "refresh": refresh})
    assert reply.json()["bundles"][0]["data"]["look"] == ["open", "commit", "close"]


def test_a_dependency_that_keeps_an_exception_to_itself_is_internal(caplog: pytest.LogCaptureFixture):
    async def swallows() -> AsyncIterator[None]:
        try:
            yield
        except ValueError:
            pass

    @client
    async def fails(held: Annotated[None, Depends(swallows)]) -> int:
        raise ValueError

    assert mount(fails).error("fails")["code"] == "INTERNAL"
    assert caplog.records[0].exc_info is not None
    assert "kept the exception to itself" in str(caplog.records[0].exc_info[1])


def test_results_are_written_while_dependencies_are_open():
    class Lazy(list[int]):
        def __iter__(self) -> Iterator[int]:
            assert events == ["open"]
            return super().__iter__()

    @client
    async def rows(held: Annotated[str, Depends(session)]) -> set[int]:
        return Lazy([1])  # pyright: ignore[reportReturnType]

    assert mount(rows).result("rows") == [1]


def test_what_a_dependency_refuses_is_answered():
    def admin() -> None:
        raise HTTPException(403, "admins only")

    @client
    async def secret(held: Annotated[None, Depends(admin)]) -> int:
        raise AssertionError

    error = mount(secret).error("secret")
    assert (error["status"], error["message"]) == (403, "admins only")


def test_a_dependency_may_read_the_request():
    def token(authorization: Annotated[str, Header()]) -> str:
        return authorization

    @client
    async def who(held: Annotated[str, Depends(token)]) -> str:
        return held

    caller = mount(who)
    body = {"content": '{"fn":"who"}'}
    json_type = {"content-type": "application/json"}
    reply = caller.send("POST", "/api/mizan/call/", **body, headers={**json_type, "authorization": "Bearer x"})
    assert reply.json()["result"] == "Bearer x"
    error = caller.error("who")
    assert (error["code"], error["message"]) == ("BAD_REQUEST", "header.authorization: Field required")


def test_security_schemes_work():
    @client
    async def who(held: Annotated[Any, Security(HTTPBearer())]) -> str:
        return "in"

    assert mount(who).error("who")["code"] in ("UNAUTHENTICATED", "FORBIDDEN")


def test_overrides_apply():
    def clock() -> int:
        return 1

    @client
    async def now(held: Annotated[int, Depends(clock)]) -> int:
        return held

    app = FastAPI()
    Mizan(app, functions=[now])
    app.dependency_overrides[clock] = lambda: 2
    assert Caller(app).result("now") == 2


def test_background_tasks_run_after_the_reply():
    @client
    async def order(tasks: BackgroundTasks) -> int:
        tasks.add_task(events.append, "sent")
        return 1

    @client
    async def fails(tasks: BackgroundTasks) -> int:
        tasks.add_task(events.append, "never")
        raise mizan.Conflict

    caller = mount(order, fails)
    assert caller.result("order") == 1
    assert caller.error("fails")["code"] == "CONFLICT"
    assert events == ["sent"]


def test_cookies_set_by_a_mutation_are_sent_and_by_a_bundle_are_not(caplog: pytest.LogCaptureFixture):
    @client
    async def login(response: Response) -> int:
        response.set_cookie("session", "abc")
        return 1

    @client(context="page")
    async def page(response: Response) -> int:
        response.set_cookie("session", "abc")
        return 1

    caller = mount(login, page)
    assert caller.call("login").headers["set-cookie"].startswith("session=abc")
    assert "set-cookie" not in caller.bundle("page").headers
    assert "they are left out" in caplog.text


@pytest.mark.parametrize("base", ["/api/mizan", ""])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE"])
def test_cookies_set_by_a_page_are_sent_whatever_its_method(method: str, base: str):
    def visited(response: Response) -> None:
        response.set_cookie("visited", "yes")

    @client(route="/page/:number", methods=["GET", "POST", "PUT", "DELETE"])
    async def page(number: int, seen: Annotated[None, Depends(visited)]) -> int:
        return number

    @client(context="shelf")
    async def shelf(seen: Annotated[None, Depends(visited)]) -> int:
        return 1

    caller = mount(page, shelf, base=base)
    reply = caller.send(method, "/page/5")
    assert reply.status_code == 200
    assert reply.headers["set-cookie"].startswith("visited=yes")
    bundle = caller.send("HEAD" if method == "HEAD" else "GET", f"{base}/ctx/shelf/")
    assert bundle.status_code == 200
    assert "set-cookie" not in bundle.headers


def test_parameters_of_a_route_are_refused():
    @client
    async def search(page: Annotated[int, Query()] = 1) -> int:
        return page

    with pytest.raises(RegistrationError, match=r"the argument 'page': Query\(\) reads the request"):
        mount(search)


def test_a_dependency_sees_the_variables_of_its_request():
    user: ContextVar[str] = ContextVar("user", default="nobody")

    def sets() -> None:
        user.set("somebody else")

    async def sets_async() -> None:
        user.set("ada")

    @client
    async def who(one: Annotated[None, Depends(sets)], two: Annotated[None, Depends(sets_async)]) -> str:
        return user.get()

    assert mount(who).result("who") == "ada"

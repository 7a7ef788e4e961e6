"""`Depends(…)` in signatures, solved by FastAPI's own machinery, for the functions that declare any."""

import inspect
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Annotated, Any, get_args, get_origin

from fastapi import BackgroundTasks, FastAPI, Request, Response, UploadFile, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_dependant, solve_dependencies
from fastapi.security import SecurityScopes
from pydantic.fields import FieldInfo
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from mizan._errors import BadRequest
from mizan._schema import SchemaProblem
from mizan.fastapi._public import no_body, without_caller

_BY_TYPE = (BackgroundTasks, Response)
_NOT_OFFERED = (HTTPConnection, SecurityScopes, WebSocket)


class Plan:
    """The dependencies of one function, analysed once."""

    __slots__ = ("_app", "_dependant")

    def __init__(self, app: FastAPI, parameters: Mapping[str, inspect.Parameter]) -> None:
        def dependent() -> None:
            """Stand in for the function: FastAPI would take its inputs for query parameters."""

        ordered = [parameter.replace(kind=parameter.KEYWORD_ONLY) for parameter in parameters.values()]
        dependent.__signature__ = inspect.Signature(ordered)  # type: ignore[attr-defined]
        self._app = app
        self._dependant: Dependant = get_dependant(path="/", call=dependent)

    async def solve(self, request: Request, stack: AsyncExitStack, *, is_public: bool) -> "Solved":
        """Find the values. Those with `yield` end with the stack.

        Args:
            request: The framework's request.
            stack: What ends with the function.
            is_public: Whether nothing may depend on who asks.

        Raises:
            BadRequest: A dependency asks for something that the request does not have.
        """
        seen = without_caller(request.scope) if is_public else request.scope
        scope = {**seen, "fastapi_inner_astack": stack, "fastapi_function_astack": stack}
        solved = await solve_dependencies(
            request=Request(scope, no_body if is_public else request.receive),
            dependant=self._dependant,
            dependency_overrides_provider=self._app,
            async_exit_stack=stack,
            embed_body_fields=False,
        )
        if solved.errors:
            raise BadRequest("; ".join(_sentence(error) for error in solved.errors))
        return Solved(solved.values, solved.background_tasks, solved.response)


class Solved:
    """The values of one function's dependencies, and what they leave for the reply."""

    __slots__ = ("background", "headers", "values")

    def __init__(self, values: dict[str, Any], background: Any, response: Response) -> None:  # noqa: ANN401
        self.values = values
        self.background: BackgroundTasks | None = background
        """To run when the reply has been sent."""
        self.headers: list[tuple[bytes, bytes]] = response.headers.raw
        """Header fields that a dependency or the function set, cookies among them."""


def injects(annotation: object, default: object) -> bool:
    """Whether FastAPI finds the value of an argument.

    Raises:
        SchemaProblem: It would, in a route, but a function's inputs come from the protocol.
    """
    marks: list[object] = [default]
    if get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        marks.extend(metadata)
    if any(isinstance(mark, params.Depends) for mark in marks):
        return True
    for mark in marks:
        if isinstance(mark, FieldInfo) and isinstance(mark, params.Param | params.Body):
            message = f"{type(mark).__name__}() reads the request, and the inputs of a function come from its caller"
            raise SchemaProblem(message)
    if UploadFile in (annotation, *get_args(annotation)):
        message = "UploadFile is read from a form by FastAPI"
        raise SchemaProblem(message, "annotate it as mizan.Upload, which is there whole")
    if not isinstance(annotation, type):
        return False
    if issubclass(annotation, _NOT_OFFERED):
        message = f"{annotation.__name__} is not offered to a function"
        raise SchemaProblem(message)
    return issubclass(annotation, _BY_TYPE)


def _sentence(error: Mapping[str, Any]) -> str:
    return f"{'.'.join(map(str, error['loc']))}: {error['msg']}"

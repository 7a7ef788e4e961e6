"""A client for tests: Django's own, which also calls functions and fetches bundles.

```python
class Books(TestCase):
    client_class = MizanClient

    def test_renaming_refreshes_the_book(self):
        with self.client.assert_invalidates((BookContext, {"book_id": 5})):
            self.client.call(rename_book, book_id=5, title="Ebb")
        assert self.client.fetch("book", book_id=5)["book_info"].title == "Ebb"
```

It sends real requests through the project's middleware, as `django.test.Client` does. With pytest-django, make one in a
fixture. Inside a `TestCase` nothing is kept by the origin cache, since nothing of the test is ever committed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar, cast, overload
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client
from pydantic_core import to_jsonable_python

from mizan._client import definition_of
from mizan._context import ReactContext
from mizan._core import parse_targets
from mizan._invalidation import Target, target_name
from mizan._upload import Upload
from mizan.django._application import current

Result = TypeVar("Result")
Expected = Target | tuple[Target, Mapping[str, object]]
"""A target, or a target with the params that narrow it."""


class CallFailed(AssertionError):
    """A call or a fetch was answered with an error."""

    def __init__(self, what: str, status: int, error: Mapping[str, Any]) -> None:
        self.status = status
        """The HTTP status."""
        self.code: str = error["code"]
        """The code of the protocol, or of a declared error."""
        self.message: str = error["message"]
        self.details: list[dict[str, Any]] = error.get("details", [])
        """What does not fit, for `VALIDATION`."""
        self.data: Any = error.get("data")
        """The data of a declared error."""
        super().__init__(f"{what}: {status} {self.code}: {self.message} {self.details or ''}".rstrip())


class MizanClient(Client):
    """Django's test client, which also calls functions."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's
        super().__init__(*args, **kwargs)
        self.invalidated: list[dict[str, Any]] = []
        """The targets of all replies so far, those of pages too; `{"context": "*"}` for everything."""

    @overload
    def call(self, function: Callable[..., Result], /, **args: object) -> Result: ...
    @overload
    def call(self, function: str, /, **args: object) -> Any: ...  # noqa: ANN401 - only the function has types
    def call(self, function: Callable[..., Any] | str, /, **args: object) -> Any:
        """Call a function, and return its result as its annotation has it.

        Args:
            function: The function, or its name.
            args: Its arguments, of the types that it declares.

        Raises:
            CallFailed: The reply was an error.
            Exception: What the function raised, where that is no answer, as of any view.
        """
        name = function if isinstance(function, str) else target_name(function)
        files: dict[str, Upload] = {}
        call = {"fn": name, "args": to_jsonable_python(_without_files(args, "", files), bytes_mode="base64")}
        path = f"{current().base}/call/"
        if files:
            parts: dict[str, Any] = {
                place: SimpleUploadedFile(file.filename, file.read(), file.content_type)
                for place, file in files.items()
            }
            # The call comes first (UPLOAD-2), and Django keeps the order.
            response = self.post(path, {"call": json.dumps(call), **parts})
        else:
            response = self.post(path, json.dumps(call), content_type="application/json")
        return _as_declared(name, _read(name, response)["result"])

    def fetch(self, context: ReactContext | str, /, **params: object) -> dict[str, Any]:
        """Fetch a bundle: the result of each member by its name, as its annotation has it.

        Raises:
            CallFailed: The reply was an error.
            Exception: What a member raised, where that is no answer.
        """
        name = target_name(context)
        plain = {key: value for key, value in sorted(to_jsonable_python(params).items()) if value is not None}
        query = urlencode({key: _texts(value) for key, value in plain.items()}, doseq=True)
        response = self.get(f"{current().base}/ctx/{name}/{'?' if query else ''}{query}", follow=True)
        return {member: _as_declared(member, data) for member, data in _read(name, response).items()}

    @contextmanager
    def assert_invalidates(self, *targets: Expected) -> Generator[None]:
        """Assert that what happens inside invalidates these targets and nothing else; none at all where none is named.

        What is merged into a bundle counts: caches that cannot splice are told of it as well.
        """
        before = len(self.invalidated)
        yield
        found = sorted({json.dumps(one, sort_keys=True) for one in self.invalidated[before:]})
        wanted = sorted({json.dumps(_target(one), sort_keys=True) for one in targets})
        if found != wanted:
            lines = [f"  missing:    {one}" for one in wanted if one not in found]
            lines += [f"  unexpected: {one}" for one in found if one not in wanted]
            raise AssertionError("\n".join(["not what was to be invalidated:", *lines]))

    def request(self, **request: Any) -> Any:  # noqa: ANN401 - as Django's
        """Send a request, and note what its reply invalidates."""
        response = cast("HttpResponseBase", super().request(**request))
        header: str | None = response.headers.get("X-Mizan-Invalidate")
        if header is not None:
            targets = parse_targets([header.encode("latin-1")])
            self.invalidated.extend([{"context": "*"}] if targets is None else json.loads(targets))
        return response


def _target(expected: Expected) -> dict[str, Any]:
    pair = cast("tuple[Any, Any]", expected if isinstance(expected, tuple) else (expected, {}))
    target: Target = pair[0]
    params: Mapping[str, object] = pair[1]
    definition = definition_of(target)
    named: dict[str, Any] = {"context": target_name(target)}
    if definition is not None:
        named = {"context": definition.context_name, "function": definition.name}
    if params:
        named["params"] = to_jsonable_python(params)
    return named


def _without_files(value: Any, place: str, files: dict[str, Upload]) -> Any:  # noqa: ANN401 - whatever an argument is
    """The value with nothing where files stand; they are noted by their places."""
    if isinstance(value, dict):
        held = {key: _without_files(one, f"{place}/{key}", files) for key, one in cast("dict[str, Any]", value).items()}
        return {key: one for key, one in held.items() if one is not _FILE}
    if isinstance(value, list):
        items = [_without_files(one, f"{place}/{index}", files) for index, one in enumerate(cast("list[Any]", value))]
        return [one for one in items if one is not _FILE]
    if isinstance(value, Upload):
        files[place] = value
        return _FILE
    return value


_FILE = object()


def _texts(value: object) -> list[str]:
    values = cast("list[object]", value) if isinstance(value, list) else [value]
    return [one if isinstance(one, str) else json.dumps(one) for one in values]


def _read(what: str, response: Any) -> dict[str, Any]:  # noqa: ANN401 - Django's, with what its client adds
    body = json.loads(response.content)
    if "error" in body and response.status_code >= 400:
        raise CallFailed(what, response.status_code, body["error"])
    return body


def _as_declared(name: str, data: object) -> object:
    """What the function's annotation makes of its result."""
    held = next((one for one in current().functions if one.definition.name == name), None)
    if held is None:
        return data
    return held.result.validate_json(json.dumps(data))

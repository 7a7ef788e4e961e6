"""An application of many functions, for the generators: the same signatures as FastAPI's routes and as Mizan's."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from mizan import ReactContext, client
from mizan.fastapi import Mizan

_CONTEXTS = 50
_DECLARATION = '''
class Thing{n}(BaseModel):
    """Thing {n}."""

    thing_id: int
    name: str
    email: str
    price: float
    tags: list[str]
    owner: int | None


async def update_thing_{n}(
    thing_id: Annotated[int, {mark}()],
    name: Annotated[str, {mark}(min_length=1, max_length=40)],
    tags: Annotated[list[str], {mark}()],
    note: Annotated[str | None, {mark}()] = None,
) -> Thing{n}:
    """Update thing {n}."""
    raise NotImplementedError
'''
_HEAD = "from typing import Annotated\nfrom pydantic import BaseModel, Field\nfrom fastapi import Body\n"


def _declared(count: int, mark: str) -> list[Callable[..., object]]:
    names: dict[str, Any] = {"__name__": __name__}
    source = _HEAD + "".join(_DECLARATION.format(n=n, mark=mark) for n in range(count))
    exec(compile(source, "many", "exec"), names)  # noqa: S102 - our own text
    return [names[f"update_thing_{n}"] for n in range(count)]


def write(count: int, folder: Path, *, openapi: bool) -> None:
    """Write `api.kdl` of that many functions, and `openapi.json` of the same on request."""
    contexts = [ReactContext(f"thing_{n}") for n in range(_CONTEXTS)]
    app = FastAPI()
    served = [client(affects=contexts[n % _CONTEXTS])(function) for n, function in enumerate(_declared(count, "Field"))]
    readers: list[Callable[..., object]] = []
    for n, context in enumerate(contexts):

        async def read(thing_id: int) -> int:
            """Read a thing."""
            return thing_id

        read.__name__ = read.__qualname__ = f"thing_of_{n}"
        readers.append(client(context=context)(read))
    (folder / "api.kdl").write_text(Mizan(app, functions=[*served, *readers]).ir())
    if openapi:
        peer = FastAPI()
        for n, function in enumerate(_declared(count, "Body")):
            peer.post(f"/update_thing_{n}")(function)
        (folder / "openapi.json").write_text(json.dumps(peer.openapi()))


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]), openapi=sys.argv[3:] == ["openapi"])

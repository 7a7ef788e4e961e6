"""What clients call beside the mutations: plain functions, guarded ones, and those that fail."""

import asyncio
from typing import Annotated, Any, Literal

import mizan
from desk import store
from desk.people import in_hours
from desk.shapes import Attached, Reading
from desk.switches import broken
from mizan import Upload, UploadLimits, client

UNGUARDED = broken("auth-guards")


@client
async def add(a: int, b: int = 1) -> int:
    """The sum of two numbers."""
    store.RUNS["add"] += 1
    return a + b


if broken("ir-export"):
    add.__annotations__["b"] = float


@client
def echo(value: Any) -> Any:
    """What came in, whatever it is."""
    store.RUNS["echo"] += 1
    return value


@client
async def measure(reading: Reading) -> Reading:
    """What came in, as it is read."""
    store.RUNS["measure"] += 1
    return reading


@client
async def runs() -> dict[str, int]:
    """How often each function ran since the reset; those that did not are left out."""
    return dict(store.RUNS)


@client(auth=None if UNGUARDED else "authenticated")
async def for_members(level: int) -> int:
    """For anybody with a name."""
    store.RUNS["for_members"] += 1
    return level


@client(auth=None if UNGUARDED else "staff")
async def for_staff(level: int) -> int:
    """For the staff."""
    store.RUNS["for_staff"] += 1
    return level


@client(auth=None if UNGUARDED else "superuser")
async def for_superusers(level: int) -> int:
    """For superusers."""
    store.RUNS["for_superusers"] += 1
    return level


@client(auth=None if UNGUARDED else ["desk.read", "desk.edit"])
async def for_editors(level: int) -> int:
    """For whoever may both read and edit."""
    store.RUNS["for_editors"] += 1
    return level


@client(auth=None if UNGUARDED else in_hours)
async def for_daytime(level: int) -> int:
    """For everybody, in the daytime."""
    store.RUNS["for_daytime"] += 1
    return level


@client(private=not broken("private-functions"))
async def sweep() -> int:
    """Not for clients."""
    store.RUNS["sweep"] += 1
    return 1


@client
async def refuse(how: Literal["conflict", "forbidden", "limited", "missing", "nobody", "unavailable"]) -> None:
    """Raises an error of the protocol."""
    errors: dict[str, Exception] = {
        "conflict": mizan.Conflict("Somebody was faster."),
        "forbidden": mizan.Forbidden(),
        "limited": mizan.RateLimited("Once a minute.", retry_after=60),
        "missing": mizan.NotFound(),
        "nobody": mizan.Unauthenticated(),
        "unavailable": mizan.Unavailable(retry_after=5),
    }
    if broken("raised-errors"):
        raise RuntimeError(how)
    raise errors[how]


@client
async def order(copies: int) -> int:
    """Checks its own input."""
    if copies < 1 and not broken("raised-errors"):
        raise mizan.Invalid(copies="Order at least one.")
    return copies


@client
def crash() -> int:
    """Has a mistake in it."""
    if broken("internal-errors"):
        raise mizan.Conflict("the secret is 42")
    message = "the secret is 42"
    raise RuntimeError(message)


@client
async def lie() -> int:
    """Returns what its type does not allow."""
    return 42 if broken("internal-errors") else "the secret is 42"  # type: ignore[return-value]


@client(timeout=None if broken("timeouts") else 0.2)
async def dawdle() -> int:
    """Takes two seconds, and has a fifth of one."""
    await asyncio.sleep(2)
    return 1


LIMITS = UploadLimits() if broken("upload-limits") else UploadLimits(max_size=1000, content_types=["text/plain"])

if broken("uploads"):

    @client(name="attach")
    async def attach_text(project_id: int, sheet: str) -> Attached:
        """Text instead of a file."""
        return Attached(name="", size=len(sheet), start=sheet[:6], type="text/plain")

else:

    @client
    async def attach(project_id: int, sheet: Annotated[Upload, LIMITS]) -> Attached:
        """A sheet for a project."""
        store.RUNS["attach"] += 1
        start = sheet.read()[:6].decode("ascii")
        return Attached(name=sheet.filename, size=sheet.size, start=start, type=sheet.content_type)


def not_a_function() -> int:
    """A function of the module that clients must not reach: it is not declared."""
    return 1


if broken("registration-strict"):
    not_a_function = client(not_a_function)
if broken("discovery"):
    del add

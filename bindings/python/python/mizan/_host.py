"""Running one function: what every adapter needs, whichever framework it serves.

An adapter asks `begin` for the arguments, calls the function in its own way, and hands the result to `returned` or
the exception to `failed`. Neither ever raises what a function or a value caused: that is an answer too.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError, current_task
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextvars import copy_context
from math import ceil
from typing import TYPE_CHECKING, Any, cast

from pydantic_core import to_json

from mizan._arguments import convert
from mizan._errors import Error, Invalid, MizanError, Unavailable, error_code
from mizan._first_step import Waiting, begun, rest_of
from mizan._invalidation import Announced, announced
from mizan._left_behind import LeftBehind
from mizan._native import Begun

if TYPE_CHECKING:
    from mizan._core import Arguments, Exchange, Failure, Outcome, TimedOut
    from mizan._registration import Registration, Served

Translate = Callable[[BaseException], MizanError | None]
"""An adapter's reading of its framework's own exceptions."""

TIMED_OUT: TimedOut = ("timed_out",)

_log = logging.getLogger("mizan")


class Host:
    """Turns results and exceptions into outcomes, for one application."""

    __slots__ = ("_generalize", "_observe", "_registration", "_translate", "behind")

    def __init__(
        self,
        registration: Registration,
        translate: Translate,
        observe: Callable[[BaseException], None] | None = None,
        generalize: Callable[[], None] | None = None,
    ) -> None:
        """Make one.

        Args:
            registration: The application's.
            translate: Reads the framework's own exceptions.
            observe: Is told of every exception that is no answer, while it is handled.
            generalize: Is called before a member of a public context runs, in the context variables that the member
                has for its own: takes out of them what the framework found out about the caller (CACHE-14).
        """
        self._registration = registration
        self._translate = translate
        self.behind = LeftBehind(registration.left_behind)
        """The sync functions that outran their limits."""
        self._observe = observe
        self._generalize = generalize

    def call(self, served: Served, arguments: Arguments, nonce: int, changes: Announced | None = None) -> Outcome:
        """Run a sync function right here with context variables of its own; a worker thread is the caller's to find.

        Args:
            served: The function.
            arguments: As the core handed them over.
            nonce: The request's.
            changes: Where what it names by `invalidate()` goes; a caller who may not wait for its end has to know it.
        """
        return copy_context().run(self._call, served, arguments, nonce, [] if changes is None else changes)

    def _call(self, served: Served, arguments: Arguments, nonce: int, changes: Announced) -> Outcome:
        try:
            self._prepare(served, arguments, changes)
            return self.run(served, arguments, changes)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return ended(self.failed(error, served.place, nonce), changes)

    def attempt(
        self, served: Served, arguments: Arguments, nonce: int, changes: Announced | None = None
    ) -> Outcome | Waiting:
        """Run an async function up to where it first waits, in context variables of its own; `changes` as in `call`."""
        context = copy_context()
        changes = [] if changes is None else changes
        outcome = self._first(context.run, served, arguments, nonce, changes)
        if type(outcome) is not Begun:
            return outcome
        return begun(self._finish(served, arguments, nonce, changes, outcome), changes, context)

    def _first(
        self, run: Callable[..., Any], served: Served, arguments: Arguments, nonce: int, changes: Announced
    ) -> Outcome | Begun:
        """Its outcome, or a function that waits; `run` runs in the context variables that it has for its own."""
        try:
            if served.converters or (served.is_public and self._generalize is not None):
                run(self._prepare, served, arguments, changes)
            outcome: Outcome | Begun = run(served.begin, arguments, changes)
            if type(outcome) is Begun and outcome.running is None:
                return run(self.returned, served, arguments, outcome.value, changes)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return ended(run(self.failed, error, served.place, nonce), changes)
        except CancelledError as error:
            raise_if_cancelled()
            return ended(run(self.failed, error, served.place, nonce), changes)
        return outcome

    def _prepare(self, served: Served, arguments: Arguments, changes: Announced) -> None:
        """What comes before the function itself, in the context variables that it has for its own."""
        announced.set(changes)
        if served.is_public and self._generalize is not None:
            self._generalize()
        if served.converters:
            convert(served.converters, arguments)

    async def call_async(
        self, served: Served, arguments: Arguments, nonce: int, changes: Announced | None = None
    ) -> Outcome:
        """Run an async function; context variables of its own are the caller's to give. `changes` as in `call`."""
        changes = [] if changes is None else changes
        outcome = self._first(_here, served, arguments, nonce, changes)
        if type(outcome) is not Begun:
            return outcome
        return await self._finish(served, arguments, nonce, changes, outcome)

    async def _finish(
        self, served: Served, arguments: Arguments, nonce: int, changes: Announced, waits: Begun
    ) -> Outcome:
        running = cast("Coroutine[Any, Any, object]", waits.running)
        try:
            return self.returned(served, arguments, await rest_of(running, waits.value), changes)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the outcome
            return ended(self.failed(error, served.place, nonce), changes)
        except CancelledError as error:
            raise_if_cancelled()
            return ended(self.failed(error, served.place, nonce), changes)

    def run(self, served: Served, arguments: Arguments, changes: Announced) -> Outcome:
        """Run a sync function whose arguments are ready; what it raises, this raises."""
        function = served.function
        result = function(*arguments) if served.is_positional else function(**arguments)
        return self.returned(served, arguments, result, changes)

    def returned(self, served: Served, arguments: Arguments, result: object, changes: Announced) -> Outcome:
        """The outcome of a function that returned."""
        if served.is_simple and not changes:
            return served.encode(result)
        if served.responds and not isinstance(result, served.responds):
            message = f"returned {type(result).__name__}, not {served.responds[0].__name__}"
            raise TypeError(message)
        text = None if served.responds else served.encode(result)
        params = None if served.narrow is None else _params(served.narrow(result, arguments))
        targets = [(name, None if by is None else _params(by)) for name, by in changes]
        return ("responded", result, params, targets) if text is None else ("returned", text, params, targets)

    def failed(self, error: Exception | CancelledError, place: str, nonce: int) -> Failure:
        """The outcome of a function, a guard or an identification that raised.

        An exception that is no answer is logged here, under the id that the caller is told.

        Args:
            error: What was raised.
            place: What raised it, for the log.
            nonce: The request's.
        """
        try:
            known = error if isinstance(error, MizanError | Error) else self._translate(error)
            # Messages may be any objects that print themselves, such as Django's lazy translations.
            match known:
                case Invalid():
                    return ("invalid", [(_path(where), str(message)) for where, message in known.fields.items()])
                case MizanError() if known.code != MizanError.code:
                    message = None if known.message is None else str(known.message)
                    return ("protocol", known.code, message, _whole(getattr(known, "retry_after", None)))
                case Error():
                    return self._declared(known)
                case _:
                    pass
        except Exception as problem:  # noqa: BLE001 - data of an error that has no JSON form
            error = problem
        _log.error("%s: raised %s (id %016x)", place, type(error).__name__, nonce, exc_info=error)
        if self._observe is not None:
            self._observe(error)
        return ("raised",)

    def refused(self, served: Served, nonce: int) -> Failure:
        """The outcome of a sync function that does not begin, as too many have outrun their limits (LIM-17)."""
        return self.failed(Unavailable(), served.place, nonce)

    def tell_slow(self, served: Served, seconds: float, limit: float, nonce: int) -> None:
        """Log that a function which could not be stopped outran its time limit (CALL-8)."""
        _log.warning("%s: took %.1f s, more than its limit of %g s (id %016x)", served.place, seconds, limit, nonce)

    def _declared(self, error: Error) -> Failure:
        encoders = self._registration.error_encoders
        declared = next((cls for cls in type(error).__mro__ if cls in encoders), type(error))
        encode = encoders.get(declared)  # type: ignore[arg-type]
        code = error_code(declared)  # type: ignore[arg-type]
        return ("declared", code, str(error.message or code), None if encode is None else encode(error.data()))


def _here(function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - whatever it returns
    return function(*arguments)


def ended(how: Failure | TimedOut, changes: Announced) -> Outcome:
    """How a function that did not return ended, with what it had named by `invalidate()` until then (STORE-7)."""
    # Where it still runs on a thread, the list may grow meanwhile.
    return ("announced", how, named(changes)) if changes else how


def named(changes: Announced) -> list[tuple[str, bytes | None]]:
    """What `invalidate()` was called with, as the core takes it."""
    return [(name, _narrowed(by)) for name, by in tuple(changes)]


def give_up(exchange: Exchange, running: Sequence[Announced]) -> None:
    """Give up a request whose caller has left, and take away what its functions have named until now (STORE-7)."""
    write_log(exchange.abandon([target for changes in running for target in named(changes)]))


def write_log(lines: list[tuple[bool, str]]) -> None:
    """Write what the core has to say of a request: whether it is an error, and the text."""
    for is_error, text in lines:
        _log.log(logging.ERROR if is_error else logging.WARNING, text)


def raise_if_cancelled() -> None:
    """Raise again the cancellation that is handled here, where it is meant for this task.

    A function that awaited something cancelled by itself failed like any other.
    """
    task = current_task()
    if task is not None and task.cancelling():
        raise  # noqa: PLE0704 - the cancellation that the caller handles


def _narrowed(by: Mapping[str, object] | None) -> bytes | None:
    try:
        return None if by is None else _params(by)
    except Exception:  # noqa: BLE001 - what has no JSON form narrows nothing
        return None


def _params(params: Mapping[str, object]) -> bytes:
    return to_json(params, inf_nan_mode="constants", bytes_mode="base64")


def _whole(seconds: float | None) -> int | None:
    """Seconds to wait at least, in the header's whole numbers."""
    return None if seconds is None else max(0, ceil(seconds))


def _path(place: str | tuple[str | int, ...]) -> list[str | int]:
    return [place] if isinstance(place, str) else list(place)

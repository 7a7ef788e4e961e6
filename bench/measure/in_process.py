"""Without a server: one thread, one call after the other, each contender in turns; µs of CPU time a call."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from random import getrandbits
from typing import Any

import msgspec
from pydantic import BaseModel, TypeAdapter

from apps import direct, functions, models, structs, typed
from measure.sampling import Spread, cpu_of, spread
from mizan._core import Checked

RENAME = b'{"user_id":5,"name":"Ada"}'
PROFILE_INPUT = b'{"user_id":5}'
BODY = json.dumps({"user_profile": structs.data.PROFILE}, separators=(",", ":")).encode()

EXCHANGE = "Mizan: the whole exchange (request with headers in, reply with headers out)"
BEYOND_EMPTY = "Mizan: the same, less the exchange of a function without input and result"
DIRECT_MODEL = "Mizan: validate, call, dump (a Pydantic model)"
DIRECT_DATACLASS = "Mizan: validate, call, dump (a dataclass with slots)"
DIRECT_DICTIONARY = "Mizan: validate, call, dump (a dictionary with its TypedDict)"
PYDANTIC = "Pydantic: validate_json, call, dump_json"
MSGSPEC = "msgspec: decode, call, encode"
FUNCTION_MODEL = "the bare function (a Pydantic model)"
FUNCTION_DATACLASS = "the bare function (a dataclass with slots)"
FUNCTION_KEYWORDS = "the function, called by keyword (a dataclass with slots)"
FUNCTION_STRUCT = "the bare function (a msgspec struct)"

_HEADERS = [
    (b"host", b"127.0.0.1"),
    (b"accept", b"application/json"),
    (b"user-agent", b"bench"),
    (b"content-type", b"application/json"),
    (b"content-length", b"64"),
]


class _User(BaseModel):
    user_id: int


class _UserStruct(msgspec.Struct):
    user_id: int


def measure(rounds: int, calls: int) -> dict[str, dict[str, Spread]]:
    """By subject (`rename`, `profile`, `floors`) and contender."""
    empty = _exchange(b'{"fn":"nothing"}')
    arguments: dict[str, Any] = {"user_id": 5, "name": "Ada"}
    subjects = {
        "rename": {
            EXCHANGE: _exchange(b'{"fn":"rename_user","args":' + RENAME + b"}"),
            DIRECT_DATACLASS: _direct("rename_to_dataclass", RENAME),
            DIRECT_DICTIONARY: _direct("rename_to_dictionary", RENAME),
            DIRECT_MODEL: _direct("rename_to_model", RENAME),
            PYDANTIC: _pydantic(typed.Rename, models.Renamed, RENAME, _renamed_model),
            MSGSPEC: _msgspec(structs.Rename, RENAME, lambda given: structs.Renamed(given.user_id, given.name)),
            FUNCTION_DATACLASS: lambda: direct.Renamed(5, "Ada"),
            FUNCTION_KEYWORDS: lambda: direct.rename_to_dataclass(**arguments),
            FUNCTION_STRUCT: lambda: structs.Renamed(5, "Ada"),
            FUNCTION_MODEL: lambda: models.Renamed(user_id=5, name="Ada"),
        },
        "profile": {
            EXCHANGE: _exchange(b'{"fn":"user_profile","args":' + PROFILE_INPUT + b"}"),
            DIRECT_DATACLASS: _direct("profile_as_dataclass", PROFILE_INPUT),
            DIRECT_DICTIONARY: _direct("profile_as_dictionary", PROFILE_INPUT),
            DIRECT_MODEL: _direct("profile_as_model", PROFILE_INPUT),
            PYDANTIC: _pydantic(_User, models.Profile, PROFILE_INPUT, lambda _: models.PROFILE),
            MSGSPEC: _msgspec(_UserStruct, PROFILE_INPUT, lambda _: structs.PROFILE),
            FUNCTION_MODEL: lambda: models.PROFILE,
        },
        "floors": {
            f"copy of {len(BODY):,} bytes": lambda: bytearray(BODY),
            f"SHA-256 of {len(BODY):,} bytes": lambda: hashlib.sha256(BODY).digest(),
            f"HMAC-SHA-256 of {len(BODY):,} bytes": lambda: hmac.digest(b"k" * 32, BODY, "sha256"),
            "call of an empty function": _empty_function,
        },
    }
    taken: dict[str, dict[str, list[float]]] = {name: {each: [] for each in group} for name, group in subjects.items()}
    for name in ("rename", "profile"):
        taken[name][BEYOND_EMPTY] = []
    for number in range(rounds + 1):
        without = cpu_of(empty, calls)
        for name, group in subjects.items():
            for contender, call in group.items():
                took = cpu_of(call, calls)
                if number == 0:
                    continue  # the first round warms up
                taken[name][contender].append(took)
                if contender == EXCHANGE:
                    taken[name][BEYOND_EMPTY].append(took - without)
    return {name: {each: spread(times) for each, times in group.items()} for name, group in taken.items()}


def _empty_function() -> None:
    pass


def _renamed_model(given: Any) -> models.Renamed:  # noqa: ANN401 - a model, or a dictionary of the same members
    return models.Renamed(user_id=given.user_id, name=given.name)


def _exchange(body: bytes) -> Callable[[], object]:
    """What the adapter does for a call, without its event loop, its task and its contextvar."""
    mizan = functions.served
    application, host, served = mizan.application, mizan.host, mizan.functions

    def run() -> object:
        nonce = getrandbits(64)
        exchange, step = application.open(
            "POST", "/api/mizan/call/", b"", _HEADERS, body, nonce, int(time.time()), False
        )
        ((index, arguments, _seconds),) = step[1]
        function = served[index]
        try:
            function.function(*arguments).send(None)
        except StopIteration as done:
            return exchange.returned([host.returned(function, arguments, done.value, [])])
        raise AssertionError

    status: Any = run()
    if status[1] != 200:
        raise RuntimeError(repr(status))
    return run


def _direct(name: str, text: bytes) -> Callable[[], object]:
    """From the text of the arguments to that of the result, by what an exchange itself uses for both."""
    application = direct.served.application
    index = application.functions().index(name)
    served = direct.served.functions[index]
    arguments, function, encode = application.arguments, served.function, served.encode
    if not served.is_positional or not isinstance(encode(function(*arguments(index, text))), Checked):
        message = f"the result of {name} is not printed directly"
        raise TypeError(message)

    def run() -> object:
        checked: Any = encode(function(*arguments(index, text)))
        return checked.text()

    return run


def _pydantic(
    model_in: type[BaseModel], model_out: type[BaseModel], text: bytes, call: Callable[[Any], Any]
) -> Callable[[], object]:
    validate, dump = TypeAdapter(model_in).validate_json, TypeAdapter(model_out).dump_json
    return lambda: dump(call(validate(text)))


def _msgspec(struct_in: type[msgspec.Struct], text: bytes, call: Callable[[Any], Any]) -> Callable[[], object]:
    decoder, encoder = msgspec.json.Decoder(struct_in), msgspec.json.Encoder()
    return lambda: encoder.encode(call(decoder.decode(text)))

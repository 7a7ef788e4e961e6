"""From decorated functions to the one document that the core reads, and to functions that are ready to run."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType, NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    Protocol,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from mizan._arguments import Converter, is_plain
from mizan._client import Auth, Definition, definition_of, relative_file
from mizan._context import ReactContext
from mizan._encoding import Encoder, encoder_of
from mizan._errors import Error, RegistrationError, data_types, error_code
from mizan._first_step import awaited
from mizan._identity import Identity
from mizan._invalidation import Target, announced, target_name
from mizan._native import Runner
from mizan._plan import plan_of
from mizan._schema import SchemaProblem, adapter_of, arguments_type, input_schema, output_schema

if TYPE_CHECKING:
    from mizan._core import Application, Arguments, Begun, Checked, Description
    from mizan._invalidation import Announced

_EMPTY = inspect.Parameter.empty


class Limits(TypedDict, total=False):
    """The limits that may be set, with their defaults (LIM-1, LIM-2, LIM-4, LIM-5, LIM-7, LIM-12 to LIM-17)."""

    body: int
    """Most bytes of a JSON body; 1 MiB."""
    query: int
    """Most bytes of a query; 8 KiB."""
    batch: int
    """Most calls in a batch; 32."""
    refresh: int
    """Most bundles that one call refreshes; 16."""
    functions: int
    """Most functions that one request runs; 64."""
    upload: int
    """Most bytes of a body with files; 32 MiB."""
    file: int
    """Most bytes of one file; 10 MiB."""
    parts: int
    """Most parts of a body with files, the call among them; 100."""
    part_headers: int
    """Most bytes of the header lines of one part; 8 KiB."""
    file_name: int
    """Most bytes of a file's name; 255."""
    left_behind: int
    """Most sync functions that go on after their time limit, each on a thread that nobody can stop, before no other one
    begins; 256."""


_LEFT_BEHIND = 256


class Framework(Protocol):
    """What an adapter says of the signatures that its users write."""

    request_types: tuple[type, ...]
    """Classes whose instance the first argument may ask for."""

    response_types: tuple[type, ...]
    """Classes of which the function of a page may return an instance; none where pages return data alone."""

    def injects(self, annotation: object, default: object) -> bool:
        """Whether the framework itself finds the value, so that it is no input.

        Raises:
            SchemaProblem: The framework would, but this adapter does not offer it.
        """
        ...


@dataclass(slots=True)
class Served:
    """A function that is ready to run."""

    definition: Definition
    function: Callable[..., Any]
    is_async: bool
    is_alone: bool
    """Whether it is async and needs nothing of the framework."""
    request_argument: str | None
    """The argument that receives the framework's request."""
    identity_argument: str | None
    """The argument that receives who asks."""
    injected: dict[str, inspect.Parameter]
    """The arguments that the framework finds, with their annotations resolved."""
    converters: tuple[Converter, ...]
    result: TypeAdapter[Any]
    """What it returns."""
    encode: Callable[[object], bytes | Checked]
    begin: Callable[[Arguments, Announced], bytes | Checked | Begun]
    """Calls it, where it is async, and lets it run to where it first waits."""
    description: Description
    """What the result is made of, where that is plain."""
    narrow: Callable[[object, Mapping[str, object]], Mapping[str, object]] | None
    """The function's `affects_params`, given the result and the arguments."""
    responds: tuple[type, ...]
    """What the function of a page returns, where that is the framework's own response."""
    signature: tuple[str, ...] | None
    """The names of its arguments in order, where all are inputs that it takes by position, as the core makes them."""
    is_positional: bool
    """Whether the core hands its arguments over as a tuple."""
    is_simple: bool
    """Whether the result, printed, is the outcome where nothing else was announced."""
    is_public: bool
    """Whether it is a member of a context that is the same whoever asks."""
    place: str
    """Its name and where it was declared, for the log."""


@dataclass(slots=True)
class _Received:
    """The arguments that are no inputs and come from the adapter, by name."""

    request: str | None = None
    identity: str | None = None


@dataclass(slots=True)
class Registration:
    """A whole application, as far as Python has to know it."""

    functions: dict[str, Served] = field(default_factory=dict[str, Served])
    guards: dict[str, Callable[..., object]] = field(default_factory=dict[str, Callable[..., object]])
    error_encoders: dict[type[Error], Encoder | None] = field(default_factory=dict[type[Error], Encoder | None])
    """The declared errors; those without data have no encoder."""
    document: bytes = b""
    """The registration document."""
    left_behind: int = _LEFT_BEHIND
    """Most sync functions that go on after their time limit (LIM-17)."""


def collect(
    functions: Iterable[Callable[..., object]], modules: Iterable[ModuleType | str]
) -> list[Callable[..., Any]]:
    """The decorated functions given and those found in the modules, each once, in order.

    Raises:
        RegistrationError: A function is not decorated, or a module holds no decorated function.
    """
    found: dict[int, Callable[..., Any]] = {}
    for function in functions:
        definition = definition_of(function)
        if definition is None:
            raise RegistrationError.about(f"{function!r} has no @client", "decorate it with @client, or leave it out")
        found.setdefault(id(definition), function)
    for entry in modules:
        module = import_module(entry) if isinstance(entry, str) else entry
        members = [(definition_of(member), member) for member in vars(module).values()]
        decorated = [(definition, member) for definition, member in members if definition is not None]
        if not decorated:
            raise RegistrationError.about(
                f"the module {module.__name__!r} holds no function with @client",
                "name the module that defines them",
            )
        for definition, member in decorated:
            found.setdefault(id(definition), member)
    return list(found.values())


def register(
    functions: Sequence[Callable[..., Any]],
    framework: Framework,
    *,
    base: str,
    expose_ir: bool,
    limits: Limits | None = None,
) -> Registration:
    """Read the annotations of all functions and write the registration document.

    Raises:
        RegistrationError: With every problem that Python can see; the core finds the others.
    """
    # The core has no threads, and so no word for those that are left behind.
    of_the_core = dict(limits or {})
    left_behind = of_the_core.pop("left_behind", _LEFT_BEHIND)
    if not isinstance(left_behind, int) or left_behind < 1:
        raise RegistrationError.about(f"the limit `left_behind` is {left_behind!r}", "give a whole number from 1 on")
    registration = Registration(left_behind=left_behind)
    entries: list[dict[str, object]] = []
    contexts: dict[str, ReactContext] = {}
    problems: list[str] = []
    for function in functions:
        definition = definition_of(function)
        assert definition is not None  # noqa: S101 - `collect` took no other
        try:
            _note_contexts(definition, contexts)
            served, entry = _serve(definition, framework, registration)
        except RegistrationError as error:
            problems.append(str(error))
            continue
        deprecated = getattr(function, "__deprecated__", None)
        if isinstance(deprecated, str):
            entry["deprecated"] = deprecated
        registration.functions[definition.name] = served
        entries.append(entry)
    if problems:
        raise RegistrationError("\n".join(problems))
    for served in registration.functions.values():
        context = contexts.get(served.definition.context_name or "")
        served.is_public = context is not None and context.public
    document = {
        "version": 1,
        "base": base,
        "expose_ir": expose_ir,
        "limits": of_the_core or None,
        "contexts": [
            {"name": context.name, "public": context.public, "identity": context.identity}
            for context in contexts.values()
        ],
        "functions": entries,
    }
    registration.document = json.dumps(document).encode()
    return registration


def ready(application: Application, registration: Registration) -> list[Served]:
    """The functions in the order of their indexes, each with the encoder that its result goes through."""
    served = [registration.functions[name] for name in application.functions()]
    for index, one in enumerate(served):
        # Until here it is Pydantic's alone.
        general = cast("Encoder", one.encode)
        encoder = application.encoder(index, one.description, general)
        one.encode = encoder.encode
        one.begin = Runner(one.function, encoder if one.is_simple else None, awaited, announced.set).begin
        one.is_positional = one.signature is not None and application.positional(index, list(one.signature))
    return served


def _note_contexts(definition: Definition, contexts: dict[str, ReactContext]) -> None:
    for target in (definition.context, *definition.affects, *definition.merge):
        if isinstance(target, ReactContext) and contexts.setdefault(target.name, target) != target:
            definition.refuse(
                f"the context {target.name!r} is declared twice, with other options",
                "declare it once and import it where it is used",
            )


def _serve(
    definition: Definition, framework: Framework, registration: Registration
) -> tuple[Served, dict[str, object]]:
    hints = _hints(definition)
    received, injected, inputs = _sort_arguments(definition, hints, framework)
    converters: list[Converter] = []
    try:
        arguments, plan = input_schema(inputs, _EMPTY)
    except SchemaProblem as problem:
        definition.refuse(
            f"its arguments have no schema: {problem}",
            problem.fix or "use types that Pydantic describes in JSON Schema",
        )
    # Of one type, as the checker needs ten seconds for the fifty that a plan may have.
    plans = cast("Mapping[str, Any]", plan)
    fields: Mapping[str, Any] = plans.get("schema", plans)["fields"] if inputs else {}
    for name, (annotation, default) in inputs.items():
        _check_argument(definition, name, arguments)
        if not is_plain(fields[name]["schema"]):
            source = arguments_type({name: (annotation, default)}, _EMPTY) if isinstance(default, FieldInfo) else None
            converters.append(
                Converter(name, adapter_of(annotation if source is None else source.__annotations__[name]))
            )
    responds = _response_types(definition, hints["return"], framework)
    narrow = _narrowing(definition, inputs)
    try:
        output, adapter = output_schema(NoneType if responds else hints["return"])
    except SchemaProblem as problem:
        definition.refuse(
            f"its result has no schema: {problem}",
            problem.fix or "return a type that Pydantic describes in JSON Schema",
        )
    served = Served(
        definition=definition,
        function=definition.function,
        is_async=(is_async := inspect.iscoroutinefunction(definition.function)),
        is_alone=is_async and received.request is None and received.identity is None and not injected,
        request_argument=received.request,
        identity_argument=received.identity,
        injected=injected,
        converters=tuple(converters),
        result=adapter,
        encode=encoder_of(adapter),
        begin=Runner(definition.function, None, awaited, announced.set).begin,
        description=plan_of(adapter.core_schema),
        narrow=narrow,
        responds=responds,
        signature=tuple(inputs) if narrow is None and not converters and _takes_positions(definition, inputs) else None,
        is_positional=False,
        is_simple=narrow is None and not responds,
        is_public=False,
        place=f"{definition.source}: {definition.name}",
    )
    entry: dict[str, object] = {
        "name": definition.name,
        "source": {"file": relative_file(definition.file), "line": definition.line},
        "input": arguments,
        "output": output,
        "auth": _auth(definition, registration),
        "websocket": definition.websocket,
        # What only a page can return is nothing that a client could call.
        "private": definition.private or bool(responds),
        "affects": [_target(target) for target in definition.affects],
        "merge": [_target(target) for target in definition.merge],
        "errors": [_error(definition, declared, registration) for declared in definition.errors],
    }
    optional: dict[str, object] = {
        "doc": inspect.getdoc(definition.function),
        "context": definition.context_name,
        "route": None
        if definition.route is None
        else {"path": definition.route, "methods": list(definition.methods or ("GET",))},
        "timeout_ms": None if definition.timeout is None else max(1, round(definition.timeout * 1000)),
        "cache": definition.cache,
        "rev": definition.rev,
    }
    facts = {
        "reads_request": received.request is not None or bool(injected),
        "reads_identity": received.identity is not None,
        "computes_params": definition.affects_params is not None,
    }
    optional.update({name: True for name, holds in facts.items() if holds})
    entry.update({key: value for key, value in optional.items() if value is not None})
    if not _is_finite(entry):
        definition.refuse("a default inside its types is NaN or infinite", "use a finite number, or `None`")
    return served, entry


def _hints(definition: Definition) -> dict[str, Any]:
    plain = inspect.unwrap(definition.function)
    try:
        return get_type_hints(plain, include_extras=True)
    except NameError as error:
        definition.refuse(
            f"its annotations name {error.name!r}, which {plain.__module__} does not define",
            "import or define it at the top of the module; a name under `if TYPE_CHECKING:` is not there at run time",
        )


def _sort_arguments(
    definition: Definition, hints: Mapping[str, object], framework: Framework
) -> tuple[_Received, dict[str, inspect.Parameter], dict[str, tuple[object, object]]]:
    received = _Received()
    injected: dict[str, inspect.Parameter] = {}
    inputs: dict[str, tuple[object, object]] = {}
    for position, parameter in enumerate(definition.parameters):
        annotation = hints.get(parameter.name, _EMPTY)
        is_request = isinstance(annotation, type) and issubclass(annotation, framework.request_types)
        if position == 0 and (parameter.name == "request" or is_request):
            received.request = parameter.name
            continue
        if is_request:
            definition.refuse(
                f"the argument {parameter.name!r} asks for the request, and is not the first", "make it the first"
            )
        if annotation is Identity or _is_maybe_identity(annotation):
            _check_identity(definition, parameter.name, annotation)
            received.identity = parameter.name
            continue
        try:
            if framework.injects(annotation, parameter.default):
                injected[parameter.name] = parameter.replace(annotation=annotation)
                continue
        except SchemaProblem as problem:
            definition.refuse(f"the argument {parameter.name!r}: {problem}", problem.fix or "put it into a dependency")
        inputs[parameter.name] = (annotation, parameter.default)
    return received, injected, inputs


def _response_types(definition: Definition, annotation: object, framework: Framework) -> tuple[type, ...]:
    arms = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    found = tuple(arm for arm in arms if isinstance(arm, type) and issubclass(arm, framework.response_types))
    if not found:
        return ()
    if len(found) < len(arms):
        definition.refuse("it returns a response or data", "let it return one of the two")
    if definition.route is None:
        definition.refuse(
            f"it returns {found[0].__name__}, which only a page can", 'say route="/…", or return data that has a type'
        )
    if definition.context is not None:
        definition.refuse(
            f"it returns {found[0].__name__}, and a bundle is made of data", "return data, or leave the context out"
        )
    return found


def _takes_positions(definition: Definition, inputs: Mapping[str, object]) -> bool:
    """Whether its arguments are inputs, and what is called takes them in the order of the signature."""
    function = definition.function
    if not inspect.isfunction(function) or hasattr(function, "__wrapped__"):
        # Somebody's decorator: nobody knows how it reads its arguments.
        return False
    by_name_alone = any(parameter.kind is parameter.KEYWORD_ONLY for parameter in definition.parameters)
    return not by_name_alone and len(inputs) == len(definition.parameters)


def _is_maybe_identity(annotation: object) -> bool:
    return get_origin(annotation) in {Union, UnionType} and set(get_args(annotation)) == {Identity, NoneType}


def _check_identity(definition: Definition, name: str, annotation: object) -> None:
    if annotation is Identity and definition.auth is None:
        definition.refuse(
            f"the argument {name!r} is always an Identity, and anybody may call",
            'give the function a guard such as `auth="authenticated"`, or annotate `Identity | None`',
        )


def _check_argument(definition: Definition, name: str, arguments: Mapping[str, Any]) -> None:
    schema = arguments["properties"].get(name)
    if schema is None:
        definition.refuse(
            f"the argument {name!r} has an alias", "name the argument as it stands on the wire, without an alias"
        )
    if name not in arguments.get("required", ()) and "default" not in schema:
        definition.refuse(
            f"the default of the argument {name!r} is made anew at each call", "give it a default that is a value"
        )
    if not _is_finite(schema.get("default")):
        definition.refuse(
            f"the default of the argument {name!r} is NaN or infinite", "use a finite number, or `None` for none"
        )


def _is_finite(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def _narrowing(
    definition: Definition, inputs: Mapping[str, object]
) -> Callable[[object, Mapping[str, object]], Mapping[str, object]] | None:
    narrow = definition.affects_params
    if narrow is None:
        return None
    names = list(inspect.signature(narrow).parameters)[1:]
    unknown = [name for name in names if name not in inputs]
    if unknown:
        definition.refuse(
            f"affects_params asks for {', '.join(map(repr, unknown))}, which is no argument of the function",
            "let it take the result first, then arguments of the function by name",
        )
    return lambda result, arguments: narrow(result, **{name: arguments[name] for name in names})


def _target(target: Target) -> object:
    if isinstance(target, ReactContext):
        # A function may have the same name.
        return {"context": target.name}
    definition = definition_of(target)
    if definition is None or definition.context_name is None:
        return target_name(target)
    return {"context": definition.context_name, "function": definition.name}


def _auth(definition: Definition, registration: Registration) -> object:
    auth: Auth | None = definition.auth
    if auth is None:
        return "none"
    if isinstance(auth, str):
        return {"permissions": [auth]} if "." in auth else auth
    if isinstance(auth, Sequence):
        return {"permissions": list(cast("Sequence[str]", auth))}
    name: str = getattr(auth, "__name__", "")
    if registration.guards.setdefault(name, auth) is not auth:
        definition.refuse(f"another guard is called {name!r} too", "rename one of them")
    return {"guard": name}


def _error(definition: Definition, declared: type[Error], registration: Registration) -> dict[str, object]:
    entry: dict[str, object] = {"code": error_code(declared), "status": declared.status}
    encoder = None
    types = data_types(declared)
    if types:
        fields = arguments_type({name: (annotation, _EMPTY) for name, annotation in types.items()}, _EMPTY)
        try:
            schema, adapter = output_schema(fields)
        except SchemaProblem as problem:
            definition.refuse(
                f"the data of {declared.__name__} has no schema: {problem}", problem.fix or "use types with a JSON form"
            )
        schema.pop("x-mizan-name", None)
        schema.pop("title", None)
        entry["data"] = schema
        encoder = encoder_of(adapter)
    registration.error_encoders[declared] = encoder
    return entry

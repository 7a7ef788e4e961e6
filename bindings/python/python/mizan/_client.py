"""The `client` decorator: what one server function says about itself."""

import inspect
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import NoReturn, TypeVar, cast, overload

from mizan._context import ReactContext
from mizan._errors import Error, RegistrationError
from mizan._invalidation import Target, target_name

Function = TypeVar("Function", bound=Callable[..., object])
Auth = str | Sequence[str] | Callable[..., object]

_FUNCTION_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_AUTH_WORDS = ("none", "authenticated", "staff", "superuser")


@dataclass(frozen=True, slots=True)
class Definition:
    """One declared function: the callable and its options, checked as far as one function alone can be."""

    function: Callable[..., object]
    name: str
    file: str
    """As `co_filename` has it."""
    line: int
    parameters: tuple[inspect.Parameter, ...]
    context: ReactContext | str | None
    affects: tuple[Target, ...]
    affects_params: Callable[..., Mapping[str, object]] | None
    merge: tuple[Target, ...]
    auth: Auth | None
    websocket: bool
    private: bool
    route: str | None
    methods: tuple[str, ...]
    rev: int | None
    cache: bool | int | None
    errors: tuple[type[Error], ...]
    timeout: float | None

    @property
    def context_name(self) -> str | None:
        """The name of the context that it is a member of."""
        return None if self.context is None else target_name(self.context)

    @property
    def source(self) -> str:
        """`file:line`, the file as seen from the working directory."""
        return f"{relative_file(self.file)}:{self.line}"

    def refuse(self, problem: str, fix: str) -> NoReturn:
        """Raise a `RegistrationError` that names this function."""
        raise RegistrationError.about(problem, fix, function=self.name, source=self.source)


def relative_file(file: str) -> str:
    """A source file as seen from the working directory, with `/`; one outside of it stays absolute."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


@overload
def client(function: Function, /) -> Function: ...
@overload
def client(
    *,
    context: ReactContext | str | None = None,
    affects: Target | Sequence[Target] = (),
    affects_params: Callable[..., Mapping[str, object]] | None = None,
    merge: Target | Sequence[Target] = (),
    auth: Auth | None = None,
    websocket: bool = False,
    private: bool = False,
    route: str | None = None,
    methods: Sequence[str] = (),
    rev: int | None = None,
    cache: bool | int | None = None,
    errors: Sequence[type[Error]] = (),
    timeout: float | None = None,
    name: str | None = None,
) -> Callable[[Function], Function]: ...
def client(
    function: Function | None = None,
    /,
    *,
    context: ReactContext | str | None = None,
    affects: Target | Sequence[Target] = (),
    affects_params: Callable[..., Mapping[str, object]] | None = None,
    merge: Target | Sequence[Target] = (),
    auth: Auth | None = None,
    websocket: bool = False,
    private: bool = False,
    route: str | None = None,
    methods: Sequence[str] = (),
    rev: int | None = None,
    cache: bool | int | None = None,
    errors: Sequence[type[Error]] = (),
    timeout: float | None = None,
    name: str | None = None,
) -> Function | Callable[[Function], Function]:
    """Declare a function that clients may call. It stays the function that it is, and can be called as ever.

    Its type hints are its schema: every argument and the result need one. A first argument named `request` (or
    annotated with the framework's request class) receives the framework's request and is no input.

    Args:
        function: The function, where the decorator is used bare.
        context: The context whose bundle it is a member of. Such a function reads, and affects nothing.
        affects: What it changes: contexts, or single members of them.
        affects_params: Called with the result (and with those arguments that it names) it returns the params that
            narrow what is affected, beyond the arguments that share a name with a param.
        merge: The contexts whose bundles its result is spliced into.
        auth: Who may call: `"authenticated"`, `"staff"`, `"superuser"`, a permission such as `"shop.change_order"`,
            a list of permissions that are all needed, or a callable of (request, identity) that returns whether.
        websocket: Whether it can be reached over a WebSocket.
        private: Whether no client may call it, only the server itself.
        route: The path of the page that it answers, with `:param` parts.
        methods: The HTTP methods of that page; `GET` where none are named.
        rev: The revision of its data's meaning; raise it when that changes. 1 where none is named.
        cache: How many seconds its data may be cached, or `False` for not at all.
        errors: Its own errors, which clients see typed.
        timeout: Seconds after which it is answered `TIMEOUT`; 30 where none are named.
        name: Its name on the wire; the function's own where none is given.

    Raises:
        RegistrationError: The declaration cannot be served; the text names file, line and function.
    """

    def declare(declared: Function) -> Function:
        definition = _define(
            declared,
            name=name,
            context=context,
            affects=_targets(affects),
            affects_params=affects_params,
            merge=_targets(merge),
            auth=auth,
            websocket=websocket,
            private=private,
            route=route,
            methods=tuple(methods),
            rev=rev,
            cache=cache,
            errors=tuple(errors),
            timeout=timeout,
        )
        cast("FunctionType", declared).__dict__["__mizan__"] = definition
        return declared

    return declare if function is None else declare(function)


def definition_of(function: object) -> Definition | None:
    """What `client` noted on a function, if it was decorated."""
    found = getattr(function, "__mizan__", None)
    return found if isinstance(found, Definition) else None


def _define(declared: Callable[..., object], *, name: str | None, **options: object) -> Definition:
    plain = inspect.unwrap(declared)
    if not inspect.isfunction(plain):
        problem = f"@client decorates functions, and {declared!r} is none"
        raise RegistrationError.about(
            problem, "put it on a plain `def` or `async def` (below @staticmethod, if there is one)"
        )
    definition = Definition(
        function=declared,
        name=plain.__name__ if name is None else name,
        file=plain.__code__.co_filename,
        line=plain.__code__.co_firstlineno,
        parameters=tuple(_signature(plain).parameters.values()),
        **options,  # pyright: ignore[reportArgumentType]
    )
    _check_name(definition)
    _check_signature(definition, _signature(plain))
    _check_options(definition)
    return definition


def _targets(targets: Target | Sequence[Target]) -> tuple[Target, ...]:
    if isinstance(targets, Sequence) and not isinstance(targets, str):
        return tuple(cast("Sequence[Target]", targets))
    return (targets,)


def _signature(function: FunctionType) -> inspect.Signature:
    """The signature; annotations that cannot be read yet stay as they are."""
    if sys.version_info >= (3, 14):
        from annotationlib import Format  # noqa: PLC0415

        return inspect.signature(function, annotation_format=Format.FORWARDREF)
    return inspect.signature(function)


def _check_name(definition: Definition) -> None:
    if not _FUNCTION_NAME.fullmatch(definition.name):
        suggestion = re.sub(r"[^a-z0-9_.]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", definition.name).lower())
        definition.refuse(
            f"{definition.name!r} is no name for a function: lower case letters, digits and _, with dots between parts",
            f'rename it, or say name="{suggestion.strip("_.")}"',
        )


def _check_signature(definition: Definition, signature: inspect.Signature) -> None:
    plain = cast("FunctionType", inspect.unwrap(definition.function))
    if inspect.isgeneratorfunction(plain) or inspect.isasyncgenfunction(plain):
        definition.refuse("it yields, and a function answers once", "return a list")
    for position, parameter in enumerate(signature.parameters.values()):
        name = parameter.name
        match parameter.kind:
            case parameter.POSITIONAL_ONLY:
                definition.refuse(f"the argument {name!r} is positional-only", "remove the `/`: inputs have names")
            case parameter.VAR_POSITIONAL:
                definition.refuse(f"*{name} has no names for its values", "declare each argument, or take one list")
            case parameter.VAR_KEYWORD:
                definition.refuse(f"**{name} has no types for its values", "declare each argument, or take one dict")
            case _:
                pass
        if position == 0 and name == "request":
            continue
        if parameter.annotation is parameter.empty:
            definition.refuse(f"the argument {name!r} has no type", f"annotate it, as in `{name}: int`")
        if not _NAME.fullmatch(name):
            definition.refuse(
                f"{name!r} is no name for an argument: lower case letters, digits and _, a letter first",
                "rename it",
            )
    if signature.return_annotation is signature.empty:
        definition.refuse(
            "it does not say what it returns", "annotate the result, as in `-> Profile`, or `-> None` for nothing"
        )


def _check_options(definition: Definition) -> None:
    context = definition.context_name
    if context is not None:
        for option in ("affects", "merge", "affects_params"):
            if getattr(definition, option):
                definition.refuse(
                    f"it is a member of the context {context!r}, which reads, and has {option}, which writes",
                    "make it two functions: one that reads, in the context, and one that writes",
                )
        if not _NAME.fullmatch(context):
            definition.refuse(
                f"{context!r} is no name for a context: lower case letters, digits and _",
                "rename the context",
            )
    if definition.affects_params is not None and not (definition.affects or definition.merge):
        definition.refuse("affects_params has nothing to narrow", "say what it affects, or leave affects_params out")
    for option in ("affects", "merge"):
        for target in getattr(definition, option):
            try:
                target_name(target)
            except TypeError as error:
                definition.refuse(f"{option}: {error}", "name contexts, or functions that are decorated above this one")
    if definition.methods and definition.route is None:
        definition.refuse("methods belong to a route, and it has none", 'say route="/…", or leave methods out')
    if definition.timeout is not None and not 0 < definition.timeout < float("inf"):
        definition.refuse(f"a timeout of {definition.timeout} s", "name the seconds, more than 0; 30 is the default")
    _check_auth(definition)
    for declared in definition.errors:
        if not (isinstance(declared, type) and issubclass(declared, Error)):  # pyright: ignore[reportUnnecessaryIsInstance]
            definition.refuse(
                f"errors: {declared!r} is not a subclass of mizan.Error",
                "derive it from mizan.Error; the protocol's own errors need no declaration",
            )


def _check_auth(definition: Definition) -> None:
    auth = definition.auth
    if auth is None:
        return
    if isinstance(auth, str):
        if auth not in _AUTH_WORDS and "." not in auth:
            definition.refuse(
                f"auth={auth!r} is neither one of {', '.join(_AUTH_WORDS)} nor a permission, which has a dot",
                'write a permission as "app.name", or pass a callable of (request, identity)',
            )
    elif isinstance(auth, Sequence):
        if not auth:
            definition.refuse("auth is an empty list, which would let nobody or everybody in", 'say "authenticated"')
    elif not _NAME.fullmatch(getattr(auth, "__name__", "")):
        definition.refuse("the guard has no name of its own", "define it with `def`, in lower case")

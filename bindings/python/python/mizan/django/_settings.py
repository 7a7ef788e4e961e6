"""The `MIZAN` setting: what may stand in it, and what an application is given because of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from types import NoneType
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

from mizan._core import hmac_sha256
from mizan._protection import Cache, Tokens, environment
from mizan._registration import Limits

if TYPE_CHECKING:
    from mizan._core import Purpose
    from mizan._protection import Secret

# What Mizan's secret is made from Django's with. Django's own uses have other labels, and another construction.
_LABEL = b"mizan.django/v1/secret"

_TEXTS = "a list of texts"
_CALLABLE = "a function, or the dotted path of one"
_SECRETS = "text of at least 32 bytes, or a list of such, the newest first"

# Each key: the classes of its value, and the words for them.
_KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    "CACHE": ((str, dict, Cache, NoneType), '"memory", "redis://…", or a dict'),
    "CSRF": ((bool,), "True or False"),
    "EXPOSE_IR": ((bool,), "True or False"),
    "IDENTIFY": ((str, Callable), _CALLABLE),  # type: ignore[dict-item]
    "KEYS": ((dict,), "a dict from purposes to lists of (name, secret)"),
    "LIMITS": ((dict,), "a dict of numbers"),
    "MODULES": ((list, tuple), _TEXTS),
    "SECRET": ((str, bytes, list, tuple), _SECRETS),
    "TOKENS": ((dict, Tokens, NoneType), "a dict"),
    "TRUSTED_ORIGINS": ((list, tuple), _TEXTS),
}
_CACHE_KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    "LEASE": ((int, float, NoneType), "seconds"),
    "MAX_BYTES": ((int,), "a number of bytes"),
    "PATIENCE": ((int, float), "seconds"),
    "PREFIX": ((str,), "text"),
    "STORE": ((str,), '"memory" or "redis://…"'),
    "TIMEOUT": ((int, float), "seconds"),
}
_TOKEN_KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    "ACCESS": ((bool,), "True or False"),
    "AUDIENCE": ((str,), "text"),
    "FIND": ((str, Callable, NoneType), _CALLABLE),  # type: ignore[dict-item]
    "FUNCTIONS": ((list, tuple, set, frozenset), _TEXTS),
    "LEEWAY": ((int,), "seconds"),
    "MWT": ((bool,), "True or False"),
    "PERMISSIONS": ((str, Callable, NoneType), _CALLABLE),  # type: ignore[dict-item]
}
_LIMIT_KEYS: dict[str, tuple[tuple[type, ...], str]] = {
    name.upper(): ((int,), "a number") for name in Limits.__annotations__
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a system check tells."""

    id: str
    message: str
    hint: str


@dataclass(slots=True)
class Options:
    """What stands in `MIZAN`, with everything looked up; what is wrong with it is left out, and a problem."""

    secret: list[Secret] | None = None
    """None for what the environment holds."""
    keys: dict[Purpose, Sequence[tuple[str, Secret]]] | None = None
    cache: Cache | None = None
    tokens: Tokens | None = None
    csrf: bool | None = None
    identify: Callable[..., object] | None = None
    trusted_origins: list[str] = field(default_factory=list[str])
    limits: Limits | None = None
    expose_ir: bool = False
    modules: list[str] = field(default_factory=list[str])
    problems: list[Problem] = field(default_factory=list[Problem])

    def refuse(self, code: str, message: str, hint: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(f"mizan.{code}", message, hint))


def read() -> Options:
    """Read the settings."""
    options = Options()
    raw: object = getattr(settings, "MIZAN", {})
    if not isinstance(raw, dict):
        options.refuse("E001", f"MIZAN is {type(raw).__name__}, not a dict", 'write MIZAN = {"CACHE": "memory", …}')
        raw = {}
    given = _known(options, "MIZAN", cast("dict[object, Any]", raw), _KEYS)
    options.csrf = given.get("CSRF")
    options.expose_ir = given.get("EXPOSE_IR", False)
    options.identify = _function(options, 'MIZAN["IDENTIFY"]', given.get("IDENTIFY"))
    options.keys = {purpose.lower(): keys for purpose, keys in given.get("KEYS", {}).items()} or None
    options.modules = _texts(options, "MODULES", given)
    options.cache = _cache(options, given.get("CACHE"))
    options.tokens = _tokens(options, given.get("TOKENS"))
    limits = _known(options, 'MIZAN["LIMITS"]', given.get("LIMITS", {}), _LIMIT_KEYS)
    options.limits = cast("Limits", {name.lower(): limit for name, limit in limits.items()}) or None
    # What Django trusts, Mizan does; its wildcards are not the protocol's (CSRF-6), and a check says so.
    django: list[str] = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if "*" not in origin]
    options.trusted_origins = [*_texts(options, "TRUSTED_ORIGINS", given), *django]
    options.secret = _secret(options, given.get("SECRET"))
    return options


def _known(
    options: Options, place: str, given: Mapping[Any, Any], keys: Mapping[str, tuple[tuple[type, ...], str]]
) -> dict[str, Any]:
    """The members whose key is known and whose value is of its type; the others are problems."""
    taken: dict[str, Any] = {}
    for key, value in given.items():
        if key not in keys:
            near = get_close_matches(str(key).upper(), keys, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(keys)}"
            options.refuse("E002", f"{place} has no key {key!r}", hint)
            continue
        classes, words = keys[key]
        # True is a number to Python, and to nobody else.
        if not isinstance(value, classes) or (isinstance(value, bool) and bool not in classes):
            options.refuse("E003", f"{place}[{key!r}] is {type(value).__name__}", f"it is {words}")
            continue
        taken[key] = value
    return taken


def _texts(options: Options, key: str, given: Mapping[str, Any]) -> list[str]:
    values = list(given.get(key, ()))
    if all(isinstance(value, str) for value in values):
        return values
    options.refuse("E003", f"MIZAN[{key!r}] holds something that is no text", f"it is {_TEXTS}")
    return []


def _function(options: Options, place: str, found: object) -> Callable[..., Any] | None:
    if isinstance(found, str):
        try:
            found = import_string(found)
        except ImportError as error:
            options.refuse("E005", f"{place}: {error}", "name a function that can be imported: 'shop.auth.identify'")
            return None
        if not callable(found):
            options.refuse("E005", f"{place} names {type(found).__name__}, not a function", f"it is {_CALLABLE}")
            return None
    return cast("Callable[..., Any] | None", found)


def _cache(options: Options, given: object) -> Cache | None:
    if given is None or isinstance(given, Cache):
        return given
    raw = {"STORE": given} if isinstance(given, str) else cast("dict[Any, Any]", given)
    taken = _known(options, 'MIZAN["CACHE"]', raw, _CACHE_KEYS)
    return Cache(**{name.lower(): value for name, value in taken.items()})


def _tokens(options: Options, given: object) -> Tokens | None:
    if given is None or isinstance(given, Tokens):
        return given
    taken = _known(options, 'MIZAN["TOKENS"]', cast("dict[Any, Any]", given), _TOKEN_KEYS)
    for key in ("FIND", "PERMISSIONS"):
        taken[key] = _function(options, f'MIZAN["TOKENS"][{key!r}]', taken.get(key))
    names = {field.name for field in fields(Tokens)}
    return Tokens(**{name.lower(): value for name, value in taken.items() if name.lower() in names})


def _secret(options: Options, given: Secret | Sequence[Secret] | None) -> list[Secret] | None:
    """Mizan's own secret; else what the environment holds; else keys derived from Django's."""
    if given is not None:
        return [given] if isinstance(given, str | bytes) else list(given)
    if any(held is not None for held in environment()):
        return None
    derived: list[Secret] = []
    django = {"SECRET_KEY": [settings.SECRET_KEY], "SECRET_KEY_FALLBACKS": settings.SECRET_KEY_FALLBACKS}
    for name, secrets in cast("dict[str, list[str | bytes]]", django).items():
        for secret in secrets:
            text = secret.encode() if isinstance(secret, str) else secret
            if len(text) < 32:
                options.refuse(
                    "E004",
                    f"there is no MIZAN_SECRET, and {name} has {len(text)} bytes, too few to derive one from",
                    'set MIZAN["SECRET"], or MIZAN_SECRET in the environment, to at least 32 random bytes',
                )
                continue
            derived.append(hmac_sha256(text, _LABEL))
    return derived

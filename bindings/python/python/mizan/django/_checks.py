"""The system checks: what is wrong with `MIZAN`, the URLs and the declarations, each with an id and what to do.

| id | what |
| --- | --- |
| `mizan.E001` | `MIZAN` is no dict |
| `mizan.E002` | an unknown key |
| `mizan.E003` | a value of a wrong type |
| `mizan.E004` | no secret, or one that is none |
| `mizan.E005` | a dotted path that leads nowhere |
| `mizan.E006` | a declaration, or a combination of settings, that cannot be served |
| `mizan.W001` | the protocol's URLs are not included |
| `mizan.W002` | a function has a page, and the pages' URLs are not included at the root |
| `mizan.W003` | an origin with a wildcard in `CSRF_TRUSTED_ORIGINS`, which Mizan does not read |
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.urls import NoReverseMatch, get_resolver

from mizan._client import definition_of
from mizan._errors import RegistrationError
from mizan.django import _settings
from mizan.django._application import Mizan, base, functions, served_base

# How problems of secrets begin: with the name of the setting, or of the variable.
_SECRET = ('MIZAN["KEYS"]', 'MIZAN["SECRET"]', "MIZAN_SECRET")


def check(**_: Any) -> list[CheckMessage]:  # noqa: ANN401 - as Django calls it
    """Tell everything that is wrong."""
    options = _settings.read()
    found: list[CheckMessage] = [Error(one.message, hint=one.hint, id=one.id) for one in options.problems]
    if not found:
        try:
            Mizan(options, served_base())
            found.extend(_pages(options))
        except (RegistrationError, ImportError) as error:
            found.extend(_errors(str(error)))
        if base() is None:
            found.append(
                checks.Warning(
                    "the URLs of the project do not have Mizan's",
                    hint='add path("api/mizan/", include("mizan.django.urls")) to urlpatterns',
                    id="mizan.W001",
                )
            )
    found.extend(
        checks.Warning(
            f"Mizan does not read {origin!r} of CSRF_TRUSTED_ORIGINS: it has a wildcard",
            hint='list the origins in MIZAN["TRUSTED_ORIGINS"], one by one',
            id="mizan.W003",
        )
        for origin in settings.CSRF_TRUSTED_ORIGINS
        if "*" in origin
    )
    return found


def _errors(text: str) -> Iterator[Error]:
    """Each problem of several as an error of its own, its help as the hint."""
    for line in text.splitlines():
        if line.startswith("  help: "):
            continue
        if line.startswith(_SECRET):
            yield Error(line, hint=_help(text, line) or "set it to at least 32 random bytes", id="mizan.E004")
        else:
            yield Error(line, hint=_help(text, line), id="mizan.E006")


def _help(text: str, line: str) -> str | None:
    _, _, after = text.partition(line + "\n")
    first = after.partition("\n")[0]
    return first.removeprefix("  help: ") if first.startswith("  help: ") else None


def _pages(options: _settings.Options) -> Iterator[checks.Warning]:
    definitions = [definition_of(function) for function in functions(options.modules)]
    pages = [one for one in definitions if one is not None and one.route is not None]
    if not pages:
        return
    try:
        prefix = get_resolver().namespace_dict["mizan_pages"][0]
    except (KeyError, NoReverseMatch):
        prefix = None
    if prefix != "":
        yield checks.Warning(
            f"{pages[0].name} ({pages[0].source}) has a page, and the URLs of the project do not have the pages"
            + ("" if prefix is None else f" at the root, but below {prefix!r}"),
            hint='add path("", include("mizan.django.pages")) to the urlpatterns of the project',
            id="mizan.W002",
        )

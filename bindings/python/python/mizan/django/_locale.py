"""The language and the timezone that Django's middleware makes current for a visitor.

They are no part of the name that a bundle is kept under. So what is everybody's is made in those of the project, and
what is not is neither found nor kept while others are current: it speaks the visitor's, and the cache is left out.
"""

from contextvars import ContextVar
from types import ModuleType

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import trans_real


def become_usual() -> None:
    """Make the language and the timezone of the project current, in the context variables that are here."""
    if not is_untouched(trans_real):
        translation.activate(settings.LANGUAGE_CODE)
    if not is_untouched(timezone):
        timezone.deactivate()


def is_usual() -> bool:
    """Whether the language and the timezone of the project are current."""
    return _is_usual_language() and _is_usual_timezone()


def speaks_exactly_as_usual() -> bool:
    """Whether the language of the project is current, and no variant of it."""
    return is_untouched(trans_real) or translation.get_language() == settings.LANGUAGE_CODE


def _is_usual_timezone() -> bool:
    if is_untouched(timezone):
        return True
    current, usual = timezone.get_current_timezone(), timezone.get_default_timezone()
    # Mostly the very same. Their names are texts that are made anew for each question.
    return current is usual or timezone.get_current_timezone_name() == timezone.get_default_timezone_name()


def _is_usual_language() -> bool:
    if is_untouched(trans_real):
        return True
    language = translation.get_language()
    if language == settings.LANGUAGE_CODE:
        return True
    try:
        # What `LocaleMiddleware` makes of it: "en" where "en-us" is not among the project's languages.
        return language == translation.get_supported_language_variant(settings.LANGUAGE_CODE)
    except LookupError:
        return False


def is_untouched(module: ModuleType) -> bool:
    """Whether nobody ever made a language or a timezone current here, as far as that can be told of Django's module.

    Django finds out by an exception with a text for nobody, which takes longer than the core takes for a hit.
    """
    storage = getattr(getattr(module, "_active", None), "_storage", None)
    variable: ContextVar[object] | None = getattr(storage, "_data", None)
    return isinstance(variable, ContextVar) and variable.get(None) is None

"""The language and the timezone that Django's middleware makes current for a visitor.

They are no part of the name that a bundle is kept under. So what is everybody's is made in those of the project, and
what is not is neither found nor kept while others are current: it speaks the visitor's, and the cache is left out.
"""

from django.conf import settings
from django.utils import timezone, translation


def become_usual() -> None:
    """Make the language and the timezone of the project current, in the context variables that are here."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


def is_usual() -> bool:
    """Whether the language and the timezone of the project are current."""
    return _is_usual_language() and _is_usual_timezone()


def _is_usual_timezone() -> bool:
    current, usual = timezone.get_current_timezone(), timezone.get_default_timezone()
    # Mostly the very same. Their names are texts that are made anew for each question.
    return current is usual or timezone.get_current_timezone_name() == timezone.get_default_timezone_name()


def _is_usual_language() -> bool:
    language = translation.get_language()
    if language == settings.LANGUAGE_CODE:
        return True
    try:
        # What `LocaleMiddleware` makes of it: "en" where "en-us" is not among the project's languages.
        return language == translation.get_supported_language_variant(settings.LANGUAGE_CODE)
    except LookupError:
        return False

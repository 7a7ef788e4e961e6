"""The system checks: what is wrong with a project is told by an id, with what to do."""

import pytest
from django.core.checks import CheckMessage, run_checks
from django.test import override_settings

SHORT = "a short one"


def found() -> dict[str | None, CheckMessage]:
    """What Mizan's check finds, by its id."""
    return {one.id: one for one in run_checks() if (one.id or "").startswith("mizan.")}


def test_a_project_that_is_right_has_nothing_to_be_told():
    assert found() == {}


@pytest.mark.parametrize(
    ("mizan", "code", "message", "hint"),
    [
        (["memory"], "mizan.E001", "MIZAN is list, not a dict", "write MIZAN = {"),
        ({"CASHE": "memory"}, "mizan.E002", "MIZAN has no key 'CASHE'", "did you mean 'CACHE'?"),
        ({"CACHE": {"STOR": "memory"}}, "mizan.E002", "MIZAN[\"CACHE\"] has no key 'STOR'", "did you mean 'STORE'?"),
        ({"ZZZ": 1}, "mizan.E002", "MIZAN has no key 'ZZZ'", "the keys are CACHE, CSRF"),
        ({"CSRF": "yes"}, "mizan.E003", "MIZAN['CSRF'] is str", "it is True or False"),
        ({"LIMITS": {"BODY": True}}, "mizan.E003", "MIZAN[\"LIMITS\"]['BODY'] is bool", "it is a number"),
        ({"TRUSTED_ORIGINS": [5]}, "mizan.E003", "holds something that is no text", "it is a list of texts"),
        ({"SECRET": SHORT}, "mizan.E004", 'MIZAN["SECRET"] is shorter than 32 bytes', "random"),
        ({"KEYS": {"mwt": [("a", SHORT)]}}, "mizan.E004", 'MIZAN["KEYS"]["mwt"] is shorter than 32', "random"),
        ({"IDENTIFY": "nowhere.at_all"}, "mizan.E005", "No module named 'nowhere'", "can be imported"),
        ({"IDENTIFY": "bookstore.settings.USE_TZ"}, "mizan.E005", "names bool, not a function", "a function"),
        ({"MODULES": ["nowhere"]}, "mizan.E006", "No module named 'nowhere'", None),
    ],
)
def test_each_mistake_in_the_setting_has_an_id_and_a_hint(mizan: object, code: str, message: str, hint: str | None):
    with override_settings(MIZAN=mizan):
        told = found()
    assert set(told) == {code}
    assert message in told[code].msg
    if hint is not None:
        assert hint in (told[code].hint or "")


def test_a_secret_that_is_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("MIZAN_SECRET", raising=False)
    with override_settings(SECRET_KEY=SHORT):
        told = found()
    assert set(told) == {"mizan.E004"}
    assert "SECRET_KEY has 11 bytes" in told["mizan.E004"].msg
    assert 'set MIZAN["SECRET"]' in (told["mizan.E004"].hint or "")


def test_urls_that_are_not_there():
    with override_settings(ROOT_URLCONF="django.contrib.auth.urls"):
        told = found()
    assert set(told) == {"mizan.W001", "mizan.W002"}
    assert 'path("api/mizan/", include("mizan.django.urls"))' in (told["mizan.W001"].hint or "")
    assert "clients.py:" in told["mizan.W002"].msg
    assert 'path("", include("mizan.django.pages"))' in (told["mizan.W002"].hint or "")


def test_a_wildcard_that_is_not_read():
    with override_settings(CSRF_TRUSTED_ORIGINS=["https://*.example.org"]):
        told = found()
    assert set(told) == {"mizan.W003"}
    assert "'https://*.example.org'" in told["mizan.W003"].msg

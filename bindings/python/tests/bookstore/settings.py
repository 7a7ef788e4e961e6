"""The project's settings. The environment says what the tests vary."""

import json
import os

SECRET_KEY = os.environ.get("BOOKSTORE_SECRET_KEY", "one secret for the bookstore's tests, and no other use")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bookstore.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "mizan.django",
    "bookstore",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "ATOMIC_REQUESTS": True,
        **json.loads(os.environ.get("BOOKSTORE_DATABASE", "{}")),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True
MIZAN = {
    "CACHE": "memory",
    "TOKENS": {"FUNCTIONS": ["mwt_obtain"]},
    **json.loads(os.environ.get("BOOKSTORE_MIZAN", "{}")),
}

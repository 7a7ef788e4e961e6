"""The settings of the shop.

`SHOP_DATABASE` names the file of the database (`shop.sqlite3` beside `manage.py`), `SHOP_SECRET` the secret key.
"""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[1]

WEB = BASE_DIR.parent / "shop" / "web" / "dist"
"""Where the page is built: it is the same for every back end."""

DEBUG = os.environ.get("SHOP_DEBUG") == "1"
# Good for a shop that anybody may look at, and for no other.
SECRET_KEY = os.environ.get("SHOP_SECRET", "a secret of the example, which is in everybody's hands")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "mizan.django",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SHOP_DATABASE", BASE_DIR / "shop.sqlite3"),
        "ATOMIC_REQUESTS": True,
        # Two who order at once wait for each other, and no request fails for it.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
        # A file, as in operation: connections that share memory do not wait for each other.
        "TEST": {"NAME": BASE_DIR / "test.sqlite3"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "static/"
USE_TZ = True
TIME_ZONE = "UTC"

"""The settings. There is no middleware, which would cost every contender alike, and no database: data are in memory."""

import os

SECRET_KEY = "a secret of the benchmark's own, 32"  # noqa: S105
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["mizan.django", f"apps.site.{os.environ.get('BENCH_MEMBERS', 'sync')}"]
MIDDLEWARE: list[str] = []
DATABASES: dict[str, dict[str, str]] = {}
ROOT_URLCONF = f"apps.site.{os.environ['BENCH_URLS']}"
MIZAN = {"CACHE": "memory"} if "BENCH_CACHE" in os.environ else {}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}

"""The settings of the desk: Django's usual ones, without users and a database."""

from desk.switches import CACHE, broken, variant

SECRET_KEY = "what Django signs with; the keys of Mizan are made from MIZAN_SECRET"  # noqa: S105 - of the board
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "desk.urls"
INSTALLED_APPS = ["mizan.django", "desk"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
if variant("paged"):
    # Its form has no token.
    MIDDLEWARE.remove("django.middleware.csrf.CsrfViewMiddleware")
if variant("peeking"):
    MIDDLEWARE.append("desk.seen.NameCaller")
elif broken("unkeyed-inputs") or broken("public-isolation"):
    MIDDLEWARE.append("desk.seen.KeepRequest")
USE_TZ = True

MIZAN = {
    "CACHE": {"STORE": CACHE, "TIMEOUT": 5},
    "EXPOSE_IR": True,
    "IDENTIFY": "desk.people.identify",
    "LIMITS": {"BODY": 200} if variant("paged") else {},
    "MODULES": [f"desk.{name}" for name in ("peeking", "asking", "paged") if variant(name)],
    "TOKENS": {
        "ACCESS": not broken("jwt"),
        "FIND": "desk.people.find",
        "FUNCTIONS": [
            *([] if broken("mwt-functions") else ["mwt_obtain"]),
            *([] if broken("jwt-functions") else ["jwt_obtain", "jwt_refresh", "jwt_revoke"]),
        ],
        "MWT": not broken("mwt"),
        "PERMISSIONS": "desk.people.nobody_can_tell" if broken("mwt-rights") else "desk.people.permissions_of",
    },
    "TRUSTED_ORIGINS": ["https://evil.test"] if broken("origins") else [],
}

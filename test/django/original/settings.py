"""Five services of the kind that domofon replaces, one at a time, for tests and measurements.

    ORIGINAL       which: initialization, api_users, send_code, spaced or auth_sms
    DATABASE       sqlite:FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME, as `domofon import`
                   takes it with --dsn
    SEND_DELAY_S   how long the simulated sending of a code takes; a second

Nothing here is for the world: codes are in replies, and the key is known.
"""
import datetime
import os
import urllib.parse

ORIGINAL = os.environ["ORIGINAL"]
SEND_DELAY_S = float(os.environ.get("SEND_DELAY_S", "1"))

SECRET_KEY = "for tests on this machine alone, long enough to sign tokens with"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = f"{ORIGINAL}.urls"
WSGI_APPLICATION = "original.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "original",
    f"{ORIGINAL}.apps.Config",
]
# Tables are made from the models as they are: `manage.py migrate --run-syncdb`.
MIGRATION_MODULES = {name: None for name in ("contenttypes", "auth", "users", "referral", "api")}
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
APPEND_SLASH = False

AUTH_USER_MODEL = {
    "initialization": "users.User",
    "api_users": "users.User",
    "send_code": "referral.CustomUser",
    "spaced": "auth.User",
    "auth_sms": "users.User",
}[ORIGINAL]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


def database(url):
    kind, _, rest = url.partition(":")
    if kind == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": rest, "OPTIONS": {"timeout": 30}}
    parts = urllib.parse.urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


DATABASES = {"default": database(os.environ["DATABASE"])}

LANGUAGE_CODE = "ru-ru"
TIME_ZONE = "UTC"
USE_TZ = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework_simplejwt.authentication.JWTAuthentication",
    ] if ORIGINAL != "spaced" else [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": datetime.timedelta(hours=5),
    "REFRESH_TOKEN_LIFETIME": datetime.timedelta(hours=24),
}

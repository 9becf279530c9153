"""Settings. Where the servers are comes from the environment, else from `.suar/run.json`, which `suar up` writes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("SUAR_HOME", ROOT / ".suar"))
POLICY = ROOT / "policy"


def running() -> dict[str, Any]:
    """What `suar up` wrote down about this checkout's servers; empty before the first start."""
    try:
        return dict(json.loads((HOME / "run.json").read_text()))
    except (OSError, ValueError):
        return {}


RUN = running()
KEYS = Path(os.environ.get("SUAR_KEYS", HOME / "keys"))
THREADS = int(os.environ.get("SUAR_POOL", "8"))  # that answer at one time in this program
DEMO = os.environ.get("SUAR_DEMO", "1") == "1"  # a training ribbon stands on every page while the people are invented


def database(url: str, *, search_path: str = "public", more: str = "") -> dict[str, Any]:
    """A Django database from a PostgreSQL URL; `search_path` names the schema of a wall (DESIGN 7), `more` further options of its sessions."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(query.get("port", parts.port or "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "options": f"-c search_path={search_path} -c timezone=UTC -c lock_timeout=20s {more}",
            "server_side_binding": True,  # arrays go as binary, unquoted: a third of the cost of a bulk insert
            "pool": {
                "min_size": 1,
                "max_size": 2 * THREADS,
                "timeout": 10,
            },  # a question may have Dukcapil asked by another thread
        },
        "TEST": {"MIGRATE": False},
    }


def databases() -> dict[str, dict[str, Any]]:
    """`default` runs (suar_app), `owner` migrates (suar_owner), `protection` lives in a schema of its own (suar_protection); `copy` only reads."""
    told = RUN.get("database", {})
    app = os.environ.get("DATABASE_URL") or told.get("app")
    owner = os.environ.get("DATABASE_OWNER_URL") or told.get("owner") or app
    protection = os.environ.get("DATABASE_PROTECTION_URL") or told.get("protection") or app
    if not app:
        return {"default": {"ENGINE": "django.db.backends.dummy"}}
    found = {
        "default": database(app),
        "owner": database(owner),
        "protection": database(protection, search_path="protection"),
        "protection_owner": database(owner, search_path="protection"),
    }
    if copy := os.environ.get("DATABASE_COPY_URL"):
        found["copy"] = copy_of(copy)
    return found


def copy_of(url: str) -> dict[str, Any]:
    """A standby that only reads (decision 0049). One that is away is given up at once, since the primary answers instead."""
    found = database(url, more="-c default_transaction_read_only=on -c statement_timeout=20s")
    found["OPTIONS"] |= {"connect_timeout": 2, "pool": {"min_size": 0, "max_size": THREADS, "timeout": 2}}
    return found


DATABASES = databases()
DATABASE_ROUTERS = ["suar.site.wiring.Walls"]
NATS_URL = os.environ.get("NATS_URL") or RUN.get("nats", "")
NATS_REPLICAS = int(os.environ.get("NATS_REPLICAS", "1"))

ROOMS = [
    "vault", "audit", "policies", "agencies", "exchange", "intake", "persons", "registers", "journeys", "screening", "tips",
]  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton",
    "procrastinate.contrib.django",
    *(f"suar.{room}" for room in ROOMS),
    "suar.site",
]
AUTH_USER_MODEL = "agencies.Officer"
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",  # pads each answer against BREACH; pages are what goes over slow lines
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "suar.site.auth.Acts",
    "suar.site.errors.Refusals",
]
ROOT_URLCONF = "suar.site.urls"
WSGI_APPLICATION = "suar.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "suar" / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "suar.site.panels.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]


def secret() -> str:
    """The key that signs sessions: from the environment, else a file made by `suar up`, else one for this process alone."""
    if told := os.environ.get("SUAR_SECRET"):
        return told
    try:
        return (KEYS / "session").read_text().strip()
    except OSError:
        return os.urandom(32).hex()


SECRET_KEY = secret()
DEBUG = False
ORIGIN = (os.environ.get("SUAR_ORIGIN") or RUN.get("origin") or "http://localhost").rstrip("/")  # as the world calls us
#: Networks of the TLS terminators that stand before us: of them alone a client's address and certificate are believed. None, and nobody is.
PROXIES = [one for one in os.environ.get("SUAR_PROXIES", "").replace(",", " ").split() if one]
CERTIFICATE_HEADER = os.environ.get("SUAR_CERTIFICATE_HEADER", "Client-Cert")  # RFC 9440
ALLOWED_HOSTS = os.environ.get("SUAR_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}}
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_AGE = 12 * 3600  # re-authentication within 12 h: NIST 800-63B-4, AAL2
SESSION_COOKIE_NAME = "suar_session"
CSRF_COOKIE_SAMESITE = "Strict"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "suar_language"
LOCALE_PATHS = [ROOT / "suar" / "site" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
STATIC_URL = "static/"
STATIC_ROOT = ROOT / "build" / "static"
STATICFILES_DIRS = [ROOT / "suar" / "site" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 2**20  # one pushed batch
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_ON_APP_READY = "suar.site.wiring.on_jobs_ready"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SUAR_LOG", "WARNING")},
}

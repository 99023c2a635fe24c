"""Every setting of the web half, read from the environment once and refused when it makes no sense.

Knows where things are kept and how Django is put together; knows nothing of what the apps do.
`docs/settings.md` lists each variable; a test keeps that list whole.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from sayso.members.ways_in.outside_accounts import WrongSetting, read_outside_accounts
from sayso.outside.translators import named
from sayso.web.languages import NAMES


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")


def _number(name: str, default: float) -> float:
    value = os.environ.get(name, "")
    try:
        return float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a number.") from None


def _words(name: str) -> list[str]:
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


DATA_DIR = Path(os.environ.get("SAYSO_DATA", "data")).resolve()
DEBUG = False
DEMO = _flag("SAYSO_DEMO", False)
HTTPS = _flag("SAYSO_HTTPS", not DEMO)


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the data, readable by its owner only."""
    if given := os.environ.get("SAYSO_SECRET_KEY", ""):
        if len(given) < 32:
            raise ImproperlyConfigured("SAYSO_SECRET_KEY is shorter than 32 characters; make a longer one.")
        return given
    path = DATA_DIR / "keys" / "secret"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made := secrets.token_urlsafe(48))
    return made


SECRET_KEY = _secret_key()


def _database() -> dict[str, Any]:
    """PostgreSQL from SAYSO_DATABASE_URL, else one SQLite file in the data folder."""
    url = os.environ.get("SAYSO_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "sayso.sqlite3",
            # A connection kept open saves the pragmas of each request: 54 → 1,000 votes a second.
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Writers queue at BEGIN; with DEFERRED they would fail half-way with "database is locked".
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    # Here, since whoever keeps all in one SQLite file need not load it.
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        told = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        told = {}
    if not url.startswith(("postgres://", "postgresql://")) or not told:
        raise ImproperlyConfigured(
            "SAYSO_DATABASE_URL is no address of a PostgreSQL database; write "
            "postgresql://user:password@host:port/name, and after a question mark what libpq knows besides."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told.pop("dbname", ""),
        "USER": told.pop("user", ""),
        "PASSWORD": told.pop("password", ""),
        "HOST": told.pop("host", ""),
        "PORT": told.pop("port", ""),
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django insists on 0 beside it
        "CONN_HEALTH_CHECKS": True,  # what a restart of the database cut is replaced, not handed to a page
        "OPTIONS": {
            # Each room of the worker holds one, its pulse another; a page holds one while it is made.
            "pool": {"min_size": 1, "max_size": 16},
            # What a connection is asked for the sixth time is planned once for all: a fifth more votes a second.
            "server_side_binding": True,
            "prepare_threshold": 5,
            **told,
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = _words("SAYSO_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

try:
    _outside = read_outside_accounts(os.environ)
except WrongSetting as wrong:
    raise ImproperlyConfigured(str(wrong)) from None

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "sayso.web",
    "sayso.members",  # before allauth: its templates are ours
    "allauth",
    "allauth.account",
    *_outside.apps,
    "sayso.engagements",
    "sayso.moderation",
    "sayso.mail",
    "sayso.replies",
    "sayso.distillations",
    "sayso.rooms",
    "sayso.invitations",
    "sayso.correspondence",
    "sayso.embedding",
    "sayso.custody",
    *(["sayso.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sayso.web.static_files.PackedStatic",
    "django.middleware.gzip.GZipMiddleware",  # it hides the length of each page, which may hold a token
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sayso.web.speaking.LanguageEndsWithTheReply",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sayso.engagements.coming_in.kiosk.KioskMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sayso.members.gates.NotSetUpYet",
    "sayso.members.gates.LeaversSessionsEnd",
    "sayso.members.gates.InOnesLanguage",
    "sayso.web.errors.PressedBeforeComingIn",
]

ROOT_URLCONF = "sayso.urls"
WSGI_APPLICATION = "sayso.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# Sign-in: a link and a code by e-mail, no passwords, nobody signs themselves up: the roster decides.
AUTH_USER_MODEL = "members.Member"
AUTHENTICATION_BACKENDS = ["sayso.members.ways_in.signed_in.SignedIn"]
ACCOUNT_ADAPTER = "sayso.members.ways_in.sign_in.RosterAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A whole site may ask from one address on the first morning; a mailbox is still asked for three times a minute at most.
ACCOUNT_RATE_LIMITS = {"request_login_code": "600/m/ip,3/m/key"}
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# Accounts of elsewhere, when the operator names some. Nothing of them is kept: see members.ways_in.outside_sign_in.
OUTSIDE_ACCOUNTS = _outside.doors
SOCIALACCOUNT_PROVIDERS = _outside.providers
SOCIALACCOUNT_ADAPTER = "sayso.members.ways_in.outside_sign_in.OutsideAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# By a link, not a form: browsers apply form-action to every address a form is redirected to, and we cannot know those
# of the provider. What a stranger's link could bring about is that somebody is signed in as themselves.
SOCIALACCOUNT_LOGIN_ON_GET = True

EMAIL_BACKEND = os.environ.get(
    "SAYSO_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("SAYSO_SMTP_HOST")
    else "django.core.mail.backends.console.EmailBackend",
)
EMAIL_HOST = os.environ.get("SAYSO_SMTP_HOST", "")
EMAIL_PORT = int(_number("SAYSO_SMTP_PORT", 587))
EMAIL_HOST_USER = os.environ.get("SAYSO_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("SAYSO_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("SAYSO_SMTP_TLS", True)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("SAYSO_MAIL_FROM", "sayso@localhost")

# Invitations: what the mail server bears, where it returns what it cannot deliver, what links in mails begin with.
MAIL_PER_MINUTE = _number("SAYSO_MAIL_PER_MINUTE", 120.0)
if MAIL_PER_MINUTE <= 0:
    raise ImproperlyConfigured("SAYSO_MAIL_PER_MINUTE is not above 0; write how many mails a minute may leave.")
MAIL_BOUNCES = os.environ.get("SAYSO_MAIL_BOUNCES", "")
# Where members answer to, and where the worker fetches what they wrote: a mailbox of its own.
MAIL_REPLIES = os.environ.get("SAYSO_MAIL_REPLIES", "").strip()
if MAIL_REPLIES and (MAIL_REPLIES.count("@") != 1 or MAIL_REPLIES.startswith("@") or MAIL_REPLIES.endswith("@")):
    raise ImproperlyConfigured("SAYSO_MAIL_REPLIES is no address; write say@example.org, or *@say.example.org.")
MAIL_INBOX = os.environ.get("SAYSO_MAIL_INBOX", "").strip()
if MAIL_INBOX and urlsplit(MAIL_INBOX).scheme not in {"imap", "imaps"}:
    raise ImproperlyConfigured("SAYSO_MAIL_INBOX is no mailbox; write imaps://user:password@host/INBOX.")
SITE = os.environ.get("SAYSO_SITE", "").rstrip("/")

# Where the link may be posted besides Teams and Slack: an operator's own chat server, say.
CHANNEL_HOSTS = [host.lower() for host in _words("SAYSO_CHANNEL_HOSTS")]

# Who translates statements where a mandate wants it: nobody, unless the operator names a service.
try:
    TRANSLATOR = named.read_translator(os.environ)
except named.WrongSetting as wrong:
    raise ImproperlyConfigured(str(wrong)) from None

# Everything a page may load comes from this server; no inline script, no inline style.
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
        "manifest-src": ["'self'"],
    }
}
PROXIES = int(_number("SAYSO_PROXIES", 1 if HTTPS else 0))  # how many of our own stand in front
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "sayso_session"
CSRF_COOKIE_NAME = "sayso_csrf"
CSRF_FAILURE_VIEW = "sayso.web.errors.stale_form"
X_FRAME_OPTIONS = "DENY"

FILE_UPLOAD_HANDLERS = [
    "sayso.web.uploads.UploadsOfBoundedSize",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

STATIC_URL = "/static/"
# Files are served from where they are installed, so that no collecting step can be forgotten.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Every address carries a mark of its file, so that a browser may keep it for a year.
WHITENOISE_MAX_AGE = 365 * 24 * 60 * 60
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sayso.web.static_files.MarkedStorage"},
}

# Parts of pages that are the same for everybody, in each process' own memory. A part's name holds all it is made of.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 120,
        "OPTIONS": {"MAX_ENTRIES": 100},
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = list(NAMES.items())
LOCALE_PATHS = [Path(__file__).parent / "locale"]
FORMAT_MODULE_PATH = "sayso.web.formats"
LANGUAGE_COOKIE_NAME = "sayso_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS
USE_TZ = True
TIME_ZONE = os.environ.get("SAYSO_TIME_ZONE", "UTC")

# A session row names its member: it keeps neither the moment nor what was just said or answered.
SESSION_ENGINE = "sayso.members.ways_in.sessions"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# The worker: quiet seconds after the last event before it distils, and the longest it lets events wait.
WORKER_QUIET_S = _number("SAYSO_WORKER_QUIET_S", 2.0)
WORKER_LONGEST_WAIT_S = _number("SAYSO_WORKER_LONGEST_WAIT_S", 15.0)
WORKER_LEASE_S = _number("SAYSO_WORKER_LEASE_S", 30.0)

# Requests a directory may make in a minute (SCIM), so that people's own clicks stay quick.
SCIM_REQUESTS_A_MINUTE = int(_number("SAYSO_SCIM_PER_MINUTE", 3000))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "sayso.web.logged.WithoutTokens"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["tokens"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

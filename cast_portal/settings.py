"""Settings of the portal. Everything that differs between machines comes from the environment (docs/operations.md)."""

import datetime as dt
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environ.Env()("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()
for _folder in ("broker", "broker/control", "broker/processed", "files", "log", "static"):
    (VAR_DIR / _folder).mkdir(parents=True, exist_ok=True)

# Uploaded and computed files. Web and worker share it, never below STATIC_ROOT.
PORTAL_FILES_DIR = VAR_DIR / "files"

env = environ.Env()

DEBUG = env.bool("PORTAL_DEBUG", default=False)
PORTAL_DEMO = env.bool("PORTAL_DEMO", default=False)
PORTAL_DEMO_PASSWORD = env("PORTAL_DEMO_PASSWORD", default="cast-2014-demo")


def _pinned_date() -> dt.date | None:
    text = env("PORTAL_TODAY", default="").strip()
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"PORTAL_TODAY must be a date such as 2014-10-15, not {text!r}."
        ) from error


def _secret_key() -> str:
    """The key from the environment; in demonstration mode one that is made once and kept under var/."""
    key = env("PORTAL_SECRET_KEY", default="")
    if key:
        return key
    if not (PORTAL_DEMO or DEBUG or env.bool("PORTAL_TESTING", default=False)):
        raise ImproperlyConfigured("PORTAL_SECRET_KEY is required outside demonstration mode.")
    path = VAR_DIR / "demo_secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


PORTAL_TODAY = _pinned_date()
SECRET_KEY = _secret_key()
_LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = [*_LOOPBACK, "testserver"] if PORTAL_DEMO else env.list("PORTAL_HOSTS", default=_LOOPBACK)
CSRF_TRUSTED_ORIGINS = env.list("PORTAL_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "treebeard",
    "axes",
    "crispy_forms",
    "django_htmx",
    "core",
    "accounts",
    "orgs",
    "quotas",
    "cast_portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.middleware.NoNulMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PasswordChangeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cast_portal.urls"
WSGI_APPLICATION = "cast_portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cast_portal.context.frame",
            ],
            "builtins": ["core.templatetags.ui"],
        },
    }
]
CRISPY_TEMPLATE_PACK = "ui"
CRISPY_ALLOWED_TEMPLATE_PACKS = "ui"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

# ---------- database: SQLite in WAL with IMMEDIATE transactions, or what DATABASE_URL names ----------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-20000;PRAGMA foreign_keys=ON;"
        ),
    }
    # A file, not memory: tests of locks and of the worker need a second process on the same database.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    _database["CONN_MAX_AGE"] = env.int("PORTAL_DB_CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    # Just-in-time compiling can take 20 times as long as the statement. The default price of a random page is that of
    # spinning disks and lets the counting indexes lie idle (docs/benchmarks.md).
    _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off -c random_page_cost=1.1")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---------- people ----------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.validators.UnlikeThePerson"},
    {"NAME": "accounts.validators.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.validators.NotCommon"},
    {"NAME": "accounts.validators.NotOnlyDigits"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.lockout.counted_username"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
PORTAL_HTTPS = env.bool("PORTAL_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PORTAL_HTTPS
SECURE_SSL_REDIRECT = PORTAL_HTTPS
# Probes come over plain HTTP from the machine itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if PORTAL_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PORTAL_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PORTAL_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ---------- language and time ----------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

# ---------- static files ----------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
PORTAL_TESTING = env.bool("PORTAL_TESTING", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PORTAL_TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = PORTAL_TESTING
WHITENOISE_AUTOREFRESH = False

# ---------- uploads ----------
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.uploads.DiskUploadHandler",
]

# ---------- what each web process keeps for itself (quotas/views/kept_board.py) ----------
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "boards": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "boards",
        # About 50 KB each: the boards of HQ and the provinces in the forms people ask for.
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

# ---------- jobs: the database is the truth, the broker carries ids ----------
REDIS_URL = env("REDIS_URL", default="")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
    }
else:
    # With a host, which it does not use: kombu warns about a missing one at each publication.
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR_DIR / "broker"),
        "data_folder_out": str(VAR_DIR / "broker"),
        "control_folder": str(VAR_DIR / "broker" / "control"),
        "processed_folder": str(VAR_DIR / "broker" / "processed"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.int("PORTAL_WORKERS", default=2)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A request never waits for an absent broker: the job row is kept and swept later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
JOB_LEASE_SECONDS = env.int("PORTAL_JOB_LEASE_SECONDS", default=30)
JOB_MAX_ATTEMPTS = 3

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("PORTAL_LOG_LEVEL", default="WARNING")},
}

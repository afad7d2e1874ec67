"""Settings: one file, everything variable read from the environment."""

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
import pghistory
import whitenoise.compress
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from config import env
from config.broker import celery_settings
from config.database_rights import DATABASE_RIGHTS, DATABASE_RIGHTS_ON_EVENTS  # noqa: F401 -- read by accounts
from config.logs import configure as configure_logs
from config.unfold import UNFOLD  # noqa: F401 -- read by the admin theme

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.secret("SECRET_KEY")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
DATA_DIR = Path(env.text("LOOPWRIGHT_DATA_DIR", str(BASE_DIR / "var"))).absolute()
# Where a reverse proxy ends TLS, cookies and redirects are hardened.
HTTPS = env.flag("LOOPWRIGHT_HTTPS", default=False)

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the plain one would put its own admin site in place of ours
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.apps.LoopwrightAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_structlog",
    "pgtrigger",
    "pghistory",
    "accounts",
    "jobs",
    "events",
    "web",
    "mail",
    "figures",
    "content",
    "roles",
    "rubrics",
    "loops",
    "hiring",
    "reports",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "accounts.middleware.PrivateMiddleware",
    "accounts.middleware.StorableAddressMiddleware",
    "accounts.middleware.AuditContextMiddleware",
    "accounts.middleware.OutsideMiddleware",
    "accounts.middleware.ZoneMiddleware",
    "accounts.middleware.TeamMiddleware",
]

ROOT_URLCONF = "config.urls"
# The bar on top of every page, in this order; each app declares its own entries (web.navigation).
NAVIGATION = [
    "hiring.scoring.navigation.INTERVIEWS",
    "hiring.lab.navigation.LAB",
    "hiring.decisions.navigation.DEBRIEFS",
    "reports.navigation.DASHBOARD",
    "reports.navigation.REPORTS",
    "hiring.calibration.navigation.CALIBRATION",
    "config.navigation.ADMIN",
]
# What comes before all that for whom it waits.
FIRST_STEPS = ["hiring.pipeline.navigation.FIRST_LOOP"]
# Who knows how a team's interviewers rate; loops, which know no scorecards, ask it for their forecasts.
PANEL_FACTS = "hiring.calibration.panel.facts_of"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Each slice of hiring and each report keeps its templates with its code.
        "DIRS": [
            BASE_DIR / "templates",
            *sorted(BASE_DIR.glob("hiring/*/templates")),
            *sorted(BASE_DIR.glob("reports/*/templates")),
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.shell",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    """Connect as the application role, or as the owner where the schema is changed."""
    owner = os.environ.get("LOOPWRIGHT_DB_ROLE") == "owner"
    config = env.database("DATABASE_OWNER_URL" if owner else "DATABASE_URL")
    config["CONN_MAX_AGE"] = 0
    options = config.setdefault("OPTIONS", {})
    pool = env.integer("LOOPWRIGHT_DB_POOL", 0, low=0, high=100)
    if pool and not owner:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 4}
    # Builders working side by side each name a test database of their own.
    config["TEST"] = {"NAME": env.text("LOOPWRIGHT_TEST_DB", "test_loopwright")}
    return config


DATABASES = {"default": _database()}
# Given its rights after each migration (accounts.database_rights); it owns nothing.
DATABASE_APP_ROLE = str(env.database("DATABASE_URL")["USER"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# The address is the sign-in and was given by a team admin: nobody swaps it for an unverified one.
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_ADAPTER = "mail.adapters.OutboxAccountAdapter"
# Guessing is slowed for one name from one place, and for one place whatever the name; nobody can close somebody
# else's account from afar. The page that says so is templates/account/login.html, by way of the adapter.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/15m/key"}
# How many proxies of our own stand in front: the address that limits count is read from behind them, and nobody
# can invent one.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("LOOPWRIGHT_PROXIES", 0, low=0, high=10)
# Shared by all processes, and kept over a restart: a limit that each process counts for itself is none.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_cache"}}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LANGUAGE_CODE = "en"
TIME_ZONE = env.text("LOOPWRIGHT_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.text("LOOPWRIGHT_MEDIA_ROOT", str(DATA_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "config.staticfiles.CompressedHashedStorage"
        if env.flag("LOOPWRIGHT_COMPRESS_STATIC", default=True)
        else "config.staticfiles.HashedStorage"
    },
}
# Source maps are for developers, and by far the largest files.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*whitenoise.compress.Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
# PDFs need Pango and fonts; where they cannot be installed the product says so instead of failing.
PDF_ENABLED = env.flag("LOOPWRIGHT_PDF", default=True)

# Strict everywhere; a view that draws interactive figures may allow inline styles
# (csp_update), and the admin's theme needs eval (accounts.middleware).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
# The admin's theme writes expressions into attributes (ternaries, assignments, inline objects), which its build of
# Alpine evaluates as code; the build that does without cannot read them.
ADMIN_CSP = {"script-src": [SELF, UNSAFE_EVAL, UNSAFE_INLINE], "style-src": [SELF, UNSAFE_INLINE]}
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# The prefix makes browsers refuse the cookie from any other host, path or plain connection.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.HashedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.StrictJSON"],
    # OPTIONS would repeat, less well, what the schema says.
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "config.api.pagination.Cursor",
    "DEFAULT_FILTER_BACKENDS": ["config.api.filters.DeclaredFilters"],
    "EXCEPTION_HANDLER": "config.api.problems.handle",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Loopwright API",
    "DESCRIPTION": "Role profiles, questions, loops, interviews, scorecards, calibration, evaluation gap.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.schema.common_parts",
    ],
    "ENUM_NAME_OVERRIDES": {
        "StageKind": "loops.models.StageKind",
        "ReportKind": "reports.kinds.choices",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

BROKER_URL = env.secret("BROKER_URL", "filesystem://")
CELERY = celery_settings(BROKER_URL, data_dir=DATA_DIR)

LOGGING = configure_logs(debug=DEBUG, level=env.text("LOG_LEVEL", "INFO"))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

# Deletions are events like any other, and events are never rewritten.
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_APPEND_ONLY = True
# Where mail goes: a server, or (demos) nowhere but the database. Without either the product refuses to start
# (mail.checks): never a log, in which links that set passwords would stand.
_MAIL = env.mail("EMAIL_URL")
MAIL_CONFIGURED = _MAIL is not None
MAIL_IS_KEPT = _MAIL is not None and _MAIL.kept
EMAIL_BACKEND = _MAIL.backend if _MAIL else "mail.backends.NowhereBackend"
if _MAIL is not None:
    EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.starttls, _MAIL.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Loopwright <loopwright@localhost>")
# The address people reach this installation at: what links in mails begin with.
PUBLIC_URL = env.address("LOOPWRIGHT_URL", "http://localhost:8000")

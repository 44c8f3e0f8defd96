# SPDX-License-Identifier: AGPL-3.0-or-later
"""Django's settings, all derived from the typed environment of `amana.config.env`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from amana.config.databases import from_url
from amana.config.env import env
from amana.config.secrets import secret_key

ENV = env()
PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = False
SECRET_KEY = secret_key(ENV.key_folder)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"] + [
    host.strip() for host in ENV.allowed_hosts.split(",") if host.strip()
]
if public_host := urlsplit(ENV.public_url).hostname:
    ALLOWED_HOSTS.append(public_host)
if not ENV.loopback and not ENV.allowed_hosts:
    ALLOWED_HOSTS.append(ENV.host)

ROOT_URLCONF = "amana.config.urls"
WSGI_APPLICATION = "amana.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "amana.journal",
    "amana.limits",
    "amana.agencies",
    "amana.people",
    "amana.reports",
    "amana.evidence",
    "amana.triage",
    "amana.referral",
    "amana.casework",
    "amana.guidance",
    "amana.figures",
    "amana.portal",
    "amana.desk",
    "amana.api",
    "amana.cli",
]

MIDDLEWARE = [
    "amana.config.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "amana.config.middleware.Surfaces",
    "amana.config.middleware.PlainErrors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "amana.config.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "amana.config.origin.OwnOrigin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "amana.people.middleware.Desk",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amana.agencies.context.node",
                "amana.desk.context.desk",
            ],
        },
    }
]

DATABASES = {"default": from_url(ENV.database_url, ENV.home)}

AUTH_USER_MODEL = "people.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "amana.people.hashers.BoundedArgon2id",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/desk/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/desk/sign-in/"
ACCOUNT_ADAPTER = "amana.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# allauth's own limits would let anybody lock a colleague out; amana.people.throttle has ours.
ACCOUNT_RATE_LIMITS: dict[str, str] = {}
MFA_ADAPTER = "amana.people.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Amana"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ENV.loopback

LANGUAGE_CODE = "en"
LANGUAGES = [("ar", _("Arabic")), ("fr", _("French")), ("en", _("English")), ("ur", _("Urdu"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "l"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = ENV.home / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "amana.config.static.HashedStatic"},
}
WHITENOISE_MAX_AGE = 31536000
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Nothing a person sends may reach the disk in clear: the temporary-file handler is off and
# uploads go through amana.evidence, which seals each chunk as it arrives.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
# The sealing handler keeps twenty and names the others; beyond this the whole body is refused.
DATA_UPLOAD_MAX_NUMBER_FILES = 100

SESSION_ENGINE = "amana.people.session_store"
SESSION_COOKIE_NAME = "d"
SESSION_COOKIE_PATH = "/desk"
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_NAME = "c"
CSRF_COOKIE_AGE = None  # gone with the browser window
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "amana.portal.errors.csrf_failure"
HTTPS = ENV.public_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_TRUSTED_ORIGINS = [ENV.public_url.rstrip("/")] if ENV.public_url else []
if ENV.trusted_proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
X_FRAME_OPTIONS = "DENY"
APPEND_SLASH = True

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

LOGGING_CONFIG = "amana.config.logs.configure"
LOGGING: dict[str, object] = {"level": ENV.log_level}

NINJA_PAGINATION_PER_PAGE = 50

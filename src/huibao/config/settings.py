"""Django settings of an installation: one table app on one database.

Everything that differs between two installations comes from the environment:
`HUIBAO_DB` the database (a SQLite file, or the address of a PostgreSQL one), `HUIBAO_SECRET_KEY` the key Django signs with.
"""

import os
import secrets
from pathlib import Path
from typing import Any, Final

from huibao.config.database import database_settings
from huibao.config.quiet import LOGGING as QUIET_LOGGING
from huibao.store.key_file import configured_keys

DATABASES: dict[str, dict[str, Any]] = {"default": database_settings(os.environ.get("HUIBAO_DB"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["huibao.store", "huibao.web", "django.contrib.staticfiles"]

# Nothing is signed yet that outlives the process, so a key per process is safe where none is given.
SECRET_KEY = os.environ.get("HUIBAO_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = False

# --- the web -----------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "huibao.config.urls"
WSGI_APPLICATION = "huibao.config.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "huibao.web.desk.DeskMiddleware",
]
ALLOWED_HOSTS = [host for host in os.environ.get("HUIBAO_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
APPEND_SLASH = False

HUIBAO_CLOCK = "huibao.cli.database.present"
HUIBAO_PAYER_LINE = "huibao.hospital.remote.Network"
# A file of one's own that says how each region runs the hospital interface; without one the shipped regions.yaml serves.
HUIBAO_HOSPITAL_REGIONS = os.environ.get("HUIBAO_HOSPITAL_REGIONS")
# How long a suspended institution's credential may still be taken, seconds.
HUIBAO_CREDENTIAL_SECONDS = 5

# --- the console -------------------------------------------------------------------------------------------------------

WEB: Final = Path(__file__).resolve().parents[1] / "web"
# Only `huibao serve` on this machine's own address sets it: cookies then travel without TLS.
PLAIN_HTTP = os.environ.get("HUIBAO_PLAIN_HTTP") == "1"
# The address pages are opened at, as https://huibao.example.cn: whom passkeys sign for. Without it none are offered.
HUIBAO_ORIGIN = os.environ.get("HUIBAO_ORIGIN", "").rstrip("/")
# A demonstration on made-up data: its accounts' codes are shown on the page.
HUIBAO_DEMONSTRATION = os.environ.get("HUIBAO_DEMONSTRATION") == "1"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.csrf", "huibao.web.desk.on_every_page"],
            "builtins": ["huibao.web.tags"],
        },
    }
]
STATIC_URL = "static/"
STATIC_ROOT = WEB / "served"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Nothing from elsewhere, nothing inline, framed by nobody.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = not PLAIN_HTTP
# The hospital door is signed by itself and may lie behind a gateway that ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^fsi/", r"^hss-call-service-interface"]
HUIBAO_BEHIND_PROXY = os.environ.get("HUIBAO_BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HUIBAO_BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not PLAIN_HTTP
SECURE_HSTS_PRELOAD = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "huibao_csrf" if PLAIN_HTTP else "__Host-huibao_csrf"
CSRF_FAILURE_VIEW = "huibao.web.faults.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LOGGING = QUIET_LOGGING

# Keys by which sensitive fields are sealed and found, the first of each kind writes: name:base64,index-name:base64.
# From HUIBAO_KEYS, the file HUIBAO_KEYS_FILE, or the file beside a SQLite database. Never kept in the database.
HUIBAO_KEYS = configured_keys(DATABASES["default"])

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

"""Django settings of an installation: one table app on one database.

Everything that differs between two installations comes from the environment:
`HUIBAO_DB` the database (a SQLite file, or the address of a PostgreSQL one), `HUIBAO_SECRET_KEY` the key Django signs with.
"""

import os
import secrets
from typing import Any

from huibao.config.database import database_settings

DATABASES: dict[str, dict[str, Any]] = {"default": database_settings(os.environ.get("HUIBAO_DB"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["huibao.store"]

# Nothing is signed yet that outlives the process, so a key per process is safe where none is given.
SECRET_KEY = os.environ.get("HUIBAO_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = False

# --- the web -----------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "huibao.config.urls"
WSGI_APPLICATION = "huibao.config.wsgi.application"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
ALLOWED_HOSTS = [host for host in os.environ.get("HUIBAO_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
APPEND_SLASH = False

HUIBAO_CLOCK = "huibao.cli.database.WallClock"
# A file of one's own that says how each region runs the hospital interface; without one the shipped regions.yaml serves.
HUIBAO_HOSPITAL_REGIONS = os.environ.get("HUIBAO_HOSPITAL_REGIONS")
# How long a suspended institution's credential may still be taken, seconds.
HUIBAO_CREDENTIAL_SECONDS = 5

# Keys by which sensitive fields are sealed, the first one seals: name:base64,name:base64. Never kept in the database.
HUIBAO_KEYS = os.environ.get("HUIBAO_KEYS", "")

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

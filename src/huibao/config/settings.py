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

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

"""Django settings of the embedded installation: one table app on one SQLite file.

Everything that differs between two installations comes from the environment:
`HUIBAO_DB` the database file, `HUIBAO_SECRET_KEY` the key Django signs with.
"""

import os
import secrets
from pathlib import Path
from typing import Any, Final

DEFAULT_DB_FILE: Final = "huibao.sqlite3"

LOCK_WAIT_SECONDS: Final = 30
"""How long a writer waits for another writer before it gives up; a county's whole enrolment takes a few seconds."""

SQLITE_AT_CONNECT: Final = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
"""WAL lets readers go on while one writes; FULL, because WAL with NORMAL loses acknowledged entries in a power cut."""

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": Path(os.environ.get("HUIBAO_DB", DEFAULT_DB_FILE)),
        "OPTIONS": {
            "init_command": SQLITE_AT_CONNECT,
            # Take the write lock at the start: two that both read first would deadlock at their first write.
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT_SECONDS,
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["huibao.store"]

# Nothing is signed yet that outlives the process, so a key per process is safe where none is given.
SECRET_KEY = os.environ.get("HUIBAO_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

"""How a database is named: a path is a SQLite file, `postgres://…` or `postgresql://…` an address of PostgreSQL."""

from typing import Final
from urllib.parse import urlsplit

SCHEMES: Final = ("postgres://", "postgresql://")


def is_address(database: str) -> bool:
    """Whether `HUIBAO_DB` names a server rather than a file."""
    return database.startswith(SCHEMES)


def without_password(database: str) -> str:
    """The address as it may be shown; a file's path is as it is."""
    if not is_address(database):
        return database
    parts = urlsplit(database)
    where = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}@" if parts.username else ""
    return f"{parts.scheme}://{user}{where}{parts.path}"

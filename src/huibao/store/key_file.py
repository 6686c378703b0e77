"""Where an installation's keys come from: the environment, a file it names, or the file beside a SQLite database.

`HUIBAO_KEYS` holds them itself; `HUIBAO_KEYS_FILE` names a file of them. A county's office with one SQLite file that
names neither gets a file of its own beside the database, made at the first command (`cli/database.py`): a copy of the
database, or a backup of it, then still holds nothing readable.
"""

import os
from pathlib import Path
from typing import Any, Final

ENDING: Final = ".keys"


def key_file(database: dict[str, Any]) -> Path | None:
    """The file keys are looked for in; None for PostgreSQL where none is named."""
    named = os.environ.get("HUIBAO_KEYS_FILE")
    if named:
        return Path(named)
    name = str(database["NAME"])
    if not str(database["ENGINE"]).endswith("sqlite3") or name.startswith((":", "file:")):
        return None
    return Path(f"{name}{ENDING}")


def configured_keys(database: dict[str, Any]) -> str:
    """The keys that are set, as `store.vault` reads them; "" where there are none yet."""
    said = os.environ.get("HUIBAO_KEYS", "")
    place = key_file(database)
    if said or place is None or not place.is_file():
        return said
    return place.read_text(encoding="utf-8")

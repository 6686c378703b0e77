"""A private folder for work that needs a file's path: in memory where there is such a place, gone afterwards.

A worker that was killed leaves its folder behind; the next one that needs a folder removes what dead workers left.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - memory, private folders of our own in it # nosec B108 - the same reason
PREFIX: Final = "huibao-work-"


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder only this account may look into, for as long as the block runs."""
    where = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    _remove_what_the_dead_left(where)
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-", dir=where) as made:
        yield Path(made)


def _remove_what_the_dead_left(where: Path) -> None:
    for folder in where.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdecimal() and not _alive(int(pid)) and folder.stat().st_uid == os.getuid():
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

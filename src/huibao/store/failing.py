"""What it means when the database itself fails: disk full, a page spoilt, the line cut. In words, with what to do.

Only the kind and the server's own code are told, never the statement: that may hold somebody's data.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.db import DatabaseError, connection

from huibao.kernel.problem import Problem, define

FULL: Final = define(
    "STORE-004",
    "存放数据库的磁盘已满；本次操作未作任何改动，此前已确认的都在。",
    "请腾出或增加磁盘空间，然后原样再办一次。",
    "The disk that holds the database is full; nothing was done, and what was confirmed before is all there.",
    "Free or add space on the disk, then do the same again.",
)
SPOILT: Final = define(
    "STORE-005",
    "数据库文件已损坏（{where}）。",
    "请立即停止使用，保留原文件，按运行维护手册从备份恢复，并检查磁盘。",
    "The database's own files are spoilt ({where}).",
    "Stop at once, keep the files as they are, restore from a backup as the operations guide says, and have the disk looked at.",
)
CUT: Final = define(
    "STORE-006",
    "与数据库的连接中断；本次操作可能已经完成，也可能没有。",
    "数据库恢复后，请用同样的内容（流水号不变）再办一次：已经完成的不会重复。",
    "The line to the database was cut; this may have been done or not.",
    "When the database is back, do the same again under the same key: what was done is not done twice.",
)

FULL_WORDS: Final = ("database or disk is full", "No space left on device")
SPOILT_WORDS: Final = ("malformed", "invalid page", "checksum mismatch", "page verification failed")
CUT_WORDS: Final = (
    "server closed the connection",
    "connection is closed",
    "the connection is lost",
    "terminating connection",
    "consuming input failed",
    "connection already closed",
    "the database system is in recovery mode",
    "the database system is starting up",
    "the database system is shutting down",
)
FULL_STATES: Final = frozenset({"53100"})
SPOILT_STATES: Final = frozenset({"XX001", "XX002"})
CUT_STATES: Final = frozenset({"57P01", "57P02", "57P03", "08003", "08006", "08007"})
"""PostgreSQL's own codes."""
NAMED: Final = re.compile(r"invalid page in block \d+ of relation [\w/]+")
MOST_LOOKED_AT_BYTES: Final = 32 << 20
"""A SQLite file up to this size is looked through when it is opened (some hundredths of a second); a larger one by `check`."""
MOST_FAULTS: Final = 3
MOST_CHARS: Final = 200


class SpoiltError(DatabaseError):
    """The engine's own look at its file found it spoilt."""


def problem_of(error: BaseException) -> Problem | None:
    """The problem behind an error of the database; None where the database is well and the error has another cause."""
    if not isinstance(error, DatabaseError):
        return None
    said, state = str(error), str(getattr(error.__cause__, "sqlstate", "") or "")
    if isinstance(error, SpoiltError):
        return SPOILT(where=said)
    if state in FULL_STATES or any(word in said for word in FULL_WORDS):
        return FULL()
    if state in SPOILT_STATES or any(word in said for word in SPOILT_WORDS):
        found = NAMED.search(said)
        return SPOILT(where=found[0] if found else connection.vendor)
    if state in CUT_STATES or any(word in said for word in CUT_WORDS):
        return CUT()
    return None


def look_through(*, opening: bool = False) -> None:
    """Raise `SpoiltError` where the file of the books is spoilt, as far as the engine can tell by its own structure.

    SQLite keeps no checksum of a page: its pages are held against each other, every index against its rows. PostgreSQL
    holds each page against its checksum whenever it reads one, so there is nothing to ask beforehand.
    """
    if connection.vendor != "sqlite":
        return
    size = 0
    with suppress(OSError):
        size = Path(str(connection.settings_dict["NAME"])).stat().st_size
    if opening and not 0 < size <= MOST_LOOKED_AT_BYTES:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {'quick_check' if opening else 'integrity_check'}({MOST_FAULTS})")
            found = [line for row in cursor.fetchall() for line in str(row[0]).splitlines()]
    except UnicodeDecodeError as error:
        # What the engine says names a table whose name is spoilt itself.
        raise SpoiltError("a name that is no text") from error
    if found != ["ok"]:
        # SQLite names pages and indexes here, never what stands in them.
        raise SpoiltError("; ".join(line for line in found if not line.startswith("***"))[:MOST_CHARS])

"""Files that go up by 9101 and down by 9102: kept some days, for the institution that sent them alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.problems import BAD_FILE, NO_FILE
from huibao.kernel.problem import Refused
from huibao.store import interface_file as store

KEPT: Final = timedelta(days=3)
MAX_FILE_BYTES: Final = 1_000_000
"""A month of a large hospital, packed; larger spans come in several files."""
MAX_LINES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A file and how long it may be fetched."""

    number: str
    name: str
    content: bytes
    kept_until: datetime


def keep(desk: Desk, name: str, content: bytes, kind: str) -> Kept:
    """Keep a file under a number."""
    if not content or len(content) > MAX_FILE_BYTES:
        why = f"空文件或超过 {MAX_FILE_BYTES} 字节 / empty, or more than {MAX_FILE_BYTES} bytes"
        raise Refused(BAD_FILE(why=why, limit=MAX_LINES, field="in"))
    made = Kept(desk.number(kind), name[:200], content, desk.clock.now() + KEPT)
    store.record(desk.institution, made.number, made.name, content, made.kept_until, desk.clock.now())
    return made


def fetch(desk: Desk, number: str) -> Kept:
    """A file of this institution. Refused when there is none, or its time is over."""
    found = store.find(desk.institution, number)
    if found is None or found[2] < desk.clock.now():
        raise Refused(NO_FILE(number=number[:30], field="file_qury_no"))
    name, content, kept_until = found
    return Kept(number, name, content, kept_until)

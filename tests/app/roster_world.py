"""A county's roster files for tests of the import: written to disk, read back by the real reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl

from huibao.app.roster_import import ImportResult, Sending, import_roster
from huibao.domain.roster.header import Cell
from huibao.domain.roster.source import SourceId
from tests.domain.roster.made_up import HOLDERS, holder, identity

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Clock:
    """A clock that stands still."""

    day: date = date(2025, 7, 1)

    def today(self) -> date:
        return self.day

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=CHINA)


def write(path: Path, header: Sequence[str], *rows: Sequence[Cell]) -> Path:
    """Write an xlsx of one sheet with a title row."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "名册"
    page.append(["某县名册（虚构）"])
    page.append(list(header))
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def holders(path: Path, people: int, *, grade: int = 3, first: int = 1) -> Path:
    """A faultless roster of so many certificate holders."""
    rows = [holder(f"王{chr(0x4E00 + at)}", identity(order=at), grade=grade) for at in range(first, first + people)]
    return write(path, HOLDERS, *rows)


def take_in(
    path: Path,
    taken_on: str = "2025-06-30",
    source: SourceId = SourceId.DISABILITY_CERTIFICATE,
    *,
    area: str | None = None,
    accept: Sequence[str] = (),
    today: date = date(2025, 7, 1),
    confirm: bool = True,
    dry_run: bool = False,
) -> ImportResult:
    """Import with the mapping confirmed."""
    sending = Sending(
        path=path, source=source, taken_on=date.fromisoformat(taken_on), area=area, confirm=confirm, accept=accept
    )
    return import_roster(sending, clock=Clock(today), dry_run=dry_run)

"""A county's desk for tests: a clerk, an approver, workbooks, and the worker that does what waits."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from huibao.app.access import Actor, Role
from huibao.app.roster_desk.dropping import Dropped, drop
from huibao.app.work.worker import work_off
from huibao.domain.roster.header import Cell
from huibao.domain.roster.source import SourceId
from huibao.store import draft as store
from huibao.store.draft import DraftRecord
from tests.app import roster_world, staff_world
from tests.app.staff_world import COUNTY, Hands
from tests.domain.roster.made_up import HOLDERS, holder, identity

DAY = date(2026, 4, 30)
FAULTLESS = 12


def clerk(clock: Hands) -> Actor:
    return staff_world.worker("li.wen", Role.COUNTY_CLERK, clock).actor


def approver(clock: Hands) -> Actor:
    return staff_world.worker("zhao.min", Role.COUNTY_APPROVER, clock).actor


def rows(*, spoilt: str = "", twice: bool = False) -> list[Sequence[Cell]]:
    """Faultless holders, then one with a number whose last digit is wrong, and one whose name another row has otherwise."""
    found: list[Sequence[Cell]] = [
        holder(f"王{chr(0x4E00 + at)}", identity(order=at)) for at in range(1, FAULTLESS + 1)
    ]
    if spoilt:
        line = holder("欧阳虚构", identity(order=99))
        found.append([line[0], spoilt, "", *line[3:]])
    if twice:
        found.append(holder("张虚构", identity(order=1)))
    return found


def workbook(folder: Path, lines: Sequence[Sequence[Cell]], name: str = "四月.xlsx") -> bytes:
    return roster_world.write(folder / name, HOLDERS, *lines).read_bytes()


def dropped(content: bytes, *, name: str = "四月.xlsx", on: date = DAY) -> Dropped:
    return Dropped(name, content, SourceId.DISABILITY_CERTIFICATE, on, COUNTY)


def looked(by: Actor, content: bytes, clock: Hands, *, name: str = "四月.xlsx", on: date = DAY) -> DraftRecord:
    """Drop a workbook, let it be looked at, and say that its columns mean what was guessed, where that is asked."""
    from huibao.app.roster_desk.dropping import confirm_columns

    draft = drop(by, dropped(content, name=name, on=on), clock).draft
    work_off(clock)
    found = there(draft.id)
    if found.state == "columns":
        chosen = {
            at: {int(one["index"]): str(one["column"]) for one in layout["columns"]}
            for at, layout in enumerate(found.layouts)
        }
        confirm_columns(by, found.id, found.version, chosen, clock)
        work_off(clock)
        found = there(draft.id)
    return found


def there(draft_id: int) -> DraftRecord:
    found = store.by_id(draft_id)
    assert found is not None
    return found

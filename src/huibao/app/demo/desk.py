"""What a newcomer finds on the county's desk: a roster with rows to decide, one that waits for approval, a preview of enrolment.

All made up: this month's rosters are last month's with a few people gone, a few new, and a few faults.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

import openpyxl

from huibao.app.access import Actor, Role
from huibao.app.accounts.sign_in import actor_of
from huibao.app.budget import contracts_of
from huibao.app.demo.accounts import COUNTY, NAMES
from huibao.app.enrolment_desk.foreseeing import ask_preview
from huibao.app.roster_desk.dropping import Dropped, confirm_columns, drop
from huibao.app.roster_desk.taking import decide, submit
from huibao.app.work.worker import work_off
from huibao.domain.roster.difference import RosterLine
from huibao.domain.roster.source import SourceId
from huibao.domain.roster.verdict import Standing
from huibao.kernel.certificate import DisabilityCategory, DisabilityGrade, certificate_number
from huibao.kernel.clock import Clock
from huibao.kernel.identity import check_digit
from huibao.store import draft as drafts
from huibao.store import roster, staff

HEADER: Final = ("姓名", "身份证号", "残疾证号", "残疾类别", "残疾等级", "区划代码")
ATHLETES: Final = ("姓名", "身份证号", "区划代码", "运动项目")
CARE: Final = ("姓名", "身份证号", "区划代码", "机构名称")
LEFT: Final = 3
NEW: Final = ("示范新一", "示范新二", "示范新三", "示范新四")
MOST_LINES: Final = 400
Line = Sequence[str]


def open_county_desk(clock: Clock) -> None:
    """Fill the county's desk, once."""
    record = staff.by_name(NAMES[Role.COUNTY_CLERK][0])
    if record is None or drafts.of_areas([COUNTY], 0, 1):
        return
    actor, today = actor_of(record), clock.today()
    last = roster.last_roster(SourceId.DISABILITY_CERTIFICATE, COUNTY)
    if last is None or last.taken_on >= today:
        return
    known = [line for line in roster.lines_of(last.id) if line.standing is Standing.LISTED][:MOST_LINES]
    _dropped(actor, "持证残疾人名册.xlsx", SourceId.DISABILITY_CERTIFICATE, HEADER, _holders(known), clock)
    _care(actor, known, clock)
    waiting = _dropped(actor, "残疾人运动员名册.xlsx", SourceId.ATHLETES, ATHLETES, _athletes(known), clock)
    found = drafts.by_id(waiting)
    if found is not None and found.state == "looked" and not found.problems:
        submit(actor, waiting, found.version, clock)
    for contract in contracts_of(COUNTY, today):
        ask_preview(actor, contract.number, max(today, contract.period.first_on), "demo", clock)
        break
    work_off(clock)


def _care(actor: Actor, known: Sequence[RosterLine], clock: Clock) -> None:
    """People in care, a few more than last time; taken in, so that a preview of enrolment finds somebody to enrol."""
    approver = staff.by_name(NAMES[Role.COUNTY_APPROVER][0])
    last = roster.last_roster(SourceId.CARE, COUNTY)
    before = [line for line in roster.lines_of(last.id) if line.standing is Standing.LISTED] if last else []
    lines = [(line.name, line.identity, line.domicile, "示范托养中心") for line in (*before, *known[-8:])]
    number = _dropped(actor, "托养机构残疾人名册.xlsx", SourceId.CARE, CARE, lines, clock)
    found = drafts.by_id(number)
    if approver is None or found is None or found.state != "looked" or found.problems:
        return
    submit(actor, number, found.version, clock)
    decide(actor_of(approver), number, "", clock, yes=True)
    work_off(clock)


def _dropped(
    actor: Actor, name: str, source: SourceId, header: Sequence[str], lines: Sequence[Line], clock: Clock
) -> int:
    """Drop a workbook, confirm what its columns mean, and have it looked at."""
    content = _workbook(header, lines)
    draft = drop(actor, Dropped(name, content, source, clock.today(), COUNTY), clock).draft
    work_off(clock)
    found = drafts.by_id(draft.id)
    if found is not None and found.state == "columns":
        chosen = {
            at: {int(one["index"]): str(one["column"]) for one in layout["columns"]}
            for at, layout in enumerate(found.layouts)
        }
        confirm_columns(actor, draft.id, found.version, chosen, clock)
        work_off(clock)
    return draft.id


def _holders(known: Sequence[RosterLine]) -> list[Line]:
    """Last month's holders of certificates, less a few, with a few new ones and a few faults."""
    lines: list[Line] = []
    for at, line in enumerate(known[: max(len(known) - LEFT, 0)]):
        category, _, grade = line.disability.partition("/")
        if not category:
            continue
        name = f"{line.name[:1]}示范" if at in {4, 9, 16} else line.name
        lines.append(_holder(name, line.identity, DisabilityCategory(category), int(grade), line.domicile))
    place = known[0].domicile if known else COUNTY
    for at, name in enumerate(NEW, 1):
        lines.append(_holder(name, _number(19_700_100 + at, 700 + at), DisabilityCategory.PHYSICAL, 3, place))
    spoilt = list(_holder("示范误", _number(19_700_120, 720), DisabilityCategory.VISUAL, 2, place))
    spoilt[1], spoilt[2] = spoilt[1][:12], ""
    return [*lines, spoilt, list(lines[0])] if lines else [spoilt]


def _athletes(known: Sequence[RosterLine]) -> list[Line]:
    return [(line.name, line.identity, line.domicile[:6], "田径") for line in known[:12]]


def _holder(name: str, identity: str, category: DisabilityCategory, grade: int, place: str) -> Line:
    number = certificate_number(identity, category, DisabilityGrade(grade))
    return (name, identity, number, category.zh, DisabilityGrade(grade).zh, place)


def _number(born: int, order: int) -> str:
    body = f"{COUNTY}{born}{order:03d}"
    return body + check_digit(body)


def _workbook(header: Sequence[str], lines: Sequence[Line]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    if page is None:
        raise AssertionError
    page.title = "名册"
    page.append(["示范县名册（虚构）"])
    page.append(list(header))
    for line in lines:
        page.append(list(line))
    made = BytesIO()
    book.save(made)
    return made.getvalue()

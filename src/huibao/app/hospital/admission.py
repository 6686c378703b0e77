"""Admission and discharge, and their undoing. Who is covered pays no deposit: treat first, pay later. SD-6.4, SD-7.2."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from huibao.app.hospital.desk import Desk
from huibao.app.hospital.people import find, psn_no
from huibao.app.hospital.problems import (
    ALREADY_IN,
    DAYS_WRONG,
    IN_FUTURE,
    NO_STAY,
    NOT_COVERED,
    STAY_STATE,
)
from huibao.kernel.problem import Refused
from huibao.store import stay as store
from huibao.store import stay_settlement
from huibao.store.locks import lock_people
from huibao.store.open_stay import OpenStay, open_stay
from huibao.store.stay import Stay, StayEvent
from huibao.store.stay_settlement import Settled

CHINA: Final = ZoneInfo("Asia/Shanghai")
CLOCKS_APART: Final = timedelta(minutes=30)
"""How far a hospital's clock may be ahead of ours, as for its signatures."""
MAX_STAY_DAYS: Final = 3_660
"""Ten years; a longer stay is a typing mistake."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What 2401 says: who, since when, under which number of the hospital, and what the settlement sheet will show."""

    psn_no: str
    certno: str
    cert_type: str
    begun_at: datetime
    med_type: str
    insutype: str
    psn_type: str
    ipt_no: str
    said: Mapping[str, Any]


def admit(desk: Desk, asked: Admission) -> Stay:
    """Begin a stay. Refused without a cover in force on the day, and while the person is in this hospital already."""
    if asked.begun_at > desk.clock.now() + CLOCKS_APART:
        raise Refused(IN_FUTURE(what="入院时间", day=asked.begun_at.strftime("%Y-%m-%d %H:%M"), field="begntime"))
    day = asked.begun_at.date()
    found = find(desk, asked.certno, asked.cert_type, asked.psn_no, "", day)
    lock_people([found.person.id])
    if not found.covers:
        raise Refused(NOT_COVERED(day=day))
    for earlier in store.of_person(found.person.id, desk.institution):
        if not earlier.undone and earlier.discharge is None:
            raise Refused(ALREADY_IN(stay=earlier.number))
    stay = Stay(
        id=0,
        number=desk.number("stay"),
        institution=desk.institution.code,
        hospital=desk.institution.name,
        person_id=found.person.id,
        psn_no=asked.psn_no or psn_no(found.person),
        begun_at=asked.begun_at,
        med_type=asked.med_type,
        insutype=asked.insutype,
        psn_type=asked.psn_type,
        ipt_no=asked.ipt_no,
        said=asked.said,
        deposit_waived=True,
        waived_under=found.covers[0].contract,
        entered_at=desk.clock.now(),
        person=found.person,
    )
    return store.record(stay, desk.institution)


def existing(desk: Desk, mdtrt_id: str, number: str, *, lock: bool = True) -> Stay:
    """The stay of that number, at this hospital, of that person; with the person locked when something is to change."""
    return opened(desk, mdtrt_id, number, lock=lock).stay


def opened(desk: Desk, mdtrt_id: str, number: str, *, lock: bool = True) -> OpenStay:
    """The same with its fee lines and settlements that stand, in one trip to the database."""
    found = open_stay(mdtrt_id, lock=lock)
    theirs(desk, found.stay if found is not None else None, number)
    if found is None:
        raise Refused(NO_STAY(field="mdtrt_id"))
    return found


def theirs(desk: Desk, found: Stay | None, number: str) -> Stay:
    """Refuse a stay that is not there, is another hospital's, or another person's."""
    if found is None or found.institution != desk.institution.code or found.undone:
        raise Refused(NO_STAY(field="mdtrt_id"))
    if number not in {found.psn_no, psn_no(found.person)}:
        raise Refused(NO_STAY(field="psn_no"))
    return found


def discharge(desk: Desk, mdtrt_id: str, number: str, ended_at: datetime, said: Mapping[str, Any]) -> Stay:
    """End a stay."""
    stay = existing(desk, mdtrt_id, number)
    if stay.discharge is not None:
        raise Refused(STAY_STATE(state="已办理出院", act="出院", first="用 2405 撤销原出院登记"))
    first, last = stay.begun_at.date(), ended_at.date()
    if ended_at < stay.begun_at or (last - first).days > MAX_STAY_DAYS:
        raise Refused(DAYS_WRONG(what="住院起止时间", first=first, last=last, limit=MAX_STAY_DAYS, field="endtime"))
    if ended_at > desk.clock.now() + CLOCKS_APART:
        raise Refused(IN_FUTURE(what="出院时间", day=ended_at.strftime("%Y-%m-%d %H:%M"), field="endtime"))
    store.add_event(stay, StayEvent(store.DISCHARGED, ended_at, said, desk.clock.now()))
    return stay


def undo_discharge(desk: Desk, mdtrt_id: str, number: str) -> Stay:
    """Take a discharge back, so that the stay goes on. Refused while a settlement of it stands."""
    here = opened(desk, mdtrt_id, number)
    stay = here.stay
    if stay.discharge is None:
        raise Refused(STAY_STATE(state="未办理出院", act="撤销出院", first="核对就诊 ID"))
    if here.settled:
        raise Refused(STAY_STATE(state="已结算", act="撤销出院", first="用 2305 撤销结算"))
    store.add_event(stay, StayEvent(store.DISCHARGE_UNDONE, desk.clock.now(), {}, desk.clock.now()))
    return stay


def undo_admission(desk: Desk, mdtrt_id: str, number: str) -> Stay:
    """Take an admission back. Refused while fee lines or a settlement of it stand, or after discharge."""
    here = opened(desk, mdtrt_id, number)
    stay = here.stay
    if here.settled:
        raise Refused(STAY_STATE(state="已结算", act="撤销入院", first="用 2305 撤销结算"))
    if here.charges:
        raise Refused(STAY_STATE(state="已有费用明细", act="撤销入院", first="用 2302 撤销全部明细"))
    if stay.discharge is not None:
        raise Refused(STAY_STATE(state="已办理出院", act="撤销入院", first="用 2405 撤销出院"))
    store.add_event(stay, StayEvent(store.ADMISSION_UNDONE, desk.clock.now(), {}, desk.clock.now()))
    return stay


def standing_settlements(stay: Stay) -> tuple[Settled, ...]:
    """The settlements of a stay that were not undone; what completes one is no settlement of its own."""
    rows = stay_settlement.settled_of_stay(stay)
    return tuple(one for one in rows if one.reverses is None and one.reversed_by is None and one.completes is None)

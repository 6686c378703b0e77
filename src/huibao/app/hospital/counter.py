"""The hospital's counter by hand: for the days its own software is down. Find the stay, reckon, settle once, print. R3.

It does what messages 2303, 2304 and 2305 do, by the same functions and under the same rules; the key of the form takes
the message number's place, so that a page sent twice settles once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from huibao.app.access import Actor, Noun, Verb, must
from huibao.app.hospital import fees, statement
from huibao.app.hospital.admission import CHINA, Admission, admit, discharge, standing_settlements
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Answer, Discharge
from huibao.app.hospital.payers import Line, give_back, hear
from huibao.app.hospital.people import find, psn_no
from huibao.app.hospital.problems import NO_SETTLEMENT, NO_STAY
from huibao.app.hospital.regions import Mode, Regions
from huibao.app.hospital.settling import presettle, settle
from huibao.app.hospital.undoing import undo
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.store import institution as institutions
from huibao.store import stay as store
from huibao.store import stay_settlement
from huibao.store.locks import lock_people
from huibao.store.stay import Stay
from huibao.store.stay_settlement import Settled
from huibao.store.trail import Deed, append
from huibao.store.unit import unit_of_work

IDENTITY_CARD: Final = "01"
ZIP_MARK: Final = b"PK\x03\x04"
SETL_ID, RESULT, WHY = 2, 4, 6
"""Places in a row of the national result file."""
MSGID_CHARS: Final = 30
IN_PATIENT: Final = "2101"
"""Ordinary in-patient care, of dictionary med_type."""
INSUTYPE: Final = ""
"""Left to the region's own."""

NO_INSTITUTION: Final = define(
    "COUNTER-001",
    "您的账号没有绑定医院，或该医院已暂停接入。",
    "请联系账号管理员，在负责范围中写明医院编码。",
    "Your account names no hospital, or the hospital is suspended.",
    "Ask the keeper of accounts to put the hospital's code into your remit.",
)
IN_THE_WAY: Final = define(
    "COUNTER-002",
    "此人 {first} 至 {last} 已登记住院（住院号 {ipt_no}），与填写的日期重叠。",
    "请从结算窗口查到那次住院；日期有误的，请更正后再登记。",
    "A stay of this person from {first} to {last} is on record (in-patient number {ipt_no}); the days overlap.",
    "Find that stay at the counter; if the days are wrong, correct them and record it again.",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A person at the counter: the stays here that wait to be settled, and those settled last."""

    name: str
    person_id: int
    covered: bool
    waiting: tuple[Stay, ...]
    settled: tuple[Settled, ...]


@dataclass(frozen=True, slots=True)
class Bill:
    """What is on record of a stay before it is settled, fen. `split` is None where the fee lines do not state it."""

    stay: Stay
    total_fen: int
    split: Mapping[str, int] | None
    asks_payers: bool
    """Whether the other payers are asked from here; else the cashier states what they paid."""

    @property
    def has_lines(self) -> bool:
        """Whether fee lines stand, so that nothing of the bill has to be typed."""
        return self.total_fen > 0


def desk_of(actor: Actor, regions: Regions, clock: Clock, key: str = "") -> Desk:
    """The desk of a cashier's hospital. Refused where the account names none that is connected."""
    code = next((reach.contract for reach in actor.reaches if reach.contract), "")
    found = institutions.institution(code) if code else None
    must(actor, Verb.READ, Noun.BILL)
    if found is None or found.suspended:
        raise Refused(NO_INSTITUTION())
    return Desk(found, f"C{key}"[:MSGID_CHARS], clock, regions)


def look_up(actor: Actor, desk: Desk, number: str, source: str) -> Found:
    """Whom a document's number means, with the stays at this hospital. The look is on record."""
    known = find(desk, number, IDENTITY_CARD, "", "", desk.clock.today())
    stays = [one for one in store.of_person(known.person.id, desk.institution) if not one.undone]
    waiting: list[Stay] = []
    settled: list[Settled] = []
    for stay in reversed(stays):
        standing = standing_settlements(stay)
        if any(not one.mid_stay for one in standing):
            settled += [one for one in standing if not one.mid_stay]
        else:
            waiting.append(stay)
    with unit_of_work():
        append(_deed(actor, desk, "find", "person", str(known.person.id), source))
    return Found(known.person.name, known.person.id, bool(known.covers), tuple(waiting), tuple(settled))


def bill_of(desk: Desk, stay_id: int) -> Bill:
    """A stay of this hospital with what its fee lines come to. Refused for a stay that is not there or not open."""
    stay = _own(desk, stay_id)
    sums = fees.totals(store.charges(stay))
    before = sum(int(one.money["medfee_sumamt"]) for one in standing_settlements(stay))
    split = {part: sums[part] for part in fees.PARTS} if "in_policy" in sums and not before else None
    year = (stay.discharge.at if stay.discharge else desk.clock.now()).year
    return Bill(stay, sums["bill_total"] - before, split, desk.region(year).mode is Mode.PLATFORM)


def come_in(actor: Actor, desk: Desk, number: str, first: date, last: date, ipt_no: str, source: str) -> Stay:
    """Put on record by hand a stay that the hospital's software could not report: admission and discharge.

    The same stay sent again, or by a colleague, is the one on record; one whose days lie across another's is refused.
    """
    _must_settle(actor, desk)
    said = Admission(
        "", number, IDENTITY_CARD, datetime.combine(first, time(8), CHINA), IN_PATIENT, INSUTYPE, "", ipt_no, {}
    )
    with unit_of_work():
        known = _known(desk, said, first, last)
        if known is not None:
            return known
        stay = admit(desk, said)
        ended = min(datetime.combine(last, time(18), CHINA), desk.clock.now())
        stay = discharge(desk, stay.number, stay.psn_no, ended, {})
        append(_deed(actor, desk, "admit", "stay", stay.number, source))
    return stay


def _known(desk: Desk, said: Admission, first: date, last: date) -> Stay | None:
    """The same stay, if it is on record. Held by its person, so that of two who record it at once one finds the other's."""
    person = find(desk, said.certno, said.cert_type, "", "", first).person
    lock_people([person.id])
    for stay in store.of_person(person.id, desk.institution):
        if stay.undone or stay.discharge is None:
            continue
        began, ended = (moment.astimezone(CHINA).date() for moment in (stay.begun_at, stay.discharge.at))
        if (began, ended, stay.ipt_no) == (first, last, said.ipt_no):
            return stay
        if first < ended and began < last:
            raise Refused(IN_THE_WAY(first=began, last=ended, ipt_no=stay.ipt_no, field="first"))
    return None


def settlements_of(desk: Desk, stay_id: int) -> tuple[str, ...]:
    """Numbers of the settlements of a stay of this hospital that stand."""
    return tuple(one.setl_id for one in standing_settlements(_own(desk, stay_id)))


def reckon(desk: Desk, asked: Discharge, line: Line) -> Answer:
    """What settling comes to; nothing stays."""
    return presettle(desk, hear(desk, asked, line, trial=True))


def settle_bill(actor: Actor, desk: Desk, asked: Discharge, line: Line, source: str) -> str:
    """Settle; returns the settlement's number. Asked again with the same key it answers with the first one."""
    _must_settle(actor, desk)
    earlier = _settled_under(desk, asked)
    if earlier:
        return earlier
    heard = hear(desk, asked, line, trial=False)
    try:
        with unit_of_work():
            answer = settle(desk, heard)
            append(_deed(actor, desk, "settle", "bill", answer.setl_id, source))
    except Refused:
        # Two copies of one page at once: the second finds what the first one did.
        earlier = _settled_under(desk, asked)
        if earlier:
            return earlier
        with unit_of_work():
            give_back(desk, desk.msgid)
        raise
    return answer.setl_id


def undo_bill(actor: Actor, desk: Desk, setl_id: str, source: str) -> str:
    """Undo a settlement of this hospital in full; returns the reversal's number."""
    _must_settle(actor, desk)
    found = settled_here(desk, setl_id)
    if found.reversed_by:
        return found.reversed_by
    with unit_of_work():
        _, mirrored = undo(desk, found.stay, found.psn_no, setl_id)
        append(_deed(actor, desk, "undo", "bill", setl_id, source))
    return mirrored.setl_id


def settled_under(desk: Desk, stay_id: int) -> str:
    """The settlement that the form of this key made before; "" when it made none."""
    stay = _own(desk, stay_id)
    return next((one.setl_id for one in standing_settlements(stay) if one.msgid == desk.msgid), "")


@dataclass(frozen=True, slots=True)
class Difference:
    """One settlement on which the hospital's list and ours differ: its number, the cause, and the bill on either side."""

    setl_id: str
    why: str
    theirs_fen: int | None
    ours_fen: int | None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of settlements at a hospital: how many, what they came to, fen, and what differs from its list."""

    count: int
    bills_fen: int
    funds_fen: int
    listed: int = 0
    differences: tuple[Difference, ...] = ()


def month(actor: Actor, desk: Desk, first: date, last: date, listed: bytes | None = None) -> Month:
    """Sums of the days; with the hospital's list (the interface's text or ZIP of it) what differs, and nothing else."""
    must(actor, Verb.READ, Noun.BILL, actor.area, desk.institution.code)
    rows = statement.ours_between(desk, first, last)
    sums = Month(len(rows), sum(int(one.money["medfee_sumamt"]) for one in rows), sum(one.fund_pay_fen for one in rows))
    if listed is None:
        return sums
    theirs = tuple(statement.read_lines(_as_packed(listed)))
    bills = {one.setl_id: int(one.money["medfee_sumamt"]) for one in rows}
    stated = {one.setl_id: one.medfee_fen for one in theirs}
    found = tuple(
        Difference(row[SETL_ID], row[WHY], stated.get(row[SETL_ID]), bills.get(row[SETL_ID]))
        for row in statement.compared(desk, theirs, first, last, {})
        if row[RESULT] != statement.EVEN
    )
    return replace(sums, listed=len(theirs), differences=found)


def _as_packed(content: bytes) -> bytes:
    """The interface's ZIP as it is; a plain text, tabs or commas, packed as the interface would."""
    if content.startswith(ZIP_MARK):
        return content
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    return statement.packed("list.txt", text.replace(",", "\t") if "\t" not in text else text)


def settled_here(desk: Desk, setl_id: str) -> Settled:
    """A settlement of this hospital. Refused for any other."""
    found = stay_settlement.settled(setl_id)
    if found is None or found.stay_institution != desk.institution.code:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    return found


def _own(desk: Desk, stay_id: int) -> Stay:
    stay = store.by_id(stay_id)
    if stay is None or stay.institution != desk.institution.code or stay.undone:
        raise Refused(NO_STAY(field="mdtrt_id"))
    return stay


def number_of(stay: Stay) -> str:
    """The person's number under which a stay answers."""
    return stay.psn_no or psn_no(stay.person)


def _settled_under(desk: Desk, asked: Discharge) -> str:
    stay = store.by_number(asked.mdtrt_id)
    if stay is None:
        return ""
    return next((one.setl_id for one in standing_settlements(stay) if one.msgid == desk.msgid), "")


def _must_settle(actor: Actor, desk: Desk) -> None:
    must(actor, Verb.SETTLE, Noun.BILL, actor.area, desk.institution.code)


def _deed(actor: Actor, desk: Desk, verb: str, noun: str, ref: str, source: str) -> Deed:
    return Deed(desk.clock.now(), actor.staff_id, actor.role.value, verb, noun, ref, desk.area, source=source)

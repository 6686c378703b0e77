"""Remote payers, asked in the scheme's order (platform mode): time limits, tries under one key, and a payer left alone when down.

Payers before ours are asked outside any transaction of the database; what each answered is kept, so that a message sent
again asks under the same key and nobody pays twice. What had been answered for a settlement that then failed, or that is
undone, is undone at the payer too, by a later run where it does not answer now.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Protocol

from huibao.app.hospital.admission import existing, standing_settlements
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Discharge
from huibao.app.hospital.figures import OWN_FIELD
from huibao.app.hospital.problems import ALREADY_SETTLED
from huibao.app.hospital.regions import Mode, Region, RemotePayer
from huibao.app.hospital.settling import REPORTED
from huibao.kernel.fen import FEN_A_YUAN
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer
from huibao.store import message as messages
from huibao.store import payer_call as store
from huibao.store.payer_call import ANSWERED, ASKED, SETTLE, SILENT, UNDO, Call
from huibao.store.stay import Stay
from huibao.store.unit import unit_of_work

KEY_CHARS: Final = 30
NEVER_SETTLED: Final = timedelta(days=1)
"""A message for which payers were asked, and that came to nothing within a day, is given back: nobody sends it again."""
PRESETTLE_AT_PAYER, SETTLE_AT_PAYER, UNDO_AT_PAYER = "2303", "2304", "2601"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a remote payer said: fen it pays, and its own number for it."""

    fen: int
    remote_id: str


class Down(Exception):  # noqa: N818 - said of a payer
    """A payer did not answer in time, or not in a way that can be used."""


class Line(Protocol):
    """The line to remote payers."""

    def ask(self, payer: RemotePayer, infno: str, key: str, said: Mapping[str, Any], code: str) -> Heard:
        """Ask a payer under a key; `code` is its fund code. `Down` when no usable answer came."""


def hear(desk: Desk, asked: Discharge, line: Line, *, trial: bool) -> Discharge:
    """The same discharge with what the payers before ours pay; in supplement mode as it is."""
    stay = existing(desk, asked.mdtrt_id, asked.psn_no, lock=False)
    region = region_of(desk, stay, asked)
    if region.mode is Mode.SUPPLEMENT:
        return asked
    if not trial:
        _alone(desk, asked)
    others = dict(asked.others)
    pending: list[Payer] = []
    for payer in region.remote:
        # Where one before it is silent, what the next pays is not known either: each pays on what the earlier left.
        if pending:
            pending.append(payer.payer)
            continue
        try:
            heard = _ask(desk, stay, replace(asked, others=others), payer, region, line, trial=trial)
        except Down:
            pending.append(payer.payer)
            continue
        others[payer.payer] = heard.fen
    return replace(asked, others=others, pending=tuple(pending))


def _alone(desk: Desk, asked: Discharge) -> None:
    """Let no other message about this stay be settled beside this one. Refused where one is settled already.

    A hospital that was told to ask again, or heard nothing, may begin anew under another msgid while its payers were asked
    for the first one. The first is then given up for good: its place is taken, so that it is rolled back if it is still under
    way, and its payers undo it before they are asked again.
    """
    with unit_of_work():
        stay = existing(desk, asked.mdtrt_id, asked.psn_no)
        for earlier in standing_settlements(stay):
            if not earlier.mid_stay and earlier.msgid != desk.msgid:
                raise Refused(ALREADY_SETTLED(setl_id=earlier.setl_id))
        for msgid in sorted(store.asked_for_stay(desk.institution, stay.number) - {desk.msgid}):
            messages.take(desk.institution.id, msgid, SETTLE_AT_PAYER, desk.clock.now())
            taken, _ = messages.about(desk.institution.id, msgid)
            if taken is not None and taken.content_hash == messages.NEVER_CAME:
                give_back(desk, msgid)


def region_of(desk: Desk, stay: Stay, asked: Discharge) -> Region:
    """The region's ways in the year of discharge."""
    if stay.discharge is not None:
        return desk.region(stay.discharge.at.year)
    return desk.region((asked.discharged_on or desk.clock.today()).year)


def _ask(
    desk: Desk, stay: Stay, asked: Discharge, payer: RemotePayer, region: Region, line: Line, *, trial: bool
) -> Heard:
    earlier = store.calls(desk.institution, desk.msgid)
    key = key_of(desk, payer.payer, earlier)
    kept = next((one for one in earlier if one.key == key and one.verb == SETTLE and one.outcome == ANSWERED), None)
    if kept is not None:
        return Heard(kept.fen, kept.remote_id)
    said = request(stay, asked)
    call = Call(desk.institution, desk.msgid, stay.number, key, payer.payer, SETTLE, ASKED, 0, "", {}, desk.clock.now())
    if not trial:
        # What it is to undo of this stay comes first: it would pay for one stay twice, or refuse the second.
        for undone in store.open_undos(desk.institution, stay.number, payer.payer):
            _undo_there(desk, undone, payer, line)
        note(call)
    infno = PRESETTLE_AT_PAYER if trial else SETTLE_AT_PAYER
    try:
        heard = line.ask(payer, infno, key, said, region.fund_codes[payer.payer].code)
        room = asked.total_fen - sum(asked.reported.values()) - sum(asked.others.values())
        if not 0 <= heard.fen <= room:
            raise Down  # noqa: TRY301 - an amount that cannot be is no answer
    except Down:
        if not trial:
            note(replace(call, outcome=SILENT, entered_at=desk.clock.now()))
        raise
    if not trial:
        at = desk.clock.now()
        note(replace(call, outcome=ANSWERED, fen=heard.fen, remote_id=heard.remote_id, entered_at=at))
    return heard


def note(call: Call) -> None:
    """Keep one step, durable before the next."""
    with unit_of_work():
        store.record(call)


def key_of(desk: Desk, payer: Payer, earlier: tuple[Call, ...]) -> str:
    """The key under which a payer is asked for a message: the same each time, and a new one after it was undone there."""
    undone = sum(one.verb == UNDO and one.outcome == ASKED and one.payer is payer for one in earlier)
    said = f"{desk.institution.code}/{desk.msgid}/{payer}/{undone}".encode()
    return f"HB{hashlib.sha256(said).hexdigest()[: KEY_CHARS - 2]}"


def request(stay: Stay, asked: Discharge) -> dict[str, Any]:
    """What a payer is told: the person, the bill, and what those before it pay."""
    paid = dict(asked.reported)
    own = {payer: name for name, payer in REPORTED.items() if name in OWN_FIELD.values() or name == "hosp_part_amt"}
    for payer, fen in asked.others.items():
        name = own.get(payer, "oth_pay")
        paid[name] = paid.get(name, 0) + fen
    amounts = {"medfee_sumamt": asked.total_fen, **paid}
    return {
        "psn_no": stay.psn_no,
        "certno": stay.person.identity,
        "psn_cert_type": "01",
        "psn_name": stay.person.name,
        "mdtrt_id": stay.number,
        "begntime": f"{stay.begun_at:%Y-%m-%d %H:%M:%S}",
        "mid_setl_flag": "1" if asked.mid_stay else "0",
        **{name: yuan(fen) for name, fen in amounts.items()},
        **{field: yuan(asked.split.get(part, 0)) for field, part in PARTS.items()},
    }


PARTS: Final = {
    "fulamt_ownpay_amt": "out_of_catalogue",
    "overlmt_selfpay": "over_limit",
    "preselfpay_amt": "first_self_pay",
    "inscp_scp_amt": "in_policy",
}


def yuan(fen: int) -> str:
    """Fen as messages have it."""
    sign, (whole, part) = "-" if fen < 0 else "", divmod(abs(fen), FEN_A_YUAN)
    return f"{sign}{whole}.{part:02d}"


def give_back(desk: Desk, msgid: str) -> None:
    """Ask every payer that was asked for a message to undo it; done by the next run of `undo_at_payers`.

    Those that were silent too: an answer may have been lost on its way, and undoing what never came does no harm.
    """
    last = {one.key: one for one in store.calls(desk.institution, msgid)}
    for one in last.values():
        if one.verb == UNDO:
            continue
        store.record(replace(one, verb=UNDO, outcome=ASKED, entered_at=desk.clock.now()))


def undo_at_payers(desk: Desk, line: Line) -> int:
    """Undo at the payers what was asked to be undone, and what was never settled here; returns how many still wait."""
    with unit_of_work():
        for msgid in sorted(store.without_message(desk.institution, desk.clock.now() - NEVER_SETTLED)):
            give_back(desk, msgid)
    left = 0
    for call in store.open_calls(desk.institution, UNDO):
        region = desk.region(call.entered_at.year)
        payer = next((one for one in region.remote if one.payer is call.payer), None)
        if payer is None:
            left += 1
            continue
        try:
            _undo_there(desk, call, payer, line)
        except Down:
            left += 1
    return left


def _undo_there(desk: Desk, call: Call, payer: RemotePayer, line: Line) -> None:
    """Tell a payer to undo what it was asked under a key. `Down` when it does not answer: it is told again another time."""
    said = {"psn_no": "-", "omsgid": call.key, "oinfno": SETTLE_AT_PAYER}
    line.ask(payer, UNDO_AT_PAYER, f"{call.key[:-2]}UU", said, "")
    note(replace(call, outcome=ANSWERED, entered_at=desk.clock.now()))

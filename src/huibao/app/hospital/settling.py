"""One-stop settlement at discharge over all payers, tried beforehand and undone. S7, SD-6.4.

Everything is in the caller's unit of work and in one write: the settlement with its layers, accumulators and posting, the
debt of whoever pays later, the national number, and the message with its answer. A trial reckons the same and writes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any, Final

from huibao.app.hospital import fees
from huibao.app.hospital.admission import theirs
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Answer, Discharge, as_data
from huibao.app.hospital.figures import Figures, Shares, figures, shares_of
from huibao.app.hospital.problems import (
    ALREADY_SETTLED,
    DAYS_WRONG,
    IN_FUTURE,
    LINES_DIFFER,
    NEGATIVE,
    NO_SPLIT,
    NO_STAY,
    NOT_DISCHARGED,
    PAYER_UNKNOWN,
)
from huibao.app.settlement import settle_bills
from huibao.app.settlement_batch import Along, Batch, SettlementResult
from huibao.domain import postings
from huibao.domain.ledger import Entry, debt
from huibao.domain.settlement.bill import Bill
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.invariant import Broken, invariant
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer
from huibao.store import ledger, stay_settlement, together
from huibao.store import message as messages
from huibao.store.message import Message
from huibao.store.open_stay import OpenStay
from huibao.store.settlement import Recorded, by_number
from huibao.store.settling import Beside
from huibao.store.stay import Stay
from huibao.store.stay_settlement import Settled
from huibao.store.together import AtHand, Hold, Named, at_hand
from huibao.store.unit import rehearsal, unit_of_work

TERTIARY: Final = frozenset({"1", "2", "3", "4", "12"})
SECONDARY: Final = frozenset({"5", "6", "7", "13"})

REPORTED: Final[Mapping[str, Payer]] = {
    "hifp_pay": Payer.BASIC_MEDICAL,
    "hifmi_pay": Payer.CRITICAL_ILLNESS,
    "maf_pay": Payer.MEDICAL_ASSISTANCE,
    "hosp_part_amt": Payer.HOSPITAL_REDUCTION,
    "cvlserv_pay": Payer.OTHER,
    "hifes_pay": Payer.OTHER,
    "hifob_pay": Payer.OTHER,
    "hifdm_pay": Payer.OTHER,
    "oth_pay": Payer.OTHER,
}
"""National money field → the payer as which a scheme knows it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message that asks to settle, or to try it; `setl_id` is the national number it settles under."""

    desk: Desk
    asked: Discharge
    setl_id: str

    def named(self, nonce: str = "", sign_no: str = "") -> Named:
        """What it names, for the one question that is asked for it."""
        code = self.desk.institution.code
        owner = debt(code, self.asked.mdtrt_id).owner
        return Named(
            institution_id=self.desk.institution.id,
            msgid=self.desk.msgid,
            sign_no=sign_no,
            nonce=nonce,
            stay=self.asked.mdtrt_id,
            number=f"{code}/{self.setl_id}",
            beside=Beside((debt_key(self.setl_id),), (code, owner)),
        )


def case_of(desk: Desk, asked: Discharge) -> Case:
    """A case under a national number of its own."""
    return Case(desk, asked, desk.number("settlement"))


Keep = Callable[[int, Answer], Message]
"""The message with the answer that is written from the settlement of the case at a place."""


def settle(desk: Desk, asked: Discharge) -> Answer:
    """Settle one stay by hand, within the caller's unit of work. Refused leaves nothing."""
    case = case_of(desk, asked)
    hand = at_hand([case.named()], desk.clock.today(), desk.clock.now(), Hold.WAIT)
    (found,) = settle_all([case], hand)
    if isinstance(found, Refused):
        raise found
    return found


def settle_all(
    cases: Sequence[Case], hand: AtHand, keep: Keep | None = None, *, commits: bool = False
) -> list[Answer | Refused]:
    """Settle stays, each by itself, and record them in one write: bill, layers, books, debt, national number, message.

    What is refused leaves nothing. No two of the cases are of one stay. With `commits` the write may carry the commit of the
    unit of work: nothing else is written in it then.
    """
    results: dict[int, Answer | Refused] = {}
    due: list[tuple[int, _Due]] = []
    for at, case in enumerate(cases):
        try:
            one = _due(case, hand.stays.get(case.asked.mdtrt_id))
            if not case.asked.pending:
                due.append((at, one))
                continue
            with unit_of_work():
                results[at] = answer = _wait(case.desk, one.stay, case.asked, one.bill)
                if keep is not None:
                    messages.record(keep(at, answer))
        except Refused as refused:
            results[at] = refused
    if due:
        batch = _Together([one for _, one in due], [at for at, _ in due], hand, keep)
        settled = batch.settle(commits=commits)
        results |= {at: found for (at, _), found in zip(due, settled, strict=True)}
    return [results[at] for at in range(len(cases))]


def presettle(desk: Desk, asked: Discharge) -> Answer:
    """What settling would come to. Nothing is held, nothing stays."""
    case = case_of(desk, asked)
    with unit_of_work():
        hand = at_hand([case.named()], desk.clock.today(), desk.clock.now(), Hold.NOT)
        due = _due(case, hand.stays.get(asked.mdtrt_id), trial=True)
        if asked.pending:
            return _unfinished(desk, due.stay, asked, due.bill)
        (found,) = _Together([due], [0], hand, None).rehearse()
    if isinstance(found, Refused):
        raise found
    return found


@dataclass(frozen=True, slots=True)
class _Due:
    """A case whose stay may be settled, with its bill."""

    case: Case
    stay: Stay
    bill: Bill


def _due(case: Case, here: OpenStay | None, *, trial: bool = False) -> _Due:
    """The bill of a stay that may be settled as it stands. Refused otherwise."""
    desk, asked = case.desk, case.asked
    stated = {**asked.reported, "acct_pay": asked.acct_pay_fen, "act_pay_dedc": asked.deductible_fen}
    below = [NEGATIVE(field=name) for name, fen in stated.items() if fen < 0]
    if below:
        raise Refused(below)
    if here is None:
        raise Refused(NO_STAY(field="mdtrt_id"))
    stay = theirs(desk, here.stay, asked.psn_no)
    for earlier in here.settled:
        if not earlier.mid_stay:
            raise Refused(ALREADY_SETTLED(setl_id=earlier.setl_id))
    day = _day(desk, stay, asked, trial=trial)
    split = _split(here, asked, trial=trial)
    return _Due(case, stay, bill_of(desk, stay, asked, day, split, case.setl_id))


class _Together:
    """Bills settled in one batch, each with all that goes along with it: debt, national number, message."""

    def __init__(self, due: Sequence[_Due], places: Sequence[int], hand: AtHand, keep: Keep | None) -> None:
        self.due, self.places, self.keep = due, places, keep
        self.answers: dict[int, Answer] = {}
        beside = together.beside([one.case.named() for one in due])
        clock = due[0].case.desk.clock
        self.batch = Batch([one.bill for one in due], clock, hand.world, self._along, beside)

    def settle(self, *, commits: bool) -> list[Answer | Refused]:
        """Each one's answer, written down."""
        return self._told(self.batch.settle(commits=commits))

    def rehearse(self) -> list[Answer | Refused]:
        """Each one's answer, with nothing written."""
        return self._told(self.batch.rehearse())

    def _told(self, results: Sequence[SettlementResult] | None) -> list[Answer | Refused]:
        if results is None:
            raise Broken("L4", f"{self.due[0].case.setl_id}: taken by another writer")
        return [
            self.answers[at] if one.settlement is not None else Refused(one.problems) for at, one in enumerate(results)
        ]

    def _along(self, at: int, recorded: Recorded) -> Along:
        one = self.due[at]
        desk, asked, stay = one.case.desk, one.case.asked, one.stay
        _all_taken(asked, recorded)
        region = desk.region(recorded.policy_year_on.year)
        found = figures(region, shares_of(recorded), asked.reported, asked.acct_pay_fen)
        answer = self.answers[at] = _answer(desk, stay, asked, one.bill, found)
        owed = tuple(_owed(desk, stay, answer.setl_id, answer.debt_fen))
        kept = stay_settlement.settled_row(_kept(desk, asked, answer, recorded.number), stay)
        message = None if self.keep is None else messages.values_of(self.keep(self.places[at], answer))
        return Along(owed, kept, message)


def _day(desk: Desk, stay: Stay, asked: Discharge, *, trial: bool) -> date:
    """The day that decides: of discharge; during a stay, and on trial, today."""
    today = desk.clock.today()
    if stay.discharge is not None:
        day = stay.discharge.at.date()
    elif asked.discharged_on is not None:
        day = asked.discharged_on
    elif asked.mid_stay or trial:
        day = today
    else:
        raise Refused(NOT_DISCHARGED(field="dscgTime"))
    first = stay.begun_at.date()
    if day < first:
        raise Refused(DAYS_WRONG(what="住院起止日期", first=first, last=day, limit=0, field="dscgTime"))
    if day > today:
        raise Refused(IN_FUTURE(what="出院日期", day=day, field="dscgTime"))
    return day


def _split(here: OpenStay, asked: Discharge, *, trial: bool) -> dict[str, int]:
    """The four parts of the bill, as stated or summed from the fee lines, which must make the bill."""
    lines, before = here.charges, here.settled
    sums = fees.totals(lines)
    settled_fen = sum(one.total_fen for one in before)
    open_fen = sums["bill_total"] - settled_fen
    fits = asked.total_fen <= open_fen if asked.mid_stay else asked.total_fen == open_fen
    if lines and not fits and not (trial and asked.mid_stay):
        found, expected = asked.total_fen, open_fen
        raise Refused(
            LINES_DIFFER(
                found=yuan_text(found),
                expected=yuan_text(expected),
                difference=yuan_text(abs(found - expected)),
                field="medfee_sumamt",
            )
        )
    if "in_policy" in asked.split:
        return dict(asked.split)
    if before or "in_policy" not in sums:
        raise Refused(NO_SPLIT(field="inscp_scp_amt"))
    return {part: sums[part] for part in fees.PARTS}


def bill_of(desk: Desk, stay: Stay, asked: Discharge, day: date, split: Mapping[str, int], setl_id: str) -> Bill:
    """The bill as the scheme's settlement takes it."""
    inputs: dict[str, int | str | bool] = {"bill_total": asked.total_fen, **split}
    level = desk.institution.level
    inputs["hospital_level"] = "tertiary" if level in TERTIARY else "secondary" if level in SECONDARY else "primary"
    inputs["deductible_applied"] = asked.deductible_fen
    inputs |= {f"reported_{payer}": fen for payer, fen in _by_payer(asked).items() if fen}
    return Bill(
        number=setl_id,
        admitted_on=stay.begun_at.date(),
        discharged_on=day,
        inputs=inputs,
        hospital=desk.institution.code,
        person=stay.person.identity,
    )


def _by_payer(asked: Discharge) -> dict[Payer, int]:
    """What the others paid, by payer, fen."""
    paid = dict(asked.others)
    for name, fen in asked.reported.items():
        paid[REPORTED[name]] = paid.get(REPORTED[name], 0) + fen
    return paid


def settled_proper(desk: Desk, asked: Discharge, bill: Bill) -> Recorded:
    """The bill settled by the scheme. Refused where a payer that was stated is none of the scheme's."""
    (result,) = settle_bills([bill], desk.clock)
    if result.settlement is None:
        raise Refused(result.problems)
    _all_taken(asked, result.settlement)
    return result.settlement


def _all_taken(asked: Discharge, recorded: Recorded) -> None:
    """Refuse a payer that was stated and is none of the scheme's: its money would count for nothing."""
    stated = sum(asked.reported.values()) + sum(asked.others.values())
    taken = sum(layer.fen for layer in recorded.layers if layer.reported)
    if stated != taken:
        raise Refused(PAYER_UNKNOWN(fen=yuan_text(stated - taken)))


def _wait(desk: Desk, stay: Stay, asked: Discharge, bill: Bill) -> Answer:
    """Settle without a payer that did not answer: what ours pays hangs on it, so ours waits too, and the person pays later."""
    answer = _unfinished(desk, stay, asked, bill)
    stay_settlement.record_settled(_kept(desk, asked, answer, ""), stay)
    post_debt(desk, stay, answer.setl_id, answer.debt_fen)
    return answer


def _unfinished(desk: Desk, stay: Stay, asked: Discharge, bill: Bill) -> Answer:
    """What is known of a bill while a payer before ours is silent."""
    with rehearsal():
        # What would be refused when its payer has answered (no cover on the day, say) is refused now: it would wait for ever.
        settled_proper(desk, asked, bill)
    region = desk.region(bill.settles_on.year)
    inputs = bill.amount
    shares = Shares(
        bill.number, inputs("bill_total"), inputs("in_policy"), inputs("deductible_applied"), _by_payer(asked), {}
    )
    return _answer(desk, stay, asked, bill, figures(region, shares, asked.reported, asked.acct_pay_fen))


def _answer(desk: Desk, stay: Stay, asked: Discharge, bill: Bill, found: Figures) -> Answer:
    year = bill.settles_on.year
    region = desk.region(year)
    return Answer(
        setl_id=bill.number,
        stay=stay,
        person=stay.person,
        settles_on=bill.settles_on,
        year=year,
        figures=found,
        settled_at=desk.clock.now(),
        region=region,
        clr_type=asked.clr_type or region.clr_type,
        insutype=asked.insutype or stay.insutype or region.insutype,
        psn_type=asked.psn_type or stay.psn_type,
        debt_fen=found.money["psn_cash_pay"] if stay.deposit_waived else 0,
        split={part: bill.amount(part) for part in fees.PARTS},
        pending=asked.pending,
    )


def _kept(desk: Desk, asked: Discharge, answer: Answer, number: str) -> Settled:
    """The national number with the money fields as they are answered."""
    money: dict[str, Any] = {**answer.figures.money, "debt": answer.debt_fen, "split": dict(answer.split)}
    if answer.pending:
        money |= {"pending": [str(payer) for payer in answer.pending], "asked": as_data(asked)}
        money |= {"detail": [list(astuple(row)) for row in answer.figures.detail]}
    return Settled(
        id=0,
        setl_id=answer.setl_id,
        stay=answer.stay.number,
        number=number,
        person_id=answer.stay.person_id,
        psn_no=answer.stay.psn_no,
        msgid=desk.msgid,
        settled_at=answer.settled_at,
        clr_type=answer.clr_type,
        insutype=answer.insutype,
        invono=asked.invono,
        psn_type=answer.psn_type,
        acct_pay_fen=answer.figures.money["acct_pay"],
        fund_pay_fen=answer.figures.money["fund_pay_sumamt"],
        money={**money, "settles_on": answer.settles_on.isoformat()},
        mid_stay=asked.mid_stay,
    )


def post_debt(desk: Desk, stay: Stay, setl_id: str, fen: int) -> None:
    """What the person pays later is owed to the hospital from today, in the books. SD-6.4."""
    ledger.post(list(_owed(desk, stay, setl_id, fen)), desk.clock.now())


def _owed(desk: Desk, stay: Stay, setl_id: str, fen: int) -> Iterator[Entry]:
    """The entry of a debt; none where nothing is owed."""
    if fen:
        day = desk.clock.today()
        yield postings.care_on_credit(debt_key(setl_id), stay.institution, stay.number, setl_id, Fen(fen), day)


def debt_key(setl_id: str) -> str:
    """Key of the entry by which a settlement's debt begins."""
    return f"debt/{setl_id}"


def proper_of(rows: Sequence[Settled]) -> Settled:
    """Of a settlement and its additions, the one behind which ours stands; the first while it waits for a payer."""
    return next((one for one in rows if one.number), rows[0])


def recorded_of(one: Settled) -> Recorded:
    """The settlement proper behind a national number; it exists, or the books are broken."""
    found = by_number(one.number)
    invariant(found is not None, "S6", f"{one.setl_id} has no settlement {one.number}")
    if found is None:
        raise AssertionError(one.number)
    return found

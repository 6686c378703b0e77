"""One-stop settlement at discharge over all payers, tried beforehand and undone. S7, SD-6.4.

Everything is in the caller's unit of work: the settlement with its layers, accumulators and posting, the debt of whoever
pays later, and the national number. A trial does the same and leaves nothing behind.
"""

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from huibao.app.hospital import fees
from huibao.app.hospital.admission import existing, open_for_settling, standing_settlements
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.figures import Figures, Shares, figures, mirrored_money, shares_of
from huibao.app.hospital.problems import (
    ALREADY_SETTLED,
    DAYS_WRONG,
    DEBT_PAID,
    IN_FUTURE,
    LINES_DIFFER,
    NEGATIVE,
    NO_SETTLEMENT,
    NO_SPLIT,
    NOT_DISCHARGED,
    PAYER_UNKNOWN,
)
from huibao.app.hospital.regions import Region
from huibao.app.settlement import reverse_settlement, settle_bills
from huibao.domain import postings
from huibao.domain.ledger import debt
from huibao.domain.roster.person import Person
from huibao.domain.settlement.bill import Bill
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.invariant import invariant
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer
from huibao.store import ledger
from huibao.store import stay as store
from huibao.store.open_stay import OpenStay
from huibao.store.settlement import Recorded, by_number
from huibao.store.stay import Settled, Stay
from huibao.store.unit import rehearsal

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
class Discharge:
    """What 2303 and 2304 say of a bill, fen. `reported` holds what other payers paid, by national field."""

    mdtrt_id: str
    psn_no: str
    total_fen: int
    split: Mapping[str, int]
    reported: Mapping[str, int] = field(default_factory=dict)
    acct_pay_fen: int = 0
    deductible_fen: int = 0
    discharged_on: date | None = None
    mid_stay: bool = False
    clr_type: str = ""
    insutype: str = ""
    psn_type: str = ""
    invono: str = ""
    others: Mapping[Payer, int] = field(default_factory=dict)
    """What remote payers answered (platform mode), fen."""
    pending: tuple[Payer, ...] = ()
    """Remote payers that did not answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A settlement with everything an answer is written from."""

    setl_id: str
    stay: Stay
    person: Person
    settles_on: date
    year: int
    """The policy year, by its first day."""
    figures: Figures
    settled_at: datetime
    region: Region
    clr_type: str
    insutype: str
    psn_type: str
    debt_fen: int
    split: Mapping[str, int]
    """The four parts of the bill, also those the scheme does not ask for."""
    pending: tuple[Payer, ...] = ()


def settle(desk: Desk, asked: Discharge, *, trial: bool = False) -> Answer:
    """Settle a stay: bill, layers, books, debt and national number together. Refused leaves nothing."""
    stated = {**asked.reported, "acct_pay": asked.acct_pay_fen, "act_pay_dedc": asked.deductible_fen}
    below = [NEGATIVE(field=name) for name, fen in stated.items() if fen < 0]
    if below:
        raise Refused(below)
    here = open_for_settling(desk, asked.mdtrt_id, asked.psn_no)
    stay = here.stay
    for earlier in here.settled:
        if not earlier.mid_stay:
            raise Refused(ALREADY_SETTLED(setl_id=earlier.setl_id))
    day = _day(desk, stay, asked, trial=trial)
    split = _split(here, asked, trial=trial)
    setl_id = desk.number("settlement")
    bill = bill_of(desk, stay, asked, day, split, setl_id)
    if asked.pending:
        return _wait(desk, stay, asked, bill)
    recorded = settled_proper(desk, asked, bill)
    region = desk.region(recorded.policy_year_on.year)
    found = figures(region, shares_of(recorded), asked.reported, asked.acct_pay_fen)
    answer = _answer(desk, stay, asked, bill, found)
    _keep(desk, asked, answer, recorded.number)
    post_debt(desk, stay, setl_id, answer.debt_fen)
    return answer


def presettle(desk: Desk, asked: Discharge) -> Answer:
    """What settling would come to. Nothing stays."""
    with rehearsal():
        return settle(desk, asked, trial=True)


def undo(desk: Desk, mdtrt_id: str, number: str, setl_id: str) -> tuple[Settled, Settled]:
    """Undo a settlement in full: layers, accumulators, posting, debt. Returns it and its reversal."""
    stay = existing(desk, mdtrt_id, number)
    found = next((one for one in standing_settlements(stay) if one.setl_id == setl_id), None)
    if found is None:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    completion = store.settled(found.completed_by) if found.completed_by else None
    proper = completion or found
    undo_debt(desk, stay, proper.setl_id, sum(int(one.money["debt"]) for one in (found, completion) if one))
    number = ""
    if proper.number:
        key = f"hospital/{desk.institution.code}/{desk.msgid}"
        number = reverse_settlement(proper.number, "医院撤销结算", key, desk.clock, by_hospital=True).number
    both = [found, *([completion] if completion else [])]
    mirrored = replace(
        found,
        id=0,
        setl_id=desk.number("reversal"),
        number=number,
        msgid=desk.msgid,
        settled_at=desk.clock.now(),
        acct_pay_fen=-found.acct_pay_fen,
        fund_pay_fen=-sum(one.fund_pay_fen for one in both),
        money=mirrored_money([one.money for one in both]),
        reverses=found.setl_id,
        reversed_by=None,
        completed_by=None,
    )
    store.record_settled(mirrored, stay)
    return found, mirrored


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
    stated = sum(asked.reported.values()) + sum(asked.others.values())
    taken = sum(layer.fen for layer in result.settlement.layers if layer.reported)
    if stated != taken:
        raise Refused(PAYER_UNKNOWN(fen=yuan_text(stated - taken)))
    return result.settlement


def _wait(desk: Desk, stay: Stay, asked: Discharge, bill: Bill) -> Answer:
    """Settle without a payer that did not answer: what ours pays hangs on it, so ours waits too, and the person pays later."""
    with rehearsal():
        # What would be refused when its payer has answered (no cover on the day, say) is refused now: it would wait for ever.
        settled_proper(desk, asked, bill)
    region = desk.region(bill.settles_on.year)
    inputs = bill.amount
    shares = Shares(
        bill.number, inputs("bill_total"), inputs("in_policy"), inputs("deductible_applied"), _by_payer(asked), {}
    )
    answer = _answer(desk, stay, asked, bill, figures(region, shares, asked.reported, asked.acct_pay_fen))
    _keep(desk, asked, answer, "")
    post_debt(desk, stay, answer.setl_id, answer.debt_fen)
    return answer


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


def _keep(desk: Desk, asked: Discharge, answer: Answer, number: str) -> None:
    """Write the national number with the money fields as they are answered."""
    money: dict[str, Any] = {**answer.figures.money, "debt": answer.debt_fen, "split": dict(answer.split)}
    if answer.pending:
        money |= {"pending": [str(payer) for payer in answer.pending], "asked": as_data(asked)}
        money |= {"detail": [list(astuple(row)) for row in answer.figures.detail]}
    one = Settled(
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
    store.record_settled(one, answer.stay)


def post_debt(desk: Desk, stay: Stay, setl_id: str, fen: int) -> None:
    """What the person pays later is owed to the hospital from today, in the books. SD-6.4."""
    if fen:
        day = desk.clock.today()
        owed = postings.care_on_credit(f"debt/{setl_id}", stay.institution, stay.number, setl_id, Fen(fen), day)
        ledger.post([owed], desk.clock.now())


def undo_debt(desk: Desk, stay: Stay, setl_id: str, owed: int) -> None:
    """Take the debt of a settlement back. Refused when part of it was repaid: that money must be looked at first."""
    if not owed:
        return
    if ledger.balance(debt(desk.institution.code, stay.number)) < owed:
        raise Refused(DEBT_PAID(field="setl_id"))
    ledger.reverse(f"debt/{setl_id}", f"debt-undone/{setl_id}", desk.clock.today(), "医院撤销结算", desk.clock.now())


def as_data(asked: Discharge) -> dict[str, Any]:
    """A discharge as it is kept until its payers have answered."""
    kept = {name: value for name, value in asdict(asked).items() if name not in {"pending", "discharged_on", "others"}}
    day = asked.discharged_on.isoformat() if asked.discharged_on else None
    return {**kept, "discharged_on": day, "others": {str(payer): fen for payer, fen in asked.others.items()}}


def from_data(said: Mapping[str, Any]) -> Discharge:
    """The discharge that was kept."""
    day = date.fromisoformat(said["discharged_on"]) if said["discharged_on"] else None
    others = {Payer(payer): fen for payer, fen in said["others"].items()}
    return Discharge(**{**said, "discharged_on": day, "others": others})


def recorded_of(one: Settled) -> Recorded:
    """The settlement proper behind a national number; it exists, or the books are broken."""
    found = by_number(one.number)
    invariant(found is not None, "S6", f"{one.setl_id} has no settlement {one.number}")
    if found is None:
        raise AssertionError(one.number)
    return found

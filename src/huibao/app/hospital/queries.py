"""Settlements and yearly sums asked for again, and found by what was recorded. 5203, 5206."""

from dataclasses import dataclass
from datetime import date

from huibao.app.hospital.admission import existing
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.figures import STATED_AS_THEY_CAME, figures
from huibao.app.hospital.people import by_psn_no, insured
from huibao.app.hospital.problems import NO_PERSON, NO_SETTLEMENT
from huibao.app.hospital.settling import Answer, recorded_of
from huibao.kernel.problem import Refused
from huibao.store import roster, settlement
from huibao.store import stay as store
from huibao.store.stay import Settled


@dataclass(frozen=True, slots=True)
class YearSum:
    """What one payer bore for a person in a policy year, fen; no payer: the bills, or the person's own part."""

    year: int
    code: str
    fen: int


def settlement_of(desk: Desk, mdtrt_id: str, number: str, setl_id: str) -> tuple[Settled, Answer]:
    """A settlement of a stay, as it stands today: payers that came later are in it."""
    stay = existing(desk, mdtrt_id, number, lock=False)
    found = store.settled(setl_id)
    if found is None or found.stay_id != stay.id:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    return found, answer_of(desk, found)


def answer_of(desk: Desk, found: Settled) -> Answer:
    """A recorded settlement with everything an answer is written from."""
    recorded = recorded_of(found)
    stay = store.by_number(found.stay)
    if stay is None:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    region = desk.region(recorded.policy_year_on.year)
    stated = {name: abs(int(found.money.get(name, 0))) for name in STATED_AS_THEY_CAME}
    person = roster.people_by_ids([found.person_id])[found.person_id].person
    return Answer(
        setl_id=found.setl_id,
        stay=stay,
        person=person,
        recorded=recorded,
        figures=figures(region, recorded, stated, abs(found.acct_pay_fen)),
        settled_at=found.settled_at,
        region=region,
        clr_type=found.clr_type,
        insutype=found.insutype,
        psn_type=found.psn_type,
        debt_fen=int(found.money.get("debt", 0)),
        split=found.money.get("split", {}),
    )


def year_sums(desk: Desk, number: str, until: date | None) -> tuple[YearSum, ...]:
    """What each payer bore for a person, by policy year, of settlements that stand; until a day, None: until today."""
    person = by_psn_no(desk, number)
    if person is None:
        raise Refused(NO_PERSON(field="psn_no"))
    insured(desk, person.id, desk.clock.today())
    sums: dict[tuple[int, str], int] = {}
    for one in settlement.settlements(person_id=person.id):
        if one.reverses or one.reversed_by or (until is not None and one.settles_on > until):
            continue
        year = one.policy_year_on.year
        codes = desk.region(year).fund_codes
        parts = [(codes[layer.payer].process or codes[layer.payer].code, layer.fen) for layer in one.layers]
        parts += [(codes[line.payer].process or codes[line.payer].code, line.fen) for line in one.later]
        parts += [("MEDFEE", one.bill_total_fen), ("PSNPART", one.left_fen)]
        for code, fen in parts:
            sums[year, code[:10]] = sums.get((year, code[:10]), 0) + fen
    return tuple(YearSum(year, code, fen) for (year, code), fen in sorted(sums.items()) if fen)

"""Settlements and yearly sums asked for again, and found by what was recorded. 5203, 5206."""

from dataclasses import dataclass
from datetime import date

from huibao.app.hospital.admission import existing
from huibao.app.hospital.desk import Desk
from huibao.app.hospital.discharge import Answer
from huibao.app.hospital.figures import STATED_AS_THEY_CAME, Figures, FundLine, figures, shares_of
from huibao.app.hospital.people import by_psn_no, insured
from huibao.app.hospital.problems import NO_PERSON, NO_SETTLEMENT
from huibao.app.hospital.settling import proper_of, recorded_of
from huibao.kernel.problem import Refused
from huibao.rules.vocabulary import Payer
from huibao.store import settlement, stay_settlement
from huibao.store import stay as store
from huibao.store.stay import Stay
from huibao.store.stay_settlement import Settled


@dataclass(frozen=True, slots=True)
class YearSum:
    """What one payer bore for a person in a policy year, fen; no payer: the bills, or the person's own part."""

    year: int
    code: str
    fen: int


def settlement_of(desk: Desk, mdtrt_id: str, number: str, setl_id: str) -> tuple[Settled, Answer]:
    """A settlement of a stay, as it stands today: payers that came later are in it."""
    stay = existing(desk, mdtrt_id, number, lock=False)
    found = stay_settlement.settled(setl_id)
    if found is None or found.stay_id != stay.id:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    return found, answer_of(desk, found, stay)


def answer_of(desk: Desk, found: Settled, stay: Stay | None = None) -> Answer:
    """A recorded settlement with everything an answer is written from; what waits, as it was answered."""
    stay = stay or store.by_number(found.stay)
    if stay is None:
        raise Refused(NO_SETTLEMENT(field="setl_id"))
    rows = stay_settlement.with_additions(found.setl_id) if found.completed_by else (found,)
    proper = proper_of(rows)
    settles_on = date.fromisoformat(found.money["settles_on"])
    region = desk.region(settles_on.year)
    if proper.number:
        stated = {name: abs(int(found.money.get(name, 0))) for name in STATED_AS_THEY_CAME}
        shown = figures(region, shares_of(recorded_of(proper)), stated, abs(found.acct_pay_fen))
    else:
        kept = {name: value for name, value in found.money.items() if isinstance(value, int)}
        shown = Figures(kept, tuple(FundLine(*row) for row in found.money.get("detail", ())))
    pending = () if found.completed_by else tuple(Payer(each) for each in found.money.get("pending", ()))
    return Answer(
        setl_id=found.setl_id,
        stay=stay,
        person=stay.person,
        settles_on=settles_on,
        year=settles_on.year,
        figures=shown,
        settled_at=found.settled_at,
        region=region,
        clr_type=found.clr_type,
        insutype=found.insutype,
        psn_type=found.psn_type,
        debt_fen=sum(int(one.money.get("debt", 0)) for one in rows),
        split=found.money.get("split", {}),
        pending=pending,
    )


def year_sums(desk: Desk, number: str, until: date | None) -> tuple[YearSum, ...]:
    """What each payer bore for a person, by policy year, of settlements that stand; until a day, None: until today."""
    person = by_psn_no(desk, number)
    if person is None:
        raise Refused(NO_PERSON(field="psn_no"))
    insured(desk, person, desk.clock.today())
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

"""Debts to a hospital at the desk: which stand, one with its whole history, and asking to give one up. SD-6.4, T2, T3.

Giving up needs two people: a cashier of that hospital or a finance clerk asks with the reason, a finance approver decides;
the entry is made by the approval and of exactly what is owed then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from huibao.app import approvals
from huibao.app.access import BY_INSTITUTION, Actor, Noun, Verb, may, must
from huibao.app.books import stem_of
from huibao.app.hospital.debts import Debt, debt_of
from huibao.app.hospital.problems import NO_STAY
from huibao.app.person import masked_name
from huibao.domain.approval import RULES, Approval, Kind, Request, State
from huibao.domain.ledger import debt
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.problem import Refused, define
from huibao.store import approval as approval_store
from huibao.store import debt_list, debt_step
from huibao.store import institution as institutions
from huibao.store import stay as stays
from huibao.store.debt_list import Moved
from huibao.store.debt_step import DebtStep
from huibao.store.institution import Institution

WHY: Final = {
    "cannot_pay": ("核实无力偿还", "found unable to pay"),
    "died": ("本人去世，没有可偿还的遗产", "the person died and left nothing to pay from"),
    "not_found": ("下落不明，多次催缴没有结果", "not to be found after several reminders"),
    "other": ("其他，见说明", "other, see the note"),
}
"""Why a debt is given up: what an approver can hold against papers. No document lists them; a note says the rest."""
MOST_NOTE: Final = 400
MOST_ASKED: Final = 20
"""Requests shown of one debt, the latest first."""

OWES_OTHER: Final = define(
    "DEBT-001",
    "打开页面后欠费有变化：当时 {shown} 元，现在 {owed} 元，申请还没有提交。",
    "请按现欠金额核对后再提交。",
    "The debt changed after you opened the page: {shown} yuan then, {owed} now; nothing was sent.",
    "Look at what is owed now, then send it again.",
)
ASKED_ALREADY: Final = define(
    "DEBT-002",
    "就诊 {stay} 的核销已经申请过，正在等待复核。",
    "请等复核结果；要改内容，先撤回原申请。",
    "Giving up the debt of stay {stay} was asked for already and waits for the second person.",
    "Wait for the decision; to change it, take the request back first.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One debt of a list."""

    stay: str
    hospital: str
    since: date | None
    fen: int


@dataclass(frozen=True, slots=True)
class DebtView:
    """One debt: how it stands, whose (masked), what moved, what was agreed and sent, and who asked to give it up."""

    debt: Debt
    hospital: Institution
    area: str
    person: str
    moved: tuple[Moved, ...]
    steps: tuple[DebtStep, ...]
    asked: tuple[Approval, ...]
    may_ask: bool

    @property
    def waiting(self) -> Approval | None:
        """The request that is still open."""
        return next((one for one in self.asked if one.state is State.ASKED), None)


def codes_of(actor: Actor) -> tuple[str, ...]:
    """Hospitals whose debts this account sees: the cashier's own, or those within its area."""
    must(actor, Verb.READ, Noun.DEBT)
    if actor.role in BY_INSTITUTION:
        return tuple(dict.fromkeys(reach.contract for reach in actor.reaches if reach.contract))
    return debt_list.codes_within([stem_of(reach.area) for reach in actor.reaches if not reach.contract])


def listed(actor: Actor, start: int, count: int) -> Sequence[Row]:
    """A page of the debts that stand, the oldest first."""
    found = debt_list.standing(codes_of(actor), start, count)
    begun = debt_list.begun([one.stay for one in found])
    return [Row(one.stay, begun[one.stay][1], begun[one.stay][0], one.fen) for one in found if one.stay in begun]


def totals(actor: Actor) -> tuple[int, int]:
    """How many debts stand and what they come to, fen."""
    return debt_list.totals(codes_of(actor))


def seen(actor: Actor, number: str, clock: Clock) -> DebtView:
    """One debt. That of a hospital out of reach is answered like none."""
    must(actor, Verb.READ, Noun.DEBT)
    stay = stays.by_number(number)
    if stay is None or stay.institution not in codes_of(actor):
        raise Refused(NO_STAY(field="stay"))
    found = institutions.institution(stay.institution)
    if found is None:
        raise Refused(NO_STAY(field="stay"))
    return DebtView(
        debt=debt_of(number, clock.today()),
        hospital=found,
        area=_area(actor, found),
        person=masked_name(stay.person.name) if may(actor, Verb.READ, Noun.PERSON) is None else "",
        moved=debt_list.moves(debt(stay.institution, number)),
        steps=debt_step.debt_steps(stay),
        asked=approval_store.all_about(Kind.WRITE_OFF, number, MOST_ASKED),
        may_ask=actor.role in RULES[Kind.WRITE_OFF].asks,
    )


def ask_write_off(
    actor: Actor, number: str, why: str, note: str, owed_fen: int, key: str, clock: Clock, source: str = ""
) -> Approval:
    """Ask that what is left of a debt be given up; `owed_fen` is what the page showed. The same form asks once."""
    found = seen(actor, number, clock)
    full = f"write-off/{actor.staff_id}/{key}"
    known = approval_store.by_key(full)
    if known is not None:
        return known
    owed = found.debt.owed_fen
    if owed != owed_fen or not owed:
        raise Refused(OWES_OTHER(shown=yuan_text(owed_fen), owed=yuan_text(owed)))
    if found.waiting is not None:
        raise Refused(ASKED_ALREADY(stay=number))
    wanted = Request(
        Kind.WRITE_OFF, number, full, found.area, found.hospital.code, Fen(owed), {"why": why}, note.strip()
    )
    return approvals.ask(actor, wanted, clock, source)


def _area(actor: Actor, hospital: Institution) -> str:
    """The place whose finance decides: the hospital's own within the reach of who looks, else its first."""
    stems = [stem_of(reach.area) for reach in actor.reaches]
    return next((one for one in hospital.areas if any(one.startswith(stem) for stem in stems)), hospital.areas[0])[:6]

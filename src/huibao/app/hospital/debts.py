"""Treat first, pay later: what people still owe a hospital, in the books; instalments, reminders, write-off by approval. SD-6.4.

The debt is an account of its own and its balance is what is owed. What was agreed about it, and when somebody was reminded,
stands beside it and moves no money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from huibao.app.hospital.problems import NO_DEBT, NO_STAY
from huibao.domain import postings
from huibao.domain.ledger import AccountKind, debt, repaid
from huibao.kernel.clock import Clock
from huibao.kernel.fen import Fen, yuan_text
from huibao.kernel.problem import Refused
from huibao.store import debt_step as steps_of
from huibao.store import ledger
from huibao.store import stay as store
from huibao.store.debt_step import DebtStep
from huibao.store.locks import lock_people
from huibao.store.stay import Stay
from huibao.store.unit import unit_of_work

MAX_INSTALMENTS: Final = 60
REMIND_EVERY: Final = timedelta(days=30)
"""Nobody is reminded of the same debt more often than once a month."""


@dataclass(frozen=True, slots=True)
class Debt:
    """What stands about one stay's debt, fen."""

    stay: str
    hospital: str
    since: date
    owed_fen: int
    overdue_fen: int
    """What instalments agreed should have brought by now and have not; all of it where nothing was agreed."""
    instalments: tuple[DebtStep, ...]
    reminded_on: date | None


def debts(today: date, institution: str | None = None) -> tuple[Debt, ...]:
    """Every debt that is not settled, oldest first."""
    owed = {ref.owner: fen for ref, fen in ledger.balances().items() if ref.kind is AccountKind.DEBT and fen}
    stays = store.stays_paid_later(institution)
    return tuple(
        _debt(stay, int(fen), today) for stay in stays if (fen := owed.get(f"{stay.institution}/{stay.number}"))
    )


def debt_of(number: str, today: date) -> Debt:
    """The debt of one stay; Refused where there is no such stay. A debt that is settled stands at nothing."""
    stay = _stay(number)
    return _debt(stay, int(ledger.balance(debt(stay.institution, stay.number))), today)


def repay(number: str, fen: Fen, key: str, clock: Clock) -> Debt:
    """Enter a payment to the hospital. Refused above what is owed; the same key counts once."""
    with unit_of_work():
        stay = _locked(number)
        entry = postings.debt_repaid(key, stay.institution, stay.number, fen, clock.today())
        if ledger.entry_of(key) is None:
            _within(stay, fen)
        ledger.post([entry], clock.now())
        return debt_of(number, clock.today())


def write_off(number: str, approval: str, key: str, clock: Clock) -> Debt:
    """Give up what is left of a debt, by an approval (MAY_FLOW asks for its number)."""
    with unit_of_work():
        stay = _locked(number)
        if ledger.entry_of(key) is None:
            owed = Fen(_within(stay, Fen(1)))
            entry = postings.debt_written_off(key, stay.institution, stay.number, owed, clock.today(), approval)
            ledger.post([entry], clock.now())
        return debt_of(number, clock.today())


def agree(number: str, parts: Sequence[tuple[date, Fen]], clock: Clock) -> Debt:
    """Agree on instalments (day, fen); together they make what is owed. A later agreement takes the earlier one's place."""
    with unit_of_work():
        stay = _locked(number)
        total = Fen(sum(fen for _, fen in parts))
        owed = _within(stay, total)
        days = [day for day, _ in parts]
        fits = days == sorted(set(days)) and days[:1] >= [clock.today()] and all(fen > 0 for _, fen in parts)
        if total != owed or not fits or len(parts) > MAX_INSTALMENTS:
            raise Refused(NO_DEBT(stay=number, owed=yuan_text(owed), asked=yuan_text(total)))
        plan = max((step.plan for step in steps_of.debt_steps(stay)), default=0) + 1
        steps = [DebtStep("instalment", day, fen, "", plan, clock.now()) for day, fen in parts]
        steps_of.add_debt_steps(stay, steps)
        return debt_of(number, clock.today())


def remind(clock: Clock, institution: str | None = None) -> tuple[Debt, ...]:
    """Who is to be reminded today: something is overdue and the last reminder is a month old. Each is noted as sent."""
    due = []
    with unit_of_work():
        for one in debts(clock.today(), institution):
            fresh = one.reminded_on is not None and clock.today() - one.reminded_on < REMIND_EVERY
            if one.overdue_fen and not fresh:
                step = DebtStep("reminder", clock.today(), one.overdue_fen, "", 0, clock.now())
                steps_of.add_debt_steps(_stay(one.stay), [step])
                due.append(one)
    return tuple(due)


def take_over(stay: Stay, setl_id: str, fen: int, clock: Clock) -> None:
    """A payer that came after settlement bears fen >= 0 of what the person owed: the debt falls by as much.

    What was repaid already goes back to the person, what was given up needs not be. `setl_id` names the addition.
    """
    if not fen:
        return
    hospital = stay.institution
    here = debt(hospital, stay.number)
    short = fen - min(fen, int(ledger.balance(here)))
    back = min(short, int(ledger.moved_between(here, repaid(hospital))))
    entry = postings.debt_taken_over(
        take_over_key(setl_id),
        hospital,
        stay.number,
        setl_id,
        Fen(fen),
        clock.today(),
        repaid_fen=Fen(back),
        given_up_fen=Fen(short - back),
    )
    ledger.post([entry], clock.now())


def take_over_key(setl_id: str) -> str:
    """Key of the entry by which an addition to a settlement lowers its debt."""
    return f"debt-taken-over/{setl_id}"


def _debt(stay: Stay, owed: int, today: date) -> Debt:
    steps = steps_of.debt_steps(stay)
    plan = max((step.plan for step in steps), default=0)
    agreed = tuple(step for step in steps if step.kind == "instalment" and step.plan == plan)
    reminded = [step.due_on for step in steps if step.kind == "reminder"]
    later = sum(step.fen for step in agreed if step.due_on > today)
    overdue = max(owed - later, 0)
    since = stay.discharge.at.date() if stay.discharge else stay.begun_at.date()
    return Debt(stay.number, stay.institution, since, owed, overdue, agreed, max(reminded, default=None))


def _stay(number: str) -> Stay:
    found = store.by_number(number)
    if found is None:
        raise Refused(NO_STAY(field="stay"))
    return found


def _locked(number: str) -> Stay:
    stay = _stay(number)
    lock_people([stay.person_id])
    return stay


def _within(stay: Stay, fen: Fen) -> int:
    """What is owed, fen; Refused where it is less than what is to be entered."""
    owed = int(ledger.balance(debt(stay.institution, stay.number)))
    if not 0 < fen <= owed:
        raise Refused(NO_DEBT(stay=stay.number, owed=yuan_text(owed), asked=yuan_text(fen)))
    return owed

"""Accounts people are paid to, sealed; and visits to people who cannot come. The caller holds the unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import F, QuerySet

from huibao.store.models import claim as claim_table
from huibao.store.models import claim_desk as table
from huibao.store.unit import must_be_in_unit
from huibao.store.vault import seal, unseal

MOST_VISITS: Final = 200
"""Visits of one claim that are shown."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is shown: never its number, only the last digits. `no` 0 is the account of the roster."""

    payee: str
    no: int
    bank: str
    tail: str
    by: str = ""
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit: `outcome` is "" while it is to come, done, or called_off."""

    id: int
    number: str
    insured: str
    person_id: int
    visitor: str
    on: date
    purpose: str
    note: str
    outcome: str
    result: str
    by: str
    ended_by: str = ""


def record_account(number: str, payee: str, bank: str, digits: str, key: str, by: str, at: datetime) -> Account:
    """Write an account down; the number before it stays on record and is used no more."""
    must_be_in_unit("record an account")
    claim_id = claim_table.Claim.objects.values_list("pk", flat=True).get(number=number)
    before = table.PayeeAccount.objects.filter(claim_id=claim_id, payee=payee).order_by("-no").first()
    no = before.no + 1 if before else 1
    sealed = seal(digits, about(number, payee, no))
    table.PayeeAccount.objects.create(
        claim_id=claim_id, payee=payee, no=no, bank=bank, sealed=sealed, tail=digits[-4:], key=key, by=by, entered_at=at
    )
    return Account(payee, no, bank, digits[-4:], by, at)


def account_key_known(key: str) -> bool:
    """Whether an account was written down under this key."""
    return table.PayeeAccount.objects.filter(key=key).exists()


def accounts(numbers: Sequence[str]) -> dict[tuple[str, str], Account]:
    """The last account of each payee of these claims, by claim and payee."""
    rows = table.PayeeAccount.objects.filter(claim__number__in=numbers).order_by("no").annotate(of=F("claim__number"))
    return {
        (getattr(row, "of", ""), row.payee): Account(row.payee, row.no, row.bank, row.tail, row.by, row.entered_at)
        for row in rows
    }


def digits_of(number: str, account: Account) -> str:
    """An account's number in clear: for the payment file alone."""
    row = table.PayeeAccount.objects.get(claim__number=number, payee=account.payee, no=account.no)
    return unseal(row.sealed, about(number, account.payee, account.no))


def about(number: str, payee: str, no: int) -> str:
    """What a sealed account is bound to: moved to another row it does not open."""
    return f"payee_account/{number}/{payee}/{no}"


def plan_visit(number: str, visitor: str, on: date, purpose: str, note: str, key: str, by: str, at: datetime) -> int:
    """Write a visit down; returns its row. The same key gives the first one again."""
    must_be_in_unit("plan a visit")
    known = table.Visit.objects.filter(key=key).values_list("pk", flat=True).first()
    if known is not None:
        return known
    claim_id, contract_id = claim_table.Claim.objects.values_list("pk", "contract_id").get(number=number)
    row = table.Visit.objects.create(
        claim_id=claim_id,
        contract_id=contract_id,
        visitor=visitor,
        on=on,
        purpose=purpose,
        note=note,
        key=key,
        by=by,
        planned_at=at,
    )
    return row.pk


def end_visit(visit_id: int, outcome: str, result: str, by: str, at: datetime) -> bool:
    """Say what became of a visit; False where that was said before."""
    must_be_in_unit("end a visit")
    rows = table.Visit.objects.filter(pk=visit_id, outcome="")
    return bool(rows.update(outcome=outcome, result=result, ended_by=by, ended_at=at))


def visit(visit_id: int) -> VisitRow | None:
    """One visit."""
    return next(iter(_visits(table.Visit.objects.filter(pk=visit_id), 0, 1)), None)


def visits(
    contracts: Sequence[str], outcome: str = "", number: str = "", start: int = 0, count: int = MOST_VISITS
) -> tuple[VisitRow, ...]:
    """Visits of these contracts: those to come by day, or those that ended; of one claim all of them."""
    rows = table.Visit.objects.filter(contract__number__in=contracts)
    rows = rows.filter(claim__number=number) if number else rows.filter(outcome=outcome)
    return _visits(rows, start, count)


def visits_due(contracts: Sequence[str], today: date) -> int:
    """How many visits are to be made today or were to be made before."""
    return table.Visit.objects.filter(contract__number__in=contracts, outcome="", on__lte=today).count()


def _visits(rows: "QuerySet[table.Visit]", start: int, count: int) -> tuple[VisitRow, ...]:
    found = rows.select_related("claim").annotate(insured=F("claim__person__name")).order_by("on", "pk")
    return tuple(
        VisitRow(
            row.pk,
            row.claim.number,
            getattr(row, "insured", ""),
            row.claim.person_id,
            row.visitor,
            row.on,
            row.purpose,
            row.note,
            row.outcome,
            row.result,
            row.by,
            row.ended_by,
        )
        for row in found[start : start + count]
    )

"""Payment files, their lines and the bank's answers as rows. The caller holds the unit of work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from huibao.domain.payout.answers import Answer, Row
from huibao.domain.payout.lines import TAIL
from huibao.store.models import claim as claim_table
from huibao.store.models import contract as contract_table
from huibao.store.models import payout as table
from huibao.store.unit import must_be_in_unit
from huibao.store.vault import seal, unseal

NUMBERS_A_READ: Final = 500
"""Claims asked for at once: below the parameter limit of every SQLite."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A payment file as it is listed: how many lines were paid and rejected so far."""

    number: str
    contract: str
    lines: int
    fen: int
    hash: str
    by: str
    made_on: date
    made_at: datetime
    paid: int
    rejected: int

    @property
    def silent(self) -> int:
        """Lines the bank has not answered."""
        return self.lines - self.paid - self.rejected


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line to be written: which part of which payment of a claim, and where the money goes."""

    number: str
    payment: int
    part: int
    fen: int
    payee: str
    bank: str
    digits: str
    account_no: int


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line as it stands; the account only by its last digits. `answer` None while the bank is silent."""

    file: str
    no: int
    claim: str
    payment: int
    part: int
    fen: int
    payee: str
    bank: str
    tail: str
    account_no: int
    answer: Answer | None
    reason: str
    answered_on: date | None

    @property
    def reference(self) -> str:
        """The payment's number, as the bank is told it."""
        return reference(self.file, self.no)


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """A bank's file that was taken in: `odd` are row numbers with the code of what was wrong."""

    rows: int
    paid: int
    rejected: int
    known: int
    odd: tuple[tuple[int, str, str], ...]
    by: str
    taken_at: datetime


def reference(file: str, no: int) -> str:
    """A payment's number."""
    return f"{file}-{no:04d}"


def next_number(area: str, year: int) -> str:
    """A number for the next payment file of an area and year. The caller holds the lock of these numbers."""
    must_be_in_unit("number a payment file")
    stem = f"F{year}-{area[:6]}-"
    rows = table.PaymentFile.objects.filter(number__startswith=stem).order_by("-number")
    last = rows.values_list("number", flat=True).first()
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:06d}"


def record_file(
    number: str, contract: str, lines: Sequence[NewLine], digest: str, key: str, by: str, on: date, at: datetime
) -> None:
    """Write a file with its lines. The database refuses a line whose payment stands in another file."""
    must_be_in_unit("record a payment file")
    file = table.PaymentFile.objects.create(
        number=number,
        contract_id=contract_table.Contract.objects.values_list("pk", flat=True).get(number=contract),
        lines=len(lines),
        fen=sum(line.fen for line in lines),
        hash=digest,
        key=key,
        by=by,
        made_on=on,
        made_at=at,
    )
    ids = dict(claim_table.Claim.objects.filter(number__in={x.number for x in lines}).values_list("number", "pk"))
    table.PaymentLine.objects.bulk_create(
        table.PaymentLine(
            file=file,
            no=no,
            claim_id=ids[line.number],
            payment=line.payment,
            part=line.part,
            fen=line.fen,
            payee=line.payee,
            bank=line.bank,
            sealed=seal(line.digits, about(number, no)),
            tail=line.digits[-TAIL:],
            account_no=line.account_no,
        )
        for no, line in enumerate(lines, 1)
    )


def about(number: str, no: int) -> str:
    """What a line's sealed account is bound to."""
    return f"payment_line/{number}/{no}"


def file_by_key(key: str) -> str | None:
    """Number of the file that was made under a key."""
    return table.PaymentFile.objects.filter(key=key).values_list("number", flat=True).first()


def files(contracts: Sequence[str], start: int, count: int) -> tuple[FileRecord, ...]:
    """Files of these contracts, the latest first."""
    rows = _counted().filter(contract__number__in=contracts).order_by("-made_at", "-pk")
    return tuple(_file(row) for row in rows[start : start + count])


def file(number: str) -> FileRecord | None:
    """One file."""
    row = _counted().filter(number=number).first()
    return _file(row) if row else None


def lines(number: str, start: int = 0, count: int | None = None) -> tuple[LineRecord, ...]:
    """Lines of a file in order."""
    rows = _named().filter(file__number=number).order_by("no")
    return tuple(_line(row) for row in (rows[start : start + count] if count is not None else rows))


def digits(number: str) -> dict[int, str]:
    """The account of each line of a file in clear: for the file itself alone."""
    rows = table.PaymentLine.objects.filter(file__number=number).values_list("no", "sealed")
    return {no: unseal(sealed, about(number, no)) for no, sealed in rows}


def lines_of(numbers: Sequence[str]) -> tuple[LineRecord, ...]:
    """Every line of these claims, in the order they were sent."""
    rows = _named().filter(claim__number__in=numbers).order_by("pk")
    return tuple(_line(row) for row in rows)


def references_of(numbers: Iterable[str]) -> dict[str, set[str]]:
    """By payment of a claim ("number/1"): the references its lines went to the bank under."""
    found: dict[str, set[str]] = {}
    wanted = sorted(set(numbers))
    for at in range(0, len(wanted), NUMBERS_A_READ):
        rows = table.PaymentLine.objects.filter(claim__number__in=wanted[at : at + NUMBERS_A_READ]).order_by("pk")
        for of_claim, payment, of_file, no in rows.values_list("claim__number", "payment", "file__number", "no"):
            found.setdefault(f"{of_claim}/{payment}", set()).add(reference(of_file, no))
    return found


def answer(number: str, rows: Sequence[Row], at: datetime) -> None:
    """Write the bank's answers to lines that had none."""
    must_be_in_unit("answer payment lines")
    for row in rows:
        no = int(row.reference.rpartition("-")[2])
        line = table.PaymentLine.objects.filter(file__number=number, no=no, answer="")
        line.update(answer=row.answer.value, reason=row.reason, answered_on=row.on, answered_at=at)


def record_return(number: str, digest: str, values: dict[str, Any]) -> None:
    """Write down that a bank's file was taken in."""
    must_be_in_unit("record a bank's file")
    pk = table.PaymentFile.objects.values_list("pk", flat=True).get(number=number)
    table.PaymentReturn.objects.create(file_id=pk, hash=digest, **values)


def return_known(number: str, digest: str) -> bool:
    """Whether this very file was taken in before."""
    return table.PaymentReturn.objects.filter(file__number=number, hash=digest).exists()


def returns(number: str) -> tuple[ReturnRecord, ...]:
    """The bank's files of one payment file, in order."""
    rows = table.PaymentReturn.objects.filter(file__number=number).order_by("pk")
    return tuple(
        ReturnRecord(
            row.rows,
            row.paid,
            row.rejected,
            row.known,
            tuple((one[0], one[1], one[2]) for one in row.odd),
            row.by,
            row.taken_at,
        )
        for row in rows
    )


def waiting(contracts: Sequence[str]) -> int:
    """How many lines of these contracts the bank has not answered."""
    return table.PaymentLine.objects.filter(file__contract__number__in=contracts, answer="").count()


def _counted() -> "QuerySet[table.PaymentFile]":
    return table.PaymentFile.objects.select_related("contract").annotate(
        paid=Count("payments", filter=Q(payments__answer=Answer.PAID.value)),
        rejected=Count("payments", filter=Q(payments__answer=Answer.REJECTED.value)),
    )


def _named() -> "QuerySet[table.PaymentLine]":
    return table.PaymentLine.objects.annotate(of_file=F("file__number"), of_claim=F("claim__number"))


def _file(row: table.PaymentFile) -> FileRecord:
    return FileRecord(
        row.number,
        row.contract.number,
        row.lines,
        row.fen,
        row.hash,
        row.by,
        row.made_on,
        row.made_at,
        getattr(row, "paid", 0),
        getattr(row, "rejected", 0),
    )


def _line(row: table.PaymentLine) -> LineRecord:
    return LineRecord(
        getattr(row, "of_file", ""),
        row.no,
        getattr(row, "of_claim", ""),
        row.payment,
        row.part,
        row.fen,
        row.payee,
        row.bank,
        row.tail,
        row.account_no,
        Answer(row.answer) if row.answer else None,
        row.reason,
        row.answered_on,
    )

"""Contracts in the database: recorded once, found by number, or by area, line and day."""

from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from huibao.domain.plan import Contract, contract_hash, read_contract
from huibao.domain.plan.problems import WRONG_SCHEME, in_contract
from huibao.kernel.problem import Refused, define
from huibao.rules.facts import within
from huibao.rules.vocabulary import Line
from huibao.store.locks import lock_keys
from huibao.store.models import contract as table
from huibao.store.unit import unit_of_work

READ_CACHE: Final = 256
"""Contracts kept read; a province has about a hundred and forty counties."""

NUMBER_TAKEN = define(
    "PLAN-015",
    "合同编号 {number} 已登记，内容与这一份不同",
    "合同登记后不改写；修订请另立编号，或核对是否拿错文件。",
    "The contract number {number} is recorded with other content",
    "A recorded contract is not rewritten: give an amendment its own number, or check the file.",
)
NO_SUCH_CONTRACT = define(
    "PLAN-016",
    "没有编号为 {number} 的合同",
    "请核对编号，或先用 huibao contract add 登记。",
    "There is no contract {number}",
    "Check the number, or add it with huibao contract add.",
)


def record_contract(contract: Contract, text: str, entered_at: datetime) -> bool:
    """Record a contract under its number; False when the same one is there already. Refused on other content."""
    content = contract_hash(text)
    with unit_of_work():
        lock_keys("contract", [contract.number])
        known = table.Contract.objects.filter(number=contract.number).first()
        if known is not None:
            if known.hash != content:
                raise Refused(NUMBER_TAKEN(number=contract.number))
            if known.scheme_hash != contract.scheme_hash:
                hashes = {"stated": known.scheme_hash, "actual": contract.scheme_hash}
                raise Refused(in_contract(WRONG_SCHEME, contract.number, "scheme_hash", None, **hashes))
            return False
        row = table.Contract.objects.create(
            number=contract.number,
            scheme_id=contract.scheme_id,
            scheme_hash=contract.scheme_hash,
            area=contract.area,
            insurer=contract.insurer,
            first_on=contract.period.first_on,
            last_on=contract.period.last_on,
            document=text,
            hash=content,
            entered_at=entered_at,
        )
        lines = [
            table.ContractLine(contract=row, line=line.line.value, product=line.product, premium_fen=line.premium_fen)
            for line in contract.lines
        ]
        table.ContractLine.objects.bulk_create(lines)
    return True


def contract(number: str) -> Contract:
    """The contract of that number; Refused when there is none."""
    row = table.Contract.objects.filter(number=number).first()
    if row is None:
        raise Refused(NO_SUCH_CONTRACT(number=number))
    return _contract(row)


def contracts(scheme_id: str | None = None, area: str | None = None) -> tuple[Contract, ...]:
    """All contracts, or those of a scheme, or those whose area holds (or is) the given one; by first day and number."""
    rows = table.Contract.objects.order_by("first_on", "number")
    if scheme_id is not None:
        rows = rows.filter(scheme_id=scheme_id)
    return tuple(_contract(row) for row in rows if area is None or within(area, row.area))


def contract_for(area: str, line: Line, on: date, scheme_id: str | None = None) -> Contract | None:
    """The contract that insures an area's people for a line on a day: of several, the one for the smallest area."""
    rows = table.Contract.objects.filter(lines__line=line.value, first_on__lte=on, last_on__gte=on)
    if scheme_id is not None:
        rows = rows.filter(scheme_id=scheme_id)
    found = [row for row in rows.order_by("number") if within(area, row.area)]
    row = max(found, key=lambda one: len(one.area.rstrip("0")), default=None)
    return None if row is None else _contract(row)


@lru_cache(READ_CACHE)
def known_contract(number: str, content: str, scheme_hash: str) -> Contract:
    """A recorded contract, read once a process: whoever has its row's two hashes need not ask for its text again."""
    row = table.Contract.objects.only("document", "number", "scheme_hash").get(number=number, hash=content)
    return replace(_read(row.document, row.number), scheme_hash=scheme_hash)


def text_of(number: str) -> str:
    """The contract's own text, as it was recorded; empty where there is none of that number."""
    return table.Contract.objects.filter(number=number).values_list("document", flat=True).first() or ""


def contract_pk(number: str) -> int:
    """Row of a contract, for those that point to it; Refused when there is none."""
    pk = table.Contract.objects.filter(number=number).values_list("pk", flat=True).first()
    if pk is None:
        raise Refused(NO_SUCH_CONTRACT(number=number))
    return pk


def _contract(row: table.Contract) -> Contract:
    return replace(_read(row.document, row.number), scheme_hash=row.scheme_hash)


@lru_cache(READ_CACHE)
def _read(document: str, number: str) -> Contract:
    return read_contract(document, number)

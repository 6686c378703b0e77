"""Contracts: read, held against the scheme, recorded once. SD-6.2, HN-3.2."""

from dataclasses import dataclass

from huibao.app.contract_text import check_text
from huibao.domain.plan import Contract
from huibao.kernel.clock import Clock
from huibao.store import contract as store
from huibao.store.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Added:
    """A contract as recorded; `created` is False where the same one was there already."""

    contract: Contract
    created: bool


def add_contract(text: str, where: str, clock: Clock) -> Added:
    """Record a contract tied to the very text of its scheme. Sent again it is there already; other content is refused."""
    contract, _ = check_text(text, where)
    with unit_of_work():
        created = store.record_contract(contract, text, clock.now())
    return Added(contract, created)


def show_contract(number: str) -> Contract:
    """The contract of that number; Refused when there is none."""
    return store.contract(number)

"""Contracts: read, held against the scheme, recorded once. SD-6.2, HN-3.2."""

from dataclasses import dataclass, replace
from typing import Final

from huibao.domain.claims.clocks import check_terms, statute
from huibao.domain.plan import Contract, check_contract, read_contract
from huibao.kernel.clock import Clock
from huibao.kernel.problem import Refused, define
from huibao.rules.scheme import Scheme
from huibao.rules.shelf import open_scheme
from huibao.store import contract as store
from huibao.store.unit import unit_of_work

MAX_TEXT_CHARS: Final = 200_000
"""A contract file is a page or two; more is something else."""

TOO_LONG = define(
    "PLAN-017",
    "合同文件有 {found} 个字符，超过上限 {limit}",
    "请检查是否选错了文件。",
    "The contract file has {found} characters, above the limit of {limit}",
    "Check whether the right file was chosen.",
)


@dataclass(frozen=True, slots=True)
class Added:
    """A contract as recorded; `created` is False where the same one was there already."""

    contract: Contract
    created: bool


def check_text(text: str, where: str) -> tuple[Contract, Scheme]:
    """Read a contract and hold it against its scheme, recording nothing. Refused with every problem found."""
    if len(text) > MAX_TEXT_CHARS:
        raise Refused(TOO_LONG(where=where, found=len(text), limit=MAX_TEXT_CHARS))
    contract = read_contract(text, where)
    scheme = open_scheme(contract.scheme_id)
    if problems := (*check_contract(contract, scheme), *check_terms(statute(), contract.claim_days)):
        raise Refused(problems)
    return replace(contract, scheme_hash=scheme.hash), scheme


def add_contract(text: str, where: str, clock: Clock) -> Added:
    """Record a contract tied to the very text of its scheme. Sent again it is there already; other content is refused."""
    contract, _ = check_text(text, where)
    with unit_of_work():
        created = store.record_contract(contract, text, clock.now())
    return Added(contract, created)


def show_contract(number: str) -> Contract:
    """The contract of that number; Refused when there is none."""
    return store.contract(number)


def scheme_of(contract: Contract) -> Scheme:
    """The scheme a contract rests on. Refused when its text is no longer the one that was signed on."""
    scheme = open_scheme(contract.scheme_id)
    problems = [one for one in check_contract(contract, scheme) if one.field in {"scheme", "scheme_hash"}]
    if problems:
        raise Refused(problems)
    return scheme

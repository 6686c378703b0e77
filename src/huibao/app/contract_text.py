"""A contract's text held against its scheme, before anything is recorded: needs no database. SD-6.2, HN-3.2."""

from dataclasses import replace
from typing import Final

from huibao.domain.claims.clocks import check_terms, statute
from huibao.domain.plan import Contract, check_contract, read_contract
from huibao.kernel.problem import Refused, define
from huibao.rules.scheme import Scheme
from huibao.rules.shelf import open_scheme

MAX_TEXT_CHARS: Final = 200_000
"""A contract file is a page or two; more is something else."""

TOO_LONG = define(
    "PLAN-017",
    "合同文件有 {found} 个字符，超过上限 {limit}",
    "请检查是否选错了文件。",
    "The contract file has {found} characters, above the limit of {limit}",
    "Check whether the right file was chosen.",
)


def check_text(text: str, where: str) -> tuple[Contract, Scheme]:
    """Read a contract and hold it against its scheme, recording nothing. Refused with every problem found."""
    if len(text) > MAX_TEXT_CHARS:
        raise Refused(TOO_LONG(where=where, found=len(text), limit=MAX_TEXT_CHARS))
    contract = read_contract(text, where)
    scheme = open_scheme(contract.scheme_id)
    if problems := (*check_contract(contract, scheme), *check_terms(statute(), contract.claim_days)):
        raise Refused(problems)
    return replace(contract, scheme_hash=scheme.hash), scheme


def scheme_of(contract: Contract) -> Scheme:
    """The scheme a contract rests on. Refused when its text is no longer the one that was signed on."""
    scheme = open_scheme(contract.scheme_id)
    problems = [one for one in check_contract(contract, scheme) if one.field in {"scheme", "scheme_hash"}]
    if problems:
        raise Refused(problems)
    return scheme

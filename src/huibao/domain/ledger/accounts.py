"""Accounts: a kind, an owner, and for the insurer's books a product line. There is nothing else to an account."""

import re
from dataclasses import dataclass
from enum import StrEnum

from huibao.kernel.problem import Problem, define
from huibao.rules.vocabulary import Line

MAX_OWNER_CHARS = 128
"""A contract number and a fund id fit many times over; beyond it something else was pasted in."""

OWNER_SHAPE = re.compile(r"[^\s:\x00-\x1f\x7f](?:[^:\x00-\x1f\x7f]*[^\s:\x00-\x1f\x7f])?")
"""Any script, no colon (it separates the parts of a code) and no control characters."""

LINES: frozenset[str] = frozenset(Line)
"""Books are kept for these lines and no others."""


class AccountKind(StrEnum):
    """What an account is for; MAY_FLOW speaks of kinds only."""

    SOURCE = "source"
    """Outside, where money comes from. Owner: a `SourceKind`, then "/" and a name where there is one."""
    FUND = "fund"
    """An authority's earmarked fund. Owner "<area>/<fund id>". HN-3.1, SD-5."""
    ALLOCATION = "allocation"
    """A fund's money set aside for one contract and line. Owner "<contract>/<fund id>". SD-5."""
    SPECIAL = "special"
    """The insurer's special account (专户) of one contract and line, with separate books. SD-7.4."""
    SURPLUS = "surplus"
    """What an earlier contract left, waiting to subsidise premiums of the owner contract and line. SD-5."""
    OPERATING = "operating"
    """Outside: the insurer's operating cost, per contract and line. SD-5."""
    CLAIMS = "claims"
    """Outside: benefits paid, per contract and line. SD-6.4."""
    REFUND = "refund"
    """Outside: premium given back to people, relatives and donors, per contract and line."""
    CARE = "care"
    """Outside: care that a hospital gave before it was paid for. Owner: the hospital's code. SD-6.4."""
    DEBT = "debt"
    """What somebody still owes a hospital for one stay. Owner "<hospital>/<stay>". SD-6.4 (treat first, pay later)."""
    REPAID = "repaid"
    """Outside: what people paid their hospital afterwards. Owner: the hospital's code."""
    WRITTEN_OFF = "written_off"
    """Outside: what a hospital will not collect, by an approval. Owner: the hospital's code."""


class SourceKind(StrEnum):
    """Whose money comes in from outside."""

    FISCAL = "fiscal"
    """A budget: owner "fiscal/<document or office>"."""
    LEVY = "levy"
    """The disability employment security fund (残保金). HN-3.1."""
    SELF = "self"
    CLOSE_RELATIVE = "close_relative"
    DONOR = "donor"
    INSURER = "insurer"
    """The insurer's own money, when a special account runs dry: benefits are paid in full all the same. SD-7.4."""


PROTECTED = frozenset(
    {AccountKind.FUND, AccountKind.ALLOCATION, AccountKind.SPECIAL, AccountKind.SURPLUS, AccountKind.DEBT}
)
"""Kinds that hold other people's money, or what is owed: never below zero (L5). The others stand for the world outside."""

OF_A_LINE = frozenset(
    {
        AccountKind.ALLOCATION,
        AccountKind.SPECIAL,
        AccountKind.SURPLUS,
        AccountKind.OPERATING,
        AccountKind.CLAIMS,
        AccountKind.REFUND,
    }
)
"""Kinds kept per product line (SD-7.4); the others have none."""

BAD_ACCOUNT = define(
    "LEDGER-001",
    "账户 {code} 不成立：{why_zh}。",
    "账户写作 类别:所有者:险种，如 special:合同号:accident。",
    "Account {code} makes no sense: {why_en}.",
    "Write an account as kind:owner:line, for example special:CONTRACT:accident.",
)


@dataclass(frozen=True, slots=True, order=True)
class AccountRef:
    """Which account is meant. Two refs that are equal are the same account."""

    kind: AccountKind
    owner: str
    line: str = ""

    @property
    def code(self) -> str:
        """The account as one text, "kind:owner:line" or "kind:owner"; `parse_account` reads it back."""
        return f"{self.kind.value}:{self.owner}:{self.line}" if self.line else f"{self.kind.value}:{self.owner}"

    @property
    def contract(self) -> str:
        """The contract whose books this is in; empty for outside sources and funds."""
        if self.kind not in OF_A_LINE:
            return ""
        return self.owner.rpartition("/")[0] if self.kind is AccountKind.ALLOCATION else self.owner

    @property
    def fund(self) -> str:
        """The fund id whose earmark the money carries; empty elsewhere."""
        if self.kind is AccountKind.FUND or self.kind is AccountKind.ALLOCATION:
            return self.owner.rpartition("/")[2]
        return ""

    @property
    def area(self) -> str:
        """The division code of a fund's authority; empty elsewhere."""
        return self.owner.rpartition("/")[0] if self.kind is AccountKind.FUND else ""

    @property
    def hospital(self) -> str:
        """The hospital whose care, debts or repayments these are; empty elsewhere."""
        if self.kind is AccountKind.DEBT:
            return self.owner.partition("/")[0]
        return self.owner if self.kind in {AccountKind.CARE, AccountKind.REPAID, AccountKind.WRITTEN_OFF} else ""

    @property
    def protected(self) -> bool:
        """Whether the balance must never fall below zero (L5)."""
        return self.kind in PROTECTED


def outside(kind: SourceKind, name: str = "") -> AccountRef:
    """The outside source of that kind, and of that name where it has one."""
    return AccountRef(AccountKind.SOURCE, f"{kind.value}/{name}" if name else kind.value)


def fund(area: str, fund_id: str) -> AccountRef:
    """The earmarked fund of an area's authority. SD-5, HN-3.1."""
    return AccountRef(AccountKind.FUND, f"{area}/{fund_id}")


def allocation(contract: str, fund_id: str, line: str) -> AccountRef:
    """What a fund has set aside for a contract's line. SD-5."""
    return AccountRef(AccountKind.ALLOCATION, f"{contract}/{fund_id}", str(line))


def special(contract: str, line: str) -> AccountRef:
    """The insurer's special account of a contract's line. SD-7.4."""
    return AccountRef(AccountKind.SPECIAL, contract, str(line))


def surplus(contract: str, line: str) -> AccountRef:
    """What was carried over to subsidise this contract's premiums of the line. SD-5."""
    return AccountRef(AccountKind.SURPLUS, contract, str(line))


def operating(contract: str, line: str) -> AccountRef:
    """Operating cost taken from a contract's line. SD-5."""
    return AccountRef(AccountKind.OPERATING, contract, str(line))


def claims_paid(contract: str, line: str) -> AccountRef:
    """Benefits paid out of a contract's line. SD-6.4."""
    return AccountRef(AccountKind.CLAIMS, contract, str(line))


def refunded(contract: str, line: str) -> AccountRef:
    """Premium of a contract's line given back to those who paid it."""
    return AccountRef(AccountKind.REFUND, contract, str(line))


def care_given(hospital: str) -> AccountRef:
    """Care a hospital gave on credit. SD-6.4."""
    return AccountRef(AccountKind.CARE, hospital)


def debt(hospital: str, stay: str) -> AccountRef:
    """What is still owed for one stay. SD-6.4 (treat first, pay later)."""
    return AccountRef(AccountKind.DEBT, f"{hospital}/{stay}")


def repaid(hospital: str) -> AccountRef:
    """What was paid to a hospital after discharge. SD-6.4."""
    return AccountRef(AccountKind.REPAID, hospital)


def written_off(hospital: str) -> AccountRef:
    """What a hospital will not collect, by an approval. SD-6.4."""
    return AccountRef(AccountKind.WRITTEN_OFF, hospital)


def parse_account(code: str) -> AccountRef | Problem:
    """Read what `AccountRef.code` writes; a Problem says what is wrong with it."""
    kind, _, rest = code.partition(":")
    owner, _, line = rest.partition(":")
    if kind not in set(AccountKind):
        return BAD_ACCOUNT(
            code=code,
            why_zh=f"没有“{kind}”这类账户，只有 {'、'.join(AccountKind)}",
            why_en=f"there is no kind {kind!r}, only {', '.join(AccountKind)}",
        )
    ref = AccountRef(AccountKind(kind), owner, line)
    found = check_account(ref)
    return found[0] if found else ref


def check_account(ref: AccountRef) -> tuple[Problem, ...]:
    """What is wrong with an account as such: owner missing or malformed, line missing or out of place."""
    why: tuple[str, str] | None = None
    if not ref.owner or len(ref.owner) > MAX_OWNER_CHARS or not OWNER_SHAPE.fullmatch(ref.owner):
        why = ("所有者为空、过长或含冒号、控制字符", "its owner is empty, too long, or holds a colon")
    elif ref.kind in OF_A_LINE and ref.line not in LINES:
        why = ("这类账户须写明险种（SD-7.4）", "this kind of account needs a product line (SD-7.4)")
    elif ref.kind not in OF_A_LINE and ref.line:
        why = ("这类账户不分险种", "this kind of account has no product line")
    elif ref.kind in {AccountKind.FUND, AccountKind.ALLOCATION} and not all(ref.owner.rpartition("/")):
        why = ("须写作“地区或合同/资金代码”", "its owner reads AREA/FUND or CONTRACT/FUND")
    elif ref.kind is AccountKind.DEBT and not all(ref.owner.partition("/")):
        why = ("须写作“医疗机构/就诊号”", "its owner reads HOSPITAL/STAY")
    elif ref.kind is AccountKind.SOURCE and ref.owner.partition("/")[0] not in set(SourceKind):
        why = (f"来源只有 {'、'.join(SourceKind)}", f"sources are {', '.join(SourceKind)}")
    return () if why is None else (BAD_ACCOUNT(code=ref.code, why_zh=why[0], why_en=why[1]),)

"""MAY_FLOW: the only ways along which money may move, each with its clause and the approval it needs (L7).

Diversion is not searched for: it is refused because no row leads there. SD-5 lets premium be used across lines,
SD-7.4 keeps each line's money for that line; both hold, since crossing a line has rows of its own that need an
approval and are bounded by the contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from huibao.domain.ledger.accounts import AccountKind as Kind
from huibao.domain.ledger.accounts import SourceKind, check_account
from huibao.domain.ledger.entries import (
    MAX_KEY_CHARS,
    MAX_TEXT_CHARS,
    MAX_TRANSFERS,
    Cause,
    Entry,
    Transfer,
    mirrored,
)
from huibao.kernel.fen import MAX_FEN, yuan_text
from huibao.kernel.problem import Problem, define


@dataclass(frozen=True, slots=True)
class Flow:
    """One permitted way. `same_…` say what source and target must share; `sources` limits outside sources."""

    source: Kind
    target: Kind
    cause: Cause
    clause: str
    approval: bool = False
    same_line: bool = False
    same_contract: bool = False
    same_fund: bool = False
    downward: bool = False
    """The target fund's area lies within the source's: a province gives to its cities, not to a neighbour."""
    other_line: bool = False
    """The two lines differ: within one line there is nothing to move."""
    same_hospital: bool = False
    """Care, debt and repayment are of one hospital."""
    sources: tuple[SourceKind, ...] = ()


TO_A_FUND = (SourceKind.FISCAL, SourceKind.LEVY, SourceKind.DONOR)
BY_THEMSELVES = (SourceKind.SELF, SourceKind.CLOSE_RELATIVE, SourceKind.DONOR)

MAY_FLOW: tuple[Flow, ...] = (
    Flow(Kind.SOURCE, Kind.FUND, Cause.FUND_RECEIVED, "SD-5", sources=TO_A_FUND),
    Flow(Kind.FUND, Kind.FUND, Cause.FUND_ALLOCATED, "SD-5", same_fund=True, downward=True),
    Flow(Kind.FUND, Kind.ALLOCATION, Cause.LINE_ALLOCATED, "SD-5", same_fund=True),
    Flow(Kind.ALLOCATION, Kind.FUND, Cause.ALLOCATION_RETURNED, "SD-5", same_fund=True),
    Flow(Kind.ALLOCATION, Kind.SPECIAL, Cause.PREMIUM_PAID, "SD-7.4", same_line=True, same_contract=True),
    Flow(Kind.SURPLUS, Kind.SPECIAL, Cause.PREMIUM_PAID, "SD-5", same_line=True, same_contract=True),
    Flow(Kind.SOURCE, Kind.SPECIAL, Cause.PREMIUM_PAID, "HN-2.1", sources=BY_THEMSELVES),
    Flow(Kind.SPECIAL, Kind.ALLOCATION, Cause.PREMIUM_REFUNDED, "SD-3", same_line=True, same_contract=True),
    Flow(Kind.SPECIAL, Kind.SURPLUS, Cause.PREMIUM_REFUNDED, "SD-3", same_line=True, same_contract=True),
    Flow(Kind.SPECIAL, Kind.REFUND, Cause.PREMIUM_REFUNDED, "SD-3", same_line=True, same_contract=True),
    Flow(Kind.SPECIAL, Kind.CLAIMS, Cause.SETTLEMENT_PAID, "SD-6.4", same_line=True, same_contract=True),
    Flow(Kind.SPECIAL, Kind.CLAIMS, Cause.CLAIM_PAID, "SD-6.4", same_line=True, same_contract=True),
    Flow(Kind.SPECIAL, Kind.OPERATING, Cause.OPERATING_COST, "SD-5", same_line=True, same_contract=True),
    Flow(Kind.SPECIAL, Kind.SPECIAL, Cause.LINE_MOVED, "SD-5", approval=True, same_contract=True, other_line=True),
    Flow(
        Kind.ALLOCATION,
        Kind.ALLOCATION,
        Cause.LINE_MOVED,
        "SD-5",
        approval=True,
        same_contract=True,
        same_fund=True,
        other_line=True,
    ),
    Flow(Kind.SPECIAL, Kind.SURPLUS, Cause.SURPLUS_CARRIED, "SD-5", approval=True, same_line=True),
    Flow(Kind.SPECIAL, Kind.FUND, Cause.PROFIT_RETURNED, "SD-5", approval=True),
    Flow(Kind.SOURCE, Kind.SPECIAL, Cause.INSURER_PAID_IN, "SD-7.4", sources=(SourceKind.INSURER,)),
    # What people owe a hospital never meets the insurance's money: these rows lead nowhere else.
    Flow(Kind.CARE, Kind.DEBT, Cause.CARE_ON_CREDIT, "SD-6.4", same_hospital=True),
    Flow(Kind.DEBT, Kind.REPAID, Cause.DEBT_REPAID, "SD-6.4", same_hospital=True),
    Flow(Kind.DEBT, Kind.WRITTEN_OFF, Cause.DEBT_WRITTEN_OFF, "SD-6.4", approval=True, same_hospital=True),
    # A payer that comes later takes over what the person owed; what was repaid or given up by then comes back first.
    Flow(Kind.DEBT, Kind.CARE, Cause.DEBT_TAKEN_OVER, "SD-6.4", same_hospital=True),
    Flow(Kind.REPAID, Kind.DEBT, Cause.DEBT_TAKEN_OVER, "SD-6.4", same_hospital=True),
    Flow(Kind.WRITTEN_OFF, Kind.DEBT, Cause.DEBT_TAKEN_OVER, "SD-6.4", same_hospital=True),
)
"""The whole table. A reversal needs no row of its own: it goes back along the row its entry came by."""

NO_WAY = define(
    "LEDGER-002",
    "{cause}：资金不得从 {source} 流向 {target}（SD-7.4 专款专用）。",
    "此类支出可以去的账户：{allowed}。",
    "{cause}: money must not flow from {source} to {target} (SD-7.4).",
    "With this cause it may go to: {allowed}.",
)
NOT_POSITIVE = define(
    "LEDGER-003",
    "划转金额须大于零，读到 {yuan} 元（{source} → {target}）。",
    "更正请冲销原分录，不要记负数或零。",
    "An amount moved must be above zero, found {yuan} yuan ({source} → {target}).",
    "To correct something, reverse its entry; nothing negative or zero is entered.",
)
TOO_MUCH = define(
    "LEDGER-004",
    "单笔分录超出上限：{what_zh}。",
    "请核对金额单位；确属多笔的，请分开记。",
    "An entry is beyond its limit: {what_en}.",
    "Check the unit of the amount; enter what are several as several.",
)
NEEDS_APPROVAL = define(
    "LEDGER-005",
    "{cause}（{source} → {target}）须有批准文号（{clause}）。",
    "请填写批准文号后再记。",
    "{cause} ({source} → {target}) needs an approval ({clause}).",
    "Give the number of the approval.",
)
MUST_SHARE = define(
    "LEDGER-006",
    "{cause}：{source} 与 {target} {what_zh}（{clause}）。",
    "请改用允许的账户；{hint_zh}。",
    "{cause}: {source} and {target} {what_en} ({clause}).",
    "Use an account that is allowed; {hint_en}.",
)
WRONG_SOURCE = define(
    "LEDGER-007",
    "{cause}：来源 {source} 不能直接进入 {target}（{clause}）。",
    "允许的来源：{allowed}；财政资金须先进资金专户。",
    "{cause}: the source {source} may not pay straight into {target} ({clause}).",
    "Allowed sources: {allowed}; public money enters through its earmarked fund.",
)
INCOMPLETE = define(
    "LEDGER-008",
    "分录缺少或超长：{what_zh}。",
    "每笔分录须有幂等键、事由、依据条款和至少一笔划转。",
    "An entry lacks, or overstates: {what_en}.",
    "Every entry has a key, a subject, a clause and at least one transfer.",
)

CAUSE_NAMES: dict[Cause, tuple[str, str]] = {
    Cause.FUND_RECEIVED: ("资金到账", "Money received"),
    Cause.FUND_ALLOCATED: ("资金切块下达", "Block passed on"),
    Cause.LINE_ALLOCATED: ("安排到合同险种", "Set aside for a line"),
    Cause.ALLOCATION_RETURNED: ("安排资金退回", "Allocation returned"),
    Cause.PREMIUM_PAID: ("缴纳保费", "Premium paid"),
    Cause.PREMIUM_REFUNDED: ("退还保费", "Premium refunded"),
    Cause.SETTLEMENT_PAID: ("一站式结算支付", "Settlement paid"),
    Cause.CLAIM_PAID: ("理赔支付", "Claim paid"),
    Cause.OPERATING_COST: ("运营成本", "Operating cost"),
    Cause.LINE_MOVED: ("险种间调剂", "Moved between lines"),
    Cause.SURPLUS_CARRIED: ("结余结转", "Surplus carried over"),
    Cause.PROFIT_RETURNED: ("盈余返还", "Profit returned"),
    Cause.INSURER_PAID_IN: ("承保机构垫补", "Paid in by the insurer"),
    Cause.CARE_ON_CREDIT: ("先诊疗后付费欠费", "Care on credit"),
    Cause.DEBT_REPAID: ("欠费还款", "Debt repaid"),
    Cause.DEBT_WRITTEN_OFF: ("欠费核销", "Debt written off"),
    Cause.DEBT_TAKEN_OVER: ("后到支付方承担欠费", "Debt taken over by a later payer"),
    Cause.REVERSED: ("冲销", "Reversed"),
}


def ways_from(source: Kind, cause: Cause | None = None) -> tuple[Flow, ...]:
    """The rows of MAY_FLOW that leave this kind of account, for one cause or for any."""
    return tuple(flow for flow in MAY_FLOW if flow.source is source and cause in (None, flow.cause))


def check_entry(entry: Entry) -> tuple[Problem, ...]:
    """Everything wrong with an entry as such; what depends on other entries is the store's to check. L7."""
    found = [*_check_form(entry)]
    for move in entry.transfers[:MAX_TRANSFERS]:
        found += check_account(move.source)
        found += check_account(move.target)
        found += _check_amount(move)
    if found:
        return tuple(found)
    if entry.reverses is not None or entry.cause is Cause.REVERSED:
        return tuple(_check_reversal(entry))
    for move in entry.transfers:
        found += check_way(move, entry.cause, entry.approval)
    return tuple(found)


def check_way(move: Transfer, cause: Cause, approval: str | None) -> tuple[Problem, ...]:
    """Whether one transfer has a row in MAY_FLOW for its cause, and keeps what the row asks for (L7)."""
    flows = [flow for flow in ways_from(move.source.kind, cause) if flow.target is move.target.kind]
    if not flows:
        return (_no_way(move, cause),)
    flow = flows[0]
    name = CAUSE_NAMES[cause][0]
    if flow.sources and SourceKind(move.source.owner.partition("/")[0]) not in flow.sources:
        return (
            WRONG_SOURCE(
                cause=name,
                source=move.source.code,
                target=move.target.code,
                clause=flow.clause,
                allowed=", ".join(flow.sources),
            ),
        )
    found = [*_check_shared(move, flow)]
    if flow.approval and not (approval and approval.strip()):
        found.append(NEEDS_APPROVAL(cause=name, source=move.source.code, target=move.target.code, clause=flow.clause))
    return tuple(found)


def within(area: str, wider: str) -> bool:
    """Whether a division code lies strictly within another: 370102 within 370100 and 370000."""
    stem = wider.rstrip("0")
    stem += "0" * (len(stem) % 2)
    return area != wider and area.startswith(stem)


def _check_form(entry: Entry) -> Iterable[Problem]:
    texts = (
        ("幂等键", "its key", entry.key, MAX_KEY_CHARS),
        ("事由", "its subject", entry.subject, MAX_TEXT_CHARS),
        ("依据条款", "its clause", entry.clause, MAX_TEXT_CHARS),
    )
    for zh, en, text, most in texts:
        if not text.strip() or len(text) > most:
            yield INCOMPLETE(what_zh=zh, what_en=en)
    for zh, en, longer in (("批准文号", "its approval", entry.approval or ""), ("原因", "its reason", entry.reason)):
        if len(longer) > MAX_TEXT_CHARS:
            yield INCOMPLETE(what_zh=zh, what_en=en)
    if not entry.transfers:
        yield INCOMPLETE(what_zh="划转", what_en="its transfers")
    if len(entry.transfers) > MAX_TRANSFERS:
        yield TOO_MUCH(what_zh=f"划转超过 {MAX_TRANSFERS} 笔", what_en=f"more than {MAX_TRANSFERS} transfers")


def _check_amount(move: Transfer) -> Iterable[Problem]:
    if move.fen <= 0:
        yield NOT_POSITIVE(yuan=yuan_text(move.fen), source=move.source.code, target=move.target.code)
    if move.fen > MAX_FEN:
        most = yuan_text(MAX_FEN)
        yield TOO_MUCH(what_zh=f"金额超过 {most} 元", what_en=f"an amount above {most} yuan")
    if len(move.payee) > MAX_TEXT_CHARS:
        yield INCOMPLETE(what_zh="收款方", what_en="a payee")


def _check_reversal(entry: Entry) -> Iterable[Problem]:
    if entry.cause is not Cause.REVERSED or entry.reverses is None:
        yield INCOMPLETE(what_zh="被冲销分录的键", what_en="the key of the entry it reverses")
        return
    for move in mirrored(entry.transfers):
        if not any(flow.target is move.target.kind for flow in ways_from(move.source.kind)):
            yield _no_way(Transfer(move.target, move.source, move.fen), Cause.REVERSED)


def _no_way(move: Transfer, cause: Cause) -> Problem:
    flows = ways_from(move.source.kind, cause) or ways_from(move.source.kind)
    allowed = "；".join(f"{flow.target.value}（{CAUSE_NAMES[flow.cause][0]}，{flow.clause}）" for flow in flows)
    return NO_WAY(
        cause=CAUSE_NAMES[cause][0],
        source=move.source.code,
        target=move.target.code,
        allowed=allowed or "无 / none",
    )


def _check_shared(move: Transfer, flow: Flow) -> Iterable[Problem]:
    source, target = move.source, move.target
    rules = (
        (
            flow.same_line and source.line != target.line,
            ("不是同一险种", "are not of one line"),
            ("跨险种须用经批准的调剂（fund transfer）", "crossing lines is an approved entry of its own"),
        ),
        (
            flow.same_contract and source.contract != target.contract,
            ("不是同一合同", "are not of one contract"),
            ("上年结余用结转（fund carry）", "an earlier year's surplus is carried over"),
        ),
        (
            flow.same_fund and source.fund != target.fund,
            ("不是同一项资金", "are not of one fund"),
            ("专项资金不得混用", "earmarked money stays with its earmark"),
        ),
        (
            flow.downward and not within(target.area, source.area),
            ("不是上下级地区", "are not an area and one within it"),
            ("资金只向下级切块", "blocks go to areas within"),
        ),
        (
            flow.other_line and source.line == target.line,
            ("是同一险种", "are of the same line"),
            ("同一险种无须调剂", "there is nothing to move"),
        ),
        (
            flow.same_hospital and source.hospital != target.hospital,
            ("不是同一医疗机构", "are not of one hospital"),
            ("欠费只记在本机构名下", "a debt stays with its hospital"),
        ),
    )
    for broken, what, hint in rules:
        if broken:
            yield MUST_SHARE(
                cause=CAUSE_NAMES[flow.cause][0],
                source=source.code,
                target=target.code,
                clause=flow.clause if flow.downward or flow.other_line or flow.same_hospital else "SD-7.4",
                what_zh=what[0],
                what_en=what[1],
                hint_zh=hint[0],
                hint_en=hint[1],
            )

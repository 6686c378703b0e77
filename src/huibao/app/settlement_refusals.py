"""What settling, reversing and adding to a bill is refused for."""

from typing import Final

from huibao.kernel.problem import Problem, define

MAX_KEY_CHARS: Final = 128
"""Characters of a key, as its column holds."""
MAX_REASON_CHARS: Final = 200
"""Characters of a reason, as its column holds."""

NO_PERSON = define(
    "SETTLE-001",
    "名册中没有该身份证号的人员。",
    "请先核对身份证号；确属参保对象的，先在名册中登记并参保。",
    "Nobody in the roster has this identity number.",
    "Check the number; if the person should be insured, enter them in the roster and enrol them first.",
)
NO_COVER = define(
    "SETTLE-002",
    "该人员在 {day} 没有能结算住院账单的保障。",
    "请核对参保情况和出院日期；未参保的按无补充保险结算。",
    "The person has no cover that settles bills on {day}.",
    "Check enrolment and the day of discharge; without cover, settle without the supplementary layer.",
)
OTHER_CONTENT = define(
    "SETTLE-003",
    "账单 {number} 已经结算，本次内容与上次不同。",
    "内容有误的，请先撤销原结算，再用新的账单号重新结算。",
    "Bill {number} is settled already, with other content.",
    "Where the first was wrong, reverse it and settle again under a new number.",
)
SCHEME_CHANGED = define(
    "SETTLE-004",
    "合同 {contract} 签订时的方案 {scheme} 与现有方案文件不一致。",
    "请恢复签订合同时的方案文件；方案修订应另立文件并变更合同。",
    "Scheme {scheme} is no longer the text that contract {contract} was signed on.",
    "Restore that text; a revised scheme is a new file and an amended contract.",
)
UNKNOWN_SETTLEMENT = define(
    "SETTLE-005",
    "没有编号为 {number} 的结算。",
    "请核对结算编号。",
    "There is no settlement {number}.",
    "Check the number.",
)
ALREADY_REVERSED = define(
    "SETTLE-006",
    "结算 {number} 已由 {by} 撤销，或其本身就是撤销记录。",
    "不需要再次撤销。",
    "Settlement {number} was reversed by {by}, or is a reversal itself.",
    "There is nothing left to reverse.",
)
NOT_THE_LAST = define(
    "SETTLE-007",
    "结算 {number} 之后，该人员本年度还有结算 {last}。",
    "累计额前后相连，请从最后一笔起依次撤销。",
    "Settlement {number} was followed by {last} in the same year.",
    "The yearly accumulators build on one another; reverse from the last one backwards.",
)
TOO_MANY = define(
    "SETTLE-008",
    "一批有 {found} 张账单，超过上限 {limit}。",
    "请分批结算。",
    "{found} bills in one batch, more than {limit}.",
    "Settle in several batches.",
)
KEY_TAKEN = define(
    "SETTLE-009",
    "业务流水号 {key} 已用于其他内容。",
    "同一流水号只能对应同一笔业务；请换一个流水号。",
    "The key {key} has been used with other content.",
    "A key stands for one act; use a new one.",
)
REVERSED = define(
    "SETTLE-010",
    "账单 {number} 的结算已由 {by} 撤销，不能再用这个账单号结算。",
    "需要重新结算的，请用新的账单号。",
    "The settlement of bill {number} was reversed by {by}; it is not settled again under this number.",
    "To settle it anew, give the bill a new number.",
)
OUR_OWN_LINE = define(
    "SETTLE-011",
    "{payer}不是后到的支付方：本合同自己的险种从专户付款，个人自付由账单得出。",
    "应由本险种多付的，请撤销结算后重新结算。",
    "{payer_en} is no later payer: this contract's own line pays from its special account, the person what is left.",
    "Where the line should pay more, reverse the settlement and settle again.",
)
NOT_STATED = define(
    "SETTLE-012",
    "{what} 为空或超过 {limit} 个字符。",
    "请写明{what}。",
    "The {what_en} is empty or longer than {limit} characters.",
    "State the {what_en}.",
)
THROUGH_HOSPITAL = define(
    "SETTLE-013",
    "{number} 是医院经接口结算的（结算ID {setl_id}），不能只在本系统撤销：医院的账和待收款会对不上。",
    "请医院发 2305 撤销结算；答复丢失、不能确定的，发 2601 冲正。",
    "{number} was settled by the hospital through the interface (setl_id {setl_id}); it is not reversed here alone.",
    "The hospital undoes it by 2305, or by 2601 where the answer was lost: its books and the debt follow.",
)


def key_problems(key: str, reason: str | None = None) -> tuple[Problem, ...]:
    """What is wrong with the key of an act, and with its reason where it needs one."""
    found = [] if len(key.strip()) > 0 and len(key) <= MAX_KEY_CHARS else [("流水号", "key", MAX_KEY_CHARS)]
    if reason is not None and not (reason.strip() and len(reason) <= MAX_REASON_CHARS):
        found.append(("原因", "reason", MAX_REASON_CHARS))
    return tuple(NOT_STATED(what=zh, what_en=en, limit=limit, field=en) for zh, en, limit in found)

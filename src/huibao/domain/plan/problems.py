"""What can be wrong with a contract file, by code."""

from huibao.kernel.problem import Problem, ProblemKind, define


def in_contract(kind: ProblemKind, where: str, field: str, row: int | None = None, **values: object) -> Problem:
    """A problem of a contract: `where` is its file or number, `field` the key path, `row` the line in the file."""
    return kind(where=where, field=field, row=row, **values)


MISSING = define(
    "PLAN-001",
    "合同缺少必填项 {key}",
    "请补上 {key}：{meaning}。没有默认值，因为文件没有规定这个数。",
    "The contract does not state {key}",
    "Add {key}: {meaning}. There is no default, since no document gives one.",
)
UNKNOWN_KEY = define(
    "PLAN-002",
    "合同里有不认识的项 {key}",
    "这一层可以写的是：{known}。请改正拼写或删去。",
    "The contract has an unknown key {key}",
    "Keys known here: {known}. Correct the spelling or remove it.",
)
WRONG_VALUE = define(
    "PLAN-003",
    "{key} 应为{expected}，读到 {found}",
    "请改写成例如 {example}。",
    "{key} should be {expected_en}, found {found}",
    "Write it as e.g. {example}.",
)
WRONG_SHARES = define(
    "PLAN-004",
    "险种 {line} 的出资方案与保费对不上：固定金额合计 {fixed} 元，比例合计 {rates}，保费 {premium} 元",
    "固定金额不得超过保费；剩余部分的比例合计须为 100 %；没有剩余就不要写比例；同一出资方只写一次。",
    "The payers of {line} do not make up its premium: fixed {fixed} yuan, rates {rates}, premium {premium} yuan",
    "Fixed amounts stay within the premium; rates of the rest sum to 100 %; without a rest, no rates; each payer once.",
)
WRONG_SHORT_RATE = define(
    "PLAN-005",
    "短期费率表有误：{why}",
    "按“已开始的月数”从 1 到 {months} 逐月列出费率，逐月不减，最后一个月为 100 %；其他折算方式不写费率表。",
    "The short-rate table is wrong: {why}",
    "List a rate for each number of months begun, 1 to {months}, never falling, the last 100 %; no table for other rules.",
)
WRONG_BANDS = define(
    "PLAN-006",
    "{key} 的盈亏分担档次有误：{why}",
    "第一档从 0 % 起，逐档递增；每档写明 from 和 insurer（承保机构的份额，0 % 至 100 %）。",
    "The profit-and-loss bands of {key} are wrong: {why}",
    "The first band begins at 0 %, each later one higher; state from and insurer (its share, 0 % to 100 %).",
)
WRONG_SCHEME = define(
    "PLAN-007",
    "合同依据的方案与所用方案不一致：合同写 {stated}，实际是 {actual}",
    "请用合同签订时的方案；方案改了内容，须先修订合同。",
    "The contract rests on another scheme: it states {stated}, the one at hand is {actual}",
    "Use the scheme the contract was signed on; when its text changed, amend the contract first.",
)
OUTSIDE_SCHEME = define(
    "PLAN-008",
    "合同的{what}超出方案：合同 {stated}，方案 {allowed}",
    "请把合同改在方案的范围之内，或选用相应的方案。",
    "The contract goes beyond the scheme in its {what_en}: it states {stated}, the scheme has {allowed}",
    "Keep the contract within the scheme, or choose the scheme it belongs to.",
)
WRONG_PRODUCT = define(
    "PLAN-009",
    "方案没有险种 {line} 的产品 {product}",
    "方案里的产品：{known}。",
    "The scheme has no product {product} for the line {line}",
    "Products of the scheme: {known}.",
)
PAYER_NOT_ALLOWED = define(
    "PLAN-010",
    "{payer} 不得支付险种 {line} 的保费（{clause}）",
    "方案允许的出资方：{known}。各险种资金专款专用。",
    "{payer} may not pay premium of the line {line} ({clause})",
    "Payers the scheme allows: {known}. Each line's money is for that line.",
)
SETTING = define(
    "PLAN-011",
    "方案要求合同给出的参数 {name}：{why}（{clause}）",
    "请在 settings 里写 {name}，单位 {unit}。",
    "Parameter {name}, which the scheme requires of the contract: {why} ({clause})",
    "State {name} under settings, in {unit}.",
)
CEILING = define(
    "PLAN-012",
    "运营成本上限 {stated} 高于方案规定的 {allowed}（{clause}）",
    "请降到方案的上限以内。",
    "The ceiling of operating cost, {stated}, is above the scheme's {allowed} ({clause})",
    "Lower it to the scheme's ceiling or less.",
)
TERM = define(
    "PLAN-013",
    "合同到 {last_on} 止，连同以往续签（自 {first_on} 起）超过约定的最长 {years} 年（SD-6.1）",
    "请缩短期间；到期应重新采购。",
    "The contract runs to {last_on}; with its earlier terms (since {first_on}) beyond the longest {years} years (SD-6.1)",
    "Shorten it; after that a new procurement is due.",
)
TOO_LARGE = define(
    "PLAN-014",
    "{key} 有 {found} 项，超过上限 {limit}",
    "请检查是否放错了内容。",
    "{key} has {found} entries, above the limit of {limit}",
    "Check whether something else was put here.",
)
UNDER_FLOOR = define(
    "PREMIUM-001",
    "险种 {line} 每人保费 {stated} 元，低于方案规定的 {floor} 元（{clause}）",
    "保费只可高于、不可低于方案的最低标准，请提高到 {floor} 元或以上。",
    "The premium of {line}, {stated} yuan a person, is under the scheme's least, {floor} yuan ({clause})",
    "A contract may raise the premium, never undercut it: state {floor} yuan or more.",
)
OWN_CONTRIBUTION = define(
    "PREMIUM-002",
    "险种 {line} 个人缴费 {stated} 元，低于方案规定的 {floor} 元（{clause}：杜绝个人零缴费）",
    "请在出资方案中写明个人（self）至少出 {floor} 元。",
    "The person's own part of {line}, {stated} yuan, is under the scheme's {floor} yuan ({clause})",
    "Let the plan state that the person (self) pays at least {floor} yuan.",
)

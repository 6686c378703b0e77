"""What the use cases of funds refuse."""

from huibao.kernel.problem import define

NOT_INSURED = define(
    "FUND-001",
    "合同 {contract} 不承保险种 {line}。",
    "请核对合同或险种。",
    "The contract {contract} does not insure the line {line}.",
    "Check the contract or the line.",
)
UNKNOWN_FUND = define(
    "FUND-002",
    "方案 {scheme} 没有资金 {fund}。",
    "可用的资金：{known}。",
    "The scheme {scheme} has no fund {fund}.",
    "Its funds are: {known}.",
)
NOT_FOR_LINE = define(
    "FUND-003",
    "资金 {fund} 不得用于险种 {line}（{clause}，专款专用）。",
    "该资金可用于：{lines}。",
    "The fund {fund} may not pay for the line {line} ({clause}).",
    "It may pay for: {lines}.",
)
OTHER_AREA = define(
    "FUND-004",
    "{area} 的资金不能安排给 {contract_area} 的合同 {contract}。",
    "只能安排给本地区或其下级的合同；资金请先切块下达（fund allocate）。",
    "Money of {area} cannot be set aside for the contract {contract} of {contract_area}.",
    "Give the contract's area its block first (fund allocate).",
)
OVER_CEILING = define(
    "FUND-005",
    "运营成本超出上限：{line} 已缴保费 {premium} 元，上限 {ceiling} 元，已列支 {spent} 元，本次 {asked} 元（SD-5）。",
    "本次最多可列支 {left} 元。",
    "Operating cost above its ceiling: premium of {line} {premium} yuan, ceiling {ceiling}, spent {spent}, "
    "asked {asked} (SD-5).",
    "At most {left} yuan can be taken now.",
)
NO_MOVES = define(
    "FUND-006",
    "{who_zh}不允许险种间调剂（{clause}）。",
    "每个险种的保费只用于该险种；确需调剂的，须方案允许且合同写明上限。",
    "{who_en} allows no moves between lines ({clause}).",
    "Each line's premium is for that line; a move needs a scheme that allows it and a contract that states its limit.",
)
OVER_LIMIT = define(
    "FUND-007",
    "调剂超出合同上限：{line} 已缴保费 {premium} 元，上限 {ceiling} 元，已调出 {spent} 元，本次 {asked} 元（SD-5）。",
    "本次最多可调出 {left} 元。",
    "Above the contract's limit: premium of {line} {premium} yuan, limit {ceiling}, moved {spent}, asked {asked} (SD-5).",
    "At most {left} yuan can be moved now.",
)
CANNOT_CARRY = define(
    "FUND-008",
    "不能把 {source} 的结余结转到 {target}：{why_zh}。",
    "请核对两份合同的期间、地区和险种。",
    "The surplus of {source} cannot be carried to {target}: {why_en}.",
    "Check the two contracts' periods, areas and lines.",
)
NOTHING_TO_DO = define(
    "FUND-009",
    "合同 {contract} 的 {line} {what_zh}。",
    "请先参保（enrol），或核对是否已缴。",
    "The contract {contract}, line {line}: {what_en}.",
    "Enrol first, or see whether it was done already.",
)
WRONG_BLOCKS = define(
    "FUND-010",
    "切块下达应写 1 至 {most} 个地区，每个一次；读到 {found} 个。",
    "请检查重复的地区代码。",
    "A block goes to 1 to {most} areas, each once; found {found}.",
    "Look for an area named twice.",
)

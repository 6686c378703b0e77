"""What may be wrong with an account, a payment file or a bank's answer, each with its code, in Chinese and English."""

from huibao.kernel.problem import Severity, define

BAD_ACCOUNT = define(
    "PAYOUT-001",
    "银行账号应为 {least} 到 {most} 位数字，读到 {found} 位。",
    "请对照银行卡或存折重新输入；空格可以保留。",
    "A bank account has {least} to {most} digits; {found} characters were read.",
    "Type it again from the card or passbook; blanks may stay.",
)
BAD_BANK = define(
    "PAYOUT-002",
    "开户行名称应为 {least} 到 {most} 个字。",
    "请填写银行名称，例如“某某银行某某支行”。",
    "The bank's name has {least} to {most} characters.",
    "Enter the name of the bank and its branch.",
)
CHANGED = define(
    "PAYOUT-003",
    "待付的内容有变化：您看到的是 {shown}，现在是 {now}。",
    "请核对新的清单后再生成。",
    "What is to be paid has changed: you were shown {shown}, now it is {now}.",
    "Look at the new list, then make the file.",
)
NOTHING = define(
    "PAYOUT-004",
    "现在没有可以支付的案件。",
    "已审批且账号齐全的案件会自动出现在这里。",
    "There is nothing to pay now.",
    "Claims that are decided and whose accounts are known appear here by themselves.",
)
UNKNOWN_FILE = define(
    "PAYOUT-005",
    "没有支付文件 {number}。",
    "请从支付文件列表进入。",
    "There is no payment file {number}.",
    "Begin at the list of payment files.",
)
NOT_A_RETURN = define(
    "PAYOUT-006",
    "读不出银行回盘文件：{why}。",
    "应为 UTF-8 或 GB18030 编码的 CSV，表头为：{columns}；格式见《支付文件说明》。",
    "The bank's file cannot be read: {why}.",
    "It is a CSV in UTF-8 or GB18030 with the columns {columns}; see the description of payment files.",
)
TOO_LARGE = define(
    "PAYOUT-007",
    "文件有 {found} {unit}，超过上限 {limit}。",
    "请核对是否选错了文件。",
    "The file has {found} ({unit}), above the limit of {limit}.",
    "Check whether the right file was chosen.",
)
UNKNOWN_LINE = define(
    "PAYOUT-008",
    "第 {row} 行的付款编号 {reference} 不在本支付文件中，没有处理。",
    "请核对是否拿错了回盘文件，或与银行核实。",
    "Row {row}: {reference} is no payment of this file; nothing was done.",
    "Check whether it is another file's return, or ask the bank.",
    Severity.DOUBTFUL,
)
OTHER_AMOUNT = define(
    "PAYOUT-009",
    "第 {row} 行 {reference} 的金额为 {found} 元，我方为 {ours} 元，没有处理。",
    "请与银行核实实际付出的金额。",
    "Row {row}: {reference} says {found} yuan, ours is {ours}; nothing was done.",
    "Ask the bank what was really paid.",
    Severity.DOUBTFUL,
)
CONTRADICTS = define(
    "PAYOUT-010",
    "第 {row} 行 {reference} 的结果与{before}不一致，没有处理。",
    "同一笔只认一个结果；请与银行核实。",
    "Row {row}: the result of {reference} contradicts {before}; nothing was done.",
    "One payment has one result; ask the bank.",
    Severity.DOUBTFUL,
)
BAD_ROW = define(
    "PAYOUT-011",
    "第 {row} 行的{what}读不出来：{found}。",
    "应为{expected}。",
    "Row {row}: {what} cannot be read: {found}.",
    "Expected: {expected}.",
    Severity.DOUBTFUL,
)
NO_WHY = define(
    "PAYOUT-012",
    "第 {row} 行 {reference} 被退回，但没有写原因。",
    "已按退回登记；请向银行问明原因再更正账号。",
    "Row {row}: {reference} was rejected without a reason.",
    "It is recorded as rejected; ask the bank why before correcting the account.",
    Severity.DOUBTFUL,
)
IN_A_FILE = define(
    "PAYOUT-013",
    "案件 {number} 的付款已在支付文件 {file} 中，等待银行回盘。",
    "导入银行回盘后自动结案；被退回的，先更正账号再付。",
    "The payment of claim {number} is in payment file {file} and waits for the bank's answer.",
    "Take in the bank's file; where it was rejected, correct the account and pay again.",
)

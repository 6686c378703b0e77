"""What a hospital's request is refused for, in words for whoever sits at the hospital's counter."""

from typing import Final

from huibao.kernel.problem import define

NO_PERSON: Final = define(
    "HOSP-040",
    "没有找到该人员，或其参保地不在贵机构的服务区域内。",
    "请核对证件号码；确属参保人的，请联系县级经办机构核对名册。",
    "Nobody is found by this number, or the person is insured outside the areas this institution serves.",
    "Check the number; for an insured person, ask the county office to look at the roster.",
)
NAME_DIFFERS: Final = define(
    "HOSP-041",
    "证件号码与姓名不一致。",
    "请对照证件核对姓名和号码后重新查询。",
    "The number and the name do not belong together.",
    "Compare both with the document and ask again.",
)
TOKEN_ALONE: Final = define(
    "HOSP-042",
    "本系统不能解读医保电子凭证令牌或社会保障卡号。",
    "请同时填写身份证号（certno）。",
    "An electronic token or card number alone cannot be read here.",
    "Send the identity number (certno) with it.",
)
NOT_COVERED: Final = define(
    "HOSP-043",
    "该人员在 {day} 没有本系统承办的有效保障。",
    "请按基本医保流程办理；认为应当有保障的，请联系县级经办机构。",
    "The person has no cover of ours on {day}.",
    "Go on with the basic insurance alone; where there should be cover, ask the county office.",
)
NO_STAY: Final = define(
    "HOSP-044",
    "没有找到这次就诊（mdtrt_id），或人员编号与入院登记不一致。",
    "请使用 2401 返回的 mdtrt_id 和入院登记时的 psn_no。",
    "No such stay, or the person's number differs from the admission's.",
    "Use the mdtrt_id that 2401 returned and the psn_no of the admission.",
)
STAY_STATE: Final = define(
    "HOSP-045",
    "本次就诊{state}，不能办理{act}。",
    "请先{first}。",
    "The stay is in a state ({state}) in which this ({act}) cannot be done.",
    "First: {first}.",
)
ALREADY_IN: Final = define(
    "HOSP-046",
    "该人员已在贵机构办理入院且未出院，就诊 ID 为 {stay}。",
    "请沿用该就诊 ID；登记有误的，先用 2404 撤销。",
    "The person is in this hospital already, under {stay}.",
    "Go on with that stay; where it is a mistake, undo it by 2404.",
)
SAME_LINE: Final = define(
    "HOSP-047",
    "费用明细流水号 {sn} 在本次就诊中已经上传。",
    "同一明细不要重复上传；需要更正的，先用 2302 撤销再传。",
    "The fee line {sn} of this stay was sent before.",
    "Do not send a line twice; to correct it, withdraw it by 2302 first.",
)
NO_LINE: Final = define(
    "HOSP-048",
    "没有可撤销的费用明细 {sn}：未上传、已撤销，或已参与结算。",
    "请核对流水号；已结算的，先用 2305 撤销结算。",
    "There is no fee line {sn} to withdraw: never sent, withdrawn, or settled.",
    "Check the number; where it is settled, undo the settlement by 2305 first.",
)
LINES_DIFFER: Final = define(
    "HOSP-049",
    "医疗费总额 {found} 元，与已上传费用明细合计 {expected} 元相差 {difference} 元。",
    "请补传或撤销明细，使两者一致后再结算。",
    "The bill states {found} yuan, its fee lines sum to {expected}: {difference} apart.",
    "Complete or withdraw fee lines until both agree.",
)
NO_SPLIT: Final = define(
    "HOSP-050",
    "缺少符合政策范围金额（inscp_scp_amt），无法计算。",
    "请填写全自费、超限价、先行自付、符合政策范围四项金额，或在上传明细时逐条填写。",
    "The in-policy amount (inscp_scp_amt) is missing.",
    "State the four parts of the bill, or each line's parts when sending the fee lines.",
)
ALREADY_SETTLED: Final = define(
    "HOSP-051",
    "本次就诊已结算，结算 ID 为 {setl_id}。",
    "上次没有收到回复的，请用 5203 查询该结算；需要重新结算的，先用 2305 撤销。",
    "The stay is settled already, as {setl_id}.",
    "If the answer was lost, ask for it by 5203; to settle anew, undo it by 2305 first.",
)
NO_SETTLEMENT: Final = define(
    "HOSP-052",
    "本次就诊没有结算 ID 为该值的结算，或已经撤销。",
    "请核对 setl_id、mdtrt_id 和 psn_no。",
    "The stay has no standing settlement of that number.",
    "Check setl_id, mdtrt_id and psn_no.",
)
NOT_DISCHARGED: Final = define(
    "HOSP-053",
    "本次就诊没有出院日期。",
    "请先办理 2402 出院，或填写 dscgTime；中途结算请把 mid_setl_flag 填 1。",
    "The stay has no day of discharge.",
    "Send 2402 first, or state dscgTime; for a settlement during the stay set mid_setl_flag to 1.",
)
PAYER_UNKNOWN: Final = define(
    "HOSP-054",
    "已付金额中有 {fen} 元属于本地方案没有列入的支付方，不能计算。",
    "请与县级经办机构核对各方已付金额填写的字段。",
    "{fen} yuan of what others paid belong to payers this scheme does not know.",
    "Ask the county office in which field they belong.",
)
NOT_REVERSIBLE: Final = define(
    "HOSP-055",
    "交易 {infno} 不能用 2601 冲正。",
    "2601 只冲正 2304 住院结算和 2401 入院办理；其他交易请用对应的撤销交易。",
    "Transaction {infno} is not undone by 2601.",
    "2601 undoes 2304 and 2401; others have an undo of their own.",
)
DEBT_PAID: Final = define(
    "HOSP-056",
    "该笔结算形成的欠费已有还款或核销，不能撤销结算。",
    "请先由县级经办机构冲销还款记录。",
    "Part of the debt of this settlement is repaid or written off, so it cannot be undone.",
    "Have the county office reverse those entries first.",
)
NO_FILE: Final = define(
    "HOSP-057",
    "没有文件查询号为 {number} 的文件，或已过下载期限。",
    "请重新上传（9101）或重新对账（3202）。",
    "There is no file {number}, or it may no longer be fetched.",
    "Send it again (9101) or reconcile again (3202).",
)
BAD_FILE: Final = define(
    "HOSP-058",
    "对账文件不能使用：{why}。",
    "应为含一个 UTF-8 文本的 ZIP 压缩包，每行七项、以制表符分隔，不超过 {limit} 行。",
    "The file cannot be used: {why}.",
    "It should be a ZIP with one UTF-8 text, seven items a line parted by tabs, at most {limit} lines.",
)
NO_DEBT: Final = define(
    "HOSP-059",
    "就诊 {stay} 的欠费余额为 {owed} 元，不能登记 {asked} 元。",
    "请核对金额；还清的欠费不能再还款、分期或核销。",
    "The debt of stay {stay} stands at {owed} yuan; {asked} cannot be entered.",
    "Check the amount; a debt that is settled takes no more.",
)
KNOWN_INSTITUTION: Final = define(
    "HOSP-060",
    "医疗机构 {code} 已登记，内容与这次不同。",
    "修改密钥请用 rotate；其他内容请先与原登记核对。",
    "Institution {code} is recorded with other content.",
    "New keys come by rotate; compare the rest with what is recorded.",
)
NO_INSTITUTION: Final = define(
    "HOSP-061",
    "没有登记医疗机构 {code}。",
    "请先用 huibao hospital institution add 登记。",
    "Institution {code} is not recorded.",
    "Record it with huibao hospital institution add.",
)
NO_MASTER: Final = define(
    "HOSP-062",
    "没有接口主密钥，无法生成或核对签名密钥。",
    "请把至少 32 个字符的随机文本放入环境变量 HUIBAO_GATEWAY_KEY；换新时写成“新,旧”，旧密钥停用后再去掉。",
    "There is no master key for signatures.",
    "Put at least 32 random characters into HUIBAO_GATEWAY_KEY; when changing it write NEW,OLD until the old ends.",
)
BAD_INSTITUTION: Final = define(
    "HOSP-063",
    "医疗机构登记有误：{what}。",
    "机构编码 12 位、等级为字典值、服务区域为六位区划代码、每分钟限额大于零。",
    "The institution is stated wrongly: {what}.",
    "A code of 12 characters, a level of the dictionary, areas as division codes, a limit above zero.",
)
BAD_REGIONS: Final = define(
    "HOSP-064",
    "统筹区配置 {where} 有误：{what}。",
    "请对照指南“统筹区配置”一节更正。",
    "The regions file {where} is wrong: {what}.",
    "Correct it by the guide's section on regions.",
)
DAYS_WRONG: Final = define(
    "HOSP-065",
    "{what}：开始 {first}，结束 {last}。",
    "请核对日期；结束不早于开始，且不超过 {limit} 天。",
    "{what}: from {first} to {last}.",
    "Check the days: the last is not before the first, and at most {limit} days lie between.",
)
IN_FUTURE: Final = define(
    "HOSP-066",
    "{what}为 {day}，晚于当前时间。",
    "请核对时间，或校准医院服务器时钟。",
    "{what} is {day}, later than now.",
    "Check the time, or the hospital's clock.",
)
NO_ACCIDENT_COVER: Final = define(
    "HOSP-067",
    "意外伤害备案未受理：{why}",
    "请核对人员、受伤时间；仍有疑问请联系保险机构报案。",
    "The accident was not taken in: {why}",
    "Check person and time; otherwise report it to the insurer.",
)
NEGATIVE: Final = define(
    "HOSP-068",
    "{field} 为负数，已付金额和账户支付不能小于零。",
    "请核对金额；撤销已结算的费用请用 2305。",
    "{field} is below zero; what was paid cannot be.",
    "Check the amount; to undo a settlement use 2305.",
)

"""What may be wrong with a claim or with an order about it, each with its code, in Chinese and English."""

from huibao.kernel.problem import Severity, define

NO_SUCH_MOVE = define(
    "CLAIM-001",
    "案件 {number} 现为“{state}”，不能“{verb}”。",
    "现在可以：{possible}。",
    "Claim {number} is “{state}”; “{verb}” is not possible now.",
    "Possible now: {possible}.",
)
WRONG_ROLE = define(
    "CLAIM-002",
    "“{verb}”须由{roles}办理，{name} 的身份是{role}。",
    "请由有该岗位的人员办理。",
    "“{verb}” is done by {roles}; {name} acts as {role}.",
    "Have somebody with that role do it.",
)
SAME_PERSON = define(
    "CLAIM-003",
    "{name} 已作为{did}经手本案这笔钱，不能再作为{role}。",
    "经办、审批、付款须为不同的人（SD-7.4），请换人办理。",
    "{name} already acted as {did} on this money and cannot be {role} too.",
    "Clerk, approver and payer are different people (SD-7.4); let another person do it.",
)
OUT_OF_ORDER = define(
    "CLAIM-004",
    "日期 {day} 早于{what}的日期 {earlier}。",
    "请核对日期。",
    "The day {day} lies before {earlier}, the day of {what}.",
    "Check the day.",
)
IN_FUTURE = define(
    "CLAIM-005",
    "{what}日期 {day} 晚于今天 {today}。",
    "尚未发生的事不能登记，请核对日期。",
    "The day of {what}, {day}, lies after today, {today}.",
    "What has not happened cannot be recorded; check the day.",
)
NO_COVER = define(
    "CLAIM-006",
    "出险日 {day} 该人没有有效的“{line}”保障。",
    "请核对身份证号和出险日；若应保未保，请先由投保单位核实。",
    "On {day} this person has no cover in “{line}”.",
    "Check the identity number and the day; if cover was missed, have the enrolling body look into it first.",
)
BEFORE_COVER = define(
    "CLAIM-007",
    "出险日 {day} 早于保障开始日 {begins}。",
    "保障开始前的事故不赔；请核对出险日。",
    "The accident on {day} lies before cover begins on {begins}.",
    "What happens before cover is not insured; check the day.",
)
TOO_LATE = define(
    "CLAIM-008",
    "诉讼时效已于 {due} 届满（{article}），报案日为 {day}。",
    "如索赔人知道出险的日期较晚，请填写“知道日期”；否则请书面告知不予受理的理由。",
    "The limitation period ended on {due} ({article}); the report is of {day}.",
    "If the claimant learned of it later, give that day; otherwise decline in writing with the reason.",
)
NO_SUCH_LINE = define(
    "CLAIM-009",
    "合同 {contract} 没有可理赔的“{line}”责任。",
    "请核对险种；合同险种：{lines}。",
    "Contract {contract} has no benefit in “{line}” that a claim could be made under.",
    "Check the line; the contract has: {lines}.",
)
NO_PAPERS = define(
    "CLAIM-010",
    "案件 {number} 材料尚未齐全，不能核定。",
    "先登记收到的材料；缺 {missing}。",
    "The papers of claim {number} are not complete, so it cannot be assessed.",
    "Record the papers received first; missing: {missing}.",
)
PAID_ALREADY = define(
    "CLAIM-011",
    "案件 {number} 已于 {day} 赔付 {yuan} 元，不能再次付款。",
    "如金额有误，请走申诉或重开；误付请在账上冲正。",
    "Claim {number} was paid {yuan} yuan on {day}; it cannot be paid a second time.",
    "If the sum is wrong, appeal or reopen; a payment made in error is reversed in the ledger.",
)
NOT_DECIDED = define(
    "CLAIM-012",
    "案件 {number} 尚未审批，不能付款。",
    "先由审批人作出决定。",
    "Claim {number} has not been decided by an approver, so it cannot be paid.",
    "Have the approver decide first.",
)
ASKED_ALREADY = define(
    "CLAIM-013",
    "案件 {number} 已于 {day} 一次性通知补充材料，不能再次要求（保险法第二十二条）。",
    "按已收到的材料核定，或自行调查取证。",
    "Papers were already asked for on {day}; the law allows one request (Insurance Law art. 22).",
    "Assess with what there is, or find out yourself.",
)
PAPERS_MISSING = define(
    "CLAIM-014",
    "还缺材料：{missing}。",
    "收到后再登记；仅有一次书面通知补充的机会。",
    "Papers are missing: {missing}.",
    "Record them when they arrive; they may be asked for in writing once.",
)
NEGATIVE = define(
    "CLAIM-015",
    "{what}须为 0 至 {limit} 元，读到 {yuan} 元。",
    "请核对金额。",
    "{what} must lie between 0 and {limit} yuan, found {yuan}.",
    "Check the amount.",
)
TOO_EARLY_TO_GRADE = define(
    "CLAIM-016",
    "出险日起未满 {days} 天（{due}），且治疗未结束，不能评残。",
    "治疗结束后填写结束日期，或待满 {days} 天按当时情况评定。",
    "Fewer than {days} days since the accident (until {due}) and treatment goes on: no grading yet.",
    "Give the day treatment ended, or grade on day {days} as things stand then.",
)
COUNTED_TWICE = define(
    "CLAIM-017",
    "伤残条目 {first} 与 {second} 评的是同一部位同一性质（{part}），不能重复评定。",
    "只保留更贴切的一项（JR/T 0083-2013）。",
    "Items {first} and {second} grade the same part and nature ({part}); it may count once only.",
    "Keep the item that fits better (JR/T 0083-2013).",
)
NOT_AN_INJURY = define(
    "CLAIM-018",
    "伤残条目 {code}：{what}应为 {expected}，读到 {found}。",
    "请对照 JR/T 0083-2013 填写。",
    "Injury {code}: {what} should be {expected}, found {found}.",
    "Fill it in by JR/T 0083-2013.",
)
FIRST_PAYER_UNKNOWN = define(
    "CLAIM-019",
    "“{cause}”先由灾害民生综合保险赔付（SD-4.2），其金额未知，不能核定。",
    "先挂起，取得其赔付金额（没有赔付填 0）后继续。",
    "“{cause}” is paid first by the disaster insurance (SD-4.2), whose amount is not known yet.",
    "Suspend the claim; go on when its amount is known (0 if it pays nothing).",
)
NO_REASON = define(
    "CLAIM-020",
    "“{verb}”须写明理由。",
    "写出事实和依据的条款（拒赔依保险法第二十四条须书面说明）。",
    "“{verb}” needs reasons.",
    "State the facts and the clause (a refusal gives its reasons in writing, Insurance Law art. 24).",
)
OVERRIDE_NO_REASON = define(
    "CLAIM-021",
    "调整系统核定的 {yuan} 元须写明理由。",
    "写明理由，并由另一人审批。",
    "Changing the computed {yuan} yuan needs a reason.",
    "State the reason; another person approves it.",
)
NO_IDENTITY = define(
    "CLAIM-022",
    "受益人 {name} 的身份证号缺失或有误，身故保险金不能支付。",
    "登记并核对每一位受益人的身份证号。",
    "The identity number of beneficiary {name} is missing or wrong; death benefit cannot be paid.",
    "Record and check each beneficiary's identity number.",
)
NO_BENEFICIARY = define(
    "CLAIM-023",
    "受益人登记有误：{what}。",
    "登记 1 至 {limit} 位受益人，份额为正整数（如 1:1）。",
    "The beneficiaries cannot be used: {what}.",
    "Record 1 to {limit} beneficiaries with positive whole shares (e.g. 1:1).",
)
NOTHING_DUE = define(
    "CLAIM-024",
    "案件 {number} 核定金额为 0，不能作出赔付决定。",
    "写明理由拒赔（例如先行赔付方已足额赔付）。",
    "Nothing is due on claim {number}, so no payment can be decided.",
    "Refuse with reasons (e.g. the first payer has paid all).",
)
BELOW_PAID = define(
    "CLAIM-025",
    "决定金额 {yuan} 元低于已付 {paid} 元。",
    "多付的部分在账上冲正追回，再作决定。",
    "The sum decided, {yuan} yuan, is less than the {paid} yuan paid already.",
    "Reverse what was paid too much in the ledger first.",
)
CLOCK_LENGTHENED = define(
    "CLAIM-026",
    "合同把“{clock}”期限定为 {found}，法定为 {lawful}（{article}），合同只能缩短。",
    "改为不超过法定期限。",
    "The contract sets “{clock}” to {found}; the law says {lawful} ({article}), and a contract may only shorten.",
    "Set it to no more than the law.",
)
UNKNOWN = define(
    "CLAIM-027",
    "没有案件 {number}。",
    "请核对案件号；huibao claim queue 列出未结案件。",
    "There is no claim {number}.",
    "Check the number; huibao claim queue lists open claims.",
)
OTHER_CONTENT = define(
    "CLAIM-028",
    "重复提交的编号 {key} 已用于另一内容。",
    "换一个编号；同一内容重复提交会得到第一次的答复。",
    "The key {key} was used for something else.",
    "Use another key; the same content under the same key gives the first answer.",
)
LATE_REPORT = define(
    "CLAIM-029",
    "出险后第 {days} 天报案，超过约定的 {within} 天；仅作记录，不因此拒赔（保险法第二十一条）。",
    "只有因迟报而无法查清的部分可以不赔，须写明。",
    "Reported {days} days after the accident, the contract says {within}; noted only (Insurance Law art. 21).",
    "Only what can no longer be determined because of it may be left unpaid, with reasons.",
    Severity.DOUBTFUL,
)
SAME_ACCIDENT = define(
    "CLAIM-030",
    "该人同一天的事故已有案件 {other}。",
    "在该案中继续；确为另一次事故的请注明“另一次事故”。",
    "Claim {other} already stands for this person and day.",
    "Go on with that claim; if it was another accident, say so.",
)
ADVANCE_TOO_HIGH = define(
    "CLAIM-031",
    "先付金额 {yuan} 元须大于 0 且不超过 {limit} 元（保险法第二十五条：先付无争议部分）。",
    "请核对无争议的金额。",
    "The advance of {yuan} yuan must be above 0 and at most {limit} (Insurance Law art. 25: the undisputed sum).",
    "Check the undisputed sum.",
)
DONE_ALREADY = define(
    "CLAIM-032",
    "案件 {number} 已办理“{verb}”（{day}）。",
    "无需重复办理。",
    "“{verb}” was done on claim {number} on {day}.",
    "It need not be done again.",
)
SYSTEM_FINDS = define(
    "CLAIM-033",
    "“{name}”由系统根据登记的事实得出，不能手工填写。",
    "请登记相应事实：伤残条目、身故日期、先行赔付。",
    "“{name}” is derived from recorded facts and cannot be typed in.",
    "Record the facts: injuries, day of death, first payer's amount.",
)
NOT_A_FINDING = define(
    "CLAIM-034",
    "本方案的赔付不使用“{name}”。",
    "可用：{known}。",
    "No benefit of this scheme asks for “{name}”.",
    "It knows: {known}.",
)
CHANGED_SINCE = define(
    "CLAIM-035",
    "核定后该人的累计额或参数已变化：核定 {was} 元，现为 {now} 元。",
    "请重新核定再审批。",
    "Since the assessment the person's accumulators or parameters changed: {was} yuan then, {now} now.",
    "Assess again, then decide.",
)
TOO_MANY = define(
    "CLAIM-036",
    "{what}最多 {limit}，读到 {found}。",
    "请分开办理或核对。",
    "{what}: at most {limit}, found {found}.",
    "Split it up, or check.",
)
DEAD_BEFORE = define(
    "CLAIM-037",
    "该人已于 {died} 身故，出险日为 {day}。",
    "请核对身份证号和出险日。",
    "This person died on {died}; the accident is said to be of {day}.",
    "Check the identity number and the day.",
)
NO_SUCH_PERSON = define(
    "CLAIM-038",
    "没有身份证号为 {identity} 的人员。",
    "请核对身份证号；未入名单的人员请先登记。",
    "Nobody with the identity number {identity} is known.",
    "Check the number; people not on a roster are recorded first.",
)
NOTHING_LEFT = define(
    "CLAIM-039",
    "案件 {number} 已无余额可付（决定 {yuan} 元，已付 {paid} 元）。",
    "请用“结案”。",
    "Nothing is left to pay on claim {number} (decided {yuan} yuan, paid {paid}).",
    "Use “close”.",
)
STILL_OWED = define(
    "CLAIM-040",
    "案件 {number} 还应付 {yuan} 元，不能直接结案或拒赔。",
    "先付清；或由审批人另作决定。",
    "{yuan} yuan are still owed on claim {number}, or were paid: it cannot simply be closed or refused.",
    "Pay it first, or have the approver decide anew.",
)
EMPTY = define(
    "CLAIM-041",
    "{what}不能为空。",
    "请补填。",
    "{what} is empty.",
    "Fill it in.",
)
BAD_FINDING = define(
    "CLAIM-042",
    "{name} 应为{expected}，读到 {found}。",
    "请更正；金额写元，如 1234.56。",
    "{name} should be {expected}, found {found}.",
    "Correct it; amounts are written in yuan, e.g. 1234.56.",
)
MOVED_ON = define(
    "CLAIM-043",
    "您打开页面后，案件 {number} 有了新进展，刚才的内容还没有提交。",
    "您填写的都还在；请看新进展，仍要提交的再按一次。",
    "Claim {number} moved on after you opened the page; what you sent has not been done.",
    "What you typed is still here: look at what happened, and send again if it still holds.",
)
NOT_SUBMITTED = define(
    "CLAIM-044",
    "案件 {number} 的金额还没有送审，或送审后又有变化。",
    "请经办人核定并送审。",
    "The sum of claim {number} was not put up for approval, or changed afterwards.",
    "Have the handler assess it and put it up again.",
)
NEEDS_OPINION = define(
    "CLAIM-045",
    "金额偏离系统 {yuan} 元，超过限额 {limit}，须写复核意见。",
    "写明为什么同意偏离；不同意的，请退回重核。",
    "The sum deviates by {yuan} yuan, above the limit of {limit}: the second person gives an opinion.",
    "Say why the deviation is right; otherwise send it back.",
)
PUT_UP_BY_OTHER = define(
    "CLAIM-046",
    "案件 {number} 已由 {name} 送审，尚未复核。",
    "要改金额，请 {name} 重新核定，或由复核人退回。",
    "Claim {number} was put up for approval by {name} and is not decided yet.",
    "To change the sum, {name} assesses again, or the approver sends it back.",
)
NO_VISIT = define(
    "CLAIM-047",
    "没有这次探访，或它已经办结。",
    "请从探访列表进入。",
    "There is no such visit, or it has ended.",
    "Begin at the list of visits.",
)
VISIT_ENDED = define(
    "CLAIM-053",
    "这次探访的结果已由{who}登记，您填写的没有提交。",
    "请看已登记的经过；要补充的，请联系登记人。",
    "{who} has recorded what came of this visit; what you wrote was not sent.",
    "See what stands there; to add something, speak with whoever recorded it.",
)
NO_LETTER = define(
    "CLAIM-048",
    "案件 {number} 还没有可打印的通知书。",
    "通知补充材料、审批或拒赔之后才有。",
    "There is no letter to print for claim {number} yet.",
    "There is one once papers were asked for or a decision was made.",
)
NOT_A_PAYEE = define(
    "CLAIM-049",
    "{payee} 不是案件 {number} 的收款人。",
    "请从页面列出的收款人中选择。",
    "{payee} is no payee of claim {number}.",
    "Choose one of the payees listed.",
)
ADVANCE_UNPAID = define(
    "CLAIM-050",
    "案件 {number} 已同意先付 {yuan} 元，还没有付出，现在不能改动金额或作出决定。",
    "请付款岗付款；付不出去的，由付款岗退回并写明原因。",
    "An advance of {yuan} yuan on claim {number} was agreed to and is not paid yet; the sum stands until then.",
    "Have the payer pay it, or send it back with the reason.",
)
ADVANCE_ASKED = define(
    "CLAIM-051",
    "案件 {number} 的先付已经申请过，等待复核。",
    "请等复核人决定；要改金额，由复核人退回后重新申请。",
    "An advance on claim {number} was asked for already and waits for the second person.",
    "Wait for the decision; for another sum it is declined first.",
)
NO_ADVANCE = define(
    "CLAIM-052",
    "案件 {number} 没有等待办理的先付。",
    "请从案件页面打开；可能已经有人办理。",
    "No advance on claim {number} waits for you.",
    "Open it from the page of the claim; somebody may have dealt with it.",
)

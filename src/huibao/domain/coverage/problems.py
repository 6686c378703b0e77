"""What can be wrong with a person's entry or leaving, by code."""

from huibao.kernel.problem import Severity, define

DEAD = define(
    "COVERAGE-001",
    "{person} 已于 {died_on} 去世，不能参保",
    "如系登记有误，请先更正名册中的死亡信息再投保；如生前已参保，按原保障办理。",
    "{person} died on {died_on} and cannot be insured",
    "If that is mistaken, correct the roster first; cover the person already had stands on its own.",
)
DOUBLE = define(
    "COVERAGE-002",
    "{person} 的{line}重复投保：合同 {contract}（{insurer}，{area}）已保 {period}",
    "同一人同一险种不得重叠投保。如已迁入本地，请先由原投保地办理退出，再从次日起投保。",
    "{person} would be covered twice for {line_en}: contract {contract} ({insurer}, {area}) covers {period}",
    "One person has one cover of a line. After a move, let the earlier county end its cover; enrol from the next day.",
)
TOO_YOUNG = define(
    "COVERAGE-003",
    "{person} 在 {on} 为 {age} 周岁，未满合同约定的 {limit} 周岁（{line}）",
    "请核对出生日期；年龄界限见合同。",
    "{person} is {age} on {on}, under the contract's least age of {limit} ({line_en})",
    "Check the date of birth; the age limits stand in the contract.",
)
TOO_OLD = define(
    "COVERAGE-004",
    "{person} 在 {on} 为 {age} 周岁，超过合同约定的 {limit} 周岁（{line}）",
    "请核对出生日期；年龄界限见合同。",
    "{person} is {age} on {on}, over the contract's greatest age of {limit} ({line_en})",
    "Check the date of birth; the age limits stand in the contract.",
)
TOO_LATE = define(
    "COVERAGE-005",
    "投保日 {on} 不在合同 {contract} 的期间 {period} 之内",
    "请选用当期合同；合同开始前也可投保，从合同第一天起保障。",
    "The day {on} lies after the period {period} of contract {contract}",
    "Use the contract of that period; enrolling before it begins is fine, cover then starts with it.",
)
NOT_IN_GROUP = define(
    "COVERAGE-006",
    "{person} 在 {on} 不属于{line}的参保对象",
    "请核对名册：该险种面向 {groups}。",
    "{person} is on {on} in none of the groups {line_en} is for",
    "Check the rosters; the line is for {groups}.",
)
NO_COVER = define(
    "COVERAGE-007",
    "{person} 在合同 {contract} 下没有{line}的有效保障（{on}）",
    "请核对姓名、证件号码和日期。",
    "{person} has no cover of {line_en} in force under contract {contract} on {on}",
    "Check the person and the day.",
)
LATER_END = define(
    "COVERAGE-008",
    "{person} 的保障已于 {ended_on} 终止，不能改为更晚的 {last_on}",
    "终止日只能改早；要继续保障，请从次日起重新投保。",
    "Cover of {person} ended on {ended_on}; it cannot be moved to the later {last_on}",
    "An end may only be corrected to an earlier day; enrol anew from the next day to go on.",
)
MAY_NOT_LEAVE = define(
    "COVERAGE-009",
    "合同 {contract} 没有约定“{reason}”可以提前终止保障",
    "请按合同 leaving 一项办理，或先修订合同。",
    "Contract {contract} does not let cover end early for the reason {reason}",
    "Keep to the contract's leaving terms, or amend it first.",
)
PAYER_MAY_NOT = define(
    "COVERAGE-010",
    "{payer} 不得为{line}付费（{clause}）",
    "方案允许的出资方：{known}。",
    "{payer} may not pay for {line_en} ({clause})",
    "Payers the scheme allows: {known}.",
)
WRONG_PAYMENT = define(
    "COVERAGE-011",
    "各出资方合计 {stated} 元，与应付保费 {due} 元不符",
    "请使各出资方的金额合计等于应付保费，且每一份大于零。",
    "The payers together state {stated} yuan, the premium due is {due} yuan",
    "Let the parts sum to the premium due, each above zero.",
)
NO_CONSENT = define(
    "COVERAGE-012",
    "{person} 能够自己作主，由他人投保含身故责任的{line}须本人同意，未见同意记录",
    "请登记本人同意的日期；不能同意的，改投不含身故责任的产品。（依据保险法第三十四条的一般理解）",
    "{person} can decide; death cover of {line_en} bought by somebody else needs the person's consent, none is recorded",
    "Record the day of consent, or take the variant without death cover (our reading of Insurance Law art. 34).",
)
SAME_KEY = define(
    "COVERAGE-013",
    "业务键 {key} 已用于另一次内容不同的投保办理",
    "重发同一次办理请保持内容不变；新的办理请用新的键。",
    "The key {key} was used for other content",
    "Send the same content again, or use a new key for a new batch.",
)
NO_CONTRACT = define(
    "COVERAGE-014",
    "没有找到{what}",
    "请先用 huibao contract add 登记合同，或核对合同编号、方案和地区。",
    "There is no {what_en}",
    "Add the contract first (huibao contract add), or check its number, scheme and area.",
)
TOO_MANY = define(
    "COVERAGE-015",
    "一次办理 {found} 人，超过上限 {limit} 人",
    "请按县、乡镇分批办理。",
    "{found} people at once, above the limit of {limit}",
    "Enrol county by county or township by township.",
)
NO_DEATH_VARIANT = define(
    "COVERAGE-016",
    "{person} 没有完全民事行为能力，{line}只保不含身故责任的部分；方案没有为此写明产品变体",
    "请与承保机构约定不含身故责任的变体，写入方案。（依据保险法第三十三条的一般理解）",
    "{person} lacks full capacity: {line_en} is taken without death cover; the scheme states no variant for it",
    "Agree a variant without death cover and state it in the scheme (our reading of Insurance Law art. 33).",
    Severity.DOUBTFUL,
)
UNKNOWN_PERSON = define(
    "COVERAGE-017",
    "名册里没有证件号码为 {person} 的人",
    "请先导入含此人的名册。",
    "No roster holds a person with the identity number {person}",
    "Import a roster that holds the person first.",
)
PAID_SINCE = define(
    "COVERAGE-018",
    "{person} 的{line}保障不能止于 {last_on}：{day} 的 {number} 已按此保障结算或赔付",
    "请先撤销该结算；已赔付的案件，请把终止日定在出险日或之后。",
    "Cover of {person} for {line_en} cannot end after {last_on}: {number} of {day} was settled or paid under it",
    "Reverse that settlement first; where a claim was paid, let cover end on the day of the accident or later.",
)

"""Why a roster as a whole is refused, with nothing done: columns, confirmation, day, area, too many people missing."""

from huibao.kernel.problem import define

MISSING_COLUMNS = define(
    "ROSTER-001",
    "名册“{source}”缺少必需的列：{missing}；表中的表头有：{found}。",
    "请补上缺少的列；若该列只是叫法不同，请用 --mapping 指明是哪一列。",
    "The roster “{source}” lacks needed columns: {missing}; headers found: {found}.",
    "Add the columns, or say with --mapping which column it is if it only has another name.",
)
UNCONFIRMED = define(
    "ROSTER-002",
    "这种表头第一次出现，列的含义还没有人确认：{guesses}。",
    "请先用 roster check 核对，无误后加 --confirm 再导入；以后同一来源、同一表头不再询问。",
    "This header is new and nobody has confirmed what its columns mean: {guesses}.",
    "Look at it with roster check, then import with --confirm; the same header is not asked about again.",
)
BAD_MAPPING = define(
    "ROSTER-003",
    "列对应关系有误：{what}。",
    '请写成 {{"列的含义": "表头或列字母"}} 的 JSON，可用的含义：{known}。',
    "The column mapping is wrong: {what}.",
    'Write JSON of {{"meaning": "header text or column letter"}}; meanings known: {known}.',
)
NOT_LATER = define(
    "ROSTER-004",
    "这份名册的日期 {taken_on} 不晚于同一来源、同一地区上一份名册的日期 {last}。",
    "请核对 --taken-on；更早的名册不能覆盖后来的事实。",
    "The roster's day {taken_on} is not later than that of the last roster of the same source and area, {last}.",
    "Check --taken-on; an older roster may not overwrite what came later.",
)
NO_AREA = define(
    "ROSTER-005",
    "看不出这份名册属于哪个县（市、区）：{why}。",
    "请用 --area 给出六位区划代码。",
    "Cannot tell which county this roster belongs to: {why}.",
    "Give the six-digit division code with --area.",
)
NOT_AN_AREA = define(
    "ROSTER-006",
    "“{area}”不是 {on} 有效的县级区划代码。",
    "请给出六位县级代码，例如 430103。",
    "“{area}” is not a county code in force on {on}.",
    "Give a six-digit county code such as 430103.",
)
NO_ROSTER = define(
    "ROSTER-007",
    "没有来源“{source}”、地区“{area}”的名册可比较。",
    "请先导入至少一份名册。",
    "There is no roster of source “{source}” and area “{area}” to compare.",
    "Import at least one roster first.",
)
NOBODY = define(
    "ROSTER-008",
    "查无此人：{who}。",
    "请核对编号或身份证号。",
    "No such person: {who}.",
    "Check the number.",
)
FUTURE_ROSTER = define(
    "ROSTER-009",
    "名册日期 {taken_on} 在今天（{today}）之后。",
    "请核对 --taken-on。",
    "The roster's day {taken_on} lies after today ({today}).",
    "Check --taken-on.",
)
MASS_LEAVE = define(
    "ROSTER-067",
    "上一份名册的 {before} 人中有 {left} 人不在这一份里，超过 {share}。",
    "请核对是否只是部分名册；确认无误后用 --accept ROSTER-067 再导入。",
    "Of {before} people on the last roster {left} are missing from this one, more than {share}.",
    "See whether this is only a part of it; if it is whole, import with --accept ROSTER-067.",
)

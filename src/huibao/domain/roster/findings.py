"""Every finding about a roster beside those the numbers themselves have (IDENTITY-…, CERTIFICATE-…).

Refused: the row cannot make an insured person. Doubtful: somebody must look before it counts, and may then accept
it by its code or row. Repaired: put right by us, with what was read and what was made of it in the text.
"""

from typing import Final

from huibao.kernel.problem import Severity, define

REFUSED: Final = Severity.REFUSED
DOUBTFUL: Final = Severity.DOUBTFUL
REPAIRED: Final = Severity.REPAIRED

# --- the name -----------------------------------------------------------------------------------------------------------

NO_NAME = define("ROSTER-010", "没有姓名。", "请补上姓名。", "No name.", "Fill in the name.")
NAME_TIDIED = define(
    "ROSTER-011",
    "姓名“{found}”已整理为“{name}”（空格、间隔号、全角）。",
    "无需处理；若不对请更正。",
    "The name “{found}” was tidied to “{name}” (spaces, middle dot, width).",
    "Nothing to do unless it is wrong.",
    REPAIRED,
)
NAME_PRIVATE = define(
    "ROSTER-012",
    "姓名含自造字（{chars}），在别的电脑上会显示成别的字或空白。",
    "请换成国家标准（GB 18030）中的该字；确实没有的，写明字形。",
    "The name holds private-use characters ({chars}), which show differently on each machine.",
    "Replace them by the standard character (GB 18030), or describe the character.",
    DOUBTFUL,
)
NAME_BROKEN = define(
    "ROSTER-013",
    "姓名“{found}”里有丢失或不该有的字符。",
    "请按身份证补全姓名。",
    "The name “{found}” has lost or improper characters.",
    "Complete the name from the identity card.",
    DOUBTFUL,
)
NAME_VARIANT = define(
    "ROSTER-014",
    "姓名“{name}”与已登记的“{known}”只是繁简或异体之别。",
    "请以公安户籍姓名为准，核对后接受本行或更正。",
    "The name “{name}” differs from the recorded “{known}” only in traditional or variant form.",
    "Go by the household register; accept the row or correct it.",
    DOUBTFUL,
)
NAME_CLOSE = define(
    "ROSTER-015",
    "姓名“{name}”与已登记的“{known}”差一个字，可能是同音或形近。",
    "请以公安户籍姓名为准，核对后接受本行或更正。",
    "The name “{name}” differs from the recorded “{known}” by one character, perhaps a homophone.",
    "Go by the household register; accept the row or correct it.",
    DOUBTFUL,
)
NAME_OTHER = define(
    "ROSTER-016",
    "该身份证号已登记为“{known}”，本行却写“{name}”。",
    "请查明是改名还是号码填错。",
    "This identity number is recorded as “{known}”, but the row says “{name}”.",
    "Find out whether the person changed the name or the number is wrong.",
    DOUBTFUL,
)

# --- the identity number ------------------------------------------------------------------------------------------------

IDENTITY_FROM_CERTIFICATE = define(
    "ROSTER-029",
    "没有填身份证号，已取残疾证号前 18 位“{identity}”。",
    "无需处理；若不对请补上身份证号。",
    "No identity number given; the first 18 digits of the certificate, “{identity}”, were taken.",
    "Nothing to do unless it is wrong.",
    REPAIRED,
)
BIRTH_DIFFERS = define(
    "ROSTER-030",
    "出生日期填的是 {found}，身份证号里是 {birth_on}。",
    "请按证件更正其中之一。",
    "The date of birth says {found}, the identity number {birth_on}.",
    "Correct whichever is wrong.",
    DOUBTFUL,
)
SEX_DIFFERS = define(
    "ROSTER-031",
    "性别填的是“{found}”，身份证号第 17 位却是{sex}。",
    "请按证件更正其中之一。",
    "The sex says “{found}”, the 17th digit of the identity number {sex}.",
    "Correct whichever is wrong.",
    DOUBTFUL,
)
BAD_DAY = define(
    "ROSTER-033",
    "“{column}”里的“{found}”不是日期。",
    "请写成 2020-01-01。",
    "“{found}” under “{column_en}” is not a date.",
    "Write it as 2020-01-01.",
    DOUBTFUL,
)
LATER_DAY = define(
    "ROSTER-034",
    "“{column}” {found} 在名册日期 {taken_on} 之后。",
    "请核对年份。",
    "“{column_en}” {found} lies after the roster's day {taken_on}.",
    "Check the year.",
    DOUBTFUL,
)
NO_VALUE = define(
    "ROSTER-035",
    "“{column}”是公式，但文件里没有存下计算结果。",
    "请在表格软件里打开、重新计算并保存，或把公式粘贴成数值。",
    "“{column_en}” is a formula whose result was not saved in the file.",
    "Open, recalculate and save it, or paste the values.",
)
TOO_LONG = define(
    "ROSTER-036",
    "“{column}”有 {chars} 个字符，超过上限 {limit}。",
    "请检查是否粘贴错了内容。",
    "“{column_en}” has {chars} characters, more than {limit}.",
    "Look whether something else was pasted there.",
)

# --- the disability certificate -----------------------------------------------------------------------------------------

CERTIFICATE_OTHER = define(
    "ROSTER-041",
    "残疾证号里的身份证号是“{embedded}”，与本行身份证号“{identity}”不同。",
    "请核对证件是否属于本人，或身份证号更正后未换证。",
    "The certificate embeds the identity number “{embedded}”, the row says “{identity}”.",
    "See whose certificate it is, or whether it was not renewed after a correction.",
    DOUBTFUL,
)
GRADE_DIFFERS = define(
    "ROSTER-042",
    "残疾等级填的是“{found}”，残疾证号第 20 位却是 {grade} 级。",
    "请按证件更正其中之一。",
    "The grade says “{found}”, the certificate's 20th digit {grade}.",
    "Correct whichever is wrong.",
    DOUBTFUL,
)
CATEGORY_DIFFERS = define(
    "ROSTER-043",
    "残疾类别填的是“{found}”，残疾证号第 19 位却是{category}。",
    "请按证件更正其中之一。",
    "The category says “{found}”, the certificate's 19th digit {category}.",
    "Correct whichever is wrong.",
    DOUBTFUL,
)
CERTIFICATE_FROZEN = define(
    "ROSTER-045",
    "残疾证已冻结（“{found}”）。",
    "请查明冻结原因，解冻后再报或接受本行。",
    "The certificate is frozen (“{found}”).",
    "Find out why; send it again or accept the row.",
    DOUBTFUL,
)
CERTIFICATE_CANCELLED = define(
    "ROSTER-046",
    "残疾证已注销（“{found}”）。",
    "不作为持证人参保；如已恢复，请更正状态。",
    "The certificate is cancelled (“{found}”).",
    "Not insured as a holder; correct the state if it was restored.",
)
CERTIFICATE_EXPIRED = define(
    "ROSTER-047",
    "残疾证已过期（{found}）。",
    "请换证后再报，或核实后接受本行。",
    "The certificate has expired ({found}).",
    "Send it again after renewal, or accept the row.",
    DOUBTFUL,
)
REISSUE = define(
    "ROSTER-048",
    "残疾证“{found}”与第 {other} 行同属一人，是同一证件的补换证，不是另一个人。",
    "名册里只保留最新的一行。",
    "Certificate “{found}” belongs to the person of row {other}: a re-issue, not another person.",
    "Keep only the latest row.",
)
NO_DISABILITY = define(
    "ROSTER-049",
    "看不出残疾类别和等级：残疾证号、类别、等级都不能用。",
    "请补上残疾证号，或类别和等级。",
    "Neither certificate number nor category and grade can be read.",
    "Fill in the certificate number, or category and grade.",
)

# --- standing and membership --------------------------------------------------------------------------------------------

DECEASED = define(
    "ROSTER-050",
    "本行注明已死亡（{found}），不作为参保对象；已登记的人将记下死亡。",
    "请从名册中删去；如有误请更正。",
    "The row says the person has died ({found}): not insured; a recorded person's death is noted.",
    "Take the row out, or correct it.",
)
MOVED_OUT = define(
    "ROSTER-051",
    "本行注明已迁出（{found}），由迁入地参保。",
    "请从名册中删去；如有误请更正。",
    "The row says the person has moved away ({found}): insured where he or she moved to.",
    "Take the row out, or correct it.",
)
GROWN_UP = define(
    "ROSTER-052",
    "儿童名册上的人已满 {age} 周岁。",
    "请核对是否仍属受训儿童；成年人按其他对象参保。",
    "A person on the children's roster is {age} years old.",
    "See whether he or she still belongs here; adults are insured under other groups.",
    DOUBTFUL,
)
KIND_UNKNOWN = define(
    "ROSTER-053",
    "看不出属于哪类对象：{found}。",
    "请写低保、特困、低保边缘、低收入、脱贫享受政策、脱贫不享受政策、脱贫不稳定、边缘易致贫或突发严重困难。",
    "Cannot tell the kind of hardship: {found}.",
    "Use one of the usual kinds, such as 低保 or 脱贫享受政策.",
    DOUBTFUL,
)
NEEDED_EMPTY = define(
    "ROSTER-054",
    "“{column}”是空的，这种名册必须填写。",
    "请补上。",
    "“{column_en}” is empty, but this roster needs it.",
    "Fill it in.",
    DOUBTFUL,
)
LEFT_ALREADY = define(
    "ROSTER-056",
    "{found} 已离开机构。",
    "请从名册中删去；如又回来请更正。",
    "The person left the institution on {found}.",
    "Take the row out, or correct it.",
)
NOT_OF_THIS_LIST = define(
    "ROSTER-057",
    "本行各列都写“否”，不属于这份名册的对象。",
    "请从名册中删去；如有误请更正。",
    "Every column of the row says no: the person does not belong on this roster.",
    "Take the row out, or correct it.",
)

# --- between rows, and between the roster and what is recorded ------------------------------------------------------------

TWICE = define(
    "ROSTER-060",
    "与第 {other} 行是同一个人，内容相同。",
    "只计一次；请从名册中删去重复行。",
    "The same person as row {other}, with the same content.",
    "Counted once; take the repeated row out.",
)
TWO_PEOPLE = define(
    "ROSTER-061",
    "与第 {other} 行身份证号相同而姓名不同（“{name}”与“{known}”）。",
    "请查明号码是谁的；两行都待核。",
    "The same identity number as row {other} under another name (“{name}”, “{known}”).",
    "Find out whose number it is; both rows wait.",
    DOUBTFUL,
)
TWO_NUMBERS = define(
    "ROSTER-062",
    "与第 {other} 行姓名、出生日期和户籍都相同而身份证号不同，可能是同一个人。",
    "请查明是同一个人还是两个人；两行都待核。",
    "The same name, birth and domicile as row {other} under another identity number: perhaps one person.",
    "Find out whether they are one; both rows wait.",
    DOUBTFUL,
)
TWO_COUNTIES = define(
    "ROSTER-063",
    "此人还在 {other} 的同类名册（{since} 起）中，两个县都报了。",
    "请与对方核对户籍；对方名册去掉后，再接受本行。",
    "The person is also on the same kind of roster of {other} (since {since}): two counties list one person.",
    "Settle the domicile with the other county, then accept the row.",
    DOUBTFUL,
)
SHARED_PHONE = define(
    "ROSTER-064",
    "电话 {phone} 在 {rows} 行里出现，不会是本人电话；只记作联系人电话。",
    "请补上本人或监护人自己的电话，以便告知参保。",
    "Phone {phone} stands in {rows} rows: kept as a contact's phone, not as the person's own.",
    "Find the person's or guardian's own phone, so that they can be told.",
    REPAIRED,
)
KNOWN_DEAD = define(
    "ROSTER-065",
    "此人已登记死亡（{died_on}），名册上却还在。",
    "请核对；若死亡登记有误，先更正死亡登记。",
    "The person is recorded as dead ({died_on}) but still listed.",
    "Check; if the death was recorded in error, correct that first.",
    DOUBTFUL,
)
SAYS_OTHERWISE = define(
    "ROSTER-066",
    "与第 {other} 行是同一个人，但内容不同：{what}。",
    "请只保留正确的一行；先按第 {other} 行登记。",
    "The same person as row {other}, but saying otherwise: {what}.",
    "Keep only the right row; row {other} counts until then.",
    DOUBTFUL,
)

# --- the domicile -------------------------------------------------------------------------------------------------------

DIVISION_RENAMED = define(
    "ROSTER-070",
    "区划代码 {found} 在 {on} 已不再使用，已按变更记为 {code}（{name}）。",
    "无需处理；请在名册里换用新代码。",
    "Division code {found} was no longer in force on {on}; by its change it is now {code} ({name}).",
    "Nothing to do; use the new code from now on.",
    REPAIRED,
)
DIVISION_UNKNOWN = define(
    "ROSTER-071",
    "户籍“{found}”不是认识的区划。",
    "请核对代码或地名。",
    "The domicile “{found}” is no known division.",
    "Check the code or the name.",
    DOUBTFUL,
)
OUTSIDE = define(
    "ROSTER-072",
    "户籍 {found} 不在本名册的地区 {area} 内。",
    "户籍在外县的人由户籍地参保；如有误请更正。",
    "The domicile {found} lies outside the roster's area {area}.",
    "People are insured where they are registered; correct it if wrong.",
    DOUBTFUL,
)
DOMICILE_ASSUMED = define(
    "ROSTER-073",
    "没有填可识别的户籍，按名册所属地区 {area} 登记。",
    "请补上户籍乡镇和村，以便分乡镇统计和告知。",
    "No readable domicile: recorded under the roster's area {area}.",
    "Fill in town and village, for statistics and for telling the person.",
    REPAIRED,
)

"""Citizen identity numbers (GB 11643): 18 digits with a check digit, 15-digit ones converted, damage named.

A number whose check digit does not match is doubtful, never put right by us: somebody must look at the card.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from huibao.kernel.cell import Damage, tidy_number
from huibao.kernel.period import age_on
from huibao.kernel.problem import Problem, ProblemKind, Severity, define

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
"""By the weighted sum of the first 17 digits modulo 11."""

LENGTH = 18
OLD_LENGTH = 15
BODY = LENGTH - 1
OLD_CENTURY = "19"
"""15-digit numbers were issued to people born in the 1900s."""

MAX_AGE_YEARS = 130
"""Older than anybody has been; a birth date beyond it is a slip."""

FIRST_BIRTH_YEAR = 1850
"""Birth years before this cannot belong to a living person under any `today` this software meets."""

EXCEL_TAIL = "000"
"""What a spreadsheet leaves of an 18-digit number once it has been a number: 15 digits and three noughts."""

PROVINCES = frozenset(
    {"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"}
    | {"41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54"}
    | {"61", "62", "63", "64", "65", "71", "81", "82", "83"}
)
"""First two digits in use: GB/T 2260 provinces, and 81, 82, 83 of the residence permits of Hong Kong, Macao, Taiwan."""

EMPTY = define(
    "IDENTITY-001", "身份证号为空。", "请补填 18 位身份证号。", "The identity number is empty.", "Fill it in."
)
EXPONENT = define(
    "IDENTITY-002",
    "身份证号成了科学计数法 {found}，后几位已经丢失。",
    "请在 Excel 中先把该列设为“文本”，再从原系统重新导出或重新录入；改格式找不回已丢失的数字。",
    "The identity number has become {found}; its last digits are lost.",
    "Set the column to text first, then export or type it again; changing the format does not bring digits back.",
)
DIGITS_LOST = define(
    "IDENTITY-003",
    "身份证号单元格存成了数字（读到 {found}），Excel 只保留 15 位，后几位已经丢失。",
    "请先把该列设为“文本”，再从原系统重新导出或重新录入。",
    "The identity number is stored as a number ({found}); only 15 digits survive, the last ones are lost.",
    "Set the column to text first, then export or type it again.",
)
WRONG_LENGTH = define(
    "IDENTITY-004",
    "身份证号应为 18 位（或旧的 15 位），读到 {length} 位：{found}。",
    "请对照身份证补全或更正。",
    "An identity number has 18 digits (or the old 15); found {length}: {found}.",
    "Compare with the card and correct it.",
)
NOT_DIGITS = define(
    "IDENTITY-005",
    "身份证号除末位可为 X 外只能是数字，读到 {found}。",
    "请对照身份证更正；留意字母 O 与数字 0、字母 l 与数字 1。",
    "An identity number has digits only (the last may be X); found {found}.",
    "Compare with the card; mind the letter O for 0 and l for 1.",
)
NO_SUCH_DAY = define(
    "IDENTITY-006",
    "身份证号中的出生日期 {birth} 不存在。",
    "请对照身份证更正第 7 至 14 位。",
    "The birth date {birth} in the identity number does not exist.",
    "Compare digits 7 to 14 with the card.",
)
CHECK_DIGIT = define(
    "IDENTITY-007",
    "身份证号 {found} 的校验位不符，其中至少有一位数字有误。",
    "请核对身份证原件；本系统不会代为改号。",
    "The check digit of {found} does not match: at least one digit is wrong.",
    "Look at the card itself; the software never changes a number.",
    Severity.DOUBTFUL,
)
NOT_YET_BORN = define(
    "IDENTITY-008",
    "身份证号中的出生日期 {birth} 晚于 {today}。",
    "请对照身份证更正第 7 至 14 位。",
    "The birth date {birth} in the identity number lies after {today}.",
    "Compare digits 7 to 14 with the card.",
)
TOO_OLD = define(
    "IDENTITY-009",
    "按身份证号出生于 {birth}，年龄超过 {years} 岁。",
    "请对照身份证更正第 7 至 14 位。",
    "Born on {birth} by the identity number: older than {years}.",
    "Compare digits 7 to 14 with the card.",
)
NO_SUCH_PROVINCE = define(
    "IDENTITY-010",
    "身份证号前两位 {prefix} 不是省级代码。",
    "请核对身份证原件的前六位。",
    "The first two digits {prefix} are no province's code.",
    "Compare the first six digits with the card.",
    Severity.DOUBTFUL,
)
CONVERTED = define(
    "IDENTITY-011",
    "15 位旧号 {found} 已按国家标准换成 18 位 {number}。",
    "请在台账中改用 18 位号码。",
    "The old 15-digit number {found} was converted to {number} by the national standard.",
    "Use the 18-digit number in your list.",
    Severity.REPAIRED,
)
TIDIED = define(
    "IDENTITY-012",
    "身份证号已去除或统一：{repairs_zh}，读作 {number}。",
    "无需处理；如读数有误请更正。",
    "Tidied in the identity number: {repairs_en}; read as {number}.",
    "Nothing to do unless the reading is wrong.",
    Severity.REPAIRED,
)
ZERO_TAIL = define(
    "IDENTITY-013",
    "身份证号 {found} 校验位不符且末三位为 000，应是 Excel 曾把它当作数字、丢失了后三位。",
    "请先把该列设为“文本”，再从原系统重新导出或重新录入。",
    "{found} fails its check and ends in 000: a spreadsheet held it as a number and lost the last three digits.",
    "Set the column to text first, then export or type it again.",
)
NOT_A_NUMBER_CELL = define(
    "IDENTITY-014",
    "身份证号一格里不是号码：{found}。",
    "请检查是否错列，并填入 18 位身份证号。",
    "The cell holds no identity number: {found}.",
    "Check whether the columns have shifted and fill in the 18 digits.",
)
MASKED = define(
    "IDENTITY-015",
    "身份证号已被遮盖：{found}，无法识别此人。",
    "请提供完整号码；对外展示时再遮盖。",
    "The identity number is masked: {found}; nobody can be identified by it.",
    "Send the full number; mask it only when it is shown.",
)

DAMAGED: dict[Damage, ProblemKind] = {
    Damage.EXPONENT: EXPONENT,
    Damage.DIGITS_LOST: DIGITS_LOST,
    Damage.MASKED: MASKED,
    Damage.NOT_A_NUMBER_CELL: NOT_A_NUMBER_CELL,
    Damage.TOO_LONG: NOT_A_NUMBER_CELL,
}


class Sex(StrEnum):
    """Sex as the 17th digit tells: odd male, even female."""

    MALE = "male"
    FEMALE = "female"

    @property
    def zh(self) -> str:
        """男 or 女."""
        return "男" if self is Sex.MALE else "女"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell turned out to hold: an 18-digit number, or None when refused, with everything found on the way."""

    value: str | None
    problems: tuple[Problem, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether a person must look before the number counts."""
        return any(problem.severity is Severity.DOUBTFUL for problem in self.problems)


def check_digit(body: str) -> str:
    """The 18th character, "0"–"9" or "X", for the first 17 digits. GB 11643."""
    if len(body) != BODY or not is_digits(body):
        msg = f"expected {BODY} digits, found {len(body)} characters"
        raise ValueError(msg)
    weighted = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_DIGITS[weighted % len(CHECK_DIGITS)]


def from_old(number: str) -> str:
    """The 18-digit number of an old 15-digit one: century inserted, check digit added."""
    if len(number) != OLD_LENGTH or not is_digits(number):
        msg = f"expected {OLD_LENGTH} digits, found {len(number)} characters"
        raise ValueError(msg)
    body = number[:6] + OLD_CENTURY + number[6:]
    return body + check_digit(body)


def is_valid(number: str) -> bool:
    """Whether the text is an 18-digit number with a real birth date and a matching check digit."""
    body = number[:BODY]
    shaped = len(number) == LENGTH and is_digits(body)
    return shaped and _birth(number) is not None and check_digit(body) == number[BODY]


def birth_on(number: str) -> date:
    """Birth date in an 18-digit number. ValueError when there is no such day."""
    birth = _birth(number)
    if birth is None:
        msg = "the number holds no birth date"
        raise ValueError(msg)
    return birth


def sex_of(number: str) -> Sex:
    """Sex by the 17th digit of an 18-digit number."""
    return Sex.MALE if int(number[BODY - 1]) % 2 else Sex.FEMALE


def area_prefix(number: str) -> str:
    """First six digits: the division where the number was first issued, by the code of that time. Not a domicile."""
    return number[:6]


def mask(number: str) -> str:
    """For showing: first three and last four characters (430***********1234); short texts are hidden whole.

    The province and the last four are what clerks compare by telephone; birth date and county stay hidden.
    """
    head, tail = 3, 4
    if len(number) < OLD_LENGTH:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def read_identity(
    raw: object,
    *,
    today: date | None = None,
    row: int | None = None,
    field: str | None = "身份证号",
    where: str | None = None,
) -> Reading:
    """Read a cell as an identity number. `today`, when given, bounds the birth date (not born yet, over 130).

    Refused: value None. Doubtful (check digit, province): the value as read, with the problem. Repaired: the
    value, with what was repaired. Messages quote numbers only where a person needs them to find the slip.
    """
    place = _Place(row, field, where)
    tidied = tidy_number(raw)
    if tidied.damage is Damage.EMPTY:
        return Reading(None, (place.tell(EMPTY),))
    if tidied.damage is not None:
        return Reading(None, (place.tell(DAMAGED[tidied.damage], found=tidied.text),))
    text = tidied.text
    if len(text) not in {LENGTH, OLD_LENGTH}:
        return Reading(None, (place.tell(WRONG_LENGTH, length=len(text), found=text),))
    body, last = text[:BODY], text[BODY:]
    if not is_digits(body) or not (is_digits(last) or last in {"X", ""}):
        return Reading(None, (place.tell(NOT_DIGITS, found=text),))
    number = from_old(text) if len(text) == OLD_LENGTH else text
    refused = _impossible(number, today, place)
    if refused is not None:
        return Reading(None, (refused,))
    problems: list[Problem] = []
    if tidied.repairs:
        repairs = {"repairs_zh": tidied.repairs_zh, "repairs_en": tidied.repairs_en}
        problems.append(place.tell(TIDIED, number=text, **repairs))
    if len(text) == OLD_LENGTH:
        problems.append(place.tell(CONVERTED, found=text, number=number))
    if number[:2] not in PROVINCES:
        problems.append(place.tell(NO_SUCH_PROVINCE, prefix=number[:2]))
    if check_digit(number[:BODY]) != number[BODY]:
        problems.append(place.tell(CHECK_DIGIT, found=number))
    return Reading(number, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Place:
    row: int | None
    field: str | None
    where: str | None

    def tell(self, kind: ProblemKind, **values: object) -> Problem:
        return kind(row=self.row, field=self.field, where=self.where, **values)


def _impossible(number: str, today: date | None, place: _Place) -> Problem | None:
    if number.endswith(EXCEL_TAIL) and check_digit(number[:BODY]) != number[BODY]:
        return place.tell(ZERO_TAIL, found=number)
    birth = _birth(number)
    if birth is None:
        return place.tell(NO_SUCH_DAY, birth=number[6:14])
    if today is None:
        return None
    if birth > today:
        return place.tell(NOT_YET_BORN, birth=birth, today=today)
    if age_on(birth, today) > MAX_AGE_YEARS:
        return place.tell(TOO_OLD, birth=birth, years=MAX_AGE_YEARS)
    return None


def _birth(number: str) -> date | None:
    digits = number[6:14]
    if len(digits) != len("YYYYMMDD") or not is_digits(digits):
        return None
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return birth if birth.year >= FIRST_BIRTH_YEAR else None


def is_digits(text: str) -> bool:
    """Whether the text is one or more ASCII digits; str.isdigit alone also accepts other scripts' digits."""
    return text.isascii() and text.isdigit()

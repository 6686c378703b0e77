"""Disability certificate numbers: identity number + category + grade, and B1–B9 once re-issued.

20 characters are the 18 of the identity number, one category digit and one grade digit; a re-issued
certificate appends B and the count of re-issues (22). The number changes whenever category, grade or identity
number change, so it identifies a certificate and never a person.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from huibao.kernel.cell import Damage, Tidied, tidy_number
from huibao.kernel.identity import LENGTH as IDENTITY_LENGTH
from huibao.kernel.identity import read_identity
from huibao.kernel.problem import Problem, ProblemKind, Severity, define

LENGTH = 20
REISSUED_LENGTH = 22
CATEGORY_AT = 18
GRADE_AT = 19
GRADE_DIGITS = frozenset("1234")
MAX_REISSUES = 9
REISSUES = frozenset({""} | {f"B{count}" for count in range(1, MAX_REISSUES + 1)})
"""What may follow the grade: nothing on the first issue."""

FIELD = "残疾证号"

EMPTY = define(
    "CERTIFICATE-001",
    "残疾证号为空。",
    "请补填 20 位残疾证号（换发的为 22 位）。",
    "The certificate number is empty.",
    "Fill in its 20 characters (22 when re-issued).",
)
EXPONENT = define(
    "CERTIFICATE-002",
    "残疾证号成了科学计数法 {found}，后几位已经丢失。",
    "请在 Excel 中先把该列设为“文本”，再从原系统重新导出或重新录入。",
    "The certificate number has become {found}; its last digits are lost.",
    "Set the column to text first, then export or type it again.",
)
DIGITS_LOST = define(
    "CERTIFICATE-003",
    "残疾证号单元格存成了数字（读到 {found}），Excel 只保留 15 位，后几位已经丢失。",
    "请先把该列设为“文本”，再从原系统重新导出或重新录入。",
    "The certificate number is stored as a number ({found}); only 15 digits survive, the last ones are lost.",
    "Set the column to text first, then export or type it again.",
)
WRONG_LENGTH = define(
    "CERTIFICATE-004",
    "残疾证号应为 20 位（换发的为 22 位），读到 {length} 位：{found}。",
    "请对照残疾人证补全或更正。",
    "A certificate number has 20 characters (22 when re-issued); found {length}: {found}.",
    "Compare with the certificate and correct it.",
)
ONLY_IDENTITY = define(
    "CERTIFICATE-005",
    "残疾证号只有 18 位身份证号，缺末两位（类别与等级）。",
    "请对照残疾人证补上类别和等级两位数字。",
    "The certificate number is only the identity number; the digits of category and grade are missing.",
    "Add the two digits from the certificate.",
)
NO_SUCH_CATEGORY = define(
    "CERTIFICATE-006",
    "残疾证号第 19 位（残疾类别）应为 1 至 7，读到 {found}。",
    "请对照残疾人证更正：1 视力、2 听力、3 言语、4 肢体、5 智力、6 精神、7 多重。",
    "Character 19 (category) must be 1 to 7; found {found}.",
    "Compare: 1 visual, 2 hearing, 3 speech, 4 physical, 5 intellectual, 6 mental, 7 multiple.",
)
NO_SUCH_GRADE = define(
    "CERTIFICATE-007",
    "残疾证号第 20 位（残疾等级）应为 1 至 4，读到 {found}。",
    "请对照残疾人证更正。",
    "Character 20 (grade) must be 1 to 4; found {found}.",
    "Compare with the certificate.",
)
NO_SUCH_REISSUE = define(
    "CERTIFICATE-008",
    "残疾证号末两位（换发次数）应为 B1 至 B9，读到 {found}。",
    "请对照残疾人证更正。",
    "The last two characters (re-issue) must be B1 to B9; found {found}.",
    "Compare with the certificate.",
)
NO_IDENTITY = define(
    "CERTIFICATE-009",
    "残疾证号前 18 位不是可用的身份证号。",
    "请先更正前 18 位，原因见同一行的身份证号问题。",
    "The first 18 characters are no usable identity number.",
    "Correct them first; the reason stands beside this problem.",
)
TIDIED = define(
    "CERTIFICATE-010",
    "残疾证号已去除或统一：{repairs_zh}，读作 {number}。",
    "无需处理；如读数有误请更正。",
    "Tidied in the certificate number: {repairs_en}; read as {number}.",
    "Nothing to do unless the reading is wrong.",
    Severity.REPAIRED,
)
NOT_A_NUMBER_CELL = define(
    "CERTIFICATE-011",
    "残疾证号一格里不是号码：{found}。",
    "请检查是否错列，并填入残疾证号。",
    "The cell holds no certificate number: {found}.",
    "Check whether the columns have shifted and fill in the number.",
)
MASKED = define(
    "CERTIFICATE-012",
    "残疾证号已被遮盖：{found}。",
    "请提供完整号码；对外展示时再遮盖。",
    "The certificate number is masked: {found}.",
    "Send the full number; mask it only when it is shown.",
)
UNKNOWN_DISA_INFO = define(
    "CERTIFICATE-013",
    "医保字典的残疾情况代码应为 1 至 9，读到 {found}。",
    "请按医保字典更正：1 无、2 听力、3 言语、4 肢体、5 智力、6 视力、7 精神、8 多重、9 其他。",
    "The medical-insurance disability code must be 1 to 9; found {found}.",
    "Use 1 none, 2 hearing, 3 speech, 4 physical, 5 intellectual, 6 visual, 7 mental, 8 multiple, 9 other.",
)
OTHER_DISABILITY = define(
    "CERTIFICATE-014",
    "医保字典的残疾情况代码为 9（其他），没有对应的残疾证类别。",
    "请以残疾人证上的类别为准。",
    "The medical-insurance disability code is 9 (other), which no certificate category matches.",
    "Go by the category on the certificate.",
    Severity.DOUBTFUL,
)

DAMAGED: dict[Damage, ProblemKind] = {
    Damage.EXPONENT: EXPONENT,
    Damage.DIGITS_LOST: DIGITS_LOST,
    Damage.MASKED: MASKED,
    Damage.NOT_A_NUMBER_CELL: NOT_A_NUMBER_CELL,
    Damage.TOO_LONG: NOT_A_NUMBER_CELL,
}


class DisabilityCategory(StrEnum):
    """The seven categories of the disability certificate."""

    VISUAL = "visual"
    HEARING = "hearing"
    SPEECH = "speech"
    PHYSICAL = "physical"
    INTELLECTUAL = "intellectual"
    MENTAL = "mental"
    MULTIPLE = "multiple"

    @property
    def digit(self) -> str:
        """The category's digit in the certificate number, "1" to "7"."""
        return str(tuple(DisabilityCategory).index(self) + 1)

    @property
    def zh(self) -> str:
        """The category's Chinese name: 视力残疾 and so on."""
        return CATEGORY_ZH[self] + "残疾"


CATEGORY_ZH = dict(zip(DisabilityCategory, ("视力", "听力", "言语", "肢体", "智力", "精神", "多重"), strict=True))
BY_DIGIT = {category.digit: category for category in DisabilityCategory}


class DisabilityGrade(IntEnum):
    """Grades of the disability certificate; 1 is the severest, 1 and 2 together are called severe (重度)."""

    ONE = 1
    TWO = 2
    THREE = 3
    FOUR = 4

    @property
    def severe(self) -> bool:
        """Grade 1 or 2."""
        return self <= DisabilityGrade.TWO

    @property
    def zh(self) -> str:
        """一级 to 四级."""
        return "一二三四"[self - 1] + "级"


NO_DISABILITY_INFO = "1"
OTHER_DISABILITY_INFO = "9"
DISA_INFO = {
    DisabilityCategory.HEARING: "2",
    DisabilityCategory.SPEECH: "3",
    DisabilityCategory.PHYSICAL: "4",
    DisabilityCategory.INTELLECTUAL: "5",
    DisabilityCategory.VISUAL: "6",
    DisabilityCategory.MENTAL: "7",
    DisabilityCategory.MULTIPLE: "8",
}
"""Medical-insurance dictionary disa_info_code. NOT the certificate's digits: 6 is visual here and mental there."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate number taken apart. `reissue` is 0 for the first issue, else 1–9."""

    number: str
    identity: str
    category: DisabilityCategory
    grade: DisabilityGrade
    reissue: int = 0


@dataclass(frozen=True, slots=True)
class CertificateReading:
    """What a cell turned out to hold: a certificate, or None when refused, with everything found on the way."""

    value: Certificate | None
    problems: tuple[Problem, ...] = ()

    @property
    def doubtful(self) -> bool:
        """Whether a person must look before the certificate counts."""
        return any(problem.severity is Severity.DOUBTFUL for problem in self.problems)


@dataclass(frozen=True, slots=True)
class DisaInfoReading:
    """A medical-insurance disability code read: the category, or None for no disability or when refused."""

    value: DisabilityCategory | None
    problems: tuple[Problem, ...] = ()


def certificate_number(identity: str, category: DisabilityCategory, grade: DisabilityGrade, reissue: int = 0) -> str:
    """The number a certificate bears; `reissue` 0–9. The identity number has 18 characters."""
    if len(identity) != IDENTITY_LENGTH or not 0 <= reissue <= MAX_REISSUES:
        msg = f"expected {IDENTITY_LENGTH} characters and 0 to 9 re-issues, found {len(identity)} and {reissue}"
        raise ValueError(msg)
    return f"{identity}{category.digit}{grade.value}{f'B{reissue}' if reissue else ''}"


def read_certificate(
    raw: object,
    *,
    today: date | None = None,
    row: int | None = None,
    field: str | None = FIELD,
    where: str | None = None,
) -> CertificateReading:
    """Read a cell as a certificate number; the same damage is recognised as for identity numbers.

    The embedded identity number is read too: its doubts come along, its refusal refuses the certificate.
    """
    tidied = tidy_number(raw)
    text = tidied.text

    def tell(kind: ProblemKind, **values: object) -> Problem:
        return kind(row=row, field=field, where=where, **values)

    fault = _fault(tidied)
    if fault is not None:
        kind, values = fault
        return CertificateReading(None, (tell(kind, **values),))
    identity = read_identity(text[:IDENTITY_LENGTH], today=today, row=row, field=field, where=where)
    if identity.value is None:
        return CertificateReading(None, (tell(NO_IDENTITY), *identity.problems))
    repaired: tuple[Problem, ...] = ()
    if tidied.repairs:
        repairs = {"repairs_zh": tidied.repairs_zh, "repairs_en": tidied.repairs_en}
        repaired = (tell(TIDIED, number=text, **repairs),)
    certificate = Certificate(
        number=text,
        identity=identity.value,
        category=BY_DIGIT[text[CATEGORY_AT]],
        grade=DisabilityGrade(int(text[GRADE_AT])),
        reissue=int(text[LENGTH + 1]) if len(text) == REISSUED_LENGTH else 0,
    )
    return CertificateReading(certificate, repaired + identity.problems)


def _fault(tidied: Tidied) -> tuple[ProblemKind, dict[str, object]] | None:
    """What keeps the text from being a certificate number, apart from its identity number; None when nothing does."""
    text = tidied.text
    if tidied.damage is Damage.EMPTY:
        return EMPTY, {}
    if tidied.damage is not None:
        return DAMAGED[tidied.damage], {"found": text}
    if len(text) == IDENTITY_LENGTH:
        return ONLY_IDENTITY, {}
    if len(text) not in {LENGTH, REISSUED_LENGTH}:
        return WRONG_LENGTH, {"length": len(text), "found": text}
    if text[CATEGORY_AT] not in BY_DIGIT:
        return NO_SUCH_CATEGORY, {"found": text[CATEGORY_AT]}
    if text[GRADE_AT] not in GRADE_DIGITS:
        return NO_SUCH_GRADE, {"found": text[GRADE_AT]}
    if text[LENGTH:] not in REISSUES:
        return NO_SUCH_REISSUE, {"found": text[LENGTH:]}
    return None


def to_disa_info(category: DisabilityCategory | None) -> str:
    """The medical-insurance code of a certificate category; "1" for nobody's disability."""
    return NO_DISABILITY_INFO if category is None else DISA_INFO[category]


def from_disa_info(
    code: str,
    *,
    row: int | None = None,
    field: str | None = "disa_info_code",
    where: str | None = None,
) -> DisaInfoReading:
    """The certificate category of a medical-insurance code; None for "1" (no disability).

    "9" (other) has no category and is doubtful; anything outside 1–9 is refused.
    """
    if code == NO_DISABILITY_INFO:
        return DisaInfoReading(None)
    if code == OTHER_DISABILITY_INFO:
        return DisaInfoReading(None, (OTHER_DISABILITY(row=row, field=field, where=where),))
    for category, known in DISA_INFO.items():
        if known == code:
            return DisaInfoReading(category)
    return DisaInfoReading(None, (UNKNOWN_DISA_INFO(row=row, field=field, where=where, found=code),))

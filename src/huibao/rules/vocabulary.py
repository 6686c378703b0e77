"""The words every scheme shares: product lines, payers, and the inputs a benefit may ask for, with unit and limit."""

from dataclasses import dataclass
from enum import StrEnum

MAX_INPUT_FEN = 10**10
"""Largest amount one input may state: 100 million yuan, beyond any single bill. The int64 proof rests on it."""
MAX_DAYS = 3_660
"""Ten years in hospital; a longer stay is a typing mistake."""
MAX_AGE = 130
MAX_COUNT = 1_000
"""Items, admissions or injuries in one event."""
WORST_GRADE = 10
"""JR/T 0083-2013 has ten grades; 0 stands for none."""
CERTIFICATE_GRADES = 4
"""A disability certificate has four grades, 1 the most severe; 0 stands for none."""


class Line(StrEnum):
    """A product line: premium and books are kept for each line by itself (SD-7.4)."""

    MEDICAL_SUPPLEMENTARY = "medical_supplementary"
    ACCIDENT = "accident"
    CRITICAL_ILLNESS = "critical_illness"
    LONG_TERM_CARE = "long_term_care"
    INDUSTRY_INCOME = "industry_income"
    OUTPUT_VALUE = "output_value"
    MICROLOAN_GUARANTEE = "microloan_guarantee"
    HOUSEHOLD_PROPERTY = "household_property"

    @property
    def zh(self) -> str:
        """Chinese name as the documents write it."""
        return LINE_NAMES[self][0]

    @property
    def en(self) -> str:
        """English name."""
        return LINE_NAMES[self][1]


def payer_of(line: Line) -> "Payer":
    """The payer as which a line's own money appears on a bill; lines without a layer of their own pay as `other`.

    The line critical_illness is commercial cover and not the public critical-illness insurance, which is a payer.
    """
    if line is Line.MEDICAL_SUPPLEMENTARY:
        return Payer.MEDICAL_SUPPLEMENTARY
    return Payer.ACCIDENT if line is Line.ACCIDENT else Payer.OTHER


LINE_NAMES: dict[Line, tuple[str, str]] = {
    Line.MEDICAL_SUPPLEMENTARY: ("医疗商业补充保险", "Medical supplementary insurance"),
    Line.ACCIDENT: ("意外伤害保险", "Accident insurance"),
    Line.CRITICAL_ILLNESS: ("重大疾病保险", "Critical illness insurance"),
    Line.LONG_TERM_CARE: ("长期护理保险", "Long-term care insurance"),
    Line.INDUSTRY_INCOME: ("产业项目收入险", "Industry income insurance"),
    Line.OUTPUT_VALUE: ("产业项目产值险", "Output value insurance"),
    Line.MICROLOAN_GUARANTEE: ("小额信贷保证保险", "Micro-loan guarantee insurance"),
    Line.HOUSEHOLD_PROPERTY: ("家庭财产保险", "Household property insurance"),
}


class Payer(StrEnum):
    """Who pays a layer of a bill or a part of an event."""

    BASIC_MEDICAL = "basic_medical"
    CRITICAL_ILLNESS = "critical_illness"
    MEDICAL_ASSISTANCE = "medical_assistance"
    HOSPITAL_REDUCTION = "hospital_reduction"
    MEDICAL_SUPPLEMENTARY = "medical_supplementary"
    GOVERNMENT_BACKSTOP = "government_backstop"
    DISASTER = "disaster"
    ACCIDENT = "accident"
    POVERTY_PREVENTION = "poverty_prevention"
    DONATION = "donation"
    OTHER = "other"
    PERSON = "person"

    @property
    def zh(self) -> str:
        """Chinese name as it stands on a settlement sheet."""
        return PAYERS[self].zh

    @property
    def en(self) -> str:
        """English name."""
        return PAYERS[self].en

    @property
    def fund_code(self) -> str | None:
        """National fund-payment code (dictionary 6.47), or None where the dictionary has none for this payer."""
        return PAYERS[self].fund_code


@dataclass(frozen=True, slots=True)
class PayerName:
    """What a payer is called, and its code in the national interface where there is one."""

    zh: str
    en: str
    fund_code: str | None = None


PAYERS: dict[Payer, PayerName] = {
    Payer.BASIC_MEDICAL: PayerName("基本医保", "Basic medical insurance", "390100"),
    Payer.CRITICAL_ILLNESS: PayerName("大病保险", "Critical illness insurance", "390200"),
    Payer.MEDICAL_ASSISTANCE: PayerName("医疗救助", "Medical assistance", "610100"),
    Payer.HOSPITAL_REDUCTION: PayerName("医疗机构减免", "Hospital reduction", "630100"),
    Payer.MEDICAL_SUPPLEMENTARY: PayerName("医疗商业补充保险", "Medical supplementary insurance", "620100"),
    # The dictionary prints 640100 as a second hospital reduction; hospital systems in Hunan use it for the backstop.
    Payer.GOVERNMENT_BACKSTOP: PayerName("政府兜底", "Government backstop", "640100"),
    Payer.DISASTER: PayerName("灾害民生综合保险", "Disaster insurance"),
    Payer.ACCIDENT: PayerName("意外伤害保险", "Accident insurance", "390400"),
    Payer.POVERTY_PREVENTION: PayerName("防贫保险", "Poverty prevention insurance"),
    Payer.DONATION: PayerName("慈善捐助", "Charitable donation"),
    Payer.OTHER: PayerName("其他", "Other", "999997"),
    Payer.PERSON: PayerName("个人自付", "The person"),
}


class InputType(StrEnum):
    """The unit of an input; it fixes how a value is written in a case file and its default limit."""

    FEN = "fen"
    BP = "bp"
    DAYS = "days"
    COUNT = "count"
    GRADE = "grade"
    FLAG = "flag"
    ENUM = "enum"


TYPE_MAX: dict[InputType, int] = {
    InputType.FEN: MAX_INPUT_FEN,
    InputType.BP: 100_000,
    InputType.DAYS: MAX_DAYS,
    InputType.COUNT: MAX_COUNT,
    InputType.GRADE: WORST_GRADE,
    InputType.FLAG: 1,
    InputType.ENUM: 0,
}
"""Limit where an input states none; an enum's limit is its number of values."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a benefit must be told. Whole number, 0 <= value <= max; an enum is the position in `values`."""

    name: str
    type: InputType
    max: int
    zh: str
    en: str
    national_field: str | None = None
    values: tuple[str, ...] = ()


def _input(
    name: str,
    type_: InputType,
    zh: str,
    en: str,
    field: str | None = None,
    limit: int | None = None,
    values: tuple[str, ...] = (),
) -> Input:
    top = len(values) - 1 if values else TYPE_MAX[type_]
    return Input(name, type_, top if limit is None else limit, zh, en, field, values)


HOSPITAL_LEVELS = ("primary", "secondary", "tertiary")

_FEN, _FLAG, _COUNT, _GRADE = InputType.FEN, InputType.FLAG, InputType.COUNT, InputType.GRADE

_ALL = (
    # a bill, with the fields of the national settlement message
    _input("bill_total", _FEN, "医疗费总额", "Bill total", "medfee_sumamt"),
    _input("out_of_catalogue", _FEN, "目录外（全自费）", "Out of catalogue", "fulamt_ownpay_amt"),
    _input("over_limit", _FEN, "超限价自费", "Above price limit", "overlmt_selfpay"),
    _input("first_self_pay", _FEN, "先行自付", "Paid first by the person", "preselfpay_amt"),
    _input("in_policy", _FEN, "政策范围内费用", "In-policy cost", "inscp_scp_amt"),
    _input("deductible_applied", _FEN, "实际起付线", "Deductible applied", "act_pay_dedc"),
    _input("reported_basic_medical", _FEN, "基本医保已付", "Paid by basic insurance", "hifp_pay"),
    _input("reported_critical_illness", _FEN, "大病保险已付", "Paid by critical illness insurance", "hifmi_pay"),
    _input("reported_medical_assistance", _FEN, "医疗救助已付", "Paid by medical assistance", "maf_pay"),
    _input("reported_hospital_reduction", _FEN, "医疗机构已减免", "Reduced by the hospital", "hosp_part_amt"),
    _input("reported_other", _FEN, "其他已付", "Paid by others", "oth_pay"),
    _input("reported_medical_supplementary", _FEN, "商业补充保险已付", "Paid by supplementary insurance"),
    _input("reported_accident", _FEN, "意外伤害保险已付", "Paid by accident insurance"),
    _input("reported_government_backstop", _FEN, "政府兜底已付", "Paid by the government backstop"),
    _input("reported_poverty_prevention", _FEN, "防贫保险已付", "Paid by poverty prevention insurance"),
    _input("reported_disaster", _FEN, "灾害民生综合保险已付", "Paid by the disaster insurance"),
    _input("reported_donation", _FEN, "慈善捐助已付", "Paid by donation"),
    _input("hospital_level", InputType.ENUM, "医院级别", "Hospital level", "hosp_lv", values=HOSPITAL_LEVELS),
    _input("days", InputType.DAYS, "住院天数", "Days in hospital"),
    _input("age", _COUNT, "周岁年龄", "Age in full years", limit=MAX_AGE),
    _input("outside_region", _FLAG, "异地就医", "Treated outside the region"),
    _input("third_party_fault", _FLAG, "第三方责任", "Third party at fault"),
    _input("pre_existing", _FLAG, "既往症", "Pre-existing illness"),
    _input("listed_diagnosis", _FLAG, "列明病种", "Listed diagnosis"),
    _input("outpatient", _FLAG, "门诊", "Out-patient"),
    _input("necessary_certified", _FLAG, "必要性已证明", "Certified as necessary"),
    # an event
    _input("died", _FLAG, "意外身故", "Died by accident"),
    _input("injured", _FLAG, "意外受伤", "Injured by accident"),
    _input("worst_grade", _GRADE, "最重伤残等级", "Worst disability grade"),
    _input("worst_count", _COUNT, "最重等级处数", "Injuries of the worst grade"),
    _input("pre_existing_grade", _GRADE, "既往伤残等级", "Disability grade before the accident"),
    _input("accident_medical_cost", _FEN, "意外医疗费用", "Medical cost of the accident"),
    _input("accident_medical_in_policy", _FEN, "意外医疗政策内费用", "In-policy medical cost of the accident"),
    _input("disaster_paid", _FEN, "灾害民生综合保险先付", "Paid first by the disaster insurance"),
    _input("disability_paid", _FEN, "已付伤残金", "Disability benefit already paid"),
    _input("cert_grade_before", _GRADE, "原残疾证等级", "Certificate grade before", limit=CERTIFICATE_GRADES),
    _input("cert_grade_after", _GRADE, "现残疾证等级", "Certificate grade after", limit=CERTIFICATE_GRADES),
    _input("category_added", _FLAG, "新增残疾类别", "Certificate category added"),
    _input("rabies_cost", _FEN, "狂犬疫苗费用", "Rabies vaccine cost"),
    _input("ambulance_cost", _FEN, "救护车费用", "Ambulance cost"),
    _input("property_loss", _FEN, "家庭财产损失", "Household property loss"),
    _input("transport_accident", _FLAG, "交通意外", "Transport accident"),
    _input("illness_death", _FLAG, "疾病身故", "Death by illness"),
    _input("infectious_death", _FLAG, "法定传染病身故", "Death by a notifiable infectious disease"),
    _input("sudden_death", _FLAG, "猝死", "Sudden death"),
)

INPUTS: dict[str, Input] = {entry.name: entry for entry in _ALL}
"""Every input of the vocabulary by name; a scheme may add its own."""

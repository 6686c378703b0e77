"""What a column of a roster may mean, and what it is called."""

from enum import StrEnum
from typing import Final


class Column(StrEnum):
    """Meaning of a column. A domicile and a residence are different things and have columns of their own."""

    SERIAL = "serial"
    NAME = "name"
    SEX = "sex"
    BIRTH_ON = "birth_on"
    IDENTITY = "identity"
    CERTIFICATE = "certificate"
    CATEGORY = "category"
    GRADE = "grade"
    CERTIFICATE_FROM = "certificate_from"
    CERTIFICATE_TO = "certificate_to"
    CERTIFICATE_STATE = "certificate_state"
    DIVISION_CODE = "division_code"
    DOMICILE = "domicile"
    DOMICILE_COUNTY = "domicile_county"
    DOMICILE_TOWN = "domicile_town"
    DOMICILE_VILLAGE = "domicile_village"
    RESIDENCE = "residence"
    RESIDENCE_COUNTY = "residence_county"
    RESIDENCE_TOWN = "residence_town"
    RESIDENCE_VILLAGE = "residence_village"
    PHONE = "phone"
    GUARDIAN = "guardian"
    GUARDIAN_PHONE = "guardian_phone"
    RELATION = "relation"
    HOUSEHOLD_NO = "household_no"
    HEADCOUNT = "headcount"
    SUBSISTENCE = "subsistence"
    DESTITUTE = "destitute"
    SUBSISTENCE_MARGINAL = "subsistence_marginal"
    LOW_INCOME = "low_income"
    RELIEF = "relief"
    PERSON_KIND = "person_kind"
    RECOGNISED_ON = "recognised_on"
    INSTITUTION = "institution"
    ADMITTED_ON = "admitted_on"
    LEFT_ON = "left_on"
    BANK_ACCOUNT = "bank_account"
    STANDING = "standing"
    DIED_ON = "died_on"
    CAPACITY = "capacity"
    SPORT = "sport"
    REMARK = "remark"


TITLES: Final[dict[Column, tuple[str, str]]] = {
    Column.SERIAL: ("序号", "serial number"),
    Column.NAME: ("姓名", "name"),
    Column.SEX: ("性别", "sex"),
    Column.BIRTH_ON: ("出生日期", "date of birth"),
    Column.IDENTITY: ("身份证号", "identity number"),
    Column.CERTIFICATE: ("残疾证号", "disability certificate number"),
    Column.CATEGORY: ("残疾类别", "disability category"),
    Column.GRADE: ("残疾等级", "disability grade"),
    Column.CERTIFICATE_FROM: ("发证日期", "certificate issued on"),
    Column.CERTIFICATE_TO: ("证件有效期至", "certificate valid to"),
    Column.CERTIFICATE_STATE: ("证件状态", "state of the certificate"),
    Column.DIVISION_CODE: ("区划代码", "division code"),
    Column.DOMICILE: ("户籍地址", "registered residence"),
    Column.DOMICILE_COUNTY: ("户籍县（区）", "county of registration"),
    Column.DOMICILE_TOWN: ("户籍乡镇（街道）", "town of registration"),
    Column.DOMICILE_VILLAGE: ("户籍村（社区）", "village of registration"),
    Column.RESIDENCE: ("现住址", "present address"),
    Column.RESIDENCE_COUNTY: ("现住县（区）", "county of residence"),
    Column.RESIDENCE_TOWN: ("现住乡镇（街道）", "town of residence"),
    Column.RESIDENCE_VILLAGE: ("现住村（社区）", "village of residence"),
    Column.PHONE: ("联系电话", "phone"),
    Column.GUARDIAN: ("监护人", "guardian"),
    Column.GUARDIAN_PHONE: ("监护人电话", "guardian's phone"),
    Column.RELATION: ("与本人关系", "relation"),
    Column.HOUSEHOLD_NO: ("户编号", "household number"),
    Column.HEADCOUNT: ("人数", "people in the household"),
    Column.SUBSISTENCE: ("是否低保", "subsistence allowance"),
    Column.DESTITUTE: ("是否特困", "destitute"),
    Column.SUBSISTENCE_MARGINAL: ("是否低保边缘", "on the margin of subsistence allowance"),
    Column.LOW_INCOME: ("是否低收入", "low income"),
    Column.RELIEF: ("脱贫状态", "poverty-relief status"),
    Column.PERSON_KIND: ("人员类别", "kind of person"),
    Column.RECOGNISED_ON: ("认定日期", "recognised on"),
    Column.INSTITUTION: ("机构名称", "institution"),
    Column.ADMITTED_ON: ("入院日期", "admitted on"),
    Column.LEFT_ON: ("离院日期", "left on"),
    Column.BANK_ACCOUNT: ("银行账号", "bank account"),
    Column.STANDING: ("人员状态", "standing"),
    Column.DIED_ON: ("死亡日期", "died on"),
    Column.CAPACITY: ("民事行为能力", "legal capacity"),
    Column.SPORT: ("运动项目", "sport"),
    Column.REMARK: ("备注", "remark"),
}
"""Chinese and English name of each column, as messages print it."""


def title(column: Column, lang: str = "zh") -> str:
    """Return the column's name for people, "zh" or "en"."""
    return TITLES[column][1 if lang == "en" else 0]

"""What a column of a roster may mean, and the words senders really write above it."""

import re
import unicodedata
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

WORDS: Final[dict[Column, tuple[str, ...]]] = {
    Column.SERIAL: ("序号", "编号", "行号"),
    Column.NAME: (
        "姓名",
        "残疾人姓名",
        "人员姓名",
        "成员姓名",
        "家庭成员姓名",
        "被保险人姓名",
        "被保险人",
        "儿童姓名",
        "运动员姓名",
        "名字",
    ),
    Column.SEX: ("性别",),
    Column.BIRTH_ON: ("出生日期", "出生年月", "出生年月日", "生日", "出生"),
    Column.IDENTITY: (
        "身份证号",
        "身份证号码",
        "身份证",
        "公民身份号码",
        "公民身份证号码",
        "居民身份证号",
        "证件号码",
        "证件号",
        "身份号码",
        "证件号码18位",
        "本人身份证号",
    ),
    Column.CERTIFICATE: (
        "残疾证号",
        "残疾人证号",
        "残疾证号码",
        "残疾人证号码",
        "残疾证编号",
        "残疾人证",
        "残疾证",
        "证号",
    ),
    Column.CATEGORY: ("残疾类别", "残疾类型", "残疾种类", "残别", "类别", "残疾类别名称"),
    Column.GRADE: ("残疾等级", "残疾级别", "残疾程度", "等级", "残级", "级别"),
    Column.CERTIFICATE_FROM: (
        "发证日期",
        "办证日期",
        "残疾证发证日期",
        "签发日期",
        "核发日期",
        "批准日期",
        "初次发证日期",
    ),
    Column.CERTIFICATE_TO: (
        "有效期至",
        "有效期限",
        "证件有效期",
        "残疾证有效期",
        "有效期",
        "到期日期",
        "失效日期",
        "有效截止日期",
    ),
    Column.CERTIFICATE_STATE: ("证件状态", "残疾证状态", "持证状态", "证状态", "证件状况"),
    Column.DIVISION_CODE: (
        "区划代码",
        "行政区划代码",
        "行政区划",
        "地区代码",
        "户籍区划代码",
        "村级代码",
        "村代码",
        "区划编码",
        "地区编码",
    ),
    Column.DOMICILE: (
        "户籍地址",
        "户籍所在地",
        "户口所在地",
        "户籍地",
        "户口地址",
        "户籍住址",
        "家庭住址",
        "家庭地址",
        "户籍详细地址",
    ),
    Column.DOMICILE_COUNTY: (
        "户籍县区",
        "户籍区县",
        "户籍县",
        "户籍区",
        "县区",
        "区县",
        "县市区",
        "所在县",
        "县",
        "区",
    ),
    Column.DOMICILE_TOWN: (
        "户籍乡镇",
        "户籍街道",
        "户籍乡镇街道",
        "乡镇街道",
        "乡镇",
        "街道",
        "镇街",
        "所在乡镇",
        "乡镇名称",
        "镇",
        "乡",
    ),
    Column.DOMICILE_VILLAGE: (
        "户籍村",
        "户籍社区",
        "户籍村社区",
        "村社区",
        "村居",
        "社区",
        "行政村",
        "村",
        "所在村",
        "村委会",
        "村居委会",
        "村名",
        "村名称",
        "社区村",
    ),
    Column.RESIDENCE: (
        "现住址",
        "现住地址",
        "现在地址",
        "现居住地",
        "居住地址",
        "现居住地址",
        "联系地址",
        "常住地址",
        "通讯地址",
        "住址",
        "地址",
    ),
    Column.RESIDENCE_COUNTY: ("现住县区", "现住区", "居住区县", "居住县区"),
    Column.RESIDENCE_TOWN: ("现住乡镇", "现住街道", "现住乡镇街道", "居住街道", "居住乡镇"),
    Column.RESIDENCE_VILLAGE: ("现住村", "现住社区", "现住村社区", "居住社区", "居住村"),
    Column.PHONE: (
        "联系电话",
        "手机",
        "手机号",
        "手机号码",
        "电话",
        "宅电",
        "电话号码",
        "联系方式",
        "本人电话",
        "固定电话",
        "移动电话",
    ),
    Column.GUARDIAN: (
        "监护人",
        "监护人姓名",
        "亲属姓名",
        "亲属",
        "联系人",
        "家长姓名",
        "亲属1",
        "亲属1姓名",
        "联系人姓名",
        "法定代理人",
        "代管人",
    ),
    Column.GUARDIAN_PHONE: (
        "监护人电话",
        "监护人联系电话",
        "亲属电话",
        "联系人电话",
        "监护人手机",
        "家长电话",
        "家长联系电话",
        "监护人手机号",
        "亲属联系电话",
    ),
    Column.RELATION: ("与本人关系", "关系", "称呼", "与户主关系", "亲属关系", "与残疾人关系", "亲属1称呼"),
    Column.HOUSEHOLD_NO: ("户编号", "户号", "家庭编号", "户编码", "低保证号", "家庭编码"),
    Column.HEADCOUNT: ("人数", "家庭人口", "家庭人口数", "户人口", "家庭人数", "保障人数"),
    Column.SUBSISTENCE: (
        "是否低保",
        "低保",
        "低保对象",
        "是否享受低保",
        "是否低保对象",
        "最低生活保障",
        "低保户",
        "是否低保户",
    ),
    Column.DESTITUTE: ("是否特困", "特困", "特困供养", "是否五保", "五保", "特困人员", "是否特困供养", "是否特困人员"),
    Column.SUBSISTENCE_MARGINAL: ("是否低保边缘", "低保边缘", "低保边缘家庭", "是否低保边缘家庭"),
    Column.LOW_INCOME: ("是否低收入", "低收入", "低收入家庭", "是否低收入家庭", "是否农村低收入人口"),
    Column.RELIEF: (
        "脱贫状态",
        "脱贫属性",
        "是否脱贫",
        "脱贫户",
        "脱贫人口",
        "贫困户属性",
        "享受政策情况",
        "脱贫享受政策",
        "是否脱贫享受政策",
        "脱贫不享受政策",
        "脱贫",
        "是否享受政策",
        "建档立卡",
        "是否建档立卡",
    ),
    Column.PERSON_KIND: (
        "人员类别",
        "户类型",
        "对象类别",
        "救助类别",
        "户属性",
        "人员类型",
        "监测对象类别",
        "监测类型",
        "保障类别",
        "救助类型",
        "困难类型",
        "对象类型",
        "人员属性",
        "监测户类型",
    ),
    Column.RECOGNISED_ON: (
        "即时帮扶认定日期",
        "认定日期",
        "纳入日期",
        "纳入时间",
        "认定时间",
        "即时帮扶日期",
        "识别时间",
        "识别日期",
        "纳入监测时间",
        "审批日期",
        "享受日期",
        "起始日期",
    ),
    Column.INSTITUTION: (
        "机构名称",
        "康复机构",
        "托养机构",
        "机构",
        "所在机构",
        "康复机构名称",
        "托养机构名称",
        "定点机构",
        "训练单位",
        "运动队",
        "代表队",
    ),
    Column.ADMITTED_ON: (
        "入院日期",
        "入托日期",
        "入园日期",
        "入住日期",
        "入机构日期",
        "入训日期",
        "入院时间",
        "入托时间",
        "注册日期",
    ),
    Column.LEFT_ON: ("离院日期", "出院日期", "离开日期", "结束日期", "退出日期", "离托日期", "退出时间"),
    Column.BANK_ACCOUNT: ("银行账号", "银行卡号", "银行账户", "开户账号", "账号", "卡号", "一卡通账号", "社保卡号"),
    Column.STANDING: ("人员状态", "状态", "生存状态", "在册状态", "是否死亡", "当前状态", "变动情况", "异动情况"),
    Column.DIED_ON: ("死亡日期", "死亡时间", "注销日期", "去世日期"),
    Column.CAPACITY: ("民事行为能力", "行为能力"),
    Column.SPORT: ("运动项目", "参赛项目", "项目"),
    Column.REMARK: ("备注", "说明", "其他说明"),
}
"""Header words of each meaning, as they stand in real exports and forms; the first is the usual one."""

PARENTS: Final[dict[str, dict[str, Column]]] = {
    "户籍": {
        "区": Column.DOMICILE_COUNTY,
        "县": Column.DOMICILE_COUNTY,
        "镇": Column.DOMICILE_TOWN,
        "乡": Column.DOMICILE_TOWN,
        "街道": Column.DOMICILE_TOWN,
        "社区": Column.DOMICILE_VILLAGE,
        "村": Column.DOMICILE_VILLAGE,
        "居": Column.DOMICILE_VILLAGE,
        "地址": Column.DOMICILE,
    },
    "户口": {
        "区": Column.DOMICILE_COUNTY,
        "县": Column.DOMICILE_COUNTY,
        "镇": Column.DOMICILE_TOWN,
        "乡": Column.DOMICILE_TOWN,
        "街道": Column.DOMICILE_TOWN,
        "社区": Column.DOMICILE_VILLAGE,
        "村": Column.DOMICILE_VILLAGE,
    },
    "现": {
        "区": Column.RESIDENCE_COUNTY,
        "县": Column.RESIDENCE_COUNTY,
        "镇": Column.RESIDENCE_TOWN,
        "乡": Column.RESIDENCE_TOWN,
        "街道": Column.RESIDENCE_TOWN,
        "社区": Column.RESIDENCE_VILLAGE,
        "村": Column.RESIDENCE_VILLAGE,
        "地址": Column.RESIDENCE,
    },
    "监护": {
        "姓名": Column.GUARDIAN,
        "电话": Column.GUARDIAN_PHONE,
        "手机": Column.GUARDIAN_PHONE,
        "关系": Column.RELATION,
    },
    "亲属": {"姓名": Column.GUARDIAN, "电话": Column.GUARDIAN_PHONE, "称呼": Column.RELATION, "关系": Column.RELATION},
    "联系人": {"姓名": Column.GUARDIAN, "电话": Column.GUARDIAN_PHONE, "关系": Column.RELATION},
}
"""Under a merged header the parent decides: 户籍地址 over 区 is not 现在地址 over 区. First word found wins."""

BRACKETED: Final = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]")
NOT_WORDS: Final = re.compile(r"[\W_]+")

BY_WORD: Final[dict[str, Column]] = {word: column for column, words in WORDS.items() for word in words}


def plain(label: str) -> str:
    """Return a header text without notes in brackets, spaces, line breaks, stars and punctuation."""
    folded = unicodedata.normalize("NFKC", label)
    return NOT_WORDS.sub("", BRACKETED.sub("", folded)) or NOT_WORDS.sub("", folded)


def title(column: Column, lang: str = "zh") -> str:
    """Return the column's name for people, "zh" or "en"."""
    return TITLES[column][1 if lang == "en" else 0]
